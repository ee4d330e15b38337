"""`orderloom customer`: customers, whom orders are for."""

from typing import Annotated

import typer

from orderloom.book.lists import Cut, Sort
from orderloom.book.parties import INDIVIDUAL, ORGANISATION, Customer
from orderloom.cli import listing
from orderloom.cli.opening import Data, DatabaseUrl, at_the_desk
from orderloom.desk import parties

app = typer.Typer(no_args_is_help=True, help="Customers, whom orders are for.")
PAGE = 1000


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="The company's name, or an individual's last name.")],
    first_name: Annotated[str, typer.Option(help="Makes it an individual.", show_default=False)] = "",
    external_id: Annotated[str, typer.Option(help="What others call it.", show_default=False)] = "",
    city: Annotated[str, typer.Option(show_default=False)] = "",
    country: Annotated[str, typer.Option(help="Two letters.", show_default=False)] = "",
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Add a customer."""
    customer = Customer(
        kind=INDIVIDUAL if first_name else ORGANISATION,
        name=name,
        first_name=first_name or None,
        external_id=external_id or None,
        city=city or None,
        country=country or None,
    )
    added = at_the_desk(data, database_url, lambda desk, caller: parties.add(desk, caller, customer))
    typer.echo(f"Added customer {added.id}.")


@app.command("list")
def list_customers(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """List the customers."""
    page = at_the_desk(data, database_url, lambda desk, caller: parties.page(desk, caller, Sort(), Cut(PAGE)))
    listing.show(("Id", "Name", "Kind", "External id", "City", "Country"), map(_row, page.records))
    if page.total > PAGE:
        typer.echo(f"Only the first {PAGE} of {page.total} are shown.")


def _row(each: Customer) -> tuple[str, ...]:
    name = " ".join(filter(None, (each.first_name, each.name)))
    return str(each.id), name, each.kind, each.external_id or "", each.city or "", each.country or ""
