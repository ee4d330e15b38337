"""Entering many records of one kind: all of them or none."""

from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from orderloom.book.errors import BadInput, Fault
from orderloom.book.events import Event, as_json
from orderloom.book.external_ids import Names
from orderloom.book.records import Rules, said
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.store import events, parties
from orderloom.store.pool import Db

R = TypeVar("R")
Key = TypeVar("Key", bound=Hashable)

# What one statement checks or enters.
BATCH: Final = 1_000
# Many records are waited for in the memory of this process.
MAX_RECORDS: Final = 250_000

Moved = Callable[[int], None]
"""Is told how many more records were checked or entered."""


@dataclass(frozen=True)
class Repeat(Fault):
    """Something is taken already, by the record at the place `first` of the same list."""

    first: int = 0


class BadRecords(BadInput):
    """Records that cannot be entered: the faults of each by its place in the list, from 0."""

    def __init__(self, faults: Mapping[int, Sequence[Fault]]) -> None:
        super().__init__(*(fault for each in faults.values() for fault in each))
        self.by_place = faults


@dataclass(frozen=True)
class Entry(Generic[R, Key]):
    """What there is to know about entering records of one kind.

    `rules` are what holds for a new one; history tells of all of their fields. No two records may have the same `key`,
    whose own part is in `field`; one without a key may be there many times. `taken` finds those of the keys, and maybe
    others, that are in the book; `customer_id` is whose the record is.
    """

    event: str
    noun: str
    rules: Rules[Any]
    field: str
    key: Callable[[R], Key | None]
    taken: Callable[[Db, int, Sequence[Key]], Awaitable[set[Key]]]
    insert: Callable[[Db, int, R, datetime], Awaitable[int]]
    insert_many: Callable[[Db, int, Sequence[R], datetime], Awaitable[list[int]]]
    customer_id: Callable[[R], int | None] = lambda _: None

    def told(self, record: Any, names: Names | None = None) -> Event:
        """What history tells of a new record as the book keeps it, and of what others call it."""
        changes = said(record, self.rules.fields) | ({"external_ids": names} if names else {})
        return Event(self.event, self.noun, None, as_json(changes))


async def add(desk: Desk, caller: Caller, entry: Entry[R, Key], record: R) -> int:
    """Enter the record; its id. Raises BadInput with every fault."""
    entry.rules.check(record)
    async with desk.pool.transaction() as db:
        return await enter(db, caller, entry, record, desk.now())


async def enter(db: Db, caller: Caller, entry: Entry[R, Key], record: R, at: datetime) -> int:
    """The same for a record that was checked, inside a transaction of the caller's."""
    kept = entry.rules.kept(record)
    record_id = await entry.insert(db, caller.tenant_id, kept, at)
    await events.append(db, caller.tenant_id, record_id, entry.told(kept), caller.author, at)
    return record_id


async def add_all(
    desk: Desk, caller: Caller, entry: Entry[R, Key], records: Sequence[R], moved: Moved | None = None
) -> list[int]:
    """Check the records, then enter all of them in one transaction; their ids, in the same order. Raises BadRecords.

    `moved` counts every record twice, once checked and once entered.
    """
    found = await faults(desk, caller, entry, records, moved)
    if found:
        raise BadRecords(found)
    try:
        return await _enter(desk, caller, entry, records, moved)
    except BadInput as error:
        # Somebody else was quicker: the database says that, but not about which record.
        found = await faults(desk, caller, entry, records)
        if not found:
            raise
        raise BadRecords(found) from error


async def _enter(
    desk: Desk, caller: Caller, entry: Entry[R, Key], records: Sequence[R], moved: Moved | None
) -> list[int]:
    ids: list[int] = []
    at = desk.now()
    async with desk.pool.transaction() as db:
        for start in range(0, len(records), BATCH):
            batch = [entry.rules.kept(record) for record in records[start : start + BATCH]]
            added = await entry.insert_many(db, caller.tenant_id, batch, at)
            told = [(record_id, at, entry.told(record)) for record_id, record in zip(added, batch, strict=True)]
            await events.append_all(db, caller.tenant_id, told, caller.author)
            ids += added
            if moved is not None:
                moved(len(batch))
    return ids


async def faults(
    desk: Desk, caller: Caller, entry: Entry[R, Key], records: Sequence[R], moved: Moved | None = None
) -> dict[int, list[Fault]]:
    """What is wrong with the records, each fault under the place of its record; nothing is changed."""
    if len(records) > MAX_RECORDS:
        raise BadInput(Fault("records", "too_long", expected=str(MAX_RECORDS)))
    found: dict[int, list[Fault]] = {}
    places: dict[Key, int] = {}
    for start in range(0, len(records), BATCH):
        batch = list(enumerate(records[start : start + BATCH], start=start))
        for place, fault in _own(entry, batch):
            found.setdefault(place, []).append(fault)
        # What is wrong in itself may be nothing that the database could be asked about.
        sound = [(place, record) for place, record in batch if place not in found]
        for place, fault in (
            *_repeated(entry, sound, places),
            *await _against_the_book(desk, caller, entry, sound),
        ):
            found.setdefault(place, []).append(fault)
        if moved is not None:
            moved(len(batch))
    return found


Placed = Sequence[tuple[int, R]]
Found = Iterator[tuple[int, Fault]]


def _own(entry: Entry[R, Key], batch: Placed[R]) -> Found:
    for place, record in batch:
        try:
            entry.rules.check(record)
        except BadInput as error:
            for fault in error.faults:
                yield place, fault


def _repeated(entry: Entry[R, Key], batch: Placed[R], places: dict[Key, int]) -> Found:
    """Records whose key an earlier one has; the first place of each key is kept in `places`."""
    for place, record in batch:
        key = entry.key(record)
        if key is not None and (first := places.setdefault(key, place)) != place:
            yield place, Repeat(entry.field, "taken", value=getattr(record, entry.field), first=first)


async def _against_the_book(
    desk: Desk, caller: Caller, entry: Entry[R, Key], batch: Placed[R]
) -> list[tuple[int, Fault]]:
    keys = {place: key for place, record in batch if (key := entry.key(record)) is not None}
    taken = await entry.taken(desk.pool, caller.tenant_id, list(keys.values())) if keys else set()
    customers = {place: each for place, record in batch if (each := entry.customer_id(record)) is not None}
    known = (
        await parties.those_known(desk.pool, caller.tenant_id, list(set(customers.values()))) if customers else set()
    )
    return [
        *(
            (place, Fault("customer_id", "unknown", value=each))
            for place, each in customers.items()
            if each not in known
        ),
        *(
            (place, Fault(entry.field, "taken", value=getattr(record, entry.field)))
            for place, record in batch
            if keys.get(place) in taken
        ),
    ]
