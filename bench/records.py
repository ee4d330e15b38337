"""What the measured book holds besides the orders that HOMS reads: ids are fixed, so that a load can name them."""

from datetime import timedelta
from typing import Final

from orderloom.demo.people import DEMO_CLIENT, DEMO_SECRET, DEMO_USER
from orderloom.demo.records import BEGAN_AT
from orderloom.desk import clients
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.passwords import token_hash
from orderloom.store import tokens, users
from orderloom.store.pool import Db

# InTouch orders with 100 items each: some that are read, and some that items are entered on.
ORDERS_READ: Final = 100
ORDERS_WRITTEN: Final = 100
ITEMS_EACH: Final = 100
FIRST_ORDER: Final = 50_000_001
FIRST_ITEM: Final = 60_000_001
# iinsight cases with 25 purchases each.
CASES: Final = 40
PURCHASES_EACH: Final = 25
FIRST_PURCHASE: Final = 70_000_001
CUSTOMER: Final = 1
ACCESS_TOKEN: Final = "be" * 20
# Order codes of their own, out of the way of those that count up.
_CODES: Final = 90_000_000


async def enter(desk: Desk, db: Db, caller: Caller) -> None:
    """Enter a client with a token, a customer, cases with purchases, and orders with items."""
    tenant_id, at = caller.tenant_id, desk.now()
    await clients.enter(desk, db, caller, DEMO_CLIENT, "Bench", DEMO_SECRET)
    user = await users.user_by_email(db, tenant_id, DEMO_USER)
    assert user is not None
    access = tokens.Issued("access", token_hash(ACCESS_TOKEN), at + timedelta(days=1))
    client = await db.fetchval("select id from clients where tenant_id = $1", tenant_id)
    await tokens.issue(db, tenant_id, "iinsight", user_id=user.id, client_id=client, tokens=(access,), at=at)
    for statement in (_CUSTOMER, _CASES, _PURCHASES, _ORDERS, _ITEMS):
        await db.execute(statement, tenant_id, BEGAN_AT)


_CUSTOMER: Final = f"""
insert into customers (tenant_id, id, name, name_folded, created_at)
values ($1, {CUSTOMER}, 'Bakery', 'bakery', $2)"""
_CASES: Final = f"""
insert into cases (tenant_id, id, code, name, customer_id, created_at)
select $1, n, 'C' || n, 'Case ' || n, {CUSTOMER}, $2 from generate_series(1, {CASES}) n"""
_BY: Final = "created_at, created_by, modified_at, modified_by"
_PURCHASES: Final = f"""
insert into orders (tenant_id, id, code_number, code, type_id, kind, number, case_id, customer_id, {_BY})
select $1, {FIRST_PURCHASE} + n, {_CODES} + n, 'BENCH-P' || n, t.id, t.kind, 'PO ' || n, n % {CASES} + 1, {CUSTOMER},
       $2, 'bench', $2, 'bench'
  from generate_series(0, {CASES * PURCHASES_EACH - 1}) n, order_types t
 where t.tenant_id = $1 and t.code = 'purchase_order'"""
_ORDERS: Final = f"""
insert into orders (tenant_id, id, code_number, code, type_id, kind, title, customer_id, price_currency, {_BY})
select $1, {FIRST_ORDER} + n, {_CODES} - n - 1, 'BENCH-O' || n, t.id, t.kind, 'Objednávka ' || n, {CUSTOMER}, 'CZK',
       $2, 'bench', $2, 'bench'
  from generate_series(0, {ORDERS_READ + ORDERS_WRITTEN - 1}) n, order_types t
 where t.tenant_id = $1 and t.code = 'support_request'"""
_ITEMS: Final = f"""
insert into lines (tenant_id, id, order_id, title, quantity, unit, price, price_total, {_BY})
select $1, {FIRST_ITEM} + n, {FIRST_ORDER} + n / {ITEMS_EACH}, 'Dodávka ' || n, 12, 'kg', 10.5, 126,
       $2, 'bench', $2, 'bench'
  from generate_series(0, {(ORDERS_READ + ORDERS_WRITTEN) * ITEMS_EACH - 1}) n"""
