"""Purchases on PostgreSQL, each read whole by one statement."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from orderloom.book.conditions import Condition
from orderloom.book.contacts import Contact
from orderloom.book.errors import OrderNotFound
from orderloom.book.lines import Line
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.orders import Order
from orderloom.book.purchases import CustomerName, Goods, Purchase, Standing
from orderloom.book.types import PURCHASE
from orderloom.store import folding, orders, pages
from orderloom.store.conditions import BEGINNING, Field, Fields, compiled, ordered, text_of
from orderloom.store.orders import Types
from orderloom.store.parties import WHOLE_NAME
from orderloom.store.pool import Db, fetch_bounded


def _moment(column: str) -> str:
    """The moment as JSON: with the zone of the session, or without one at the ends of time, where another zone has
    years that nobody can read."""
    ordinary = f"{column} between '0001-01-03' and '9999-12-30'"
    return f"case when {ordinary} then to_json({column}) else to_json({column} at time zone 'UTC') end"


_GOODS: Final = f"""
(select json_agg(json_build_array(l.id, l.item_id, i.sku, l.qualifier, l.quantity, l.price, l.facility_id, f.name,
                                  {_moment("l.expected_at")}, {_moment("l.cancel_at")}, l.notes,
                                  l.external_id)
                 order by l.position nulls last, l.id)
   from lines l
   left join items i on i.tenant_id = l.tenant_id and i.id = l.item_id
   left join facilities f on f.tenant_id = l.tenant_id and f.id = l.facility_id
  where l.tenant_id = o.tenant_id and l.order_id = o.id)"""
_LINES: Final = f"""
(select json_agg(json_build_array(l.id, l.order_id, l.position, l.title, l.item_id, i.sku, l.qualifier, l.quantity,
                                  l.unit, l.price, l.price_total, l.locked, l.facility_id,
                                  {_moment("l.expected_at")}, {_moment("l.cancel_at")}, l.notes,
                                  l.external_id, l.leftovers::text, l.created_at, l.created_by,
                                  l.modified_at, l.modified_by)
                 order by l.position nulls last, l.id)
   from lines l
   left join items i on i.tenant_id = l.tenant_id and i.id = l.item_id
  where l.tenant_id = o.tenant_id and l.order_id = o.id)"""
SUPPLIER: Final = ", ".join(f"s.{field}" for field in Contact.__struct_fields__)
_OPEN_RECEIPT: Final = """
exists (select from receipts r where r.tenant_id = o.tenant_id and r.order_id = o.id and r.status = 'open')"""
_COLUMNS: Final = f"""o.id, o.code, o.number, o.state, o.external_id, o.notes, o.issued_at, o.created_at, o.modified_at,
    o.version, {_OPEN_RECEIPT}, {_GOODS}, c.id, {WHOLE_NAME}, c.external_id, {SUPPLIER}"""
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
    return _purchase(row)


_ONE: Final = f"select {_COLUMNS} from {_FROM} where {_PURCHASES} and o.id = $2"


async def to_change(db: Db, types: Types, tenant_id: int, order_id: int, *, lock: bool) -> Standing:
    """The same with all that a change needs; the order's row is locked if asked for. Raises OrderNotFound."""
    if lock:
        # A statement of its own: one that has waited for a lock goes on with all other rows as they were before.
        await db.execute("select from orders where tenant_id = $1 and id = $2 for update", tenant_id, order_id)
    row = await db.fetchrow(_CHANGING, tenant_id, order_id)
    if row is None:
        raise OrderNotFound(order_id)
    lines = [_line_at_utc(line) for line in _decode_lines(row[_WIDTH])] if row[_WIDTH] else []
    whole = row[_WIDTH + 1 :]
    return Standing(_purchase(row), Order(orders.type_of(types, whole), *whole), lines)


_CHANGING: Final = f"""
select {_COLUMNS}, {_LINES}, {orders.WHOLE}
  from orders o left join users u on u.tenant_id = o.tenant_id and u.id = o.responsible_id {_PARTIES}
 where {_PURCHASES} and o.id = $2"""


async def page(
    db: Db, tenant_id: int, *, where: Condition, sorts: Sequence[Sort], cut: Cut, up_to: int | None
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
    # The limit is written out: with a parameter there the statement would be planned anew at each call.
    statement = pages.statement(what, ordered(sorts, FIELDS), limit=f"{cut.limit:d}", offset=offset)
    rows = await fetch_bounded(db, statement, *arguments)
    return Page(rows[0][-1], [_purchase(row) for row in rows if row[0] is not None])


async def place_of_number(db: Db, tenant_id: int, number: str, where: Condition) -> int | None:
    """How many of the purchases for which the condition holds stand, by id, before the first with this number.

    None if none of them has it.
    """
    arguments: list[Any] = [tenant_id]
    chosen = _chosen(where, None, arguments)
    arguments.append(folding.folded_text(number))
    asked = f"${len(arguments)}::text"
    named = f'{BEGINNING_OF_NUMBER} = left({asked}, {BEGINNING}) and ({NUMBER}) collate "C" = {asked}'
    rows = await fetch_bounded(
        db,
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


# What a purchase without a number is called.
NUMBER: Final = "coalesce(o.folded ->> 'number', lower(coalesce(o.number, o.code) collate \"C\"))"
BEGINNING_OF_NUMBER: Final = f'(left({NUMBER}, {BEGINNING}) collate "C")'
_EXTERNAL_ID: Final = folding.expression("o.external_id", "external_id", "o")
_BEGINNING_OF_EXTERNAL_ID: Final = f'(left({_EXTERNAL_ID}, {BEGINNING}) collate "C")'


def _of_some_line(field: Field) -> Field:
    return field._replace(
        within="""exists (select from lines l
                            left join items i on i.tenant_id = l.tenant_id and i.id = l.item_id
                            left join facilities f on f.tenant_id = l.tenant_id and f.id = l.facility_id
                           where l.tenant_id = o.tenant_id and l.order_id = o.id and {})"""
    )


_OF_LINES: Final = {
    "id": Field("l.id", "bigint", nullable=False),
    "item_id": Field("l.item_id", "bigint"),
    "sku": Field("i.sku_folded", "text"),
    "qualifier": Field("coalesce(l.folded ->> 'qualifier', lower(l.qualifier collate \"C\"), '')", "text", False),
    "quantity": Field("l.quantity", "numeric"),
    "price": Field("l.price", "numeric"),
    "facility_id": Field("l.facility_id", "bigint"),
    "facility": Field("f.name_folded", "text"),
    "expected_at": Field("l.expected_at", "timestamptz"),
    "cancel_at": Field("l.cancel_at", "timestamptz"),
    "notes": text_of("l", "notes"),
    "external_id": text_of("l", "external_id"),
}
FIELDS: Final[Fields] = {
    "id": Field("o.id", "bigint", nullable=False),
    "number": Field(NUMBER, "text", nullable=False, beginning=BEGINNING_OF_NUMBER),
    "external_id": Field(
        _EXTERNAL_ID, "text", beginning=_BEGINNING_OF_EXTERNAL_ID, indexed="o.external_id is not null and "
    ),
    "created_at": Field("o.created_at", "timestamptz", nullable=False),
    "modified_at": Field("o.modified_at", "timestamptz", nullable=False),
    "done": Field("(o.state = 'done')", "boolean", nullable=False),
    "issued_at": Field("o.issued_at", "timestamptz"),
    "notes": text_of("o", "notes"),
    "customer.id": Field("o.customer_id", "bigint"),
    "customer.name": Field("c.name_folded", "text"),
    "customer.external_id": Field("c.external_id_folded", "text"),
    "supplier.id": Field("o.supplier_id", "bigint"),
    "supplier.is_address_residential": Field("s.is_address_residential", "boolean"),
    "supplier.address_status": Field("s.address_status", "bigint"),
    "supplier.code": Field("s.code_folded", "text"),
    **{
        f"supplier.{field}": text_of("s", field)
        for field in Contact.__struct_fields__
        if field not in ("id", "customer_id", "is_address_residential", "address_status", "code")
    },
    **{f"lines.{name}": _of_some_line(field) for name, field in _OF_LINES.items()},
}
"""What purchases can be filtered by, and sorted by but for `lines.*`, which hold for some line of a purchase."""

# How many columns `_COLUMNS` are, and where its parts begin.
_HEAD: Final = 10
_CUSTOMER: Final = 12
_SUPPLIERS: Final = 15
_WIDTH: Final = _SUPPLIERS + len(Contact.__struct_fields__)
_decode_goods: Final = msgspec.json.Decoder(list[Goods]).decode
_decode_lines: Final = msgspec.json.Decoder(list[Line]).decode


def _purchase(row: Any) -> Purchase:
    customer = CustomerName(*row[_CUSTOMER:_SUPPLIERS]) if row[_CUSTOMER] is not None else None
    supplier = Contact(*row[_SUPPLIERS:_WIDTH]) if row[_SUPPLIERS] is not None else None
    values = (*row[:_HEAD], customer, supplier, _goods(row[_HEAD + 1]), row[_HEAD])
    return Purchase(*values)


def _goods(text: str | None) -> Sequence[Goods]:
    if text is None:
        return ()
    goods = _decode_goods(text)
    if any(_is_bare(each.expected_at) or _is_bare(each.cancel_at) for each in goods):
        return [
            replace(each, expected_at=_at_utc(each.expected_at), cancel_at=_at_utc(each.cancel_at)) for each in goods
        ]
    return goods


def _is_bare(moment: datetime | None) -> bool:
    return moment is not None and moment.tzinfo is None


def _line_at_utc(line: Line) -> Line:
    if not (_is_bare(line.expected_at) or _is_bare(line.cancel_at)):
        return line
    return replace(line, expected_at=_at_utc(line.expected_at), cancel_at=_at_utc(line.cancel_at))


def _at_utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and _is_bare(moment) else moment
