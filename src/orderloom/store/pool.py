"""Connections to PostgreSQL, and what can be told from a failure."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

import asyncpg

STATEMENT_TIMEOUT_S: Final = 30.0
CONNECT_TIMEOUT_S: Final = 5.0
# Statements that may wait for each connection of a pool.
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

    asyncpg's pool makes them and takes them back when something is wrong with one. In between they stay here: handing
    one over costs a pop and an append, where asyncpg's own acquire and release cost a task and a fifth of the time of a
    short request. Those who wait for a connection form a queue of bounded length; above it the caller is refused at
    once, so that a slow database cannot fill the memory.
    """

    def __init__(self, pool: Any, *, size: int) -> None:
        self._pool = pool
        self._room = size
        self._free: list[Any] = []
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._longest_queue = size * QUEUE_PER_CONNECTION

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        connection = await self._take()
        try:
            rows: list[Any] = await connection.fetch(query, *args)
        except BaseException as error:
            await self._back(connection, error)
            raise
        self._give(connection)
        return rows

    async def fetchrow(self, query: str, *args: Any) -> Any:
        connection = await self._take()
        try:
            row = await connection.fetchrow(query, *args)
        except BaseException as error:
            await self._back(connection, error)
            raise
        self._give(connection)
        return row

    async def fetchval(self, query: str, *args: Any) -> Any:
        row = await self.fetchrow(query, *args)
        return None if row is None else row[0]

    async def execute(self, query: str, *args: Any) -> str:
        connection = await self._take()
        try:
            tag: str = await connection.execute(query, *args)
        except BaseException as error:
            await self._back(connection, error)
            raise
        self._give(connection)
        return tag

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        """A connection inside a transaction, committed when the block ends without an error.

        Inside the block every statement goes through it: asking the pool for a second connection while holding one
        would let a few callers block each other for ever.
        """
        connection = await self._take()
        try:
            async with connection.transaction():
                yield connection
        except BaseException as error:
            await self._back(connection, error)
            raise
        self._give(connection)

    async def close(self) -> None:
        """Close every connection, the busy ones when they are given back."""
        free, self._free = self._free, []
        for connection in free:
            await self._pool.release(connection)
        await self._pool.close()

    async def _take(self) -> Any:
        while True:
            if self._free:
                connection = self._free.pop()
            elif self._room:
                return await self._make()
            else:
                connection = await self._wait()
            if connection is not None:
                if not connection.is_closed():
                    return connection
                await self._discard(connection)

    async def _make(self) -> Any:
        self._room -= 1
        try:
            return await self._pool.acquire()
        except BaseException:
            self._leave_room()
            raise

    async def _wait(self) -> Any:
        """A connection that somebody gave back, or None when there is room for a new one."""
        if len(self._waiting) >= self._longest_queue:
            raise DatabaseAway("too many statements are waiting")
        turn: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it came just as we gave up
                if turn.result() is None:
                    self._next(None)
                else:
                    self._give(turn.result())
            raise

    def _give(self, connection: Any) -> None:
        if not self._next(connection):
            self._free.append(connection)

    async def _back(self, connection: Any, error: BaseException) -> None:
        """Take a connection back after an error; one that may be in the middle of something is not used again."""
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
            # The server at the other end takes no writes any more: another one has taken its place.
            await self._pool.expire_connections()
        elif isinstance(error, Exception) and not isinstance(error, (OSError, asyncpg.InterfaceError)):
            self._give(connection)
            return
        await self._discard(connection)

    async def _discard(self, connection: Any) -> None:
        try:
            await self._pool.release(connection)
        finally:
            self._leave_room()

    def _leave_room(self) -> None:
        self._room += 1
        self._next(None)

    def _next(self, connection: Any) -> bool:
        """Wake whoever waits longest; False if nobody does."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return True
        return False


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
    return Pool(pool, size=size)


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
