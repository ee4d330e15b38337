"""Supply types: list, add."""

from collections.abc import Sequence
from typing import Final

from orderloom.book import supply_types as book
from orderloom.book.events import Event, as_json
from orderloom.book.supply_types import SupplyType
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.store import events
from orderloom.store import supply_types as store

# A supply type has no id: its events tell its code.
_NO_ID: Final = 0


async def first(desk: Desk, caller: Caller, limit: int) -> Sequence[SupplyType]:
    """The first supply types by code, at most `limit`."""
    return await store.listed(desk.pool, caller.tenant_id, limit)


async def add(desk: Desk, caller: Caller, supply_type: SupplyType) -> None:
    """Enter a new supply type. Raises BadInput with every fault."""
    book.check(supply_type)
    async with desk.pool.transaction() as db:
        await store.insert(db, caller.tenant_id, supply_type)
        told = Event("SupplyTypeAdded", "supply_type", None, as_json(supply_type))
        await events.append(db, caller.tenant_id, _NO_ID, told, caller.author, desk.now())
