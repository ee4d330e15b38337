"""Lines on PostgreSQL.

A line is written together with its order's new version and the event, in one statement.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from orderloom.book import leftovers
from orderloom.book.errors import LineNotFound, OrderNotFound, StaleOrder
from orderloom.book.events import NULLS, STAMPS, Author, Event
from orderloom.book.lines import Item, Line, worth
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.types import PURCHASE
from orderloom.store import costing, folding, orders, pages
from orderloom.store.costing import Costs
from orderloom.store.events import TOLD
from orderloom.store.pool import Db
from orderloom.store.sorting import Column, Ordering, ordering

_COLUMNS: Final = """l.id, l.order_id, l.position, l.title, l.item_id, i.sku, l.qualifier, l.quantity, l.unit, l.price,
                     l.price_total, l.locked, l.facility_id, l.expected_at, l.cancel_at, l.notes, l.external_id,
                     l.leftovers, l.created_at, l.created_by, l.modified_at, l.modified_by"""
_FROM: Final = "lines l left join items i on i.tenant_id = l.tenant_id and i.id = l.item_id"


async def line(db: Db, tenant_id: int, order_id: int, line_id: int) -> Line:
    """The line with this id if it is on this order. Raises LineNotFound."""
    row = await db.fetchrow(_ONE, tenant_id, order_id, line_id)
    if row is None:
        raise LineNotFound(line_id)
    return Line(*row)


_ONE: Final = f"select {_COLUMNS} from {_FROM} where l.tenant_id = $1 and l.order_id = $2 and l.id = $3"


async def line_to_change(db: Db, tenant_id: int, order_id: int, line_id: int, *, lock: bool) -> tuple[Line, int]:
    """The same with the version of the order, whose row is locked if asked for. Raises LineNotFound."""
    if lock:
        try:
            await orders.lock(db, tenant_id, order_id)
        except OrderNotFound:
            raise LineNotFound(line_id) from None
    row = await db.fetchrow(_CHANGING, tenant_id, order_id, line_id)
    if row is None:
        raise LineNotFound(line_id)
    return Line(*row[:-1]), row[-1]


_CHANGING: Final = f"""
select {_COLUMNS}, o.version
  from {_FROM} join orders o on o.tenant_id = l.tenant_id and o.id = l.order_id
 where l.tenant_id = $1 and l.order_id = $2 and l.id = $3 and o.tenant_id = $1"""


async def page(db: Db, tenant_id: int, order_id: int, sort: Sort, cut: Cut) -> Page[Line]:
    """A page of the order's lines, and how many it has. Raises OrderNotFound."""
    by = ordering(sort, _SORTED_BY, "l", first=5)
    rows = await db.fetch(_paging(by), tenant_id, order_id, cut.limit, cut.offset, *by.arguments)
    if not rows:
        raise OrderNotFound(order_id)
    return Page(rows[0][-1], [Line(*row[:_WIDTH]) for row in rows if row[0] is not None])


@lru_cache
def _paging(by: Ordering) -> str:
    chosen = "l.tenant_id = $1 and l.order_id = $2"
    counted = f"""select counted.total
                    from orders o cross join lateral (select count(*) as total from lines l where {chosen}) counted
                   where o.tenant_id = $1 and o.id = $2"""
    what = pages.List(_COLUMNS, _FROM, "l", chosen, counted)
    return pages.statement(what, by, limit="$3", offset="$4")


_WIDTH: Final = len(Line.__struct_fields__)
_SORTED_BY: Final = {
    "order_id": Column("l.order_id", nullable=False),
    "title": Column("l.title", text=True),
    "sku": Column("i.sku_folded", text=True),
    "item_id": Column("l.item_id"),
    "quantity": Column("l.quantity"),
    "unit": Column("l.unit", text=True),
    "price": Column("l.price"),
    "price_total": Column("l.price_total"),
    "locked": Column("l.locked", nullable=False),
    "notes": Column("l.notes", text=True),
    "created_at": Column("l.created_at", nullable=False),
    "created_by": Column("l.created_by", text=True, nullable=False),
    "modified_at": Column("l.modified_at", nullable=False),
    "modified_by": Column("l.modified_by", text=True, nullable=False),
}


async def customers_item(db: Db, tenant_id: int, order_id: int, item_id: int) -> Item | None:
    """The item with this id if it is one of the order's customer."""
    row = await db.fetchrow(
        """select i.id, i.sku
             from items i join orders o on o.tenant_id = i.tenant_id and o.customer_id = i.customer_id
            where i.tenant_id = $1 and i.id = $3 and o.tenant_id = $1 and o.id = $2""",
        tenant_id,
        order_id,
        item_id,
    )
    return row and Item(*row)


async def name_items(db: Db, tenant_id: int, order_id: int) -> bool:
    """True if a line of the order names an item."""
    found: bool = await db.fetchval(
        """select exists (select from lines l
                           where l.tenant_id = $1 and l.order_id = $2 and l.item_id is not null)""",
        tenant_id,
        order_id,
    )
    return found


async def insert(db: Db, tenant_id: int, line: Line, event: Event, author: Author, costs: Costs) -> int | None:
    """Enter the line, the order's next version, its costs and the event; the line's id.

    None, and nothing is entered, if there is no such order, if it has not the version of the costs any more, if the
    line names an item that is not the order's customer's, or if its price may change costs that nobody has asked for.
    """
    columns = tuple([column for column in _WRITTEN if getattr(line, column) != _BLANK.get(column)])
    values = [getattr(line, column) for column in columns]
    if (apart := folded(line)) != folding.NOTHING:
        columns, values = (*columns, "folded"), [*values, apart]
    uncosted = costs.version is None and worth(line) is not None
    entered: int | None = await db.fetchval(
        _inserting(columns, tuple(costs.columns), uncosted),
        tenant_id,
        line.order_id,
        line.modified_at,
        author.face,
        author.name,
        event.name,
        event.changes,
        costs.version,
        *values,
        *costs.columns.values(),
    )
    return entered


async def save(
    db: Db, tenant_id: int, line: Line, changed: Iterable[str], event: Event, author: Author, costs: Costs
) -> None:
    """Write back the fields that changed, the order's next version, its costs and the event.

    Raises StaleOrder unless the order still has the version of the costs.
    """
    columns = ("modified_at", "modified_by", *sorted(set(changed) - {*STAMPS, NULLS}))
    values = [getattr(line, column) for column in columns]
    if not _FOLDED.isdisjoint(columns):
        columns, values = (*columns, "folded"), [*values, folded(line)]
    saved = await db.fetchval(
        _updating(columns, tuple(costs.columns)),
        tenant_id,
        line.order_id,
        line.modified_at,
        author.face,
        author.name,
        event.name,
        event.changes,
        line.id,
        costs.version,
        *values,
        *costs.columns.values(),
    )
    if saved is None:
        raise StaleOrder(line.order_id, costs.version or 0)


# The columns of a line that are fields of it under the same name.
_WRITTEN: Final = tuple(field for field in Line.__struct_fields__ if field not in ("id", "order_id", "sku"))
# What a new line has without being told, null apart.
_BLANK: Final = {"locked": False, "leftovers": leftovers.NONE}
COMPARED: Final = ("title", "unit", "qualifier", "notes", "external_id")
_FOLDED: Final = frozenset((*COMPARED, "leftovers"))


def folded(line: Line) -> str:
    """What the comparison of the line's texts without case needs."""
    texts = [(field, getattr(line, field)) for field in COMPARED]
    return folding.folded([*texts, *folding.leftover_texts(line.leftovers)])


@lru_cache
def _inserting(columns: tuple[str, ...], costs: tuple[str, ...], uncosted: bool) -> str:
    places = ", ".join(f"${place}" for place, _ in enumerate(columns, 9))
    only = f" and o.kind <> '{PURCHASE}'" if uncosted else ""
    if "item_id" in columns:
        item = f"${columns.index('item_id') + 9}"
        only += f""" and exists (select from items i
                                  where i.tenant_id = $1 and i.id = {item} and i.customer_id = o.customer_id)"""
    return f"""
    with moved as (
        update orders o set version = o.version + 1
         where o.tenant_id = $1 and o.id = $2 and o.version = coalesce($8, o.version){only}
        returning o.id, o.version
    ), {costing.writing("moved", costs, 9 + len(columns))}entered as (
        insert into lines as l (tenant_id, order_id, {", ".join(columns)})
        select $1, moved.id, {places} from moved
        returning l.id
    ), told as (
        {TOLD} select $1, 'order', moved.id, $3, $4, $5, $6, moved.version,
                       jsonb_build_object('line', entered.id) || $7::jsonb
                  from moved, entered
    )
    select id from entered"""


@lru_cache
def _updating(columns: tuple[str, ...], costs: tuple[str, ...]) -> str:
    changes = ", ".join(f"{column} = ${place}" for place, column in enumerate(columns, 10))
    return f"""
    with moved as (
        update orders o set version = o.version + 1
         where o.tenant_id = $1 and o.id = $2 and o.version = $9
        returning o.id, o.version
    ), {costing.writing("moved", costs, 10 + len(columns))}saved as (
        update lines l set {changes} from moved
         where l.tenant_id = $1 and l.order_id = moved.id and l.id = $8
        returning l.id
    ), told as (
        {TOLD} select $1, 'order', moved.id, $3, $4, $5, $6, moved.version,
                       jsonb_build_object('line', saved.id) || $7::jsonb
                  from moved, saved
    )
    select id from saved"""
