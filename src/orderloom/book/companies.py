"""The company whose book it is."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec.structs import asdict, replace

from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import required_fault

MAX_NUMBER: Final = 2**31 - 1
MAX_NAME: Final = 500
MAX_SYMBOL: Final = 8
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class Company(msgspec.Struct, frozen=True, gc=False):
    """A company. All of its costs are in the base currency; the symbol is what amounts in it are shown with."""

    number: int
    name: str
    base_currency: str
    base_symbol: str


class CompanyWish(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What somebody wants the company to be; a field that is None is not spoken of."""

    number: int | None = None
    name: str | None = None
    base_currency: str | None = None
    base_symbol: str | None = None


def amended(company: Company, wish: CompanyWish) -> Company:
    """The company with the wish fulfilled. Raises BadInput with every fault."""
    given = {field: value for field, value in asdict(wish).items() if value is not None}
    if wish.base_currency is not None and wish.base_currency.isascii():
        given["base_currency"] = wish.base_currency.upper()
    after = replace(company, **given)
    faults = [fault for fault in _faults(after) if fault.field in given]
    if faults:
        raise BadInput(*faults)
    return after


def _faults(company: Company) -> Iterator[Fault]:
    if not 0 < company.number <= MAX_NUMBER:
        yield Fault("number", "inclusion", value=company.number, expected=f"from 1 to {MAX_NUMBER}")
    if reason := required_fault(company.name, MAX_NAME):
        yield Fault("name", reason)
    if not _CURRENCY.fullmatch(company.base_currency):
        yield Fault("base_currency", "invalid", value=company.base_currency, expected="three letters, such as GBP")
    if reason := required_fault(company.base_symbol, MAX_SYMBOL):
        yield Fault("base_symbol", reason, expected=f"1 to {MAX_SYMBOL} characters")
