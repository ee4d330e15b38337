"""Orders of any kind with everything that belongs to them, each read by one statement."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from orderloom.book.conditions import Condition
from orderloom.book.errors import OrderNotFound
from orderloom.book.keysets import Part, Stretch
from orderloom.book.orders import Order
from orderloom.book.text import storable
from orderloom.book.whole_orders import Key, WholeOrder
from orderloom.book.words import Word
from orderloom.store import costing, orders, parts
from orderloom.store.order_fields import FIELDS
from orderloom.store.orders import Types
from orderloom.store.parts import Listed
from orderloom.store.pool import Db, SearchDb

_AMOUNTS: Final = [column for column in costing.COLUMNS if costing.TYPES[column] == "numeric"]
_COSTING: Final = ", ".join(
    f"'{column}', k.{column}{'::text' if column in _AMOUNTS else ''}"
    for column in (*costing.COLUMNS, "supply_type", "sent_on", "final_invoice_on")
)
_OF_LINE: Final = {
    **dict.fromkeys(("id", "title", "item_id", "qualifier", "unit", "locked", "facility_id"), "l.{}"),
    **dict.fromkeys(("expected_at", "cancel_at", "notes", "external_id", "leftovers"), "l.{}"),
    **dict.fromkeys(("created_at", "created_by", "modified_at", "modified_by"), "l.{}"),
    **dict.fromkeys(("quantity", "price", "price_total"), "l.{}::text"),
    "sku": "i.sku",
}
_LINES: Final = f"""
(select json_agg(json_build_object({", ".join(f"'{name}', {sql.format(name)}" for name, sql in _OF_LINE.items())})
                 order by l.position nulls last, l.id)
   from lines l left join items i on i.tenant_id = l.tenant_id and i.id = l.item_id
  where l.tenant_id = o.tenant_id and l.order_id = o.id)"""
COLUMNS: Final = f"""{orders.WHOLE}, o.uuid,
(select json_build_object({_COSTING})::text from costings k where k.tenant_id = o.tenant_id and k.order_id = o.id),
(select json_object_agg(x.source, x.their_id order by x.source)::text from external_ids x
  where x.tenant_id = o.tenant_id and x.kind = 'order' and x.our_id = o.id)"""
FROM: Final = "orders o left join users u on u.tenant_id = o.tenant_id and u.id = o.responsible_id"
_WIDTH: Final = len(Order.__struct_fields__) - 1


async def one(db: Db, types: Types, tenant_id: int, key: Key) -> WholeOrder:
    """The order with this id, code or UUID. Raises OrderNotFound."""
    if isinstance(key, str) and not storable(key):
        raise OrderNotFound(key)
    row = await db.fetchrow(_READING[type(key)], tenant_id, key)
    if row is None:
        raise OrderNotFound(key)
    return whole(types, row)


_READING: Final = {
    kind: f"select {COLUMNS}, {_LINES}::text as lines from {FROM} where o.tenant_id = $1 and o.{column} = $2"
    for kind, column in ((int, "id"), (str, "code"), (UUID, "uuid"))
}


async def part(
    db: SearchDb,
    types: Types,
    tenant_id: int,
    where: Condition,
    words: Sequence[Word],
    stretch: Stretch,
    *,
    with_lines: bool,
) -> Part[WholeOrder]:
    """A part of the orders for which the condition holds and which have the words, with their lines if asked for."""
    lines = f"{_LINES}::text" if with_lines else "null::text"
    listed = Listed("orders", "o", FIELDS, f"{COLUMNS}, {lines} as lines", FROM, _WEIGHT)
    return await parts.part(db, listed, tenant_id, where, words, stretch, made=lambda row: whole(types, row[:_WIDE]))


_WIDE: Final = _WIDTH + len(WholeOrder._fields) - 1
_WEIGHT: Final = "octet_length(data::text) + coalesce(octet_length(notes), 0) + coalesce(octet_length(lines), 0)"


def whole(types: Types, row: Any) -> WholeOrder:
    """The order out of a row of COLUMNS and the lines."""
    return WholeOrder(Order(orders.type_of(types, row), *row[:_WIDTH]), *row[_WIDTH:])
