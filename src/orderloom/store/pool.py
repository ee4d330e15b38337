"""Connections to PostgreSQL."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from time import monotonic
from typing import Any, Final, Protocol

import asyncpg

from orderloom.book.errors import TooCostly
from orderloom.store.failures import Busy, DatabaseAway

STATEMENT_TIMEOUT_S: Final = 30.0
SEARCH_TIMEOUT_S: Final = 10.0
CONNECT_TIMEOUT_S: Final = 5.0
# What the database knows our sessions by.
APPLICATION: Final = "orderloom"
# Statements that may wait for each connection of a pool.
QUEUE_PER_CONNECTION: Final = 50
# Searches that may go on or wait, unless somebody who knows more says otherwise.
MOST_SEARCHES: Final = 200
WAIT_S: Final = 10.0
IDLE_S: Final = 300.0
CLOSE_S: Final = 2.0


class Db(Protocol):
    """What a statement needs: a pool or one connection of it."""

    async def fetch(self, query: str, *args: Any) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: Any) -> Any: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...
    async def execute(self, query: str, *args: Any) -> str: ...


class SearchDb(Db, Protocol):
    """What a list needs whose conditions callers put together: a pool."""

    async def search(self, query: str, *args: Any) -> list[Any]: ...


class Pool:
    """The connections of one process, at most `size` of them, each made when it is first needed.

    A statement takes a free connection and gives it back; that costs a pop and an append. (asyncpg's own pool gives one
    back in a task of its own, which is a fifth of the time of a short request; nothing here leaves anything on a
    connection that would need it.) Those who wait form a queue that is bounded in length and time.
    """

    def __init__(self, make: Callable[[], Awaitable[Any]], *, size: int) -> None:
        self._make = make
        self._room = size
        self._free: list[tuple[Any, float]] = []
        self._lent: set[Any] = set()
        self._outdated: set[Any] = set()
        self._waiting: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._longest_queue = size * QUEUE_PER_CONNECTION
        self._closing = False
        self._ending: set[asyncio.Task[None]] = set()
        self._searches = asyncio.Semaphore(max(1, size // 2))
        self._searches_in_line: deque[float] = deque()
        self.searching = 0
        """Searches that are going on or wait for their turn."""
        self.most_searches = MOST_SEARCHES
        """Above this, a search is refused."""

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        return await self._fetch(query, args, None)

    async def search(self, query: str, *args: Any) -> list[Any]:
        """The rows of a statement that takes as long as what callers ask for.

        It is ended after SEARCH_TIMEOUT_S, and raises TooCostly then. Searches leave half of the connections to others;
        whoever would wait too long for one of the other half is refused with Busy.
        """
        if self.searching >= self.most_searches:
            raise Busy("too many searches are waiting")
        self.searching += 1
        try:
            return await self._search(query, args)
        finally:
            self.searching -= 1

    async def _search(self, query: str, args: tuple[Any, ...]) -> list[Any]:
        since = monotonic()
        self._searches_in_line.append(since)
        try:
            async with asyncio.timeout(WAIT_S):
                await self._searches.acquire()
        except TimeoutError:
            raise Busy("too many searches are going on") from None
        finally:
            self._searches_in_line.remove(since)
        try:
            return await self._fetch(query, args, SEARCH_TIMEOUT_S)
        finally:
            self._searches.release()

    async def _fetch(self, query: str, args: tuple[Any, ...], timeout_s: float | None) -> list[Any]:
        connection = await self._take()
        try:
            rows: list[Any] = await connection.fetch(query, *args, timeout=timeout_s)
        except BaseException as error:
            self._take_back(connection, error)
            # A timeout of the network is one too, but then the connection is gone.
            if timeout_s is not None and isinstance(error, TimeoutError) and not connection.is_closed():
                raise TooCostly from error
            raise
        self._give(connection)
        return rows

    async def fetchrow(self, query: str, *args: Any) -> Any:
        connection = await self._take()
        try:
            row = await connection.fetchrow(query, *args)
        except BaseException as error:
            self._take_back(connection, error)
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
            self._take_back(connection, error)
            raise
        self._give(connection)
        return tag

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        """A connection inside a transaction, committed when the block ends without an error.

        Inside the block every statement goes through it: asking the pool for a second connection while holding one
        would let a few callers block each other.
        """
        connection = await self._take()
        try:
            await connection.execute("begin")
            yield connection
            await connection.execute("commit")
        except BaseException as error:
            if _is_sound(connection, error):
                await self._roll_back(connection)
            else:
                self._take_back(connection, error)
            raise
        self._give(connection)

    def waited(self) -> float:
        """Seconds that whoever is first in line for a connection has waited."""
        return monotonic() - self._waiting[0][1] if self._waiting else 0.0

    def search_waited(self) -> float:
        """Seconds that the search that is first in line has waited for its turn."""
        return monotonic() - self._searches_in_line[0] if self._searches_in_line else 0.0

    def tidy(self) -> None:
        """Close what nobody needed for IDLE_S and refuse whoever has waited for WAIT_S; to be called now and then."""
        now = monotonic()
        while self._free and self._free[0][1] < now - IDLE_S:
            self._drop(self._free.pop(0)[0])
        while self._waiting and self._waiting[0][1] < now - WAIT_S:
            turn, _ = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(Busy("no connection became free"))

    async def close(self) -> None:
        """Close every free connection now and the busy ones when they are given back; nobody gets one any more."""
        self._closing = True
        while self._waiting:
            turn, _ = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(DatabaseAway("this process is ending"))
        while self._free:
            connection, _ = self._free.pop()
            with suppress(Exception):
                await connection.close(timeout=CLOSE_S)
        await asyncio.gather(*self._ending)

    async def _take(self) -> Any:
        while not self._closing:
            if self._free:
                connection, _ = self._free.pop()
            elif self._room:
                return await self._new()
            else:
                connection = await self._wait()
            if connection is not None:
                if not connection.is_closed():
                    self._lent.add(connection)
                    return connection
                self._drop(connection)
        raise DatabaseAway("this process is ending")

    async def _new(self) -> Any:
        self._room -= 1
        try:
            connection = await self._make()
        except BaseException:
            self._leave_room()
            raise
        self._lent.add(connection)
        return connection

    async def _wait(self) -> Any:
        """A connection that somebody gave back, or None when there is room for a new one."""
        if len(self._waiting) >= self._longest_queue:
            raise Busy("too many statements are waiting")
        turn: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((turn, monotonic()))
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:  # it came just as we gave up
                if turn.result() is None:
                    self._next(None)
                else:
                    self._give(turn.result())
            raise

    def _give(self, connection: Any) -> None:
        self._lent.discard(connection)
        if self._closing or (self._outdated and connection in self._outdated):
            self._drop(connection)
        elif not self._next(connection):
            self._free.append((connection, monotonic()))

    def _take_back(self, connection: Any, error: BaseException) -> None:
        """Take a connection back after an error; one that may be in the middle of something is closed."""
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
            self._renew()
        if _is_sound(connection, error):
            self._give(connection)
        elif isinstance(error, TimeoutError | asyncio.CancelledError):
            self._drop_in_peace(connection)
        else:
            self._drop(connection)

    def _drop_in_peace(self, connection: Any) -> None:
        """Close a connection on which a statement was given up, once the driver has told the server to end it.

        A connection that is cut off instead leaves the statement at work.
        """
        self._lent.discard(connection)
        self._outdated.discard(connection)
        task = asyncio.get_running_loop().create_task(self._end(connection))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _end(self, connection: Any) -> None:
        try:
            await connection.close(timeout=CLOSE_S)
        except Exception:
            connection.terminate()
        finally:
            self._leave_room()

    async def _roll_back(self, connection: Any) -> None:
        try:
            if connection.is_in_transaction():
                await connection.execute("rollback")
        except BaseException:
            self._drop(connection)
            raise
        self._give(connection)

    def _renew(self) -> None:
        """Replace every connection: the server at the other end takes no writes, so another one has taken its place."""
        free, self._free = self._free, []
        for connection, _ in free:
            self._drop(connection)
        self._outdated |= self._lent

    def _drop(self, connection: Any) -> None:
        self._lent.discard(connection)
        self._outdated.discard(connection)
        connection.terminate()
        self._leave_room()

    def _leave_room(self) -> None:
        self._room += 1
        self._next(None)

    def _next(self, connection: Any) -> bool:
        """Wake whoever waits longest; False if nobody does."""
        while self._waiting:
            turn, _ = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return True
        return False


def _is_sound(connection: Any, error: BaseException) -> bool:
    """Whether the connection can be used again: the error came from a statement or the caller, and both ends agree."""
    return isinstance(error, Exception) and not isinstance(error, _BROKEN) and not connection.is_closed()


_BROKEN: Final[tuple[type[Exception], ...]] = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.ReadOnlySQLTransactionError,
    # A server that is ending says so first; the driver calls the connection open until it has gone too.
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)


async def connect(url: str, *, size: int, statement_cache: bool = True) -> Pool:
    """A pool of at most `size` connections.

    `statement_cache` must be off behind PgBouncer in transaction mode.
    """

    async def make() -> Any:
        connection = await asyncpg.connect(
            url,
            timeout=CONNECT_TIMEOUT_S,
            command_timeout=STATEMENT_TIMEOUT_S,
            statement_cache_size=200 if statement_cache else 0,
            # JSON that the database makes shows moments in the session's zone.
            server_settings={"timezone": "UTC", "application_name": APPLICATION},
        )
        # As text a number keeps the form that it was given; the driver's own way makes 1E+4 of 10000.
        await connection.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=Decimal, format="text")
        return connection

    return Pool(make, size=size)
