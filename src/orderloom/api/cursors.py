"""Cursors: where a part of a list ended, as a text that only we read."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from orderloom.api.errors import bad_parameter
from orderloom.api.shapes import MAX_ID
from orderloom.book.amounts import is_amount
from orderloom.book.keysets import Place
from orderloom.book.lists import Sort
from orderloom.book.moments import at_utc, is_moment
from orderloom.book.text import storable

# The value is of a bounded length, and each of its characters has at most six bytes (\u0001).
MAX_CURSOR: Final = 4_500


def written(place: Place | None, sort: Sort) -> str | None:
    """The cursor of the part behind this place in this order; None at the end."""
    if place is None:
        return None
    value = None if sort.is_by_id else place.value
    if isinstance(value, datetime):
        value = at_utc(value)
    text = msgspec.json.encode([_name(sort), value, place.id])
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def read(text: str | None, sort: Sort, kind: type[Any]) -> Place | None:
    """The place that the cursor means; `kind` is the type of the value. Raises Refused for one of another order."""
    if text is None:
        return None
    try:
        if len(text) > MAX_CURSOR:
            raise ValueError
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        name, value, record_id = msgspec.json.decode(decoded, type=tuple[str, Any, int])
        if name != _name(sort) or not 0 < record_id <= MAX_ID:
            raise ValueError
        value = None if value is None else msgspec.convert(value, kind)
        if not _CAN_BE.get(type(value), _anything)(value):
            raise ValueError
    except (ValueError, binascii.Error, msgspec.MsgspecError, RecursionError):
        raise bad_parameter("cursor", "Give the `next` of the part before, with the same sort.") from None
    return Place(value, record_id)


def _anything(_: Any) -> bool:
    return True


# A cursor may be forged: what the database cannot hold is no place.
_CAN_BE: Final[dict[type[Any], Callable[[Any], bool]]] = {
    str: storable,
    int: lambda value: abs(value) <= MAX_ID,
    Decimal: is_amount,
    datetime: is_moment,
}


def _name(sort: Sort) -> str:
    return f"{'-' if sort.descending else ''}{sort.fields[0]}"
