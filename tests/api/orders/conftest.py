"""Clients of our own API: in a demo tenant, and next door."""

import httpx
import pytest

from orderloom.desk.desk import Desk
from tests.conftest import PASSWORD
from tests.given_books import Book, new_tenant
from tests.harness import FaceClient, Server


async def whole_tenant(desk: Desk) -> tuple[Book, str]:
    caller, host = await new_tenant(desk, whole=True)
    return Book(desk, caller), host


@pytest.fixture(scope="module")
async def tenant_of_the_file(desk: Desk) -> tuple[Book, str]:
    return await whole_tenant(desk)


@pytest.fixture
async def demo_tenant(
    request: pytest.FixtureRequest, desk: Desk, tenant_of_the_file: tuple[Book, str]
) -> tuple[Book, str]:
    """A demo tenant of this test's own, or of its file, where the file says that its tests do not meet each other."""
    if getattr(request.module, "ONE_TENANT", False):
        return tenant_of_the_file
    return await whole_tenant(desk)


@pytest.fixture
def v1(demo_tenant: tuple[Book, str], http: httpx.AsyncClient, published: Server) -> FaceClient:
    """A client of our own API in the test's demo tenant, signed in as the demo user by password."""
    return FaceClient(published.url, demo_tenant[1], http, PASSWORD)


@pytest.fixture
def neighbour(neighbour_host: str, http: httpx.AsyncClient, published: Server) -> FaceClient:
    """The same in another tenant, where the demo user has the same password."""
    return FaceClient(published.url, neighbour_host, http, PASSWORD)
