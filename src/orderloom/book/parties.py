"""Parties: the customers that orders are for."""

from typing import Final

import msgspec

from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import text_faults

ORGANISATION: Final = "organisation"
INDIVIDUAL: Final = "individual"
KINDS: Final = (ORGANISATION, INDIVIDUAL)
MAX_NAME: Final = 500


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who orders: an organisation, or an individual whose last name is `name`."""

    id: int = 0
    kind: str = ORGANISATION
    name: str
    first_name: str | None = None
    external_id: str | None = None
    city: str | None = None
    country: str | None = None
    deactivated: bool = False


TEXTS: Final = ("name", "first_name", "external_id", "city", "country")


def check(customer: Customer) -> None:
    """Raises BadInput with every fault of a new customer."""
    faults = [] if customer.name.strip() else [Fault("name", "blank")]
    if customer.kind not in KINDS:
        faults.append(Fault("kind", "inclusion", value=customer.kind))
    faults += text_faults(customer, dict.fromkeys(TEXTS, MAX_NAME))
    if faults:
        raise BadInput(*faults)
