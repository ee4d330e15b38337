"""Connections: taken, given back, lost, waited for, and closed."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from orderloom.book.errors import TooCostly
from orderloom.store import pool as pool_module
from orderloom.store.failures import Busy, DatabaseAway, is_away
from orderloom.store.pool import QUEUE_PER_CONNECTION, Pool, connect

SIZE = 3


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    made = await connect(database_url, size=SIZE)
    yield made
    await made.close()


async def backends(pool: Pool) -> set[int]:
    """The server processes of every connection, all of them in use at once."""
    found = await asyncio.gather(*(pool.fetchval("select pg_backend_pid() from pg_sleep(0.05)") for _ in range(SIZE)))
    return set(found)


async def kill(url: str, pids: set[int]) -> None:
    """End these server processes."""
    other = await asyncpg.connect(url)
    for pid in pids:
        await other.execute("select pg_terminate_backend($1)", pid)
    await other.close()
    await asyncio.sleep(0.1)


async def works(pool: Pool) -> None:
    """Every place of the pool can be used, and more often than there are places."""
    async with asyncio.timeout(10):
        assert len(await backends(pool)) == SIZE
        assert await asyncio.gather(*(pool.fetchval("select 1") for _ in range(5 * SIZE))) == [1] * 5 * SIZE


async def test_a_connection_is_made_when_it_is_needed_and_used_again(pool: Pool) -> None:
    first = await pool.fetchval("select pg_backend_pid()")
    assert {await pool.fetchval("select pg_backend_pid()") for _ in range(5)} == {first}
    assert len(await backends(pool)) == SIZE


async def test_idle_connections_that_were_lost_are_replaced_without_an_error(pool: Pool, database_url: str) -> None:
    await kill(database_url, await backends(pool))
    await works(pool)


async def test_a_connection_on_which_the_server_said_good_bye_is_not_used_again(database_url: str) -> None:
    async with Between(database_url) as between:
        pool = await connect(between.url, size=1)
        pid = await pool.fetchval("select pg_backend_pid()")
        between.say_good_bye()
        await asyncio.sleep(0.05)
        with pytest.raises(Exception, match=r"cannot switch to state") as left:
            await pool.fetchval("select 1")
        assert is_away(left.value)
        assert await pool.fetchval("select pg_backend_pid()") != pid
        await pool.close()


async def test_a_connection_on_which_the_server_ends_while_it_works_is_not_used_again(database_url: str) -> None:
    async with Between(database_url) as between:
        pool = await connect(between.url, size=1)
        for work in (pool.fetchval("select pg_sleep(5)"), _in_a_transaction(pool, "select pg_sleep(5)")):
            pid = await pool.fetchval("select pg_backend_pid()")
            asking = asyncio.create_task(work)
            await asyncio.sleep(0.1)
            between.say_good_bye(then="ready")
            with pytest.raises(asyncpg.AdminShutdownError):
                await asking
            assert await pool.fetchval("select pg_backend_pid()") != pid
        await pool.close()


async def _in_a_transaction(pool: Pool, query: str) -> None:
    async with pool.transaction() as db:
        await db.execute(query)


class Between:
    """What stands between a pool and its PostgreSQL and can say that the server ends, without ending anything."""

    def __init__(self, url: str) -> None:
        self._socket = parse_qs(urlsplit(url).query)["host"][0] + "/.s.PGSQL.5432"
        self._to_pool: list[asyncio.StreamWriter] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Between":
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.url = f"postgresql://orderloom@127.0.0.1:{self._server.sockets[0].getsockname()[1]}/orderloom"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        for writer in self._to_pool:
            writer.close()

    def say_good_bye(self, then: str = "") -> None:
        """What PostgreSQL says on every connection when an administrator ends it."""
        fields = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
        ready = b"Z" + (5).to_bytes(4, "big") + b"I" if then == "ready" else b""
        for writer in self._to_pool:
            writer.write(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields + ready)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, asks = await asyncio.open_unix_connection(self._socket)
        self._to_pool.append(writer)
        self._tasks += [asyncio.create_task(pump(*pair)) for pair in ((reader, asks), (answers, writer))]


async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Hand on whatever comes, and the end of it."""
    while piece := await source.read(65536):
        sink.write(piece)
    sink.close()


async def test_a_connection_lost_in_the_middle_of_a_statement_is_not_used_again(pool: Pool, database_url: str) -> None:
    pids = await backends(pool)
    asking = [asyncio.create_task(pool.fetchval("select pg_sleep(5)")) for _ in range(SIZE)]
    await asyncio.sleep(0.1)
    await kill(database_url, pids)
    outcomes = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(each, Exception) and is_away(each) for each in outcomes)
    await works(pool)


async def test_a_cancelled_statement_costs_no_place(pool: Pool) -> None:
    for _ in range(2 * SIZE):
        task = asyncio.create_task(pool.fetchval("select pg_sleep(5)"))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await works(pool)


async def test_a_cancelled_wait_costs_no_place(pool: Pool) -> None:
    busy = [asyncio.create_task(pool.fetchval("select pg_sleep(0.2)")) for _ in range(SIZE)]
    await asyncio.sleep(0.05)
    waiting = [asyncio.create_task(pool.fetchval("select 1")) for _ in range(SIZE)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*busy, *waiting, return_exceptions=True)
    await works(pool)


async def test_a_wrong_statement_leaves_the_connection_as_it_was(pool: Pool) -> None:
    pid = await pool.fetchval("select pg_backend_pid()")
    for _ in range(2 * SIZE):
        with pytest.raises(asyncpg.UndefinedTableError):
            await pool.fetch("select * from nothing_of_this_name")
    assert await pool.fetchval("select pg_backend_pid()") == pid


async def test_a_transaction_is_committed_or_rolled_back_and_leaves_nothing_open(pool: Pool) -> None:
    await pool.execute("create table if not exists kept (number int)")
    async with pool.transaction() as db:
        await db.execute("insert into kept values (1)")
    for error in (ValueError("ours"), None):
        with pytest.raises((ValueError, asyncpg.DivisionByZeroError)):
            async with pool.transaction() as db:
                await db.execute("insert into kept values (2)")
                if error is not None:
                    raise error
                await db.execute("select 1 / 0")
    assert await pool.fetchval("select sum(number) from kept") == 1
    left_open = "select count(*) from pg_stat_activity where pid = any($1::int[]) and state like 'idle in %'"
    assert await pool.fetchval(left_open, list(await backends(pool))) == 0
    await pool.execute("drop table kept")
    await works(pool)


async def test_a_transaction_whose_connection_is_lost_costs_no_place(pool: Pool, database_url: str) -> None:
    for _ in range(2 * SIZE):
        with pytest.raises(Exception, match=r".") as lost:
            async with pool.transaction() as db:
                await kill(database_url, {await db.fetchval("select pg_backend_pid()")})
                await db.execute("select 1")
        assert is_away(lost.value)
    await works(pool)


async def test_when_the_server_takes_no_writes_every_connection_is_replaced(pool: Pool) -> None:
    await pool.execute("create table if not exists written (number int)")
    before = await backends(pool)
    # What a server does after another one was made the primary: its sessions still read.
    await asyncio.gather(
        *(pool.execute("set default_transaction_read_only = on; select pg_sleep(0.05)") for _ in range(SIZE))
    )
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await pool.execute("insert into written values (1)")
    await pool.execute("insert into written values (1)")
    assert not before & await backends(pool)
    await pool.execute("drop table written")
    await works(pool)


async def test_more_than_can_wait_is_refused_at_once(pool: Pool) -> None:
    asked = SIZE + SIZE * QUEUE_PER_CONNECTION + 20
    outcomes = await asyncio.gather(
        *(pool.fetchval("select pg_sleep(0.001)") for _ in range(asked)), return_exceptions=True
    )
    assert sum(isinstance(each, Busy) for each in outcomes) == 20
    await works(pool)


async def test_whoever_waits_too_long_is_refused(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "WAIT_S", 0.05)
    busy = [asyncio.create_task(pool.fetchval("select pg_sleep(0.4)")) for _ in range(SIZE)]
    await asyncio.sleep(0.05)
    waiting = asyncio.create_task(pool.fetchval("select 1"))
    await asyncio.sleep(0.1)
    pool.tidy()
    with pytest.raises(DatabaseAway):
        await waiting
    await asyncio.gather(*busy)
    await works(pool)


async def test_connections_that_nobody_needs_are_closed(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await backends(pool)
    pool.tidy()
    assert await backends(pool) == before
    monkeypatch.setattr(pool_module, "IDLE_S", 0.0)
    await asyncio.sleep(0.01)
    pool.tidy()
    assert not before & await backends(pool)
    await works(pool)


async def test_closing_waits_for_nobody_and_refuses_those_who_come(database_url: str) -> None:
    pool = await connect(database_url, size=1)
    busy = asyncio.create_task(pool.fetchval("select 1 from pg_sleep(0.2)"))
    await asyncio.sleep(0.05)
    waiting = asyncio.create_task(pool.fetchval("select 1"))
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        await pool.close()
    with pytest.raises(DatabaseAway):
        await waiting
    with pytest.raises(DatabaseAway):
        await pool.fetchval("select 1")
    assert await busy == 1


async def test_a_database_that_is_not_there_costs_no_place() -> None:
    pool = await connect("postgresql://nobody@127.0.0.1:1/nothing", size=1)
    for _ in range(5):
        with pytest.raises(OSError, match=r".") as error:
            await pool.fetchval("select 1")
        assert is_away(error.value)


@pytest.mark.parametrize(
    "error, away",
    [
        (asyncpg.DiskFullError("could not extend file"), True),
        (asyncpg.OutOfMemoryError("out of memory"), True),
        (asyncpg.PostgresIOError("could not read block 7"), True),
        (asyncpg.InternalServerError('could not extend file "base/1/2": Disk quota exceeded'), True),
        (asyncpg.InternalServerError("cache lookup failed for type 7"), False),
        (asyncpg.UndefinedTableError("could not extend file"), False),
    ],
)
def test_a_database_without_room_is_away_for_the_moment(error: Exception, away: bool) -> None:
    assert is_away(error) == away


async def test_a_search_that_takes_too_long_is_refused_and_ended_at_the_server(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "SEARCH_TIMEOUT_S", 0.2)
    with pytest.raises(TooCostly):
        await pool.search("select pg_sleep(20) as very_long")

    await nobody_is_at_work(pool, "select pg_sleep(20) as very_long")
    await works(pool)


async def test_a_connection_that_cannot_be_made_in_time_is_away_and_no_costly_search() -> None:
    async def make() -> None:
        raise TimeoutError

    pool = Pool(make, size=1)
    for ask in (pool.search, pool.fetch, pool.fetchval, pool.execute):
        with pytest.raises(TimeoutError) as error:
            await ask("select 1")
        assert is_away(error.value)


async def test_searches_leave_half_of_the_connections_to_others(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = await connect(database_url, size=4)
    try:
        long = [asyncio.create_task(pool.search("select pg_sleep(2)")) for _ in range(2)]
        await asyncio.sleep(0.2)
        third = asyncio.create_task(pool.search("select 3 as number"))
        async with asyncio.timeout(1):
            assert await asyncio.gather(*(pool.fetchval("select 1") for _ in range(50))) == [1] * 50
            async with pool.transaction() as db:
                assert await db.fetchval("select 1") == await pool.fetchval("select 1")
        assert not any(each.done() for each in (*long, third))

        monkeypatch.setattr(pool_module, "WAIT_S", 0.05)
        with pytest.raises(Busy):
            await pool.search("select 4")
        await asyncio.gather(*long)
        assert [row["number"] for row in await third] == [3]
    finally:
        await pool.close()


async def test_a_search_that_is_given_up_while_it_waits_costs_no_place(database_url: str) -> None:
    pool = await connect(database_url, size=2)
    try:
        long = asyncio.create_task(pool.search("select pg_sleep(0.3)"))
        await asyncio.sleep(0.1)
        waiting = asyncio.create_task(pool.search("select 1"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await long
        async with asyncio.timeout(5):
            for _ in range(3):
                assert len(await pool.search("select 1")) == 1
    finally:
        await pool.close()


async def test_a_statement_whose_caller_goes_away_is_ended_at_the_server(pool: Pool) -> None:
    asking = asyncio.create_task(pool.fetch("select pg_sleep(20) as left_alone"))
    await asyncio.sleep(0.2)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking

    await nobody_is_at_work(pool, "select pg_sleep(20) as left_alone")
    await works(pool)


async def nobody_is_at_work(pool: Pool, query: str) -> None:
    """Wait until no server process works on this statement."""
    async with asyncio.timeout(5):
        while await pool.fetchval("select count(*) from pg_stat_activity where query = $1", query):
            await asyncio.sleep(0.05)
