"""Items."""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import replace

from orderloom.api import resource_operations
from orderloom.api.filters import Field
from orderloom.api.parties import CUSTOMERS
from orderloom.api.resources import Examples, Resource, said
from orderloom.api.shapes import GivenNames, Id, ReadOnly, Text
from orderloom.book import items as book
from orderloom.book.errors import Fault
from orderloom.book.items import MAX_QUALIFIERS, StockItem
from orderloom.book.records import Wanted, Whole
from orderloom.book.text import folded
from orderloom.desk.items import KIND

Qualifiers = Annotated[
    list[Text], Meta(max_length=MAX_QUALIFIERS, description='The kinds it comes in; "" is the plain one.')
]


class Item(msgspec.Struct, frozen=True, gc=False):
    """What a customer keeps in a warehouse, known by a `sku` that no other item of the customer has, case apart.

    `qualifiers` are the kinds it comes in, "" the plain one. `external_ids` is what others call the item, by source.
    """

    id: int
    customer_id: int
    sku: str
    description: str | None
    qualifiers: tuple[str, ...]
    deactivated: bool
    external_ids: dict[str, str]
    created_at: datetime


class GivenItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item as somebody wants it; what is left out stays as it is, null takes it away.

    A new one needs a customer, whose it stays, and a SKU. A qualifier that lines use cannot be left out.
    """

    customer_id: Id | UnsetType = UNSET
    sku: Text | UnsetType = UNSET
    description: Text | None | UnsetType = UNSET
    qualifiers: Qualifiers | UnsetType = UNSET
    deactivated: bool | UnsetType = UNSET
    external_ids: GivenNames | UnsetType = UNSET
    id: ReadOnly | UnsetType = UNSET
    created_at: ReadOnly | UnsetType = UNSET


class Items(msgspec.Struct, frozen=True):
    """A part of the items; `next` is the cursor of the part behind it, null at the end."""

    items: list[Any]
    next: str | None


def shown(whole: Whole[StockItem]) -> Item:
    """The item as it is shown."""
    item = whole.record
    return Item(
        item.id,
        item.customer_id,
        item.sku,
        item.description,
        item.qualifiers,
        item.deactivated,
        dict(whole.external_ids),
        whole.created_at,
    )


def wanted(given: GivenItem, before: StockItem | None) -> Wanted[StockItem]:
    """What is wanted of an item, or of a new one."""
    told = said(given, book.FIELDS)
    if "qualifiers" in told:
        told["qualifiers"] = tuple(sorted(told["qualifiers"], key=folded))
    faults: tuple[Fault, ...] = ()
    customer_id = told.get("customer_id")
    if before is None and customer_id is None:
        faults = (Fault("customer_id", "blank"),)
    elif before is not None and customer_id not in (None, before.customer_id):
        faults = (Fault("customer_id", "illegal", value=customer_id),)
    return Wanted(replace(before or StockItem(customer_id=0, sku=""), **told), given.external_ids or {}, faults)


ITEMS: Final = Resource(
    kind=KIND,
    noun="item",
    plural="items",
    about="What the lines of orders name.",
    shape=Item,
    page=Items,
    takes=GivenItem,
    shown=shown,
    wanted=wanted,
    fields={
        "id": Field("integer", optional=False),
        "customer_id": Field("integer", optional=False),
        "sku": Field("text", optional=False),
        "description": Field("text"),
        "deactivated": Field("boolean", optional=False),
        "created_at": Field("moment", optional=False),
    },
    examples=Examples(
        query=(("customer_id", "1"), ("search", "first"), ("sort", "sku")),
        new={"customer_id": 1, "sku": "SKU-9", "description": "Paper, A4", "qualifiers": ["", "Recycled"]},
        known_id=1,
        change={"description": "The first item", "qualifiers": ["", "Blue", "Red"]},
        their_id="A-2",
        theirs_is_used=False,
    ),
    expandable={"customer": CUSTOMERS.expansion("customer_id")},
)
OPERATIONS: Final = resource_operations.of(ITEMS)
