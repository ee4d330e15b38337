"""The floor of our own API is a floor of the same thing: it answers what Orderloom answers."""

import asyncio
import http.client
import random
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from bench.scene import Ask, Scene

from bench import books, purchases, servers, traffic_own

ORDERS = 1_000
SCENE = Scene("purchases.test", ORDERS)
# What each assigns by itself.
OWN = frozenset(("id", "uuid", "code", "created_at", "created_by", "modified_at", "modified_by", "version"))


@pytest.fixture(scope="module")
def ports() -> Iterator[tuple[int, int]]:
    """Of the floor and of Orderloom, on one book."""
    with books.database() as (url, folder):
        tenant_id = asyncio.run(purchases.enter_book(url, SCENE.host, ORDERS))
        with servers.floor(url, tenant_id, 1, folder) as floor, servers.orderloom(url, 1, folder) as ours:
            yield floor.port, ours.port


@pytest.mark.parametrize("ask", [traffic_own.read, traffic_own.page])
def test_the_floor_reads_what_orderloom_reads(ports: tuple[int, int], ask: Ask) -> None:
    floor, ours = (_answer(port, _same(ask)) for port in ports)

    traffic_own.check(ours, 0)
    assert floor == ours


@pytest.mark.parametrize("ask", [traffic_own.create, traffic_own.patch])
def test_what_the_floor_writes_looks_as_if_orderloom_had_written_it(ports: tuple[int, int], ask: Ask) -> None:
    floor, ours = (_answer(port, _same(ask)) for port in ports)

    traffic_own.check(ours, 0)
    assert _compared(floor) == _compared(ours)


def _same(ask: Ask) -> bytes:
    """The same request each time."""
    return ask(SCENE, random.Random(5))  # noqa: S311 - nothing secret hangs on it


def _compared(order: dict[str, Any]) -> dict[str, Any]:
    lines = [{name: value for name, value in line.items() if name not in OWN} for line in order["lines"]]
    return {name: value for name, value in order.items() if name not in OWN} | {"lines": lines}


def _answer(port: int, request: bytes) -> Any:
    head, _, body = request.partition(b"\r\n\r\n")
    (method, path, _), *headers = (line.split(" ", 2) for line in head.decode().split("\r\n"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        told = {name.rstrip(":"): " ".join(value) for name, *value in headers}
        told.pop("Content-Length", None)
        connection.request(method, path, body or None, told)
        return msgspec.json.decode(connection.getresponse().read())
    finally:
        connection.close()
