"""Currencies that purchases can be in."""

from decimal import Decimal
from typing import Final

import msgspec

from orderloom.book import rates
from orderloom.book.errors import BadInput
from orderloom.book.text import code_fault

MAX_CODE: Final = 50


class Currency(msgspec.Struct, frozen=True, gc=False):
    """A currency by its code; `rate` is what one unit of the base currency is worth in it."""

    code: str
    rate: Decimal


def check(currency: Currency) -> None:
    """Raises BadInput with every fault of a currency to enter or change."""
    found = (code_fault(currency.code, MAX_CODE), rates.fault("rate", currency.rate))
    faults = [fault for fault in found if fault is not None]
    if faults:
        raise BadInput(*faults)
