"""Clients that are slow, silent, or gone: crowds of them, while normal clients are served beside."""

import asyncio
import resource
import socket
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final, NamedTuple

from bench.scene import basic

from orderloom.demo.people import DEMO_TOKEN, DEMO_USER
from orderloom.server.body import DRAIN_BYTES, FREE_PIECES
from torture import processes
from torture.audit import audit
from torture.clients import Team, team
from torture.finding import Finding
from torture.stand import Stand, demo

# What the server is told in this trial; how much later than that a connection may still be open.
PATIENCE_S: Final = 2
LATER_S: Final = 10.0
DRIP_S: Final = 0.2
SERVED_S: Final = 15.0
# What the workers may hold more than before, whatever crowds there were.
MORE_MIB: Final = 200.0
MORE_FILES: Final = 64
AT_ONCE: Final = 100

_HEAD: Final = f"POST /api/orders HTTP/1.1\r\nHost: x\r\nAuthorization: {basic(DEMO_USER, DEMO_TOKEN)}\r\n".encode()
_READ: Final = f"GET /api/orders HTTP/1.1\r\nHost: x\r\nAuthorization: {basic(DEMO_USER, DEMO_TOKEN)}\r\n\r\n".encode()
# A face that reads the body before it knows who is calling.
_OPEN_HEAD: Final = b"POST /jsonapi/purchases.json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
_CHUNKED: Final = _OPEN_HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


async def silent(port: int) -> str:
    """Connects and says nothing."""
    async with connected(port) as (reader, _):
        return await ending(reader)


async def slow_head(port: int) -> str:
    """Sends its head byte by byte, without an end."""
    async with connected(port) as (reader, writer):
        writer.write(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        return await ending(reader, dripping(writer, b"x"))


async def slow_body(port: int) -> str:
    """Sends its body byte by byte."""
    async with connected(port) as (reader, writer):
        writer.write(_HEAD + b"Content-Length: 100000\r\n\r\n")
        return await ending(reader, dripping(writer, b" "))


async def half_a_body(port: int) -> str:
    """Sends most of a long body and stops, before anybody knows who it is."""
    async with connected(port) as (reader, writer):
        writer.write(_OPEN_HEAD + b"Content-Length: 1000000\r\n\r\n" + b" " * 900_000)
        return await ending(reader)


async def endless_body(port: int) -> str:
    """Goes on sending for as long as it is let."""
    async with connected(port) as (reader, writer):
        writer.write(_CHUNKED)
        piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        return await ending(reader, pouring(writer, piece, 2 * DRAIN_BYTES // 0x10000))


async def crumbs(port: int) -> str:
    """Sends a body in pieces of one byte as fast as it can."""
    async with connected(port) as (reader, writer):
        writer.write(_CHUNKED)
        return await ending(reader, pouring(writer, b"1\r\n \r\n" * 64, FREE_PIECES * 4 // 64))


async def deaf(port: int) -> str:
    """Asks and asks, and reads no answer."""
    with suppress(OSError):
        sender = socket.create_connection(("127.0.0.1", port))
        sender.setblocking(False)
        over_at = time.monotonic() + PATIENCE_S
        while time.monotonic() < over_at:
            with suppress(BlockingIOError):
                sender.send(_READ * 10)
            await asyncio.sleep(DRIP_S / 10)
        sender.close()
    return "gone"


async def leaves(port: int) -> str:
    """Sends a whole request, or half of one, and is gone before the answer."""
    for wanted in (_READ, _READ[:40], _HEAD + b"Content-Length: 50\r\n\r\n{", _CHUNKED + b"5\r\nab"):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(wanted)
        await writer.drain()
        # No good-bye: what is on its way to this client meets a connection that was never there.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    return "gone"


class Crowd(NamedTuple):
    """So many of a kind, and how each of them may end."""

    what: str
    one: Callable[[int], Awaitable[str]]
    share: float
    endings: frozenset[str]


CLOSED: Final = frozenset(("closed",))
CROWDS: Final = (
    Crowd("silent", silent, 1, CLOSED),
    Crowd("heads byte by byte", slow_head, 0.1, CLOSED),
    # On a machine that is busy otherwise some may be refused at the door.
    Crowd("bodies byte by byte", slow_body, 0.1, frozenset(("408", "503"))),
    # Synergist says 404 to everything that is the client's fault.
    Crowd("bodies without their end", half_a_body, 0.1, frozenset(("404", "503"))),
    Crowd("bodies without any end", endless_body, 0.005, CLOSED | {"404", "503"}),
    Crowd("bodies in crumbs", crumbs, 0.01, CLOSED | {"404", "503"}),
    Crowd("asking without reading", deaf, 0.02, frozenset(("gone",))),
    Crowd("gone in the middle", leaves, 0.1, frozenset(("gone",))),
)


def run(connections: int, *, one_by_one: bool) -> Finding:
    """Crowds of this many silent clients, and of a part of that for those that do more; each alone, and all at once."""
    with many_files(), demo("--workers", "1", patience_s=str(PATIENCE_S)) as stand:
        alone = [(crowd,) for crowd in CROWDS] if one_by_one else []
        return asyncio.run(_run(stand, connections, (*alone, CROWDS)))


@contextmanager
def many_files() -> Iterator[None]:
    """This process may hold as many connections as it is allowed to."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def _run(stand: Stand, connections: int, rounds: Sequence[Sequence[Crowd]]) -> Finding:
    finding = Finding("slow, silent and gone clients")
    (worker,) = stand.workers()
    async with team(stand.url, 1) as normal:
        normal.begin()
        await normal.all_served(SERVED_S)
        files, mib = processes.open_files(worker), processes.resident_mib(worker)
        peak = Peak(worker)
        watching = asyncio.create_task(peak.watch())
        for crowds in rounds:
            await _gather(crowds, connections, stand, normal, finding)
            left = processes.open_files(worker) - files
            finding.claim(left <= MORE_FILES, f"{left} files are still open afterwards")
        watching.cancel()
        await normal.finish()
    finding.claim(stand.workers() == [worker], "the worker was replaced")
    more = peak.mib - mib
    finding.claim(more < MORE_MIB, f"the worker grew by {more:.0f} MiB")
    finding.counts |= {
        "files open at most": peak.files,
        "files open before": files,
        "memory at most, MiB": round(peak.mib, 1),
        "memory before, MiB": round(mib, 1),
    }
    finding.add_writes(normal.journal, await audit(stand.database_url, normal.journal))
    return finding


async def _gather(crowds: Sequence[Crowd], connections: int, stand: Stand, normal: Team, finding: Finding) -> None:
    """Let the crowds stand there, see that normal clients are served meanwhile, and how each of the crowds ends."""
    gate = asyncio.Semaphore(AT_ONCE)
    tasks = {crowd: _come_all(crowd, int(connections * crowd.share), stand.port, gate) for crowd in crowds}
    await asyncio.sleep(PATIENCE_S / 2)
    served = await normal.all_served(SERVED_S)
    finding.claim(served is not None, f"normal clients were not served beside {[crowd.what for crowd in crowds]}")
    for crowd, each in tasks.items():
        endings = Counter(await asyncio.gather(*each))
        finding.counts[crowd.what] = ", ".join(f"{count} {ending}" for ending, count in endings.items())
        strange = set(endings) - crowd.endings
        finding.claim(not strange, f"{crowd.what} ended with {sorted(strange)}")


def _come_all(crowd: Crowd, size: int, port: int, gate: asyncio.Semaphore) -> list[asyncio.Task[str]]:
    return [asyncio.create_task(_come(crowd, port, gate)) for _ in range(size)]


async def _come(crowd: Crowd, port: int, gate: asyncio.Semaphore) -> str:
    """One of the crowd. They come in through a gate: a queue of connections that is full would be another trial."""
    async with gate:
        await asyncio.sleep(0)
    return await crowd.one(port)


class Peak:
    """The most that a process has held."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.mib = 0.0
        self.files = 0

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            self.mib = max(self.mib, processes.resident_mib(self.pid))
            self.files = max(self.files, processes.open_files(self.pid))
            await asyncio.sleep(0.05)


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def ending(reader: asyncio.StreamReader, meanwhile: Awaitable[None] | None = None) -> str:
    """How the server ends it: the status that it answers, or `closed`, or `open` if it does nothing in time."""
    doing = asyncio.ensure_future(meanwhile) if meanwhile is not None else None
    try:
        line = await asyncio.wait_for(reader.readline(), PATIENCE_S + LATER_S)
    except OSError:
        return "closed"
    except TimeoutError:
        return "open"
    finally:
        if doing is not None:
            doing.cancel()
    return line.split()[1].decode() if line else "closed"


async def dripping(writer: asyncio.StreamWriter, drop: bytes) -> None:
    """Send a drop now and then."""
    while True:
        writer.write(drop)
        await asyncio.sleep(DRIP_S)


async def pouring(writer: asyncio.StreamWriter, piece: bytes, times: int) -> None:
    """Send so many pieces as fast as they are taken, and not the end."""
    with suppress(OSError):
        for _ in range(times):
            writer.write(piece)
            await writer.drain()
