"""What a load asks of our own API: orders with their lines, in a large book of purchases."""

import random
from typing import Any, Final
from urllib.parse import quote

from bench import purchases as book
from bench import titles
from bench.scene import Ask, BadAnswer, Scene, request
from orderloom.demo.people import DEMO_KEY

ORDERS: Final = "/v1/orders"
BULK: Final = f"{ORDERS}/bulk"
LONG_PAGE: Final = 100
_KEY: Final = f"Bearer {DEMO_KEY}"


def read(scene: Scene, dice: random.Random) -> bytes:
    """One order by its id."""
    return request("GET", f"{ORDERS}/{book.FIRST_PURCHASE + _number(scene, dice)}", scene, _KEY)


def page(scene: Scene, dice: random.Random) -> bytes:
    """The newest 100 orders of a customer with their lines."""
    customer = book.customer_of(_number(scene, dice))
    return request("GET", f"{ORDERS}?customer_id={customer}&limit={LONG_PAGE}", scene, _KEY)


def create(scene: Scene, dice: random.Random) -> bytes:
    """A purchase with three lines."""
    return request("POST", ORDERS, scene, _KEY, new_order(scene, dice))


def new_order(scene: Scene, dice: random.Random) -> dict[str, Any]:
    """The same as a document: everything that it refers to is in the book."""
    number = _number(scene, dice)
    lines = [
        {
            "item_id": book.item_of(number, place),
            "quantity": f"{dice.randrange(1, 1000)}.5",
            "price": f"{dice.randrange(100, 100_000) / 100}",
            "facility_id": book.facility_of(number),
        }
        for place in range(book.LINES_EACH)
    ]
    return {
        "type": "purchase_order",
        "number": f"B-{dice.randrange(10**9)}",
        "title": f"Boards {dice.randrange(10**6)}",
        "customer_id": book.customer_of(number),
        "supplier_id": dice.randint(1, book.SUPPLIERS),
        "issued_at": "2025-03-01T09:30:00Z",
        "lines": lines,
    }


def bulk(scene: Scene, dice: random.Random, number: int) -> bytes:
    """So many of them in one call."""
    return request("POST", BULK, scene, _KEY, {"orders": [new_order(scene, dice) for _ in range(number)]})


def patch(scene: Scene, dice: random.Random) -> bytes:
    """Other notes of an order, and another quantity on its first line; the other two stay as they are."""
    number = _number(scene, dice)
    lines: list[dict[str, Any]] = [
        {"id": book.FIRST_LINE + number * book.LINES_EACH + place} for place in range(book.LINES_EACH)
    ]
    lines[0]["quantity"] = f"{dice.randrange(1, 1000)}.25"
    change = {"notes": f"Note {dice.randrange(10**6)}", "lines": lines}
    return request("PATCH", f"{ORDERS}/{book.FIRST_PURCHASE + number}", scene, _KEY, change)


def check(document: Any, _: int) -> None:
    """Whether it is an order with its lines, or a page of them. Raises BadAnswer."""
    shown = document.get("orders", [document])
    if not shown:
        raise BadAnswer("an empty page")
    for each in shown:
        if len(each["lines"]) != book.LINES_EACH or not each["code"].startswith("ORD-") or not each["costing"]:
            raise BadAnswer("not an order with its lines")


def rare(scene: Scene, dice: random.Random) -> bytes:
    """A word that a few dozen orders have."""
    return _search(scene, dice.choice(titles.rare(scene.orders)))


def two(scene: Scene, dice: random.Random) -> bytes:
    """Two words that many orders have each, and fewer both."""
    words = titles.FREQUENT[dice.randrange(len(titles.FREQUENT))]
    return _search(scene, " ".join(dice.sample(words[1:], 2)))


def beginning(scene: Scene, dice: random.Random) -> bytes:
    """The first four letters of a word, as somebody types them."""
    words = (*titles.FREQUENT[dice.randrange(len(titles.FREQUENT))], *titles.rare(scene.orders))
    return _search(scene, f"{dice.choice(words)[:4]}*")


def common(scene: Scene, _: random.Random) -> bytes:
    """The word that most orders have: about every tenth."""
    return _search(scene, titles.FREQUENT[0][0])


def unknown(scene: Scene, dice: random.Random) -> bytes:
    """A word that no order has."""
    return _search(scene, f"zzq{dice.randrange(10**6)}")


# The sorts of query, what each is called, and how often it stands in the mix.
SEARCHES: Final[dict[str, tuple[Ask, str, int]]] = {
    "own_search_rare": (rare, "one rare word", 8),
    "own_search_two": (two, "two words", 5),
    "own_search_beginning": (beginning, "the beginning of a word", 3),
    "own_search_common": (common, "a very common word", 2),
    "own_search_unknown": (unknown, "a word that nothing has", 2),
}


def check_search(document: Any, _: int) -> None:
    """Whether it is a list of orders, however many: it depends on the words. Raises BadAnswer."""
    if "next" not in document or any("lines" not in each for each in document["orders"]):
        raise BadAnswer("not a list of orders")


def _search(scene: Scene, words: str) -> bytes:
    return request("GET", f"{ORDERS}?search={quote(words, safe='*')}", scene, _KEY)


def _number(scene: Scene, dice: random.Random) -> int:
    return dice.randint(1, scene.orders)
