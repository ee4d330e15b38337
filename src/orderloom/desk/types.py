"""Order types: add a version, activate, retire, show, list."""

from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from orderloom.book.conditions import Condition
from orderloom.book.errors import IllegalMove, OrderTypeNotFound
from orderloom.book.events import Event, as_json
from orderloom.book.keysets import Part, Stretch
from orderloom.book.records import said
from orderloom.book.text import storable
from orderloom.book.types import LAST_NAMED_NUMBER, LAST_NUMBER, PURCHASE_ORDER, OrderType, numbered
from orderloom.desk import records
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.store import events
from orderloom.store import types as store
from orderloom.store.pool import Db

FIELDS: Final = ("code", "version", "number", "kind", "name", "print_form_code", "active")
"""What a version says of itself beside its custom fields."""


async def add(desk: Desk, caller: Caller, definition: OrderType, *, activate: bool) -> OrderType:
    """Enter the definition as a new version of its code, and make it the active one if asked to."""
    at = desk.now()
    async with desk.pool.transaction() as db:
        return await enter(db, caller, definition, activate=activate, at=at)


async def enter(db: Db, caller: Caller, definition: OrderType, *, activate: bool, at: datetime) -> OrderType:
    """The same inside a transaction of the caller's."""
    await store.lock_types(db, caller.tenant_id)
    added = await store.add_version(db, caller.tenant_id, definition, at)
    if activate:
        await store.activate(db, caller.tenant_id, added.code, added.version)
    added = replace(added, active=activate)
    told = Event("OrderTypeAdded", "order_type", added.version, as_json(_changes(added)))
    await events.append(db, caller.tenant_id, added.id, told, caller.author, at)
    return added


async def enter_number(db: Db, caller: Caller, number: int, at: datetime) -> OrderType:
    """The active type with this number; one that nobody has named yet comes into being, up to LAST_NAMED_NUMBER.

    To be called inside a transaction. Raises OrderTypeNotFound.
    """
    if not 0 < number <= LAST_NUMBER:
        raise OrderTypeNotFound(number)
    await store.lock_types(db, caller.tenant_id)
    active = await store.active_type(db, caller.tenant_id, number)
    if active is not None:
        return active
    if number > LAST_NAMED_NUMBER or await store.has_number(db, caller.tenant_id, number):
        raise OrderTypeNotFound(number)
    return await enter(db, caller, numbered(number), activate=True, at=at)


async def activate(desk: Desk, caller: Caller, code: str, version: int | None = None) -> OrderType:
    """Make this version of the code (the newest if None) the active one, and return it. Raises OrderTypeNotFound."""
    _check(code)
    async with desk.pool.transaction() as db:
        await store.lock_types(db, caller.tenant_id)
        await store.activate(db, caller.tenant_id, code, version)
        active = await store.active_type(db, caller.tenant_id, code)
        if active is None or version not in (None, active.version):
            raise OrderTypeNotFound(code)
        told = Event("OrderTypeActivated", "order_type", active.version, as_json({"code": code}))
        await events.append(db, caller.tenant_id, active.id, told, caller.author, desk.now())
    return active


async def retire(desk: Desk, caller: Caller, code: str) -> OrderType:
    """Leave the code without an active version, and return the one that was; its orders stay as they are.

    Raises OrderTypeNotFound, or IllegalMove for the type that always exists.
    """
    _check(code)
    if code == PURCHASE_ORDER:
        raise IllegalMove("active", False)
    async with desk.pool.transaction() as db:
        await store.lock_types(db, caller.tenant_id)
        active = await store.active_type(db, caller.tenant_id, code)
        if active is None:
            raise OrderTypeNotFound(code)
        await store.retire(db, caller.tenant_id, code)
        told = Event("OrderTypeRetired", "order_type", active.version, as_json({"code": code}))
        await events.append(db, caller.tenant_id, active.id, told, caller.author, desk.now())
    return replace(active, active=False)


async def all_versions(desk: Desk, caller: Caller) -> list[OrderType]:
    """Every version of every type, by code and version."""
    return await store.all_types(desk.pool, caller.tenant_id)


async def show(desk: Desk, caller: Caller, code: str, version: int | None = None) -> OrderType:
    """This version of the code, or the active one if None. Raises OrderTypeNotFound."""
    _check(code)
    if version is None:
        found = await store.active_type(desk.pool, caller.tenant_id, code)
    else:
        found = await store.version(desk.pool, caller.tenant_id, code, version)
    if found is None:
        raise OrderTypeNotFound(code)
    return found


async def part(desk: Desk, caller: Caller, where: Condition, stretch: Stretch) -> Part[OrderType]:
    """A part of all versions for which the condition holds."""
    where = await records.settled(desk, "order_types", where, stretch)
    return await store.part(desk.pool, caller.tenant_id, where, stretch)


def _changes(added: OrderType) -> dict[str, Any]:
    """What history tells of a new version: all that it is.

    Its custom fields are pairs of the name and what is said of it: an object would lose their order in the database.
    """
    fields = [(each.name, {"type": each.type, "label": each.label, **each.options}) for each in added.fields]
    return said(added, FIELDS) | {"fields": fields}


def _check(code: str) -> None:
    """Raises OrderTypeNotFound for what no type can be called."""
    if not storable(code):
        raise OrderTypeNotFound(code)
