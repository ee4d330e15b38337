"""`orderloom user`: users, their API tokens and passwords."""

from typing import Annotated

import typer

from orderloom.book import users as book_users
from orderloom.book.users import Profile, User
from orderloom.cli import listing
from orderloom.cli.opening import Data, DatabaseUrl, at_the_desk
from orderloom.desk import users
from orderloom.desk.passwords import new_token

app = typer.Typer(no_args_is_help=True, help="Users, their API tokens and passwords.")
HOMS = "homs"

Email = Annotated[str, typer.Argument(help="The user's e-mail.")]


@app.command("add")
def add(
    email: Email,
    first_name: Annotated[str, typer.Option()],
    last_name: Annotated[str, typer.Option()],
    company: Annotated[str, typer.Option()],
    department: Annotated[str, typer.Option()],
    middle_name: Annotated[str, typer.Option()] = "",
    role: Annotated[str, typer.Option(help="user, vip or admin")] = "user",
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Add a user; the password is printed once."""
    password = new_token()
    profile = Profile(
        email=email,
        first_name=first_name,
        middle_name=middle_name or None,
        last_name=last_name,
        company=company,
        department=department,
        role=role,
        password=password,
    )
    at_the_desk(data, database_url, lambda desk, caller: users.enrol(desk, caller, profile))
    typer.echo(f"Added {book_users.normal_email(email)}. Password, shown only now: {password}")


@app.command("list")
def list_users(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """List the users."""
    found = at_the_desk(
        data, database_url, lambda desk, caller: users.page(desk, caller, limit=listing.PAGE + 1, offset=0)
    )
    listing.show_first(("E-mail", "Name", "Company", "Department", "Role", "Disabled"), found, _row)


@app.command("token")
def token(
    email: Email,
    revoke: Annotated[bool, typer.Option("--revoke", help="Only take the token away.")] = False,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Give the user a new API token in place of the old one; it is printed once."""
    if revoke:
        at_the_desk(data, database_url, lambda desk, caller: users.set_api_token(desk, caller, email, HOMS, None))
        typer.echo(f"{email} has no API token now.")
        return
    fresh = at_the_desk(data, database_url, lambda desk, caller: users.renew_api_token(desk, caller, email, HOMS))
    typer.echo(f"API token of {email}, shown only now: {fresh}")


@app.command("password")
def password(
    email: Email,
    ask: Annotated[bool, typer.Option("--ask", help="Type the password instead of having one made.")] = False,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Give the user a new password; it is printed once unless it was typed."""
    chosen = typer.prompt("New password", hide_input=True, confirmation_prompt=True) if ask else new_token()
    profile = Profile(password=chosen)
    at_the_desk(data, database_url, lambda desk, caller: users.change(desk, caller, email, lambda _: profile))
    typer.echo(f"{email} has a new password." if ask else f"Password of {email}, shown only now: {chosen}")


@app.command("disable")
def disable(
    email: Email,
    enable: Annotated[bool, typer.Option("--enable", help="Let the user in again.")] = False,
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Keep the user out of every face; what they entered stays."""
    profile = Profile(blocked=not enable)
    at_the_desk(data, database_url, lambda desk, caller: users.change(desk, caller, email, lambda _: profile))
    typer.echo(f"{email} is {'enabled' if enable else 'disabled'}.")


def _row(user: User) -> tuple[str, ...]:
    name = " ".join(filter(None, (user.first_name, user.middle_name, user.last_name)))
    return user.email, name, user.company, user.department, user.role, "yes" if user.blocked else ""
