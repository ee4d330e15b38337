"""Connections to PostgreSQL, and what can be told from a failure."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

import asyncpg

STATEMENT_TIMEOUT_S: Final = 30.0
CONNECT_TIMEOUT_S: Final = 5.0
# Statements that may be under way or waiting for each connection of a pool.
QUEUE_PER_CONNECTION: Final = 50


class Db(Protocol):
    """What a statement needs: a pool or one connection of it."""

    async def fetch(self, query: str, *args: Any) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: Any) -> Any: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...
    async def execute(self, query: str, *args: Any) -> str: ...


class DatabaseAway(Exception):
    """The database does not answer, or answers that it cannot take writes now; the caller may try again later."""


class Pool:
    """The connections of one process.

    Statements wait for a free connection in a queue of bounded length: above it the caller is refused at once, so that
    a slow database cannot fill the memory.
    """

    def __init__(self, pool: Any, *, queue: int) -> None:
        self._pool = pool
        self._room = queue

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        self._enter()
        try:
            return await self._pool.fetch(query, *args)  # type: ignore[no-any-return]
        finally:
            self._room += 1

    async def fetchrow(self, query: str, *args: Any) -> Any:
        self._enter()
        try:
            return await self._pool.fetchrow(query, *args)
        finally:
            self._room += 1

    async def fetchval(self, query: str, *args: Any) -> Any:
        self._enter()
        try:
            return await self._pool.fetchval(query, *args)
        finally:
            self._room += 1

    async def execute(self, query: str, *args: Any) -> str:
        self._enter()
        try:
            return await self._pool.execute(query, *args)  # type: ignore[no-any-return]
        finally:
            self._room += 1

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        """A connection inside a transaction, committed when the block ends without an error.

        Inside the block every statement goes through it: asking the pool for a second connection while holding one
        would let a few callers block each other for ever.
        """
        self._enter()
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                yield connection
        finally:
            self._room += 1

    async def reconnect(self) -> None:
        """Replace every connection when it is next used: the server behind them is not the one that takes writes."""
        await self._pool.expire_connections()

    async def close(self) -> None:
        """Give every connection back."""
        await self._pool.close()

    def _enter(self) -> None:
        if self._room <= 0:
            raise DatabaseAway("too many statements are waiting")
        self._room -= 1


async def connect(url: str, *, size: int, statement_cache: bool = True) -> Pool:
    """A pool of at most `size` connections, each made when it is first needed.

    `statement_cache` must be off behind PgBouncer in transaction mode.
    """
    pool = await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        timeout=CONNECT_TIMEOUT_S,
        command_timeout=STATEMENT_TIMEOUT_S,
        statement_cache_size=200 if statement_cache else 0,
        # No session state is ever left behind, so the reset query would be a round trip for nothing.
        reset=_nothing_to_reset,
    )
    return Pool(pool, queue=size * QUEUE_PER_CONNECTION)


async def _nothing_to_reset(_connection: Any) -> None:
    pass


_AWAY: Final[tuple[type[BaseException], ...]] = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
)
_AWAY_WORDS: Final = ("connection is closed", "connection was closed", "pool is closed", "connection has been released")


def is_away(error: BaseException) -> bool:
    """True if the error means that the database is gone for now, rather than that the statement was wrong."""
    if isinstance(error, asyncpg.InterfaceError):
        return any(words in str(error) for words in _AWAY_WORDS)
    return isinstance(error, (*_AWAY, DatabaseAway))


def asks_to_reconnect(error: BaseException) -> bool:
    """True if the server at the other end takes no writes any more: another one has taken its place."""
    return isinstance(error, asyncpg.ReadOnlySQLTransactionError)


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
