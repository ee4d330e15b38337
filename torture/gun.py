"""Sends bytes to the server and reads what comes back, whatever it is."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Final, NamedTuple

# The longest that anybody waits for an answer, or for a connection to be closed.
ANSWER_S: Final = 25.0
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3})")
_WITHOUT_BODY: Final = ("204", "304")

HANGS: Final = "no answer"
CLOSED: Final = "closed"
NO_HTTP: Final = "no HTTP"


class Answer(NamedTuple):
    """A status, headers by their lower-case names, and a body; the status is a word where there was no answer."""

    status: str
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""


class Gun:
    """A connection that is made anew whenever it is gone."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, raw: bytes, method: str) -> Answer:
        """The answer to a request, which may be one over a connection that had others."""
        was_kept = self._streams is not None
        answer = await self._ask(raw, method)
        # A connection that was kept may be closed at the moment in which it is used again.
        return await self._ask(raw, method) if answer.status == CLOSED and was_kept else answer

    async def _ask(self, raw: bytes, method: str) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        try:
            async with asyncio.timeout(ANSWER_S):
                writer.write(raw)
                # The answer may come before all of it is sent.
                draining = asyncio.ensure_future(writer.drain())
                try:
                    answer = await _read(reader, method)
                finally:
                    draining.cancel()
                    with suppress(OSError, asyncio.CancelledError):
                        await draining
        except TimeoutError:
            answer = Answer(HANGS)
        except (OSError, asyncio.IncompleteReadError):
            answer = Answer(CLOSED)
        except (ValueError, asyncio.LimitOverrunError):
            answer = Answer(NO_HTTP)
        if answer.status in (HANGS, CLOSED, NO_HTTP) or answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None


async def shot(port: int, raw: bytes, *, says_end: bool) -> list[str]:
    """Send the bytes over a connection of their own; the statuses of all answers, with `closed` at the end of them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(ANSWER_S):
            with suppress(OSError):
                writer.write(raw)
                await writer.drain()
                if says_end:
                    writer.write_eof()
            found = b""
            with suppress(OSError):
                while piece := await reader.read(65536):
                    found += piece
    except TimeoutError:
        return [HANGS]
    finally:
        writer.transport.abort()
    return [*(match[1].decode() for match in _STATUS.finditer(found)), CLOSED]


async def _read(reader: asyncio.StreamReader, method: str) -> Answer:
    status = "100"
    while status.startswith("1"):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *lines = head.rstrip().split("\r\n")
        protocol, status = line.split(" ")[:2]
        if protocol not in ("HTTP/1.1", "HTTP/1.0"):
            raise ValueError(line)
    headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
    if method == "HEAD" or status in _WITHOUT_BODY:
        return Answer(status, headers)
    if "content-length" not in headers:
        raise ValueError("an answer without a length")
    return Answer(status, headers, await reader.readexactly(int(headers["content-length"])))
