"""The disk of the database is full, and has room again."""

import asyncio
import os
import resource
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg
from tests.harness import short_folder

from torture import processes
from torture.audit import audit
from torture.clients import Team, one_of_each, team
from torture.dress import says_come_again
from torture.finding import Finding
from torture.journal import Outcome
from torture.stand import Stand

EACH: Final = 2
RECOVERY_S: Final = 30.0
NOTICED_S: Final = 10.0
# A small disk that a new cluster fits on, and the file that takes the rest of it.
DISK_MIB: Final = 160
PIECE: Final = 64 * 1024
# Longer than any file of PostgreSQL's log of changes, so that only a table can be in the way.
LONGEST_FILE: Final = 17 * 1024 * 1024
BATCHES: Final = (2000, 100, 1)

FILLING: Final = """
insert into events (tenant_id, at, face, actor, name, noun, noun_id, changes)
select 1, now(), 'torture', 'torture', 'Filled', 'filler', 0,
       jsonb_build_object('x', (select string_agg(md5(n::text || i::text), '') from generate_series(1, 45) i))
  from generate_series(1, $1::int) n"""


class Disk(NamedTuple):
    """A place for the data, and how it becomes full and has room again."""

    fill: Callable[[], None]
    free: Callable[[], None]


@contextmanager
def small_disk(stand: Stand) -> Iterator[Disk]:
    """A file system of its own, which only root can make."""
    ballast = stand.data / "ballast"
    stand.data.mkdir()
    options = f"size={DISK_MIB}m,mode=0700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "torture", str(stand.data)], check=True)
    try:
        yield Disk(lambda: _fill(ballast), lambda: ballast.unlink(missing_ok=True))
    finally:
        subprocess.run(["umount", "-l", str(stand.data)], check=True)


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for size in (PIECE, 4096):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


@contextmanager
def short_files(stand: Stand) -> Iterator[Disk]:
    """Files that may not grow beyond a limit, and one of them has reached it: what anybody can have of a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LONGEST_FILE, hard))
    try:
        yield Disk(lambda: asyncio.run(_grow(stand.database_url)), lambda: asyncio.run(_shrink(stand.database_url)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def _grow(url: str) -> None:
    db = await asyncpg.connect(url)
    for rows in BATCHES:
        with suppress(asyncpg.InternalServerError):
            while True:
                await db.execute(FILLING, rows)
    await db.close()


async def _shrink(url: str) -> None:
    """The rows' places are free then, which is as good as a file that may grow."""
    db = await asyncpg.connect(url)
    await db.execute("delete from events where noun = 'filler'")
    await db.execute("vacuum events")
    await db.close()


DISKS: Final[Mapping[str, Callable[[Stand], AbstractContextManager[Disk]]]] = {
    "a full disk": small_disk,
    "files that may not grow": short_files,
}


def run(seconds: float, kinds: list[str]) -> Finding:
    """Each kind of full disk so many seconds."""
    finding = Finding("full disk")
    for kind in kinds:
        if DISKS[kind] is small_disk and os.geteuid() != 0:
            finding.counts[kind] = "not tried: only root can make one"
            continue
        with short_folder() as folder:
            stand = Stand(folder, "--demo", "--workers", "2")
            with DISKS[kind](stand) as disk:
                try:
                    stand.start()
                    asyncio.run(_run(kind, stand, disk, seconds, finding))
                finally:
                    stand.stop()
    return finding


async def _run(kind: str, stand: Stand, disk: Disk, seconds: float, finding: Finding) -> None:
    pids = stand.pids()
    found = Finding(kind)
    async with team(stand.url, EACH) as writers:
        writers.begin()
        await writers.all_served(RECOVERY_S)
        await asyncio.to_thread(disk.fill)
        found.claim(await _noticed(writers), "no write was refused")
        await _meanwhile(writers, seconds, found)
        await asyncio.to_thread(disk.free)
        served = await writers.all_served(RECOVERY_S)
        found.claim(served is not None, "not every face was served again when there was room")
        if kind == "a full disk":
            await _without_any_log(stand, disk, writers, found)
        await writers.finish()
        found.faults += await writers.not_shown()
    found.claim(set(pids[:3]) <= set(stand.pids()), "a process of the server was replaced")
    found.add_writes(writers.journal, await audit(stand.database_url, writers.journal))
    finding.counts |= {f"{kind}: {name.strip()}": count for name, count in found.counts.items() if "by " not in name}
    finding.faults += [f"{kind}: {fault}" for fault in found.faults]


async def _noticed(writers: Team) -> bool:
    """Whether writes begin to be refused."""
    before = writers.journal.count(Outcome.UNKNOWN)
    return await asyncio.to_thread(
        processes.eventually, lambda: writers.journal.count(Outcome.UNKNOWN) > before, NOTICED_S
    )


async def _meanwhile(writers: Team, seconds: float, found: Finding) -> None:
    """Reads go on; writes are refused in each face's dress, unless there is a place left for one."""
    over_at = asyncio.get_running_loop().time() + seconds
    reads = refused = 0
    while asyncio.get_running_loop().time() < over_at:
        for client in one_of_each(writers):
            face = client.face
            read = await client.client.get(face.page(0, 10))
            found.claim(read.status_code == 200, f"{face.name} reads {read.status_code}: {read.text[:100]}")
            reads += 1
            write = await face.enter({}).by(client.client)
            if write.status_code >= 500:
                refused += 1
                told = f"{face.name} says {write.status_code} {write.text[:80]!r} without room"
                found.claim(says_come_again(face.name, write), told)
    found.claim(refused > 0, "no write was refused")
    found.counts |= {"reads while it was full": reads, "refusals looked at": refused}


async def _without_any_log(stand: Stand, disk: Disk, writers: Team, found: Finding) -> None:
    """Not even PostgreSQL's log of changes can go on: it stops, tries to start, and recovers when there is room."""
    before = processes.postmaster(stand.data)
    await asyncio.to_thread(disk.fill)
    try:
        db = await asyncpg.connect(stand.database_url)
        for _ in range(4 * DISK_MIB):
            await db.execute("select pg_logical_emit_message(false, 'torture', repeat('x', 1000000))")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        pass  # nobody can be asked any more
    else:
        found.claim(False, "the log of changes had room")
    await asyncio.sleep(2)
    await asyncio.to_thread(disk.free)
    served = await writers.all_served(RECOVERY_S)
    found.claim(served is not None, "not every face was served again when the log of changes had room")
    found.counts["PostgreSQL was started again"] = int(processes.postmaster(stand.data) != before)
