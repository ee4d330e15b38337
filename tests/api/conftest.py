"""Clients of our own API: in this test's demo tenant, and next door."""

import httpx
import pytest

from orderloom.demo.people import DEMO_PASSWORD, DEMO_USER
from tests.given_books import Book
from tests.harness import FaceClient, Server


@pytest.fixture
def v1(demo_tenant: tuple[Book, str], neighbour_host: str, http: httpx.AsyncClient, published: Server) -> FaceClient:
    """A client of our own API in this test's demo tenant, signed in as the demo user."""
    client = FaceClient(published.url, demo_tenant[1], http, (DEMO_USER, DEMO_PASSWORD))
    client.neighbour = FaceClient(published.url, neighbour_host, http, (DEMO_USER, DEMO_PASSWORD))
    return client
