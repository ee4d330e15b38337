"""Writing orders with their lines: the head, lines, costs and the event in one statement; and who has which number."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from msgspec.structs import astuple

from orderloom.book.events import Author, Event
from orderloom.book.lines import Line
from orderloom.book.orders import Order
from orderloom.book.purchases import AmendedLine
from orderloom.store import costing, folding, lines, orders
from orderloom.store.conditions import BEGINNING
from orderloom.store.costing import Costs
from orderloom.store.events import TOLD
from orderloom.store.pool import Db
from orderloom.store.purchase_fields import BEGINNING_OF_NUMBER, NUMBER
from orderloom.store.tenants import code_sequence


class Entered(NamedTuple):
    """What the store assigns to a new order; the lines' ids stand in the order of the lines.

    `data` is the custom fields as the store writes them.
    """

    id: int
    code: str
    uuid: UUID
    data: str
    line_ids: Sequence[int]


class Lines(NamedTuple):
    """What becomes of an order's lines; the removed ones by id."""

    entered: Sequence[AmendedLine]
    altered: Sequence[AmendedLine]
    removed: Sequence[int]


# The columns of a line that can be written, with their types.
COLUMNS: Final = {
    "position": "integer",
    "title": "text",
    "item_id": "bigint",
    "qualifier": "text",
    "quantity": "numeric",
    "unit": "text",
    "price": "numeric",
    "price_total": "numeric",
    "locked": "boolean",
    "facility_id": "bigint",
    "expected_at": "timestamptz",
    "cancel_at": "timestamptz",
    "notes": "text",
    "external_id": "text",
    "modified_at": "timestamptz",
    "folded": "jsonb",
}
_ALL: Final = tuple(COLUMNS)
# Those that are fields of a line under the same name.
_OWN: Final = _ALL[:-1]
# Those that a new line may leave empty.
_FILLED: Final = tuple(column for column in _ALL if column != "modified_at")


async def insert(
    db: Db,
    tenant_id: int,
    order: Order,
    entered: Sequence[AmendedLine],
    costs: Costs,
    event: Event,
    author: Author,
    *,
    claims: bool,
) -> Entered | None:
    """Enter the order with lines, costs and event; `claims`: it has a number and a customer, whose claim it is then.

    None, and nothing is entered, if the type is not active any more, or if another purchase of the customer has the
    number that is claimed, or a claim on it. Raises GONE as `orders.save` does.
    """
    columns, values = orders.filled(order)
    head = (tenant_id, order.type_id, code_sequence(tenant_id), *orders.told(order, event, author))
    claim = (order.customer_id, folding.folded_text(order.number or "")) if claims else ()
    filled, rows = _filled(entered)
    statement = _inserting(columns, filled, tuple(costs.columns), claims)
    row = await db.fetchrow(statement, *head, *values, *claim, *rows, *costs.columns.values())
    return row and Entered(row[0], row[1], row[2], row[3], row[4] or ())


async def save(
    db: Db,
    tenant_id: int,
    order: Order,
    changed: Iterable[str],
    after: Lines,
    costs: Costs,
    event: Event,
    author: Author,
) -> Sequence[int] | None:
    """Write back the fields that changed, lines, costs and event; the ids of the entered lines in their order.

    None if the order has not the version before this one any more. Raises GONE as `orders.save` does.
    """
    columns, values = orders.altered(order, changed)
    head = (tenant_id, order.id, order.version - 1, *orders.told(order, event, author))
    filled, rows = _filled(after.entered)
    altered = (_as_rows(after.altered),) if after.altered else ()
    removed = (after.removed,) if after.removed else ()
    statement = _updating(columns, filled, tuple(costs.columns), bool(altered), bool(removed))
    row = await db.fetchrow(statement, *head, *values, *altered, *removed, *rows, *costs.columns.values())
    return row and (row[1] or ())


async def is_taken(db: Db, tenant_id: int, customer_id: int, number: str, *, but: int) -> bool:
    """True if a purchase of the customer, not the one with the id `but`, is called by this number."""
    found: bool = await db.fetchval(
        f"select exists (select from orders o where {_called('$2', '$3')} and o.id <> $4)",
        tenant_id,
        customer_id,
        folding.folded_text(number),
        but,
    )
    return found


async def lock_claims(db: Db, tenant_id: int, customer_id: int, number: str, order_id: int) -> None:
    """Let nobody else end the claims of the order, and the one on the number, until the transaction ends.

    They are taken in one order by everybody, so that two who change numbers with each other do not block each other.
    """
    await db.execute(
        """select from number_claims n
            where n.tenant_id = $1 and (n.order_id = $4 or (n.customer_id = $2 and n.number_folded = $3))
            order by n.customer_id, n.number_folded for update""",
        tenant_id,
        customer_id,
        folding.folded_text(number),
        order_id,
    )


async def claim(db: Db, tenant_id: int, customer_id: int, number: str, order_id: int) -> bool:
    """Claim the number of the customer for the order, whose other claims end; False if somebody has just claimed it.

    Whoever claims the same number in another transaction waits for the end of this one.
    """
    folded = folding.folded_text(number)
    await db.execute("delete from number_claims where tenant_id = $1 and order_id = $2", tenant_id, order_id)
    claimed = await db.fetchval(
        """insert into number_claims as n (tenant_id, customer_id, number_folded, order_id) values ($1, $2, $3, $4)
               on conflict do nothing returning n.order_id""",
        tenant_id,
        customer_id,
        folded,
        order_id,
    )
    return claimed is not None


async def release(db: Db, tenant_id: int, customer_id: int, number: str) -> None:
    """End the claim on the number of a purchase that has another number by now."""
    await db.execute(
        f"""delete from number_claims n
             where n.tenant_id = $1 and n.customer_id = $2 and n.number_folded = $3
               and not exists (select from orders o where {_called("$2", "$3")} and o.id = n.order_id)""",
        tenant_id,
        customer_id,
        folding.folded_text(number),
    )


def _called(customer: str, number: str) -> str:
    """SQL that is true of the customer's purchases of this number, given as it is compared."""
    return f"""o.tenant_id = $1 and o.kind = 'purchase' and o.customer_id = {customer}::bigint
               and {NUMBER} = {number}::text and {BEGINNING_OF_NUMBER} = left({number}::text, {BEGINNING})"""


@lru_cache
def _inserting(columns: tuple[str, ...], filled: tuple[str, ...], costs: tuple[str, ...], claims: bool) -> str:
    """The statement that enters an order with these columns, its claim, lines, costs with these, and its event."""
    after = 10 + len(columns)
    if claims:
        beginning = _claiming(columns, f"${after}", f"${after + 1}")
        after += 2
    else:
        beginning = orders.entering(columns)
    entering, ids = _entering("placed", f"${after}", filled)
    costing_it = costing.writing("placed", costs, after + bool(filled))
    return f"""{beginning}, {costing_it}{entering}
    select id, code, uuid, data, ids from placed, {ids}"""


def _claiming(columns: tuple[str, ...], customer: str, number: str) -> str:
    """The beginning of a statement that enters a purchase with these columns if its number is free, and claims it."""
    return f"""
    with admitted as materialized (
        select pg_advisory_xact_lock_shared({orders.ENTERING}, $1::int)
    ), free as materialized (
        select t.kind, n.n, nextval('orders_id_seq') as id
          from admitted, order_types t, nextval($3::text::regclass) n (n)
         where t.tenant_id = $1 and t.id = $2 and t.active
           and not exists (select from orders o where {_called(customer, number)})
    ), claimed as (
        insert into number_claims as c (tenant_id, customer_id, number_folded, order_id)
        select $1, {customer}, {number}, free.id from free
            on conflict do nothing returning c.order_id
    ), placed as (
        insert into orders as o (tenant_id, id, code_number, code, kind, {", ".join(columns)})
        select $1, free.id, free.n, 'ORD-' || free.n, free.kind, {orders.places(columns, 10)}
          from free, claimed
        returning o.id, o.code, o.uuid, o.data
    )"""


@lru_cache
def _updating(
    columns: tuple[str, ...], filled: tuple[str, ...], costs: tuple[str, ...], alters: bool, removes: bool
) -> str:
    """The statement that changes these columns of an order, its lines and costs, and enters its event."""
    changes = ", ".join(f"{column} = ${place}" for place, column in enumerate(columns, 10))
    place = 10 + len(columns)
    parts = []
    if alters:
        parts.append(f"""altered as (
        update lines l set ({", ".join(_ALL)}, modified_by) = ({_wished(_ALL)}, $6)
          from saved, json_to_recordset(${place}::json) w (id bigint, {_typed(_ALL)})
         where l.tenant_id = $1 and l.order_id = saved.id and l.id = w.id
    ), """)
    if removes:
        parts.append(f"""gone as (
        delete from lines l using saved
         where l.tenant_id = $1 and l.order_id = saved.id and l.id = any(${place + alters}::bigint[])
    ), """)
    place += len(parts)
    entering, ids = _entering("saved", f"${place}", filled)
    parts.append(costing.writing("saved", costs, place + bool(filled)))
    return f"""
    with saved as (
        update orders o set {changes} where o.tenant_id = $1 and o.id = $2 and o.version = $3
        returning o.id
    ), {"".join(parts)}{entering}
    select id, ids from saved, {ids}"""


def _entering(order: str, rows: str, filled: tuple[str, ...]) -> tuple[str, str]:
    """The part that enters lines with these columns on the order that the part called `order` yields, and then its
    event, which tells the ids of the lines in their order; and from where these `ids` come."""
    told = f"told as ({TOLD} select $1, 'order', {order}.id, $4, $5, $6, $7, $8, {{}})"
    if not filled:
        return told.format(f"$9::jsonb from {order}"), "(select null::bigint[] as ids) none"
    entered = f"""entered as (
        insert into lines as l (tenant_id, order_id, {", ".join(filled)}, created_at, created_by, modified_at,
                                modified_by)
        select $1, {order}.id, {_wished(filled)}, $4, $6, $4, $6
          from {order}, json_to_recordset({rows}::json) w (place bigint, {_typed(filled)})
         order by w.place
        returning l.id
    ), numbered as (
        select array_agg(entered.id order by entered.id) as ids from entered
    ), """
    return entered + told.format(
        f"$9::jsonb || jsonb_build_object('entered_ids', ids) from {order}, numbered"
    ), "numbered"


def _wished(columns: Sequence[str]) -> str:
    return ", ".join(_NEVER_NULL.get(column, f"w.{column}") for column in columns)


_NEVER_NULL: Final = {
    "folded": f"coalesce(w.folded, '{folding.NOTHING}')",
    "locked": "coalesce(w.locked, false)",
}


def _typed(columns: Sequence[str]) -> str:
    return ", ".join(f"{column} {COLUMNS[column]}" for column in columns)


def _filled(entered: Sequence[AmendedLine]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns that some new line fills, and the lines as the parameter that a statement then takes."""
    if not entered:
        return (), ()
    rows = [_row(each.line, place) for place, each in enumerate(entered)]
    values = dict(zip(_ALL, zip(*map(astuple, rows), strict=True), strict=False))
    filled = [column for column in _FILLED if values[column].count(_EMPTY.get(column)) < len(rows)]
    return tuple(filled or _FILLED[:1]), (_encode(rows).decode(),)


def _as_rows(amended: Sequence[AmendedLine]) -> str:
    """The lines as JSON."""
    return _encode([_row(each.line, place) for place, each in enumerate(amended)]).decode()


def _row(line: Line, place: int) -> msgspec.Struct:
    """What is written of the line, with its id and its place; what is empty is left out of the JSON."""
    folded = lines.folded(line)
    return _Row(*_own(line), None if folded == folding.NOTHING else msgspec.Raw(folded.encode()), line.id, place)


_own: Final = attrgetter(*_OWN)
# What a line without the column has, where that is not null.
_EMPTY: Final = {"locked": False}
_Row: Final = msgspec.defstruct(
    "_Row", [(name, Any, _EMPTY.get(name)) for name in (*_ALL, "id", "place")], omit_defaults=True, gc=False
)


_encode: Final = msgspec.json.Encoder(decimal_format="number").encode
