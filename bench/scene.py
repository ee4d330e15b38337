"""Where the requests of a load go, and how one is put into bytes."""

import base64
import random
from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

PAGE_SIZE: Final = 25


class Scene(NamedTuple):
    """Where the requests go: the tenant's host name, how many orders it began with, and the page size to ask for."""

    host: str
    orders: int
    page_size: int = PAGE_SIZE


Ask = Callable[[Scene, random.Random], bytes]


class BadAnswer(Exception):
    """The first answer on a connection is not what the kind of load must get."""


def request(
    method: str, path: str, scene: Scene, authorization: str, body: object = None, *, accept: str = "*/*"
) -> bytes:
    """A request with these credentials in its head, and with this as JSON if it has a body."""
    head = f"{method} {path} HTTP/1.1\r\nHost: {scene.host}\r\nAuthorization: {authorization}\r\nAccept: {accept}\r\n"
    if body is None:
        return f"{head}\r\n".encode()
    text = msgspec.json.encode(body)
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text


def basic(name: str, secret: str) -> str:
    """The header of HTTP Basic."""
    return f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"
