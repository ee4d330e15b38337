"""`orderloom case`: cases, which purchases are charged to."""

from typing import Annotated

import typer

from orderloom.book.cases import Case
from orderloom.book.lists import Sort
from orderloom.book.money import written
from orderloom.cli import amounts, listing
from orderloom.cli.opening import Data, DatabaseUrl, at_the_desk
from orderloom.desk import cases

app = typer.Typer(no_args_is_help=True, help="Cases, which purchases are charged to.")


@app.command("add")
def add(
    code: Annotated[str, typer.Argument(help="The number that people see, such as ACB1.")],
    name: Annotated[str, typer.Argument(help="Whom or what it is about.")],
    kind: Annotated[str, typer.Option("--type", help="client, company, ...")] = "client",
    customer: Annotated[int | None, typer.Option(help="Id of the customer who pays.", show_default=False)] = None,
    job_rate: Annotated[
        str, typer.Option(help="What one unit of the base currency is worth in the job's currency.")
    ] = "1",
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Add a case."""
    case = Case(code=code, name=name, type=kind, customer_id=customer, job_rate=amounts.typed("job_rate", job_rate))
    added = at_the_desk(data, database_url, lambda desk, caller: cases.add(desk, caller, case))
    typer.echo(f"Added case {added.id} ({added.code}).")


@app.command("list")
def list_cases(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """List the cases."""
    page = at_the_desk(data, database_url, lambda desk, caller: cases.page(desk, caller, sort=Sort(), cut=listing.CUT))
    listing.show_page(("Id", "Code", "Name", "Type", "Status", "Customer", "Job rate"), page, _row)


@app.command("close")
def close(
    case_id: Annotated[int, typer.Argument(help="The case's id.")], data: Data = "", database_url: DatabaseUrl = ""
) -> None:
    """Close a case; its purchases stay as they are."""
    at_the_desk(data, database_url, lambda desk, caller: cases.close(desk, caller, case_id))
    typer.echo(f"Case {case_id} is closed.")


@app.command("rate", context_settings=amounts.AS_ARGUMENTS)
def rate(
    case_id: Annotated[int, typer.Argument(help="The case's id.")],
    rate: Annotated[str, typer.Argument(help="What one unit of the base currency is worth in the job's currency.")],
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Change the rate of a job's currency; what was charged stays as it is."""
    given = amounts.typed("rate", rate)
    kept = at_the_desk(data, database_url, lambda desk, caller: cases.set_rate(desk, caller, case_id, given))
    typer.echo(f"Case {case_id} has the job rate {written(kept)}.")


def _row(case: Case) -> tuple[str, ...]:
    customer = "" if case.customer_id is None else str(case.customer_id)
    return str(case.id), case.code, case.name, case.type, case.status, customer, written(case.job_rate)
