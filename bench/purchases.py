"""A book of many purchases with three lines each, and how PostgreSQL finds some of them."""

import itertools
import statistics
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

import asyncpg
import msgspec

from bench.books import AUTHOR, BATCH_TIMEOUT_S
from bench.records import ACCESS_TOKEN
from orderloom.book.lists import Cut
from orderloom.demo.people import DEMO_CLIENT, DEMO_SECRET
from orderloom.demo.records import BEGAN_AT
from orderloom.desk import clients, founding
from orderloom.desk.desk import Desk
from orderloom.desk.passwords import token_hash
from orderloom.dialects.extensiv import properties, rql
from orderloom.store import purchases as store
from orderloom.store import tokens
from orderloom.store.pool import Pool, connect
from orderloom.store.rows import continue_codes
from orderloom.store.tenants import code_sequence

CUSTOMERS: Final = 1_000
ITEMS_EACH: Final = 20
SUPPLIERS: Final = 500
FACILITIES: Final = 4
LINES_EACH: Final = 3
FIRST_PURCHASE: Final = 100_000_001
FIRST_LINE: Final = 200_000_001
# One in so many is open still.
OPEN_EVERY: Final = 20
SECONDS_APART: Final = 30
BATCH: Final = 50_000

# Filters that users write all day, and the list without any.
FILTERS: Final = {
    "all": "",
    "customer": "customeridentifier.id==17",
    "customer, open": "customeridentifier.id==17;readonly.closed==false",
    "open": "readonly.closed==false",
    "number": "purchaseordernumber==PO-711",
    "number, its beginning": "purchaseordernumber==PO-71*",
    "external id": "externalid==EXT-711",
    "one of several external ids": "externalid=in=(EXT-1,EXT-711,EXT-815)",
    "created in a week": "readonly.creationdate=ge=2016-05-20;readonly.creationdate=lt=2016-05-27",
    "modified in a week": "readonly.lastmodifieddate=ge=2016-05-20;readonly.lastmodifieddate=lt=2016-05-27",
    "supplier code": "supplier.code==SUP-42",
    "sku on a line": "lineitems.itemidentifier.sku==SKU-17-3",
    "customer's name": "customeridentifier.name==Customer 17",
}


def customer_of(number: int) -> int:
    """Whose the purchase with this number is."""
    return number % CUSTOMERS + 1


def supplier_of(number: int) -> int:
    """Who supplies it."""
    return number % SUPPLIERS + 1


def facility_of(number: int) -> int:
    """Where its goods are expected."""
    return number % FACILITIES + 1


def item_of(number: int, place: int) -> int:
    """The item of its line at this place, from 0."""
    return customer_of(number) * ITEMS_EACH + (number // CUSTOMERS + place) % ITEMS_EACH


class Finding(msgspec.Struct):
    """How a filter was answered: how many it selects, the time of its page of 100 with lines in ms, and the plan."""

    name: str
    total: int
    ms: float
    lines: list[str]

    @property
    def by_index(self) -> bool:
        """Whether no step reads a whole table of orders or lines."""
        return not any(f"Seq Scan on {table}" in line for line in self.lines for table in ("orders", "lines"))


async def enter_book(url: str, host: str, purchases: int) -> int:
    """Enter a tenant with so many purchases, one each SECONDS_APART since 2016; its id."""
    pool = await connect(url, size=2)
    try:
        desk = Desk(pool)
        async with pool.transaction() as db:
            caller = await founding.add_tenant(desk, db, host, AUTHOR, hosts=(host,))
            await clients.enter(desk, db, caller, DEMO_CLIENT, "Bench", DEMO_SECRET)
            client = await db.fetchval("select id from clients where tenant_id = $1", caller.tenant_id)
            access = tokens.Issued("access", token_hash(ACCESS_TOKEN), desk.now() + timedelta(days=1))
            await tokens.issue(
                db, caller.tenant_id, "extensiv", user_id=None, client_id=client, tokens=(access,), at=desk.now()
            )
    finally:
        await pool.close()
    await _fill(url, caller.tenant_id, purchases)
    return caller.tenant_id


async def find(url: str, tenant_id: int) -> list[Finding]:
    """How each filter is answered, after it has been asked often enough for the database to settle on a plan."""
    pool = await connect(url, size=1)
    try:
        return [await _finding(pool, tenant_id, name, text) for name, text in FILTERS.items()]
    finally:
        await pool.close()


async def _finding(pool: Pool, tenant_id: int, name: str, text: str) -> Finding:
    where = rql.condition(text, properties.PURCHASE_ORDERS)

    async def ask(db: Any) -> Any:
        return await store.page(db, tenant_id, where=where, sorts=(), cut=Cut(100), up_to=None)

    times = []
    for _ in range(RUNS):
        began_at = time.perf_counter()
        page = await ask(pool)
        times.append((time.perf_counter() - began_at) * 1000)
    explaining = Explaining(pool)
    with suppress(IndexError):
        await ask(explaining)
    return Finding(name, page.total, statistics.median(times), explaining.lines)


RUNS: Final = 9


class Explaining:
    """Stands where a pool does and keeps the plan instead of the rows."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.lines: list[str] = []

    async def search(self, query: str, *args: Any) -> list[Any]:
        rows = await self._pool.fetch(f"explain (analyze, costs off, timing off, summary off) {query}", *args)
        self.lines = list(itertools.takewhile(lambda line: not line.startswith("Planning"), (row[0] for row in rows)))
        return []


async def _fill(url: str, tenant_id: int, purchases: int) -> None:
    connection = await asyncpg.connect(url, command_timeout=BATCH_TIMEOUT_S)
    try:
        for statement in (_CUSTOMERS, _ITEMS, _QUALIFIERS, _SUPPLIERS, _FACILITIES):
            await connection.execute(statement, tenant_id, BEGAN_AT)
        for first in range(1, purchases + 1, BATCH):
            last = min(first + BATCH - 1, purchases)
            await connection.execute(_PURCHASES, tenant_id, BEGAN_AT, first, last)
            await connection.execute(_LINES, tenant_id, BEGAN_AT, first, last)
        await continue_codes(connection, code_sequence(tenant_id), tenant_id)
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()


_CUSTOMERS: Final = f"""
insert into customers (tenant_id, id, name, name_folded, external_id, external_id_folded, created_at)
select $1, n, 'Customer ' || n, 'customer ' || n, 'C-' || n, 'c-' || n, $2 from generate_series(1, {CUSTOMERS}) n"""
_ITEMS: Final = f"""
insert into items (tenant_id, id, customer_id, sku, sku_folded, created_at)
select $1, c * {ITEMS_EACH} + i, c, 'SKU-' || c || '-' || i, 'sku-' || c || '-' || i, $2
  from generate_series(1, {CUSTOMERS}) c, generate_series(0, {ITEMS_EACH - 1}) i"""
_QUALIFIERS: Final = """
insert into qualifiers (tenant_id, item_id, name, name_folded)
select $1, i.id, '', '' from items i where i.tenant_id = $1 and $2::timestamptz is not null"""
_SUPPLIERS: Final = f"""
insert into contacts (tenant_id, id, code, code_folded, company_name, created_at)
select $1, n, 'SUP-' || n, 'sup-' || n, 'Supplier ' || n, $2 from generate_series(1, {SUPPLIERS}) n"""
_FACILITIES: Final = f"""
insert into facilities (tenant_id, id, name, name_folded, created_at)
select $1, n, 'Hall ' || n, 'hall ' || n, $2 from generate_series(1, {FACILITIES}) n"""
_BY: Final = "created_at, created_by, modified_at, modified_by"
_PURCHASES: Final = f"""
insert into orders (tenant_id, id, code_number, code, type_id, kind, state, number, external_id, customer_id,
                    supplier_id, issued_at, {_BY})
select $1, {FIRST_PURCHASE} + n, n, 'ORD-' || n, t.id, t.kind,
       case when (n + n / {CUSTOMERS}) % {OPEN_EVERY} = 0 then 'to_execute' else 'done' end,
       'PO-' || n, 'EXT-' || n, n % {CUSTOMERS} + 1, n % {SUPPLIERS} + 1, at, at, 'bench', at, 'bench'
  from order_types t, generate_series($3::bigint, $4::bigint) n
 cross join lateral (select $2::timestamptz + n * interval '{SECONDS_APART} seconds' as at) moment
 where t.tenant_id = $1 and t.code = 'purchase_order'
 order by n"""
_LINES: Final = f"""
insert into lines (tenant_id, id, order_id, item_id, qualifier, quantity, price, facility_id, expected_at, {_BY})
select $1, {FIRST_LINE} + n * {LINES_EACH} + l, {FIRST_PURCHASE} + n,
       (n % {CUSTOMERS} + 1) * {ITEMS_EACH} + (n / {CUSTOMERS} + l) % {ITEMS_EACH}, '', l + 1.5, 4.25,
       n % {FACILITIES} + 1, $2, $2, 'bench', $2, 'bench'
  from generate_series($3::bigint, $4::bigint) n, generate_series(0, {LINES_EACH - 1}) l
 order by n, l"""
