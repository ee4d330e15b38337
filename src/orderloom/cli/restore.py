"""`orderloom restore`: a backup into an empty book."""

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import typer

from orderloom.cli.interrupting import interruptible
from orderloom.cli.new_file import STANDARD
from orderloom.cli.opening import Data, DatabaseUrl, Stop, database
from orderloom.cli.progress import Quiet, Steps
from orderloom.store import from_backup
from orderloom.store.archive import Archive, BadBackup

INTERRUPTED: Final = "Interrupted: nothing was restored."
TO_BE_FINISHED: Final = "Interrupted: everything is restored; run `orderloom migrate` to bring the schema up to date."


def restore(
    file: Annotated[Path, typer.Argument(help="A backup; - is standard input.", show_default=False)],
    quiet: Quiet = False,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Restore a backup into an empty book: all of it, or nothing. No server may be running on it.

    The whole file is checked before anything is changed. A backup of an older version is brought up to this one.
    """
    with ExitStack() as opened:
        interruption = opened.enter_context(interruptible(INTERRUPTED))
        steps = opened.enter_context(Steps(quiet=quiet))
        opened.enter_context(_told(file))
        archive = Archive(opened.enter_context(_reading(file)))
        manifest = archive.manifest
        steps.done(f"A backup of {manifest.created_at:%Y-%m-%d %H:%M} UTC by Orderloom {manifest.product_version}.")
        from_backup.check(archive, steps)
        url = opened.enter_context(database(data, database_url, alone=True))
        from_backup.load(url, archive, steps)
        interruption.line = TO_BE_FINISHED
        steps.begin("Finishing", 1)
        for name in from_backup.finish(url):
            steps.done(f"applied {name}")
        steps.moved(1)
    typer.echo(f"Restored {manifest.rows} rows of {len(manifest.tables)} tables.")


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Turns why nothing can be restored into Stop."""
    try:
        yield
    except BadBackup as error:
        raise Stop(f"{_called(file)}: {error}.") from error
    except from_backup.CannotRestore as error:
        raise Stop(str(error)) from error


@contextmanager
def _reading(file: Path) -> Iterator[BinaryIO]:
    """The file; what comes through a pipe is first put into a file without a name, as the end is to be read first."""
    try:
        with ExitStack() as opened:
            source = sys.stdin.buffer if file == STANDARD else opened.enter_context(file.open("rb"))
            if not source.seekable():
                kept = opened.enter_context(tempfile.TemporaryFile())
                shutil.copyfileobj(source, kept, io.DEFAULT_BUFFER_SIZE)
                source = kept
            opened_file = opened.pop_all()
    except OSError as error:
        raise Stop(f"{_called(file)} cannot be read: {error.strerror}.") from error
    with opened_file:
        yield source


def _called(file: Path) -> str:
    return "Standard input" if file == STANDARD else str(file)
