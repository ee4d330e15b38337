"""`orderloom backup`: the whole book in one file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.filesize import decimal

from orderloom.cli import new_file
from orderloom.cli.interrupting import interruptible
from orderloom.cli.opening import Data, DatabaseUrl, Stop, database
from orderloom.cli.progress import Quiet, Steps
from orderloom.store import backup

INTERRUPTED: Final = "Interrupted: there is no backup."
TOO_LATE: Final = "Interrupted, after the backup was written."


def back_up(
    file: Annotated[Path, typer.Argument(help="The file to write; - is standard output.", show_default=False)],
    force: Annotated[bool, typer.Option("--force", help="Put it in the place of a file that is there.")] = False,
    quiet: Quiet = False,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Write everything in the book into one file, while it is served or not.

    The file holds what people sign in with, hashed, and can be read by its owner alone. It appears when it is whole.
    """
    new_file.check(file, replace=force)
    with interruptible(INTERRUPTED) as told, database(data, database_url) as url, Steps(quiet=quiet) as steps:
        try:
            with backup.snapshot(url) as db, new_file.writing(file, replace=force) as out:
                written = backup.write(db, out, datetime.now(UTC), steps)
        except backup.CannotBackUp as error:
            raise Stop(str(error)) from error
        told.line = TOO_LATE
    said = f"Backed up {written.rows} rows of {len(written.tables)} tables"
    if file == new_file.STANDARD:
        typer.echo(f"{said}.", err=True)
    else:
        typer.echo(f"{said} to {file} ({decimal(file.stat().st_size)}).")
