"""The data folder: whether it can be used, who holds it, and which account runs PostgreSQL in it."""

import fcntl
import logging
import os
import pwd
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLUSTER = "postgresql"
LOCK = "server.lock"
LOG = "postgresql.log"
SOCKET = ".s.PGSQL.5432"

# sun_path is 108 bytes on Linux and 104 on macOS, both with the closing zero. Clients hit the same limit.
SOCKET_PATH_BYTES = 107 if sys.platform == "linux" else 103
# What a fresh file system puts into its root; a folder holding only this counts as empty.
NOT_CONTENT = {"lost+found"}
SYSTEM_USER = "orderloom"
PID_BYTES = 32
USERADD_S = 30
REMOVE_TRIES = 20
REMOVE_PAUSE_S = 0.1

log = logging.getLogger("orderloom.postgresql")

# The folders held by this process, by device and inode. See hold().
_held: dict[tuple[int, int], int] = {}


class CannotServe(Exception):
    """Why there is no embedded PostgreSQL, as one line for the operator."""


class FolderInUse(CannotServe):
    """Another process, or another block of this one, serves the folder."""


@dataclass(frozen=True)
class Account:
    """The system account that PostgreSQL runs as when we are root."""

    uid: int
    gid: int


def popen_as(account: Account | None) -> dict[str, Any]:
    """The arguments that make subprocess run a command as this account; none when we run as ourselves."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def check(folder: Path, major: int) -> None:
    """Nothing, when the folder can be served; changes nothing on disk. Raises CannotServe."""
    _check_path(folder)
    if os.path.lexists(folder):
        _check_existing(folder)
        _check_cluster(folder / CLUSTER, major)
    else:
        _check_can_be_made(folder)


def has_data(folder: Path) -> bool:
    """Whether there is a cluster in the folder, or a server that may be making one."""
    return any(os.path.lexists(folder / name) for name in (CLUSTER, LOCK))


def account_for(folder: Path) -> Account | None:
    """The account that runs PostgreSQL in this folder, or None for ourselves. Raises CannotServe.

    PostgreSQL refuses to run as root, and it insists on owning its cluster. So an existing cluster decides:
    root may look after the folder of an ordinary user, and a volume survives a new image in which the number
    of the user orderloom has changed. Root's own (restored from a backup) is given away by hand_over().
    """
    if os.geteuid() != 0:
        return None
    try:
        owner = os.stat(folder / CLUSTER)
    except OSError:
        return _system_user()
    return Account(owner.st_uid, owner.st_gid) if owner.st_uid != 0 else _system_user()


def make(folder: Path) -> None:
    """Make the folder, open to nobody else. Raises CannotServe."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotServe(f"The data folder {folder} cannot be created: {error.strerror}.") from error


@contextmanager
def hold(folder: Path, account: Account | None) -> Iterator[None]:
    """Hold the folder for as long as the block lasts. Raises FolderInUse with the process id of who holds it.

    A POSIX record lock: forked workers do not inherit it and it vanishes with the process, however that ends,
    so there is never a stale one. Its price: closing any descriptor of the file releases the lock of the
    whole process. So a folder held by this process is known by _held, and its lock file not opened again.
    """
    key = (os.stat(folder).st_dev, os.stat(folder).st_ino)
    if _held.get(key) == os.getpid():
        raise FolderInUse(_in_use(folder, str(os.getpid())))
    descriptor = _open_locked(folder, account)
    _held[key] = os.getpid()
    try:
        yield
    finally:
        _held.pop(key, None)
        os.close(descriptor)


def hand_over(folder: Path, account: Account | None) -> None:
    """Close the folder to others and give it to the account, which can reach it then. Raises CannotServe."""
    try:
        if stat.S_IMODE(os.stat(folder).st_mode) != 0o700:
            os.chmod(folder, 0o700)
        if account is not None:
            _give(folder, account)
            _let_pass(folder, account)
    except OSError as error:
        raise CannotServe(f"The data folder {folder} cannot be prepared for PostgreSQL: {error}.") from error


def chown_tree(top: Path, account: Account) -> None:
    """Give a folder and all it contains to the account; links are changed, not followed."""
    for entry in (*top.rglob("*"), top):
        os.chown(entry, account.uid, account.gid, follow_symlinks=False)


def remove_tree(top: Path) -> None:
    """Remove a folder that a killed process may still be writing to for a moment."""
    for _ in range(REMOVE_TRIES):
        shutil.rmtree(top, ignore_errors=True)
        if not os.path.lexists(top):
            return
        time.sleep(REMOVE_PAUSE_S)
    raise CannotServe(f"{top}, left by an interrupted start, cannot be removed: remove it and start again.")


def open_inside(path: Path, flags: int) -> int:
    """A descriptor of a file in the data folder, made if new.

    Never through a link: root must not be led to another file by whoever can write into the folder.
    """
    return os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def give_file(descriptor: int, account: Account | None) -> None:
    """Give an open file to the account, who may then serve the folder without root."""
    if account is not None:
        os.fchown(descriptor, account.uid, account.gid)


def _check_path(folder: Path) -> None:
    socket = folder / SOCKET
    length = len(os.fsencode(socket))
    if length > SOCKET_PATH_BYTES:
        raise CannotServe(
            f"The path of PostgreSQL's socket, {socket}, has {length} bytes and this system's limit is "
            f"{SOCKET_PATH_BYTES}: choose a data folder with a shorter path."
        )
    if "," in str(folder):  # libpq and asyncpg both read a comma in a host as the end of it
        raise CannotServe(f"The data folder {folder} has a comma in its path: choose another.")


def _check_can_be_made(folder: Path) -> None:
    nearest = next(parent for parent in folder.parents if os.path.lexists(parent))
    if not os.path.isdir(nearest):
        raise CannotServe(f"The data folder {folder} cannot be created: {nearest} is not a folder.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise CannotServe(f"The data folder {folder} cannot be created: {_we()} may not write to {nearest}.")


def _check_existing(folder: Path) -> None:
    if not os.path.isdir(folder):
        raise CannotServe(f"The data folder {folder} is not a folder.")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise CannotServe(f"The data folder {folder} is not writable for {_we()}.")
    # Closing it to others is what makes the socket safe (see embedded.INITDB); only its owner can do that.
    if os.geteuid() not in (0, os.stat(folder).st_uid):
        raise CannotServe(f"The data folder {folder} does not belong to {_we()}: choose one of your own.")
    content = set(os.listdir(folder)) - NOT_CONTENT
    if content and not content & {CLUSTER, LOCK}:
        # Someone named /tmp or a home folder: closing it to others, or giving it away as root, breaks it.
        raise CannotServe(f"{folder} holds other things and no Orderloom data: name a new or empty folder.")


def _check_cluster(cluster: Path, major: int) -> None:
    if not os.path.lexists(cluster):
        return
    if os.geteuid() not in (0, os.stat(cluster).st_uid):
        raise CannotServe(f"The PostgreSQL cluster {cluster} does not belong to {_we()}.")
    try:
        found = (cluster / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise CannotServe(f"{cluster} is not a PostgreSQL cluster: its PG_VERSION cannot be read.") from error
    if found != str(major):
        raise CannotServe(
            f"{cluster} was made by PostgreSQL {found}, this is PostgreSQL {major}: run PostgreSQL {found} "
            "elsewhere and name it with --database-url, or dump the database there and restore it here."
        )


def _we() -> str:
    try:
        return f"user {pwd.getpwuid(os.geteuid()).pw_name}"
    except KeyError:
        return f"user {os.geteuid()}"


def _system_user() -> Account:
    """The system user that runs PostgreSQL for root, made if absent. Raises CannotServe."""
    problem = "" if _known(SYSTEM_USER) else _add_user(SYSTEM_USER)
    known = _known(SYSTEM_USER)
    if known is None:
        raise CannotServe(
            f"PostgreSQL refuses to run as root and the system user {SYSTEM_USER} could not be made "
            f"({problem}): make it, or start Orderloom as an ordinary user."
        )
    return known


def _known(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)


def _add_user(name: str) -> str:
    """What useradd complained about; empty when all is well."""
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    try:
        done = subprocess.run(  # noqa: S603  (fixed arguments)
            command, capture_output=True, text=True, timeout=USERADD_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return " ".join(done.stderr.split())


def _open_locked(folder: Path, account: Account | None) -> int:
    try:
        descriptor = open_inside(folder / LOCK, os.O_RDWR)
    except OSError as error:
        raise CannotServe(f"{folder / LOCK} cannot be opened: {error.strerror}.") from error
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        give_file(descriptor, account)  # only now: before, it is somebody else's
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        return descriptor
    except OSError as error:
        holder = os.read(descriptor, PID_BYTES).decode(errors="replace").strip()
        os.close(descriptor)
        if isinstance(error, BlockingIOError | PermissionError):
            raise FolderInUse(_in_use(folder, holder)) from None
        raise CannotServe(f"{folder / LOCK} cannot be locked: {error.strerror}.") from error


def _in_use(folder: Path, holder: str) -> str:
    return f"The data folder {folder} is in use by process {holder or '(unknown)'}: stop that one first."


def _give(folder: Path, account: Account) -> None:
    if os.stat(folder).st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)
    cluster = folder / CLUSTER
    if cluster.is_dir() and os.stat(cluster).st_uid != account.uid:
        chown_tree(cluster, account)


def _let_pass(folder: Path, account: Account) -> None:
    """Give others the search permission, and nothing more, on the parents that keep the account out."""
    opened = []
    for parent in dict.fromkeys((*folder.parents, *folder.resolve().parents)):
        found = os.stat(parent)
        if found.st_uid != account.uid and not found.st_mode & stat.S_IXOTH:
            os.chmod(parent, stat.S_IMODE(found.st_mode) | stat.S_IXOTH)
            opened.append(str(parent))
    if opened:
        names = ", ".join(opened)
        log.warning("Gave others the search permission on %s, so that PostgreSQL can reach %s", names, folder)
