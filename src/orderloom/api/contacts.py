"""Contacts: suppliers and other people."""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import replace

from orderloom.api import resource_operations
from orderloom.api.filters import Field
from orderloom.api.parties import CUSTOMERS
from orderloom.api.resources import Examples, Resource, said
from orderloom.api.shapes import Amount, GivenNames, Id, ReadOnly, Text
from orderloom.book import contacts as book
from orderloom.book.contacts import STATUSES, TEXTS, ContactWithMarkup
from orderloom.book.records import Wanted, Whole
from orderloom.desk.contacts import KIND

AddressStatus = Annotated[int, Meta(ge=STATUSES.start, le=STATUSES.stop - 1)]


class Contact(msgspec.Struct, frozen=True, gc=False):
    """Somebody to deal with, of a customer or of nobody; several may have the same `code`.

    `default_markup` is what the contact's supplies are charged with over their cost, in percent, a decimal number as
    text. `address_status` is 0 unconfirmed, 1 confirmed, 2 accepted by a user. `external_ids` is what others call the
    contact, by source.
    """

    id: int
    code: str | None
    customer_id: int | None
    company_name: str | None
    name: str | None
    title: str | None
    address1: str | None
    address2: str | None
    city: str | None
    state: str | None
    zip: str | None
    country: str | None
    phone_number: str | None
    fax: str | None
    email_address: str | None
    dept: str | None
    is_address_residential: bool
    address_status: int
    default_markup: str
    external_ids: dict[str, str]
    created_at: datetime


class GivenContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A contact as somebody wants it; what is left out stays as it is, null takes it away. A new one says something."""

    code: Text | None | UnsetType = UNSET
    customer_id: Id | None | UnsetType = UNSET
    company_name: Text | None | UnsetType = UNSET
    name: Text | None | UnsetType = UNSET
    title: Text | None | UnsetType = UNSET
    address1: Text | None | UnsetType = UNSET
    address2: Text | None | UnsetType = UNSET
    city: Text | None | UnsetType = UNSET
    state: Text | None | UnsetType = UNSET
    zip: Text | None | UnsetType = UNSET
    country: Text | None | UnsetType = UNSET
    phone_number: Text | None | UnsetType = UNSET
    fax: Text | None | UnsetType = UNSET
    email_address: Text | None | UnsetType = UNSET
    dept: Text | None | UnsetType = UNSET
    is_address_residential: bool | UnsetType = UNSET
    address_status: AddressStatus | UnsetType = UNSET
    default_markup: Amount | UnsetType = UNSET
    external_ids: GivenNames | UnsetType = UNSET
    id: ReadOnly | UnsetType = UNSET
    created_at: ReadOnly | UnsetType = UNSET


class Contacts(msgspec.Struct, frozen=True):
    """A part of the contacts; `next` is the cursor of the part behind it, null at the end."""

    contacts: list[Any]
    next: str | None


def shown(whole: Whole[ContactWithMarkup]) -> Contact:
    """The contact as it is shown."""
    contact = whole.record
    return Contact(
        id=contact.id,
        customer_id=contact.customer_id,
        **{field: getattr(contact, field) for field in TEXTS},
        is_address_residential=contact.is_address_residential,
        address_status=contact.address_status,
        default_markup=f"{contact.default_markup:f}",
        external_ids=dict(whole.external_ids),
        created_at=whole.created_at,
    )


def wanted(given: GivenContact, before: ContactWithMarkup | None) -> Wanted[ContactWithMarkup]:
    """What is wanted of a contact, or of a new one."""
    contact = replace(before or ContactWithMarkup(), **said(given, book.FIELDS))
    return Wanted(contact, given.external_ids or {})


CONTACTS: Final = Resource(
    kind=KIND,
    noun="contact",
    plural="contacts",
    about="Whom one deals with; a purchase names one as its supplier.",
    shape=Contact,
    page=Contacts,
    takes=GivenContact,
    shown=shown,
    wanted=wanted,
    fields={
        "id": Field("integer", optional=False),
        "customer_id": Field("integer"),
        **{field: Field("text") for field in TEXTS},
        "is_address_residential": Field("boolean", optional=False),
        "address_status": Field("integer", optional=False),
        "default_markup": Field("decimal", optional=False),
        "created_at": Field("moment", optional=False),
    },
    examples=Examples(
        query=(("code.like", "sup-*"), ("customer_id", "1"), ("expand", "customer")),
        new={"code": "SUP-9", "company_name": "Northern Paper", "city": "Leeds", "default_markup": "12.50"},
        known_id=1,
        change={"phone_number": "+44 113 496 0000", "address_status": 1},
        their_id="V-2",
    ),
    expandable={"customer": CUSTOMERS.expansion("customer_id")},
)
OPERATIONS: Final = resource_operations.of(CONTACTS)
