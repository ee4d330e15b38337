"""The load, a process of its own: connections to this machine that ask without a pause, or at a given rate.

`python -m torture.load FILE` reads what to do from the file and prints what it saw, both as JSON. It ends by its own
clock and aims nowhere but at 127.0.0.1.
"""

import asyncio
import itertools
import random
import resource
import sys
import time
from array import array
from collections import Counter, deque
from pathlib import Path
from typing import Final, cast

import msgspec
import uvloop

TARGET: Final = "127.0.0.1"
LONGEST_S: Final = 300.0
LOST: Final = "lost connection"
CONNECT_S: Final = 30.0
AT_ONCE: Final = 50
# What is due within this time is sent together: to wake for each request would take the server's share of the machine.
SHORTEST_REST_S: Final = 0.004
_LENGTH: Final = b"content-length: "


class Orders(msgspec.Struct):
    """What to do. `per_second` above 0 sends that many requests a second whether answers come or not.

    `new` is what has to be replaced by something new in each request.
    """

    port: int
    requests: list[bytes]
    faces: list[str]
    new: bytes
    connections: int
    seconds: float
    warm_up_s: float
    seed: int
    per_second: float = 0.0


class Seen(msgspec.Struct):
    """What was seen while it counted: answers by status, and the times of those that were served and refused."""

    seconds: float
    statuses: dict[str, int]
    served_ms: list[float]
    refused_ms: list[float]
    longest_ms: float
    cpu: float
    unsent: int = 0
    refusals: dict[str, str] = {}
    """One answer of 503 or 429 of each face, whole."""
    failures: dict[str, str] = {}
    """One answer of each other status that is no success, whole."""


class Meter:
    """What all connections share."""

    def __init__(self, orders: Orders) -> None:
        dice = random.Random(orders.seed)  # noqa: S311 - nothing secret hangs on it
        cycle = list(zip(orders.faces, orders.requests, strict=True))
        dice.shuffle(cycle)
        self._cycle = itertools.cycle(cycle)
        self._new = orders.new
        self._numbers = itertools.count(random.SystemRandom().getrandbits(90))
        self.counts = self.over = False
        self.served, self.refused = array("d"), array("d")
        self.statuses: Counter[str] = Counter()
        self.refusals: dict[str, str] = {}
        self.failures: dict[str, str] = {}
        self.unsent = 0
        self.free: deque[Connection] = deque()

    def next(self) -> tuple[str, bytes]:
        """The next request, and whose it is."""
        face, request = next(self._cycle)
        if self._new in request:
            request = request.replace(self._new, b"N%029d" % next(self._numbers))
        return face, request

    def note(self, face: str, answer: bytes, seconds: float) -> None:
        """Take down an answer."""
        status = answer[9:12].decode("ascii", "replace")
        if status in ("503", "429"):
            self.refusals.setdefault(face, answer.decode("latin-1"))
        elif status[0] != "2":
            self.failures.setdefault(f"{face} {status}", answer.decode("latin-1"))
        if self.counts:
            self.statuses[status] += 1
            (self.refused if status in ("503", "429") else self.served).append(seconds * 1000)


class Connection(asyncio.Protocol):
    """Sends a request, waits for the whole answer, and then sends the next or says that it is free."""

    def __init__(self, meter: Meter, *, paced: bool) -> None:
        self.meter = meter
        self._paced = paced
        self._answer = b""
        self._length = 0
        self._sent_at = 0.0
        self._face = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's has all of it, but is not of that class

    def send(self) -> None:
        """Send the next request."""
        self._face, request = self.meter.next()
        self._sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        answer = self._answer = self._answer + data if self._answer else data
        if not self._length:
            self._length = _length(answer)
        if not self._length or len(answer) < self._length:
            return
        self._answer, self._length = b"", 0
        self.meter.note(self._face, answer, time.perf_counter() - self._sent_at)
        if self._paced:
            self.meter.free.append(self)
        elif not self.meter.over:
            self.send()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.meter.over:
            self.meter.statuses[LOST] += 1


def _length(answer: bytes) -> int:
    """The length of the whole answer, 0 until its head is there."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return 0
    at = answer.find(_LENGTH, 0, end)
    return end + 4 + (int(answer[at + len(_LENGTH) : answer.index(b"\r", at)]) if at >= 0 else 0)


async def fire(orders: Orders) -> Seen:
    """Load the server and tell what was seen after the warm-up."""
    meter = Meter(orders)
    made = await _connect(orders, meter)
    pacing = None
    if orders.per_second:
        meter.free.extend(made)
        pacing = asyncio.create_task(_pace(meter, orders.per_second, orders.seed))
    else:
        for connection in made:
            connection.send()
    await asyncio.sleep(orders.warm_up_s)
    began_at, cpu = time.perf_counter(), time.process_time()
    meter.counts = True
    await asyncio.sleep(min(orders.seconds, LONGEST_S))
    meter.counts, meter.over = False, True
    took, cpu = time.perf_counter() - began_at, time.process_time() - cpu
    if pacing is not None:
        pacing.cancel()
    for connection in made:
        connection.transport.abort()
    return _seen(meter, took, cpu)


async def _connect(orders: Orders, meter: Meter) -> list[Connection]:
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)

    async def one() -> Connection:
        async with gate, asyncio.timeout(CONNECT_S):
            paced = bool(orders.per_second)
            return (await loop.create_connection(lambda: Connection(meter, paced=paced), TARGET, orders.port))[1]

    return await asyncio.gather(*(one() for _ in range(orders.connections)))


async def _pace(meter: Meter, per_second: float, seed: int) -> None:
    """Send at moments that no answer decides; what finds no free connection is counted as unsent."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret hangs on it
    due = time.perf_counter()
    while not meter.over:
        while due <= time.perf_counter():
            due += dice.expovariate(per_second)
            if meter.free:
                meter.free.popleft().send()
            elif meter.counts:
                meter.unsent += 1
        await asyncio.sleep(max(SHORTEST_REST_S, due - time.perf_counter()))


def _seen(meter: Meter, took: float, cpu: float) -> Seen:
    longest = max((*meter.served, *meter.refused), default=0.0)
    served, refused = (_thinned(sorted(times)) for times in (meter.served, meter.refused))
    return Seen(
        took, dict(meter.statuses), served, refused, longest, cpu / took, meter.unsent, meter.refusals, meter.failures
    )


def _thinned(ordered: list[float]) -> list[float]:
    """Every thousandth part of the times, from the shortest to the longest."""
    last = len(ordered) - 1
    return [round(ordered[last * part // 1000], 3) for part in range(1001)] if ordered else []


def main() -> None:
    """Run the load that the file describes."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    orders = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Orders)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(fire(orders))))


if __name__ == "__main__":
    main()
