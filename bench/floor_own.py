"""The floor of our own API: one order whole, a customer's page of them, a new one, and a changed line."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from bench import statements_own as statements
from bench.statements import COSTS
from bench.traffic_own import LONG_PAGE, ORDERS
from orderloom.api import cursors
from orderloom.api.shapes import Costing, Line, Order, Orders
from orderloom.book.keysets import Place

BY: Final = "floor"
Fetch = Callable[..., Awaitable[Any]]


class NewLine(msgspec.Struct):
    item_id: int
    quantity: Decimal
    price: Decimal
    facility_id: int
    qualifier: str = ""


class New(msgspec.Struct):
    number: str
    title: str
    customer_id: int
    supplier_id: int
    issued_at: datetime
    lines: list[NewLine]


class ChangedLine(msgspec.Struct):
    id: int
    quantity: Decimal | None = None


class Change(msgspec.Struct):
    notes: str
    lines: list[ChangedLine]


class Type(NamedTuple):
    """What an order's row does not say of its type."""

    code: str
    version: int


_new: Final = msgspec.json.Decoder(New).decode
_change: Final = msgspec.json.Decoder(Change).decode
_lines: Final = msgspec.json.Decoder(list[Line]).decode
_costing: Final = msgspec.json.Decoder(Costing).decode
_names: Final = msgspec.json.Decoder(dict[str, str]).decode
_encode: Final = msgspec.json.Encoder().encode
_rows: Final = msgspec.json.Encoder(decimal_format="number").encode
_CENT: Final = Decimal("0.01")
_LENGTH: Final = len(ORDERS) + 1
ONE: Final = statements.one_order()
PAGE: Final = statements.page_of_orders(LONG_PAGE)
UPDATE: Final = statements.update_order()


class Floor:
    """Answers what the load asks of our own API, and nothing else."""

    def __init__(self, fetch: Fetch, fetchrow: Fetch, tenant_id: int) -> None:
        self.fetch = fetch
        self.fetchrow = fetchrow
        self.tenant_id = tenant_id
        self.insert = statements.insert_order(tenant_id)
        self.types: dict[int, Type] = {}

    async def load_types(self) -> None:
        """Read the order types, which the rows of orders name by id."""
        rows = await self.fetch("select id, code, version from order_types where tenant_id = $1", self.tenant_id)
        self.types = {row[0]: Type(row[1], row[2]) for row in rows}

    async def answer(self, method: str, path: str, query: bytes, body: bytes | None) -> tuple[int, bytes]:
        """Status and JSON."""
        if body is None:
            if path == ORDERS:
                return 200, await self.page(dict(parse_qsl(query.decode())))
            return 200, await self.show(int(path[_LENGTH:]))
        if method == "POST":
            return 201, await self.create(_new(body))
        return 200, await self.change(int(path[_LENGTH:]), _change(body))

    async def show(self, order_id: int) -> bytes:
        row = await self.fetchrow(ONE, self.tenant_id, order_id)
        return _encode(_shown(self.types, row))

    async def page(self, asked: Mapping[str, str]) -> bytes:
        size, types = int(asked["limit"]), self.types
        rows = await self.fetch(PAGE, self.tenant_id, int(asked["customer_id"]), size + 1)
        end = Place(None, rows[size - 1][1]) if len(rows) > size else None
        shown = [_shown(types, row) for row in rows[:size]]
        return _encode(Orders(shown, cursors.written(end, statements.NEWEST_FIRST)))

    async def create(self, new: New) -> bytes:
        total = sum((line.quantity * line.price for line in new.lines), Decimal(0)).quantize(_CENT, ROUND_HALF_UP)
        head = (new.number, new.title, new.customer_id, new.supplier_id, new.issued_at, datetime.now(UTC), BY)
        lines = _rows(new.lines).decode()
        row = await self.fetchrow(self.insert, self.tenant_id, *head, lines, *(total,) * len(COSTS))
        return await self.show(row[0])

    async def change(self, order_id: int, change: Change) -> bytes:
        line = change.lines[0]
        values = (change.notes, line.id, line.quantity, datetime.now(UTC), BY)
        await self.fetchrow(UPDATE, self.tenant_id, order_id, *values)
        return await self.show(order_id)


def _shown(types: Mapping[int, Type], row: Any) -> Order:
    """The row of the store's own statement as it is shown."""
    total, external_ids, order_type = row[23], row[33], types[row[0]]
    return Order(
        row[1],
        row[31],
        row[2],
        order_type.code,
        order_type.version,
        row[12],
        row[6],
        row[7],
        row[13],
        row[14],
        row[3],
        row[16],
        row[4],
        row[5],
        row[15],
        row[17],
        row[18],
        row[19],
        row[11],
        row[21],
        row[22],
        row[9],
        row[10],
        None if total is None else f"{total:f}",
        row[24],
        msgspec.Raw(row[8].encode()),
        _costing(row[32]) if row[32] is not None else None,
        [] if row[34] is None else _lines(row[34]),
        {} if external_ids is None else _names(external_ids),
        msgspec.Raw(row[25].encode()),
        row[26],
        row[27],
        row[28],
        row[29],
        row[30],
    )
