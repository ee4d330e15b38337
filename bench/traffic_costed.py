"""What a load asks of Synergist: purchases and what they cost, in a large book of purchases."""

import random
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from bench import purchases as book
from bench.scene import PAGE_SIZE, BadAnswer, Scene
from orderloom.demo.people import DEMO_PASSWORD, DEMO_USER
from orderloom.demo.records import BEGAN_AT

PURCHASES: Final = "/jsonapi/purchases.json"
LONG_PAGE: Final = 100
# Whoever calls says so in every call.
_CALLER: Final = {"user": DEMO_USER, "password": DEMO_PASSWORD, "version": "3.8", "company": "1"}
# Behind everything that a load changes.
_FAR_S: Final = 4_000_000_000
_FORM: Final = "Content-Type: application/x-www-form-urlencoded"


def details(scene: Scene, dice: random.Random) -> bytes:
    """One purchase by its id."""
    return _get(scene, purchase=book.FIRST_PURCHASE + dice.randint(1, scene.orders))


def page(scene: Scene, dice: random.Random) -> bytes:
    """The first 100 purchases of a phase."""
    return _get(scene, jobphase=_phase(scene, dice), rows=LONG_PAGE)


def search(scene: Scene, dice: random.Random) -> bytes:
    """The 25 dearest purchases of a phase from one supplier that were changed after the first fifth of the book."""
    before = scene.orders // 5
    number = dice.randint(before + 1, scene.orders)
    since = BEGAN_AT + timedelta(seconds=before * book.SECONDS_APART)
    return _get(
        scene,
        jobphase=book.phase_code(book.phase_of(number)),
        supplier=f"SUP-{book.supplier_of(number)}",
        timestampfrom=int(since.timestamp()),
        timestampto=_FAR_S,
        sort="COST ACTUAL",
        dir="DESC",
        rows=PAGE_SIZE,
    )


def update(scene: Scene, dice: random.Random) -> bytes:
    """Another estimated cost of one purchase, whose charge follows."""
    return updating(scene, [dice.randint(1, scene.orders)], dice)


def updating(scene: Scene, numbers: list[int], dice: random.Random) -> bytes:
    """The same of the purchases with these numbers in one call."""
    records = [
        {"poInternal": book.FIRST_PURCHASE + number, "poEstCost": dice.randrange(100, 1_000_000) / 100}
        for number in numbers
    ]
    told = {"action": "update", "input": msgspec.json.encode({"data": records}).decode()}
    body = urlencode(_CALLER | told)
    head = f"POST {PURCHASES} HTTP/1.1\r\nHost: {scene.host}\r\n{_FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    return f"{head}{body}".encode()


def check(document: Any, _: int) -> None:
    """Whether it is the envelope of purchases in either model, or of amounts after a change. Raises BadAnswer."""
    if document["success"] is not True or document["errorcode"] or document.get("warningmessage"):
        raise BadAnswer("not a success")
    if not document["data"]:
        raise BadAnswer("an empty page")
    for each in document["data"]:
        if len(each["poUuid"]) != 32 or ("poTheirRef" not in each and each["poEstRecChgOut"] <= each["poEstCost"]):
            raise BadAnswer("not a purchase")


def _phase(scene: Scene, dice: random.Random) -> str:
    """A phase that has purchases, even in a small book."""
    return book.phase_code(book.phase_of(dice.randint(1, scene.orders)))


def _get(scene: Scene, **asked: object) -> bytes:
    return f"GET {PURCHASES}?{urlencode(_CALLER | asked)} HTTP/1.1\r\nHost: {scene.host}\r\n\r\n".encode()
