"""API keys: add, list, revoke, and when each was last used."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from orderloom.book import api_keys as book
from orderloom.book.api_keys import ApiKey
from orderloom.book.conditions import Condition
from orderloom.book.errors import ApiKeyNotFound, BadInput, NotAllowed, UnknownKey, collecting
from orderloom.book.events import Event, as_json
from orderloom.book.keysets import Part, Stretch
from orderloom.desk import records
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.key_uses import EVERY_S
from orderloom.desk.passwords import new_token, token_hash
from orderloom.store import api_keys as store
from orderloom.store import events
from orderloom.store.pool import Db


class Added(NamedTuple):
    """A new key, and the text to sign in with, which nobody can read again after this."""

    key: ApiKey
    secret: str


async def add(
    desk: Desk,
    caller: Caller,
    name: str,
    scopes: Sequence[str],
    *,
    faces: Collection[str],
    expires_at: datetime | None = None,
) -> Added:
    """Enter a key that may do what the scopes say, each of which names one of these faces or all.

    Raises BadInput, also for what goes beyond the key that the caller came with, or UnknownKey if that has ended.
    """
    secret = f"{book.PREFIX}{new_token()}"
    async with desk.pool.transaction() as db:
        key = await enter(desk, db, caller, name, scopes, secret, faces=faces, expires_at=expires_at)
    return Added(key, secret)


async def enter(
    desk: Desk,
    db: Db,
    caller: Caller,
    name: str,
    scopes: Sequence[str],
    secret: str,
    *,
    faces: Collection[str] = (),
    expires_at: datetime | None = None,
) -> ApiKey:
    """The same with this secret, inside a transaction of the caller's."""
    at = desk.now()
    # Who revokes the caller's key at this moment waits, or is waited for: an ended key leaves none behind.
    holder = await _holder(db, caller, at, held=True)
    faults = [] if holder is None else list(book.beyond(holder, scopes, expires_at))
    with collecting(faults):
        key = book.issue(name, scopes, faces=faces, at=at, by=caller.author.name, expires_at=expires_at)
    if faults:
        raise BadInput(*faults)
    key = replace(key, id=await store.insert(db, caller.tenant_id, key, token_hash(secret)))
    changes = as_json({"name": key.name, "scopes": key.scopes, "expires_at": key.expires_at})
    await events.append(db, caller.tenant_id, key.id, Event("ApiKeyAdded", "api_key", None, changes), caller.author, at)
    return key


async def equals_user(desk: Desk, caller: Caller) -> bool:
    """Whether the caller is a user, or came with a key that may do as much and for as long.

    Raises UnknownKey if the key has ended.
    """
    holder = await _holder(desk.pool, caller, desk.now())
    return holder is None or book.equals_user(holder)


async def page(desk: Desk, caller: Caller, *, limit: int, offset: int = 0) -> list[ApiKey]:
    """A page of keys, oldest first, those that have ended too."""
    return await store.page(desk.pool, caller.tenant_id, limit=limit, offset=offset)


async def show(desk: Desk, caller: Caller, key_id: int) -> ApiKey:
    """The key with this id, also one that has ended. Raises ApiKeyNotFound."""
    return await _shown(desk.pool, caller, key_id)


async def part(desk: Desk, caller: Caller, where: Condition, stretch: Stretch) -> Part[ApiKey]:
    """A part of the keys for which the condition holds, those that have ended too."""
    where = await records.settled(desk, "api_keys", where, stretch)
    return await store.part(desk.pool, caller.tenant_id, where, stretch)


async def revoke(desk: Desk, caller: Caller, name: str | int, agree: Callable[[ApiKey], None] | None = None) -> ApiKey:
    """End the key of this name, whatever its case, or id; its name is free again.

    Nothing happens if `agree` raises when it is given the key that has the id. Raises ApiKeyNotFound, NotAllowed for a
    key that goes beyond the one that the caller came with, or UnknownKey if that has ended.
    """
    at = desk.now()
    async with desk.pool.transaction() as db:
        holder = await _holder(db, caller, at)
        if agree is not None and isinstance(name, int):
            agree(await _shown(db, caller, name, locked=True))
        key = await store.revoke(db, caller.tenant_id, name, at)
        if key is None:
            raise ApiKeyNotFound(name)
        if holder is not None and any(book.beyond(holder, key.scopes, key.expires_at)):
            raise NotAllowed("revoke a key that may do more than the own one, or for longer")
        told = Event("ApiKeyRevoked", "api_key", None, as_json({"name": key.name}))
        await events.append(db, caller.tenant_id, key.id, told, caller.author, at)
    desk.sign_ins.forget(caller.tenant_id)
    return key


async def write_uses(desk: Desk) -> None:
    """Write down which keys were used since the last time; what fails is tried again next time."""
    for tenant_id, key_ids in desk.key_uses.waiting():
        at = desk.now()
        await store.note_uses(desk.pool, tenant_id, key_ids, at, before=at - timedelta(seconds=EVERY_S))
        desk.key_uses.written(tenant_id, key_ids)


async def _shown(db: Db, caller: Caller, key_id: int, *, locked: bool = False) -> ApiKey:
    key = await store.key_with_id(db, caller.tenant_id, key_id, locked=locked)
    if key is None:
        raise ApiKeyNotFound(key_id)
    return key


async def _holder(db: Db, caller: Caller, at: datetime, *, held: bool = False) -> ApiKey | None:
    """The key that the caller came with. Raises UnknownKey if it has ended: a sign-in is remembered for a moment."""
    if caller.key_id is None:
        return None
    key = await store.key_with_id(db, caller.tenant_id, caller.key_id, held=held)
    if key is None or book.has_ended(key, at):
        raise UnknownKey
    return key
