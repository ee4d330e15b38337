"""The floor: a bare ASGI function that does Orderloom's SQL and answers Orderloom's JSON.

No authentication, no checks, no events, no versions: the fastest straightforward server of these four requests, so
that the share of it which Orderloom reaches says what the rest costs.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
from msgspec import UNSET

from bench import floor_costed, floor_items, floor_own, floor_purchases, statements
from bench.traffic_own import ORDERS as OWN_ORDERS
from orderloom.dialects.homs.routes import DEFAULT_PAGE_SIZE
from orderloom.dialects.homs.shapes import OneOrder, Order, Orders

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

URL_VARIABLE: Final = "BENCH_DATABASE_URL"
TENANT_VARIABLE: Final = "BENCH_TENANT"
POOL_SIZE: Final = 10
READY: Final = "/ready"
ORDERS: Final = "/api/orders"
ORDERS_LENGTH: Final = len(ORDERS) + 1
ZONE: Final = ZoneInfo("Europe/Moscow")
BY: Final = "floor"


class NewOrder(msgspec.Struct):
    order_type_code: str
    data: msgspec.Raw
    ext_code: str | None = None
    bp_id: str | None = None
    bp_state: str | None = None


class NewRoot(msgspec.Struct):
    order: NewOrder


class Change(msgspec.Struct):
    bp_state: str | None
    data: msgspec.Raw


class ChangeRoot(msgspec.Struct):
    order: Change


class Kind(msgspec.Struct):
    """An order type: what its orders' rows say of it, and how their custom fields are decoded."""

    id: int
    code: str
    kind: str
    decode: Callable[[str | msgspec.Raw], Any]


_encode: Final = msgspec.json.Encoder().encode
_new: Final = msgspec.json.Decoder(NewRoot).decode
_change: Final = msgspec.json.Decoder(ChangeRoot).decode
ONE: Final = statements.one_order()
PAGE: Final = statements.page_of_orders(DEFAULT_PAGE_SIZE)
UPDATE: Final = statements.update_order()
# A new order's columns besides those that the request gives.
_BLANK: Final[dict[str, Any]] = dict.fromkeys(statements.WRITTEN) | {
    "state": "to_execute",
    "archived": False,
    "created_by": BY,
    "modified_by": BY,
    "version": 1,
}


class Floor:
    """One worker."""

    def __init__(self, url: str, tenant_id: int) -> None:
        self.url = url
        self.tenant_id = tenant_id
        self.insert = statements.insert_order(tenant_id)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.lifespan(scope, receive, send)
            return
        path, method = scope["path"], scope["method"]
        if path == READY:
            await _send(send, 200, b"{}")
            return
        if not path.startswith(ORDERS):
            body = None if method == "GET" else await body_of(receive)
            query = scope["query_string"]
            if path.startswith(floor_purchases.POS):
                await _send(send, *await self.purchases.answer(method, path, query, body))
                return
            if path.startswith(OWN_ORDERS):
                await _send(send, *await self.own.answer(method, path, query, body))
                return
            if path == floor_costed.PURCHASES:
                await _send(send, *await self.costed.answer(query, body))
                return
            status, text = await floor_items.answer(self.fetch, self.fetchrow, self.tenant_id, path, query, body)
            await _send(send, status, text)
            return
        answer: OneOrder | Orders | None
        if path != ORDERS:
            code = path[ORDERS_LENGTH:]
            if method == "GET":
                answer = await self.show(code)
            elif method == "PUT":
                answer = await self.change(code, await body_of(receive))
            else:
                answer = await self.overwrite(code, await body_of(receive))
        elif method == "GET":
            answer = await self.page()
        else:
            answer = await self.create(await body_of(receive))
        status = 404 if answer is None else 201 if method == "POST" else 200
        await _send(send, status, b"{}" if answer is None else _encode(answer))

    async def show(self, code: str) -> OneOrder | None:
        row = await self.fetchrow(ONE, self.tenant_id, code)
        return OneOrder(self.shape(row)) if row else None

    async def page(self) -> Orders:
        shape = self.shape
        return Orders([shape(row) for row in await self.fetch(PAGE, self.tenant_id)])

    async def create(self, body: bytes) -> OneOrder:
        given = _new(body).order
        kind = self.kinds_by_code[given.order_type_code]
        now = datetime.now(UTC)
        columns = _BLANK | {
            "type_id": kind.id,
            "external_id": given.ext_code,
            "process_id": given.bp_id,
            "process_state": given.bp_state,
            "data": bytes(given.data).decode(),
            "created_at": now,
            "modified_at": now,
        }
        row: Any = await self.fetchrow(self.insert, self.tenant_id, kind.kind, *columns.values())
        data = kind.decode(given.data)
        shown = (given.ext_code, given.bp_id, given.bp_state, "to_execute", False, data, None, UNSET, kind.code, None)
        return OneOrder(Order(row[0], row[1], *shown))

    async def change(self, code: str, body: bytes) -> OneOrder | None:
        """Read, then write: the statements of a server whose answer depends on what is there."""
        row = await self.fetchrow(ONE, self.tenant_id, code)
        return await self.overwrite(code, body) if row else None

    async def overwrite(self, code: str, body: bytes) -> OneOrder | None:
        """One UPDATE, whatever is there."""
        change = _change(body).order
        data = bytes(change.data).decode()
        row = await self.fetchrow(UPDATE, self.tenant_id, code, change.bp_state, data, datetime.now(UTC), BY)
        return OneOrder(self.shape(row)) if row else None

    def shape(self, row: Any) -> Order:
        type_id, order_id, code, external_id, bp_id, bp_state, state, archived, data, done_at, _, email = row
        kind = self.kinds[type_id]
        done = done_at.astimezone(ZONE).isoformat(timespec="seconds") if done_at else None
        shown = kind.decode(data), done, UNSET, kind.code, email
        return Order(order_id, code, external_id, bp_id, bp_state, state, archived, *shown)

    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            return
        await receive()
        pool = await asyncpg.create_pool(self.url, min_size=1, max_size=POOL_SIZE, reset=_nothing_to_reset)
        self.fetch, self.fetchrow = pool.fetch, pool.fetchrow
        await self.load_kinds()
        self.purchases = floor_purchases.Floor(pool.fetch, pool.fetchrow, self.tenant_id)
        self.costed = floor_costed.Floor(pool.fetch, pool.fetchrow, self.tenant_id)
        self.own = floor_own.Floor(pool.fetch, pool.fetchrow, self.tenant_id)
        await self.own.load_types()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await pool.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def load_kinds(self) -> None:
        rows = await self.fetch("select id, code, kind, fields from order_types where tenant_id = $1", self.tenant_id)
        self.kinds = {row[0]: Kind(row[0], row[1], row[2], _decoder(row[3])) for row in rows}
        self.kinds_by_code = {kind.code: kind for kind in self.kinds.values()}


def create() -> Floor:
    """The application as its environment describes it."""
    return Floor(os.environ[URL_VARIABLE], int(os.environ[TENANT_VARIABLE]))


async def body_of(receive: Receive) -> bytes:
    """The whole body."""
    message = await receive()
    body: bytes = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    return body


async def _send(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-length", b"%d" % len(text)), (b"content-type", b"application/json; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def _decoder(fields: str) -> Callable[[str | msgspec.Raw], Any]:
    """From custom fields as they are kept to what is shown: every field of the type, null where nothing is set."""
    names = [field["name"] for field in msgspec.json.decode(fields)]
    members = [(f"f{place}", Any, None) for place in range(len(names))]
    renamed = {f"f{place}": name for place, name in enumerate(names)}
    return msgspec.json.Decoder(msgspec.defstruct("Data", members, rename=renamed, gc=False)).decode


async def _nothing_to_reset(_connection: Any) -> None:
    pass
