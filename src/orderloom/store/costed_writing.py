"""Writing purchases with what they cost: the order, its costing and the event in one statement, one or many at once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from orderloom.book.costed import Amended
from orderloom.book.costing import record
from orderloom.book.errors import OrderTypeNotFound, StaleOrder
from orderloom.book.events import Author, Event
from orderloom.book.orders import Order
from orderloom.store import costing, events, orders
from orderloom.store.events import TOLD
from orderloom.store.pool import Db
from orderloom.store.tenants import code_sequence


class Entered(NamedTuple):
    """What the store assigns to a new purchase."""

    id: int
    code: str
    uuid: UUID


async def insert_all(
    db: Db, tenant_id: int, placed: Sequence[Amended], told: Sequence[Event], author: Author
) -> list[Entered]:
    """Enter the purchases, all of one type, with their costings and events; what is assigned to each, in their order.

    Raises OrderTypeNotFound if the type is not active any more, and GONE if what one refers to is.
    """
    order_type = placed[0].costed.order.type
    columns = sorted({column for each in placed for column in orders.filled(each.costed.order)[0]} - {"type_id"})
    rows = [
        _of_order(each.costed.order, columns)
        | record(each.costed.costing)
        | {"place": place, "supply_type": each.costed.supply_type, "told": msgspec.Raw(event.changes.encode())}
        for place, (each, event) in enumerate(zip(placed, told, strict=True))
    ]
    found = await db.fetch(
        _inserting(tuple(columns)),
        tenant_id,
        order_type.id,
        code_sequence(tenant_id),
        author.face,
        author.name,
        told[0].name,
        told[0].version,
        _encode(rows).decode(),
    )
    if not found:
        raise OrderTypeNotFound(order_type.code)
    return [Entered(*row) for row in found]


async def save(db: Db, tenant_id: int, amended: Amended, event: Event, author: Author) -> None:
    """Write back what changed, with the event, if the order still has the version before this one.

    Raises StaleOrder, and GONE as `orders.save` does.
    """
    order = amended.costed.order
    columns, values = orders.altered(order, _of_head(amended.changes))
    amounts = costing.changed(amended.costed.costing, amended.changes.get("costing", ()))
    head = (tenant_id, order.id, order.version - 1, *orders.told(order, event, author))
    saved = await db.fetchval(_updating(columns, tuple(amounts)), *head, *values, *amounts.values())
    if saved is None:
        raise StaleOrder(order.id, order.version - 1)


async def save_all(db: Db, tenant_id: int, amended: Sequence[Amended], told: Sequence[Event], author: Author) -> None:
    """Write back what changed of purchases that this transaction has locked, with the events, in the order of both.

    One that was changed several times is written once, as it is in the end.
    """
    last = {each.costed.order.id: each.costed for each in amended}
    columns, _ = orders.altered(
        amended[0].costed.order, {field for each in amended for field in _of_head(each.changes)}
    )
    costs = {each.costed.order.id: each.costed.costing for each in amended if "costing" in each.changes}
    amounts = sorted({field for each in amended for field in each.changes.get("costing", ())})
    heads = [{"id": key, **_of_order(each.order, columns)} for key, each in last.items()]
    rows = [{"id": key, **costing.changed(last[key].costing, amounts)} for key in costs]
    await db.execute(
        _updating_all(columns, tuple(amounts)),
        tenant_id,
        _encode(heads).decode(),
        *([_encode(rows).decode()] if amounts else []),
    )
    after = [each.costed.order for each in amended]
    told_of = [(order.id, order.modified_at, event) for order, event in zip(after, told, strict=True)]
    await events.append_all(db, tenant_id, told_of, author)


def _of_head(changes: Mapping[str, Any]) -> list[str]:
    return [field for field in changes if field != "costing"]


def _of_order(order: Order, columns: Iterable[str]) -> dict[str, Any]:
    """These columns of the order as members of a JSON object."""
    values = {column: orders.folded(order) if column == "folded" else getattr(order, column) for column in columns}
    return {column: _as_json(column, value) for column, value in values.items()}


def _as_json(column: str, value: Any) -> Any:
    return msgspec.Raw(value.encode()) if orders.TYPES[column] == "jsonb" else value


@lru_cache
def _inserting(columns: tuple[str, ...]) -> str:
    """$1 tenant, $2 type, $3 sequence of codes, $4 face, $5 actor, $6 and $7 name and version of the event, $8 rows."""
    typed = {column: orders.TYPES[column] for column in columns} | costing.TYPES
    amounts = ", ".join(costing.TYPES)
    return f"""
    with admitted as materialized (
        select pg_advisory_xact_lock_shared({orders.ENTERING}, $1::int)
    ), w as materialized (
        select w.*, t.kind, nextval('orders_id_seq') as id, nextval($3::text::regclass) as n
          from admitted, order_types t, json_to_recordset($8::json) w (place bigint, told jsonb, {_typed(typed)})
         where t.tenant_id = $1 and t.id = $2 and t.active
    ), placed as (
        insert into orders as o (tenant_id, id, code_number, code, type_id, kind, {", ".join(columns)})
        select $1, w.id, w.n, 'ORD-' || w.n, $2, w.kind, {_of_rows(columns)} from w
        returning o.id, o.code, o.uuid
    ), costed as (
        insert into costings (tenant_id, order_id, {amounts})
        select $1, w.id, {_of_rows(costing.TYPES)} from w
    ), told as (
        {TOLD} select $1, 'order', w.id, w.modified_at, $4, $5, $6, $7, w.told from w
    )
    select placed.id, placed.code, placed.uuid from placed join w on w.id = placed.id order by w.place"""


@lru_cache
def _updating(columns: tuple[str, ...], amounts: tuple[str, ...]) -> str:
    changes = ", ".join(f"{column} = ${place}" for place, column in enumerate(columns, 10))
    return f"""
    with saved as (
        update orders o set {changes} where o.tenant_id = $1 and o.id = $2 and o.version = $3
        returning o.id
    ), {costing.writing("saved", amounts, 10 + len(columns))}told as (
        {TOLD} select $1, 'order', saved.id, $4, $5, $6, $7, $8, $9 from saved
    )
    select id from saved"""


@lru_cache
def _updating_all(columns: tuple[str, ...], amounts: tuple[str, ...]) -> str:
    """$1 tenant, $2 rows of orders, $3 rows of costings if there are amounts."""
    saving = f"""
    update orders o set ({", ".join(columns)}) = ({_of_rows(columns)})
      from json_to_recordset($2::json) w (id bigint, {_typed({column: orders.TYPES[column] for column in columns})})
     where o.tenant_id = $1 and o.id = w.id"""
    if not amounts:
        return saving
    typed = {field: costing.TYPES[field] for field in amounts}
    return f"""
    with saved as ({saving})
    insert into costings as k (tenant_id, order_id, {", ".join(amounts)})
    select $1, w.id, {_of_rows(amounts)} from json_to_recordset($3::json) w (id bigint, {_typed(typed)})
        on conflict (tenant_id, order_id)
           do update set {", ".join(f"{field} = excluded.{field}" for field in amounts)}"""


def _of_rows(columns: Iterable[str]) -> str:
    return ", ".join(f"w.{column}" for column in columns)


def _typed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{column} {kind}" for column, kind in columns.items())


_encode: Final = msgspec.json.Encoder(decimal_format="number").encode
