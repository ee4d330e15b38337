"""Between HOMS and the book: pure, no request, no database."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache, partial
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from orderloom.book.errors import Fault
from orderloom.book.orders import STATES, Head, Wish
from orderloom.book.users import Profile
from orderloom.book.users import User as BookUser
from orderloom.dialects.homs import shapes

# The database's driver cannot read back the first day of the calendar.
EARLIEST: Final = datetime(1, 1, 2, tzinfo=UTC)
# What Rails casts to false; other text is true.
_FALSE: Final = (False, 0, "0", "f", "F", "false", "FALSE", "off", "OFF")


def unshown(given: Mapping[str, Any], shown: object) -> dict[str, Any]:
    """What is left of an `order` or `user` object without the values that are equal to what is shown.

    A face never refuses what it showed, nor does it store it again: a value may have been entered through another face
    whose rules are wider, or be shown rounded.
    """
    return {key: value for key, value in given.items() if not _same(value, getattr(shown, key, _NOT_SHOWN))}


def unshown_order(given: Mapping[str, Any], shown: shapes.Order) -> dict[str, Any]:
    """The same of an `order` object, whose custom fields are each left out or kept."""
    rest = unshown(given, shown)
    if "data" not in given:
        return rest
    if "order_type_code" in rest:
        return rest | {"data": given["data"]}  # data of another type, whatever it looks like
    inner, inner_shown = given["data"], msgspec.json.decode(msgspec.json.encode(shown.data))
    if not isinstance(inner, dict) or not isinstance(inner_shown, dict):
        return rest
    return rest | {
        "data": {key: value for key, value in inner.items() if not _same(value, inner_shown.get(key, _NOT_SHOWN))}
    }


_NOT_SHOWN: Final = object()


def _same(one: object, other: object) -> bool:
    """Equal as JSON text: for Python alone true would be 1, and 100 would be 100.0."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one == other


def to_wish(given: Mapping[str, Any], zone: tzinfo) -> Wish:
    """The wish that an `order` object speaks; unknown keys are ignored, the read-only ones too.

    `zone` is where a date-time without an offset is meant. A value without a meaning becomes a fault of the wish.
    Source: contracts/homs.md sections 3 and 6.
    """
    fields, faults = _taken(given, _order_keys(zone))
    data = given.get("data")
    return Wish(**fields, data=data if isinstance(data, dict) else UNSET, faults=faults)


def to_profile(given: Mapping[str, Any]) -> Profile:
    """The profile that a `user` object speaks. Source: contracts/homs.md section 7."""
    fields, faults = _taken(given, _USER_KEYS)
    return Profile(**fields, faults=faults)


def published_order(head: Head, zone: tzinfo) -> shapes.Order:
    """The order as the vendor's page prints it: a type without fields has the data `[]`."""
    kind = head.type
    data: object = kind.all_fields(head.data) if kind.fields else []
    return _order(head, zone, data, UNSET)


def current_order(head: Head, zone: tzinfo) -> shapes.Order:
    """The order as later releases print it."""
    estimated = shown_moment(head.estimated_at, zone) if head.estimated_at else None
    return _order(head, zone, head.type.all_fields(head.data), estimated)


def _order(head: Head, zone: tzinfo, data: object, estimated: str | None | UnsetType) -> shapes.Order:
    return shapes.Order(
        head.id,
        head.code,
        head.external_id,
        head.process_id,
        head.process_state,
        head.state,
        head.archived,
        data,
        shown_moment(head.done_at, zone) if head.done_at else None,
        estimated,
        head.type.code,
        head.responsible,
    )


def published_user(user: BookUser) -> shapes.User:
    """The user as the vendor's page prints it."""
    return _user(user, UNSET, UNSET)


def current_user(user: BookUser) -> shapes.User:
    """The user as later releases print it."""
    return _user(user, user.blocked, user.external)


def _user(user: BookUser, blocked: bool | UnsetType, external: bool | UnsetType) -> shapes.User:
    return shapes.User(
        user.email,
        user.first_name,
        user.middle_name,
        user.last_name,
        user.company,
        user.department,
        user.role,
        blocked,
        external,
    )


def shown_moment(moment: datetime, zone: tzinfo) -> str:
    """ISO 8601 to the second in the server's zone, the offset to the minute."""
    text = moment.astimezone(zone).isoformat(timespec="seconds")
    if len(text) != LENGTH:
        # Zones had offsets with seconds until a century ago, for which the format has no room.
        minutes = int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds() // 60)
        text = moment.astimezone(timezone(timedelta(minutes=minutes))).isoformat(timespec="seconds")
    return text


# The length of 2016-05-16T13:52:48+03:00.
LENGTH: Final = 25


class _NoMeaning(Exception):
    def __init__(self, reason: str) -> None:
        self.reason = reason


Keys = Mapping[str, tuple[str, Callable[[Any], Any]]]
"""Keys of an object, with the book's word for each and what makes its value of it."""


def _taken(given: Mapping[str, Any], keys: Keys) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The values under these keys by the book's words, and the fault of each that has no meaning."""
    fields: dict[str, Any] = {}
    faults = []
    for key, value in given.items():
        known = keys.get(key)
        if known is None:
            continue
        field, cast = known
        try:
            fields[field] = cast(value)
        except _NoMeaning as why:
            faults.append(Fault(_FAULTY.get(field, field), why.reason, value=value))
    return fields, tuple(faults)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return msgspec.json.encode(value).decode()
    raise _NoMeaning("invalid")


def _role(value: object) -> str:
    if not isinstance(value, str):
        raise _NoMeaning("inclusion")
    return value


def _password(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise _NoMeaning("invalid")


def _type_code(value: object) -> str:
    text = _text(value)
    if text is None:
        raise _NoMeaning("blank")
    return text


def _email(value: object) -> str | None:
    text = _text(value)
    return text.lower() if text else None


def _state(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(STATES):
        return STATES[value]
    if not isinstance(value, str):
        raise _NoMeaning("inclusion")
    return value


def _truth(value: object) -> bool | UnsetType:
    """A loosely cast boolean; null and empty text say nothing."""
    if value is None or value == "":
        return UNSET
    if isinstance(value, (bool, int, float, str)):
        return value not in _FALSE
    raise _NoMeaning("inclusion")


def _required_truth(value: object) -> bool:
    truth = _truth(value)
    if truth is UNSET:
        raise _NoMeaning("inclusion")
    return truth


_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}([.,]\d{1,30})?)?(Z|[+-]\d{2}(:?[0-5]\d)?)?)?")


def _moment(value: object, zone: tzinfo) -> datetime | None:
    """An instant in UTC. Source: contracts/homs.md section 3, "Base date-times"."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise _NoMeaning("invalid")
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        moment = moment.astimezone(UTC)
        moment.astimezone(zone)  # it must be possible to show it
    except (ValueError, OverflowError):
        raise _NoMeaning("invalid") from None
    if moment < EARLIEST:
        raise _NoMeaning("invalid")
    return moment


# A fault names the thing, not the way in which it was named.
_FAULTY: Final = {"type_code": "type"}


@lru_cache
def _order_keys(zone: tzinfo) -> Keys:
    moment = partial(_moment, zone=zone)
    return {
        "order_type_code": ("type_code", _type_code),
        "user_email": ("responsible_email", _email),
        "ext_code": ("external_id", _text),
        "bp_id": ("process_id", _text),
        "bp_state": ("process_state", _text),
        "state": ("state", _state),
        "archived": ("archived", _required_truth),
        "done_at": ("done_at", moment),
        "estimated_exec_date": ("estimated_at", moment),
    }


_USER_KEYS: Final[Keys] = {
    "email": ("email", _text),
    "name": ("first_name", _text),
    "middle_name": ("middle_name", _text),
    "last_name": ("last_name", _text),
    "company": ("company", _text),
    "department": ("department", _text),
    "role": ("role", _role),
    "blocked": ("blocked", _truth),
    "external": ("external", _truth),
    "password": ("password", _password),
}
