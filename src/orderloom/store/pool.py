"""Connections to PostgreSQL, and what can be told from a failure."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, Protocol

import asyncpg

STATEMENT_TIMEOUT_S: Final = 30.0
CONNECT_TIMEOUT_S: Final = 5.0


class Db(Protocol):
    """What a statement needs: a pool or one connection of it."""

    async def fetch(self, query: str, *args: Any) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: Any) -> Any: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...
    async def execute(self, query: str, *args: Any) -> str: ...
    async def executemany(self, command: str, args: Any) -> None: ...


class DatabaseAway(Exception):
    """The database does not answer, or answers that it cannot take writes now; the caller may try again later."""


class Pool:
    """The connections of one process."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        # Bound once: these run on every request.
        self.fetch = pool.fetch
        self.fetchrow = pool.fetchrow
        self.fetchval = pool.fetchval
        self.execute = pool.execute
        self.executemany = pool.executemany

    def transaction(self) -> AbstractAsyncContextManager[Db]:
        """A connection inside a transaction, committed when the block ends without an error."""
        return _Transaction(self._pool)

    async def close(self) -> None:
        """Give every connection back."""
        await self._pool.close()


class _Transaction:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def __aenter__(self) -> Db:
        self._connection = await self._pool.acquire()
        try:
            self._transaction = self._connection.transaction()
            await self._transaction.start()
        except BaseException:
            await self._pool.release(self._connection)
            raise
        return self._connection  # type: ignore[no-any-return]

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            if error is None:
                await self._transaction.commit()
            else:
                await self._transaction.rollback()
        finally:
            await self._pool.release(self._connection)


async def connect(url: str, *, size: int, statement_cache: bool = True) -> Pool:
    """A pool of at most `size` connections, the first one made now. Raises DatabaseAway if that fails.

    `statement_cache` must be off behind PgBouncer in transaction mode.
    """
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size,
            timeout=CONNECT_TIMEOUT_S,
            command_timeout=STATEMENT_TIMEOUT_S,
            statement_cache_size=200 if statement_cache else 0,
            # No session state is ever left behind, so the reset query would be a round trip for nothing.
            reset=_nothing_to_reset,
        )
    except Exception as error:
        if is_away(error):
            raise DatabaseAway(str(error)) from error
        raise
    return Pool(pool)


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


def broken_constraint(error: asyncpg.IntegrityConstraintViolationError, names: Sequence[str]) -> str | None:
    """Which of these constraints the error is about.

    A distributed PostgreSQL does not pass the name on as a field and puts a shard's number behind it, so the
    message is searched as well.
    """
    told = getattr(error, "constraint_name", None) or ""
    message = str(error)
    return next((name for name in names if told.startswith(name) or f'"{name}' in message), None)


RETRYABLE: Final[tuple[type[BaseException], ...]] = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)

__all__ = ["RETRYABLE", "DatabaseAway", "Db", "Pool", "broken_constraint", "connect", "is_away"]
