"""PostgreSQL goes and comes back while all faces write: stopped, frozen, or taking no writes."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import asyncpg
import httpx
from tests.harness import FaceClient, short_folder

from orderloom.store import embedded
from torture import processes
from torture.audit import audit
from torture.clients import Client, Team, one_of_each, team
from torture.dress import says_come_again
from torture.finding import Finding
from torture.stand import Stand, serving

RECOVERY_S: Final = 20.0
EACH: Final = 2
# A database that refuses connections is noticed at once; one that only takes no writes, by the next write.
NOTICED_S: Final = 0.5
# The longest that an answer may take while the database says nothing: the time-out of a statement, and a little.
SILENT_S: Final = 35.0
# One of the demo book.
PURCHASE: Final = "10008229"


class Database:
    """A PostgreSQL apart from the server, which can be taken away."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.url = ""
        self._running = ExitStack()

    def start(self) -> None:
        """Have it take connections."""
        self.url = self._running.enter_context(embedded.serve(self.data))

    def stop(self) -> None:
        """End it in order: whoever is connected is told so."""
        self._running.close()

    def freeze(self) -> None:
        """Let it say nothing any more, on any connection."""
        for pid in processes.inside(self.data):
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it was."""
        for pid in processes.inside(self.data):
            os.kill(pid, signal.SIGCONT)

    def take_no_writes(self) -> None:
        """Be what a primary becomes that another one has replaced."""
        asyncio.run(self._tell("alter system set default_transaction_read_only = on"))

    def take_writes(self) -> None:
        """Be the primary again."""
        asyncio.run(self._tell("alter system reset default_transaction_read_only"))

    async def _tell(self, statement: str) -> None:
        db = await asyncpg.connect(self.url, server_settings={"default_transaction_read_only": "off"})
        await db.execute(statement)
        await db.execute("select pg_reload_conf()")
        await db.close()


@contextmanager
def database() -> Iterator[Database]:
    """One that runs, and is gone afterwards however it was left."""
    with short_folder() as folder:
        made = Database(folder / "db")
        made.start()
        try:
            yield made
        finally:
            made.thaw()
            made.stop()


OUTAGES: Final[Mapping[str, tuple[Callable[[Database], None], Callable[[Database], None]]]] = {
    "stopped": (Database.stop, Database.start),
    "frozen": (Database.freeze, Database.thaw),
    "taking no writes": (Database.take_no_writes, Database.take_writes),
}


def run(rounds: int, seconds: float, *, silent: bool) -> Finding:
    """Each kind of outage so many times, each so long; if asked for, one that outlasts every time-out too."""
    with database() as db, serving("--demo", "--workers", "2", database_url=db.url) as stand:
        return asyncio.run(_run(stand, db, [*[(kind, seconds) for kind in OUTAGES] * rounds], silent))


async def _run(stand: Stand, db: Database, outages: list[tuple[str, float]], silent: bool) -> Finding:
    finding = Finding("PostgreSQL gone and back")
    pids = stand.pids()
    recovered: list[float] = []
    looked_at = 0
    outages += [("frozen", SILENT_S)] if silent else []
    async with team(stand.url, EACH) as writers:
        writers.begin()
        for kind, seconds in outages:
            await asyncio.sleep(0.3)
            go, come_back = OUTAGES[kind]
            await asyncio.to_thread(go, db)
            looked_at += await _meanwhile(kind, seconds, stand, writers, finding)
            await asyncio.to_thread(come_back, db)
            served = await writers.all_served(RECOVERY_S)
            finding.claim(served is not None, f"after PostgreSQL was {kind} not every face was served again")
            recovered += [] if served is None else [served]
        await writers.finish()
        finding.faults += await writers.not_shown()
    finding.claim(stand.pids() == pids, "a process of the server was replaced")
    finding.counts |= {
        "outages": len(outages),
        "recoveries without a restart": len(recovered),
        "longest recovery, s": round(max(recovered, default=0), 1),
        "answers looked at meanwhile": looked_at,
    }
    finding.add_writes(writers.journal, await audit(db.url, writers.journal))
    return finding


async def _meanwhile(kind: str, seconds: float, stand: Stand, writers: Team, finding: Finding) -> int:
    """Spend the outage looking at what is answered; how many answers were looked at."""
    over_at = asyncio.get_running_loop().time() + seconds
    looked_at = 0
    if kind != "frozen" or seconds >= SILENT_S:
        await asyncio.sleep(min(NOTICED_S, seconds / 2))
        async with httpx.AsyncClient(timeout=SILENT_S) as patient:
            await _look_at_own_pages(kind, patient, stand, finding)
            asked = [_look(kind, client, patient, finding) for client in one_of_each(writers)]
            looked_at = sum(await asyncio.gather(*asked))
    await asyncio.sleep(over_at - asyncio.get_running_loop().time())
    return looked_at


async def _look_at_own_pages(kind: str, patient: httpx.AsyncClient, stand: Stand, finding: Finding) -> None:
    health = await patient.get(f"{stand.url}/health")
    finding.claim(health.status_code == 200, f"/health says {health.status_code} while PostgreSQL is {kind}")
    ready = await patient.get(f"{stand.url}/ready")
    expected = 200 if kind == "taking no writes" else 503
    finding.claim(ready.status_code == expected, f"/ready says {ready.status_code} while PostgreSQL is {kind}")


async def _look(kind: str, client: Client, patient: httpx.AsyncClient, finding: Finding) -> int:
    """Ask for a write, and for a read where that fails too."""
    face = client.face
    asks = [face.enter({}), *([] if kind == "taking no writes" else [face.guarded[0]])]
    asking = FaceClient(client.client.base_url, client.client.host, patient, client.client.auth)
    for ask in asks:
        answer = await ask.by(asking, {"order": "ORD-1" if face.name == "homs" else PURCHASE})
        told = f"{face.name} says {answer.status_code} {answer.text[:80]!r} to {ask} while PostgreSQL is {kind}"
        finding.claim(says_come_again(face.name, answer), told)
    return len(asks)
