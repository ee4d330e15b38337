"""Writing purchases with what they cost: the order, its costing and the event in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from orderloom.book.costed import Amended, Costed
from orderloom.book.errors import StaleOrder
from orderloom.book.events import Author, Event
from orderloom.store import costing, events, orders
from orderloom.store.events import TOLD
from orderloom.store.pool import Db
from orderloom.store.tenants import code_sequence


async def insert(
    db: Db, tenant_id: int, amended: Amended, event: Event, author: Author
) -> tuple[int, str, UUID] | None:
    """Enter the purchase with its costing and its event; the id, code and UUID given to it.

    None if its type is not active any more. Raises as `orders.save` for what it refers to.
    """
    order = amended.costed.order
    columns, values = orders.filled(order)
    amounts = costing.flat(amended.costed.costing) | {"supply_type": amended.costed.supply_type}
    statement = _inserting(columns, tuple(amounts))
    head = (tenant_id, order.type_id, code_sequence(tenant_id), *orders.told(order, event, author))
    try:
        row = await db.fetchrow(statement, *head, *values, *amounts.values())
    except asyncpg.ForeignKeyViolationError as error:
        raise orders.dangling(error, order) from error
    return row and (row[0], row[1], row[2])


async def save(db: Db, tenant_id: int, amended: Amended, event: Event, author: Author) -> None:
    """Write back what changed, with the event, if the order still has the version before this one.

    Raises StaleOrder, and as `orders.save` for what it refers to.
    """
    order = amended.costed.order
    columns, values = orders.altered(order, [field for field in amended.changes if field != "costing"])
    amounts = costing.changed(amended.costed.costing, amended.changes.get("costing", {}))
    head = (tenant_id, order.id, order.version - 1, *orders.told(order, event, author))
    try:
        saved = await db.fetchval(_updating(columns, tuple(amounts)), *head, *values, *amounts.values())
    except asyncpg.ForeignKeyViolationError as error:
        raise orders.dangling(error, order) from error
    if saved is None:
        raise StaleOrder(order.id, order.version - 1)


async def save_all(
    db: Db, tenant_id: int, after: Sequence[Costed], told: Sequence[tuple[int, Event]], author: Author, at: datetime
) -> None:
    """Write back purchases that are locked by this transaction, each once, and the events."""
    rows = [_row(each) for each in after]
    await db.execute(_SAVING_ALL, tenant_id, author.name, _encode(rows).decode())
    await events.append_all(db, tenant_id, told, author, at)


@lru_cache
def _inserting(columns: tuple[str, ...], amounts: tuple[str, ...]) -> str:
    return f"""
    {orders.entering(columns)}, {costing.writing("placed", amounts, 10 + len(columns))}{orders.TELLING_PLACED}
    select id, code, uuid from placed"""


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


# What an agency writes of an order, with the types.
_HEAD: Final = {
    "version": "bigint",
    "modified_at": "timestamptz",
    "number": "text",
    "title": "text",
    "notes": "text",
    "supplier_reference": "text",
    "required_on": "date",
    "folded": "jsonb",
}


def _row(costed: Costed) -> dict[str, Any]:
    order = costed.order
    texts = {column: getattr(order, column) for column in _HEAD if column != "folded"}
    return {
        "id": order.id,
        **texts,
        "folded": msgspec.Raw(orders.folded(order).encode()),
        **costing.flat(costed.costing),
    }


def _typed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{column} {kind}" for column, kind in columns.items())


_SAVING_ALL: Final = f"""
with w as materialized (
    select * from json_to_recordset($3::json) w (id bigint, {_typed(_HEAD)}, {_typed(costing.TYPES)})
), saved as (
    update orders o set ({", ".join(_HEAD)}, modified_by) = ({", ".join(f"w.{column}" for column in _HEAD)}, $2)
      from w where o.tenant_id = $1 and o.id = w.id
    returning o.id
)
insert into costings as k (tenant_id, order_id, {", ".join(costing.COLUMNS)})
select $1, w.id, {", ".join(f"w.{column}" for column in costing.COLUMNS)} from w
    on conflict (tenant_id, order_id)
       do update set {", ".join(f"{column} = excluded.{column}" for column in costing.COLUMNS)}"""
_encode: Final = msgspec.json.Encoder(decimal_format="number").encode
