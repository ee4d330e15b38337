"""One PostgreSQL as our child: its cluster made, started, watched, started again, stopped."""

import logging
import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from orderloom.store.embedded import folder as place
from orderloom.store.embedded.binaries import surroundings
from orderloom.store.embedded.folder import Account, CannotServe
from orderloom.store.embedded.leftover import QUIT_S, STOP_S, end_leftover, state

MAKE_CLUSTER_S = 120  # initdb and its fsyncs on a slow disk
# Recovery after a crash replays up to about max_wal_size (1 GB); a slow disk needs most of this.
START_S = 120
POLL_S = 0.01
FIRST_PAUSE_S = 0.1  # before PostgreSQL is started again, doubled each time up to ...
LONGEST_PAUSE_S = 1.0
STEADY_S = 60  # a run this long makes the next pause the first one again
LOG_LIMIT_BYTES = 10_000_000
FRESH = f"{place.CLUSTER}.new-"

# Everything we insist on; fsync, full_page_writes and the rest that guards data stay as PostgreSQL has them.
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    # The data folder, seen from the cluster, where PostgreSQL works: no path to quote and no length limit.
    "unix_socket_directories": "..",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    # Of disks without arms: with the default, a part of a table is read whole where an index would do.
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements and the DETAIL of errors carry people's data and secrets; none of it goes to postgresql.log.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}

# trust: whoever reaches the socket is let in. Only the owner and root can, as the data folder has mode 0700,
# the socket as well, and there is no TCP address. The builtin provider keeps the byte order of --no-locale,
# so indexes and sorting are the same on every machine, but upper() and lower() know letters beyond ASCII.
INITDB = (
    "--username=orderloom",
    "--auth=trust",
    "--encoding=UTF8",
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)

log = logging.getLogger("orderloom.postgresql")


class Keeper:
    """One PostgreSQL, kept running from bring_up() to stop()."""

    def __init__(self, folder: Path, binaries: Path, account: Account | None) -> None:
        self._folder = folder
        self._cluster = folder / place.CLUSTER
        self._log = folder / place.LOG
        self._bin = binaries / "bin"
        self._account = account
        self._process = os.getpid()
        # PostgreSQL ends with the thread that started it (see _end_with), so one thread starts it each time.
        self._thread = threading.Thread(target=self._keep_running, name="postgresql", daemon=True)
        self._guard = threading.Lock()  # no new child once stopping is set
        self._child: subprocess.Popen[bytes] | None = None
        self._settled = threading.Event()  # the first start came up, or failed for good
        self._stopping = threading.Event()
        self._failure = ""

    def prepare(self) -> None:
        """Make the cluster, or stop what a killed server left running on it. Raises CannotServe."""
        if self._cluster.is_dir():
            end_leftover(self._cluster)
        else:
            self._make_cluster()

    def bring_up(self) -> None:
        """Start PostgreSQL and wait until it takes connections. Raises CannotServe."""
        self._thread.start()
        if not self._settled.wait(START_S):
            raise CannotServe(f"PostgreSQL did not come up within {START_S} s: read {self._log}.")
        if self._failure:
            raise CannotServe(f"PostgreSQL {self._failure}: read {self._log}.")

    def stop(self) -> None:
        """Stop PostgreSQL, in order if that does not take too long. Does nothing in a forked worker."""
        if os.getpid() != self._process or self._thread.ident is None:
            return
        with self._guard:
            self._stopping.set()
        for order, wait_s in ((signal.SIGINT, STOP_S), (signal.SIGQUIT, QUIT_S)):
            if self._child is not None:
                self._child.send_signal(order)
            self._thread.join(wait_s)
            if not self._thread.is_alive():
                return
        log.error("PostgreSQL does not stop; the next start will end it")

    def _make_cluster(self) -> None:
        """Make the cluster with its database beside its place, then rename it: it is whole, or not there."""
        for interrupted in self._folder.glob(f"{FRESH}*"):
            place.remove_tree(interrupted)
        # A name of its own: where nothing ends the initdb of a killed server, it must not meddle with ours.
        fresh = self._folder / f"{FRESH}{os.getpid()}"
        self._run("initdb", *INITDB, f"--pgdata={fresh}")
        # Single-user mode needs no client and no socket, and ends with all of it on the disk.
        single = ("--single", "-D", str(fresh), "-c", "exit_on_error=true", "postgres")
        self._run("postgres", *single, says=b"create database orderloom\n")
        fresh.rename(self._cluster)
        _sync(self._folder)

    def _run(self, program: str, *arguments: str, says: bytes = b"") -> None:
        """Run a program that makes the cluster; its answers go to postgresql.log. Raises CannotServe."""
        command = [str(self._bin / program), *arguments]
        try:
            with self._open_log() as output:
                done = subprocess.run(  # noqa: S603  (our own binaries)
                    command,
                    input=says,
                    stdout=output,
                    stderr=output,
                    timeout=MAKE_CLUSTER_S,
                    check=False,
                    **surroundings(self._account),
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise CannotServe(f"The database could not be made: {error}.") from error
        if done.returncode != 0:
            status = f"{program} ended with status {done.returncode}"
            raise CannotServe(f"The database could not be made: {status}, read {self._log}.")

    def _keep_running(self) -> None:
        """Run PostgreSQL, again and again until stopping; give up only if it never came up."""
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            began_at, log_began_at = time.monotonic(), self._trimmed_log_size()
            ended = self._run_once()
            if self._stopping.is_set():
                return
            if self._old_memory_in_use(log_began_at):
                ended = "waits for sessions to end that outlived the one before"
            elif not self._settled.is_set():
                self._failure = ended
                self._settled.set()
                return
            if time.monotonic() - began_at > STEADY_S:
                pause_s = FIRST_PAUSE_S
            log.warning("PostgreSQL %s; starting it again in %.1f s", ended, pause_s)
            self._stopping.wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _run_once(self) -> str:
        """Start PostgreSQL and wait for its end; how it ended, in words."""
        try:
            child = self._start()
        except (OSError, subprocess.SubprocessError) as error:
            return f"could not be started ({error})"
        if child is None:
            return "was stopped"
        while child.poll() is None and not self._settled.is_set():
            if state(self._cluster) == (child.pid, "ready"):
                self._settled.set()
            else:
                time.sleep(POLL_S)
        status = child.wait()
        return f"was ended by signal {-status}" if status < 0 else f"ended with exit status {status}"

    def _start(self) -> subprocess.Popen[bytes] | None:
        """PostgreSQL as a direct child, or None when stopping."""
        settings = (part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}"))
        command = [str(self._bin / "postgres"), "-D", str(self._cluster), *settings]
        with self._guard, self._open_log() as output:
            if self._stopping.is_set():
                return None
            self._child = subprocess.Popen(  # noqa: S603  (our own binaries)
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **surroundings(self._account, on_death=signal.SIGINT),
            )
            return self._child

    def _open_log(self) -> BinaryIO:
        """postgresql.log, to append to."""
        descriptor = place.open_inside(self._log, os.O_WRONLY | os.O_APPEND)
        place.give_file(descriptor, self._account)
        return os.fdopen(descriptor, "ab")

    def _trimmed_log_size(self) -> int:
        """The bytes in postgresql.log; a long one first becomes postgresql.log.1."""
        with suppress(OSError):
            size = self._log.lstat().st_size
            if size <= LOG_LIMIT_BYTES:
                return size
            self._log.replace(self._log.with_name(f"{place.LOG}.1"))
        return 0

    def _old_memory_in_use(self, log_began_at: int) -> bool:
        """Whether PostgreSQL did not start because sessions of one that was killed are still about to end."""
        with suppress(OSError), self._log.open("rb") as written:
            written.seek(log_began_at)
            return b"pre-existing shared memory block" in written.read(LOG_LIMIT_BYTES)
        return False


def _sync(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
