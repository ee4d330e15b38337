"""Custom fields: which values an order's type accepts, and the form in which they are kept.

Source of the rules: contracts/homs.md section 4, "Field types".
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from math import isinf
from typing import Any, Final

import msgspec

from orderloom.book.amounts import is_amount
from orderloom.book.errors import Fault
from orderloom.book.text import MAX_NOTES, storable
from orderloom.book.types import MAX_STRING, OrderType

BOOLEAN_TEXTS: Final = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}
MAX_BITS: Final = 1024
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]{0,399})(\.[0-9]{1,400})?")
_MOMENT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,30}))?)?(Z|[+-]\d{2}(?::?[0-5]\d)?)?)?"
)


def accept(
    definitions: OrderType, given: Mapping[str, object], *, knows_fields: bool = False
) -> tuple[dict[str, Any], list[Fault]]:
    """The given values in the form in which they are kept, by field, and a fault for each that is refused.

    Names that the type does not have are dropped. They are faults if it has no fields at all, or if `knows_fields`:
    who gives them is supposed to know those that it has.
    """
    kept: dict[str, Any] = {}
    faults = []
    if knows_fields or not definitions.fields:
        known = {field.name for field in definitions.fields}
        faults = [Fault("data", "unexpected", name) for name in given if name not in known]
    for field in definitions.fields:
        if field.name in given:
            value = given[field.name]
            try:
                kept[field.name] = None if value is None else _ACCEPT[field.type](value)
            except _Unacceptable as why:
                faults.append(Fault("data", why.reason, field.name, value, field.type))
    return kept, faults


class _Unacceptable(Exception):
    def __init__(self, reason: str) -> None:
        self.reason = reason


def _string(value: object) -> str | list[str]:
    texts = value if isinstance(value, list) else [value]
    for text in texts:
        if not isinstance(text, str):
            raise _Unacceptable("type")
        if not storable(text):
            raise _Unacceptable("invalid")
        if len(text) > MAX_STRING:
            raise _Unacceptable("too_long")
    return value  # type: ignore[return-value]


def _number(value: object) -> object:
    """A JSON number. Canonical decimal text becomes the number it writes, exactly, whatever its length."""
    if value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise _Unacceptable("invalid")
    if isinstance(value, float):
        # Written out as PostgreSQL will write it, so that every answer shows the same digits; never a negative zero.
        return msgspec.Raw(f"{Decimal(repr(value + 0.0)):f}".encode())
    text = _digits(value) if isinstance(value, (int, Decimal)) else value.strip()
    # Beyond the range of a double most readers of JSON would see infinity.
    if not _DECIMAL.fullmatch(text) or isinf(float(text)):
        raise _Unacceptable("invalid")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return msgspec.Raw(b"0" if text in ("-0", "") else text.encode())


def _digits(value: int | Decimal) -> str:
    """The number as text; "" beyond what a double can hold, where Python itself may refuse to write it out."""
    if isinstance(value, Decimal):
        return f"{value:f}" if is_amount(value) else ""
    return str(value) if value.bit_length() <= MAX_BITS else ""


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in BOOLEAN_TEXTS:
        return BOOLEAN_TEXTS[value]
    raise _Unacceptable("inclusion")


def _moment(value: object) -> str | None:
    """ISO 8601 with milliseconds, the offset as it was sent; without one it is UTC."""
    if value == "":
        return None
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _Unacceptable("type")
    day, clock, seconds, fraction, offset = match.groups()
    moment = f"{day}T{clock or '00:00'}:{seconds or '00'}.{(fraction or '')[:3]:0<3}"
    zone = _full_offset(offset)
    try:
        datetime.fromisoformat(moment + zone)
    except ValueError:
        raise _Unacceptable("type") from None
    return moment + zone


def _full_offset(offset: str | None) -> str:
    if offset is None:
        return "+00:00"
    if offset == "Z":
        return "Z"
    digits = offset[1:].replace(":", "")
    return f"{offset[0]}{digits[:2]}:{digits[2:] or '00'}"


def _json_text(value: object) -> str:
    if not isinstance(value, str):
        raise _Unacceptable("type")
    if value == "":
        return value
    if len(value) > MAX_NOTES or not storable(value):
        raise _Unacceptable("type")
    try:
        msgspec.json.decode(value)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise _Unacceptable("type") from None
    return value


_ACCEPT: Final[dict[str, Callable[[object], object]]] = {
    "string": _string,
    "number": _number,
    "boolean": _boolean,
    "datetime": _moment,
    "json": _json_text,
}
