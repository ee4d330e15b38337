"""Orders on PostgreSQL.

`insert` and `save` put the order and its event in one statement: a statement is a transaction, so nothing is half
there, and a change costs one round trip.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from orderloom.book import leftovers
from orderloom.book.errors import OrderNotFound, OrderTypeNotFound, StaleOrder
from orderloom.book.events import NULLS, STAMPS, Author, Event
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.orders import Head, Order
from orderloom.book.text import storable
from orderloom.book.types import OrderType
from orderloom.store import folding, pages
from orderloom.store.events import TOLD
from orderloom.store.pool import Db
from orderloom.store.sorting import Column, ordering
from orderloom.store.tenants import code_sequence

Types = Mapping[int, OrderType]
"""Order types by id. A definition never changes, so readers keep those they have seen."""


class UnknownType(Exception):
    """An order has a type that is not among those the reader was given."""


_HEAD: Final = """o.type_id, o.id, o.code, o.external_id, o.process_id, o.process_state, o.state, o.archived, o.data,
                  o.done_at, o.estimated_at, u.email"""
_REST: Final = """o.kind, o.number, o.title, o.notes, o.supplier_reference, o.customer_id, o.supplier_id, o.case_id,
                  o.responsible_id, o.issued_at, o.required_on, o.price_total, o.price_currency, o.leftovers,
                  o.created_at, o.created_by, o.modified_at, o.modified_by, o.version"""
WHOLE: Final = f"{_HEAD}, {_REST}"
"""What an order is read from, its type apart: `o` is the order and `u` the responsible user."""
_FROM: Final = "orders o left join users u on u.tenant_id = o.tenant_id and u.id = o.responsible_id"


async def head_by_code(db: Db, types: Types, tenant_id: int, code: str) -> Head:
    """The head of the order with this code. Raises OrderNotFound."""
    if not storable(code):
        raise OrderNotFound(code)
    row = await db.fetchrow(f"select {_HEAD} from {_FROM} where o.tenant_id = $1 and o.code = $2", tenant_id, code)
    if row is None:
        raise OrderNotFound(code)
    return Head(type_of(types, row), *row)


async def newest_heads(db: Db, types: Types, tenant_id: int, *, limit: int, offset: int) -> list[Head]:
    """A page of heads, newest order first, the higher code number first among equals."""
    if offset == 0 and limit <= COMMON_PAGE:
        # The page that everybody asks for. With the limit written out a connection plans it a few times and then keeps
        # the plan; with a parameter it weighs the plan anew at each call, which takes longer than reading the page.
        rows = await db.fetch(_FIRST_PAGE + f" limit {limit:d}", tenant_id)
    else:
        rows = await db.fetch(_ANY_PAGE, tenant_id, limit, offset)
    try:
        return [Head(types[row[0]], *row) for row in rows]
    except KeyError:
        raise UnknownType from None


# The largest first page whose limit is written out; each size is a statement that a connection remembers.
COMMON_PAGE: Final = 100
_FIRST_PAGE: Final = (
    f"select {_HEAD} from {_FROM} where o.tenant_id = $1 order by o.created_at desc, o.code_number desc"
)
# Far from the first page, the rows that are passed over are only counted in the index of this order.
_ANY_PAGE: Final = f"""
select {_HEAD}
  from (select tenant_id, id from orders where tenant_id = $1
         order by created_at desc, code_number desc limit $2 offset $3) page
  join {_FROM} on o.tenant_id = page.tenant_id and o.id = page.id
 where o.tenant_id = $1
 order by o.created_at desc, o.code_number desc"""


async def lock(db: Db, tenant_id: int, key: str | int) -> int:
    """Let nobody else change the order with this code (text) or id until the transaction ends; its version.

    Raises OrderNotFound: one that somebody puts back at this moment is not locked, whatever is read of it later. A
    statement of its own: one that has waited for a lock goes on with all other rows as they were before.
    """
    version: int | None = await db.fetchval(_LOCKING[type(key)], tenant_id, key)
    if version is None:
        raise OrderNotFound(key)
    return version


async def order(db: Db, types: Types, tenant_id: int, key: str | int, *, locked: bool = False) -> Order:
    """The order with this code (text) or id, locked until the transaction ends if asked for. Raises OrderNotFound."""
    if isinstance(key, str) and not storable(key):
        raise OrderNotFound(key)
    if locked:
        await lock(db, tenant_id, key)
    row = await db.fetchrow(_READING[type(key)], tenant_id, key)
    if row is None:
        raise OrderNotFound(key)
    return Order(type_of(types, row), *row)


async def lock_all(db: Db, tenant_id: int, ids: Sequence[int]) -> None:
    """Lock those of the orders that are there until the transaction ends.

    In the order of ids, so that those who lock many do not wait for each other in a circle.
    """
    await db.execute(
        "select from orders where tenant_id = $1 and id = any($2::bigint[]) order by id for update", tenant_id, ids
    )


_COLUMN: Final = ((str, "code"), (int, "id"))
_READING: Final = {
    kind: f"select {WHOLE} from {_FROM} where o.tenant_id = $1 and o.{column} = $2" for kind, column in _COLUMN
}
_LOCKING: Final = {
    kind: f"select version from orders where tenant_id = $1 and {column} = $2 for update" for kind, column in _COLUMN
}


async def page(
    db: Db, types: Types, tenant_id: int, *, type_number: int | None, up_to: int | None, sort: Sort, cut: Cut
) -> Page[Order]:
    """A page of orders of any type or of the type with this number, and how many there are.

    `up_to` is the highest id that counts, None for no end.
    """
    arguments: list[Any] = [tenant_id, cut.limit, cut.offset]
    chosen = "o.tenant_id = $1"
    if up_to is not None:
        arguments.append(up_to)
        chosen += f" and o.id <= ${len(arguments)}"
    if type_number is not None:
        arguments.append(type_number)
        number = f"${len(arguments)}"
        chosen += f" and o.type_id in (select t.id from order_types t where t.tenant_id = $1 and t.number = {number})"
    by = ordering(sort, _SORTED_BY, "o", first=len(arguments) + 1)
    counted = f"select count(*) as total from orders o where {chosen}"
    what = pages.List(WHOLE, _FROM, "o", chosen, counted)
    rows = await db.fetch(pages.statement(what, by, limit="$2", offset="$3"), *arguments, *by.arguments)
    return Page(rows[0][-1], [Order(type_of(types, row), *row[:_WIDTH]) for row in rows if row[0] is not None])


_WIDTH: Final = len(Order.__struct_fields__) - 1
_SORTED_BY: Final = {
    "code": Column("o.code", text=True, nullable=False),
    "number": Column("o.number", text=True),
    "title": Column("o.title", text=True),
    "notes": Column("o.notes", text=True),
    "customer_id": Column("o.customer_id"),
    "type_number": Column(
        "(select t.number from order_types t where t.tenant_id = o.tenant_id and t.id = o.type_id)", nullable=False
    ),
    "responsible": Column("u.email", text=True),
    "price_total": Column("o.price_total"),
    "price_currency": Column("o.price_currency", text=True),
    "created_at": Column("o.created_at", nullable=False),
    "created_by": Column("o.created_by", text=True, nullable=False),
    "modified_at": Column("o.modified_at", nullable=False),
    "modified_by": Column("o.modified_by", text=True, nullable=False),
}


async def last_settled(db: Db, tenant_id: int) -> int:
    """An id up to which every order that will ever be there is there, those that are entered by now included.

    Ids are given before they are committed, so that of two orders the younger one may be seen first; who reads page by
    page would then meet it twice. Those who enter orders share a lock from before they get an id until their commit.
    The highest id is read as it was when this statement began, and then whoever got a lower one is waited for.
    """
    last: int = await db.fetchval(
        """select (select coalesce(max(o.id), 0) from orders o where o.tenant_id = $2)
             from pg_advisory_xact_lock($1, $2::int)""",
        ENTERING,
        tenant_id,
    )
    return last


async def insert(db: Db, tenant_id: int, order: Order, event: Event, author: Author) -> tuple[int, str]:
    """Enter the order and its event; the id and code given to it.

    Raises OrderTypeNotFound if its type is not active any more, and GONE as `save` does.
    """
    columns, values = filled(order)
    head = (tenant_id, order.type_id, code_sequence(tenant_id), *told(order, event, author))
    row = await db.fetchrow(_inserting(columns), *head, *values)
    if row is None:
        raise OrderTypeNotFound(order.type.code)
    return row[0], row[1]


async def save(db: Db, tenant_id: int, order: Order, changed: Iterable[str], event: Event, author: Author) -> None:
    """Write back the fields that changed, with the event, if the order still has the version before this one.

    Raises StaleOrder if it moved, is gone, or shall change to a type that is not active any more; GONE if something
    that it refers to is.
    """
    columns, values = altered(order, changed)
    head = (tenant_id, order.id, order.version - 1, *told(order, event, author))
    saved = await db.fetchval(_updating(columns), *head, *values)
    if saved is None:
        raise StaleOrder(order.id, order.version - 1)


async def any_with_open_receipt(db: Db, tenant_id: int, order_ids: Sequence[int]) -> bool:
    """True while goods for one of the orders are still being received."""
    found: bool = await db.fetchval(
        """select exists (select from receipts r
                           where r.tenant_id = $1 and r.order_id = any($2::bigint[]) and r.status = 'open')""",
        tenant_id,
        order_ids,
    )
    return found


async def delete_all(db: Db, tenant_id: int, order_ids: Sequence[int], name: str, author: Author, at: datetime) -> None:
    """Delete the orders and what belongs to them; the events keep every row, by table, so that they can be restored.

    No order was deleted before it was changed last, whatever a clock said that was set back meanwhile.
    """
    await db.execute(_DELETING, tenant_id, order_ids, at, author.face, author.name, name)


def _rows_of(table: str, order: str) -> str:
    """SQL for a pair: the name of the table, and its rows that belong to the order as JSON, null if there are none."""
    return f"""('{table}', (select jsonb_agg(to_jsonb(t) order by {order}) from {table} t
                            where t.tenant_id = o.tenant_id and t.order_id = o.id))"""


KEPT: Final = f"""
(select jsonb_object_agg(kept.name, kept.rows)
   from (values ('order', to_jsonb(o) - 'words'),
                {_rows_of("lines", "t.position, t.id")},
                ('costing', (select to_jsonb(k) from costings k where k.tenant_id = o.tenant_id and k.order_id = o.id)),
                {_rows_of("receipts", "t.id")},
                {_rows_of("number_claims", "t.number_folded")},
                ('external_ids', (select jsonb_agg(to_jsonb(x) order by x.source) from external_ids x
                                   where x.tenant_id = o.tenant_id and x.kind = 'order' and x.our_id = o.id)),
                ('responsible', (select to_jsonb(u.email) from users u
                                  where u.tenant_id = o.tenant_id and u.id = o.responsible_id))) kept (name, rows)
  where kept.rows is not null)"""
"""SQL for every row of the order `o` as JSON, by table, and the e-mail of the responsible user."""
_DELETING: Final = f"""
with told as (
    {TOLD}
    select $1, 'order', o.id, greatest($3, o.modified_at), $4, $5, $6, o.version, {KEPT}
      from orders o
     where o.tenant_id = $1 and o.id = any($2::bigint[])
     order by o.id
), forgotten as (
    delete from external_ids x where x.tenant_id = $1 and x.kind = 'order' and x.our_id = any($2::bigint[])
)
delete from orders o where o.tenant_id = $1 and o.id = any($2::bigint[])"""


def filled(order: Order) -> tuple[tuple[str, ...], list[Any]]:
    """The columns of a new order that are not empty, and their values."""
    columns = tuple([column for column in COLUMNS if getattr(order, column) != _BLANK.get(column)])
    values = [getattr(order, column) for column in columns]
    if (apart := folded(order)) != folding.NOTHING:
        return (*columns, "folded"), [*values, apart]
    return columns, values


def altered(order: Order, changed: Iterable[str]) -> tuple[tuple[str, ...], list[Any]]:
    """The columns to write when these fields have changed, and their values."""
    columns = ("version", "modified_at", "modified_by", *sorted(_columns_of(changed)))
    values = [getattr(order, column) for column in columns]
    if not _FOLDED.isdisjoint(columns):
        return (*columns, "folded"), [*values, folded(order)]
    return columns, values


def told(order: Order, event: Event, author: Author) -> tuple[Any, ...]:
    """The values of the event."""
    return order.modified_at, author.face, author.name, event.name, event.version, event.changes


def places(columns: Sequence[str], first: int) -> str:
    """The places of the columns' parameters, which are numbered from `first`."""
    return ", ".join(f"${place}" for place, _ in enumerate(columns, first))


# The columns of an order that are fields of it under the same name.
COLUMNS: Final = tuple(
    field for field in Order.__struct_fields__ if field not in ("type", "id", "code", "kind", "responsible")
)
TYPES: Final = {
    **dict.fromkeys(COLUMNS, "text"),
    **dict.fromkeys(("type_id", "customer_id", "supplier_id", "case_id", "responsible_id", "version"), "bigint"),
    **dict.fromkeys(("done_at", "estimated_at", "issued_at", "created_at", "modified_at"), "timestamptz"),
    **dict.fromkeys(("data", "leftovers", "folded"), "jsonb"),
    "archived": "boolean",
    "required_on": "date",
    "price_total": "numeric",
}
"""Their SQL types, and that of what is compared without case."""
# What a new order has without being told, null apart.
_BLANK: Final = {"leftovers": leftovers.NONE}
# The texts that are compared without case; leftovers are too.
COMPARED: Final = (
    "number",
    "title",
    "notes",
    "supplier_reference",
    "price_currency",
    "external_id",
    "process_id",
    "process_state",
)
_FOLDED: Final = frozenset((*COMPARED, "leftovers"))
# Fields that are kept otherwise than under their own name. A new type brings new data, even if no member differs.
_COLUMNS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "type": ("type_id", "data"),
    "responsible": ("responsible_id",),
    # Written with every change, and no column at all.
    **dict.fromkeys((*STAMPS, NULLS), ()),
}
# Any number will do as long as every Orderloom uses the same one; the tenant is the other half of the lock's name.
ENTERING: Final = 0x0DE2


@lru_cache
def _inserting(columns: tuple[str, ...]) -> str:
    """The statement that enters an order with these columns and its event.

    A retired type yields no row to insert, so an order is never entered under one, however stale the caller's view.
    """
    return f"{entering(columns)}, {TELLING_PLACED} select id, code from placed"


def entering(columns: tuple[str, ...]) -> str:
    """The beginning of a statement that enters an order with these columns; its part `placed` yields
    id, code, uuid and data."""
    return f"""
    with admitted as materialized (
        select pg_advisory_xact_lock_shared({ENTERING}, $1::int)
    ), placed as (
        insert into orders as o (tenant_id, code_number, code, kind, {", ".join(columns)})
        select t.tenant_id, n.n, 'ORD-' || n.n, t.kind, {places(columns, 10)}
          from admitted, order_types t, nextval($3::text::regclass) n (n)
         where t.tenant_id = $1 and t.id = $2 and t.active
        returning o.id, o.code, o.uuid, o.data
    )"""


TELLING_PLACED: Final = f"told as ({TOLD} select $1, 'order', placed.id, $4, $5, $6, $7, $8, $9 from placed)"
"""The part of that statement that enters the event."""


@lru_cache
def _updating(columns: tuple[str, ...]) -> str:
    """The statement that changes these columns of an order and enters its event."""
    changes = ", ".join(f"{column} = ${place}" for place, column in enumerate(columns, 10))
    active = ""
    if "type_id" in columns:
        chosen = f"${columns.index('type_id') + 10}"
        active = f"and exists (select from order_types t where t.tenant_id = $1 and t.id = {chosen} and t.active)"
    return f"""
    with saved as (
        update orders o set {changes}
         where o.tenant_id = $1 and o.id = $2 and o.version = $3 {active}
        returning o.id
    ), told as (
        {TOLD} select $1, 'order', saved.id, $4, $5, $6, $7, $8, $9 from saved
    )
    select id from saved"""


def _columns_of(fields: Iterable[str]) -> set[str]:
    return {column for field in fields for column in _COLUMNS_OF.get(field, (field,))}


def folded(order: Order) -> str:
    """What the comparison of the order's texts without case needs."""
    texts = [(field, getattr(order, field)) for field in COMPARED]
    return folding.folded([*texts, *folding.leftover_texts(order.leftovers)])


def type_of(types: Types, row: Any) -> OrderType:
    try:
        return types[row[0]]
    except KeyError:
        raise UnknownType from None
