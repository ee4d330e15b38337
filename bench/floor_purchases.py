"""The floor of Extensiv's purchase orders, in HAL."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from bench import statements
from orderloom.dialects.extensiv import hal
from orderloom.dialects.extensiv.shapes import (
    Contact,
    CustomerIdentifier,
    FacilityIdentifier,
    ItemIdentifier,
    LineItem,
    PurchaseOrder,
    PurchaseOrderReadOnly,
    encode,
)

POS: Final = "/inventory/pos"
BY: Final = "floor"
Fetch = Callable[..., Awaitable[Any]]


class Named(msgspec.Struct):
    id: int


class NewLine(msgspec.Struct, rename="camel"):
    item_identifier: Named
    qualifier: str
    quantity: Decimal
    expected_facility: Named
    price: Decimal
    purchase_order_line_item_id: int = 0
    expected_date: str | None = None


class Supplier(msgspec.Struct, rename="camel"):
    contact_id: int


class New(msgspec.Struct, rename="camel"):
    purchase_order_number: str
    customer_identifier: Named
    supplier: Supplier
    external_id: str
    line_items: list[NewLine]
    issue_date: str | None = None
    notes: str | None = None


_new: Final = msgspec.json.Decoder(New).decode
_lines: Final = msgspec.json.Decoder(list[list[Any]]).decode
_encode: Final = msgspec.json.Encoder(decimal_format="number").encode
_CENT: Final = Decimal("0.01")
ONE: Final = statements.one_purchase()
OF_CUSTOMER: Final = statements.page_of_purchases()
SEARCH: Final = statements.search_of_purchases()
UPDATE: Final = statements.update_purchase()


class Floor:
    """Answers what the load asks of purchase orders, and nothing else."""

    def __init__(self, fetch: Fetch, fetchrow: Fetch, tenant_id: int) -> None:
        self.fetch = fetch
        self.fetchrow = fetchrow
        self.tenant_id = tenant_id
        self.insert = statements.insert_purchase(tenant_id)

    async def answer(self, method: str, path: str, query: bytes, body: bytes | None) -> tuple[int, bytes]:
        """Status and JSON."""
        if method == "POST" and body is not None:
            return 201, await self.create(_new(body))
        if path == POS:
            return 200, await self.page(dict(parse_qsl(query.decode())))
        order_id = int(path.rpartition("/")[2])
        shown = _shown(await self.fetchrow(ONE, self.tenant_id, order_id))
        if method == "PUT" and body is not None:
            new = _new(body)
            await self.replace(order_id, new)
            shown.notes = new.notes
        return 200, encode(shown)

    async def page(self, asked: dict[str, str]) -> bytes:
        customer, *more = asked["rql"].split(";")
        arguments: list[Any] = [self.tenant_id, int(customer.partition("==")[2])]
        if more:
            arguments.append(datetime.fromisoformat(more[1].rpartition("=")[2]).replace(tzinfo=UTC))
        rows = await self.fetch(SEARCH if more else OF_CUSTOMER, *arguments)
        shown = [_shown(row) for row in rows]
        return encode({"totalResults": rows[0][-1], "_embedded": {hal.PURCHASE_ORDER: shown}, "_links": {}})

    async def create(self, new: New) -> bytes:
        now = datetime.now(UTC)
        row = await self.fetchrow(
            self.insert,
            self.tenant_id,
            new.purchase_order_number,
            new.external_id,
            new.customer_identifier.id,
            new.supplier.contact_id,
            datetime.fromisoformat(new.issue_date or "2016-01-01").replace(tzinfo=UTC),
            now,
            BY,
            _rows(new),
            *_costs(new),
        )
        return encode(_shown(await self.fetchrow(ONE, self.tenant_id, row[0])))

    async def replace(self, order_id: int, new: New) -> None:
        now = datetime.now(UTC)
        values = (new.purchase_order_number, new.external_id, new.notes, new.supplier.contact_id)
        await self.fetchrow(UPDATE, self.tenant_id, order_id, *values, now, BY, _rows(new), *_costs(new))


def _rows(new: New) -> str:
    rows = [
        {
            "id": line.purchase_order_line_item_id,
            "item_id": line.item_identifier.id,
            "qualifier": line.qualifier,
            "quantity": line.quantity,
            "price": line.price,
            "facility_id": line.expected_facility.id,
            "expected_at": line.expected_date,
        }
        for line in new.line_items
    ]
    return _encode(rows).decode()


def _costs(new: New) -> tuple[Decimal, ...]:
    """What the lines come to, in each of its columns: nothing is put on it."""
    total = sum((line.quantity * line.price for line in new.line_items), Decimal(0))
    return (total.quantize(_CENT, ROUND_HALF_UP),) * 4


def _shown(row: Any) -> PurchaseOrder:
    """The row of the store's own statement as it is shown, its links included."""
    own = f"{POS}/{row[0]}"
    goods: Sequence[Any] = _lines(row[32])
    links: dict[str, Any] = {"self": {"href": own}, "edit": {"href": own}}
    links[hal.CUSTOMER] = {"href": f"/customers/{row[10]}"}
    links[hal.ITEM] = [{"href": f"/customers/{row[10]}/items/{each[1]}", "name": each[2]} for each in goods]
    links[hal.FACILITY] = [{"href": f"/properties/facilities/{each[6]}", "name": each[7]} for each in goods[:1]]
    links[hal.RECEIVERS] = {"href": f"/inventory/receivers?purchaseorderid={row[0]}"}
    links[hal.CONTACT] = {"href": f"/properties/contacts/{row[13]}"}
    return PurchaseOrder(
        PurchaseOrderReadOnly(row[0], _moment(row[7]), _moment(row[8]), row[3] == "done"),
        row[2],
        CustomerIdentifier(row[12], row[11], row[10]),
        row[6] and _moment(row[6]),
        Contact(row[13], *row[15:31]),
        row[5],
        row[4],
        [
            LineItem(
                each[0],
                ItemIdentifier(each[2], each[1]),
                each[3],
                each[4],
                FacilityIdentifier(each[7], each[6]),
                each[8],
                each[9],
                each[10],
                each[11],
                each[5],
            )
            for each in goods
        ],
        links,
    )


def _moment(moment: datetime) -> str:
    return _encode(moment).decode()[1:20]
