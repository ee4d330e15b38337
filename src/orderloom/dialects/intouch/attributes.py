"""The attributes of InTouch's records: what each may hold, and which word of the book it means.

Source: contracts/intouch.md sections 3 and 6.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from orderloom.book.text import MAX_NOTES, MAX_TEXT, text_fault
from orderloom.dialects.intouch.bodies import keepable
from orderloom.wire.exact_json import UNKEEPABLE, as_whole

MAX_INT: Final = 2**63 - 1
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")
# Ignored in every body, so that a client can send back what it fetched.
READ_ONLY: Final = frozenset(("id", "buscase", "entered", "enteredBy", "modified", "modifiedBy"))


class Unfit(Exception):
    """The value cannot be entered; `reason` is one of the book's words for it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class Attribute(NamedTuple):
    """A named attribute that can be written.

    `field` is the book's word for it, None if it has none: then it is kept as a leftover. `take` makes the book's value
    of a JSON value or raises Unfit.
    """

    field: str | None
    take: Callable[[Any], Any]
    required: bool = False

    @property
    def word(self) -> str:
        """What the book calls it when something is wrong with it: the thing, not the way in which it was named."""
        return "type" if self.field == "type_number" else self.field or "leftovers"


def _typed(value: object, *kinds: type) -> None:
    if type(value) not in kinds:
        raise Unfit("type")


def _required_text(value: object) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Unfit("blank")
    return _checked_text(value, MAX_TEXT)


def _text(value: object) -> str | None:
    return None if value is None else _checked_text(value, MAX_TEXT)


def _long_text(value: object) -> str | None:
    return None if value is None else _checked_text(value, MAX_NOTES)


def _checked_text(value: Any, longest: int) -> str:
    _typed(value, str)
    if reason := text_fault(value, longest):
        raise Unfit(reason)
    return str(value)


def _checked_int(value: Any) -> int:
    if value is UNKEEPABLE:
        raise Unfit("invalid")
    value = as_whole(value)
    _typed(value, int)
    if not -MAX_INT - 1 <= value <= MAX_INT:
        raise Unfit("invalid")
    return int(value)


def _required_int(value: object) -> int:
    if value is None:
        raise Unfit("blank")
    return _checked_int(value)


def _int(value: object) -> int | None:
    return None if value is None else _checked_int(value)


def _case_type(value: object) -> int:
    number = _checked_int(value)
    if number < 1:
        raise Unfit("invalid")
    return number


def _amount(value: Any) -> Decimal | None:
    if value is None:
        return None
    if value is UNKEEPABLE:
        raise Unfit("invalid")
    _typed(value, int, Decimal)
    return Decimal(value)


def _currency(value: object) -> str:
    currency = _checked_text(value, MAX_TEXT)
    if not _CURRENCY.fullmatch(currency):
        raise Unfit("invalid")
    return currency


def _truth(value: object) -> bool:
    _typed(value, bool)
    return bool(value)


ORDER: Final[Mapping[str, Attribute]] = {
    "customer": Attribute("customer_id", _required_int, required=True),
    "name": Attribute("title", _required_text, required=True),
    "caseType": Attribute("type_number", _case_type),
    "totalPrice": Attribute("price_total", _amount),
    "currency": Attribute("price_currency", _currency),
    "comment": Attribute("notes", _long_text),
    "branch": Attribute(None, _int),
    "person": Attribute(None, _int),
    "opportunity": Attribute(None, _int),
    "ownerUser": Attribute("responsible_email", _text),
    "ownerGroup": Attribute(None, _text),
}
ITEM: Final[Mapping[str, Attribute]] = {
    "title": Attribute("title", _required_text, required=True),
    "locked": Attribute("locked", _truth),
    "quantity": Attribute("quantity", _amount),
    "price": Attribute("price", _amount),
    "totalPrice": Attribute("price_total", _amount),
    "unit": Attribute("unit", _text),
    "note": Attribute("notes", _long_text),
    "product": Attribute("item_id", _int),
}


def further(value: object) -> object:
    """The value of an attribute that is not named. Raises Unfit if it cannot be kept."""
    if not keepable(value):
        raise Unfit("invalid")
    return value
