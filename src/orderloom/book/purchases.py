"""Orders with their lines; a warehouse sees purchases so, with their supplier and the names of everything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import UNSET
from msgspec.structs import replace as struct_replace

from orderloom.book import contacts, lines, orders
from orderloom.book.contacts import Contact
from orderloom.book.errors import BadInput, Fault, collecting
from orderloom.book.events import Author
from orderloom.book.items import PLAIN
from orderloom.book.lines import Item, Line
from orderloom.book.orders import NOBODY, Order, References, Wish
from orderloom.book.purchase_wishes import CustomerName, FacilityName, Found, GoodsWish, PurchaseWish, Reference
from orderloom.book.types import OrderType

MAX_LINES: Final = 2_000
# A number that is claimed stands in an index, whose entries have a bound in bytes.
MAX_NUMBER: Final = 255


class Goods(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A line as a warehouse sees it; `sku` is that of the item, `facility` the name of where it is expected."""

    id: int
    item_id: int | None
    sku: str | None
    qualifier: str | None
    quantity: Decimal | None
    price: Decimal | None
    facility_id: int | None
    facility: str | None
    expected_at: datetime | None
    cancel_at: datetime | None
    notes: str | None
    external_id: str | None


class Purchase(msgspec.Struct, frozen=True, gc=False):
    """A purchase with its lines in their order. `is_receiving`: a receipt for it is open."""

    id: int
    code: str
    number: str | None
    state: str
    external_id: str | None
    notes: str | None
    issued_at: datetime | None
    created_at: datetime
    modified_at: datetime
    version: int
    customer: CustomerName | None
    supplier: Contact | None
    goods: Sequence[Goods]
    is_receiving: bool


class AmendedLine(NamedTuple):
    """A line after a change, what the change altered, and the name of its facility."""

    line: Line
    changes: dict[str, Any]
    facility: str | None


class Amended(NamedTuple):
    """A purchase after a change.

    `changes` are those of the head. `lines` are all that it has now, in their order; those that were entered have the
    id 0 still. `removed` are those that went.
    """

    order: Order
    changes: dict[str, Any]
    customer: CustomerName | None
    supplier: Contact | None
    lines: Sequence[AmendedLine]
    removed: Sequence[Line] = ()

    @property
    def entered(self) -> list[AmendedLine]:
        return [each for each in self.lines if not each.line.id]

    @property
    def altered(self) -> list[AmendedLine]:
        return [each for each in self.lines if each.line.id and each.changes]


class StandingLine(Line, frozen=True, gc=False, array_like=True):
    """A line with the name of its facility."""

    facility: str | None = None


class Standing(NamedTuple):
    """A purchase as it stands: as it is shown, its whole order, and its whole lines in the same order."""

    purchase: Purchase
    order: Order
    lines: Sequence[StandingLine]


def place(
    wish: PurchaseWish,
    order_type: OrderType,
    found: Found,
    known: References = NOBODY,
    *,
    at: datetime,
    author: Author,
) -> Amended:
    """A new order as wished, with its lines. `known` is what the head names. Raises BadInput with every fault."""
    faults: list[Fault] = []
    head = _head(wish, None, found, faults)
    placed = None
    with collecting(faults):
        placed = orders.place(head, order_type, known, at=at, author=author)
    lines = _Change(wish, found, {}, 0, at, author, faults).lines()
    if faults or placed is None:
        raise BadInput(*faults)
    return Amended(*placed, found.customer, found.supplier, lines)


def amend(
    standing: Standing,
    wish: PurchaseWish,
    found: Found,
    known: References = NOBODY,
    *,
    order_type: OrderType | None = None,
    at: datetime,
    author: Author,
) -> Amended:
    """The order with the wish fulfilled, one version on; it stays of its type if none is given.

    Raises BadInput with every fault of the wish.
    """
    shown, order, stored = standing
    faults: list[Fault] = []
    head = _head(wish, order.customer_id, found, faults)
    amended = None
    with collecting(faults):
        amended = orders.amend(order, head, order_type or order.type, known, at=at, author=author)
    lines = _Change(wish, found, {line.id: line for line in stored}, order.id, at, author, faults).lines()
    if faults or amended is None:
        raise BadInput(*faults)
    kept = {each.line.id for each in lines}
    customer = shown.customer if wish.customer is UNSET else found.customer
    supplier = shown.supplier if wish.supplier is UNSET else found.supplier
    return Amended(*amended, customer, supplier, lines, [line for line in stored if line.id not in kept])


def shown(amended: Amended, before: Purchase | None, *, order_id: int, code: str, line_ids: Iterable[int]) -> Purchase:
    """The purchase as it is shown after the change, with the ids of the lines that were entered in their order."""
    order, ids = amended.order, iter(line_ids)
    return Purchase(
        order_id,
        code,
        order.number,
        order.state,
        order.external_id,
        order.notes,
        order.issued_at,
        order.created_at,
        order.modified_at,
        order.version,
        amended.customer,
        amended.supplier,
        [goods_of(each.line, each.facility, each.line.id or next(ids)) for each in amended.lines],
        before is not None and before.is_receiving,
    )


def goods_of(line: Line, facility: str | None, line_id: int) -> Goods:
    """The line, with this id, as a warehouse sees it; `facility` is the name of the one that it is expected at."""
    return Goods(
        line_id,
        line.item_id,
        line.sku,
        line.qualifier,
        line.quantity,
        line.price,
        line.facility_id,
        facility,
        line.expected_at,
        line.cancel_at,
        line.notes,
        line.external_id,
    )


def _head(wish: PurchaseWish, customer_id: int | None, found: Found, faults: list[Fault]) -> Wish:
    """What the wish says of the head, with what its references stand for."""
    head: dict[str, Any] = {}
    if wish.customer is not UNSET:
        if found.customer is None:
            faults.append(_unknown("customer", wish.customer))
        elif customer_id not in (None, found.customer.id):
            faults.append(Fault("customer", "illegal", value=wish.customer.value))
        else:
            head["customer_id"] = found.customer.id
    if isinstance(wish.supplier, Reference) and found.supplier is None:
        faults.append(_unknown("supplier", wish.supplier))
    elif isinstance(wish.supplier, Contact) and found.supplier is None:
        faults += [replace(fault, field=f"supplier.{fault.field}") for fault in contacts.faults(wish.supplier)]
    elif wish.supplier is not UNSET:
        head["supplier_id"] = found.supplier and found.supplier.id
    return struct_replace(wish.head, **head) if head else wish.head


class _Change(NamedTuple):
    """What becomes of a purchase's lines. `own` are those that it has, in their order; faults are added to the list."""

    wish: PurchaseWish
    found: Found
    own: Mapping[int, StandingLine]
    order_id: int
    at: datetime
    author: Author
    faults: list[Fault]

    def lines(self) -> list[AmendedLine]:
        """The lines after the wish, each at its place."""
        if self.wish.goods is UNSET:
            return [AmendedLine(line, {}, line.facility) for line in self.own.values()]
        amended = []
        taken: set[int] = set()
        moves = self._moves()
        for place, each in enumerate(self.wish.goods):
            line = None
            if each.id is not None:
                line = self.own.get(each.id)
                if line is None or each.id in taken:
                    reason = "unknown" if line is None else "taken"
                    self.faults.append(Fault("id", reason, value=each.id, line=place))
                    continue
                taken.add(each.id)
            try:
                amended.append(self._one(each, line, place, moves=moves))
            except BadInput as refusal:
                self.faults.extend(replace(fault, line=place) for fault in refusal.faults)
        return amended

    def _moves(self) -> bool:
        """False if the lines stand in the wished order by themselves: those that stay as they stood, then new ones."""
        wished = [each.id for each in self.wish.goods or ()]
        stay = [line_id for line_id in wished if line_id is not None]
        staying = set(stay)
        return wished[: len(stay)] != stay or stay != [line_id for line_id in self.own if line_id in staying]

    def _one(self, each: GoodsWish, line: StandingLine | None, place: int, *, moves: bool) -> AmendedLine:
        told: dict[str, Any] = {"position": place} if moves else {}
        item = self._item(each, place, told)
        facility = None if line is None else line.facility
        if each.facility is not UNSET:
            named = self._facility(each.facility)
            facility = named and named.name
            told["facility_id"] = named and named.id
        wish = struct_replace(each.wish, **told) if told else each.wish
        if line is None:
            return AmendedLine(*lines.enter(self.order_id, wish, item, at=self.at, author=self.author), facility)
        amended = lines.amend(line, wish, item, at=self.at, author=self.author)
        return AmendedLine(*amended, facility) if amended.alters else AmendedLine(line, {}, facility)

    def _item(self, each: GoodsWish, place: int, told: dict[str, Any]) -> Item | None:
        """The item that a line shall name, told together with its qualifier."""
        if each.item is None:
            told |= {"item_id": None}
        if not isinstance(each.item, Reference) or self._lacks_customer:
            return None
        item = self.found.items.get(each.item)
        if item is None:
            self.faults.append(_unknown("item", each.item))
            return None
        qualifier = item.qualifier(each.wish.qualifier or PLAIN)
        if qualifier is None:
            self.faults.append(Fault("qualifier", "unknown", value=each.wish.qualifier, line=place))
        told |= {"item_id": item.id, "qualifier": qualifier}
        return Item(item.id, item.sku)

    def _facility(self, named: Reference | None) -> FacilityName | None:
        facility = None if named is None else self.found.facilities.get(named)
        if named is not None and facility is None:
            self.faults.append(_unknown("facility", named))
        return facility

    @property
    def _lacks_customer(self) -> bool:
        """Whether the customer is unknown: then nothing can be said of items."""
        return self.wish.customer is not UNSET and self.found.customer is None


def _unknown(thing: str, reference: Reference) -> Fault:
    return Fault(thing, "unknown", part=reference.place, value=reference.value)
