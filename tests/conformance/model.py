"""One small model of the book: what an order is, and what a write through each face makes of it. Source: the design.

It speaks the book's words; how a face spells them is the table's part. A write that is refused raises Refused.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from orderloom.demo.people import DEMO_USER
from tests.conformance.faces import OTHER_USER
from tests.conformance.matrix.table import (
    CUSTOMER_OF_CASE,
    EXTENSIV,
    HEAD,
    HOMS,
    IINSIGHT,
    INTOUCH,
    ITEMS,
    LINE,
    STOCKED,
    SYNERGIST,
    money,
)
from tests.conformance.matrix.words import Field
from tests.conformance.model_costs import ACTUAL, NO_COSTS, Costs

Values = Mapping[str, Any]
KINDS: Final = {
    "purchase_order": "purchase",
    STOCKED: "purchase",
    "Without custom fields": "general",
    "case_type_1": "general",
}
USERS: Final = (DEMO_USER, OTHER_USER)
# Who writes through each face.
USER_OF: Final = dict.fromkeys((EXTENSIV, INTOUCH, IINSIGHT), DEMO_USER) | dict.fromkeys((HOMS, SYNERGIST), OTHER_USER)
# Of the demo book, by customer, folded.
TAKEN: Final = {1: {"po-locked"}, 2: {"012082", "012083"}}
CUSTOMER_WITH_ITEMS: Final = 1
_FROM_LINES: Final = tuple(f"costing {name}" for name in ACTUAL)


class Refused(Exception):
    """The write is refused, and nothing changes."""


@dataclass
class Line:
    """One line; `product` is an item that InTouch named and the customer does not have."""

    id: int
    values: dict[str, Any]
    product: int | None = None

    def seen_by(self, face: str) -> dict[str, Any]:
        """Its values as this face knows them."""
        item = self.values["item"]
        known = {"id": self.id, "sku": ITEMS[item]["sku"] if item else None}
        return self.values | known | ({"item": item or self.product} if face == INTOUCH else {})


@dataclass
class Order:
    """One order; `owner` is a login that InTouch named and nobody has."""

    id: int
    code: str
    kind: str
    values: dict[str, Any]
    created_by: str
    modified_by: str
    lines: list[Line] = field(default_factory=list)
    owner: str | None = None
    is_estimate: bool = False
    follows_lines: bool = True
    is_being_received: bool = False
    version: int = 1
    modifications: int = 0
    """How often it was written, without the writes to its items."""

    def is_shown_by(self, face: str) -> bool:
        """Whether the face shows such orders."""
        if face == IINSIGHT:
            return self.kind == "purchase" and self.values["case"] is not None
        return self.kind == "purchase" or face in (HOMS, INTOUCH)

    def seen_by(self, face: str) -> dict[str, Any]:
        """Its values as this face knows them."""
        known = {
            "id": self.id,
            "code": self.code,
            "version": self.version,
            "created_by": self.created_by,
            "modified_by": self.modified_by,
            "is_estimate": self.is_estimate,
            "costing charge, its second name": self.values["costing charge"],
        }
        owner = {"responsible": self.values["responsible"] or self.owner} if face == INTOUCH else {}
        return self.values | known | owner

    def changes(self, face: str, values: Values) -> dict[str, Any]:
        """Those values that differ from what the face shows: the others ask for nothing."""
        changes = differing(HEAD, face, self.seen_by(face), values)
        # Custom fields are those of a type: beside another type they are all meant.
        if "data" in values and changes.get("type", self.values["type"]) != STOCKED:
            raise Refused("no custom fields")
        return changes | ({"data": values["data"]} if "type" in changes and "data" in values else {})


def differing(fields: Mapping[str, Field], face: str, seen: Values, values: Values) -> dict[str, Any]:
    """Those values that a face would show otherwise than what it shows."""
    found = {}
    for name, value in values.items():
        word = fields[name].words[face]
        kept = word.keeps(value)
        if word.spells(kept) != word.spelled_of(seen, name):
            found[name] = kept
    return found


class Book:
    """The orders of one run by their places, in the order in which they were entered; None is one that was deleted."""

    def __init__(self) -> None:
        self.orders: list[Order | None] = []

    @property
    def there(self) -> list[Order]:
        return [order for order in self.orders if order is not None]

    def at(self, place: int, face: str) -> Order:
        """The order at this place, if there is one and the face shows it."""
        order = self.orders[place]
        if order is None or not order.is_shown_by(face):
            raise Refused("not there")
        return order

    # What can be asked for

    def enter(self, face: str, values: Values) -> Order:
        """A new order; its id and code are the server's to give."""
        kept = {name: HEAD[name].words[face].keeps(value) for name, value in values.items()}
        blank = dict.fromkeys(HEAD) | NO_COSTS | {"type": "purchase_order", "state": "to_execute", "archived": False}
        if face == INTOUCH:
            blank |= {"responsible": DEMO_USER, "price_currency": "CZK"}
        order = Order(0, "", "", blank, USER_OF[face], USER_OF[face])
        self._set_type(order, face, kept.get("type", "purchase_order"))
        if kept.get("case"):
            order.values["customer"] = CUSTOMER_OF_CASE[kept["case"]]
        if face == EXTENSIV:
            self._check_number(kept["number"], kept["customer"])
        self._apply(order, face, {name: value for name, value in kept.items() if name != "type"}, new=True)
        if face == SYNERGIST:
            order.is_estimate = True
            Costs(order.values).begin_estimate(kept)
        self.orders.append(order)
        return order

    def change(self, face: str, place: int, values: Values) -> Order:
        """Change these fields and no other."""
        order = self.at(place, face)
        return self._amended(order, face, order.changes(face, values))

    def replace(self, face: str, place: int, values: Values, kept_lines: Iterable[int] = ()) -> Order:
        """Replace all that the face shows by these fields. Extensiv replaces the lines too: it keeps those places."""
        order = self.at(place, face)
        words = {name: field.words[face] for name, field in HEAD.items() if face in field.words}
        whole = {name: word.default for name, word in words.items() if word.changes and name != "type"}
        if face == INTOUCH:
            whole["responsible"] = order.created_by
        order = self._amended(order, face, order.changes(face, whole | dict(values)))
        if face == EXTENSIV:
            order.lines = [line for number, line in enumerate(order.lines) if number in set(kept_lines)]
            self._follow_lines(order)
        return order

    def put_back(self, face: str, place: int, times: int) -> None:
        """Write the order back as it was shown, so often, its items included."""
        order = self.at(place, face)
        _written(order, face)
        order.version += times - 1

    def promote(self, place: int) -> Order:
        """Make an estimate real; the server gives it a number if it has none."""
        order = self.at(place, SYNERGIST)
        if not order.is_estimate:
            raise Refused("real already")
        order.is_estimate = order.follows_lines = False
        Costs(order.values).promote()
        return _written(order, SYNERGIST)

    def invest(self, place: int, on: bool) -> Order:
        order = self.at(place, SYNERGIST)
        Costs(order.values).invest(on)
        return _written(order, SYNERGIST)

    def delete(self, face: str, place: int) -> None:
        order = self.at(place, face)
        if face == INTOUCH or order.is_being_received:
            raise Refused("in use, or never")
        self.orders[place] = None

    def enter_line(self, face: str, place: int, values: Values) -> Line:
        """A new line at the end; its id is the server's to give."""
        order = self.at(place, face)
        blank = dict.fromkeys(LINE) | {"locked": False, "qualifier": ""}
        line = Line(0, blank)
        kept = {name: LINE[name].words[face].keeps(value) for name, value in values.items()}
        self._apply_to_line(order, line, face, kept)
        order.lines.append(line)
        self._follow_lines(order)
        _written_on_a_line(order, face)
        return line

    def change_line(self, face: str, place: int, number: int, values: Values, *, whole: bool = False) -> Line:
        """Change these fields of a line; of a whole line all others that the face shows take their defaults."""
        order = self.at(place, face)
        line = order.lines[number]
        words = {name: field.words[face] for name, field in LINE.items() if face in field.words}
        given = ({name: word.default for name, word in words.items() if word.changes} if whole else {}) | dict(values)
        self._apply_to_line(order, line, face, differing(LINE, face, line.seen_by(face), given))
        self._follow_lines(order)
        _written_on_a_line(order, face)
        return line

    def remove_line(self, place: int, number: int) -> Order:
        order = self.at(place, EXTENSIV)
        del order.lines[number]
        self._follow_lines(order)
        return _written(order, EXTENSIV)

    # What follows

    def numbers(self) -> set[str]:
        """Every number that a purchase has."""
        return {str(order.values["number"]) for order in self.there if order.values["number"]} | set().union(
            *TAKEN.values()
        )

    def _amended(self, order: Order, face: str, changes: dict[str, Any]) -> Order:
        changed = deepcopy(order)
        if "type" in changes:
            self._set_type(changed, face, changes.pop("type"))
        if "customer" in changes:
            self._check_move(order, face)
        if face == EXTENSIV and "number" in changes:
            self._check_number(changes["number"], changes.get("customer", order.values["customer"]), besides=order)
        self._apply(changed, face, changes)
        vars(order).update(vars(changed))
        return _written(order, face)

    def _apply(self, order: Order, face: str, changes: dict[str, Any], *, new: bool = False) -> None:
        """Set what was asked for, where it is more than to set it."""
        if "responsible" in changes and face == INTOUCH:
            order.owner = None
            if changes["responsible"] not in (*USERS, None):
                order.owner, changes["responsible"] = changes["responsible"], None
        if "data" in changes:
            if order.values["type"] != STOCKED:
                raise Refused("no custom fields")
            changes["data"] = (order.values["data"] or {}) | HEAD["data"].words[HOMS].spells(changes["data"])
        costs = {name: changes.pop(name) for name in list(changes) if name.startswith("costing ")}
        order.values |= changes
        for name, value in () if new else costs.items():
            Costs(order.values).give(name.removeprefix("costing "), value)
            if name in _FROM_LINES:
                order.follows_lines = False

    def _set_type(self, order: Order, face: str, code: str) -> None:
        kind = KINDS[code]
        if order.kind and kind != order.kind:
            raise Refused("another kind")
        if face == HOMS:
            order.values["data"] = None
        order.kind, order.values["type"] = kind, code

    def _check_move(self, order: Order, face: str) -> None:
        """Whether the order may go to another customer."""
        if order.values["customer"] is None:
            return
        if face == EXTENSIV or (order.kind == "purchase" and any(line.values["item"] for line in order.lines)):
            raise Refused("another customer")

    def _check_number(self, number: str, customer: int | None, *, besides: Order | None = None) -> None:
        others = [order for order in self.there if order is not besides and order.kind == "purchase"]
        taken = {
            str(order.values["number"]).casefold()
            for order in others
            if order.values["number"] and order.values["customer"] == customer
        }
        if number.casefold() in taken | TAKEN.get(customer or 0, set()):
            raise Refused("a number of another purchase")

    def _apply_to_line(self, order: Order, line: Line, face: str, changes: dict[str, Any]) -> None:
        item = changes.get("item")
        known = item is None or (order.values["customer"] == CUSTOMER_WITH_ITEMS and item in ITEMS)
        if face == EXTENSIV and not known:
            raise Refused("an item of somebody else")
        after = line.values | changes
        if (
            face == EXTENSIV
            and changes.keys() & {"item", "qualifier"}
            and (after["qualifier"], after["item"]) == ("Blue", 2)
        ):
            raise Refused("a qualifier of another item")
        if "item" in changes and face == INTOUCH:
            line.product = None
            if not known:
                line.product, changes["item"] = item, None
        line.values |= changes

    def _follow_lines(self, order: Order) -> None:
        """Let the cost be what the lines come to, where nobody has entered it."""
        if order.kind != "purchase" or order.is_estimate or not order.follows_lines:
            return
        total = money(sum((_worth(line) for line in order.lines), Decimal(0)))
        costs = Costs(order.values)
        if costs["cost"] != total:
            costs.give("cost", total)


def _worth(line: Line) -> Decimal:
    quantity, price = line.values["quantity"], line.values["price"]
    return Decimal(0) if quantity is None or price is None else quantity * price


def _written(order: Order, face: str) -> Order:
    """The order one version on, written through this face."""
    order.version += 1
    order.modifications += 1
    order.modified_by = USER_OF[face]
    return order


def _written_on_a_line(order: Order, face: str) -> None:
    """The same for a line: an item of InTouch leaves when and by whom its order was modified."""
    if face == INTOUCH:
        order.version += 1
    else:
        _written(order, face)
