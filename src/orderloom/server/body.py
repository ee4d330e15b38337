"""Reading a request's body within its limits."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
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


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole body. Raises BodyTooLong above `limit` bytes, ClientAway if it is not there within PATIENCE_S."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await _read(receive, limit)
    except TimeoutError:
        raise ClientAway from None


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
