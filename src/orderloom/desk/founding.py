"""Founding a book: the tenant, the types that always exist, the first administrator."""

from orderloom.book import users as book_users
from orderloom.book.events import Author
from orderloom.book.types import OrderType
from orderloom.book.users import Profile
from orderloom.desk import types, users
from orderloom.desk.desk import Caller, Desk
from orderloom.store import tenants

PURCHASE_ORDER = OrderType(code="purchase_order", name="Purchase order", kind="purchase")
"""The type that always exists; its number is the first that is not InTouch's."""


class AlreadyFounded(Exception):
    """There is a book already."""


async def add_tenant(
    desk: Desk, name: str, author: Author, *, hosts: tuple[str, ...] = (), demo: bool = False
) -> Caller:
    """A new tenant with the type that always exists; the caller that acts in it for the author."""
    async with desk.pool.transaction() as db:
        tenant = await tenants.add_tenant(db, name, hosts=hosts, at=desk.now(), demo=demo)
    caller = Caller(tenant, author)
    await types.add(desk, caller, PURCHASE_ORDER, activate=True)
    return caller


async def found_book(desk: Desk, name: str, administrator: Profile, author: Author, *, token_face: str) -> str:
    """Make the first tenant and its administrator; the administrator's API token at the face.

    Raises AlreadyFounded, or BadInput if the administrator cannot be entered.
    """
    if await tenants.first_tenant(desk.pool) is not None:
        raise AlreadyFounded
    book_users.enrol(administrator, at=desk.now())  # so that a bad administrator leaves no tenant behind
    caller = await add_tenant(desk, name, author)
    user = await users.enrol(desk, caller, administrator)
    return await users.renew_api_token(desk, caller, user.email, token_face)
