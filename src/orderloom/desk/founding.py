"""Founding a book: the tenant, the type that always exists, the first administrator."""

from orderloom.book import users as book_users
from orderloom.book.events import Author
from orderloom.book.types import PURCHASE_ORDER, OrderType
from orderloom.book.users import Profile
from orderloom.desk import types, users
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.passwords import hash_password, new_token
from orderloom.store import tenants
from orderloom.store.pool import Db


class AlreadyFounded(Exception):
    """There is a book already."""


async def add_tenant(
    desk: Desk, db: Db, name: str, author: Author, *, hosts: tuple[str, ...] = (), demo: bool = False
) -> Caller:
    """A new tenant with the type that always exists; the caller that acts in it for the author.

    To be called inside a transaction.
    """
    at = desk.now()
    caller = Caller(await tenants.add_tenant(db, name, hosts=hosts, at=at, demo=demo), author)
    always = OrderType(code=PURCHASE_ORDER, name="Purchase order", kind="purchase")
    await types.enter(db, caller, always, activate=True, at=at)
    return caller


async def found_book(desk: Desk, name: str, administrator: Profile, author: Author, *, token_face: str) -> str:
    """Make the first tenant and its administrator; the administrator's API token at the face.

    All of it or nothing. Raises AlreadyFounded, or BadInput if the administrator cannot be entered.
    """
    user = book_users.enrol(administrator, at=desk.now())
    password_hash = await hash_password(str(administrator.password))
    token = new_token()
    async with desk.pool.transaction() as db:
        await tenants.lock_tenants(db)
        if await tenants.first_tenant(db) is not None:
            raise AlreadyFounded
        caller = await add_tenant(desk, db, name, author)
        await users.enter(db, caller, user, password_hash)
        await users.put_api_token(db, caller, user.email, token_face, token, at=desk.now())
    return token
