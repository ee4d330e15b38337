"""A clock that jumps by hours and days, forwards and backwards, while all faces write."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx
from tests.conformance.face import Tenant
from tests.harness import FaceClient, short_folder

from torture.audit import audit
from torture.clients import HOST, Team, one_of_each, team
from torture.finding import Finding
from torture.journal import Entry, Outcome
from torture.stand import Stand, demo

EACH: Final = 1
SERVED_S: Final = 15.0
# Where the clock stands after each jump, in hours from the true time.
JUMPS_H: Final = (5.0, 0.0, -30.0, -29.5, 24.0 * 40, 0.0)
WRONG_TRIES: Final = 12
# The brake holds for a minute, by a clock that nobody can set.
BRAKED_S: Final = 50.0
WITH_TOKENS: Final = ("iinsight", "extensiv")
LASTS: Final = timedelta(hours=1)
# A clock that is set back by less goes on rising all the same.
BACK_A_LITTLE: Final = timedelta(minutes=1)
TOLD: Final = 10

# Python reads it when it starts. The clock of the desk is the one that decides anything; `time.time` stands in logs.
HOOK: Final = """
import os, time
from datetime import UTC, datetime, timedelta

def _ahead(true=time.time, path=os.environ["TORTURE_CLOCK"]):
    with open(path) as file:
        return float(file.read() or 0)

def _time(true=time.time):
    return true() + _ahead()

from orderloom.desk import desk
desk._utc_now = lambda now=datetime.now: now(UTC) + timedelta(seconds=_ahead())
time.time = _time
"""


class Clock:
    """The clock of a server, which can be set while it runs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.set(0.0)

    def set(self, hours: float) -> None:
        """Let it stand so many hours from the true time; whoever reads it meanwhile sees the one or the other."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(str(hours * 3600))
        fresh.replace(self._path)


@contextmanager
def jumping() -> Iterator[Clock]:
    """Servers that are started meanwhile go by this clock."""
    with short_folder() as folder:
        (folder / "sitecustomize.py").write_text(HOOK)
        before = os.environ.get("PYTHONPATH", "")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), before)))
        os.environ["TORTURE_CLOCK"] = str(folder / "clock")
        try:
            yield Clock(folder / "clock")
        finally:
            os.environ["PYTHONPATH"] = before
            del os.environ["TORTURE_CLOCK"]


def run(seconds: float) -> Finding:
    """Let the clock jump, and stay so many seconds where it is."""
    with jumping() as clock, demo("--workers", "1") as stand:
        return asyncio.run(_run(stand, clock, seconds))


async def _run(stand: Stand, clock: Clock, seconds: float) -> Finding:
    finding = Finding("a clock that jumps")
    async with team(stand.url, EACH) as writers, httpx.AsyncClient(timeout=SERVED_S) as http:
        tenant = Tenant(None, FaceClient(stand.url, HOST, http, None))  # type: ignore[arg-type]
        braked_at = time.monotonic()
        statuses = [await _guess(tenant) for _ in range(WRONG_TRIES)]
        finding.claim(set(statuses[-2:]) == {429}, f"{WRONG_TRIES} wrong tries got {statuses}")
        writers.begin()
        hours = 0.0
        for to in JUMPS_H:
            await asyncio.sleep(seconds)
            before = await _last_change(stand)
            clock.set(to)
            by, hours = timedelta(hours=to - hours), to
            await _after_a_jump(tenant, writers, by, finding)
            await _told_in_order(stand, before, by, finding)
            if time.monotonic() - braked_at < BRAKED_S:
                finding.claim(await _guess(tenant) == 429, f"a jump of {by} let the brake go")
        await writers.finish()
        finding.faults += await writers.not_shown()
    finding.claim(await _changes_back_in_time(stand) == 0, "an order was changed before it was changed the last time")
    finding.counts["jumps"] = len(JUMPS_H)
    finding.faults += [each.answer for each in writers.journal.entries if _is_wrongly_refused(each)][:TOLD]
    finding.add_writes(writers.journal, await audit(stand.database_url, writers.journal))
    return finding


async def _guess(tenant: Tenant) -> int:
    answer = await tenant.door.get("/api/orders/ORD-1", auth=("guesser@example.com", "wrong"))
    return answer.status_code


async def _after_a_jump(tenant: Tenant, writers: Team, by: timedelta, finding: Finding) -> None:
    """Every face is served at once, except that tokens end when their time is over; new ones are to be had then."""
    for client in one_of_each(writers):
        face = client.face
        expected = 401 if by > LASTS and face.name in WITH_TOKENS else 200
        answer = await client.client.get(face.page(0, 1))
        told = f"{face.name} says {answer.status_code} after a jump of {by}, expected was {expected}"
        finding.claim(answer.status_code == expected, told)
        if answer.status_code == 401:
            client.client.auth = (await face.let_in(tenant)).auth
    served = await writers.all_served(SERVED_S)
    finding.claim(served is not None, f"not every face was served after a jump of {by}")


async def _told_in_order(stand: Stand, before: datetime, by: timedelta, finding: Finding) -> None:
    """What changes next stands behind what changed before, unless the clock was far ahead before."""
    after = await _last_change(stand)
    behind = after > before
    told = f"after a jump of {by} the last change is of {after}, before it of {before}"
    finding.claim(behind == (by > -BACK_A_LITTLE), told)


async def _last_change(stand: Stand) -> datetime:
    """When an order was entered last, whatever became of it."""
    found = await _ask(stand, "select at from events where name = 'OrderPlaced' order by id desc limit 1")
    assert isinstance(found, datetime)
    return found


async def _changes_back_in_time(stand: Stand) -> int:
    """Of a single order no change is ever told to be earlier than the one before. (A line has a time of its own.)"""
    found = await _ask(
        stand,
        """select count(*) from (
               select at < lag(at) over (partition by noun_id order by id) as back
                 from events where noun = 'order' and name not in ('LineEntered', 'LineAmended')) e
            where back""",
    )
    assert isinstance(found, int)
    return found


async def _ask(stand: Stand, query: str) -> Any:
    db = await asyncpg.connect(stand.database_url)
    try:
        return await db.fetchval(query)
    finally:
        await db.close()


def _is_wrongly_refused(entry: Entry) -> bool:
    """Whether a write was refused for another reason than that its token had ended."""
    return entry.outcome is Outcome.REFUSED and not (entry.status == 401 and entry.face in WITH_TOKENS)
