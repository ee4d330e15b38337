"""Kill -9 of the server, a worker, PostgreSQL or one of its backends, again and again while all faces write."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from torture import processes
from torture.audit import audit
from torture.clients import Team, team
from torture.finding import Finding
from torture.stand import Stand, demo

RECOVERY_S: Final = 30.0
EACH: Final = 2


def run(rounds: int, seed: int) -> Finding:
    """Strike so many times at each kind of process, in an order that the seed decides."""
    with demo("--workers", "2") as stand:
        return asyncio.run(_run(stand, rounds, Random(seed)))  # noqa: S311 - nothing secret hangs on it


async def _run(stand: Stand, rounds: int, dice: Random) -> Finding:
    finding = Finding("kill -9")
    strikes: Counter[str] = Counter()
    gaps: list[float] = []
    async with team(stand.url, EACH) as writers:
        writers.begin()
        for _ in range(rounds):
            for kind in dice.sample(sorted(STRIKES), len(STRIKES)):
                await asyncio.sleep(dice.uniform(0.1, 0.8))
                hit, gap = await _strike(kind, stand, writers)
                strikes[kind] += hit
                finding.claim(hit, f"a kill of {kind} hit nobody")
                finding.claim(gap is not None, f"after a kill of {kind} not every face was served again")
                gaps += [] if gap is None else [gap]
        await writers.finish()
        finding.faults += await writers.not_shown()
    finding.counts |= {f"kills of {kind}": count for kind, count in strikes.items()}
    finding.counts |= {"recoveries": len(gaps), "longest recovery, s": round(max(gaps, default=0), 1)}
    finding.add_writes(writers.journal, await audit(stand.database_url, writers.journal))
    return finding


async def _strike(kind: str, stand: Stand, writers: Team) -> tuple[bool, float | None]:
    """Kill, start again what does not start by itself, and wait until every face is served.

    Whether what was to be killed was there, and after how many seconds all was well, None if that took too long.
    """
    began_at = time.monotonic()
    hit = await asyncio.to_thread(STRIKES[kind], stand)
    served = await writers.all_served(RECOVERY_S)
    return hit, None if served is None else time.monotonic() - began_at


def _kill_server(stand: Stand) -> bool:
    hit = stand.kill()
    stand.start()
    return hit


def _kill_everything(stand: Stand) -> bool:
    """As when the power goes, apart from what the kernel still writes."""
    first = [processes.kill(pid) for pid in (processes.postmaster(stand.data), stand.pid)]
    for pid in (*processes.inside(stand.data), *stand.workers()):
        processes.kill(pid)
    stand.kill()
    stand.start()
    return all(first)


def _kill_worker(stand: Stand) -> bool:
    return any(map(processes.kill, stand.workers()))


def _kill_postmaster(stand: Stand) -> bool:
    return processes.kill(processes.postmaster(stand.data))


def _kill_backend(stand: Stand) -> bool:
    """PostgreSQL itself ends all others then, and recovers."""
    return any(map(processes.kill, processes.backends(stand.data)))


STRIKES: Final[Mapping[str, Callable[[Stand], bool]]] = {
    # Each kills one, the first that is there, unless it says more; False if there was nobody.
    "the server": _kill_server,
    "everything": _kill_everything,
    "a worker": _kill_worker,
    "PostgreSQL": _kill_postmaster,
    "a backend": _kill_backend,
}
