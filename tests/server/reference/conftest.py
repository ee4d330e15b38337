"""A server of the demo book, and tenants of it."""

from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import asyncpg
import pytest
from tests.given_books import new_tenant
from tests.harness import Server, serving

from orderloom.desk.desk import Desk
from orderloom.store.pool import connect

DATABASE = "demo"


@pytest.fixture(scope="session")
async def demo_url(database_url: str) -> str:
    """A database of its own, so that its first tenant can be the demo's."""
    db = await asyncpg.connect(database_url)
    await db.execute(f"create database {DATABASE}")
    await db.close()
    return urlsplit(database_url)._replace(path=f"/{DATABASE}").geturl()


@pytest.fixture(scope="session")
def demo_server(demo_url: str) -> Iterator[Server]:
    """A server of the demo book, which has no brake on guessing."""
    with serving("--demo", database_url=demo_url, wrong_tries_account="0", wrong_tries_address="0") as server:
        yield server


@pytest.fixture(scope="session")
async def demo_desk(demo_server: Server, demo_url: str) -> AsyncIterator[Desk]:
    """A desk at the database of that server."""
    pool = await connect(demo_url, size=2)
    yield Desk(pool)
    await pool.close()


@pytest.fixture
async def fresh_host(demo_desk: Desk) -> str:
    """The host name of another tenant of that server, who has a demo book that nobody has touched."""
    _, host = await new_tenant(demo_desk, whole=True)
    return host
