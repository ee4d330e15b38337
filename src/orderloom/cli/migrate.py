"""`orderloom migrate`: bring the schema up to date without serving."""

import psycopg
import typer

from orderloom.cli.opening import Data, DatabaseUrl, Stop, chosen, one_line
from orderloom.store import embedded, schema


def migrate_book(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """Bring the schema up to date. `serve` does it too; this is for doing it before."""
    settings = chosen(data, database_url)
    try:
        if settings.database_url:
            applied = schema.migrate(settings.database_url)
        else:
            with embedded.borrow(settings.folder) as url:
                applied = schema.migrate(url)
    except embedded.CannotServe as error:
        raise Stop(str(error)) from error
    except psycopg.OperationalError as error:
        raise Stop(f"Cannot reach the database: {one_line(error)}") from error
    for name in applied:
        typer.echo(f"applied {name}")
    if not applied:
        typer.echo("The schema is current.")
