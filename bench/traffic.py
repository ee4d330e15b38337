"""The requests of each kind of load, as bytes ready to be sent, and what their answers must be."""

import itertools
import random
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from bench import purchases as purchases_book
from bench import traffic_costed, traffic_own
from bench.records import (
    ACCESS_TOKEN,
    CASES,
    FIRST_ITEM,
    FIRST_ORDER,
    ITEMS_EACH,
    ORDERS_READ,
    ORDERS_WRITTEN,
    PURCHASES_EACH,
)
from bench.scene import PAGE_SIZE, Ask, BadAnswer, Scene, basic, request
from orderloom.demo.people import DEMO_PASSWORD, DEMO_TOKEN, DEMO_USER
from orderloom.demo.records import VACATION_DATA

PATH: Final = "/api/orders"
CYCLE: Final = 5_000
ITEMS: Final = "/api/buscases/{}/buscaseitems"
POS: Final = "/inventory/pos"
HAL: Final = "application/hal+json"
# Stands for a number that has to be new, and is as long as one.
NEW: Final = "N" + "#" * 29
_NEW: Final = NEW.encode()
_NEW_EACH_TIME: Final = frozenset(("create_po",))


class Kind(NamedTuple):
    """What a load asks for, each with its weight, and what looks at an answer: it raises BadAnswer."""

    asks: tuple[tuple[Ask, int], ...]
    check: Callable[[Any, int], None]


def requests(kind: str, scene: Scene, seed: int) -> list[bytes]:
    """A cycle of requests, to be sent over and over; the same seed gives the same ones."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret hangs on it
    asks, weights = zip(*KINDS[kind].asks, strict=True)
    return [ask(scene, dice) for ask in dice.choices(asks, weights, k=CYCLE)]


def endless(kind: str, scene: Scene, seed: int) -> Iterator[bytes]:
    """The cycle of requests over and over; where a number has to be new, each has one that no other run has."""
    over_and_over = itertools.cycle(requests(kind, scene, seed))
    if kind not in _NEW_EACH_TIME:
        return over_and_over
    first = random.SystemRandom().getrandbits(96)
    numbered = zip(over_and_over, itertools.count(first), strict=False)
    return (request.replace(_NEW, b"N%029d" % number) for request, number in numbered)


def read(scene: Scene, dice: random.Random) -> bytes:
    """One order by its code."""
    return _homs("GET", f"{PATH}/{_code(scene, dice)}", scene)


def page(scene: Scene, _: random.Random) -> bytes:
    """The newest orders."""
    query = "" if scene.page_size == PAGE_SIZE else f"?page=1&page_size={scene.page_size}"
    return _homs("GET", PATH + query, scene)


def create(scene: Scene, dice: random.Random) -> bytes:
    """A vacation request, complete."""
    data = VACATION_DATA | {"motivationText": f"Reason {dice.randrange(10**6)}"}
    return _homs("POST", PATH, scene, {"order_type_code": "vacation_request", "data": data})


def change(scene: Scene, dice: random.Random) -> bytes:
    """A new process state and a new value of one custom field."""
    number = dice.randrange(10**6)
    order = {"bp_state": f"s{number}", "data": {"resolution": f"r{number}"}}
    return _homs("PUT", f"{PATH}/{_code(scene, dice)}", scene, order)


def overwrite(scene: Scene, dice: random.Random) -> bytes:
    """The same as PATCH, which the floor takes as one blind UPDATE."""
    return change(scene, dice).replace(b"PUT", b"PATCH", 1)


def item(scene: Scene, dice: random.Random) -> bytes:
    """One item of an InTouch order."""
    order, place = dice.randrange(ORDERS_READ), dice.randrange(ITEMS_EACH)
    path = f"{ITEMS.format(FIRST_ORDER + order)}/{FIRST_ITEM + order * ITEMS_EACH + place}"
    return request("GET", path, scene, _PASSWORD)


def items(scene: Scene, dice: random.Random) -> bytes:
    """All 100 items of an InTouch order."""
    path = ITEMS.format(FIRST_ORDER + dice.randrange(ORDERS_READ))
    return request("GET", f"{path}?size={ITEMS_EACH}", scene, _PASSWORD)


def enter_item(scene: Scene, dice: random.Random) -> bytes:
    """A new item of an InTouch order that nobody reads."""
    path = ITEMS.format(FIRST_ORDER + ORDERS_READ + dice.randrange(ORDERS_WRITTEN))
    new = {"title": f"Dodávka {dice.randrange(10**6)}", "quantity": 12, "unit": "kg", "price": 10.5, "totalPrice": 126}
    return request("POST", path, scene, _PASSWORD, new)


def insert_item(scene: Scene, dice: random.Random) -> bytes:
    """The same with a parameter that nobody knows but the floor, which then leaves the order as it is."""
    return enter_item(scene, dice).replace(b" HTTP/1.1", b"?blind=1 HTTP/1.1", 1)


def purchases(scene: Scene, dice: random.Random) -> bytes:
    """The purchase orders of an iinsight case."""
    path = f"/api1/purchase_orders?case_id={dice.randint(1, CASES)}"
    return request("GET", path, scene, f"Bearer {ACCESS_TOKEN}")


def po(scene: Scene, dice: random.Random) -> bytes:
    """One Extensiv purchase order in HAL."""
    return request("GET", f"{POS}/{_purchase(scene, dice)}", scene, _BEARER, accept=HAL)


def pos(scene: Scene, dice: random.Random) -> bytes:
    """The first 100 purchase orders of a customer, in HAL."""
    return request("GET", f"{POS}?rql=customeridentifier.id=={_customer(dice)}", scene, _BEARER, accept=HAL)


def po_search(scene: Scene, dice: random.Random) -> bytes:
    """The newest 25 closed purchase orders of a customer in a year, in HAL."""
    rql = f"customeridentifier.id=={_customer(dice)};readonly.closed==true;readonly.creationdate=lt=2017-01-01"
    query = f"rql={rql}&sort=-readonly.creationdate&pgsiz={PAGE_SIZE}"
    return request("GET", f"{POS}?{query}", scene, _BEARER, accept=HAL)


def create_po(scene: Scene, dice: random.Random) -> bytes:
    """A purchase order with three lines, complete; its number is new."""
    customer = _customer(dice)
    line = {"qualifier": "", "quantity": 2.5, "expectedFacility": {"id": 1}, "price": 4.25}
    items = [customer * purchases_book.ITEMS_EACH + each for each in range(purchases_book.LINES_EACH)]
    new = {
        "purchaseOrderNumber": NEW,
        "customerIdentifier": {"id": customer},
        "issueDate": "2025-03-01T09:30:00",
        "supplier": {"contactId": dice.randint(1, purchases_book.SUPPLIERS)},
        "externalId": f"E-{dice.randrange(10**9)}",
        "lineItems": [line | {"itemIdentifier": {"id": item}} for item in items],
    }
    return request("POST", POS, scene, _BEARER, new, accept=HAL)


def put_po(scene: Scene, dice: random.Random) -> bytes:
    """The same purchase order with other notes and another quantity on its first line, whatever its tag."""
    number = dice.randint(1, scene.orders)
    customer, facility = purchases_book.customer_of(number), purchases_book.facility_of(number)
    lines = [
        {
            "purchaseOrderLineItemId": purchases_book.FIRST_LINE + number * purchases_book.LINES_EACH + place,
            "itemIdentifier": {"id": purchases_book.item_of(number, place)},
            "qualifier": "",
            "quantity": dice.randrange(1, 1000) if place == 0 else place + 1.5,
            "expectedFacility": {"id": facility},
            "expectedDate": "2016-05-16T10:52:48",
            "price": purchases_book.price_of(number),
        }
        for place in range(purchases_book.LINES_EACH)
    ]
    new = {
        "purchaseOrderNumber": f"PO-{number}",
        "customerIdentifier": {"id": customer},
        "supplier": {"contactId": purchases_book.supplier_of(number)},
        "notes": f"Note {dice.randrange(10**6)}",
        "externalId": f"EXT-{number}",
        "lineItems": lines,
    }
    path = f"{POS}/{purchases_book.FIRST_PURCHASE + number}"
    return request("PUT", path, scene, _BEARER, new, accept=HAL).replace(b"\r\n", b"\r\nIf-Match: *\r\n", 1)


def _purchase(scene: Scene, dice: random.Random) -> int:
    return purchases_book.FIRST_PURCHASE + dice.randint(1, scene.orders)


def _customer(dice: random.Random) -> int:
    return dice.randint(1, purchases_book.CUSTOMERS)


def _check_pos(document: Any, _: int) -> None:
    shown = [document] if "readOnly" in document else next(iter(document["_embedded"].values()))
    if not shown:
        raise BadAnswer("an empty page")
    for each in shown:
        if len(each["lineItems"]) != purchases_book.LINES_EACH or "self" not in each["_links"]:
            raise BadAnswer("not a purchase order")


def _check_orders(document: Any, page_size: int) -> None:
    shown = document.get("orders", [document.get("order")])
    if len(shown) != (page_size if "orders" in document else 1):
        raise BadAnswer(f"a page of {len(shown)}")
    for order in shown:
        if not order or not order["code"].startswith("ORD-") or "employeeEmail" not in order["data"]:
            raise BadAnswer("not an order")


def _check_items(document: Any, _: int) -> None:
    shown = document.get("items", [document])
    if "items" in document and not len(shown) == document["total"] == ITEMS_EACH:
        raise BadAnswer(f"a page of {len(shown)}")
    for each in shown:
        if not each["title"].startswith("Dodávka") or each["unit"] != "kg":
            raise BadAnswer("not an item")


def _check_purchases(document: Any, _: int) -> None:
    if len(document) != PURCHASES_EACH or not all(each["record_id"].isdecimal() for each in document):
        raise BadAnswer(f"a list of {len(document)}")


KINDS: Final = {
    "read": Kind(((read, 1),), _check_orders),
    "page": Kind(((page, 1),), _check_orders),
    "create": Kind(((create, 1),), _check_orders),
    "change": Kind(((change, 1),), _check_orders),
    "overwrite": Kind(((overwrite, 1),), _check_orders),
    "mixed": Kind(((read, 6), (page, 2), (create, 1), (change, 1)), _check_orders),
    "item": Kind(((item, 1),), _check_items),
    "items": Kind(((items, 1),), _check_items),
    "enter_item": Kind(((enter_item, 1),), _check_items),
    "insert_item": Kind(((insert_item, 1),), _check_items),
    "purchases": Kind(((purchases, 1),), _check_purchases),
    "po": Kind(((po, 1),), _check_pos),
    "pos": Kind(((pos, 1),), _check_pos),
    "po_search": Kind(((po_search, 1),), _check_pos),
    "create_po": Kind(((create_po, 1),), _check_pos),
    "put_po": Kind(((put_po, 1),), _check_pos),
    "costed": Kind(((traffic_costed.details, 1),), traffic_costed.check),
    "costed_page": Kind(((traffic_costed.page, 1),), traffic_costed.check),
    "costed_search": Kind(((traffic_costed.search, 1),), traffic_costed.check),
    "costed_update": Kind(((traffic_costed.update, 1),), traffic_costed.check),
    "own": Kind(((traffic_own.read, 1),), traffic_own.check),
    "own_page": Kind(((traffic_own.page, 1),), traffic_own.check),
    "own_create": Kind(((traffic_own.create, 1),), traffic_own.check),
    "own_patch": Kind(((traffic_own.patch, 1),), traffic_own.check),
    **{name: Kind(((ask, 1),), traffic_own.check_search) for name, (ask, _, _) in traffic_own.SEARCHES.items()},
    "own_search": Kind(
        tuple((ask, weight) for ask, _, weight in traffic_own.SEARCHES.values()), traffic_own.check_search
    ),
}


def _code(scene: Scene, dice: random.Random) -> str:
    return f"ORD-{dice.randint(1, scene.orders)}"


def _homs(method: str, path: str, scene: Scene, order: object = None) -> bytes:
    return request(method, path, scene, _TOKEN, None if order is None else {"order": order})


_TOKEN: Final = basic(DEMO_USER, DEMO_TOKEN)
_BEARER: Final = f"Bearer {ACCESS_TOKEN}"
_PASSWORD: Final = basic(DEMO_USER, DEMO_PASSWORD)
