"""Opening the book for a command, and telling in one line why it cannot be opened."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Final, TypeVar

import asyncpg
import psycopg
import typer

from orderloom.book.errors import BadInput, Fault, Refusal
from orderloom.book.events import Author
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.server.settings import BadSetting, Settings, about, from_environment
from orderloom.store import embedded, schema, tenants
from orderloom.store.failures import DatabaseAway
from orderloom.store.pool import connect

T = TypeVar("T")

ADMINISTRATOR: Final = Author("administrator", "cli")

Data = Annotated[str, typer.Option(envvar="ORDERLOOM_DATA", help=about("data"), show_default=False)]
DatabaseUrl = Annotated[
    str, typer.Option(envvar="ORDERLOOM_DATABASE_URL", help=about("database_url"), show_default=False)
]


class Stop(Exception):
    """Ends a command with one line for the operator and exit code 2."""


@contextmanager
def database(data: str, database_url: str, *, alone: bool = False, new: bool = False) -> Iterator[str]:
    """The URL of the book's database, whatever its schema; one that a server has open, unless we have to be alone.

    A data folder without data becomes a new one only if we are alone or the book may be `new`. Raises Stop.
    """
    with told(), _database(chosen(data, database_url), alone=alone, new=new) as url:
        yield url


def at_the_desk(data: str, database_url: str, work: Callable[[Desk, Caller], Awaitable[T]]) -> T:
    """What `work` returns, done at the desk of the book's first tenant in the administrator's name. Raises Stop.

    The schema is left as it is: a server of another version may be at work.
    """

    async def run(url: str) -> T:
        pool = await connect(url, size=2)
        try:
            if not await schema.is_current(pool):
                raise Stop("The schema is not current: run `orderloom migrate`, or `orderloom init` for a new book.")
            tenant = await tenants.first_tenant(pool)
            if tenant is None:
                raise Stop("This book is empty: run `orderloom init` first.")
            return await work(Desk(pool), Caller(tenant, ADMINISTRATOR))
        finally:
            await pool.close()

    with database(data, database_url) as url:
        return asyncio.run(run(url))


def chosen(data: str, database_url: str) -> Settings:
    """The environment's settings with these two over them. Raises Stop."""
    try:
        settings = from_environment()
        return replace(
            settings, data=data or settings.data, database_url=database_url or settings.database_url
        ).checked()
    except BadSetting as error:
        raise Stop(str(error)) from error


@contextmanager
def told() -> Iterator[None]:
    """Turns what stops a command into Stop with one line, which never quotes a database URL."""
    try:
        yield
    except embedded.CannotServe as error:
        raise Stop(str(error)) from error
    except BadInput as refusal:
        raise Stop(f"Refused: {'; '.join(map(_told, refusal.faults))}") from refusal
    except Refusal as refusal:
        raise Stop(f"Refused: {refusal}") from refusal
    except psycopg.OperationalError as error:
        if error.sqlstate in _WORDS:
            raise Stop(_refused(error)) from error
        # What PostgreSQL adds to its message may quote rows.
        raise Stop(f"Cannot reach the database: {error.diag.message_primary or one_line(error)}") from error
    except DatabaseAway as error:
        raise Stop(f"Cannot reach the database: {error}") from error
    except (psycopg.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise Stop(_refused(error)) from error


def _refused(error: Exception) -> str:
    code = getattr(error, "sqlstate", None)
    detail = f" (SQLSTATE {code})" if code else ""
    return f"The database refused: {_WORDS.get(code or '', type(error).__name__)}{detail}"


def _told(fault: Fault) -> str:
    reason = f"{fault.field}: {fault.reason}"
    return reason if fault.expected is None else f"{reason}, it has to be {fault.expected}"


_WORDS: Final = {
    "42501": "its user may not create tables there",
    "53100": "its disk is full",
    "55P03": "others hold its tables locked",
    "28P01": "wrong password",
    "28000": "its user may not connect",
    "3D000": "there is no such database",
    "25006": "it takes no writes",
    "22000": "it cannot hold a value that was given",
}


@contextmanager
def _database(settings: Settings, *, alone: bool, new: bool) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
    else:
        with embedded.serve(settings.folder) if alone else embedded.borrow(settings.folder, new=new) as url:
            yield url


def one_line(error: BaseException) -> str:
    """The error's text on one line."""
    return " ".join(str(error).split())
