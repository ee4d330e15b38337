"""Facilities: show, list, add; see `orderloom.desk.records` for the rest."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from orderloom.book import facilities as book
from orderloom.book.conditions import Condition
from orderloom.book.facilities import Facility
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.records import Rules
from orderloom.book.text import folded
from orderloom.desk import entering
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.entering import Entry
from orderloom.desk.records import Kind, amended
from orderloom.store import facilities as store


async def show(desk: Desk, caller: Caller, facility_id: int) -> Facility:
    """The facility with this id. Raises FacilityNotFound."""
    return await store.one(desk.pool, caller.tenant_id, facility_id)


async def page(desk: Desk, caller: Caller, where: Condition, sorts: Sequence[Sort], cut: Cut) -> Page[Facility]:
    """A page of the facilities for which the condition holds, and how many those are."""
    return await store.page(desk.pool, caller.tenant_id, where, sorts, cut)


async def add(desk: Desk, caller: Caller, facility: Facility) -> Facility:
    """Enter a new facility and return it with its id. Raises BadInput with every fault."""
    return replace(facility, id=await entering.add(desk, caller, ENTRY, facility))


RULES: Final = Rules(book.check, book.FIELDS)
ENTRY: Final = Entry[Facility, str](
    event="FacilityAdded",
    noun="facility",
    rules=RULES,
    field="name",
    key=lambda facility: folded(facility.name),
    taken=store.taken,
    insert=store.insert,
    insert_many=store.insert_many,
)
KIND: Final = Kind(store.KEPT, ENTRY, RULES, amended("facility"))
