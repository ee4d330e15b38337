"""The floor of InTouch items and iinsight purchases."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from bench import statements
from orderloom.dialects.iinsight.shapes import PurchaseOrder
from orderloom.dialects.intouch.shapes import Item, Page, encode

ITEMS: Final = "/api/buscases/"
PURCHASES: Final = "/api1/purchase_orders"
BY: Final = "floor"


class NewItem(msgspec.Struct):
    title: str
    quantity: Decimal
    unit: str
    price: Decimal
    totalPrice: Decimal


_new: Final = msgspec.json.Decoder(NewItem).decode
_encode: Final = msgspec.json.Encoder().encode
ONE: Final = statements.one_item()
PAGE: Final = statements.page_of_items()
OF_CASE: Final = statements.purchases_of_case()
ENTER: Final = statements.enter_item()
INSERT: Final = statements.insert_item()

Fetch = Callable[..., Awaitable[Any]]


async def answer(
    fetch: Fetch, fetchrow: Fetch, tenant_id: int, path: str, query: bytes, body: bytes | None
) -> tuple[int, bytes]:
    """Status and JSON of a read, or of entering an item if there is a body."""
    if path == PURCHASES:
        case_id = int(dict(parse_qsl(query.decode()))["case_id"])
        return 200, _encode([PurchaseOrder(str(row[0]), row[1]) for row in await fetch(OF_CASE, tenant_id, case_id)])
    parts = path.split("/")
    order_id = int(parts[3])
    if body is not None:
        new, now = _new(body), datetime.now(UTC)
        values = (new.title, new.quantity, new.unit, new.price, new.totalPrice, now, BY)
        line_id = (await fetchrow(INSERT if query else ENTER, tenant_id, order_id, *values))[0]
        told = (False, BY, _moment(now), _moment(now), BY, new.quantity, new.price, new.totalPrice, new.unit)
        return 201, encode(Item(line_id, order_id, new.title, *told, None, None))
    if len(parts) > 5:
        row = await fetchrow(ONE, tenant_id, order_id, int(parts[5]))
        return (200, encode(_item(row))) if row else (404, b"{}")
    size = int(dict(parse_qsl(query.decode()))["size"])
    rows = await fetch(PAGE, tenant_id, order_id, size, 0)
    return 200, encode(Page(rows[0][-1], 0, size, [_item(row) for row in rows]))


def _item(row: Any) -> Item:
    return Item(
        row[0],
        row[1],
        row[3],
        row[11],
        row[19],
        _moment(row[18]),
        _moment(row[20]),
        row[21],
        row[7],
        row[9],
        row[10],
        row[8],
        row[15],
        row[4],
    )


def _moment(moment: datetime) -> str:
    text = _encode(moment).decode()
    return f"{text[1:24]}Z" if "." in text else f"{text[1:20]}.000Z"
