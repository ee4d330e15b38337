"""`orderloom facility`: facilities, the warehouses that goods come to."""

from typing import Annotated, Final

import typer

from orderloom.book.conditions import ALWAYS
from orderloom.book.facilities import Facility
from orderloom.cli import cells, importing, listing
from orderloom.cli.cells import Cells, Customers
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


def _facility(row: Cells, _: Customers) -> Facility:
    return Facility(name=row.get("name", ""), deactivated=cells.flag(row, "deactivated"))


_IMPORT: Final = importing.Import(
    entry=facilities.ENTRY,
    nouns="facilities",
    about="Columns: name, deactivated (yes or no). A name may not be there twice.",
    columns=("name", "deactivated"),
    required=(("name",),),
    record=_facility,
)
importing.offer(app, _IMPORT)


def _row(each: Facility) -> tuple[str, ...]:
    return str(each.id), each.name, listing.yes(each.deactivated)
