"""Opening the book for an administration command."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Final, TypeVar

import psycopg
import typer

from orderloom.book.errors import Refusal
from orderloom.book.events import Author
from orderloom.desk.desk import Caller, Desk
from orderloom.server.settings import BadSetting, Settings, about, from_environment
from orderloom.store import embedded, tenants
from orderloom.store.pool import DatabaseAway, connect
from orderloom.store.schema import migrate

T = TypeVar("T")

ADMINISTRATOR: Final = Author("administrator", "cli")

Data = Annotated[str, typer.Option(envvar="ORDERLOOM_DATA", help=about("data"), show_default=False)]
DatabaseUrl = Annotated[
    str, typer.Option(envvar="ORDERLOOM_DATABASE_URL", help=about("database_url"), show_default=False)
]


class Stop(Exception):
    """Ends a command with one line for the operator and exit code 2."""


@contextmanager
def database(data: str, database_url: str) -> Iterator[str]:
    """The URL of the book's database, its schema up to date. Raises Stop."""
    settings = chosen(data, database_url)
    try:
        if settings.database_url:
            _migrate(settings.database_url)
            yield settings.database_url
        else:
            with embedded.borrow(settings.folder) as url:
                _migrate(url)
                yield url
    except embedded.CannotServe as error:
        raise Stop(str(error)) from error


def chosen(data: str, database_url: str) -> Settings:
    """The environment's settings with these two over them. Raises Stop."""
    try:
        settings = from_environment()
    except BadSetting as error:
        raise Stop(str(error)) from error
    return replace(settings, data=data or settings.data, database_url=database_url or settings.database_url)


def at_the_desk(data: str, database_url: str, work: Callable[[Desk, Caller], Awaitable[T]]) -> T:
    """What `work` returns, done at the desk of the book's first tenant in the administrator's name. Raises Stop."""

    async def run(url: str) -> T:
        pool = await connect(url, size=2)
        try:
            tenant = await tenants.first_tenant(pool)
            if tenant is None:
                raise Stop("This book is empty: run `orderloom init` first.")
            return await work(Desk(pool), Caller(tenant, ADMINISTRATOR))
        finally:
            await pool.close()

    with database(data, database_url) as url:
        try:
            return asyncio.run(run(url))
        except Refusal as refusal:
            raise Stop(f"Refused: {refusal}") from refusal
        except DatabaseAway as error:
            raise Stop(f"Cannot reach the database: {error}") from error


def _migrate(url: str) -> None:
    try:
        migrate(url)
    except psycopg.OperationalError as error:
        raise Stop(f"Cannot reach the database: {one_line(error)}") from error


def one_line(error: BaseException) -> str:
    """The error's text on one line."""
    return " ".join(str(error).split())
