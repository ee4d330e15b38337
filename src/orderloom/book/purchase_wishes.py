"""What somebody wants a purchase to be, and what the things that it names stand for."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from orderloom.book.contacts import Contact
from orderloom.book.items import PLAIN
from orderloom.book.lines import LineWish
from orderloom.book.orders import Wish
from orderloom.book.text import folded


class Reference(NamedTuple):
    """How somebody names a thing: by which of its words, the word, and the place in the request where it stands."""

    by: str
    value: int | str
    place: str


class GoodsWish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants a line of a purchase to be, at its place among the others.

    `id` is that of the line that it shall become, None for a new one. An item or facility left UNSET is not spoken
    of; a qualifier is one of the item's, so that it is spoken of only together with its item. An item of None takes
    it away.
    """

    id: int | None = None
    wish: LineWish = LineWish()
    item: Reference | None | UnsetType = UNSET
    facility: Reference | None | UnsetType = UNSET


class PurchaseWish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants a purchase to be; `head` speaks of everything that is not named here.

    `supplier` is a reference, a new contact, or None for nobody. `goods` are all lines that it shall have; stored ones
    that are not among them go. Of everything left UNSET nothing is said.
    """

    head: Wish = Wish()
    customer: Reference | UnsetType = UNSET
    supplier: Reference | Contact | None | UnsetType = UNSET
    goods: Sequence[GoodsWish] | UnsetType = ()

    @property
    def items(self) -> list[Reference]:
        """The items that are named."""
        return [each.item for each in self.goods or () if isinstance(each.item, Reference)]

    @property
    def facilities(self) -> list[Reference]:
        """The facilities that are named."""
        return [each.facility for each in self.goods or () if isinstance(each.facility, Reference)]


class CustomerName(NamedTuple):
    """A customer by its id, its whole name, and what others call it."""

    id: int
    name: str
    external_id: str | None


class FacilityName(NamedTuple):
    """A facility by its id and name."""

    id: int
    name: str


class KnownItem(NamedTuple):
    """An item that a line may name, with its qualifiers."""

    id: int
    sku: str
    qualifiers: Sequence[str]

    def qualifier(self, name: str) -> str | None:
        """The qualifier in the item's own spelling, None if it has no such one."""
        names = self.qualifiers or (PLAIN,)
        if name in names:
            return name
        wanted = folded(name)
        return next((own for own in names if folded(own) == wanted), None)


class Found(NamedTuple):
    """What a wish's references stand for; what is not here is not in the book."""

    customer: CustomerName | None = None
    supplier: Contact | None = None
    items: Mapping[Reference, KnownItem] = {}
    facilities: Mapping[Reference, FacilityName] = {}
