"""Rates: how many units of another currency one unit of the base currency is worth."""

from decimal import Decimal
from typing import Final

from orderloom.book.amounts import is_amount
from orderloom.book.errors import Fault
from orderloom.book.money import LIMIT, is_small, rounded_rate

SMALLEST: Final = Decimal("0.000001")


def fault(field: str, rate: Decimal) -> Fault | None:
    """What is wrong with a rate that is to be kept, rounded; None if nothing is."""
    if is_amount(rate) and is_small(kept := rounded_rate(rate)) and kept >= SMALLEST:
        return None
    return Fault(field, "inclusion", value=rate, expected=f"at least {SMALLEST} and below {LIMIT:f}")
