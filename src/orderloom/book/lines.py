"""Lines: the positions of an order, how one is entered, and how one is amended."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from orderloom.book import leftovers
from orderloom.book.amounts import is_amount
from orderloom.book.errors import BadInput, Fault
from orderloom.book.events import NULLS, STAMPS, Author, stamped
from orderloom.book.leftovers import Wished
from orderloom.book.orders import RESOLUTION
from orderloom.book.text import MAX_NOTES, MAX_TEXT, text_fault


class Line(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A position of an order; `sku` is that of its item.

    Lines stand in the order of their positions; those that have none stand behind them in the order of their ids.
    """

    id: int
    order_id: int
    position: int | None
    title: str | None
    item_id: int | None
    sku: str | None
    qualifier: str | None
    quantity: Decimal | None
    unit: str | None
    price: Decimal | None
    price_total: Decimal | None
    locked: bool
    facility_id: int | None
    expected_at: datetime | None
    cancel_at: datetime | None
    notes: str | None
    external_id: str | None
    leftovers: str
    created_at: datetime
    created_by: str
    modified_at: datetime
    modified_by: str


class Item(NamedTuple):
    """The item that a line is about."""

    id: int
    sku: str


class LineWish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants a line to be; a field left UNSET is not spoken of.

    `leftovers` are attributes of the face, merged into those that are there; None takes one away. `unknown_item` is
    the leftover that takes the place of an item that the order's customer does not have; without it such an item is
    refused. `faults` are values that had no meaning already in the words of the face.
    """

    title: str | None | UnsetType = UNSET
    item_id: int | None | UnsetType = UNSET
    quantity: Decimal | None | UnsetType = UNSET
    unit: str | None | UnsetType = UNSET
    price: Decimal | None | UnsetType = UNSET
    price_total: Decimal | None | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET
    qualifier: str | None | UnsetType = UNSET
    facility_id: int | None | UnsetType = UNSET
    expected_at: datetime | None | UnsetType = UNSET
    cancel_at: datetime | None | UnsetType = UNSET
    notes: str | None | UnsetType = UNSET
    external_id: str | None | UnsetType = UNSET
    leftovers: Wished = UNSET
    faults: tuple[Fault, ...] = ()
    unknown_item: str | None = None


_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_BLANK: Final = Line(
    id=0,
    order_id=0,
    position=None,
    title=None,
    item_id=None,
    sku=None,
    qualifier=None,
    quantity=None,
    unit=None,
    price=None,
    price_total=None,
    locked=False,
    facility_id=None,
    expected_at=None,
    cancel_at=None,
    notes=None,
    external_id=None,
    leftovers=leftovers.NONE,
    created_at=_LONG_AGO,
    created_by="",
    modified_at=_LONG_AGO,
    modified_by="",
)


class Amended(NamedTuple):
    """A line after a change, and [from, to] of each field that differs.

    An amendment tells also when and by whom the line was changed before.
    """

    line: Line
    changes: dict[str, Any]

    @property
    def alters(self) -> bool:
        """Whether anything is different but who changed it when."""
        return not self.changes.keys() <= STAMPS


_PLAIN: Final = (
    "position",
    "title",
    "qualifier",
    "quantity",
    "unit",
    "price",
    "price_total",
    "locked",
    "facility_id",
    "expected_at",
    "cancel_at",
    "notes",
    "external_id",
)
_LONGEST: Final = {
    "title": MAX_TEXT,
    "qualifier": MAX_TEXT,
    "unit": MAX_TEXT,
    "notes": MAX_NOTES,
    "external_id": MAX_TEXT,
}


def enter(order_id: int, wish: LineWish, item: Item | None, *, at: datetime, author: Author) -> Amended:
    """A new line of the order as wished, with id 0: the store assigns it. Raises BadInput with every fault."""
    new, changes = _fulfilled(_BLANK, wish, item, author)
    own = {"order_id": order_id, "created_at": at, "created_by": author.name}
    return Amended(replace(_BLANK, modified_at=at, modified_by=author.name, **own, **new), changes)


def amend(line: Line, wish: LineWish, item: Item | None, *, at: datetime, author: Author) -> Amended:
    """The line with the wish fulfilled. `item` is the one that the wish names, if the book has it.

    Raises BadInput with every fault of the wish.
    """
    new, changes = _fulfilled(line, wish, item, author)
    modified_at = max(at, line.modified_at + RESOLUTION)
    amended = replace(line, modified_at=modified_at, modified_by=author.name, **new)
    return Amended(amended, changes | stamped(line, amended))


def worth(line: Line) -> Decimal | None:
    """What the line comes to, every digit of it; None unless it has a quantity and a price."""
    if line.quantity is None or line.price is None:
        return None
    return _EXACT.multiply(line.quantity, line.price)


def total(lines: Iterable[Line], *, besides: Decimal = Decimal(0)) -> Decimal:
    """What the lines come to, with this sum of others, every digit of it."""
    for line in lines:
        if (own := worth(line)) is not None:
            besides = _EXACT.add(besides, own)
    return besides


# An amount has up to 400 digits before the point and 1,000 places behind it.
_EXACT: Final = Context(prec=4_000)


def _fulfilled(line: Line, wish: LineWish, item: Item | None, author: Author) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the wish sets, and [from, to] of each field that differs. Raises BadInput."""
    new: dict[str, Any] = {}
    changes: dict[str, Any] = {}
    faults = [*wish.faults]
    for field in _PLAIN:
        value = getattr(wish, field)
        if value is UNSET:
            continue
        if value is not None and (reason := _fault(field, value)):
            faults.append(Fault(field, reason))
        # What is equal stays as it is written: 10.0 is no other amount than 10.
        if (old := getattr(line, field)) != value:
            new[field] = value
            changes[field] = [old, value]
    kept, told = leftovers.amended(line.leftovers, author.face, wish.leftovers, faults)
    if faults:
        raise BadInput(*faults)
    if wish.item_id is not UNSET:
        new["item_id"], new["sku"] = item or (None, None)
        if line.item_id != new["item_id"]:
            changes["item_id"] = [line.item_id, new["item_id"]]
    if told:
        changes["leftovers"] = told
        if nulls := leftovers.were_null(told):
            changes[NULLS] = nulls
        new["leftovers"] = kept
    return new, changes


def _fault(field: str, value: object) -> str | None:
    """What is wrong with a text or a number, None if nothing is."""
    if isinstance(value, str):
        return text_fault(value, _LONGEST[field])
    return "invalid" if isinstance(value, Decimal) and not is_amount(value) else None
