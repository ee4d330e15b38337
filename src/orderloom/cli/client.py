"""`orderloom client`: OAuth clients, the programs that get tokens."""

from typing import Annotated

import typer

from orderloom.book.clients import ROLES, VIEW, Client
from orderloom.cli import listing
from orderloom.cli.opening import Data, DatabaseUrl, at_the_desk
from orderloom.desk import clients

app = typer.Typer(
    no_args_is_help=True, help="OAuth clients: programs that get tokens, as iinsight and Extensiv have them."
)

ClientId = Annotated[str, typer.Argument(help="The name that it signs in with.")]


@app.command("add")
def add(
    client_id: ClientId,
    name: Annotated[str, typer.Option(help="What it is, for people; the same if not given.")] = "",
    read_only: Annotated[
        bool, typer.Option("--read-only", help="It may look and not write, at faces that ask for roles: Extensiv.")
    ] = False,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Add a client; its secret is printed once."""
    roles = (VIEW,) if read_only else ROLES
    secret = at_the_desk(
        data, database_url, lambda desk, caller: clients.add(desk, caller, client_id, name or client_id, roles=roles)
    )
    typer.echo(f"Added {client_id}. Secret, shown only now: {secret}")


@app.command("list")
def list_clients(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """List the clients, the revoked ones too."""
    headings = ("Client", "Name", "Roles", "Added", "Revoked")
    listing.show(headings, map(_row, at_the_desk(data, database_url, clients.all_clients)))


@app.command("revoke")
def revoke(client_id: ClientId, data: Data = "", database_url: DatabaseUrl = "") -> None:
    """Keep a client out for good; its tokens end."""
    at_the_desk(data, database_url, lambda desk, caller: clients.revoke(desk, caller, client_id))
    typer.echo(f"{client_id} is revoked.")


def _row(client: Client) -> tuple[str, ...]:
    revoked = f"{client.revoked_at:%Y-%m-%d}" if client.revoked_at else ""
    return client.client_id, client.name, ", ".join(client.roles), f"{client.created_at:%Y-%m-%d}", revoked
