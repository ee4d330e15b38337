"""Contacts: suppliers and other people, with codes of their own."""

from typing import Final, NamedTuple

import msgspec

from orderloom.book.errors import BadInput, Fault
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


class ContactOf(NamedTuple):
    """A contact, and what the customer whose it is is called, if it is one's."""

    contact: Contact
    customer_name: str | None
    customer_external_id: str | None


# What a contact says of itself, codes and all.
TEXTS: Final = tuple(
    field
    for field in Contact.__struct_fields__
    if field not in ("id", "customer_id", "is_address_residential", "address_status")
)


def check(contact: Contact) -> None:
    """Raises BadInput with every fault of a new contact."""
    found = faults(contact)
    if not any(getattr(contact, field) for field in TEXTS):
        found.append(Fault("company_name", "blank"))
    if found:
        raise BadInput(*found)


def faults(contact: Contact) -> list[Fault]:
    """What is wrong with what the contact says."""
    found = text_faults(contact, {field: MAX_CODE if field == "code" else MAX_TEXT for field in TEXTS})
    if contact.address_status not in STATUSES:
        found.append(Fault("address_status", "inclusion", value=contact.address_status))
    return found
