"""Fixtures: one PostgreSQL and two servers for the whole run, a tenant of its own for each test."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from orderloom.demo.people import DEMO_CLIENT, DEMO_PASSWORD, DEMO_SECRET, DEMO_TOKEN, DEMO_USER
from orderloom.desk.desk import Desk
from orderloom.store import embedded
from orderloom.store.pool import connect
from orderloom.store.schema import migrate
from tests.given_books import Book, new_tenant
from tests.harness import FaceClient, Server, serving, short_folder


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
    """A tenant of this test's own, without orders: a hand on its data, and its host name."""
    caller, host = await new_tenant(desk)
    return Book(desk, caller), host


@pytest.fixture
def book(tenant: tuple[Book, str]) -> Book:
    """A hand on the data of this test's tenant."""
    return tenant[0]


@pytest.fixture
async def demo_tenant(desk: Desk) -> tuple[Book, str]:
    """A tenant of this test's own with everything that the demo book holds."""
    caller, host = await new_tenant(desk, whole=True)
    return Book(desk, caller), host


@pytest.fixture
def demo_book(demo_tenant: tuple[Book, str]) -> Book:
    """A hand on the data of this test's demo tenant."""
    return demo_tenant[0]


@pytest.fixture
async def neighbour_host(desk: Desk) -> str:
    """The host name of another tenant, which holds the demo book too."""
    _, host = await new_tenant(desk, whole=True)
    return host


@pytest.fixture
async def homs(
    tenant: tuple[Book, str], desk: Desk, http: httpx.AsyncClient, published: Server, current: Server
) -> FaceClient:
    """A HOMS client in this test's tenant, signed in as the demo user."""
    client = FaceClient(published.url, tenant[1], http, API_TOKEN)
    client.current = FaceClient(current.url, tenant[1], http, API_TOKEN)
    _, other_host = await new_tenant(desk)
    client.neighbour = FaceClient(published.url, other_host, http, API_TOKEN)
    return client


@pytest.fixture
def demo_homs(demo_tenant: tuple[Book, str], http: httpx.AsyncClient, published: Server) -> FaceClient:
    """A HOMS client in this test's demo tenant."""
    return FaceClient(published.url, demo_tenant[1], http, API_TOKEN)


@pytest.fixture
def intouch(
    demo_tenant: tuple[Book, str], neighbour_host: str, http: httpx.AsyncClient, published: Server
) -> FaceClient:
    """An InTouch client in this test's demo tenant, signed in as the demo user."""
    client = FaceClient(published.url, demo_tenant[1], http, PASSWORD)
    client.neighbour = FaceClient(published.url, neighbour_host, http, PASSWORD)
    return client


@pytest.fixture
async def iinsight(
    demo_tenant: tuple[Book, str], neighbour_host: str, http: httpx.AsyncClient, published: Server
) -> FaceClient:
    """An iinsight client in this test's demo tenant, with an access token of the demo user."""
    client = FaceClient(published.url, demo_tenant[1], http, None)
    client.neighbour = FaceClient(published.url, neighbour_host, http, None)
    for each in (client, client.neighbour):
        form = {"grant_type": "password", "username": DEMO_USER, "password": DEMO_PASSWORD}
        answer = await each.post("/auth/login", auth=(DEMO_CLIENT, DEMO_SECRET), data=form)
        each.auth = answer.json()["access_token"]
    return client


@pytest.fixture
async def extensiv(
    demo_tenant: tuple[Book, str], neighbour_host: str, http: httpx.AsyncClient, published: Server
) -> FaceClient:
    """An Extensiv client in this test's demo tenant, with an access token of the demo client."""
    client = FaceClient(published.url, demo_tenant[1], http, None)
    client.neighbour = FaceClient(published.url, neighbour_host, http, None)
    for each in (client, client.neighbour):
        grant = {"grant_type": "client_credentials", "user_login": DEMO_USER}
        answer = await each.post("/AuthServer/api/Token", auth=(DEMO_CLIENT, DEMO_SECRET), json=grant)
        each.auth = answer.json()["access_token"]
    return client


API_TOKEN = (DEMO_USER, DEMO_TOKEN)
PASSWORD = (DEMO_USER, DEMO_PASSWORD)
