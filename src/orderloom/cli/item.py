"""`orderloom item`: items, what customers keep in the warehouse."""

from typing import Annotated, Final

import typer

from orderloom.book.conditions import ALWAYS
from orderloom.book.items import PLAIN, ItemOf, StockItem
from orderloom.cli import cells, importing, listing
from orderloom.cli.cells import BadCell, Cells, Customers
from orderloom.cli.opening import Data, DatabaseUrl, at_the_desk
from orderloom.desk import items

app = typer.Typer(no_args_is_help=True, help="Items, what customers keep in the warehouse.")
# Between the qualifiers in a cell.
BAR: Final = "|"

CustomerId = Annotated[int, typer.Argument(help="The customer's id.")]


@app.command("add")
def add(
    customer: CustomerId,
    sku: Annotated[str, typer.Argument(help="What the customer calls it.")],
    description: Annotated[str, typer.Option(show_default=False)] = "",
    qualifier: Annotated[
        list[str] | None, typer.Option(help="A kind that it comes in, such as a colour; may be repeated.")
    ] = None,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Add an item of a customer."""
    item = StockItem(
        customer_id=customer,
        sku=sku,
        description=description or None,
        qualifiers=tuple(qualifier) if qualifier else (PLAIN,),
    )
    added = at_the_desk(data, database_url, lambda desk, caller: items.add(desk, caller, item))
    typer.echo(f"Added item {added.id} ({added.sku}).")


@app.command("list")
def list_items(customer: CustomerId, data: Data = "", database_url: DatabaseUrl = "") -> None:
    """List the items of a customer."""
    page = at_the_desk(
        data, database_url, lambda desk, caller: items.page(desk, caller, customer, ALWAYS, (), listing.CUT)
    )
    listing.show_page(("Id", "SKU", "Description", "Qualifiers", "Deactivated"), page, _row)


def _item(row: Cells, customers: Customers) -> StockItem:
    customer_id = cells.customer_id(row, customers)
    if customer_id is None:
        raise BadCell("customer is missing")
    return StockItem(
        customer_id=customer_id,
        sku=row.get("sku", ""),
        description=row.get("description"),
        qualifiers=tuple(map(str.strip, row.get("qualifiers", PLAIN).split(BAR))),
        deactivated=cells.flag(row, "deactivated"),
    )


_IMPORT: Final = importing.Import(
    entry=items.ENTRY,
    nouns="items",
    about=(
        "Columns: customer_id or customer (its external id), sku, description, qualifiers (with | between them), "
        "deactivated (yes or no). A customer's SKU may not be there twice."
    ),
    columns=(*cells.CUSTOMER, "sku", "description", "qualifiers", "deactivated"),
    required=(cells.CUSTOMER, ("sku",)),
    record=_item,
)
importing.offer(app, _IMPORT)


def _row(each: ItemOf) -> tuple[str, ...]:
    item = each.item
    return str(item.id), item.sku, item.description or "", BAR.join(item.qualifiers), listing.yes(item.deactivated)
