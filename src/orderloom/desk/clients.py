"""OAuth clients: add, list, revoke."""

from collections.abc import Sequence

from orderloom.book import clients as book
from orderloom.book.clients import ROLES, Client
from orderloom.book.errors import ClientNotFound
from orderloom.book.events import Event, as_json
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.passwords import new_token, token_hash
from orderloom.store import clients as store
from orderloom.store import events
from orderloom.store.pool import Db


async def add(desk: Desk, caller: Caller, client_id: str, name: str, *, roles: Sequence[str] = ROLES) -> str:
    """Enter a client that may do what these roles say; its secret, which nobody can read again. Raises BadInput."""
    secret = new_token()
    async with desk.pool.transaction() as db:
        await enter(desk, db, caller, client_id, name, secret, roles=roles)
    return secret


async def enter(
    desk: Desk, db: Db, caller: Caller, client_id: str, name: str, secret: str, *, roles: Sequence[str] = ROLES
) -> None:
    """The same with this secret, inside a transaction of the caller's."""
    book.check(client_id, name)
    at = desk.now()
    noun_id = await store.insert(db, caller.tenant_id, client_id, name, roles, token_hash(secret), at)
    told = Event("ClientAdded", "client", None, as_json({"client_id": client_id, "name": name, "roles": roles}))
    await events.append(db, caller.tenant_id, noun_id, told, caller.author, at)


async def all_clients(desk: Desk, caller: Caller) -> list[Client]:
    """Every client, oldest first, the revoked ones too."""
    return await store.all_clients(desk.pool, caller.tenant_id)


async def revoke(desk: Desk, caller: Caller, client_id: str) -> None:
    """Keep the client out; its tokens end. Raises ClientNotFound."""
    at = desk.now()
    async with desk.pool.transaction() as db:
        noun_id = await store.revoke(db, caller.tenant_id, client_id, at)
        if noun_id is None:
            raise ClientNotFound(client_id)
        told = Event("ClientRevoked", "client", None, as_json({"client_id": client_id}))
        await events.append(db, caller.tenant_id, noun_id, told, caller.author, at)
    desk.sign_ins.forget(caller.tenant_id)
