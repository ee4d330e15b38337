"""Customers on PostgreSQL."""

from datetime import datetime
from typing import Any, Final

from orderloom.book.errors import CustomerNotFound
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.parties import TEXTS, Customer
from orderloom.store import folding, pages
from orderloom.store.pool import Db
from orderloom.store.sorting import Column, ordering

_COLUMNS: Final = "c.id, c.kind, c.name, c.first_name, c.external_id, c.city, c.country, c.deactivated"


async def customer(db: Db, tenant_id: int, customer_id: int) -> Customer:
    """The customer with this id. Raises CustomerNotFound."""
    row = await db.fetchrow(
        f"select {_COLUMNS} from customers c where c.tenant_id = $1 and c.id = $2", tenant_id, customer_id
    )
    if row is None:
        raise CustomerNotFound(customer_id)
    return _customer(row)


async def has_customer(db: Db, tenant_id: int, customer_id: int) -> bool:
    """True if there is a customer with this id."""
    found: bool = await db.fetchval(
        "select exists (select from customers c where c.tenant_id = $1 and c.id = $2)", tenant_id, customer_id
    )
    return found


async def page(db: Db, tenant_id: int, sort: Sort, cut: Cut) -> Page[Customer]:
    """A page of customers, and how many there are."""
    by = ordering(sort, _SORTED_BY, "c", first=4)
    counted = f"select count(*) as total from customers c where {_CHOSEN}"
    what = pages.List(_COLUMNS, "customers c", "c", _CHOSEN, counted)
    statement = pages.statement(what, by, limit="$2", offset="$3")
    rows = await db.fetch(statement, tenant_id, cut.limit, cut.offset, *by.arguments)
    return Page(rows[0][-1], [_customer(row) for row in rows if row[0] is not None])


_CHOSEN: Final = "c.tenant_id = $1"
_SORTED_BY: Final = {
    "kind": Column("c.kind", text=True, nullable=False),
    "name": Column("c.name", text=True, nullable=False),
    # The same name is a company's or a last name.
    "company": Column("(case c.kind when 'organisation' then c.name_folded end)", text=True),
    "last_name": Column("(case c.kind when 'individual' then c.name_folded end)", text=True),
    "first_name": Column("c.first_name", text=True),
    "city": Column("c.city", text=True),
    "country": Column("c.country", text=True),
    "created_at": Column("c.created_at", nullable=False),
}


async def insert(db: Db, tenant_id: int, customer: Customer, at: datetime) -> int:
    """Enter the customer; the id."""
    customer_id: int = await db.fetchval(
        """insert into customers as c (tenant_id, kind, name, name_folded, first_name, external_id, external_id_folded,
                                       city, country, deactivated, folded, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           returning c.id""",
        tenant_id,
        customer.kind,
        customer.name,
        folding.folded_text(customer.name),
        customer.first_name,
        customer.external_id,
        customer.external_id and folding.folded_text(customer.external_id),
        customer.city,
        customer.country,
        customer.deactivated,
        folding.folded((field, getattr(customer, field)) for field in TEXTS),
        at,
    )
    return customer_id


def _customer(row: Any) -> Customer:
    return Customer(
        id=row["id"],
        kind=row["kind"],
        name=row["name"],
        first_name=row["first_name"],
        external_id=row["external_id"],
        city=row["city"],
        country=row["country"],
        deactivated=row["deactivated"],
    )
