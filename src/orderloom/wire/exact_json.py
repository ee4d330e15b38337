"""Reading JSON whose numbers keep every digit."""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

from orderloom.book.amounts import MAX_DIGITS, SHORT, is_amount, plain


class Unkeepable:
    """Stands for a number that cannot be kept."""


UNKEEPABLE: Final = Unkeepable()


def decode(text: str) -> Any:
    """The JSON value: numbers are int or Decimal, or UNKEEPABLE. Raises ValueError or RecursionError."""
    return _decode(text)


def decode_ignoring_case(text: str) -> Any:
    """The same with the names of members in lower case; of several that differ in nothing else, the last."""
    return _decode_ignoring_case(text)


def listed(text: str, name: str) -> list[str] | None:
    """The text of each value in the list of this name, None unless that is all that the object has.

    The text has to be JSON, as `decode` takes it.
    """
    begin = _LIST_BEGINS.match(text)
    if begin is None or _decode(begin[1]) != name:
        return None
    found, at = [], begin.end()
    while text[at] != "]":
        end = _raw_decode(text, at)[1]
        found.append(text[at:end])
        gap = _GAP.match(text, end)
        at = gap.end() if gap else end
    return found if _LIST_ENDS.fullmatch(text, at) else None


_LIST_BEGINS: Final = re.compile(r'[ \t\n\r]*\{[ \t\n\r]*("(?:[^"\\]|\\.)*")[ \t\n\r]*:[ \t\n\r]*\[[ \t\n\r]*')
_GAP: Final = re.compile(r"[ \t\n\r]*,?[ \t\n\r]*")
_LIST_ENDS: Final = re.compile(r"\][ \t\n\r]*\}[ \t\n\r]*")


def as_whole(value: object) -> object:
    """The int that a number without a fraction is, also if it was written with a point; anything else as it is."""
    if isinstance(value, Decimal) and abs(value) <= FAR and value == value.to_integral_value():
        return int(value)
    return value


# Far beyond 64 bits.
FAR: Final = Decimal(10) ** 30


def number(text: str) -> Decimal | Unkeepable:
    """A JSON number with a fraction or an exponent, in the length that it will have when it is shown."""
    if len(text) <= SHORT and "e" not in text and "E" not in text:  # nearly all are like this
        return Decimal(text) or _ZERO
    if not _NOT_ZERO.search(text):
        return _ZERO  # whatever its exponent
    try:
        found = Decimal(text)
    except InvalidOperation:
        return UNKEEPABLE
    return plain(found) if is_amount(found) else UNKEEPABLE


_ZERO: Final = Decimal(0)
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


def _in_lower_case(members: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name.lower(): value for name, value in members}


# Made once: `json.loads` makes a decoder for each call that brings functions of its own.
_decoder: Final = json.JSONDecoder(parse_float=number, parse_int=_whole, parse_constant=_refuse)
_decode: Final = _decoder.decode
_raw_decode: Final = _decoder.raw_decode
_decode_ignoring_case: Final = json.JSONDecoder(
    parse_float=number, parse_int=_whole, parse_constant=_refuse, object_pairs_hook=_in_lower_case
).decode


def same(one: Any, other: Any) -> bool:
    """Whether two decoded values are equal as JSON: 1 is 1.0, and neither is true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    return bool(one == other)
