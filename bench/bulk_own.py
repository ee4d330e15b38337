"""How many orders a second four callers of our own API enter in calls of 500 with three lines each.

`python -m bench.bulk_own --port 8080 ...` is the load, a process of its own: bodies made beforehand, plain sockets, a
thread for each caller that waits most of the time. It prints what it saw as JSON.
"""

import argparse
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from typing import Any, Final

import msgspec

from bench.load import LONGEST_S, TARGET, check
from bench.rounds import SLACK_S
from bench.scene import BadAnswer, Scene
from bench.traffic_own import bulk

ORDERS_EACH: Final = 500
CALLERS: Final = 4
WORKERS: Final = 2
TARGET_PER_S: Final = 5_000.0
# Calls that are made beforehand for each caller, and sent over and over.
_BODIES: Final = 4
_CHUNK: Final = 1 << 18
_ENTERED: Final = b'{"status":201,'
_END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "


class Entering(msgspec.Struct):
    """What one run of the load saw; `cpu` is the share of a core that the load itself took."""

    orders: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    failure: str = ""
    calls_ms: list[float] = []

    @property
    def per_second(self) -> float:
        """Orders a second, from the first byte of the first call to the last of the last answer."""
        return self.orders / self.seconds if self.seconds else 0.0


class OwnBulk(msgspec.Struct):
    """What came of all runs."""

    orders_each: int
    callers: int
    workers: int
    runs: list[Entering]

    @property
    def failure(self) -> str:
        """What went wrong first, empty if nothing did."""
        return next((each.failure for each in self.runs if each.failure), "")

    @property
    def per_second(self) -> float | None:
        """Orders a second in the median run; None if nothing can be said."""
        return None if self.failure or not self.runs else statistics.median(each.per_second for each in self.runs)

    @property
    def reached(self) -> bool | None:
        """Whether that is the target; None if nothing can be said."""
        return None if self.per_second is None else self.per_second >= TARGET_PER_S

    def call_ms(self, part: float) -> float:
        """How long calls took, in ms: below this was such a part of all."""
        ordered = sorted(each for run in self.runs for each in run.calls_ms)
        return ordered[int(len(ordered) * part)] if ordered else 0.0


def measure(port: int, scene: Scene, runs: int, seconds: float) -> OwnBulk:
    """Run the load so many times, each as long as this and until its last answer."""
    seconds = min(seconds, LONGEST_S)
    return OwnBulk(ORDERS_EACH, CALLERS, WORKERS, [_run(port, scene, seconds, seed) for seed in range(runs)])


def _run(port: int, scene: Scene, seconds: float, seed: int) -> Entering:
    options = {"port": port, "host": scene.host, "orders": scene.orders, "seconds": seconds, "seed": seed}
    command = [sys.executable, "-m", "bench.bulk_own", *(f"--{name}={value}" for name, value in options.items())]
    try:
        run = subprocess.run(command, capture_output=True, timeout=seconds + SLACK_S, check=True)
    except subprocess.SubprocessError as error:
        return Entering(failure=f"{type(error).__name__}: the load did not end well")
    return msgspec.json.decode(run.stdout, type=Entering)


class Caller(threading.Thread):
    """Sends one call after the other on a connection of its own."""

    def __init__(self, port: int, calls: list[bytes], starts: threading.Barrier) -> None:
        super().__init__(daemon=True)
        self._connection = socket.create_connection((TARGET, port), SLACK_S)
        self._calls = calls
        self._starts = starts
        self._buffer = bytearray()
        self.until = 0.0
        self.orders = 0
        self.calls_ms: list[float] = []
        self.failure = ""

    def run(self) -> None:
        try:
            self._check(self._ask(self._calls[0]))
            self._starts.wait()  # all are warm
            self._starts.wait()  # and know until when
            number = 0
            while time.perf_counter() < self.until:
                began_at = time.perf_counter()
                answer = self._ask(self._calls[number % len(self._calls)])
                self.calls_ms.append((time.perf_counter() - began_at) * 1000)
                entered = answer.count(_ENTERED)
                if entered != ORDERS_EACH:
                    raise BadAnswer(f"{entered} orders: {bytes(answer[:200])!r}")
                self.orders += entered
                number += 1
        except (BadAnswer, OSError, ValueError, LookupError, msgspec.MsgspecError) as error:
            self.failure = f"{type(error).__name__}: {error}"
            self._starts.abort()
        except threading.BrokenBarrierError:
            pass
        finally:
            self._connection.close()

    def _ask(self, call: bytes) -> bytes:
        self._connection.sendall(call)
        answer = b""
        length = 0
        while not length or len(answer) < length:
            part = self._connection.recv(_CHUNK)
            if not part:
                raise BadAnswer("the connection was lost")
            answer += part
            length = length or _whole(answer)
        return answer

    @staticmethod
    def _check(answer: bytes) -> None:
        def look(document: Any) -> None:
            results = document["results"]
            if len(results) != ORDERS_EACH or any(each["status"] != 201 for each in results):
                raise BadAnswer("not all were entered")

        check(answer, look)


def _whole(answer: bytes) -> int:
    """The length of the whole answer, 0 until its head is there."""
    end = answer.find(_END_OF_HEAD)
    if end < 0:
        return 0
    at = answer.index(_LENGTH, 0, end) + len(_LENGTH)
    return end + len(_END_OF_HEAD) + int(answer[at : answer.index(b"\r", at)])


def load(port: int, scene: Scene, seconds: float, seed: int) -> Entering:
    """Enter orders from all callers at once; each has made one call before time is taken."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret hangs on it
    starts = threading.Barrier(CALLERS + 1)
    callers = [Caller(port, [bulk(scene, dice, ORDERS_EACH) for _ in range(_BODIES)], starts) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    began_at = cpu = time.perf_counter()
    try:
        starts.wait(SLACK_S)
        began_at, cpu = time.perf_counter(), time.process_time()
        for caller in callers:
            caller.until = began_at + seconds
        starts.wait(SLACK_S)
    except threading.BrokenBarrierError:
        pass
    for caller in callers:
        caller.join(SLACK_S)
    took, cpu = time.perf_counter() - began_at, time.process_time() - cpu
    failure = next((each.failure for each in callers if each.failure), "")
    calls_ms = [round(each, 3) for caller in callers for each in caller.calls_ms]
    return Entering(sum(each.orders for each in callers), took, cpu / took, failure, calls_ms)


def main() -> None:
    """Run the load that the command line describes."""
    parser = argparse.ArgumentParser(prog="python -m bench.bulk_own")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", required=True, help="host name of the tenant, sent as a header")
    parser.add_argument("--orders", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = load(asked.port, Scene(asked.host, asked.orders), asked.seconds, asked.seed)
    sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")


if __name__ == "__main__":
    main()
