"""Currencies on PostgreSQL."""

from decimal import Decimal

from orderloom.book.currencies import Currency
from orderloom.store.pool import Db


async def all_rates(db: Db, tenant_id: int) -> dict[str, Decimal]:
    """The rates of all currencies, by code."""
    rows = await db.fetch("select code, rate from currencies where tenant_id = $1", tenant_id)
    return {row[0]: row[1] for row in rows}


async def listed(db: Db, tenant_id: int, limit: int) -> list[Currency]:
    """The first currencies by code, at most `limit`."""
    rows = await db.fetch(
        'select code, rate from currencies where tenant_id = $1 order by code collate "C" limit $2', tenant_id, limit
    )
    return [Currency(*row) for row in rows]


async def insert(db: Db, tenant_id: int, currency: Currency) -> bool:
    """Enter the currency; False if its code is taken."""
    tag = await db.execute(
        "insert into currencies (tenant_id, code, rate) values ($1, $2, $3) on conflict (tenant_id, code) do nothing",
        tenant_id,
        currency.code,
        currency.rate,
    )
    return tag == "INSERT 0 1"


async def lock(db: Db, tenant_id: int, code: str) -> Currency:
    """The currency, which is there, locked until the transaction ends."""
    row = await db.fetchrow(
        "select code, rate from currencies where tenant_id = $1 and code = $2 for update", tenant_id, code
    )
    return Currency(*row)


async def save(db: Db, tenant_id: int, currency: Currency) -> None:
    """Write the rate of a currency that is there."""
    await db.execute(
        "update currencies set rate = $3 where tenant_id = $1 and code = $2", tenant_id, currency.code, currency.rate
    )
