"""What the cells of a row mean."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from orderloom.book.text import folded

CUSTOMER: Final = ("customer_id", "customer")
MAX_VALUE_TOLD: Final = 60
# How many digits no id of the book has more than.
_ID: Final = re.compile(r"[0-9]{1,18}")
# More digits than any rate or percentage has, on either side of the point.
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,50}(\.[0-9]{1,50})?")
_TRUTH: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

Cells = Mapping[str, str]
"""What a row says, by column; what is blank is not there."""
Customers = Mapping[str, Sequence[int]]
"""The ids of those who have an external id, by the external id as it is compared."""


class BadCell(Exception):
    """A cell that means nothing."""


def flag(cells: Cells, column: str) -> bool:
    """Whether the cell says yes; a blank one says no. Raises BadCell."""
    text = cells.get(column, "no")
    if folded(text) not in _TRUTH:
        raise BadCell(f"{column} {shown(text)} is neither yes nor no")
    return _TRUTH[folded(text)]


def number(cells: Cells, column: str) -> int | None:
    """The whole number in the cell. Raises BadCell."""
    text = cells.get(column)
    if text is None:
        return None
    if not _ID.fullmatch(text):
        raise BadCell(f"{column} {shown(text)} is not a whole number")
    return int(text)


def decimal(cells: Cells, column: str) -> Decimal | None:
    """The number in the cell, which may have a point. Raises BadCell."""
    text = cells.get(column)
    if text is None:
        return None
    if not _DECIMAL.fullmatch(text):
        raise BadCell(f"{column} {shown(text)} is not a number such as 12 or 1.5")
    return Decimal(text)


def customer_id(cells: Cells, customers: Customers) -> int | None:
    """The id of the customer whom the row names by id, or else by external id. Raises BadCell."""
    by_id = number(cells, "customer_id")
    external_id = cells.get("customer")
    if by_id is not None or external_id is None:
        return by_id
    found = customers.get(folded(external_id), ())
    if len(found) != 1:
        meant = "more than one customer has" if found else "no customer has"
        raise BadCell(f"customer {shown(external_id)}: {meant} this external id")
    return found[0]


def shown(value: object) -> str:
    """The value in quotes, on one line and not too long."""
    text = str(value)
    return repr(text if len(text) <= MAX_VALUE_TOLD else f"{text[:MAX_VALUE_TOLD]}...")
