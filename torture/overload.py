"""Many times more load than the server can serve, from processes of its own."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import httpx
import msgspec
from tests.conformance.face import Ask, Tenant
from tests.conformance.faces import IINSIGHT, SYNERGIST
from tests.harness import FaceClient, short_folder

from torture import processes
from torture.clients import HOST
from torture.dress import says_come_again
from torture.finding import Finding
from torture.load import LOST, Orders, Seen
from torture.recorder import NAMED, NEW, Asking, everybody, recorded
from torture.stand import Stand, demo

PROCESSES: Final = 2
WARM_UP_S: Final = 1.0
SLACK_S: Final = 60.0
# Reads for each write.
READS: Final = 4
# Connections that keep the server busy without making it refuse.
BUSY: Final = 16
BYSTANDERS: Final = 8
# What an idle server takes at once.
CROWD: Final = 150
CROWD_TRIES: Final = 4
TARGET_MS: Final = 250
# What no machine, however busy otherwise, may come to.
WORST_MS: Final = 1500
WORST_REFUSAL_MS: Final = 3000
MORE_MIB: Final = 150
LEAST_SHARE: Final = 0.2
RECORDS_A_CALL: Final = 2000

Traffic = tuple[list[str], list[bytes]]
"""Whose request each is, and the requests."""


class Load(NamedTuple):
    """Connections that ask without a pause, or together this many times as often as the server can serve."""

    connections: int
    times: float = 0.0

    def __str__(self) -> str:
        rate = f", {self.times:g} times the rate" if self.times else ""
        return f"{self.connections:,} connections{rate}"


class Shot(msgspec.Struct):
    """What all load processes saw together."""

    seen: list[Seen]
    mib: float

    def count(self, *statuses: str) -> int:
        """How many answers had one of these statuses."""
        return sum(each.statuses.get(status, 0) for each in self.seen for status in statuses)

    def per_second(self, kind: str) -> float:
        """How many came back a second: `served` or `refused`."""
        refused = self.count("503", "429")
        total = sum(sum(each.statuses.values()) for each in self.seen) - self.count(LOST)
        return (refused if kind == "refused" else total - refused) / self.seen[0].seconds

    def ms(self, kind: str, part: float) -> float:
        """The time that this part of the answers of a kind stayed below; the worst process counts."""
        times = [getattr(each, f"{kind}_ms") for each in self.seen]
        return max((each[int(part * 1000)] for each in times if each), default=0.0)


def run(loads: Sequence[Load], seconds: float, records: int) -> Finding:
    """Each load so many seconds; then one call about so many records beside a few normal clients."""
    finding = Finding("overload")
    # One caller asks for all of it.
    with demo("--workers", "1", v1_rate_limit="0") as stand:
        traffic = asyncio.run(_traffic(stand.url))
        before = shoot(stand, Load(BUSY), traffic, 0, seconds)
        capacity = before.per_second("served")
        finding.counts |= {
            f"served a second, {BUSY} connections": round(capacity),
            "  p99, ms": round(before.ms("served", 0.99)),
        }
        finding.claim(before.count("503", "429") == 0, f"{before.count('503')} were refused at {BUSY} connections")
        for load in loads:
            _tell(load, shoot(stand, load, traffic, capacity, seconds), capacity, before.mib, finding)
        asyncio.run(_crowd(stand, finding))
        if records:
            asyncio.run(_bystanders(stand, traffic, seconds, records, finding))
    return finding


def shoot(stand: Stand, load: Load, traffic: Traffic, rate: float, seconds: float) -> Shot:
    """Fire from several processes at once and watch the memory of the worker meanwhile."""
    (worker,) = stand.workers()
    peak = 0.0
    with short_folder() as folder:
        running = []
        for number in range(PROCESSES):
            orders = Orders(
                port=stand.port,
                faces=traffic[0],
                requests=traffic[1],
                new=NEW.encode(),
                connections=load.connections // PROCESSES,
                seconds=seconds,
                warm_up_s=WARM_UP_S,
                seed=number,
                per_second=load.times * rate / PROCESSES,
            )
            file = folder / f"{number}.json"
            file.write_bytes(msgspec.json.encode(orders))
            running.append(subprocess.Popen([sys.executable, "-m", "torture.load", str(file)], stdout=subprocess.PIPE))
        try:
            over_at = time.monotonic() + WARM_UP_S + seconds
            while time.monotonic() < over_at:
                peak = max(peak, processes.resident_mib(worker))
                time.sleep(0.05)
            said = [each.communicate(timeout=SLACK_S)[0] for each in running]
        finally:
            for each in running:
                each.kill()
                each.communicate()
    return Shot([msgspec.json.decode(each, type=Seen) for each in said], peak)


def _tell(load: Load, shot: Shot, capacity: float, mib: float, finding: Finding) -> None:
    served, refused, p99 = shot.per_second("served"), shot.per_second("refused"), shot.ms("served", 0.99)
    unsent = sum(each.unsent for each in shot.seen) / shot.seen[0].seconds
    finding.counts |= {
        f"{load}: served a second": round(served),
        f"  {load}: p50, p99, longest, ms": _times(shot, "served"),
        f"  {load}: refused a second": round(refused),
        f"  {load}: refusals' p50, p99, longest, ms": _times(shot, "refused"),
        f"  {load}: found no free connection a second": round(unsent),
        f"  {load}: worker's memory, MiB": round(shot.mib),
        f"  {load}: p99 below {TARGET_MS} ms": "yes" if p99 < TARGET_MS else "NO",
    }
    finding.claim(served > capacity * LEAST_SHARE, f"{load}: {served:.0f} of {capacity:.0f} are still served a second")
    finding.claim(refused > 0, f"{load}: nobody was refused")
    finding.claim(p99 < WORST_MS, f"{load}: those who were let in waited for {p99:.0f} ms")
    waited = shot.ms("refused", 0.99)
    finding.claim(waited < WORST_REFUSAL_MS, f"{load}: those who were refused waited for {waited:.0f} ms")
    finding.claim(shot.mib < mib + MORE_MIB, f"{load}: the worker grew to {shot.mib:.0f} MiB from {mib:.0f}")
    finding.claim(shot.count(LOST) == 0, f"{load}: {shot.count(LOST)} connections were lost")
    for seen in shot.seen:
        finding.faults += [f"{load}: {what}: {answer[:300]}" for what, answer in seen.failures.items()]
        for face, answer in seen.refusals.items():
            finding.claim(says_come_again(face, _parsed(answer)), f"{load}: {face} refuses with {answer[:300]}")


def _times(shot: Shot, kind: str) -> str:
    return ", ".join(f"{shot.ms(kind, part):.0f}" for part in (0.5, 0.99, 1.0))


def _parsed(answer: str) -> httpx.Response:
    head, _, body = answer.partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    request = httpx.Request("GET", "http://127.0.0.1/")
    return httpx.Response(int(status.split()[1]), headers=headers, content=body.encode("latin-1"), request=request)


async def _crowd(stand: Stand, finding: Finding) -> None:
    """An idle server refuses nobody of a crowd that comes at once; on a busy machine not each time."""
    url = f"{stand.url}/api/orders/ORD-1"
    refused = CROWD
    async with httpx.AsyncClient(timeout=SLACK_S, limits=httpx.Limits(max_connections=None)) as http:
        for _ in range(CROWD_TRIES):
            await asyncio.sleep(3)
            asked = (http.get(url, auth=("demo@example.com", "demo-token")) for _ in range(CROWD))
            statuses = [answer.status_code for answer in await asyncio.gather(*asked)]
            refused = min(refused, CROWD - statuses.count(200))
            if not refused:
                break
    finding.claim(not refused, f"of a crowd of {CROWD} an idle server refused {refused} at least")


async def _bystanders(stand: Stand, traffic: Traffic, seconds: float, records: int, finding: Finding) -> None:
    """Nobody is refused because one call takes very long, or because others sign in."""
    async with httpx.AsyncClient(timeout=SLACK_S) as http:
        tenant = Tenant(None, FaceClient(stand.url, HOST, http, None))  # type: ignore[arg-type]
        synergist = await SYNERGIST.let_in(tenant)
        ids = await _estimates(synergist, records)
        long = asyncio.create_task(_long_calls(synergist, ids))
        signing_in = [asyncio.create_task(_sign_ins(tenant)) for _ in range(4)]
        await asyncio.sleep(0.2)
        shot = await asyncio.to_thread(shoot, stand, Load(BYSTANDERS), traffic, 0, seconds)
        for task in (long, *signing_in):
            task.cancel()
        calls = await asyncio.gather(long, return_exceptions=True)
    finding.claim(isinstance(calls[0], asyncio.CancelledError), f"the long call failed: {calls[0]!r}")
    finding.counts |= {
        f"beside a call about {records:,} records: served a second": round(shot.per_second("served")),
        f"  beside a call about {records:,} records: p50, p99, longest, ms": _times(shot, "served"),
        f"  beside a call about {records:,} records: refused": shot.count("503", "429"),
    }
    finding.claim(shot.count("503", "429") == 0, f"{shot.count('503')} were refused beside one long call and sign-ins")


async def _estimates(synergist: FaceClient, records: int) -> list[int]:
    """The ids of so many new estimates."""
    ids: list[int] = []
    while len(ids) < records:
        one: Any = SYNERGIST.enter({"poDescription": "One of many"}).json
        body = {"input": {"data": one["input"]["data"] * min(RECORDS_A_CALL, records - len(ids))}}
        answer = await synergist.post("/jsonapi/purchases.json?version=3.3&action=create", json=body)
        assert answer.status_code == 200, answer.text
        ids += [row["poInternal"] for row in answer.json()["data"]]
    return ids


async def _long_calls(synergist: FaceClient, ids: list[int]) -> None:
    while True:
        body = {"action": "update", "input": {"data": [{"poInternal": each, "poTheirRef": "x"} for each in ids]}}
        answer = await synergist.post("/jsonapi/purchases.json?version=3.3", json=body)
        assert answer.status_code == 200, answer.text


async def _sign_ins(tenant: Tenant) -> None:
    while True:
        await IINSIGHT.let_in(tenant)


async def _traffic(url: str) -> Traffic:
    """Requests of all faces, four reads to a write."""
    faces, requests = [], []
    async with httpx.AsyncClient(timeout=30) as http:
        for asking in await everybody(url, http):
            for ask in _asks(asking):
                made = await recorded(asking.face, asking.client, ask, asking.names)
                faces.append(asking.face.name)
                requests.append(made.raw())
    return faces, requests


def _asks(asking: Asking) -> list[Ask]:
    face = asking.face
    reads = [ask for ask in face.guarded if not ask.writes]
    return [*(reads * READS)[:READS], face.enter({NAMED[face.name]: NEW})]
