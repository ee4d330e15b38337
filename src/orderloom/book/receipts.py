"""Receipts: goods that arrive for a purchase."""

from datetime import datetime
from typing import Final

import msgspec

from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import required_fault

OPEN: Final = "open"
CLOSED: Final = "closed"
CANCELED: Final = "canceled"
STATUSES: Final = (OPEN, CLOSED, CANCELED)
MAX_REFERENCE: Final = 255


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One arrival; while it is open, its purchase cannot be deleted. `order_number` is what the purchase is called."""

    id: int
    order_id: int
    order_number: str
    customer_id: int | None
    customer_name: str | None
    customer_external_id: str | None
    facility_id: int | None
    facility_name: str | None
    reference: str
    status: str
    created_at: datetime


def check(reference: str) -> None:
    """Raises BadInput for a reference that cannot be entered."""
    if reason := required_fault(reference, MAX_REFERENCE):
        raise BadInput(Fault("reference", reason, value=reference))
