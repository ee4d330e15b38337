"""The decoding of InTouch's request bodies: JSON whose numbers keep every digit.

Source: contracts/intouch.md sections 1 and 6.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

from orderloom.book.amounts import MAX_DIGITS, SHORT, is_amount, plain
from orderloom.book.text import storable
from orderloom.dialects.contract import Call
from orderloom.dialects.intouch.errors import Invalid

# Arrays and objects inside each other.
MAX_DEPTH: Final = 100


class Unkeepable:
    """Stands for a number that cannot be kept."""


UNKEEPABLE: Final = Unkeepable()


def decode(call: Call) -> dict[str, Any]:
    """The JSON object of the body: numbers are int or Decimal, or UNKEEPABLE. Raises Invalid.

    The body is read as UTF-8 JSON whatever its content type says.
    """
    try:
        found = _decode(call.body.decode())
    except ValueError:
        raise Invalid((None, "json")) from None
    except RecursionError:
        raise Invalid((None, "value")) from None
    if not isinstance(found, dict):
        raise Invalid((None, "type"))
    return found


def keepable(value: object, depth: int = MAX_DEPTH) -> bool:
    """True if the book can keep the JSON value and give it back equal."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return depth > 0 and all(storable(name) and keepable(inside, depth - 1) for name, inside in value.items())
    if isinstance(value, list):
        return depth > 0 and all(keepable(inside, depth - 1) for inside in value)
    return value is not UNKEEPABLE


def _number(text: str) -> Decimal | Unkeepable:
    """The number without an exponent, in the length that it will have when it is shown."""
    if not _NOT_ZERO.search(text):
        return Decimal(0)  # whatever its exponent
    try:
        number = Decimal(text)
    except InvalidOperation:
        return UNKEEPABLE
    return plain(number) if is_amount(number) else UNKEEPABLE


_NOT_ZERO: Final = re.compile(r"^-?[0.]*[1-9]")


def _whole(text: str) -> int | Unkeepable:
    if len(text) > MAX_DIGITS:
        return UNKEEPABLE
    number = int(text)
    if len(text) <= SHORT:
        return number
    return number if is_amount(Decimal(number)) else UNKEEPABLE


def _refuse(_: str) -> NoReturn:
    raise ValueError


# Made once: `json.loads` makes a decoder for each call that brings functions of its own.
_decode: Final = json.JSONDecoder(parse_float=_number, parse_int=_whole, parse_constant=_refuse).decode
