"""`orderloom migrate`: bring the schema up to date without serving."""

import typer

from orderloom.cli.opening import Data, DatabaseUrl, database
from orderloom.store import schema


def migrate_book(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """Bring the schema up to date. `serve` does it too; this is for doing it before."""
    with database(data, database_url, new=True) as url:
        applied = schema.migrate(url)
    for name in applied:
        typer.echo(f"applied {name}")
    if not applied:
        typer.echo("The schema is current.")
