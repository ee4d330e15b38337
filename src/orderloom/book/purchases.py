"""Purchases as a warehouse sees them: with their lines, their supplier and the names of everything."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace as struct_replace

from orderloom.book import contacts, lines, orders
from orderloom.book.contacts import Contact
from orderloom.book.errors import BadInput, Fault
from orderloom.book.events import Author
from orderloom.book.items import PLAIN
from orderloom.book.lines import Item, Line, LineWish
from orderloom.book.orders import Order, References, Wish
from orderloom.book.types import OrderType

MAX_LINES: Final = 2_000
# A number that is claimed stands in an index, whose entries have a bound in bytes.
MAX_NUMBER: Final = 255


class CustomerName(NamedTuple):
    """A customer by its id, its whole name, and what others call it."""

    id: int
    name: str
    external_id: str | None


class FacilityName(NamedTuple):
    """A facility by its id and name."""

    id: int
    name: str


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


class Reference(NamedTuple):
    """How somebody names a thing: by which of its words, the word, and the place in the request where it stands."""

    by: str
    value: int | str
    place: str


class GoodsWish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants a line of a purchase to be, at its place among the others.

    `id` is that of the line that it shall become, None for a new one. An item or facility left UNSET is not spoken
    of; a qualifier is one of the item's, so that it is spoken of only together with its item.
    """

    id: int | None = None
    wish: LineWish = LineWish()
    item: Reference | UnsetType = UNSET
    facility: Reference | None | UnsetType = UNSET


class PurchaseWish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants a purchase to be; `head` speaks of everything that is not named here.

    `supplier` is a reference, a new contact, or None for nobody. `goods` are all lines that it shall have; stored ones
    that are not among them go. Of everything left UNSET nothing is said.
    """

    head: Wish = Wish()
    customer: Reference | UnsetType = UNSET
    supplier: Reference | Contact | None | UnsetType = UNSET
    goods: Sequence[GoodsWish] = ()

    @property
    def items(self) -> list[Reference]:
        """The items that are named."""
        return [each.item for each in self.goods if each.item is not UNSET]

    @property
    def facilities(self) -> list[Reference]:
        """The facilities that are named."""
        return [each.facility for each in self.goods if isinstance(each.facility, Reference)]

    @property
    def names_something(self) -> bool:
        """Whether there is anything to look up or to enter before."""
        return bool(self.items or self.facilities or self.customer or isinstance(self.supplier, Reference | Contact))


class StockedItem(NamedTuple):
    """An item that a line may name, with its qualifiers."""

    id: int
    sku: str
    qualifiers: Sequence[str]

    def qualifier(self, name: str) -> str | None:
        """The qualifier in the item's own spelling, None if it has no such one."""
        folded = name.casefold()
        return next((own for own in self.qualifiers or (PLAIN,) if own.casefold() == folded), None)


class Found(NamedTuple):
    """What a wish's references stand for; what is not here is not in the book."""

    customer: CustomerName | None = None
    supplier: Contact | None = None
    items: Mapping[Reference, StockedItem] = {}
    facilities: Mapping[Reference, FacilityName] = {}


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


class Standing(NamedTuple):
    """A purchase as it stands: as it is shown, its whole order, and its whole lines in the same order."""

    purchase: Purchase
    order: Order
    lines: Sequence[Line]


def place(wish: PurchaseWish, order_type: OrderType, found: Found, *, at: datetime, author: Author) -> Amended:
    """A new purchase as wished. Raises BadInput with every fault of the wish."""
    faults: list[Fault] = []
    head = _head(wish, None, found, faults)
    placed = None
    with _collecting(faults):
        placed = orders.place(head, order_type, References(), at=at, author=author)
    lines = _lines(wish, {}, {}, 0, found, faults, at, author)
    if faults or placed is None:
        raise BadInput(*faults)
    return Amended(*placed, found.customer, found.supplier, lines)


def amend(standing: Standing, wish: PurchaseWish, found: Found, *, at: datetime, author: Author) -> Amended:
    """The purchase with the wish fulfilled, one version on. Raises BadInput with every fault of the wish."""
    shown, order, stored = standing
    faults: list[Fault] = []
    head = _head(wish, order.customer_id, found, faults)
    amended = None
    with _collecting(faults):
        amended = orders.amend(order, head, order.type, References(), at=at, author=author)
    own = {line.id: line for line in stored}
    names = {goods.facility_id: goods.facility for goods in shown.goods}
    lines = _lines(wish, own, names, order.id, found, faults, at, author)
    if faults or amended is None:
        raise BadInput(*faults)
    kept = {each.line.id for each in lines}
    customer = shown.customer if wish.customer is UNSET else found.customer
    supplier = shown.supplier if wish.supplier is UNSET else found.supplier
    return Amended(*amended, customer, supplier, lines, [line for line in stored if line.id not in kept])


def shown(amended: Amended, before: Purchase | None, *, code: str) -> Purchase:
    """The purchase as it is shown after the change, once everything that was entered has its id."""
    order = amended.order
    return Purchase(
        order.id,
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
        [_goods(each.line, each.facility) for each in amended.lines],
        before is not None and before.is_receiving,
    )


def _goods(line: Line, facility: str | None) -> Goods:
    return Goods(
        line.id,
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


@contextmanager
def _collecting(faults: list[Fault], line: int | None = None) -> Iterator[None]:
    """Adds what is refused inside to the faults; those of a line are told with its place."""
    try:
        yield
    except BadInput as refusal:
        faults += refusal.faults if line is None else [replace(fault, line=line) for fault in refusal.faults]


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
        faults += contacts.faults(wish.supplier)
    elif wish.supplier is not UNSET:
        head["supplier_id"] = found.supplier and found.supplier.id
    return struct_replace(wish.head, **head) if head else wish.head


def _lines(
    wish: PurchaseWish,
    own: Mapping[int, Line],
    names: Mapping[int | None, str | None],
    order_id: int,
    found: Found,
    faults: list[Fault],
    at: datetime,
    author: Author,
) -> list[AmendedLine]:
    """The lines after the wish, each at its place; faults are added to the list.

    `own` are the order's lines by id, `names` the facilities of the lines that it has.
    """
    amended = []
    taken: set[int] = set()
    moves = _moves(wish, own)
    for place, each in enumerate(wish.goods):
        line = None
        if each.id is not None:
            line = own.get(each.id)
            if line is None or each.id in taken:
                faults.append(Fault("id", "unknown" if line is None else "taken", value=each.id, line=place))
                continue
            taken.add(each.id)
        told, item, facility = _told(each, place, found, faults)
        if moves:
            told = struct_replace(told, position=place)
        with _collecting(faults, place):
            if line is None:
                after, changes = lines.enter(order_id, told, item, at=at, author=author)
            else:
                after, changes = lines.amend(line, told, item, at=at, author=author)
                after = after if changes else line
            name = names.get(after.facility_id) if each.facility is UNSET else facility
            amended.append(AmendedLine(after, changes, name))
    return amended


def _moves(wish: PurchaseWish, own: Iterable[int]) -> bool:
    """True unless the lines stand in the wished order by themselves: those that stay as they stood, then new ones."""
    wished = [each.id for each in wish.goods]
    stay = [line_id for line_id in wished if line_id is not None]
    return wished[: len(stay)] != stay or stay != [line_id for line_id in own if line_id in set(stay)]


def _told(each: GoodsWish, place: int, found: Found, faults: list[Fault]) -> tuple[LineWish, Item | None, str | None]:
    """What the wish says of a line, with what its references stand for: the item, and the name of the facility."""
    told: dict[str, Any] = {}
    item, facility = None, None
    if each.item is not UNSET:
        item = found.items.get(each.item)
        if item is None:
            faults.append(_unknown("item", each.item))
        else:
            told["item_id"] = item.id
            told["qualifier"] = item.qualifier(each.wish.qualifier or PLAIN)
            if told["qualifier"] is None:
                faults.append(Fault("qualifier", "unknown", value=each.wish.qualifier, line=place))
    if isinstance(each.facility, Reference):
        facility = found.facilities.get(each.facility)
        if facility is None:
            faults.append(_unknown("facility", each.facility))
    if each.facility is not UNSET:
        told["facility_id"] = facility and facility.id
    return (
        struct_replace(each.wish, **told) if told else each.wish,
        item and Item(item.id, item.sku),
        facility and facility.name,
    )


def _unknown(thing: str, reference: Reference) -> Fault:
    return Fault(thing, "unknown", part=reference.place, value=reference.value)
