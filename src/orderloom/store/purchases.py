"""Purchases on PostgreSQL, each read whole by one statement."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeGuard, TypeVar

import msgspec
from msgspec.structs import replace

from orderloom.book.conditions import Condition, Operator, Test
from orderloom.book.contacts import Contact
from orderloom.book.errors import OrderNotFound
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.orders import Order
from orderloom.book.purchase_wishes import CustomerName
from orderloom.book.purchases import Goods, Purchase, Standing, StandingLine, goods_of
from orderloom.book.types import PURCHASE
from orderloom.store import orders, pages
from orderloom.store.conditions import compiled, ordered
from orderloom.store.orders import Types
from orderloom.store.parties import WHOLE_NAME
from orderloom.store.pool import Db, SearchDb
from orderloom.store.purchase_fields import FIELDS


def _moment(column: str) -> str:
    """The moment as JSON: with the zone of the session, or without one at the ends of time, where another zone has
    years that nobody can read."""
    ordinary = f"{column} between '0001-01-03' and '9999-12-30'"
    return f"case when {ordinary} then to_json({column}) else to_json({column} at time zone 'UTC') end"


# Of a line, what is not simply a column of its own.
_OF_LINE: Final = {
    "sku": "i.sku",
    "facility": "f.name",
    "expected_at": _moment("l.expected_at"),
    "cancel_at": _moment("l.cancel_at"),
    "leftovers": "l.leftovers::text",
}


def _lines_as(record: type[msgspec.Struct]) -> str:
    """SQL for the order's lines as one JSON text, each as an array of the fields of this record."""
    values = ", ".join(_OF_LINE.get(field, f"l.{field}") for field in record.__struct_fields__)
    return f"""
    (select json_agg(json_build_array({values}) order by l.position nulls last, l.id)
       from lines l
       left join items i on i.tenant_id = l.tenant_id and i.id = l.item_id
       left join facilities f on f.tenant_id = l.tenant_id and f.id = l.facility_id
      where l.tenant_id = o.tenant_id and l.order_id = o.id)"""


_OPEN_RECEIPT: Final = """
exists (select from receipts r where r.tenant_id = o.tenant_id and r.order_id = o.id and r.status = 'open')"""
# The parts of a row, in the order in which they stand in it.
_OWN: Final = tuple(
    f"o.{field}"
    for field in (
        "id",
        "code",
        "number",
        "state",
        "external_id",
        "notes",
        "issued_at",
        "created_at",
        "modified_at",
        "version",
    )
)
_CUSTOMER: Final = ("c.id", WHOLE_NAME, "c.external_id")
SUPPLIER: Final = tuple(f"s.{field}" for field in Contact.__struct_fields__)
_HEAD: Final = (*_OWN, *_CUSTOMER, *SUPPLIER, _OPEN_RECEIPT)
_COLUMNS: Final = ", ".join((*_HEAD, _lines_as(Goods)))
_PARTIES: Final = """
  left join customers c on c.tenant_id = o.tenant_id and c.id = o.customer_id
  left join contacts s on s.tenant_id = o.tenant_id and s.id = o.supplier_id"""
_FROM: Final = f"orders o {_PARTIES}"
_PURCHASES: Final = f"o.tenant_id = $1 and o.kind = '{PURCHASE}'"


async def purchase(db: Db, tenant_id: int, order_id: int) -> Purchase:
    """The purchase with this id. Raises OrderNotFound, also for an order that is none."""
    row = await db.fetchrow(_ONE, tenant_id, order_id)
    if row is None:
        raise OrderNotFound(order_id)
    return _listed(row)


_ONE: Final = f"select {_COLUMNS} from {_FROM} where {_PURCHASES} and o.id = $2"


async def to_change(
    db: Db, types: Types, tenant_id: int, order_id: int, *, lock: bool, any_kind: bool = False
) -> Standing:
    """The same with all that a change needs; the order's row is locked if asked for. Raises OrderNotFound.

    `any_kind`: an order that is no purchase will do.
    """
    if lock:
        await orders.lock(db, tenant_id, order_id)
    row = await db.fetchrow(_CHANGING_ANY if any_kind else _CHANGING, tenant_id, order_id)
    if row is None:
        raise OrderNotFound(order_id)
    lines = _at_utc(_decode_lines(row[_LINES])) if row[_LINES] else ()
    whole = row[_LINES + 1 :]
    purchase = _purchase(row, [goods_of(line, line.facility, line.id) for line in lines])
    return Standing(purchase, Order(orders.type_of(types, whole), *whole), lines)


_WITH_ALL: Final = f"""
select {", ".join(_HEAD)}, {_lines_as(StandingLine)}, {orders.WHOLE}
  from orders o left join users u on u.tenant_id = o.tenant_id and u.id = o.responsible_id {_PARTIES}"""
_CHANGING: Final = f"{_WITH_ALL} where {_PURCHASES} and o.id = $2"
_CHANGING_ANY: Final = f"{_WITH_ALL} where o.tenant_id = $1 and o.id = $2"


async def page(
    db: SearchDb, tenant_id: int, *, where: Condition, sorts: Sequence[Sort], cut: Cut, up_to: int | None
) -> Page[Purchase]:
    """A page of the purchases for which the condition holds, and how many there are.

    They are sorted by one field after the other, and at last by id, the lowest first. `up_to` is the highest id that
    counts, None for no end.
    """
    arguments: list[Any] = [tenant_id]
    chosen = _chosen(where, up_to, arguments)
    counted = f"select count(*) as total from {_FROM} where {chosen}"
    what = pages.List(_COLUMNS, _FROM, "o", chosen, counted, is_costly=True)
    offset = "0"
    if cut.offset:
        arguments.append(cut.offset)
        offset = f"${len(arguments)}"
    statement = pages.statement(what, ordered(sorts, FIELDS), limit=pages.limit(cut.limit, arguments), offset=offset)
    rows = await db.search(statement, *arguments)
    return Page(rows[0][-1], [_listed(row) for row in rows if row[0] is not None])


async def place_of_number(db: SearchDb, tenant_id: int, number: str, where: Condition) -> int | None:
    """How many of the purchases for which the condition holds stand, by id, before the first with this number.

    None if none of them has it.
    """
    arguments: list[Any] = [tenant_id]
    chosen = _chosen(where, None, arguments)
    named = compiled(Test("number", Operator.EQUAL, number), FIELDS, arguments)
    rows = await db.search(
        f"""
        with named as materialized (
            select min(o.id) as id from {_FROM} where {chosen} and {named}
        )
        select count(o.id) from named left join ({_FROM}) on o.id < named.id and {chosen}
         where named.id is not null
        having count(named.id) > 0""",
        *arguments,
    )
    return rows[0][0] if rows else None


def _chosen(where: Condition, up_to: int | None, arguments: list[Any]) -> str:
    chosen = f"{_PURCHASES} and {compiled(where, FIELDS, arguments)}"
    if up_to is not None:
        arguments.append(up_to)
        chosen += f" and o.id <= ${len(arguments)}"
    return chosen


# Where the parts of a row begin.
_CUSTOMERS: Final = len(_OWN)
_SUPPLIERS: Final = _CUSTOMERS + len(_CUSTOMER)
_RECEIVING: Final = _SUPPLIERS + len(SUPPLIER)
_LINES: Final = _RECEIVING + 1
_decode_goods: Final = msgspec.json.Decoder(list[Goods]).decode
_decode_lines: Final = msgspec.json.Decoder(list[StandingLine]).decode

L = TypeVar("L", Goods, StandingLine)


def _listed(row: Any) -> Purchase:
    return _purchase(row, _at_utc(_decode_goods(row[_LINES])) if row[_LINES] else ())


def _purchase(row: Any, goods: Sequence[Goods]) -> Purchase:
    customer = CustomerName(*row[_CUSTOMERS:_SUPPLIERS]) if row[_CUSTOMERS] is not None else None
    supplier = Contact(*row[_SUPPLIERS:_RECEIVING]) if row[_SUPPLIERS] is not None else None
    values = (*row[:_CUSTOMERS], customer, supplier, goods, row[_RECEIVING])
    return Purchase(*values)


def _at_utc(lines: list[L]) -> list[L]:
    """The lines, with the zone that moments at the ends of time came without."""
    for line in lines:
        if _is_bare(line.expected_at) or _is_bare(line.cancel_at):
            return [
                replace(each, expected_at=_zoned(each.expected_at), cancel_at=_zoned(each.cancel_at)) for each in lines
            ]
    return lines


def _is_bare(moment: datetime | None) -> TypeGuard[datetime]:
    return moment is not None and moment.tzinfo is None


def _zoned(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if _is_bare(moment) else moment
