"""The SQL that the floor runs: Orderloom's own reads, taken from it as it runs them, and two plain writes."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from orderloom.book.conditions import AllOf, Operator, Test
from orderloom.book.costed import Chosen
from orderloom.book.lists import Cut, Sort
from orderloom.store import cases, costed, costing, lines, purchases
from orderloom.store import orders as store
from orderloom.store.tenants import code_sequence


class _Overheard(Exception):
    """Ends a call as soon as its statement is known."""


class _Listener:
    """Stands where a database would and keeps the statement; the store's own text can so never drift from ours."""

    statement = ""

    async def fetch(self, query: str, *_: Any) -> list[Any]:
        self.statement = query
        raise _Overheard

    async def search(self, query: str, *_: Any) -> list[Any]:
        return await self.fetch(query)

    async def fetchrow(self, query: str, *_: Any) -> Any:
        self.statement = query
        raise _Overheard

    async def fetchval(self, query: str, *_: Any) -> Any:
        raise NotImplementedError

    async def execute(self, query: str, *_: Any) -> str:
        raise NotImplementedError


def overhear(call: Callable[[Any], Coroutine[Any, Any, object]]) -> str:
    """The statement that the call sends first to the database that it is given."""
    listener = _Listener()
    coroutine = call(listener)
    with suppress(_Overheard):
        coroutine.send(None)  # it ends at its statement, so no event loop is needed
    coroutine.close()
    return listener.statement


HEAD_COLUMNS: Final = tuple(column.strip() for column in store._HEAD.split(","))
"""What a head is read from, in order."""

# What a new order of HOMS leaves empty is not written.
_LEFT_EMPTY: Final = (
    *("done_at", "estimated_at", "responsible_id", "number", "title", "notes", "customer_id", "case_id"),
    *("supplier_id", "supplier_reference", "issued_at", "required_on", "price_total", "price_currency", "leftovers"),
)
WRITTEN: Final = tuple(column for column in store.COLUMNS if column not in _LEFT_EMPTY)
"""The columns that Orderloom writes for a new order, in order."""


def one_order() -> str:
    """$1 tenant, $2 code -> the head."""
    return overhear(lambda db: store.head_by_code(db, {}, 0, ""))


def page_of_orders(size: int) -> str:
    """$1 tenant -> the first page of heads, newest first."""
    return overhear(lambda db: store.newest_heads(db, {}, 0, limit=size, offset=0))


def one_item() -> str:
    """$1 tenant, $2 order, $3 line -> the line."""
    return overhear(lambda db: lines.line(db, 0, 0, 0))


def page_of_items() -> str:
    """$1 tenant, $2 order, $3 limit, $4 offset -> lines by id, their place, and how many there are."""
    return overhear(lambda db: lines.page(db, 0, 0, Sort(), Cut(0)))


def purchases_of_case() -> str:
    """$1 tenant, $2 case -> id and name of each purchase."""
    return overhear(lambda db: cases.purchases(db, 0, 0))


def one_purchase() -> str:
    """$1 tenant, $2 order -> the purchase with its lines."""
    return overhear(lambda db: purchases.purchase(db, 0, 0))


def page_of_purchases() -> str:
    """$1 tenant, $2 customer -> the first 100 purchases of the customer, and how many there are."""
    return overhear(lambda db: purchases.page(db, 0, where=_CUSTOMER, sorts=(), cut=Cut(100), up_to=None))


def search_of_purchases() -> str:
    """$1 tenant, $2 customer, $3 until when -> the newest 25 closed ones of the customer until then."""
    where = AllOf((_CUSTOMER, Test("done", Operator.EQUAL, True), Test("created_at", Operator.LESS, 0)))
    newest = (Sort(("created_at",), descending=True),)
    return overhear(lambda db: purchases.page(db, 0, where=where, sorts=newest, cut=Cut(25), up_to=None))


_CUSTOMER: Final = Test("customer.id", Operator.EQUAL, 0)


def one_costed() -> str:
    """$1 tenant, $2 order -> the purchase with what it costs."""
    return overhear(lambda db: costed.costed(db, {}, 0, 0))


def page_of_costed(size: int) -> str:
    """$1 tenant, $2 phase -> the first purchases of the phase, and how many there are."""
    return overhear(lambda db: costed.page(db, 0, Chosen(case_code=""), (Sort(),), Cut(size), up_to=None))


def search_of_costed(size: int) -> str:
    """$1 tenant, $2 phase, $3 and $4 supplier as it is and as it is compared, $5 from when, $6 before when -> the
    dearest of those purchases, and how many there are."""
    began = datetime(1970, 1, 1, tzinfo=UTC)
    chosen = Chosen(case_code="", supplier_code="", modified_from=began, modified_before=began)
    dearest = (Sort(("cost",), descending=True),)
    return overhear(lambda db: costed.page(db, 0, chosen, dearest, Cut(size), up_to=None))


# What a cost that is in the base currency and has no markup is written to, and what an estimate is.
COSTS: Final = ("cost", "currency_cost", "charge", "job_charge")
_ESTIMATES: Final = tuple(f"estimate_{column}" for column in COSTS)
LINE_COLUMNS: Final = """item_id bigint, qualifier text, quantity numeric, price numeric, facility_id bigint,
                          expected_at timestamptz"""


def insert_purchase(tenant_id: int) -> str:
    """$1 tenant, $2 number, $3 external id, $4 customer, $5 supplier, $6 issued, $7 now, $8 by whom, $9 lines,
    $10 to $13 what they cost, in the order of COSTS -> id."""
    return f"""
    with placed as (
        insert into orders as o (tenant_id, code_number, code, type_id, kind, number, external_id, customer_id,
                                 supplier_id, issued_at, created_at, created_by, modified_at, modified_by)
        select $1, n, 'ORD-' || n, t.id, t.kind, $2, $3, $4, $5, $6, $7, $8, $7, $8
          from order_types t, nextval('{code_sequence(tenant_id)}') n
         where t.tenant_id = $1 and t.code = 'purchase_order'
        returning o.id
    ), claimed as (
        insert into number_claims (tenant_id, customer_id, number_folded, order_id)
        select $1, $4, lower($2), placed.id from placed
    ), {costing.writing("placed", COSTS, 10)}entered as (
        insert into lines (tenant_id, order_id, item_id, qualifier, quantity, price, facility_id, expected_at,
                           created_at, created_by, modified_at, modified_by)
        select $1, placed.id, w.*, $7, $8, $7, $8 from placed, json_to_recordset($9::json) w ({LINE_COLUMNS})
    )
    select id from placed"""


def update_purchase() -> str:
    """$1 tenant, $2 order, $3 number, $4 external id, $5 notes, $6 supplier, $7 now, $8 by whom, $9 lines,
    $10 to $13 what they cost -> id."""
    return f"""
    with saved as (
        update orders o
           set number = $3, external_id = $4, notes = $5, supplier_id = $6, modified_at = $7, modified_by = $8,
               version = o.version + 1
         where o.tenant_id = $1 and o.id = $2
        returning o.id
    ), {costing.writing("saved", COSTS, 10)}altered as (
        update lines l
           set (item_id, qualifier, quantity, price, facility_id, expected_at, modified_at, modified_by)
               = (w.item_id, w.qualifier, w.quantity, w.price, w.facility_id, w.expected_at, $7, $8)
          from saved, json_to_recordset($9::json) w (id bigint, {LINE_COLUMNS})
         where l.tenant_id = $1 and l.order_id = saved.id and l.id = w.id
           and l.quantity is distinct from w.quantity
    )
    select id from saved"""


def update_costed() -> str:
    """$1 tenant, $2 order, $3 now, $4 by whom, $5 to $8 what it is estimated to cost, in the order of _ESTIMATES ->
    the version."""
    return f"""
    with saved as (
        update orders o set version = o.version + 1, modified_at = $3, modified_by = $4
         where o.tenant_id = $1 and o.id = $2
        returning o.id, o.version
    ), {costing.writing("saved", _ESTIMATES, 5).rstrip().removesuffix(",")}
    select version from saved"""


_ITEM: Final = """insert into lines as l (tenant_id, order_id, title, quantity, unit, price, price_total, created_at,
                                         created_by, modified_at, modified_by)
                 select $1, {order}, $3, $4, $5, $6, $7, $8, $9, $8, $9{source}
                 returning l.id"""


def insert_item() -> str:
    """$1 tenant, $2 order, $3 title, $4 quantity, $5 unit, $6 price, $7 total, $8 now, $9 by whom -> id."""
    return _ITEM.format(order="$2", source="")


def enter_item() -> str:
    """The same, and the order's next version."""
    moved = "update orders o set version = o.version + 1 where o.tenant_id = $1 and o.id = $2 returning o.id"
    return f"with moved as ({moved}) " + _ITEM.format(order="moved.id", source=" from moved")


def insert_order(tenant_id: int) -> str:
    """$1 tenant, $2 kind, then WRITTEN -> id and code."""
    places = ", ".join(f"${place + 3}" for place in range(len(WRITTEN)))
    return f"""insert into orders as o (tenant_id, code_number, code, kind, {", ".join(WRITTEN)})
               select $1, n, 'ORD-' || n, $2, {places} from nextval('{code_sequence(tenant_id)}') n
               returning o.id, o.code"""


def update_order() -> str:
    """$1 tenant, $2 code, $3 process state, $4 custom fields to merge, $5 now, $6 by whom -> the head."""
    email = "(select u.email from users u where u.tenant_id = o.tenant_id and u.id = o.responsible_id)"
    head = ", ".join(email if column == "u.email" else column for column in HEAD_COLUMNS)
    return f"""update orders o
                  set process_state = $3, data = o.data || $4, modified_at = $5, modified_by = $6,
                      version = o.version + 1
                where o.tenant_id = $1 and o.code = $2
               returning {head}"""
