"""`orderloom types`: order types from HOMS definition files."""

from pathlib import Path
from typing import Annotated

import typer
import yaml

from orderloom.book.errors import BadInput
from orderloom.book.types import OrderType, parse_definition
from orderloom.cli import listing
from orderloom.cli.opening import Data, DatabaseUrl, Stop, at_the_desk, one_line
from orderloom.desk import types

app = typer.Typer(no_args_is_help=True, help="Order types.")
MAX_FILE = 1024 * 1024

Code = Annotated[str, typer.Argument(help="The type's code.")]


@app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="A HOMS order-type file (YAML).", exists=True, dir_okay=False)],
    activate: Annotated[
        bool, typer.Option(help="Make it the active version now; --no-activate to look at it first.")
    ] = True,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Add a version of an order type."""
    definition = read_definition(file)
    added = at_the_desk(data, database_url, lambda desk, caller: types.add(desk, caller, definition, activate=activate))
    typer.echo(f"Added {added.code} version {added.version}{', active' if activate else ''}.")


@app.command("list")
def list_types(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """List every version of every order type."""
    headings = ("Code", "Version", "Active", "Number", "Kind", "Name", "Fields")
    listing.show(headings, map(_row, at_the_desk(data, database_url, types.all_versions)))


@app.command("activate")
def activate(
    code: Code,
    version: Annotated[int | None, typer.Option(help="The newest if not given.", show_default=False)] = None,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Make a version the active one."""
    at_the_desk(data, database_url, lambda desk, caller: types.activate(desk, caller, code, version))
    typer.echo(f"Activated {code}.")


@app.command("retire")
def retire(code: Code, data: Data = "", database_url: DatabaseUrl = "") -> None:
    """Let no new orders of this type be made; those that exist stay as they are."""
    at_the_desk(data, database_url, lambda desk, caller: types.retire(desk, caller, code))
    typer.echo(f"Retired {code}.")


def _row(each: OrderType) -> tuple[str, ...]:
    fields = ", ".join(f"{field.name}:{field.type}" for field in each.fields)
    active = "yes" if each.active else ""
    return each.code, str(each.version), active, str(each.number), each.kind, each.name, fields


def read_definition(file: Path) -> OrderType:
    """The definition in the file. Raises Stop with every fault."""
    if file.stat().st_size > MAX_FILE:
        raise Stop(f"{file} is longer than {MAX_FILE} bytes.")
    try:
        return parse_definition(yaml.safe_load(file.read_text()))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Stop(f"{file} is not YAML: {one_line(error)}") from error
    except BadInput as error:
        faults = "; ".join(
            " ".join(filter(None, (each.field, each.part, _WORDS[each.reason]))) for each in error.faults
        )
        raise Stop(f"{file} is not an order type: {faults}") from error


_WORDS = {
    "blank": "is missing",
    "taken": "is taken",
    "too_long": "is too long",
    "type": "is not what it should be",
    "invalid": "is invalid",
    "inclusion": "is not one of string, number, boolean, datetime, json",
}
