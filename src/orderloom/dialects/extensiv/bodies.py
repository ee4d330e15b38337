"""Extensiv's request bodies: JSON whose members' names are compared without case. Source: section 3.1."""

from typing import Any, Final

from orderloom.dialects.contract import Call, Refused
from orderloom.dialects.extensiv import errors
from orderloom.wire import exact_json

_MEDIA_TYPES: Final = frozenset(("", "application/json", "application/hal+json"))


def decode(call: Call) -> dict[str, Any]:
    """The JSON object of the body, its members by their names in lower case. Raises Refused.

    Numbers are int or Decimal, or `exact_json.UNKEEPABLE`.
    """
    if media_type(call) not in _MEDIA_TYPES and call.body:
        raise Refused(errors.empty(415))
    refuse_encoding(call)
    try:
        found = exact_json.decode_ignoring_case(call.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise errors.BadBody("The body must be a JSON object") from None
    if not isinstance(found, dict):
        raise errors.BadBody("The body must be a JSON object")
    return found


def refuse_encoding(call: Call) -> None:
    """Raises Refused for a body that is compressed."""
    if call.body and (call.header(b"content-encoding") or b"identity").lower() != b"identity":
        raise Refused(errors.empty(415))


def media_type(call: Call) -> str:
    """The type that the body claims to be, in lower case and without parameters."""
    return (call.header(b"content-type") or b"").split(b";", 1)[0].strip().lower().decode("latin-1")
