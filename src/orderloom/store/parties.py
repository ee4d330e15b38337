"""Customers on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from orderloom.book.conditions import Condition
from orderloom.book.errors import CustomerNotFound
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.parties import TEXTS, Customer
from orderloom.store import entering, folding, pages, searching
from orderloom.store.conditions import Field, text_of
from orderloom.store.pool import Db, SearchDb
from orderloom.store.records import Kept
from orderloom.store.sorting import Column, ordering

_COLUMNS: Final = "c.id, c.kind, c.name, c.first_name, c.external_id, c.city, c.country, c.deactivated, c.created_at"
# What a customer is called in one text, of the table called c; null where there is none.
WHOLE_NAME: Final = "case when c.first_name is null then c.name else c.first_name || ' ' || c.name end"


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
    # The same name is a company's or a last name, and what is folded stands under its one name.
    "company": Column("(case c.kind when 'organisation' then coalesce(c.folded ->> 'name', c.name) end)", text=True),
    "last_name": Column("(case c.kind when 'individual' then coalesce(c.folded ->> 'name', c.name) end)", text=True),
    "first_name": Column("c.first_name", text=True),
    "city": Column("c.city", text=True),
    "country": Column("c.country", text=True),
    "created_at": Column("c.created_at", nullable=False),
}


async def search(db: SearchDb, tenant_id: int, where: Condition, sorts: Sequence[Sort], cut: Cut) -> Page[Customer]:
    """A page of the customers for whom the condition holds, and how many those are."""
    return await searching.page(db, _LISTED, tenant_id, where, sorts, cut, made=_customer)


_LISTED: Final = searching.Listed(
    _COLUMNS,
    "customers c",
    "c",
    {
        "id": Field("c.id", "bigint", nullable=False),
        "external_id": Field("c.external_id_folded", "text"),
        "name": Field("c.name_folded", "text", nullable=False),
        "deactivated": Field("c.deactivated", "boolean", nullable=False),
        "created_at": Field("c.created_at", "timestamptz", nullable=False),
    },
)


async def those_known(db: Db, tenant_id: int, customer_ids: Sequence[int]) -> set[int]:
    """Those of the ids that are customers'."""
    rows = await db.fetch(
        "select c.id from customers c where c.tenant_id = $1 and c.id = any($2::bigint[])", tenant_id, customer_ids
    )
    return {row[0] for row in rows}


async def by_external_ids(db: Db, tenant_id: int, external_ids: Sequence[str]) -> list[tuple[str, int]]:
    """External ids as they are compared, each with the id of a customer who has it; several may have the same."""
    rows = await db.fetch(
        """select c.external_id_folded, c.id from customers c
            where c.tenant_id = $1 and c.external_id_folded = any($2::text[])""",
        tenant_id,
        [folding.folded_text(each) for each in external_ids],
    )
    return [(row[0], row[1]) for row in rows]


async def insert(db: Db, tenant_id: int, customer: Customer, at: datetime) -> int:
    """Enter the customer; the id."""
    return await entering.insert(db, _TABLE, tenant_id, _row(customer, at))


async def insert_many(db: Db, tenant_id: int, customers: Sequence[Customer], at: datetime) -> list[int]:
    """Enter the customers; their ids, in the same order."""
    return await entering.insert_many(db, _TABLE, tenant_id, [_row(each, at) for each in customers])


_TABLE: Final = entering.Table(
    "customers",
    {
        "kind": "text",
        "name": "text",
        "name_folded": "text",
        "first_name": "text",
        "external_id": "text",
        "external_id_folded": "text",
        "city": "text",
        "country": "text",
        "deactivated": "boolean",
        "folded": "jsonb",
        "created_at": "timestamptz",
    },
)


def _row(customer: Customer, at: datetime) -> tuple[Any, ...]:
    return (
        customer.kind,
        customer.name,
        folding.folded_text(customer.whole_name),
        customer.first_name,
        customer.external_id,
        customer.external_id and folding.folded_text(customer.external_id),
        customer.city,
        customer.country,
        customer.deactivated,
        folding.folded((field, getattr(customer, field)) for field in TEXTS),
        at,
    )


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
        created_at=row["created_at"],
    )


KEPT: Final = Kept(
    noun="customer",
    table=_TABLE,
    alias="c",
    columns=_COLUMNS,
    fields={
        **_LISTED.fields,
        "kind": Field("c.kind", "text", nullable=False),
        "name": text_of("c", "name", nullable=False),
        "whole_name": Field("c.name_folded", "text", nullable=False),
        **{field: text_of("c", field) for field in ("first_name", "city", "country")},
    },
    made=_customer,
    row=_row,
    missing=CustomerNotFound,
    dependents={
        "orders_customer_fkey": "orders",
        "contacts_customer_fkey": "contacts",
        "cases_customer_fkey": "cases",
        "items_customer_fkey": "items",
        "receipts_customer_fkey": "receipts",
    },
)
