"""What can be told from a failure of PostgreSQL, and of what stands before it."""

from collections.abc import Sequence
from typing import Final

import asyncpg


class DatabaseAway(Exception):
    """The database does not answer, or answers that it cannot take writes now; the caller may try again later."""


class Busy(DatabaseAway):
    """More is asked at the moment than can be done."""


_AWAY: Final[tuple[type[BaseException], ...]] = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.ReadOnlySQLTransactionError,
    # No room on the disk, in memory or for another connection, and a disk that fails.
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresIOError,
    # Told when a connection is made: no such database, or not for us.
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
)
_AWAY_WORDS: Final = (
    "connection is closed",
    "connection was closed",
    "pool is closed",
    "connection has been released",
    # The server has said good-bye on a connection that nobody was using, and it is not gone yet: nothing was sent.
    "cannot switch to state",
)


# A quota that is used up, or a file that may not grow, has no code of its own.
_NO_ROOM_WORDS: Final = ("could not extend file", "could not write to file", "could not write block")


def is_away(error: BaseException) -> bool:
    """True if the error means that the database is gone for now, rather than that the statement was wrong."""
    if isinstance(error, asyncpg.InternalServerError):
        return any(words in str(error) for words in _NO_ROOM_WORDS)
    if isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError):
        return any(words in str(error) for words in _AWAY_WORDS)
    return isinstance(error, (*_AWAY, DatabaseAway))


def lost(error: BaseException) -> bool:
    """True if a transaction was taken back because of another one: it may be tried again from its beginning."""
    return isinstance(error, RETRYABLE)


def known_facts(error: BaseException) -> dict[str, str]:
    """What a log may tell of a database error: names of the schema and codes, never a value."""
    facts = {name: getattr(error, name, None) for name in ("sqlstate", "table_name", "column_name", "constraint_name")}
    return {name: str(fact) for name, fact in facts.items() if fact}


def refuses_value(error: BaseException) -> bool:
    """True if PostgreSQL cannot hold a value that was sent: a net below the checks of the faces and the book."""
    return isinstance(error, (asyncpg.DataError, asyncpg.ProgramLimitExceededError, UnicodeEncodeError))


def broken_constraint(error: asyncpg.IntegrityConstraintViolationError, names: Sequence[str]) -> str | None:
    """Which of these constraints the error is about.

    A distributed PostgreSQL does not pass the name on as a field and puts a shard's number behind it, so the
    message is searched as well.
    """
    told = getattr(error, "constraint_name", None) or ""
    message = str(error)
    return next((name for name in names if told.startswith(name) or f'"{name}' in message), None)


RETRYABLE: Final[tuple[type[BaseException], ...]] = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
GONE: Final = asyncpg.ForeignKeyViolationError
"""Something that a new row refers to has gone since it was looked up: who looks again does not find it."""
