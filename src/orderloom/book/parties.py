"""Parties: the customers that orders are for."""

from datetime import datetime
from typing import Final

import msgspec

from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import text_faults

ORGANISATION: Final = "organisation"
INDIVIDUAL: Final = "individual"
KINDS: Final = (ORGANISATION, INDIVIDUAL)
MAX_NAME: Final = 500


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who orders: an organisation, or an individual whose last name is `name`.

    `created_at` is None until the customer is in the book.
    """

    id: int = 0
    kind: str = ORGANISATION
    name: str
    first_name: str | None = None
    external_id: str | None = None
    city: str | None = None
    country: str | None = None
    deactivated: bool = False
    created_at: datetime | None = None

    @property
    def whole_name(self) -> str:
        """What the customer is called in one text: an individual's begins with the first name."""
        return self.name if self.first_name is None else f"{self.first_name} {self.name}"


FIELDS: Final = tuple(field for field in Customer.__struct_fields__ if field not in ("id", "created_at"))
"""What can be said of a customer."""
TEXTS: Final = ("name", "first_name", "external_id", "city", "country")


def check(customer: Customer) -> None:
    """Raises BadInput with every fault of a new customer."""
    faults = [] if customer.name.strip() else [Fault("name", "blank")]
    if customer.kind not in KINDS:
        faults.append(Fault("kind", "inclusion", value=customer.kind))
    faults += text_faults(customer, dict.fromkeys(TEXTS, MAX_NAME))
    # It stands in an index, whose entries have a bound in bytes.
    if not faults and len(customer.whole_name) > MAX_NAME:
        faults.append(Fault("first_name", "too_long"))
    if faults:
        raise BadInput(*faults)
