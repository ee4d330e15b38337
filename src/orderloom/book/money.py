"""Money, percentages and rates: how they are rounded, and how large they may be. Source: contracts/synergist.md 7.3."""

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
# No amount reaches it.
LIMIT: Final = Decimal("1e13")
# Three numbers below the limit multiply without losing a digit. The context of the thread is never asked.
EXACT: Final = Context(prec=80, rounding=ROUND_HALF_UP)
_CENT: Final = Decimal("0.01")
_MILLIONTH: Final = Decimal("0.000001")


def is_small(value: Decimal) -> bool:
    """True if the number stays below the limit."""
    return -LIMIT < value < LIMIT


def money(value: Decimal) -> Decimal:
    """The amount or the percentage to 2 decimals, half away from zero; what reaches the limit is left as it is."""
    return (EXACT.quantize(value, _CENT) or ZERO) if is_small(value) else value


def rounded_rate(value: Decimal) -> Decimal:
    """The rate to 6 decimals; what reaches the limit is left as it is."""
    return (EXACT.quantize(value, _MILLIONTH) or ZERO) if is_small(value) else value


def written(value: Decimal) -> str:
    """The number without an exponent and without zeros at its end."""
    text = f"{value:f}" if value else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text
