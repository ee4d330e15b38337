"""Rows of costings: a purchase that has none costs nothing yet."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from orderloom.book.costing import CostGroup, Costing, record
from orderloom.book.errors import OrderNotFound
from orderloom.book.types import PURCHASE
from orderloom.store import orders
from orderloom.store.pool import Db

_GROUP: Final = CostGroup.__struct_fields__
# In the order of the fields of Costing, its groups spread out.
COLUMNS: Final = (
    "is_estimate",
    "source",
    "over_limit",
    "currency",
    "rate",
    *_GROUP,
    "invest",
    "investment",
    "investment_markup",
    *(f"estimate_{field}" for field in _GROUP),
    "original_cost",
    "original_currency_cost",
)
_ACTUAL: Final = COLUMNS.index("cost")
_INVEST: Final = COLUMNS.index("invest")
_ESTIMATE: Final = COLUMNS.index("estimate_cost")
_ORIGINAL: Final = COLUMNS.index("original_cost")
_FREE: Final = Costing()

TYPES: Final = {
    **dict.fromkeys(COLUMNS, "numeric"),
    **dict.fromkeys(("is_estimate", "over_limit", "invest"), "boolean"),
    **dict.fromkeys(("source", "currency", "supply_type"), "text"),
}
"""The SQL types of the columns that are told with a new costing."""


class BehindLines(NamedTuple):
    """What a change of an order's lines needs to know of its costs.

    `total` is what the lines come to that have a quantity and a price, every digit of it.
    """

    version: int
    is_purchase: bool
    job_rate: Decimal
    total: Decimal
    costing: Costing


class Costs(NamedTuple):
    """What a change of lines writes of the costs of their order: columns of its costing with their values.

    `version` is the one that the order had when this was found out; None where nobody has asked, because the line has
    no price or is taken to stand on an order that is no purchase.
    """

    version: int | None = None
    columns: Mapping[str, Any] = {}


async def behind_lines(db: Db, tenant_id: int, order_id: int, *, but: int = 0) -> BehindLines:
    """The costs of the order, and what its lines come to without the one with the id `but`. Raises OrderNotFound."""
    row = await db.fetchrow(_BEHIND_LINES, tenant_id, order_id, but)
    if row is None:
        raise OrderNotFound(order_id)
    known = (*row[:4], of(row[4:]))
    return BehindLines(*known)


_BEHIND_LINES: Final = f"""
select o.version, o.kind = '{PURCHASE}', coalesce(c.job_rate, 1),
       (select coalesce(sum(l.quantity * l.price), 0) from lines l
         where l.tenant_id = $1 and l.order_id = $2 and l.id <> $3),
       {", ".join(f"k.{column}" for column in COLUMNS)}
  from orders o
  left join cases c on c.tenant_id = o.tenant_id and c.id = o.case_id
  left join costings k on k.tenant_id = o.tenant_id and k.order_id = o.id
 where o.tenant_id = $1 and o.id = $2"""


def changed(costing: Costing, fields: Collection[str]) -> dict[str, Any]:
    """The columns of a costing to write when these fields of it have changed, with their values."""
    if not fields:
        return {}
    columns = record(costing)
    return {field: columns[field] for field in fields}


def writing(order: str, columns: Sequence[str], first: int) -> str:
    """The part of a statement that writes these columns of the costing of the order that the part called `order`
    yields; its parameters are numbered from `first`. What is not told of a new costing is as for one without costs."""
    if not columns:
        return ""
    told = ", ".join(f"{column} = excluded.{column}" for column in columns)
    return f"""costed as (
        insert into costings as k (tenant_id, order_id, {", ".join(columns)})
        select $1, {order}.id, {orders.places(columns, first)} from {order}
            on conflict (tenant_id, order_id) do update set {told}
    ), """


def of(row: Sequence[Any]) -> Costing:
    """The costing out of its columns; one without costs if there is none."""
    if row[0] is None:
        return _FREE
    actual, estimated = CostGroup(*row[_ACTUAL:_INVEST]), CostGroup(*row[_ESTIMATE:_ORIGINAL])
    fields = (*row[:_ACTUAL], actual, *row[_INVEST:_ESTIMATE], estimated, *row[_ORIGINAL:])
    return Costing(*fields)
