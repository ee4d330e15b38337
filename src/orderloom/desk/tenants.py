"""The tenant itself."""

from orderloom.desk.desk import Desk
from orderloom.store import tenants as store


async def name(desk: Desk, tenant_id: int) -> str:
    """The name of the company whose book it is."""
    return await store.name_of(desk.pool, tenant_id)
