"""Reading a request's body within its limits."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from time import monotonic
from typing import Any, Final

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

# A client that has not sent its whole body by then is given up.
PATIENCE_S: Final = 30.0
# Some clients read no answer before they have sent everything; this much of a body that is too long is read and
# thrown away so that they get to see the refusal.
DRAIN_BYTES: Final = 32 * 1024 * 1024


class BodyTooLong(Exception):
    """The body is longer than is allowed."""


class ClientAway(Exception):
    """The client stopped sending or went away."""


class Bodies:
    """Reads bodies, and gives up on clients that take too long.

    Somebody calls `give_up_late_ones` now and then. A timer for each body would be exact, but costs more than reading
    the body does.
    """

    def __init__(self, limit: int, *, patience_s: float = PATIENCE_S) -> None:
        self._limit = limit
        self._patience_s = patience_s
        self._until: dict[asyncio.Task[Any], float] = {}

    async def read(self, receive: Receive) -> bytes:
        """The whole body. Raises BodyTooLong above the limit, ClientAway if it is not there in time."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for the type checker; a coroutine runs in a task
        self._until[task] = monotonic() + self._patience_s
        try:
            return await _read(receive, self._limit)
        except asyncio.CancelledError:
            if task in self._until:
                raise
            task.uncancel()
            raise ClientAway from None
        finally:
            self._until.pop(task, None)

    def give_up_late_ones(self) -> None:
        """End the reading of every body that should have been here by now."""
        now = monotonic()
        for task in [task for task, until in self._until.items() if until < now]:
            del self._until[task]
            task.cancel()


async def _read(receive: Receive, limit: int) -> bytes:
    message = await _next(receive)
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        if len(body) > limit:
            raise BodyTooLong
        return body
    chunks, size = [body], len(body)
    while message.get("more_body"):
        message = await _next(receive)
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            chunks.clear()
            if size > DRAIN_BYTES:
                raise BodyTooLong
        else:
            chunks.append(chunk)
    if size > limit:
        raise BodyTooLong
    return b"".join(chunks)


async def _next(receive: Receive) -> MutableMapping[str, Any]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientAway
    return message
