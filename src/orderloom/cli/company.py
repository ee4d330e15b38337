"""`orderloom company`: the company whose book it is."""

from typing import Annotated

import typer

from orderloom.book.companies import Company, CompanyWish
from orderloom.cli import listing
from orderloom.cli.opening import Data, DatabaseUrl, Stop, at_the_desk
from orderloom.desk import companies

app = typer.Typer(no_args_is_help=True, help="The company whose book it is: its number, name and base currency.")


@app.command("show")
def show(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """Show the company."""
    _show(at_the_desk(data, database_url, companies.show))


@app.command("set")
def put(
    number: Annotated[int | None, typer.Option(help="What clients call it by, such as 1.", show_default=False)] = None,
    name: Annotated[str | None, typer.Option(show_default=False)] = None,
    currency: Annotated[
        str | None, typer.Option(help="The base currency, such as GBP; no amount is changed.", show_default=False)
    ] = None,
    symbol: Annotated[
        str | None, typer.Option(help="What its amounts are shown with, such as £.", show_default=False)
    ] = None,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Change what is given, and show the company."""
    wish = CompanyWish(number=number, name=name, base_currency=currency, base_symbol=symbol)
    if wish == CompanyWish():
        raise Stop("Say what to change: --number, --name, --currency or --symbol.")
    _show(at_the_desk(data, database_url, lambda desk, caller: companies.amend(desk, caller, wish)))


def _show(company: Company) -> None:
    row = (str(company.number), company.name, company.base_currency, company.base_symbol)
    listing.show(("Number", "Name", "Base currency", "Symbol"), [row])
