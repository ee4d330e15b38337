"""`orderloom receipt`: receipts, goods that arrive for a purchase."""

from typing import Annotated

import typer

from orderloom.book.conditions import ALWAYS
from orderloom.book.receipts import Receipt
from orderloom.cli import listing
from orderloom.cli.opening import Data, DatabaseUrl, at_the_desk
from orderloom.desk import receipts

app = typer.Typer(no_args_is_help=True, help="Receipts, goods that arrive for a purchase.")


@app.command("add")
def add(
    order: Annotated[int, typer.Argument(help="The purchase's id.")],
    reference: Annotated[str, typer.Argument(help="What the arrival is called.")],
    facility: Annotated[int | None, typer.Option(help="Id of the facility where the goods arrive.")] = None,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Begin to receive goods; while a receipt is open, its purchase cannot be deleted."""
    begun = at_the_desk(
        data, database_url, lambda desk, caller: receipts.begin(desk, caller, order, reference, facility)
    )
    typer.echo(f"Added receipt {begun.id} of purchase {begun.order_number}.")


@app.command("close")
def close(
    receipt_id: Annotated[int, typer.Argument(help="The receipt's id.")],
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """End the receiving of goods."""
    at_the_desk(data, database_url, lambda desk, caller: receipts.end(desk, caller, receipt_id))
    typer.echo(f"Receipt {receipt_id} is closed.")


@app.command("list")
def list_receipts(
    order: Annotated[int | None, typer.Option(help="Id of the purchase whose receipts alone are listed.")] = None,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """List the receipts."""
    page = at_the_desk(
        data, database_url, lambda desk, caller: receipts.page(desk, caller, ALWAYS, (), listing.CUT, order_id=order)
    )
    listing.show_page(("Id", "Reference", "Status", "Purchase", "Customer", "Facility", "Begun"), page, _row)


def _row(each: Receipt) -> tuple[str, ...]:
    begun = f"{each.created_at:%Y-%m-%d}"
    customer, facility = each.customer_name or "", each.facility_name or ""
    return str(each.id), each.reference, each.status, each.order_number, customer, facility, begun
