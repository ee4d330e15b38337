"""Facilities."""

from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from orderloom.api import resource_operations
from orderloom.api.filters import Field
from orderloom.api.resources import Examples, Resource, said
from orderloom.api.shapes import ReadOnly, Text
from orderloom.book import facilities as book
from orderloom.book.records import Wanted, Whole
from orderloom.desk.facilities import KIND


class Facility(msgspec.Struct, frozen=True, gc=False):
    """A warehouse that goods come to; no two have the same name, case apart."""

    id: int
    name: str
    deactivated: bool
    created_at: datetime


class GivenFacility(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A facility as somebody wants it; what is left out stays as it is. A new one needs a name."""

    name: Text | UnsetType = UNSET
    deactivated: bool | UnsetType = UNSET
    id: ReadOnly | UnsetType = UNSET
    created_at: ReadOnly | UnsetType = UNSET


class Facilities(msgspec.Struct, frozen=True):
    """A part of the facilities; `next` is the cursor of the part behind it, null at the end."""

    facilities: list[Any]
    next: str | None


def shown(whole: Whole[book.Facility]) -> Facility:
    """The facility as it is shown."""
    facility = whole.record
    return Facility(facility.id, facility.name, facility.deactivated, whole.created_at)


def wanted(given: GivenFacility, before: book.Facility | None) -> Wanted[book.Facility]:
    """What is wanted of a facility, or of a new one."""
    return Wanted(replace(before or book.Facility(name=""), **said(given, book.FIELDS)), {})


FACILITIES: Final = Resource(
    kind=KIND,
    noun="facility",
    plural="facilities",
    about="The warehouses that the lines of orders, and receipts, name.",
    shape=Facility,
    page=Facilities,
    takes=GivenFacility,
    shown=shown,
    wanted=wanted,
    fields={
        "id": Field("integer", optional=False),
        "name": Field("text", optional=False),
        "deactivated": Field("boolean", optional=False),
        "created_at": Field("moment", optional=False),
    },
    examples=Examples(
        query=(("deactivated", "false"), ("sort", "name")),
        new={"name": "Harbour"},
        known_id=1,
        change={"name": "Main gate"},
    ),
    searches=False,
    named=False,
)
OPERATIONS: Final = resource_operations.of(FACILITIES)
