"""Money and quantities: exact decimal numbers."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import msgspec

from orderloom.book.errors import Fault

# Beyond it most programs that read JSON would see infinity.
MAX_AMOUNT: Final = Decimal("1e308")
MAX_DIGITS: Final = 400
# How far behind the point the last digit may stand.
MAX_PLACES: Final = 1_000
# A number of so few characters, without an exponent, is within every bound.
SHORT: Final = 100
_DIGITS: Final = "-.0123456789"


def is_amount(value: Decimal) -> bool:
    """True if the book keeps the number, every digit of it."""
    text = str(value)
    if len(text) <= SHORT and not text.strip(_DIGITS):
        return True  # nearly all are
    if not value.is_finite():
        return False
    _, digits, exponent = value.as_tuple()
    return len(digits) <= MAX_DIGITS and int(exponent) >= -MAX_PLACES and value.copy_abs() <= MAX_AMOUNT


def amount_faults(record: msgspec.Struct, fields: Iterable[str]) -> list[Fault]:
    """A fault for each of these fields whose number cannot be kept; what is no number is passed over."""
    amounts = [(field, getattr(record, field)) for field in fields]
    return [Fault(field, "invalid") for field, value in amounts if isinstance(value, Decimal) and not is_amount(value)]


def plain(value: Decimal) -> Decimal:
    """The same amount as the database gives it back: without an exponent, and zero without a sign."""
    return Decimal(f"{value if value else value.copy_abs():f}")
