"""Contacts: suppliers and other people, with codes of their own."""

from decimal import Decimal
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from orderloom.book.amounts import is_amount
from orderloom.book.errors import BadInput, Fault
from orderloom.book.money import LIMIT, ZERO, is_small, money
from orderloom.book.text import text_faults

MAX_TEXT: Final = 500
# A code stands in an index, whose entries have a bound in bytes.
MAX_CODE: Final = 255
UNCONFIRMED: Final = 0
STATUSES: Final = range(UNCONFIRMED, 3)


class Contact(msgspec.Struct, frozen=True, gc=False):
    """Somebody to deal with. `address_status` is 0 unconfirmed, 1 confirmed, 2 accepted by a user."""

    id: int = 0
    customer_id: int | None = None
    company_name: str | None = None
    name: str | None = None
    title: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    phone_number: str | None = None
    fax: str | None = None
    email_address: str | None = None
    dept: str | None = None
    is_address_residential: bool = False
    code: str | None = None
    address_status: int = UNCONFIRMED


class ContactWithMarkup(Contact, frozen=True, gc=False):
    """A contact with its default markup: what its supplies are charged with over their cost, in percent, unless a
    purchase says otherwise. Apart from Contact, which is all that purchases show of their suppliers."""

    default_markup: Decimal = ZERO


class ContactOf(NamedTuple):
    """A contact with its default markup, and what the customer whose it is is called, if it is one's."""

    contact: Contact
    customer_name: str | None
    customer_external_id: str | None
    default_markup: Decimal


# What a contact says of itself, codes and all.
TEXTS: Final = tuple(
    field
    for field in Contact.__struct_fields__
    if field not in ("id", "customer_id", "is_address_residential", "address_status")
)

FIELDS: Final = tuple(field for field in ContactWithMarkup.__struct_fields__ if field != "id")
"""What can be said of a contact."""


def check(contact: Contact) -> None:
    """Raises BadInput with every fault of a new contact."""
    found = faults(contact)
    if not any(getattr(contact, field) for field in TEXTS):
        found.append(Fault("company_name", "blank"))
    if isinstance(contact, ContactWithMarkup) and (fault := markup_fault(contact.default_markup)):
        found.append(fault)
    if found:
        raise BadInput(*found)


def default_markup(contact: Contact) -> Decimal:
    """The default markup of a new contact as the book keeps it; none if nothing was said of it."""
    return money(contact.default_markup) if isinstance(contact, ContactWithMarkup) else ZERO


def kept(contact: ContactWithMarkup) -> ContactWithMarkup:
    """A contact that was checked as the book keeps it."""
    return replace(contact, default_markup=money(contact.default_markup))


def markup_fault(percent: Decimal) -> Fault | None:
    """What is wrong with a default markup, None if nothing is."""
    if is_amount(percent) and is_small(money(percent)):
        return None
    return Fault("default_markup", "inclusion", value=percent, expected=f"between -{LIMIT:f} and {LIMIT:f}")


def faults(contact: Contact) -> list[Fault]:
    """What is wrong with what the contact says."""
    found = text_faults(contact, {field: MAX_CODE if field == "code" else MAX_TEXT for field in TEXTS})
    if contact.address_status not in STATUSES:
        found.append(Fault("address_status", "inclusion", value=contact.address_status))
    return found
