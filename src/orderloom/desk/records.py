"""What orders refer to, whatever it is: show, list, add, amend, delete, and find by what others call it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from orderloom.book import records as book
from orderloom.book.conditions import AllOf, Condition, Operator, Test
from orderloom.book.events import Event, as_json
from orderloom.book.keysets import Part, Stretch
from orderloom.book.records import Rules, Wanted, Whole
from orderloom.book.words import Word
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.entering import Entry
from orderloom.store import events, external_ids
from orderloom.store import records as store
from orderloom.store.pool import Db
from orderloom.store.records import Kept

R = TypeVar("R", bound=msgspec.Struct)

Change = Callable[[Whole[R]], Wanted[R]]
"""What a caller wants of a record, given it as it is. Pure."""


def amended(noun: str) -> Callable[[Mapping[str, Any]], str]:
    """What a change is called, whatever it is."""
    return lambda _: f"{noun.capitalize()}Amended"


@dataclass(frozen=True)
class Kind(Generic[R]):
    """What there is to know about records of one kind: how they are kept, how new ones are entered, and what holds.

    `called` is the name of a change's event, given [from, to] of what differs. `save` writes a record back.
    """

    kept: Kept[R]
    entry: Entry[Any, Any]
    rules: Rules[R]
    called: Callable[[Mapping[str, Any]], str]
    save: Callable[[Db, Kept[R], int, int, R, datetime], Awaitable[None]] = store.save


async def show(desk: Desk, caller: Caller, kind: Kind[R], record_id: int) -> Whole[R]:
    """The record with this id. Raises NotFound."""
    return await store.one(desk.pool, kind.kept, caller.tenant_id, record_id)


async def those(desk: Desk, caller: Caller, kind: Kind[R], ids: Collection[int]) -> dict[int, Whole[R]]:
    """Those of the records with these ids that are there, by id."""
    return await store.those(desk.pool, kind.kept, caller.tenant_id, ids)


async def part(
    desk: Desk, caller: Caller, kind: Kind[R], where: Condition, words: Sequence[Word], stretch: Stretch
) -> Part[Whole[R]]:
    """A part of the records for which the condition holds and which have the words.

    Who reads part after part in the order of rising ids meets each once, however many are entered meanwhile.
    """
    where = await settled(desk, kind.kept.table.name, where, stretch)
    return await store.part(desk.pool, kind.kept, caller.tenant_id, where, words, stretch)


async def settled(desk: Desk, table: str, where: Condition, stretch: Stretch) -> Condition:
    """The condition, and in the order of rising ids that all that will ever be before a record can be seen."""
    if not stretch.sort.is_by_id or stretch.sort.descending:
        return where
    return AllOf((where, Test("id", Operator.AT_MOST, await desk.settled.last(desk.pool, table))))


async def named_elsewhere(desk: Desk, caller: Caller, kind: Kind[R], source: str, their_id: str) -> int:
    """The id of the record that the source calls so. Raises NotFound."""
    found = await external_ids.find(desk.pool, caller.tenant_id, kind.kept.noun, source, their_id)
    if found is None:
        raise kind.kept.missing(their_id)
    return found


async def add(desk: Desk, caller: Caller, kind: Kind[R], wanted: Wanted[R]) -> int:
    """Enter a new record; its id. Raises BadInput with every fault."""
    entered = book.enter(wanted, kind.rules)
    at, entry = desk.now(), kind.entry
    names = {source: name for source, (_, name) in entered.names.items()}
    async with desk.pool.transaction() as db:
        record_id = await entry.insert(db, caller.tenant_id, entered.record, at)
        await external_ids.enter_all(db, caller.tenant_id, entry.noun, [(record_id, names)])
        await events.append(db, caller.tenant_id, record_id, entry.told(entered.record, names), caller.author, at)
    return record_id


async def amend(desk: Desk, caller: Caller, kind: Kind[R], record_id: int, change: Change[R]) -> Whole[R]:
    """Make the change to the record; the record as it is then. Raises NotFound, or BadInput with every fault.

    A change that alters nothing leaves no trace.
    """
    tenant_id, kept = caller.tenant_id, kind.kept
    async with desk.pool.transaction() as db:
        before = await store.locked(db, kept, tenant_id, record_id)
        after = book.amend(before, change(before), kind.rules)
        if not after.told:
            return before
        if after.changes:
            await kind.save(db, kept, tenant_id, record_id, after.record, before.created_at)
        names = {source: name for source, (_, name) in after.names.items()}
        await external_ids.put(db, tenant_id, kept.noun, record_id, names)
        event = Event(kind.called(after.changes), kept.noun, None, as_json(after.told))
        await events.append(db, tenant_id, record_id, event, caller.author, desk.now())
        return await store.one(db, kept, tenant_id, record_id)


async def delete(
    desk: Desk, caller: Caller, kind: Kind[R], record_id: int, agree: Callable[[Whole[R]], None] = lambda _: None
) -> None:
    """Delete the record, unless `agree` raises when it is given it. Raises NotFound, or InUse while it is referred to.

    The event keeps the whole of it.
    """
    tenant_id, kept = caller.tenant_id, kind.kept
    async with desk.pool.transaction() as db:
        whole = await store.locked(db, kept, tenant_id, record_id, for_good=True)
        agree(whole)
        told = {field: getattr(whole.record, field) for field in kind.rules.fields}
        told |= {"created_at": whole.created_at, "external_ids": whole.external_ids}
        event = Event(f"{kept.noun.capitalize()}Deleted", kept.noun, None, as_json(told))
        await events.append(db, tenant_id, record_id, event, caller.author, desk.now())
        await store.delete(db, kept, tenant_id, record_id)
