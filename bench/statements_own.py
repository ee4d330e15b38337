"""The SQL of our own API's floor: the store's reads as it sends them, and plain writes without version or event."""

from typing import Final

from bench.statements import COSTS, LINE_COLUMNS, overhear
from orderloom.book.conditions import Operator, Test
from orderloom.book.keysets import Stretch
from orderloom.book.lists import Sort
from orderloom.store import costing, whole_orders
from orderloom.store.tenants import code_sequence

NEWEST_FIRST: Final = Sort(descending=True)


def one_order() -> str:
    """$1 tenant, $2 id -> the order with everything that belongs to it."""
    return overhear(lambda db: whole_orders.one(db, {}, 0, 0))


def page_of_orders(size: int) -> str:
    """$1 tenant, $2 customer, $3 one more than fit -> the customer's newest orders with everything, and their keys."""
    where = Test("customer_id", Operator.EQUAL, 0)
    stretch = Stretch(size, NEWEST_FIRST)
    return overhear(lambda db: whole_orders.part(db, {}, 0, where, (), stretch, with_lines=True))


def insert_order(tenant_id: int) -> str:
    """$1 tenant, $2 number, $3 title, $4 customer, $5 supplier, $6 issued, $7 now, $8 by whom, $9 lines,
    $10 to $13 what they cost, in the order of COSTS -> id."""
    return f"""
    with placed as (
        insert into orders as o (tenant_id, code_number, code, type_id, kind, number, title, customer_id, supplier_id,
                                 issued_at, created_at, created_by, modified_at, modified_by)
        select $1, n, 'ORD-' || n, t.id, t.kind, $2, $3, $4, $5, $6, $7, $8, $7, $8
          from order_types t, nextval('{code_sequence(tenant_id)}') n
         where t.tenant_id = $1 and t.code = 'purchase_order' and t.active
        returning o.id
    ), {costing.writing("placed", COSTS, 10)}entered as (
        insert into lines (tenant_id, order_id, item_id, qualifier, quantity, price, facility_id, expected_at,
                           created_at, created_by, modified_at, modified_by)
        select $1, placed.id, w.*, $7, $8, $7, $8 from placed, json_to_recordset($9::json) w ({LINE_COLUMNS})
    )
    select id from placed"""


def update_order() -> str:
    """$1 tenant, $2 order, $3 notes, $4 line, $5 its quantity, $6 now, $7 by whom -> the version.

    The cost follows the lines, as Orderloom has it do.
    """
    return f"""
    with saved as (
        update orders o set notes = $3, modified_at = $6, modified_by = $7, version = o.version + 1
         where o.tenant_id = $1 and o.id = $2
        returning o.id, o.version
    ), altered as (
        update lines l set quantity = $5, modified_at = $6, modified_by = $7
          from saved where l.tenant_id = $1 and l.order_id = saved.id and l.id = $4
        returning l.order_id, l.quantity * l.price as amount
    ), costed as (
        update costings k set ({", ".join(COSTS)}) = row({", ".join(["t.total"] * len(COSTS))})
          from (select altered.order_id,
                       round(altered.amount + (select coalesce(sum(l.quantity * l.price), 0) from lines l
                                                where l.tenant_id = $1 and l.order_id = $2 and l.id <> $4), 2) as total
                  from altered) t
         where k.tenant_id = $1 and k.order_id = t.order_id
    )
    select version from saved"""
