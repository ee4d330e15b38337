"""Companies on PostgreSQL: what the tenants are."""

from typing import Final

from orderloom.book.companies import Company
from orderloom.store.pool import Db


async def company(db: Db, tenant_id: int) -> Company:
    """The company that the tenant is."""
    return Company(*await db.fetchrow(_ONE, tenant_id))


async def lock(db: Db, tenant_id: int) -> Company:
    """The same, its row locked until the transaction ends."""
    return Company(*await db.fetchrow(f"{_ONE} for update", tenant_id))


_ONE: Final = "select company_number, name, base_currency, base_symbol from tenants where id = $1"


async def save(db: Db, tenant_id: int, company: Company) -> None:
    """Write the company."""
    await db.execute(
        "update tenants set company_number = $2, name = $3, base_currency = $4, base_symbol = $5 where id = $1",
        tenant_id,
        company.number,
        company.name,
        company.base_currency,
        company.base_symbol,
    )
