"""`orderloom case`: cases, which purchases are charged to."""

from typing import Annotated

import typer

from orderloom.book.cases import Case
from orderloom.book.lists import Sort
from orderloom.cli import listing
from orderloom.cli.opening import Data, DatabaseUrl, at_the_desk
from orderloom.desk import cases

app = typer.Typer(no_args_is_help=True, help="Cases, which purchases are charged to.")


@app.command("add")
def add(
    code: Annotated[str, typer.Argument(help="The number that people see, such as ACB1.")],
    name: Annotated[str, typer.Argument(help="Whom or what it is about.")],
    kind: Annotated[str, typer.Option("--type", help="client, company, ...")] = "client",
    customer: Annotated[int | None, typer.Option(help="Id of the customer who pays.", show_default=False)] = None,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Add a case."""
    case = Case(code=code, name=name, type=kind, customer_id=customer)
    added = at_the_desk(data, database_url, lambda desk, caller: cases.add(desk, caller, case))
    typer.echo(f"Added case {added.id} ({added.code}).")


@app.command("list")
def list_cases(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """List the cases."""
    page = at_the_desk(data, database_url, lambda desk, caller: cases.page(desk, caller, sort=Sort(), cut=listing.CUT))
    listing.show_page(("Id", "Code", "Name", "Type", "Status", "Customer"), page, _row)


@app.command("close")
def close(
    case_id: Annotated[int, typer.Argument(help="The case's id.")], data: Data = "", database_url: DatabaseUrl = ""
) -> None:
    """Close a case; its purchases stay as they are."""
    at_the_desk(data, database_url, lambda desk, caller: cases.close(desk, caller, case_id))
    typer.echo(f"Case {case_id} is closed.")


def _row(case: Case) -> tuple[str, ...]:
    customer = "" if case.customer_id is None else str(case.customer_id)
    return str(case.id), case.code, case.name, case.type, case.status, customer
