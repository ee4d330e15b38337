"""The load, a process of its own: keep-alive connections to this machine, one request at a time on each.

`python -m bench.load --port 8080 --kind read ...` prints what it saw as JSON. It ends by its own clock and aims
nowhere but at 127.0.0.1.
"""

import argparse
import asyncio
import sys
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, cast

import msgspec
import uvloop

from bench import traffic
from bench.scene import PAGE_SIZE, BadAnswer, Scene

TARGET: Final = "127.0.0.1"
LONGEST_S: Final = 600.0
FIRST_ANSWER_S: Final = 20.0
LOST: Final = "lost connection"
_LENGTH: Final = b"content-length: "


class Shot(msgspec.Struct):
    """What one run of the load saw: answers that were a success, and the others by status.

    `cpu` is the share of a core that the load itself took; near 1 the load is what was measured.
    """

    requests: int = 0
    seconds: float = 0.0
    per_second: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    cpu: float = 0.0
    errors: dict[str, int] = {}
    failure: str = ""


class Meter:
    """What all connections share: the requests to send, and the measurements while they count."""

    def __init__(self, requests: Iterator[bytes], check: Callable[[Any], None]) -> None:
        self.requests = requests
        self.check = check
        self.counts = False
        self.over = False
        self.latencies = array("d")
        self.errors: Counter[str] = Counter()


class Connection(asyncio.Protocol):
    """Sends, waits for the whole answer, and sends the next."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self.first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answer = b""
        self._length = 0
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's has all of it, but is not of that class

    def send(self) -> None:
        """Send the next request of the cycle."""
        self._sent_at = time.perf_counter()
        self.transport.write(next(self.meter.requests))

    def data_received(self, data: bytes) -> None:
        answer = self._answer = self._answer + data if self._answer else data
        if not self._length:
            self._length = _length(answer)
        if not self._length or len(answer) < self._length:
            return
        self._answer, self._length = b"", 0
        meter = self.meter
        if meter.counts:
            meter.latencies.append(time.perf_counter() - self._sent_at)
            if answer[9] != 50:  # "2" of "HTTP/1.1 2xx"
                meter.errors[answer[9:12].decode("ascii", "replace")] += 1
        elif not self.first.done():
            self._check(answer)
            return
        if not meter.over:
            self.send()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.first.done():
            self.first.set_exception(BadAnswer("the connection was lost"))
        elif not self.meter.over:
            self.meter.errors[LOST] += 1

    def _check(self, answer: bytes) -> None:
        try:
            check(answer, self.meter.check)
        except (BadAnswer, ValueError, msgspec.MsgspecError) as error:
            self.first.set_exception(BadAnswer(f"{error}: {answer[:300]!r}"))
        else:
            self.first.set_result(None)


def check(answer: bytes, document_check: Callable[[Any], None]) -> None:
    """Look at the whole of an answer. Raises BadAnswer if it is not what the kind of load must get."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("ascii").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if status.split(" ")[:2] not in (["HTTP/1.1", "200"], ["HTTP/1.1", "201"]):
        raise BadAnswer(f"status {status!r}")
    is_json = headers["content-type"].startswith(("application/json", "application/hal+json"))
    if int(headers["content-length"]) != len(body) or not is_json:
        raise BadAnswer("headers that do not fit the body")
    document_check(msgspec.json.decode(body))


def _length(answer: bytes) -> int:
    """The length of the whole answer, 0 until its head is there."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return 0
    at = answer.find(_LENGTH, 0, end)
    return end + 4 + int(answer[at + len(_LENGTH) : answer.index(b"\r", at)])


async def fire(port: int, connections: int, meter: Meter, *, warm_up_s: float, seconds: float) -> Shot:
    """Load the server and tell what was seen after the warm-up. Raises BadAnswer or OSError before it begins."""
    loop = asyncio.get_running_loop()
    made = [(await loop.create_connection(lambda: Connection(meter), TARGET, port))[1] for _ in range(connections)]
    for connection in made:
        connection.send()
    async with asyncio.timeout(FIRST_ANSWER_S):
        await asyncio.gather(*(connection.first for connection in made))
    for connection in made:
        connection.send()
    await asyncio.sleep(warm_up_s)
    began_at, cpu = time.perf_counter(), time.process_time()
    meter.counts = True
    await asyncio.sleep(seconds)
    meter.counts, meter.over = False, True
    took, cpu = time.perf_counter() - began_at, time.process_time() - cpu
    for connection in made:
        connection.transport.abort()
    return _shot(meter, took, cpu)


def _shot(meter: Meter, took: float, cpu: float) -> Shot:
    ordered = sorted(meter.latencies)
    p50, p99 = (round(ordered[int(len(ordered) * part)] * 1000, 3) if ordered else 0.0 for part in (0.5, 0.99))
    good = len(ordered) - sum(count for what, count in meter.errors.items() if what != LOST)
    return Shot(good, took, good / took, p50, p99, cpu / took, dict(meter.errors))


def _checked(kind: traffic.Kind, page_size: int, document: Any) -> None:
    kind.check(document, page_size)


def main() -> None:
    """Run the load that the command line describes."""
    parser = argparse.ArgumentParser(prog="python -m bench.load")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--kind", choices=list(traffic.KINDS), required=True)
    parser.add_argument("--host", required=True, help="host name of the tenant, sent as a header")
    parser.add_argument("--orders", type=int, default=1)
    parser.add_argument("--page-size", type=int, default=PAGE_SIZE)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--warm-up", type=float, default=0.3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    scene = Scene(asked.host, asked.orders, asked.page_size)
    check_document = partial(_checked, traffic.KINDS[asked.kind], asked.page_size)
    meter = Meter(traffic.endless(asked.kind, scene, asked.seed), check_document)
    seconds = min(asked.seconds, LONGEST_S)
    try:
        shot = uvloop.run(fire(asked.port, asked.connections, meter, warm_up_s=asked.warm_up, seconds=seconds))
    except (BadAnswer, OSError, TimeoutError) as error:
        shot = Shot(failure=f"{type(error).__name__}: {error}")
    sys.stdout.buffer.write(msgspec.json.encode(shot) + b"\n")


if __name__ == "__main__":
    main()
