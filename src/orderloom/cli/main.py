"""The command `orderloom`."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from orderloom import __version__
from orderloom.cli import (
    backup,
    case,
    client,
    company,
    contact,
    currency,
    customer,
    facility,
    init,
    item,
    key,
    migrate,
    receipt,
    restore,
    serve,
    supply_type,
    types,
    user,
)
from orderloom.cli.opening import Stop
from orderloom.server.standard_error import keep_standard_files

app = typer.Typer(
    name="orderloom",
    help="One order book that speaks several vendors' order APIs at their original paths.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("init")(init.init)
app.command("migrate")(migrate.migrate_book)
app.command("backup")(backup.back_up)
app.command("restore")(restore.restore)
app.add_typer(user.app, name="user")
app.add_typer(types.app, name="types")
app.add_typer(client.app, name="client")
app.add_typer(key.app, name="key")
app.add_typer(customer.app, name="customer")
app.add_typer(case.app, name="case")
app.add_typer(item.app, name="item")
app.add_typer(facility.app, name="facility")
app.add_typer(contact.app, name="contact")
app.add_typer(receipt.app, name="receipt")
app.add_typer(company.app, name="company")
app.add_typer(currency.app, name="currency")
app.add_typer(supply_type.app, name="supplytype")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"orderloom {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """One order book that speaks several vendors' order APIs at their original paths."""


def run() -> None:
    """Run the command line; what stops a command is one line on standard error and exit code 2."""
    keep_standard_files()
    try:
        app()
    except Stop as stop:
        Console(stderr=True).print(str(stop), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(2)
