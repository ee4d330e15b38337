"""Facilities: show, list, add one or many."""

from collections.abc import Sequence

from msgspec.structs import replace

from orderloom.book import facilities as book
from orderloom.book.conditions import Condition
from orderloom.book.errors import Fault
from orderloom.book.facilities import Facility
from orderloom.book.lists import Cut, Page, Sort
from orderloom.desk import entering
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.entering import Entry, Moved
from orderloom.store import facilities as store


async def show(desk: Desk, caller: Caller, facility_id: int) -> Facility:
    """The facility with this id. Raises FacilityNotFound."""
    return await store.one(desk.pool, caller.tenant_id, facility_id)


async def page(desk: Desk, caller: Caller, where: Condition, sorts: Sequence[Sort], cut: Cut) -> Page[Facility]:
    """A page of the facilities for which the condition holds, and how many those are."""
    return await store.page(desk.pool, caller.tenant_id, where, sorts, cut)


async def add(desk: Desk, caller: Caller, facility: Facility) -> Facility:
    """Enter a new facility and return it with its id. Raises BadInput with every fault."""
    return replace(facility, id=await entering.add(desk, caller, _ENTRY, facility))


async def add_all(desk: Desk, caller: Caller, facilities: Sequence[Facility], moved: Moved | None = None) -> list[int]:
    """Enter all of them or none; their ids, in the same order. Raises BadRecords."""
    return await entering.add_all(desk, caller, _ENTRY, facilities, moved)


async def faults(
    desk: Desk, caller: Caller, facilities: Sequence[Facility], moved: Moved | None = None
) -> dict[int, list[Fault]]:
    """Why they cannot all be entered: the faults of each by its place; nothing is changed."""
    return await entering.faults(desk, caller, _ENTRY, facilities, moved)


_ENTRY = Entry[Facility, str](
    event="FacilityAdded",
    noun="facility",
    changes=lambda facility: {"name": facility.name},
    check=book.check,
    field="name",
    key=lambda facility: facility.name.casefold(),
    taken=store.taken,
    insert=store.insert,
    insert_many=store.insert_many,
)
