"""The processes of a server, found and killed by their ids. Linux only: everything is read from /proc."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

POLL_S: Final = 0.01
_WORKER_MARK: Final = b"spawn_main"
_BACKEND_MARK: Final = b"postgres: orderloom"


def workers(server: int) -> list[int]:
    """The worker processes of the server with this id."""
    return [pid for pid in _children(server) if _WORKER_MARK in command(pid)]


def postmaster(data: Path) -> int | None:
    """The PostgreSQL of this data folder, None if it is not there."""
    try:
        pid = int((data / "postgresql" / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if is_alive(pid) else None


def backends(data: Path) -> list[int]:
    """The processes of this PostgreSQL that serve a connection each."""
    parent = postmaster(data)
    return [] if parent is None else [pid for pid in _children(parent) if command(pid).startswith(_BACKEND_MARK)]


def inside(data: Path) -> list[int]:
    """Every process that works in the folder, whoever started it."""
    return [pid for pid in _all() if _works_below(pid, data)]


def kill(pid: int | None) -> bool:
    """Kill it at once; False if it was not there any more."""
    if pid is None or not is_alive(pid):
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def is_alive(pid: int) -> bool:
    """Whether it is there and not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def gone(pids: Iterable[int], within_s: float) -> bool:
    """Whether all of them end within that time."""
    return eventually(lambda: not any(is_alive(pid) for pid in pids), within_s)


def eventually(happens: Callable[[], bool], within_s: float) -> bool:
    """Whether it happens within that time."""
    give_up_at = time.monotonic() + within_s
    while not happens():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(POLL_S)
    return True


def resident_mib(pid: int) -> float:
    """The memory that the process holds; 0 if it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def open_files(pid: int) -> int:
    """How many files and connections the process has open; 0 if it is gone."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def _all() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())


def _children(parent: int) -> list[int]:
    return [pid for pid in _all() if _parent(pid) == parent]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def command(pid: int) -> bytes:
    """What the process calls itself; empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _works_below(pid: int, folder: Path) -> bool:
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")).is_relative_to(folder)
    except OSError:
        return False
