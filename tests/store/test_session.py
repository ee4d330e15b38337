"""One connection in the place of a pool."""

from collections.abc import AsyncIterator

import pytest

from orderloom.book.errors import TooCostly
from orderloom.store import session as session_module
from orderloom.store.pool import Pool, connect
from orderloom.store.session import Session


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    made = await connect(database_url, size=1)
    yield made
    await made.close()


async def test_a_search_that_takes_too_long_is_refused_and_the_transaction_goes_on(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "SEARCH_TIMEOUT_S", 0.2)
    async with pool.transaction() as db:
        await db.execute("create temporary table noted (text text) on commit drop")
        session = Session(db)
        await session.execute("insert into noted values ('before')")
        with pytest.raises(TooCostly):
            await session.search("with late as (insert into noted values ('late')) select pg_sleep(20)")
        await session.execute("insert into noted values ('after')")
        assert [row[0] for row in await session.search("select text from noted")] == ["before", "after"]


async def test_a_connection_that_is_lost_in_a_search_is_no_costly_search(pool: Pool) -> None:
    with pytest.raises(Exception) as lost:  # noqa: PT011 - whatever the driver says
        async with pool.transaction() as db:
            await Session(db).search("select pg_terminate_backend(pg_backend_pid())")
    assert not isinstance(lost.value, TooCostly)
    assert await pool.fetchval("select 1") == 1
