"""Damaged requests by the hundred thousand: none may fail the server, hang, fill its memory or get into its log.

`python -m torture.fuzz` fires for long; what it fires hangs on the seed and the number of the request alone.
"""

import argparse
import asyncio
import base64
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from random import Random, SystemRandom
from typing import Final

import asyncpg
import httpx
from rich.console import Console
from tests.conformance.face import MARKER, Tenant
from tests.conformance.faces import FACES
from tests.harness import FaceClient

from orderloom.demo.people import DEMO_PASSWORD, DEMO_SECRET, DEMO_TOKEN
from torture import damage, processes, raw_damage, report
from torture.audit import look
from torture.clients import HOST
from torture.finding import Finding
from torture.gun import HANGS, NO_HTTP, Answer, Gun, shot
from torture.journal import Journal
from torture.recorder import NAMED, Recorded
from torture.stand import Stand, demo
from torture.valid import valid, words

REQUESTS: Final = 300_000
PATIENCE_S: Final = 2
AT_ONCE: Final = 16
RAW_AT_ONCE: Final = 48
# For so many damaged requests there is one that is damaged below HTTP; each of those costs a connection, and many of
# them the whole patience of the server.
RAW_EACH: Final = 15
# After this part of all requests the memory is what it should stay.
WARM: Final = 0.2
MORE_MIB: Final = 60.0
MORE_FILES: Final = 64
# So many of the answers have to be successes: else the requests come to nothing before they reach anything.
FEWEST_SUCCESSES: Final = 0.03
TOLD: Final = 20
LONGEST_TOLD: Final = 1500
LONGEST_REASON: Final = 10_000
WIDTH: Final = 120
SECRETS: Final = (DEMO_PASSWORD, DEMO_SECRET, DEMO_TOKEN, MARKER)
# Answered by the server underneath, before there is a request.
_NO_REQUEST: Final = ("400", "414", "431")


class Shots:
    """What is fired, and what comes of it."""

    def __init__(self, seed: int, number: int, requests: list[Recorded]) -> None:
        self.number = number
        self.words = words()
        self.statuses: Counter[str] = Counter()
        self.faults: list[str] = []
        self.failed: set[str] = set()
        """The ids of the requests that the server failed at, by which its log tells why."""
        self._seed = seed
        self._requests = requests
        self._numbers = count()

    def next(self) -> int | None:
        """The number of the next request, None when there are enough."""
        number = next(self._numbers)
        return number if number < self.number else None

    def chosen(self, number: int) -> tuple[Recorded, Random]:
        """A valid request, and the dice for its damages."""
        dice = Random(f"{self._seed} {number}")  # noqa: S311 - nothing secret hangs on it
        return dice.choice(self._requests), dice

    def note(self, number: int, statuses: Iterable[str], raw: bytes, answer: Answer | None = None) -> None:
        """Take down what came back; one that was damaged below HTTP has no answer to look at."""
        for status in statuses:
            self.statuses[status] += 1
            if wrong := _wrong(status, answer):
                if answer is not None and (failed := answer.headers.get("x-request-id")):
                    self.failed.add(failed)
                told = b"" if answer is None else answer.body[:200]
                self.faults.append(f"request {number} got {status}, {wrong}: {told!r} to {raw[:LONGEST_TOLD]!r}")


def _wrong(status: str, answer: Answer | None) -> str:
    """What is wrong with an answer, in words; empty if nothing is."""
    if status in (HANGS, NO_HTTP):
        return "which is no answer"
    if status == "503":
        return "" if answer is None or "retry-after" in answer.headers else "without saying when to come again"
    if status.startswith("5"):
        return "the server's fault"
    if answer is None or not status.isdecimal():
        return ""
    if "x-request-id" not in answer.headers and status not in _NO_REQUEST:
        return "without the id of the request"
    if answer.body and "json" in answer.headers.get("content-type", "") and not _is_json(answer.body):
        return "which is no JSON"
    return ""


def _is_json(text: bytes | str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def run(number: int, seed: int) -> Finding:
    """Fire so many damaged requests."""
    # Somebody who guesses a hundred thousand times would be told to wait, and whoever asks for so much at once.
    unbraked = dict.fromkeys(("wrong_tries_account", "wrong_tries_address", "v1_rate_limit", "overload_ms"), "0")
    with demo("--workers", "1", patience_s=str(PATIENCE_S), **unbraked) as stand:
        return asyncio.run(_run(stand, number, seed))


async def _run(stand: Stand, number: int, seed: int) -> Finding:
    finding = Finding("damaged requests")
    (worker,) = stand.workers()
    files = processes.open_files(worker)
    requests = await valid(stand.url)
    shots, raw_shots = Shots(seed, number, requests), Shots(seed + 1, max(1, number // RAW_EACH), requests)
    await _warm_up(stand, requests)
    began_at = time.monotonic()
    mib = await _fire_all(stand, shots, raw_shots, worker)
    fired = number + raw_shots.number
    finding.counts |= {"seed": seed, "requests": number, "  and damaged below HTTP": raw_shots.number}
    finding.counts |= {"a second": round(fired / (time.monotonic() - began_at))}
    _tell(finding, shots, raw_shots)
    await asyncio.sleep(PATIENCE_S + 1)
    _claim_bounds(finding, stand, worker, mib, files)
    await _still_serves(stand, finding)
    _look_at_logs(stand, requests, finding, shots.failed)
    return finding


async def _warm_up(stand: Stand, requests: list[Recorded]) -> None:
    """Every valid request once."""
    gun = Gun(stand.port)
    for request in requests:
        await gun.ask(request.raw(), request.method)
    gun.close()


async def _fire_all(stand: Stand, shots: Shots, raw_shots: Shots, worker: int) -> list[float]:
    """Fire from many connections; the memory of the worker from the moment on in which it should not grow any more."""
    mib: list[float] = []
    async with asyncio.TaskGroup() as group:
        group.create_task(_watch(worker, shots, mib))
        for _ in range(AT_ONCE):
            group.create_task(_fire(stand.port, shots))
        for _ in range(RAW_AT_ONCE):
            group.create_task(_fire_raw(stand.port, raw_shots))
    return [*mib, processes.resident_mib(worker)]


async def _fire(port: int, shots: Shots) -> None:
    gun = Gun(port)
    while (number := shots.next()) is not None:
        request, dice = shots.chosen(number)
        request = damage.damaged(dice, shots.words, request)
        raw = request.raw()
        answer = await gun.ask(raw, request.method)
        shots.note(number, [answer.status], raw, answer)
    gun.close()


async def _fire_raw(port: int, shots: Shots) -> None:
    while (number := shots.next()) is not None:
        request, dice = shots.chosen(number)
        raw = raw_damage.damaged(dice, request)
        shots.note(number, await shot(port, raw, says_end=dice.random() < 0.8), raw)


async def _watch(worker: int, shots: Shots, mib: list[float]) -> None:
    while (fired := shots.statuses.total()) < shots.number:
        if fired >= shots.number * WARM:
            mib.append(processes.resident_mib(worker))
        await asyncio.sleep(0.1)


def _tell(finding: Finding, shots: Shots, raw_shots: Shots) -> None:
    statuses = shots.statuses + raw_shots.statuses
    finding.counts |= {f"  answers: {status}": statuses[status] for status in sorted(statuses)}
    faults = shots.faults + raw_shots.faults
    finding.faults += [*faults[:TOLD], *([f"{len(faults)} in all"] if len(faults) > TOLD else [])]
    successes = sum(times for status, times in shots.statuses.items() if status.startswith("2"))
    finding.claim(successes >= shots.number * FEWEST_SUCCESSES, f"{successes} successes: nothing was reached")


def _claim_bounds(finding: Finding, stand: Stand, worker: int, mib: list[float], files: int) -> None:
    finding.claim(stand.workers() == [worker], "the worker was replaced")
    finding.claim(mib[-1] - mib[0] < MORE_MIB, f"the worker grew from {mib[0]:.0f} to {mib[-1]:.0f} MiB")
    left = processes.open_files(worker) - files
    finding.claim(left <= MORE_FILES, f"{left} files are still open")
    finding.counts |= {"memory when warm, MiB": round(mib[0], 1), "memory at last, MiB": round(mib[-1], 1)}


async def _still_serves(stand: Stand, finding: Finding) -> None:
    """Every face enters and shows an order, and the book is whole."""
    async with httpx.AsyncClient(timeout=30) as http:
        tenant = Tenant(None, FaceClient(stand.url, HOST, http, None))  # type: ignore[arg-type]
        for face in FACES:
            client = await face.let_in(tenant)
            entered = await face.enter({NAMED[face.name]: f"afterwards by {face.name}"}).by(client)
            finding.claim(face.accepted(entered), f"{face.name} enters {entered.status_code} afterwards")
            shown = await client.get(face.page(0, 10))
            finding.claim(face.accepted(shown), f"{face.name} shows {shown.status_code} afterwards")
    db = await asyncpg.connect(stand.database_url)
    found = await look(db, Journal())
    await db.close()
    finding.faults += [f"half there: {fault}" for fault in found.half][:TOLD]


def _look_at_logs(stand: Stand, requests: list[Recorded], finding: Finding, failed: set[str]) -> None:
    """Every line is JSON from the first one on that is, and no secret is in any, nor in PostgreSQL's log.

    What the lines tell of requests that failed is added to the faults.
    """
    secrets = {*SECRETS, *_signed_with(requests)}
    printed = [line for line in stand.output().splitlines() if line.strip()]
    first = next((place for place, line in enumerate(printed) if line.startswith("{")), len(printed))
    lines = printed[first:]
    finding.counts["lines of the log"] = len(lines)
    finding.faults += [f"no JSON in the log: {line[:300]!r}" for line in lines if not _is_json(line)][:TOLD]
    reasons = [line for line in lines if failed and _is_json(line) and json.loads(line).get("request_id") in failed]
    finding.faults += [f"the log: {line[:LONGEST_REASON]}" for line in reasons][:TOLD]
    postgresql = stand.data / "postgresql.log"
    for where, text in (("the log", "\n".join(lines)), ("PostgreSQL's log", postgresql.read_text(errors="replace"))):
        finding.faults += [f"{secret[:6]}… is in {where}" for secret in secrets if secret in text]


def _signed_with(requests: list[Recorded]) -> Iterator[str]:
    """Whatever valid requests sign in with: what stands in their headers, and the secrets in that."""
    for header in {value for request in requests for name, value in request.headers if name == "Authorization"}:
        scheme, _, rest = header.partition(" ")
        yield rest
        if scheme == "Basic":
            yield base64.b64decode(rest).decode().partition(":")[2]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fire as the command line asks for; end with 1 if anything is at fault."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(prog="python -m torture.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    asked = parser.parse_args(arguments)
    finding = run(asked.requests, asked.seed)
    report.show([finding], Console(width=None if sys.stdout.isatty() else WIDTH))
    sys.exit(bool(finding.faults))


if __name__ == "__main__":
    main()
