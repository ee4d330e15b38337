"""Clients of Synergist: in this test's demo tenant, and next door."""

import httpx
import pytest

from tests.given_books import Book
from tests.harness import FaceClient, Server

from .given import AUTH


@pytest.fixture
def synergist(demo_tenant: tuple[Book, str], http: httpx.AsyncClient, published: Server) -> FaceClient:
    """A Synergist client in this test's demo tenant, whose parameters name the demo user."""
    return FaceClient(published.url, demo_tenant[1], http, AUTH)


@pytest.fixture
def neighbour(neighbour_host: str, http: httpx.AsyncClient, published: Server) -> FaceClient:
    """A Synergist client in another tenant, where the demo user has the same password."""
    return FaceClient(published.url, neighbour_host, http, AUTH)
