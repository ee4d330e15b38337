"""The requests of each kind of load, as bytes ready to be sent."""

import base64
import random
from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from orderloom.demo.people import DEMO_TOKEN, DEMO_USER
from orderloom.demo.records import VACATION_DATA

PATH: Final = "/api/orders"
CYCLE: Final = 5_000
PAGE_SIZE: Final = 25
_BASIC: Final = base64.b64encode(f"{DEMO_USER}:{DEMO_TOKEN}".encode()).decode()


class Scene(NamedTuple):
    """Where the requests go: the tenant's host name, how many orders it began with, and the page size to ask for."""

    host: str
    orders: int
    page_size: int = PAGE_SIZE


Ask = Callable[[Scene, random.Random], bytes]


def requests(kind: str, scene: Scene, seed: int) -> list[bytes]:
    """A cycle of requests, to be sent over and over; the same seed gives the same ones."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret hangs on it
    asks, weights = zip(*KINDS[kind], strict=True)
    return [ask(scene, dice) for ask in dice.choices(asks, weights, k=CYCLE)]


def read(scene: Scene, dice: random.Random) -> bytes:
    """One order by its code."""
    return _request("GET", f"{PATH}/{_code(scene, dice)}", scene)


def page(scene: Scene, _: random.Random) -> bytes:
    """The newest orders."""
    query = "" if scene.page_size == PAGE_SIZE else f"?page=1&page_size={scene.page_size}"
    return _request("GET", PATH + query, scene)


def create(scene: Scene, dice: random.Random) -> bytes:
    """A vacation request, complete."""
    data = VACATION_DATA | {"motivationText": f"Reason {dice.randrange(10**6)}"}
    return _request("POST", PATH, scene, {"order_type_code": "vacation_request", "data": data})


def change(scene: Scene, dice: random.Random) -> bytes:
    """A new process state and a new value of one custom field."""
    number = dice.randrange(10**6)
    order = {"bp_state": f"s{number}", "data": {"resolution": f"r{number}"}}
    return _request("PUT", f"{PATH}/{_code(scene, dice)}", scene, order)


def overwrite(scene: Scene, dice: random.Random) -> bytes:
    """The same as PATCH, which the floor takes as one blind UPDATE."""
    return change(scene, dice).replace(b"PUT", b"PATCH", 1)


KINDS: Final[dict[str, list[tuple[Ask, int]]]] = {
    "read": [(read, 1)],
    "page": [(page, 1)],
    "create": [(create, 1)],
    "change": [(change, 1)],
    "overwrite": [(overwrite, 1)],
    "mixed": [(read, 6), (page, 2), (create, 1), (change, 1)],
}


def _code(scene: Scene, dice: random.Random) -> str:
    return f"ORD-{dice.randint(1, scene.orders)}"


def _request(method: str, path: str, scene: Scene, order: object = None) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: {scene.host}\r\nAuthorization: Basic {_BASIC}\r\nAccept: */*\r\n"
    if order is None:
        return f"{head}\r\n".encode()
    body = msgspec.json.encode({"order": order})
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
