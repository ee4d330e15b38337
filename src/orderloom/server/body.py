"""Reading a request's body within its limits."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from time import monotonic
from typing import Any, Final

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

# Some clients read no answer before they have sent everything; this much of a body that is too long is read and
# thrown away so that they get to see the refusal.
DRAIN_BYTES: Final = 32 * 1024 * 1024
# What all bodies that are being read may hold together, unless a single one may be longer than a quarter of it.
TOGETHER_BYTES: Final = 32 * 1024 * 1024
# Each piece of a body costs as much time as a whole short one: whoever sends more than these sends no crumbs.
FREE_PIECES: Final = 4096
SMALLEST_PIECE: Final = 64


class BodyTooLong(Exception):
    """The body is longer than is allowed."""


class ClientAway(Exception):
    """The client stopped sending, went away, or sent too slowly."""


class Bodies:
    """Reads bodies, and gives up on clients that take too long, or that hold too much while others come.

    Somebody calls `give_up_late_ones` now and then. A timer for each body would be exact, but costs more than reading
    the body does.
    """

    def __init__(self, limit: int, *, patience_s: float, together: int = TOGETHER_BYTES) -> None:
        self._limit = limit
        self._patience_s = patience_s
        self._together = max(together, 4 * limit)
        self._until: dict[asyncio.Task[Any], float] = {}
        # What came of bodies that arrive in several pieces, those that began first before the others.
        self._held: dict[asyncio.Task[Any], int] = {}
        self._holding = 0

    async def read(self, receive: Receive) -> bytes:
        """The whole body. Raises BodyTooLong above the limit, ClientAway if it is not there in time."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for the type checker; a coroutine runs in a task
        self._until[task] = monotonic() + self._patience_s
        try:
            return await self._read(receive, task)
        except asyncio.CancelledError:
            if task in self._until:
                raise
            task.uncancel()
            raise ClientAway from None
        finally:
            self._until.pop(task, None)
            self._let_go(task)

    def give_up_late_ones(self) -> None:
        """End the reading of every body that should have been here by now."""
        now = monotonic()
        for task in [task for task, until in self._until.items() if until < now]:
            self._give_up(task)

    async def _read(self, receive: Receive, task: asyncio.Task[Any]) -> bytes:
        message = await _next(receive)
        body: bytes = message.get("body", b"")
        if not message.get("more_body"):
            if len(body) > self._limit:
                raise BodyTooLong
            return body
        whole, size, pieces = bytearray(body), len(body), 1
        self._hold(task, size)
        while message.get("more_body"):
            message = await _next(receive)
            piece = message.get("body", b"")
            size += len(piece)
            pieces += 1
            if pieces > FREE_PIECES and size < pieces * SMALLEST_PIECE:
                raise ClientAway
            if size > self._limit:
                whole.clear()
                self._let_go(task)
                if size > DRAIN_BYTES:
                    raise BodyTooLong
            else:
                whole += piece
                self._hold(task, size)
        if size > self._limit:
            raise BodyTooLong
        return bytes(whole)

    def _hold(self, task: asyncio.Task[Any], size: int) -> None:
        """Take down how much of the body is here; who began first is given up if all hold too much. Slow clients
        must not fill the memory, and whoever sends at a usual pace is through long before it is his turn."""
        self._holding += size - self._held.get(task, 0)
        self._held[task] = size
        while self._holding > self._together:
            first = next(iter(self._held))
            if first is task:
                raise ClientAway
            self._give_up(first)

    def _give_up(self, task: asyncio.Task[Any]) -> None:
        self._until.pop(task, None)
        self._let_go(task)
        task.cancel()

    def _let_go(self, task: asyncio.Task[Any]) -> None:
        self._holding -= self._held.pop(task, 0)


async def _next(receive: Receive) -> MutableMapping[str, Any]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientAway
    return message
