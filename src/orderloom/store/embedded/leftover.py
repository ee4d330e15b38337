"""A PostgreSQL that is not our child: whether one runs in a cluster, and ending what a killed server left."""

import logging
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from orderloom.store.embedded import folder as place
from orderloom.store.embedded.binaries import run_quietly
from orderloom.store.embedded.folder import CannotServe

STOP_S = 30  # fast shutdown: ends sessions, writes a checkpoint
QUIT_S = 10  # immediate shutdown: PostgreSQL kills what does not end within 5 s
POLL_S = 0.01

log = logging.getLogger("orderloom.postgresql")


def state(cluster: Path) -> tuple[int, str] | None:
    """The process id and state (starting, ready, stopping) noted by the last PostgreSQL, dead or alive."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting"
    except (OSError, ValueError, IndexError):  # none, or being written just now
        return None


def is_ready(cluster: Path) -> bool:
    """Whether a PostgreSQL of this cluster takes connections."""
    found = state(cluster)
    return found is not None and found[1] == "ready" and _works_in(found[0], cluster)


def _works_in(pid: int, cluster: Path) -> bool:
    """Whether this process is alive and PostgreSQL of this cluster, and not one that got its number later."""
    if sys.platform == "linux":
        try:
            return os.path.samefile(f"/proc/{pid}/cwd", cluster)  # PostgreSQL works in its cluster's folder
        except OSError:
            return False
    said = run_quietly(["ps", "-o", "command=", "-p", str(pid)], None)
    return str(cluster) in said


def end_leftover(cluster: Path) -> None:
    """Stop the PostgreSQL of a killed server: we hold the folder, so nobody owns it. Raises CannotServe."""
    found = state(cluster)
    if found is None:
        return
    for order, wait_s in ((signal.SIGINT, STOP_S), (signal.SIGQUIT, QUIT_S)):
        if _works_in(found[0], cluster):
            log.warning("Stopping PostgreSQL (process %s), left by a server that was killed", found[0])
            _tell(found[0], order, cluster, wait_s)
    if _works_in(found[0], cluster):
        raise CannotServe(f"PostgreSQL (process {found[0]}) of a killed server does not stop: end it yourself.")
    _forget(cluster)


def _tell(pid: int, order: signal.Signals, cluster: Path, wait_s: float) -> None:
    """Send a PostgreSQL that is not our child a signal and wait for its end, so long at most."""
    with suppress(ProcessLookupError):
        os.kill(pid, order)
    give_up_at = time.monotonic() + wait_s
    while _works_in(pid, cluster) and time.monotonic() < give_up_at:
        time.sleep(POLL_S)


def _forget(cluster: Path) -> None:
    """Remove the notes of a dead PostgreSQL.

    The next one would do so itself, unless that number now belongs to another process of the account, as is
    common when a container starts again: then it would refuse to start. Sessions that outlive it are noticed
    all the same: PostgreSQL finds their shared memory by the inode of the cluster.
    """
    for note in (cluster / "postmaster.pid", cluster.with_name(f"{place.SOCKET}.lock")):
        note.unlink(missing_ok=True)
