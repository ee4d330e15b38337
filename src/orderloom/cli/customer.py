"""`orderloom customer`: customers, whom orders are for."""

from typing import Annotated, Final

import typer

from orderloom.book.lists import Sort
from orderloom.book.parties import INDIVIDUAL, ORGANISATION, Customer
from orderloom.cli import cells, importing, listing
from orderloom.cli.cells import Cells, Customers
from orderloom.cli.opening import Data, DatabaseUrl, at_the_desk
from orderloom.desk import parties

app = typer.Typer(no_args_is_help=True, help="Customers, whom orders are for.")


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
    page = at_the_desk(data, database_url, lambda desk, caller: parties.page(desk, caller, Sort(), listing.CUT))
    listing.show_page(("Id", "Name", "Kind", "External id", "City", "Country"), page, _row)


def _customer(row: Cells, _: Customers) -> Customer:
    return Customer(
        kind=INDIVIDUAL if "first_name" in row else ORGANISATION,
        name=row.get("name", ""),
        first_name=row.get("first_name"),
        external_id=row.get("external_id"),
        city=row.get("city"),
        country=row.get("country"),
        deactivated=cells.flag(row, "deactivated"),
    )


_IMPORT: Final = importing.Import(
    entry=parties.ENTRY,
    nouns="customers",
    about=(
        "Columns: name, first_name, external_id, city, country, deactivated (yes or no). Who has a first name is an "
        "individual. An external id may not be there twice."
    ),
    columns=("name", "first_name", "external_id", "city", "country", "deactivated"),
    required=(("name",),),
    record=_customer,
)
importing.offer(app, _IMPORT)


def _row(each: Customer) -> tuple[str, ...]:
    return str(each.id), each.whole_name, each.kind, each.external_id or "", each.city or "", each.country or ""
