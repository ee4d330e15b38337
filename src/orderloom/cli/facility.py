"""`orderloom facility`: facilities, the warehouses that goods come to."""

from typing import Annotated, Final

import typer

from orderloom.book.conditions import ALWAYS
from orderloom.book.facilities import Facility
from orderloom.cli import importing, listing
from orderloom.cli.importing import Cells, Customers, DryRun, File
from orderloom.cli.opening import Data, DatabaseUrl, at_the_desk
from orderloom.desk import facilities

app = typer.Typer(no_args_is_help=True, help="Facilities, the warehouses that goods come to.")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What it is called.")], data: Data = "", database_url: DatabaseUrl = ""
) -> None:
    """Add a facility."""
    added = at_the_desk(data, database_url, lambda desk, caller: facilities.add(desk, caller, Facility(name=name)))
    typer.echo(f"Added facility {added.id} ({added.name}).")


@app.command("list")
def list_facilities(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """List the facilities."""
    page = at_the_desk(data, database_url, lambda desk, caller: facilities.page(desk, caller, ALWAYS, (), listing.CUT))
    listing.show_page(("Id", "Name", "Deactivated"), page, _row)


@app.command("import")
def import_facilities(file: File, dry_run: DryRun = False, data: Data = "", database_url: DatabaseUrl = "") -> None:
    """Add every facility in a CSV file, or none.

    Columns: name, deactivated (yes or no). A name may not be there twice.
    """
    importing.run(_IMPORT, file, dry_run=dry_run, data=data, database_url=database_url)


def _facility(cells: Cells, _: Customers) -> Facility:
    return Facility(name=cells.get("name", ""), deactivated=importing.flag(cells, "deactivated"))


_IMPORT: Final = importing.Import(
    nouns="facilities",
    columns=("name", "deactivated"),
    required=(("name",),),
    record=_facility,
    faults=facilities.faults,
    add_all=facilities.add_all,
)


def _row(each: Facility) -> tuple[str, ...]:
    return str(each.id), each.name, listing.yes(each.deactivated)
