"""What InTouch gives. Source: contracts/intouch.md sections 1 and 3."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec


class Order(msgspec.Struct, gc=False):
    """The named attributes of an order."""

    id: int
    customer: int | None
    name: str
    caseType: int
    totalPrice: Decimal | None
    currency: str | None
    comment: str | None
    branch: Any
    person: Any
    opportunity: Any
    ownerUser: Any
    ownerGroup: Any
    entered: str
    enteredBy: str
    modified: str
    modifiedBy: str


class Item(msgspec.Struct, gc=False):
    """The named attributes of an order item."""

    id: int
    buscase: int
    title: str | None
    locked: bool
    enteredBy: str
    entered: str
    modified: str
    modifiedBy: str
    quantity: Decimal | None
    price: Decimal | None
    totalPrice: Decimal | None
    unit: str | None
    note: str | None
    product: Any


class Party(msgspec.Struct, gc=False):
    """A party that orders: `company` is an organisation's name, the other names are an individual's."""

    id: int
    type: str
    firstname: str | None
    lastname: str | None
    company: str | None
    city: str | None
    country: str | None


class Page(msgspec.Struct, gc=False):
    """A part of a list; each item is a shape or its JSON."""

    total: int
    position: int
    size: int
    items: list[Any]


class About(msgspec.Struct):
    """What a client may know without signing in; mode 100 is running."""

    crmId: str
    mode: int
    partyId: int
    name: str
    country: str
    language: str
    timeZone: str
    url: str
    version: tuple[int, int, int, int]


encode: Final = msgspec.json.Encoder(decimal_format="number").encode
"""JSON bytes; amounts are JSON numbers with every digit they have."""


def with_further(shape: msgspec.Struct, further: Mapping[str, msgspec.Raw]) -> Any:
    """The shape with further attributes behind its named ones."""
    if not further:
        return shape
    return msgspec.Raw(encode(shape)[:-1] + b"," + encode(further)[1:])
