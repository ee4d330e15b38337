"""Everything that tenants have in the database, to tell whether a request has left a trace."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from orderloom.store.pool import Pool
from tests.conformance.face import Tenant


async def rows(pool: Pool, *tenant_ids: int) -> Counter[tuple[str, str]]:
    """Every row of the tenants, as a table and a text; from every table that has a `tenant_id`, events included."""
    tables = await pool.fetch(
        """select quote_ident(table_name) from information_schema.columns
            where table_schema = current_schema and column_name = 'tenant_id' order by 1"""
    )
    of_each = (
        f"select '{table}' as of_table, t::text as content from {table} t where t.tenant_id = any($1)"  # noqa: S608
        for (table,) in tables
    )
    found = await pool.fetch(" union all ".join(of_each), list(tenant_ids))
    return Counter((row["of_table"], row["content"]) for row in found)


@asynccontextmanager
async def untouched(*tenants: Tenant) -> AsyncIterator[None]:
    """Fails if the block adds, changes or takes away any row of these tenants. Rows hold their ids, so order counts."""
    pool = tenants[0].book.desk.pool
    ids = [tenant.book.tenant_id for tenant in tenants]
    before = await rows(pool, *ids)
    assert before
    yield
    after = await rows(pool, *ids)
    assert {"gone": before - after, "new": after - before} == {"gone": Counter(), "new": Counter()}
