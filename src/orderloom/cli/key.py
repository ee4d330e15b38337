"""`orderloom key`: API keys, which open every face that their scopes name."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final

import typer

from orderloom.book.api_keys import MAX_NAME, ApiKey
from orderloom.cli import listing
from orderloom.cli.opening import Data, DatabaseUrl, Stop, at_the_desk
from orderloom.desk import api_keys
from orderloom.dialects.registry import FACES

app = typer.Typer(
    no_args_is_help=True, help="API keys: what programs sign in with at any face, each with its own name and rights."
)

_DAYS: Final = re.compile(r"([1-9][0-9]{0,4})d")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Name = Annotated[str, typer.Argument(help=f"What history calls it; up to {MAX_NAME} characters, without @.")]


@app.command("add")
def add(
    name: Name,
    scope: Annotated[
        list[str],
        typer.Option(
            help=f"FACE:read or FACE:write, which includes read; again for each further one. Faces: "
            f"{', '.join(sorted(FACES))}, or * for all.",
            show_default=False,
        ),
    ],
    expires: Annotated[
        str, typer.Option(help="When it ends: 90d from now on, or the beginning of a day, such as 2030-01-01 (UTC).")
    ] = "",
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Add a key; it is printed once."""
    ends = _end(expires) if expires else None
    added = at_the_desk(
        data,
        database_url,
        lambda desk, caller: api_keys.add(desk, caller, name, scope, faces=FACES, expires_at=ends),
    )
    typer.echo(f"Added {added.key.name}. Key, shown only now: {added.secret}")


@app.command("list")
def list_keys(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """List the keys, those that have ended too."""
    found = at_the_desk(data, database_url, lambda desk, caller: api_keys.page(desk, caller, limit=listing.PAGE + 1))
    listing.show_first(("Key", "Scopes", "Added", "By", "Expires", "Last use", "Revoked"), found, _row)


@app.command("revoke")
def revoke(name: Name, data: Data = "", database_url: DatabaseUrl = "") -> None:
    """End a key for good, within five seconds; its name is free again."""
    key = at_the_desk(data, database_url, lambda desk, caller: api_keys.revoke(desk, caller, name))
    typer.echo(f"{key.name} is revoked.")


def _end(text: str) -> datetime:
    """The moment that is meant. Raises Stop."""
    try:
        if days := _DAYS.fullmatch(text):
            return datetime.now(UTC) + timedelta(days=int(days[1]))
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        pass
    raise Stop("--expires has to be a number of days such as 90d, or a day such as 2030-01-01.")


def _row(key: ApiKey) -> tuple[str, ...]:
    moments = (key.expires_at, key.used_at, key.revoked_at)
    expires, used, revoked = (f"{moment:%Y-%m-%d %H:%M}" if moment else "" for moment in moments)
    return key.name, ", ".join(key.scopes), f"{key.created_at:%Y-%m-%d}", key.created_by, expires, used, revoked
