"""`orderloom supplytype`: supply types, what kinds of things are bought."""

from typing import Annotated

import typer
from msgspec.structs import astuple

from orderloom.book.supply_types import SupplyType
from orderloom.cli import listing
from orderloom.cli.opening import Data, DatabaseUrl, at_the_desk
from orderloom.desk import supply_types

app = typer.Typer(no_args_is_help=True, help="Supply types, what kinds of things are bought.")


@app.command("add")
def add(
    code: Annotated[str, typer.Argument(help="What it is found by, such as 1/ENG.")],
    name: Annotated[str, typer.Argument(help="What it is called.")],
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Add a supply type."""
    supply_type = SupplyType(code, name)
    at_the_desk(data, database_url, lambda desk, caller: supply_types.add(desk, caller, supply_type))
    typer.echo(f"Added supply type {code}.")


@app.command("list")
def list_supply_types(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """List the supply types."""
    found = at_the_desk(
        data, database_url, lambda desk, caller: supply_types.first(desk, caller, limit=listing.PAGE + 1)
    )
    listing.show_first(("Code", "Name"), found, astuple)
