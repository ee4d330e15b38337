"""Fixtures: one PostgreSQL and two servers for the whole run, a tenant of its own for each test."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from orderloom.desk.desk import Desk
from orderloom.store import embedded
from orderloom.store.pool import connect
from orderloom.store.schema import migrate
from tests.given_books import Book, new_tenant
from tests.harness import HomsClient, Server, serving, short_folder


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A real PostgreSQL with the current schema."""
    with short_folder() as folder, embedded.serve(folder / "data") as url:
        migrate(url)
        yield url


@pytest.fixture(scope="session")
def published(database_url: str) -> Iterator[Server]:
    """A server with the default settings."""
    with serving(database_url=database_url, homs_shape="published") as server:
        yield server


@pytest.fixture(scope="session")
def current(database_url: str) -> Iterator[Server]:
    """A server that imitates the later releases of HOMS."""
    with serving(database_url=database_url, homs_shape="current") as server:
        yield server


@pytest.fixture(scope="session")
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """A desk at the same database as the servers, in this process."""
    pool = await connect(database_url, size=5)
    yield Desk(pool)
    await pool.close()


@pytest.fixture(scope="session")
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """Connections to the servers."""
    async with httpx.AsyncClient(timeout=30) as client:
        yield client


@pytest.fixture
async def tenant(desk: Desk) -> tuple[Book, str]:
    """A tenant of this test's own: a hand on its data, and its host name."""
    caller, host = await new_tenant(desk)
    return Book(desk, caller), host


@pytest.fixture
def book(tenant: tuple[Book, str]) -> Book:
    """A hand on the data of this test's tenant."""
    return tenant[0]


@pytest.fixture
async def homs(
    tenant: tuple[Book, str], desk: Desk, http: httpx.AsyncClient, published: Server, current: Server
) -> HomsClient:
    """A HOMS client in this test's tenant, signed in as the demo user."""
    client = HomsClient(published.url, tenant[1], http)
    client.current = HomsClient(current.url, tenant[1], http)
    _, other_host = await new_tenant(desk)
    client.neighbour = HomsClient(published.url, other_host, http)
    return client
