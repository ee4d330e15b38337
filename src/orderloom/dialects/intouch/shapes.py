"""What InTouch gives. Source: contracts/intouch.md sections 1 and 3."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec
from msgspec import Meta

from orderloom.dialects.description import AMOUNT_OR_NULL, INSTANT, one_of

Id = Annotated[int, Meta(ge=1)]


class Order(msgspec.Struct, gc=False):
    """An order; further attributes stand beside these."""

    id: Id
    customer: Id | None
    name: str
    caseType: Annotated[int, Meta(ge=1)]
    totalPrice: AMOUNT_OR_NULL
    currency: str | None
    comment: str | None
    branch: int | None
    person: int | None
    opportunity: int | None
    ownerUser: str | None
    ownerGroup: str | None
    entered: INSTANT
    enteredBy: str
    modified: INSTANT
    modifiedBy: str


class Item(msgspec.Struct, gc=False):
    """An item of an order; further attributes stand beside these."""

    id: Id
    buscase: Id
    title: str | None
    locked: bool
    enteredBy: str
    entered: INSTANT
    modified: INSTANT
    modifiedBy: str
    quantity: AMOUNT_OR_NULL
    price: AMOUNT_OR_NULL
    totalPrice: AMOUNT_OR_NULL
    unit: str | None
    note: str | None
    product: int | None


class Party(msgspec.Struct, gc=False):
    """A party that orders: `company` is an organisation's name, the other names are an individual's."""

    id: Id
    type: Annotated[str, one_of("ORGANIZATION", "INDIVIDUAL")]
    firstname: str | None
    lastname: str | None
    company: str | None
    city: str | None
    country: str | None


Record = TypeVar("Record")


class Page(msgspec.Struct, Generic[Record], gc=False):
    """A part of a list: how many there are, where it begins, and how many would fit; each item may be JSON already."""

    total: int
    position: int
    size: int
    items: list[Record]


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
    version: Annotated[tuple[int, ...], Meta(min_length=4, max_length=4)]


encode: Final = msgspec.json.Encoder(decimal_format="number").encode
"""JSON bytes; amounts are JSON numbers with every digit they have."""


def with_further(shape: msgspec.Struct, further: Mapping[str, msgspec.Raw]) -> Any:
    """The shape with further attributes behind its named ones."""
    if not further:
        return shape
    return msgspec.Raw(encode(shape)[:-1] + b"," + encode(further)[1:])
