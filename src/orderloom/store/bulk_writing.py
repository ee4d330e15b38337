"""Entering many orders with their lines, costs and events: ids first, then one statement for all of them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from orderloom.book.events import Author
from orderloom.book.lines import Line
from orderloom.book.orders import Order
from orderloom.store import costing, external_ids, orders
from orderloom.store.events import TOLD
from orderloom.store.lines import folded as folded_line
from orderloom.store.pool import Db
from orderloom.store.purchase_writing import COLUMNS as LINE_COLUMNS
from orderloom.store.tenants import code_sequence


class Ids(NamedTuple):
    """Ids that nobody else gets, and numbers for codes."""

    orders: Sequence[int]
    codes: Sequence[int]
    lines: Sequence[int]


class New(NamedTuple):
    """An order to enter: its id and the number of its code, its lines with their ids, its costs, and its event."""

    id: int
    code: int
    order: Order
    lines: Sequence[tuple[int, Line]]
    costs: Mapping[str, Any]
    told: str
    external_ids: Mapping[str, str | None]


async def reserve(db: Db, tenant_id: int, number: int, lines: int) -> Ids:
    """Ids for so many orders and lines. To be called in the transaction that enters them: see `orders.last_settled`."""
    row = await db.fetchrow(_RESERVING, orders.ENTERING, tenant_id, code_sequence(tenant_id), number, lines)
    return Ids(row[0], row[1], row[2])


_RESERVING: Final = """
with admitted as materialized (select pg_advisory_xact_lock_shared($1, $2::int))
select array(select nextval('orders_id_seq') from generate_series(1, $4::int)),
       array(select nextval($3::text::regclass) from generate_series(1, $4::int)),
       array(select nextval('lines_id_seq') from generate_series(1, $5::int))
  from admitted"""


async def insert_all(db: Db, tenant_id: int, entered: Sequence[New], author: Author) -> int:
    """Enter the orders; how many of them: fewer than all if a type is not active any more.

    Raises GONE if what one of them refers to is, and BadInput if others call another order as one shall be called; the
    database does not say which of them.
    """
    lines = [(new, line_id, line) for new in entered for line_id, line in new.lines]
    heads = [orders.filled(new.order) for new in entered]
    columns = tuple(sorted({column for filled, _ in heads for column in filled}))
    costs = [{"id": new.id, **new.costs} for new in entered if new.costs]
    named = sorted({column for each in costs for column in each} - {"id"})
    rows = [
        {"id": new.id, "n": new.code, "told": msgspec.Raw(new.told.encode()), **_as_json(head)}
        for new, head in zip(entered, heads, strict=True)
    ]
    line_rows = [_of_line(new, line_id, line) for new, line_id, line in lines]
    line_columns = tuple(column for column in LINE_COLUMNS if any(column in row for row in line_rows))
    number: int = await db.fetchval(
        _inserting(columns, line_columns, tuple(named)),
        tenant_id,
        author.face,
        author.name,
        _encode(rows).decode(),
        *([_encode(line_rows).decode()] if line_rows else ()),
        *([_encode(costs).decode()] if costs else ()),
    )
    named_elsewhere = [(new.id, new.external_ids) for new in entered if new.external_ids]
    await external_ids.enter_all(db, tenant_id, "order", named_elsewhere)
    return number


def _as_json(head: tuple[tuple[str, ...], list[Any]]) -> dict[str, Any]:
    """A head as members of a JSON object."""
    return {
        column: msgspec.Raw(value.encode()) if orders.TYPES[column] == "jsonb" else value
        for column, value in zip(*head, strict=True)
    }


def _of_line(new: New, line_id: int, line: Line) -> dict[str, Any]:
    """A line as members of a JSON object; what is empty is left out."""
    row: dict[str, Any] = {"id": line_id, "order_id": new.id}
    for column in _PLAIN:
        value = getattr(line, column)
        if value is not None and value is not False:
            row[column] = value
    if (folded := folded_line(line)) != "{}":
        row["folded"] = msgspec.Raw(folded.encode())
    return row


_PLAIN: Final = tuple(column for column in LINE_COLUMNS if column != "folded")


@lru_cache
def _inserting(columns: tuple[str, ...], lines: tuple[str, ...], costs: tuple[str, ...]) -> str:
    """$1 tenant, $2 face, $3 actor, $4 orders, then lines and costs if there are any."""
    told = f"""told as (
        {TOLD} select $1, 'order', placed.id, w.modified_at, $2, $3, 'OrderPlaced', w.version, w.told
                 from placed join w on w.id = placed.id
    )"""
    parts = []
    if lines:
        never_null = {"locked": "coalesce(l.locked, false)", "folded": "coalesce(l.folded, '{}')"}
        filled = [column for column in lines if column != "modified_at"]  # none where all lines are blank
        named = "".join(f", {column}" for column in filled)
        values = "".join(f", {never_null.get(column, f'l.{column}')}" for column in filled)
        parts.append(f"""entered as (
        insert into lines (tenant_id, id, order_id, created_at, created_by, modified_at, modified_by{named})
        select $1, l.id, placed.id, l.modified_at, $3, l.modified_at, $3{values}
          from json_to_recordset($5::json) l (id bigint, order_id bigint, {_typed(lines, LINE_COLUMNS)})
          join placed on placed.id = l.order_id
    ), """)
    if costs:
        parts.append(f"""costed as (
        insert into costings (tenant_id, order_id, {", ".join(costs)})
        select $1, placed.id, {", ".join(_amount(column) for column in costs)}
          from json_to_recordset(${5 + bool(lines)}::json) c (id bigint, {_typed(costs, costing.TYPES)})
          join placed on placed.id = c.id
    ), """)
    own = ", ".join(_order_column(column) for column in columns)
    return f"""
    with w as materialized (
        select w.*, t.kind
          from json_to_recordset($4::json) w (id bigint, n bigint, told jsonb, {_typed(columns, orders.TYPES)})
          join order_types t on t.tenant_id = $1 and t.id = w.type_id and t.active
    ), placed as (
        insert into orders as o (tenant_id, id, code_number, code, kind, {", ".join(columns)})
        select $1, w.id, w.n, 'ORD-' || w.n, w.kind, {own} from w
        returning o.id
    ), {"".join(parts)}{told}
    select count(*) from placed"""


# What a row that says nothing of a column gets, where that is not null.
_ORDERS_NEVER_NULL: Final = {
    "archived": "false",
    "data": "'{}'",
    "leftovers": "'{}'",
    "folded": "'{}'",
    "state": "'to_execute'",
}


def _order_column(column: str) -> str:
    default = _ORDERS_NEVER_NULL.get(column)
    return f"w.{column}" if default is None else f"coalesce(w.{column}, {default})"


def _amount(column: str) -> str:
    return f"coalesce(c.{column}, {_COSTING_BLANK.get(column, '0')})"


_COSTING_BLANK: Final = {
    **dict.fromkeys(("is_estimate", "over_limit", "invest"), "false"),
    "currency": "''",
    "source": "'lines'",
    "rate": "1",
    "supply_type": "null",
}


def _typed(columns: Iterable[str], types: Mapping[str, str]) -> str:
    return ", ".join(f"{column} {types[column]}" for column in columns)


_encode: Final = msgspec.json.Encoder(decimal_format="number").encode
