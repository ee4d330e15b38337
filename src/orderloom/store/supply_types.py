"""Supply types on PostgreSQL."""

from collections.abc import Sequence

from orderloom.book.errors import BadInput, Fault
from orderloom.book.supply_types import SupplyType
from orderloom.store import entering
from orderloom.store.pool import Db


async def codes_among(db: Db, tenant_id: int, codes: Sequence[str]) -> frozenset[str]:
    """Those of the codes that supply types have."""
    rows = await db.fetch(
        "select code from supply_types where tenant_id = $1 and code = any($2::text[])", tenant_id, codes
    )
    return frozenset(row[0] for row in rows)


async def listed(db: Db, tenant_id: int, limit: int) -> list[SupplyType]:
    """The first supply types by code, at most `limit`."""
    rows = await db.fetch(
        'select code, name from supply_types where tenant_id = $1 order by code collate "C" limit $2', tenant_id, limit
    )
    return [SupplyType(*row) for row in rows]


async def insert(db: Db, tenant_id: int, supply_type: SupplyType) -> None:
    """Enter the supply type. Raises BadInput if its code is taken."""
    with entering.refusing({"supply_types_pkey": BadInput(Fault("code", "taken", value=supply_type.code))}):
        await db.execute(
            "insert into supply_types (tenant_id, code, name) values ($1, $2, $3)",
            tenant_id,
            supply_type.code,
            supply_type.name,
        )
