"""A book of many purchases, each with three lines, a phase that it is bought for, and what it costs."""

from datetime import timedelta
from typing import Final

import asyncpg

from bench import titles
from bench.books import AUTHOR, BATCH_TIMEOUT_S
from bench.records import ACCESS_TOKEN
from orderloom.demo.book import enter_people_and_types
from orderloom.demo.people import DEMO_CLIENT, DEMO_KEY, DEMO_KEY_NAME, DEMO_SCOPES, DEMO_SECRET
from orderloom.demo.records import BEGAN_AT
from orderloom.desk import api_keys, clients, founding
from orderloom.desk.desk import Desk
from orderloom.desk.passwords import token_hash
from orderloom.store import tokens
from orderloom.store.pool import connect
from orderloom.store.rows import continue_codes
from orderloom.store.tenants import code_sequence

CUSTOMERS: Final = 1_000
ITEMS_EACH: Final = 20
SUPPLIERS: Final = 500
FACILITIES: Final = 4
LINES_EACH: Final = 3
PHASES: Final = 1_000
LOWEST_PRICE: Final = 4.25
PRICES: Final = 997
# In percent, of the estimates.
MARKUP: Final = 30
FIRST_PURCHASE: Final = 100_000_001
FIRST_LINE: Final = 200_000_001
# One in so many is open still.
OPEN_EVERY: Final = 20
SECONDS_APART: Final = 30
BATCH: Final = 50_000


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


def price_of(number: int) -> float:
    """The price on each of its lines: there are PRICES of them, so that not every purchase costs the same."""
    return LOWEST_PRICE + number % PRICES


def phase_of(number: int) -> int:
    """The phase that it is bought for, which is the id of a case. Each phase buys from two suppliers."""
    return number // 2 % PHASES + 1


def phase_code(phase: int) -> str:
    """The code of the phase with this id: two of them make a job."""
    return f"{job_code(phase)}.{2 - phase % 2:03d}"


def job_code(phase: int) -> str:
    """The code of the phase's job."""
    return f"1/{(phase + 1) // 2:08d}"


async def enter_book(url: str, host: str, purchases: int) -> int:
    """Enter a tenant with the demo's people and so many purchases, one each SECONDS_APART since 2016; its id."""
    pool = await connect(url, size=2)
    try:
        desk = Desk(pool)
        async with pool.transaction() as db:
            caller = await founding.add_tenant(desk, db, host, AUTHOR, hosts=(host,))
            await enter_people_and_types(desk, db, caller)
            await clients.enter(desk, db, caller, DEMO_CLIENT, "Bench", DEMO_SECRET)
            await api_keys.enter(desk, db, caller, DEMO_KEY_NAME, DEMO_SCOPES, DEMO_KEY)
            client = await db.fetchval("select id from clients where tenant_id = $1", caller.tenant_id)
            access = tokens.Issued("access", token_hash(ACCESS_TOKEN), desk.now() + timedelta(days=1))
            await tokens.issue(
                db, caller.tenant_id, "extensiv", user_id=None, client_id=client, tokens=(access,), at=desk.now()
            )
    finally:
        await pool.close()
    await _fill(url, caller.tenant_id, purchases)
    return caller.tenant_id


async def _fill(url: str, tenant_id: int, purchases: int) -> None:
    connection = await asyncpg.connect(url, command_timeout=BATCH_TIMEOUT_S)
    try:
        for statement in (_CUSTOMERS, _ITEMS, _QUALIFIERS, _SUPPLIERS, _FACILITIES, _PHASES, _SUPPLY_TYPE):
            await connection.execute(statement, tenant_id, BEGAN_AT)
        for first in range(1, purchases + 1, BATCH):
            last = min(first + BATCH - 1, purchases)
            await connection.execute(_PURCHASES, tenant_id, BEGAN_AT, first, last, *titles.arguments(purchases))
            for statement in (_LINES, _COSTINGS):
                await connection.execute(statement, tenant_id, BEGAN_AT, first, last)
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
# The same codes as `phase_code` gives.
_PHASES: Final = f"""
insert into cases (tenant_id, id, code, name, created_at)
select $1, n, '1/' || lpad(((n + 1) / 2)::text, 8, '0') || '.' || lpad((2 - n % 2)::text, 3, '0'), 'Phase ' || n, $2
  from generate_series(1, {PHASES}) n"""
_SUPPLY_TYPE: Final = """
insert into supply_types (tenant_id, code, name) select $1, '1/ENG', 'Engraving' where $2::timestamptz is not null"""
_BY: Final = "created_at, created_by, modified_at, modified_by"
_PURCHASES: Final = f"""
insert into orders (tenant_id, id, code_number, code, type_id, kind, state, number, title, external_id,
                    supplier_reference, customer_id, supplier_id, case_id, issued_at, {_BY})
select $1, {FIRST_PURCHASE} + n, n, 'ORD-' || n, t.id, t.kind,
       case when (n + n / {CUSTOMERS}) % {OPEN_EVERY} = 0 then 'to_execute' else 'done' end,
       'PO-' || n, {titles.sql("n", "$5", "$6")}, 'EXT-' || n, 'Q-' || n, n % {CUSTOMERS} + 1, n % {SUPPLIERS} + 1,
       n / 2 % {PHASES} + 1, at, at, 'bench', at, 'bench'
  from order_types t, generate_series($3::bigint, $4::bigint) n
 cross join lateral (select $2::timestamptz + n * interval '{SECONDS_APART} seconds' as at) moment
 where t.tenant_id = $1 and t.code = 'purchase_order'
 order by n"""
_LINES: Final = f"""
insert into lines (tenant_id, id, order_id, item_id, qualifier, quantity, price, facility_id, expected_at, {_BY})
select $1, {FIRST_LINE} + n * {LINES_EACH} + l, {FIRST_PURCHASE} + n,
       (n % {CUSTOMERS} + 1) * {ITEMS_EACH} + (n / {CUSTOMERS} + l) % {ITEMS_EACH}, '', l + 1.5,
       {LOWEST_PRICE} + n % {PRICES}, n % {FACILITIES} + 1, $2, $2, 'bench', $2, 'bench'
  from generate_series($3::bigint, $4::bigint) n, generate_series(0, {LINES_EACH - 1}) l
 order by n, l"""
# The cost follows the lines, whose quantities come to 7.5, and nothing is put on it; the estimate has a markup.
_COSTINGS: Final = f"""
insert into costings (tenant_id, order_id, supply_type, cost, currency_cost, charge, job_charge, estimate_cost,
                      estimate_currency_cost, estimate_markup, estimate_charge, estimate_job_charge)
select $1, {FIRST_PURCHASE} + n, '1/ENG', cost, cost, cost, cost, cost, cost, {MARKUP}, charge, charge
  from generate_series($3::bigint, $4::bigint) n
 cross join lateral (select round(7.5 * ({LOWEST_PRICE} + n % {PRICES}), 2) as cost) costed
 cross join lateral (select round(cost * (1 + {MARKUP} / 100.0), 2) as charge) charged
 where $2::timestamptz is not null
 order by n"""
