"""Which face answers at which path, and the way of a request through it."""

import logging
from collections import Counter
from collections.abc import Collection, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

from orderloom.book.api_keys import hushed
from orderloom.desk.desk import Desk
from orderloom.desk.tries import until_it_wins
from orderloom.dialects.contract import Call, Dialect, Operation, Refused, Reply
from orderloom.server import door, idempotency
from orderloom.server.answering import answered
from orderloom.server.body import Bodies, BodyTooLong, ClientAway, Receive
from orderloom.server.lifespan import Lifespan
from orderloom.server.own_pages import RETRY_AFTER, OwnPages, plain
from orderloom.server.paths import Found, NoPath, Paths, root_of, segments
from orderloom.server.proxies import MAX_HOST, networks, origin
from orderloom.server.settings import Settings
from orderloom.store.failures import Busy, is_away, known_facts, lost, refuses_value
from orderloom.wire.forms import TooManyFields

MAX_LOGGED: Final = 500
# Several keys of idempotency are none either: a list is no key.
_LISTS: Final = frozenset(
    (b"accept", b"if-match", b"if-none-match", b"forwarded", b"x-forwarded-for", idempotency.HEADER)
)
_BODY_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_logger = logging.getLogger("orderloom.server")

Headers = dict[bytes, bytes]


class Visit:
    """What the log and the metrics tell of a request, filled in along its way.

    `method` and `route` are those of the operation that was found, so that metrics hold no caller's own words.
    """

    __slots__ = ("caller", "face", "has_read", "method", "query", "request_id", "route", "turned_away")

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        self.has_read = False
        """Whether the body was read, or begun to be."""
        self.turned_away = False
        """Whether it was refused at once because there is too much to do."""
        self.face = self.method = self.route = self.caller = self.query = ""


class Mounts:
    """Every face in its place."""

    def __init__(
        self, dialects: Sequence[Dialect], own_pages: OwnPages, lifespan: Lifespan, settings: Settings
    ) -> None:
        faces = [(face, Paths(face.operations, ignores_case=face.ignores_case)) for face in dialects]
        self._mounts = {root: mounted for mounted in faces for root in mounted[0].roots}
        if len(self._mounts) != sum(len(face.roots) for face in dialects):
            raise ValueError("two dialects want the same path")
        self._own_pages = own_pages
        self._lifespan = lifespan
        self._trusted = networks(settings.trusted_proxies)
        self._admission = lifespan.admission
        self._refusals = {face: _come_again(face.fault(503)) for face in dialects}
        self._bodies = Bodies(settings.body_limit, patience_s=settings.patience_s)
        lifespan.every_second(self._bodies.give_up_late_ones)
        # A face gets the settings that bear its name, and no others: some of those are secrets.
        own = tuple(f"{face.name}_" for face in dialects)
        self._options = {name: value for name, value in asdict(settings).items() if name.startswith(own)}

    async def answer(self, scope: MutableMapping[str, Any], headers: Headers, receive: Receive, visit: Visit) -> Reply:
        """The reply to one request, whose body has arrived; no exception leaves this function."""
        reply = await self._answer(scope, headers, receive, visit)
        # Who is refused before the body is read would see a broken connection in place of the answer.
        if not visit.has_read and (headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers):
            with suppress(BodyTooLong, ClientAway):
                await self._bodies.read(receive)
        return reply

    async def _answer(self, scope: MutableMapping[str, Any], headers: Headers, receive: Receive, visit: Visit) -> Reply:
        face: Dialect | None = None
        try:
            if len(headers) < len(scope["headers"]):
                numbers = Counter(name for name, _ in scope["headers"])
                if numbers[b"host"] > 1:
                    return plain(400)
                _settle_repeated(headers, scope["headers"], {name for name in numbers if numbers[name] > 1})
            parts = segments(scope["raw_path"])
            mounted = self._mounts.get(root_of(parts)) or self._mounts.get(parts[0].lower())
            if mounted is None:
                came = origin(scope, headers, self._trusted)
                reply = await self._own_pages.answer(parts, scope["method"], headers, came)
                if reply.status != 404:
                    visit.route = f"/{parts[0]}"
                return reply
            face, paths = mounted
            if self._admission.is_full():
                visit.face, visit.turned_away = face.name, True
                await self._admission.turn_away()
                return self._refusals[face]
            self._admission.enter()
            try:
                work = self._at_the_face(face, paths.find(parts), scope, headers, receive, visit)
                return await answered(face, work)
            finally:
                self._admission.leave()
        except NoPath:
            return plain(404)
        except (BodyTooLong, ClientAway, TooManyFields) as error:
            status = _STATUSES[type(error)]
            return face.fault(status) if face else plain(status)
        except Exception as error:
            return _failure(error, face, visit)

    async def _at_the_face(
        self,
        face: Dialect,
        found: Found | None,
        scope: MutableMapping[str, Any],
        headers: Headers,
        receive: Receive,
        visit: Visit,
    ) -> Reply:
        visit.face = face.name
        if found is None:
            return face.not_found()
        method: str = scope["method"]
        known = found.operations.get(method)
        if known is None and (not face.authenticates_first or _is_open(found)):
            return face.wrong_method(tuple(found.operations))
        came = origin(scope, headers, self._trusted)
        desk = self._lifespan.desk
        tenant_id = await _tenant(desk, came.host)
        call = Call(method, found.parameters, scope["query_string"], headers, desk, tenant_id, self._options, came)
        if known is None:
            return await door.let_in(face, call) or face.wrong_method(tuple(found.operations))
        operation, visit.route = known
        visit.method = method
        if face.logs_query:
            visit.query = hushed(call.query_string.decode("latin-1"))[:MAX_LOGGED]
        has_body = method in _BODY_METHODS
        if has_body and face.credentials_in_body:
            call.body = await self._body(receive, visit)
        if not operation.open:
            if refused := await door.let_in(face, call):
                return refused
            visit.caller = call.caller.author.name
            door.check_right(operation, call)
        if has_body and not face.credentials_in_body:
            call.body = await self._body(receive, visit)
        allowance = operation.allows(call) if operation.allows else None
        if allowance is None:
            return await _done(face, operation, call, headers, scope["raw_path"])
        reply = allowance.refusal or await answered(face, _done(face, operation, call, headers, scope["raw_path"]))
        return reply._replace(headers=(*reply.headers, *allowance.headers))

    async def _body(self, receive: Receive, visit: Visit) -> bytes:
        """The body; while it is waited for the request is in nobody's way."""
        visit.has_read = True
        self._admission.leave()
        try:
            return await self._bodies.read(receive)
        finally:
            self._admission.enter()


async def _done(face: Dialect, operation: Operation, call: Call, headers: Headers, path: bytes) -> Reply:
    """The reply of the operation; where a key counts, the first one that it gave. Raises Refused and Refusal."""
    key = headers.get(idempotency.HEADER)
    if key is not None and operation.writes(call) and not operation.tells_secret:
        # With a key everything is one transaction, whatever the operation does.
        return await until_it_wins(lambda: idempotency.once(face, call, key, path, operation.handler))
    if operation.each_for_itself:
        return await operation.handler(call)
    return await until_it_wins(lambda: operation.handler(call))


def _is_open(found: Found) -> bool:
    return all(known.operation.open for known in found.operations.values())


async def _tenant(desk: Desk, host: str) -> int:
    host = host.lower()
    name, colon, port = host.rpartition(":")
    if colon and port.isdecimal():
        host = name
    tenant = desk.recall_tenant(host)
    if tenant is None:
        tenant = await desk.find_tenant(host if len(host) <= MAX_HOST and "\x00" not in host else "")
        if tenant is None:
            raise Refused(plain(503))
    return tenant


def _settle_repeated(headers: Headers, sent: Sequence[tuple[bytes, bytes]], repeated: Collection[bytes]) -> None:
    """Settle what headers mean that were sent more than once; of others the last one counts.

    Several lines of a list are one list (RFC 9110 5.3). Several credentials are none: a proxy in front may have checked
    another one than we would.
    """
    for name in _LISTS.intersection(repeated):
        headers[name] = b", ".join(value for key, value in sent if key == name)
    if b"authorization" in repeated:
        del headers[b"authorization"]


def _failure(error: Exception, face: Dialect | None, visit: Visit) -> Reply:
    """503 when the database is away or others were always quicker, 400 for a value that it cannot hold, else 500.

    The log gets the details, the caller none of them.
    """
    status = 503 if is_away(error) or lost(error) else 400 if refuses_value(error) else 500
    if not isinstance(error, Busy):  # its access line says enough; under load there are thousands of them
        facts = {"request_id": visit.request_id, "face": visit.face, "route": visit.route, **known_facts(error)}
        message = "others were quicker each time" if lost(error) else _MESSAGES[status]
        _logger.error(message, exc_info=error, extra={"facts": facts})
    reply = face.fault(status) if face else plain(status)
    return _come_again(reply) if status == 503 else reply


def _come_again(reply: Reply) -> Reply:
    return reply._replace(headers=(*reply.headers, RETRY_AFTER))


_MESSAGES: Final = {
    400: "the database refused a value that no check had found",
    500: "a request failed",
    503: "the database is away",
}
_STATUSES: Final[dict[type[Exception], int]] = {BodyTooLong: 413, ClientAway: 408, TooManyFields: 400}
