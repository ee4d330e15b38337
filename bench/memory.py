"""How much memory a server's workers hold."""

import subprocess
from pathlib import Path
from typing import Final

import msgspec

_MIB_KIB: Final = 1024
_WORKER_MARK: Final = b"spawn_main"


class Held(msgspec.Struct):
    """MiB of one process: what is resident, and its fair part of what it shares, None where nobody counts that."""

    rss_mib: float
    pss_mib: float | None


def of_workers(server_pid: int) -> list[Held]:
    """What each worker of the server holds now, the largest first."""
    if Path("/proc/self/smaps_rollup").exists():
        held = [_on_linux(pid) for pid in _children(server_pid) if _WORKER_MARK in _command(pid)]
    else:
        held = [Held(kib / _MIB_KIB, None) for parent, kib, words in _listed() if parent == server_pid and words]
    return sorted(held, key=lambda each: each.rss_mib, reverse=True)


def _children(pid: int) -> list[int]:
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text().split()]


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _on_linux(pid: int) -> Held:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kib = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return Held(kib["Rss"] / _MIB_KIB, kib["Pss"] / _MIB_KIB)


def _listed() -> list[tuple[int, int, bool]]:
    """Parent, resident KiB and whether it is a worker, of every process."""
    said = subprocess.run(["ps", "-axo", "ppid=,rss=,command="], capture_output=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in said.splitlines()]
    return [(int(row[0]), int(row[1]), _WORKER_MARK in row[2]) for row in rows if len(row) == 3]
