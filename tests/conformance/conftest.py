"""Two tenants with the demo book: the test's own, and its neighbour's."""

import httpx
import pytest

from orderloom.desk.desk import Desk
from tests.conformance.face import Tenant
from tests.given_books import Book, new_tenant
from tests.harness import FaceClient, Server


@pytest.fixture
def here(demo_tenant: tuple[Book, str], http: httpx.AsyncClient, published: Server) -> Tenant:
    """The tenant of this test."""
    book, host = demo_tenant
    return Tenant(book, FaceClient(published.url, host, http, None))


@pytest.fixture
async def next_door(desk: Desk, http: httpx.AsyncClient, published: Server) -> Tenant:
    """Another tenant, whose users have the same names and passwords."""
    caller, host = await new_tenant(desk, whole=True)
    return Tenant(Book(desk, caller), FaceClient(published.url, host, http, None))
