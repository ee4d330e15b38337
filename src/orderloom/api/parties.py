"""Customers."""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from orderloom.api import resource_operations
from orderloom.api.filters import Field
from orderloom.api.resources import Examples, Resource, said
from orderloom.api.shapes import GivenNames, ReadOnly, Text
from orderloom.book import parties as book
from orderloom.book.parties import KINDS
from orderloom.book.records import Wanted, Whole
from orderloom.desk.parties import KIND


class Customer(msgspec.Struct, frozen=True, gc=False):
    """Somebody who orders: an organisation, or an individual whose last name is `name`.

    `whole_name` is what the customer is called in one text. `external_id` is the one of those who know one only;
    `external_ids` is what others call the customer, by source.
    """

    id: int
    kind: str
    name: str
    first_name: str | None
    whole_name: str
    external_id: str | None
    city: str | None
    country: str | None
    deactivated: bool
    external_ids: dict[str, str]
    created_at: datetime


class GivenCustomer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer as somebody wants it; what is left out stays as it is, null takes it away. A new one needs a name."""

    kind: Literal["organisation", "individual"] | UnsetType = UNSET
    name: Text | UnsetType = UNSET
    first_name: Text | None | UnsetType = UNSET
    external_id: Text | None | UnsetType = UNSET
    city: Text | None | UnsetType = UNSET
    country: Text | None | UnsetType = UNSET
    deactivated: bool | UnsetType = UNSET
    external_ids: GivenNames | UnsetType = UNSET
    id: ReadOnly | UnsetType = UNSET
    whole_name: ReadOnly | UnsetType = UNSET
    created_at: ReadOnly | UnsetType = UNSET


class Customers(msgspec.Struct, frozen=True):
    """A part of the customers; `next` is the cursor of the part behind it, null at the end."""

    customers: list[Any]
    next: str | None


def shown(whole: Whole[book.Customer]) -> Customer:
    """The customer as it is shown."""
    customer = whole.record
    return Customer(
        customer.id,
        customer.kind,
        customer.name,
        customer.first_name,
        customer.whole_name,
        customer.external_id,
        customer.city,
        customer.country,
        customer.deactivated,
        dict(whole.external_ids),
        whole.created_at,
    )


def wanted(given: GivenCustomer, before: book.Customer | None) -> Wanted[book.Customer]:
    """What is wanted of a customer, or of a new one."""
    customer = replace(before or book.Customer(name=""), **said(given, book.FIELDS))
    return Wanted(customer, given.external_ids or {})


CUSTOMERS: Final = Resource(
    kind=KIND,
    noun="customer",
    plural="customers",
    about="Who orders are for. A customer that something refers to cannot be deleted, but deactivated.",
    shape=Customer,
    page=Customers,
    takes=GivenCustomer,
    shown=shown,
    wanted=wanted,
    fields={
        "id": Field("integer", optional=False),
        "kind": Field("text", optional=False, values=KINDS),
        "name": Field("text", optional=False),
        "first_name": Field("text"),
        "whole_name": Field("text", optional=False),
        "external_id": Field("text"),
        "city": Field("text"),
        "country": Field("text"),
        "deactivated": Field("boolean", optional=False),
        "created_at": Field("moment", optional=False),
    },
    examples=Examples(
        query=(("search", "klas*"), ("country", "CZ"), ("sort", "name")),
        new={"name": "Bakery by the Mill", "city": "Brno", "country": "CZ", "external_ids": {"shop": "C-1001"}},
        known_id=1,
        change={"city": "Leeds", "deactivated": False, "external_ids": {"shop": "C-1"}},
        their_id="K-2168",
    ),
)
OPERATIONS: Final = resource_operations.of(CUSTOMERS)
