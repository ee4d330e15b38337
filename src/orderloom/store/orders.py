"""Orders on PostgreSQL.

`insert` and `save` put the order and its event in one statement: a statement is a transaction, so nothing is half
there, and a change costs one round trip.
"""

from collections.abc import Mapping
from typing import Any, Final

import asyncpg

from orderloom.book.errors import OrderNotFound, OrderTypeNotFound, StaleOrder, UserNotFound
from orderloom.book.events import Author, Event
from orderloom.book.orders import Head, Order
from orderloom.book.types import OrderType
from orderloom.store.pool import Db, broken_constraint
from orderloom.store.tenants import code_sequence

Types = Mapping[int, OrderType]
"""Order types by id. A definition never changes, so readers keep those they have seen."""


class UnknownType(Exception):
    """An order has a type that is not among those the reader was given."""


_HEAD: Final = """o.type_id, o.id, o.code, o.external_id, o.process_id, o.process_state, o.state, o.archived, o.data,
                  o.done_at, o.estimated_at, u.email"""
_REST: Final = """o.uuid, o.code_number, o.kind, o.number, o.title, o.supplier_reference, o.notes, o.customer_id,
                  o.supplier_id, o.case_id, o.responsible_id, o.issued_at, o.required_on, o.price_total,
                  o.price_currency, o.leftovers, o.created_at, o.created_by, o.modified_at, o.modified_by, o.version"""
_FROM: Final = "orders o left join users u on u.tenant_id = o.tenant_id and u.id = o.responsible_id"


async def head_by_code(db: Db, types: Types, tenant_id: int, code: str) -> Head:
    """The head of the order with this code. Raises OrderNotFound."""
    row = await db.fetchrow(f"select {_HEAD} from {_FROM} where o.tenant_id = $1 and o.code = $2", tenant_id, code)
    if row is None:
        raise OrderNotFound(code)
    return Head(_type(types, row), *row)


async def newest_heads(db: Db, types: Types, tenant_id: int, *, limit: int, offset: int) -> list[Head]:
    """A page of heads, newest order first, the higher code number first among equals."""
    # The page is found in the index alone; only its own rows are then read whole.
    rows = await db.fetch(
        f"""select {_HEAD}
              from (select tenant_id, id from orders where tenant_id = $1
                     order by created_at desc, code_number desc limit $2 offset $3) page
              join {_FROM} on o.tenant_id = page.tenant_id and o.id = page.id
             where o.tenant_id = $1
             order by o.created_at desc, o.code_number desc""",
        tenant_id,
        limit,
        offset,
    )
    try:
        return [Head(types[row[0]], *row) for row in rows]
    except KeyError:
        raise UnknownType from None


async def order_by_code(db: Db, types: Types, tenant_id: int, code: str, *, lock: bool = False) -> Order:
    """The order with this code, locked until the transaction ends if asked for. Raises OrderNotFound."""
    row = await db.fetchrow(
        f"select {_HEAD}, {_REST} from {_FROM} where o.tenant_id = $1 and o.code = $2"
        + (" for update of o" if lock else ""),
        tenant_id,
        code,
    )
    if row is None:
        raise OrderNotFound(code)
    return Order(_type(types, row), *row)


async def insert(db: Db, tenant_id: int, order: Order, event: Event, author: Author) -> tuple[int, str]:
    """Enter the order and its event; the id and code given to it.

    Raises OrderTypeNotFound if its type is not active any more, UserNotFound if the responsible user is gone.
    """
    try:
        row = await db.fetchrow(_INSERT, tenant_id, *_written(order), *_told(event, author), code_sequence(tenant_id))
    except asyncpg.ForeignKeyViolationError as error:
        raise _dangling(error, order) from error
    if row is None:
        raise OrderTypeNotFound(order.type.code)
    return row[0], row[1]


async def save(db: Db, tenant_id: int, order: Order, event: Event, author: Author) -> None:
    """Write the head of an order back with its event, if it still has the version before this one.

    Raises StaleOrder if it moved, is gone, or shall change to a type that is not active any more; UserNotFound
    if the responsible user is gone.
    """
    try:
        saved = await db.fetchval(_UPDATE, tenant_id, *_written(order), *_told(event, author), order.id)
    except asyncpg.ForeignKeyViolationError as error:
        raise _dangling(error, order) from error
    if saved is None:
        raise StaleOrder(order.id, order.version - 1)


async def whole(db: Db, tenant_id: int, order_id: int) -> dict[str, Any]:
    """Every row that belongs to the order, as JSON text by table, so that it can be restored."""
    row = await db.fetchrow(
        """select (select to_jsonb(o) from orders o where o.tenant_id = $1 and o.id = $2) as "order",
                  (select jsonb_agg(to_jsonb(l) order by l.position, l.id) from lines l
                    where l.tenant_id = $1 and l.order_id = $2) as lines,
                  (select to_jsonb(c) from costings c where c.tenant_id = $1 and c.order_id = $2) as costing,
                  (select jsonb_agg(to_jsonb(r) order by r.id) from receipts r
                    where r.tenant_id = $1 and r.order_id = $2) as receipts,
                  (select jsonb_agg(to_jsonb(n)) from number_claims n
                    where n.tenant_id = $1 and n.order_id = $2) as number_claims""",
        tenant_id,
        order_id,
    )
    return {table: text for table, text in row.items() if text is not None}


async def has_open_receipt(db: Db, tenant_id: int, order_id: int) -> bool:
    """True while goods for the order are still being received."""
    found: bool = await db.fetchval(
        "select exists (select from receipts r where r.tenant_id = $1 and r.order_id = $2 and r.status = 'open')",
        tenant_id,
        order_id,
    )
    return found


async def delete(db: Db, tenant_id: int, order_id: int) -> None:
    """Delete the order and what belongs to it."""
    await db.execute("delete from orders where tenant_id = $1 and id = $2", tenant_id, order_id)


# The columns that are written, in the order of _written; $1 is the tenant.
_WRITTEN: Final = (
    "type_id",
    "external_id",
    "process_id",
    "process_state",
    "state",
    "archived",
    "data",
    "done_at",
    "estimated_at",
    "number",
    "title",
    "supplier_reference",
    "notes",
    "customer_id",
    "supplier_id",
    "case_id",
    "responsible_id",
    "issued_at",
    "required_on",
    "price_total",
    "price_currency",
    "leftovers",
    "created_at",
    "created_by",
    "modified_at",
    "modified_by",
    "version",
)
_FIRST_TOLD: Final = len(_WRITTEN) + 2
_EVENT: Final = ", ".join(f"${_FIRST_TOLD + place}" for place in range(5))
_LAST: Final = _FIRST_TOLD + 5
_MODIFIED_AT: Final = f"${_WRITTEN.index('modified_at') + 2}"

# A retired type yields no row to insert, so an order is never entered under one, however stale the caller's view.
_INSERT: Final = f"""
with placed as (
    insert into orders as o (tenant_id, code_number, code, kind, {", ".join(_WRITTEN)})
    select t.tenant_id, n.n, 'ORD-' || n.n, t.kind, {", ".join(f"${place + 2}" for place in range(len(_WRITTEN)))}
      from order_types t, nextval(${_LAST}::text::regclass) n (n)
     where t.tenant_id = $1 and t.id = $2 and t.active
    returning o.id, o.code
), told as (
    insert into events (tenant_id, at, noun_id, face, actor, name, version, changes, noun)
    select $1, {_MODIFIED_AT}, placed.id, {_EVENT}, 'order' from placed
)
select id, code from placed"""

_UPDATE: Final = f"""
with saved as (
    update orders o set {", ".join(f"{column} = ${place + 2}" for place, column in enumerate(_WRITTEN))}
     where o.tenant_id = $1 and o.id = ${_LAST} and o.version = ${len(_WRITTEN) + 1} - 1
       and (o.type_id = $2
            or exists (select from order_types t where t.tenant_id = $1 and t.id = $2 and t.active))
    returning o.id
), told as (
    insert into events (tenant_id, at, noun_id, face, actor, name, version, changes, noun)
    select $1, {_MODIFIED_AT}, saved.id, {_EVENT}, 'order' from saved
)
select id from saved"""


def _type(types: Types, row: Any) -> OrderType:
    try:
        return types[row[0]]
    except KeyError:
        raise UnknownType from None


def _written(order: Order) -> tuple[Any, ...]:
    return tuple([getattr(order, column) for column in _WRITTEN])


def _told(event: Event, author: Author) -> tuple[Any, ...]:
    return author.face, author.name, event.name, event.version, event.changes


def _dangling(error: asyncpg.ForeignKeyViolationError, order: Order) -> Exception:
    if broken_constraint(error, ["orders_responsible_fkey"]):
        return UserNotFound(order.responsible)
    return error
