"""Values as they come in. Source: contracts/synergist.md section 3, "Encoding"."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from orderloom.book.costed import Key
from orderloom.book.money import is_small
from orderloom.book.text import storable
from orderloom.dialects.synergist.errors import Wrong, quoted
from orderloom.dialects.synergist.model import COUNT, DATE, FLAG, MONEY, TEXT, Kind
from orderloom.wire.paging import record_id

MAX_NUMBER: Final = 400
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DATE: Final = re.compile(r"[0-9]{4}([-/])[0-9]{2}\1[0-9]{2}")
_UUID: Final = re.compile(r"[0-9a-fA-F]{32}")
_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}


def value(name: str, kind: Kind, given: Any) -> Any:
    """The value of this field. Raises Wrong."""
    return READERS[kind](name, given)


def text(name: str, given: Any) -> str:
    """The text as it stands. Raises Wrong."""
    if not isinstance(given, str) or not storable(given):
        raise Wrong(f"{name} must be a text")
    return given


def number(name: str, given: Any) -> Decimal:
    """The number, which may come as a text. Raises Wrong."""
    if isinstance(given, str):
        trimmed = given.strip()
        if len(trimmed) <= MAX_NUMBER and _NUMBER.fullmatch(trimmed):
            given = Decimal(trimmed)
    if isinstance(given, bool) or not isinstance(given, int | Decimal):
        raise Wrong(f"{name} must be a number")
    found = Decimal(given)
    if not is_small(found):
        raise Wrong(f"{name} must be less than 1e13")
    return found


def whole(name: str, given: Any) -> int:
    """The whole number, which may come as a text. Raises Wrong."""
    found = number(name, given)
    if found != found.to_integral_value():
        raise Wrong(f"{name} must be a whole number")
    return int(found)


def flag(name: str, given: Any) -> bool:
    """True or false, in any of the forms in which clients write it. Raises Wrong."""
    found = _TRUTHS.get(str(given).strip().lower()) if isinstance(given, bool | int | str) else None
    if found is None:
        raise Wrong(f"{name} must be true or false")
    return found


def day(name: str, given: Any) -> date | None:
    """The day, None for the empty text. Raises Wrong."""
    trimmed = given.strip() if isinstance(given, str) else None
    if trimmed == "":
        return None
    try:
        if trimmed is not None and _DATE.fullmatch(trimmed):
            return date.fromisoformat(trimmed.replace("/", "-"))
    except ValueError:
        pass
    raise Wrong(f"{name} must be a date such as 2018-03-14")


READERS: Final[dict[Kind, Callable[[str, Any], Any]]] = {
    TEXT: text,
    DATE: day,
    FLAG: flag,
    COUNT: whole,
    MONEY: number,
}


def key(given: str) -> Key | None:
    """A purchase's id or UUID, None for what no purchase can have."""
    trimmed = given.strip()
    return uuid(trimmed) or record_id(trimmed)


def uuid(given: str) -> UUID | None:
    """The UUID, in whatever case and with dashes or without."""
    digits = given.replace("-", "")
    return UUID(digits) if _UUID.fullmatch(digits) else None


def identifier(record: dict[str, Any]) -> tuple[Key, UUID | None]:
    """The purchase that the record names, and the UUID that it must have if the record names both. Raises Wrong."""
    internal, unique = (_named(name, record.get(name)) for name in ("poInternal", "poUuid"))
    if internal is None and unique is None:
        raise Wrong("poInternal or poUuid is mandatory")
    found = None if unique is None else uuid(unique)
    number = None if internal is None else record_id(internal)
    if (unique is not None and found is None) or (internal is not None and number is None):
        raise Wrong(f"unknown purchase {quoted(internal or unique)}")
    if number is not None:
        return number, found
    assert found is not None  # noqa: S101 - for the type checker
    return found, None


def _named(name: str, given: Any) -> str | None:
    """The identifier as a text, None if there is none. Raises Wrong."""
    if isinstance(given, bool) or not isinstance(given, int | str | None):
        raise Wrong(f"{name} must be a number or a text")
    return (str(given).strip() or None) if given is not None else None
