"""The application: the mount table, and the way of a request through it."""

import logging
import logging.config
import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any, Final

from starlette.middleware.cors import CORSMiddleware

from orderloom.book.errors import Refusal
from orderloom.desk.desk import Desk
from orderloom.dialects.contract import JSON, Call, Dialect, Operation, Refused, Reply
from orderloom.dialects.registry import DIALECTS
from orderloom.server import log, metrics
from orderloom.server.body import BodyTooLong, ClientAway, Receive, read_body
from orderloom.server.lifespan import Lifespan
from orderloom.server.paths import Paths, Unreadable, root_of, segments
from orderloom.server.settings import Settings, from_environment
from orderloom.store.pool import RETRYABLE, is_away
from orderloom.store.schema import is_current

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

# A use-case touches only the database, so one that lost to another writer can run again from the start.
TRIES: Final = 4
RETRY_AFTER_S: Final = "1"
_BODY_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_GOOD_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")
_logger = logging.getLogger("orderloom.server")


def create() -> Asgi:
    """The application with the settings of the environment: what each worker process runs."""
    settings = from_environment()
    logging.config.dictConfig(log.configuration(settings.log_level))
    app: Asgi = App(settings)
    origins = [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]
    if origins:
        app = CORSMiddleware(app, allow_origins=origins, allow_methods=["*"], allow_headers=["*"], expose_headers=["*"])
    return app


class Mounted:
    """A face in its place."""

    def __init__(self, face: Dialect) -> None:
        self.face = face
        self.paths = Paths(face.operations, ignores_case=face.ignores_case)


class Visit:
    """What the log tells of a request, filled in along its way."""

    __slots__ = ("caller", "face", "query", "route")

    def __init__(self) -> None:
        self.face = self.route = self.caller = self.query = ""


class App:
    """One worker: HTTP in, HTTP out."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.options = {"homs_shape": settings.homs_shape, "homs_zone": settings.homs_zone}
        self.times = metrics.RequestTimes()
        self.lifespan = Lifespan(settings, self.times)
        self.mounts = {root: mounted for mounted in map(Mounted, DIALECTS) for root in mounted.face.roots}
        self.own: dict[str, Callable[[], Awaitable[Reply]]] = {"health": self._health, "ready": self._ready}
        if settings.metrics_public:
            self.own["metrics"] = self._metrics
        self._logs_requests = settings.log_level in ("debug", "info")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.lifespan(scope, receive, send)
            return
        began = perf_counter()
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        request_id = _request_id(headers)
        visit = Visit()
        method = scope["method"]
        reply = await self._answer(scope, receive, headers, visit, request_id)
        await _send(send, reply, request_id, method)
        seconds = perf_counter() - began
        self.times.note((visit.face, method if visit.route else "", visit.route, reply.status), seconds)
        if self._logs_requests:
            log.write(
                log.AccessLine(
                    log.now(),
                    request_id.decode(),
                    visit.face,
                    method,
                    visit.route,
                    reply.status,
                    round(seconds * 1000, 2),
                    visit.caller,
                    visit.query,
                )
            )

    async def _answer(
        self, scope: Scope, receive: Receive, headers: list[tuple[bytes, bytes]], visit: Visit, request_id: bytes
    ) -> Reply:
        """The reply to one request; nothing that happens on the way leaves this function as an exception."""
        face: Dialect | None = None
        try:
            parts = segments(scope["raw_path"])
            root = root_of(parts)
            mounted = self.mounts.get(root)
            if mounted is None:
                return await self._own(root, parts, scope["method"], visit)
            face = mounted.face
            return await self._face(mounted, parts, scope, receive, headers, visit)
        except Refused as refused:
            return refused.reply
        except Refusal as refusal:
            return face.refuse(refusal) if face else _plain(400)
        except Unreadable:
            return _plain(404)
        except BodyTooLong:
            return face.fault(413) if face else _plain(413)
        except ClientAway:
            return face.fault(408) if face else _plain(408)
        except Exception as error:
            status = 503 if is_away(error) else 500
            _logger.error(
                "the database is away" if status == 503 else "a request failed",
                exc_info=error,
                extra={"facts": {"request_id": request_id.decode(), "face": visit.face, "route": visit.route}},
            )
            reply = face.fault(status) if face else _plain(status)
            retry = (("Retry-After", RETRY_AFTER_S),) if status == 503 else ()
            return reply._replace(headers=(*reply.headers, *retry))

    async def _face(
        self,
        mounted: Mounted,
        parts: list[str],
        scope: Scope,
        receive: Receive,
        headers: list[tuple[bytes, bytes]],
        visit: Visit,
    ) -> Reply:
        face = mounted.face
        visit.face = face.name
        found = mounted.paths.find(parts)
        if found is None:
            return face.not_found()
        method: str = scope["method"]
        operation = found.operations.get(method)
        if operation is None:
            return face.wrong_method(tuple(found.operations))
        visit.route = operation.path
        desk = self.lifespan.desk
        tenant_id = await _tenant(desk, headers)
        call = Call(method, found.parameters, scope["query_string"], headers, desk, tenant_id, self.options)
        if face.logs_query:
            visit.query = call.query_string.decode("latin-1")
        if refused := await face.authenticate(call):
            return refused
        visit.caller = call.caller.author.name
        if method in _BODY_METHODS:
            call.body = await read_body(receive, self.settings.body_limit)
        return await _run(operation, call)

    async def _own(self, root: str, parts: list[str], method: str, visit: Visit) -> Reply:
        """The server's own few pages."""
        page = self.own.get(root) if len(parts) == 1 else None
        if page is None:
            return _plain(404)
        visit.route = f"/{root}"
        return await page() if method in ("GET", "HEAD") else _plain(405, (("Allow", "GET, HEAD"),))

    async def _health(self) -> Reply:
        return Reply(200, b'{"status":"ok"}', JSON)

    async def _ready(self) -> Reply:
        try:
            current = await is_current(self.lifespan.desk.pool)
        except Exception as error:
            if not is_away(error):
                raise
            return Reply(503, b'{"status":"the database is away"}', JSON, (("Retry-After", RETRY_AFTER_S),))
        if not current:
            return Reply(503, b'{"status":"the schema is not current"}', JSON)
        return Reply(200, b'{"status":"ready"}', JSON)

    async def _metrics(self) -> Reply:
        self.times.flush()
        return Reply(200, metrics.page(), metrics.CONTENT_TYPE)


async def _run(operation: Operation, call: Call) -> Reply:
    for _ in range(TRIES - 1):
        try:
            return await operation.handler(call)
        except RETRYABLE:
            continue
    return await operation.handler(call)


async def _tenant(desk: Desk, headers: list[tuple[bytes, bytes]]) -> int:
    host = ""
    for name, value in headers:
        if name == b"host":
            host = value.decode("latin-1").rpartition(":")[0] or value.decode("latin-1")
            break
    host = host.lower() if len(host) <= 255 and "\x00" not in host else ""
    tenant = desk.recall_tenant(host)
    if tenant is None:
        tenant = await desk.find_tenant(host)
        if tenant is None:
            raise Refused(_plain(503))
    return tenant


def _request_id(headers: list[tuple[bytes, bytes]]) -> bytes:
    for name, value in headers:
        if name == b"x-request-id":
            if _GOOD_REQUEST_ID.fullmatch(value):
                return value
            break
    return os.urandom(12).hex().encode()


async def _send(send: Send, reply: Reply, request_id: bytes, method: str) -> None:
    status, body, content_type, more = reply
    headers = [(b"x-request-id", request_id)]
    if status != 204:
        headers.append((b"content-length", b"%d" % len(body)))
    if content_type is not None:
        headers.append((b"content-type", content_type.encode()))
    for name, value in more:
        headers.append((name.lower().encode(), value.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _plain(status: int, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    return Reply(status, b"{}", JSON, headers)
