"""The application of one worker: every request in, one reply and one line of the log out."""

import logging.config
import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any, Final

from starlette.middleware.cors import CORSMiddleware

from orderloom.api import API
from orderloom.dialects.contract import REQUEST_ID, Reply
from orderloom.dialects.registry import DIALECTS
from orderloom.server import log, metrics
from orderloom.server.body import Receive
from orderloom.server.lifespan import Lifespan
from orderloom.server.mounts import Mounts, Visit
from orderloom.server.own_pages import OwnPages
from orderloom.server.reference.site import Site
from orderloom.server.settings import Settings, from_environment

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

# Their headers speak of no body, not even of an empty one.
_WITHOUT_CONTENT: Final = frozenset((204, 304))
_GOOD_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")


def create() -> Asgi:
    """The application with the settings of the environment: what each worker process runs."""
    settings = from_environment()
    logging.config.dictConfig(log.configuration(settings.log_level))
    app: Asgi = App(settings)
    origins = [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]
    if origins:
        app = CORSMiddleware(app, allow_origins=origins, allow_methods=["*"], allow_headers=["*"], expose_headers=["*"])
    return app


class App:
    """HTTP in, HTTP out."""

    def __init__(self, settings: Settings) -> None:
        self.times = metrics.RequestTimes()
        self.lifespan = Lifespan(settings)
        self.lifespan.every_second(self.times.flush)
        self.lines = log.Lines()
        self.lifespan.every_second(self.lines.write)
        faces = (API, *DIALECTS)
        own_pages = OwnPages(self.lifespan, self.times, Site(faces, demo=settings.demo), settings)
        self.mounts = Mounts(faces, own_pages, self.lifespan, settings)
        self._logs_requests = settings.log_level in ("debug", "info")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.lifespan(scope, receive, send)
            return
        began = perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given_id = headers.get(b"x-request-id")
        request_id = given_id if given_id and _GOOD_REQUEST_ID.fullmatch(given_id) else os.urandom(12).hex().encode()
        visit = Visit(request_id.decode())
        REQUEST_ID.set(visit.request_id)
        reply = await self.mounts.answer(scope, headers, receive, visit)
        await _send(send, reply, request_id, scope["method"] == "HEAD")
        self._note(visit, scope["method"], reply.status, perf_counter() - began)

    def _note(self, visit: Visit, method: str, status: int, seconds: float) -> None:
        self.times.note((visit.face, visit.method, visit.route, status), seconds)
        if self._logs_requests and not visit.turned_away:
            ms = round(seconds * 1000, 2)
            line = log.AccessLine(
                log.now(), visit.request_id, visit.face, method, visit.route, status, ms, visit.caller, visit.query
            )
            self.lines.add(line)


async def _send(send: Send, reply: Reply, request_id: bytes, head: bool) -> None:
    status, body, content_type, more = reply
    headers = [(b"x-request-id", request_id)]
    if status not in _WITHOUT_CONTENT:
        headers.append((b"content-length", b"%d" % len(body)))
    if content_type is not None:
        headers.append((b"content-type", content_type.encode()))
    for name, value in more:
        headers.append((name.lower().encode(), value.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})
