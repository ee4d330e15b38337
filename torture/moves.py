"""What a client of each face does: enter orders, change them, put lines on them, delete them.

Every move carries a marker, a text that no other write has.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, NamedTuple

import httpx
from tests.conformance.face import Ask, Face
from tests.conformance.faces import EXTENSIV, HOMS, IINSIGHT, INTOUCH, SYNERGIST
from tests.conformance.own_face import V1


@dataclass
class Known:
    """An order that a client knows of: the book's id, what its face calls it, and the lines it has put on it."""

    id: int
    name: str
    lines: list[int] = field(default_factory=list)
    is_estimate: bool = False
    is_deleted: bool = False


class Told(NamedTuple):
    """What an acknowledgement says of the order, None where it says nothing."""

    order_id: int | None = None
    name: str = ""
    version: int | None = None


NOTHING: Final = Told()


@dataclass(frozen=True)
class Move:
    """A write about to be made, the orders that it is about, and how its acknowledgement is read."""

    what: str
    ask: Ask
    about: tuple[Known, ...] = ()
    reads: Callable[[httpx.Response], Told] = lambda _: NOTHING
    enters: bool = False
    deletes: bool = False
    promotes: bool = False
    restores: bool = False
    copies: int = 1
    """How many orders get the marker, all of them or none."""
    apart: bool = False
    """Whether each of them is written for itself."""
    line_id: Callable[[Any], int] | None = None


Play = Callable[[Random, str, list[Known], list[Known]], Move]
"""The next move of a client, with its marker, its own orders and those that it shares with all others."""

LINE_PRICES: Final = (4.25, 10.5)


def enter(
    face: Face, ask: Ask, name: Callable[[Any], str] | None = None, version: Callable[[Any], int] | None = None
) -> Move:
    """A new order, which the face calls by its id unless it is told otherwise."""

    def read(answer: httpx.Response) -> Told:
        body = answer.json()
        order_id = face.entered(body)
        return Told(order_id, name(body) if name else str(order_id), version(body) if version else None)

    return Move("enter", ask, reads=read, enters=True)


def homs(dice: Random, marker: str, own: list[Known], shared: list[Known]) -> Move:
    """A client of HOMS."""
    if not own or dice.random() < 0.35:
        return enter(HOMS, HOMS.enter({"ext_code": marker}), lambda body: str(body["order"]["code"]))
    if dice.random() < 0.15:
        order = dice.choice(own)
        return Move("delete", Ask("DELETE", f"/api/orders/{order.name}"), (order,), deletes=True)
    order = dice.choice(shared if dice.random() < 0.5 else own)
    return Move("change", Ask("PUT", f"/api/orders/{order.name}", {"order": {"bp_state": marker}}), (order,))


def iinsight(dice: Random, marker: str, own: list[Known], shared: list[Known]) -> Move:
    """A client of iinsight, which can enter and delete."""
    if len(own) < 3 or dice.random() < 0.6:
        return enter(IINSIGHT, IINSIGHT.enter({"purchase_order": marker}))
    order = dice.choice(own)
    path = f"/api1/purchase_orders/delete?case_id=3&purchase_order_id={order.id}"
    return Move("delete", Ask("DELETE", path), (order,), deletes=True)


def intouch(dice: Random, marker: str, own: list[Known], shared: list[Known]) -> Move:
    """A client of InTouch, which never deletes."""
    if not own or dice.random() < 0.25:
        return enter(INTOUCH, INTOUCH.enter({"name": marker}))
    order = dice.choice(shared if dice.random() < 0.3 else own)
    path = f"/api/buscases/{order.id}"
    chance = dice.random()
    if chance < 0.4:
        item = {"title": marker, "quantity": dice.randint(1, 9), "price": 10.5}
        return Move("line", Ask("POST", f"{path}/buscaseitems", item), (order,), line_id=lambda body: int(body["id"]))
    if chance < 0.7 and order in own and order.lines:
        item = {"note": marker, "quantity": dice.randint(1, 9)}
        return Move("line", Ask("PATCH", f"{path}/buscaseitems/{dice.choice(order.lines)}", item), (order,))
    return Move("change", Ask("PATCH", path, {"comment": marker}), (order,))


def extensiv(dice: Random, marker: str, own: list[Known], shared: list[Known]) -> Move:
    """A client of Extensiv, whose purchases always have lines."""
    if not own or dice.random() < 0.35:
        return enter(EXTENSIV, Ask("POST", "/inventory/pos", _po(dice, marker)))
    whatever = {"headers": {"If-Match": "*"}}
    if dice.random() < 0.15:
        order = dice.choice(own)
        return Move("delete", Ask("DELETE", f"/inventory/pos/{order.id}", more=whatever), (order,), deletes=True)
    order = dice.choice(shared if dice.random() < 0.3 else own)
    body = _po(dice, marker) | {"notes": marker}
    return Move("change", Ask("PUT", f"/inventory/pos/{order.id}", body, more=whatever), (order,))


def _po(dice: Random, marker: str) -> dict[str, Any]:
    lines = [
        {"itemIdentifier": {"sku": "SKU-1"}, "quantity": dice.randint(1, 99), "price": price} for price in LINE_PRICES
    ]
    return {"purchaseOrderNumber": marker, "customerIdentifier": {"id": 1}, "lineItems": lines}


def synergist(dice: Random, marker: str, own: list[Known], shared: list[Known]) -> Move:
    """A client of Synergist: estimates, costs, promotions, and calls about several purchases at once."""
    if not own or dice.random() < 0.25:
        texts: Mapping[str, Any] = {"poDescription": marker, "poEstCost": dice.randint(1, 999)}
        return enter(SYNERGIST, SYNERGIST.enter(texts), version=_version)
    chance = dice.random()
    estimates = [order for order in own if order.is_estimate]
    if chance < 0.15 and estimates:
        order = dice.choice(estimates)
        return Move("promote", _call("promote", purchase=str(order.id)), (order,), reads=_first_row, promotes=True)
    if chance < 0.25:
        order = dice.choice(own)
        return Move("delete", _call("delete", {"poInternal": order.id}), (order,), deletes=True)
    if chance < 0.5 and len(own) > 1:
        several = tuple(dice.sample(own, min(len(own), 5)))
        records = [{"poInternal": order.id, "poTheirRef": marker} for order in several]
        return Move("several", _call("update", *records), several, copies=len(several))
    order = dice.choice(shared if dice.random() < 0.4 else own)
    record = {"poInternal": order.id, "poTheirRef": marker, "poEstCost": dice.randint(1, 999)}
    return Move("change", _call("update", record), (order,), reads=_first_row)


def _call(action: str, *records: dict[str, Any], **more: str) -> Ask:
    body: dict[str, Any] = {"action": action, **more}
    if records:
        body["input"] = {"data": list(records)}
    return Ask("POST", "/jsonapi/purchases.json?version=3.3", body)


def _version(body: Any) -> int:
    return int(body["data"][0]["poRecordVersionNumber"])


def _first_row(answer: httpx.Response) -> Told:
    body = answer.json()
    return Told(int(body["data"][0]["poInternal"]), version=_version(body))


def v1(dice: Random, marker: str, own: list[Known], shared: list[Known]) -> Move:
    """A client of our own API: whole orders with lines, many at once, and deleted ones that come back."""
    deleted = [order for order in own if order.is_deleted]
    there = [order for order in own if not order.is_deleted]
    chance = dice.random()
    if deleted and chance < 0.1:
        order = dice.choice(deleted)
        return Move("restore", Ask("POST", f"/v1/orders/{order.id}/restore", {}), (order,), restores=True)
    lines = [
        {"title": "One of two", "quantity": str(dice.randint(1, 99)), "price": str(price)} for price in LINE_PRICES
    ]
    if not there or chance < 0.35:
        body = {"type": "purchase_order", "case_id": 3, "customer_id": 1, "title": marker, "lines": lines}
        return enter(V1, Ask("POST", "/v1/orders", body), version=lambda body: int(body["version"]))
    if chance < 0.45:
        one = {"type": "support_request", "title": marker}
        return Move("many", Ask("POST", "/v1/orders/bulk", {"orders": [one] * 3}), copies=3, apart=True)
    if chance < 0.6:
        order = dice.choice(there)
        return Move("delete", Ask("DELETE", f"/v1/orders/{order.id}"), (order,), deletes=True)
    order = dice.choice(shared if dice.random() < 0.3 else there)
    more = {"lines": lines} if dice.random() < 0.5 else {}
    ask = Ask("PATCH", f"/v1/orders/{order.id}", {"notes": marker, **more})
    if order in shared:
        return Move("change", ask, (order,))  # the answer shows the order as it is, which may be after another's change
    return Move("change", ask, (order,), reads=lambda answer: Told(order.id, version=int(answer.json()["version"])))


PLAYS: Final[Mapping[str, tuple[Face, Play]]] = {
    face.name: (face, play)
    for face, play in (
        (HOMS, homs),
        (IINSIGHT, iinsight),
        (INTOUCH, intouch),
        (EXTENSIV, extensiv),
        (SYNERGIST, synergist),
        (V1, v1),
    )
}
