"""Facilities on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from orderloom.book.conditions import Condition
from orderloom.book.errors import FacilityNotFound, Fault
from orderloom.book.facilities import Facility
from orderloom.book.lists import Cut, Page, Sort
from orderloom.store import entering, folding, searching
from orderloom.store.conditions import Field
from orderloom.store.pool import Db, SearchDb
from orderloom.store.records import Kept

_COLUMNS: Final = "f.id, f.name, f.deactivated"


async def one(db: Db, tenant_id: int, facility_id: int) -> Facility:
    """The facility with this id. Raises FacilityNotFound."""
    row = await db.fetchrow(
        f"select {_COLUMNS} from facilities f where f.tenant_id = $1 and f.id = $2", tenant_id, facility_id
    )
    if row is None:
        raise FacilityNotFound(facility_id)
    return _facility(row)


async def page(db: SearchDb, tenant_id: int, where: Condition, sorts: Sequence[Sort], cut: Cut) -> Page[Facility]:
    """A page of the facilities for which the condition holds, and how many those are."""
    return await searching.page(db, _LISTED, tenant_id, where, sorts, cut, made=_facility)


_LISTED: Final = searching.Listed(
    _COLUMNS,
    "facilities f",
    "f",
    {
        "id": Field("f.id", "bigint", nullable=False),
        "name": Field("f.name_folded", "text", nullable=False),
        "deactivated": Field("f.deactivated", "boolean", nullable=False),
    },
)


async def taken(db: Db, tenant_id: int, names: Sequence[str]) -> set[str]:
    """Those of the names, as they are compared, that facilities have already."""
    rows = await db.fetch(
        "select f.name_folded from facilities f where f.tenant_id = $1 and f.name_folded = any($2::text[])",
        tenant_id,
        names,
    )
    return {row[0] for row in rows}


async def insert(db: Db, tenant_id: int, facility: Facility, at: datetime) -> int:
    """Enter the facility; the id. Raises BadInput if the name is taken."""
    return await entering.insert(db, _TABLE, tenant_id, _row(facility, at))


async def insert_many(db: Db, tenant_id: int, facilities: Sequence[Facility], at: datetime) -> list[int]:
    """Enter the facilities; their ids, in the same order. Raises BadInput if a name is taken."""
    return await entering.insert_many(db, _TABLE, tenant_id, [_row(each, at) for each in facilities])


_TABLE: Final = entering.Table(
    "facilities",
    {"name": "text", "name_folded": "text", "deactivated": "boolean", "created_at": "timestamptz"},
    {"facilities_name_key": Fault("name", "taken")},
)


def _row(facility: Facility, at: datetime) -> tuple[Any, ...]:
    return facility.name, folding.folded_text(facility.name), facility.deactivated, at


def _facility(row: Any) -> Facility:
    return Facility(id=row["id"], name=row["name"], deactivated=row["deactivated"])


KEPT: Final = Kept(
    noun="facility",
    table=_TABLE,
    alias="f",
    columns=_COLUMNS,
    fields={**_LISTED.fields, "created_at": Field("f.created_at", "timestamptz", nullable=False)},
    made=_facility,
    row=_row,
    missing=FacilityNotFound,
    dependents={"lines_facility_fkey": "lines", "receipts_facility_fkey": "receipts"},
)
