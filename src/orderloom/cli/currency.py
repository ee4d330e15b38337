"""`orderloom currency`: currencies that purchases can be in, with their rates."""

from typing import Annotated

import typer

from orderloom.book.currencies import Currency
from orderloom.book.money import written
from orderloom.cli import amounts, listing
from orderloom.cli.opening import Data, DatabaseUrl, at_the_desk
from orderloom.desk import currencies

app = typer.Typer(no_args_is_help=True, help="Currencies that purchases can be in, with their rates.")


@app.command("set", context_settings=amounts.AS_ARGUMENTS)
def put(
    code: Annotated[str, typer.Argument(help="What it is found by, such as 1/EUR.")],
    rate: Annotated[str, typer.Argument(help="What one unit of the base currency is worth in it, such as 1.21.")],
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Add a currency or change its rate; purchases keep the rate that they have."""
    currency = Currency(code, amounts.typed("rate", rate))
    kept = at_the_desk(data, database_url, lambda desk, caller: currencies.put(desk, caller, currency))
    typer.echo(f"Currency {kept.code} has the rate {written(kept.rate)}.")


@app.command("list")
def list_currencies(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """List the currencies."""
    found = at_the_desk(data, database_url, lambda desk, caller: currencies.first(desk, caller, limit=listing.PAGE + 1))
    listing.show_first(("Code", "Rate"), found, _row)


def _row(each: Currency) -> tuple[str, ...]:
    return each.code, written(each.rate)
