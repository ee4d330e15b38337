"""The face that HOMS gives to each refusal. Source: contracts/homs.md section 8."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from orderloom.book.errors import (
    Ambiguous,
    BadInput,
    Fault,
    IllegalMove,
    InUse,
    NotAllowed,
    NotFound,
    Refusal,
    StaleOrder,
    TooCostly,
    TooManyTries,
    UnknownKey,
    UserBlocked,
)
from orderloom.book.fields import BOOLEAN_TEXTS
from orderloom.book.types import MAX_STRING
from orderloom.dialects.contract import JSON, Reply

CHALLENGE: Final = ("WWW-Authenticate", 'Basic realm="Latera OMS"')
WRONG_CREDENTIALS: Final = Reply(401, headers=(CHALLENGE,))
# Words of the book that HOMS spells otherwise.
_ATTRIBUTES: Final = {
    "external_id": "ext_code",
    "process_id": "bp_id",
    "process_state": "bp_state",
    "type": "order_type",
    "estimated_at": "estimated_exec_date",
    "first_name": "name",
    "responsible_email": "user_email",
}
_TEXTS: Final = {
    "blank": "is not specified",
    "illegal": "cannot be changed to this value",
    "inclusion": "is not included in the list",
    "invalid": "is invalid",
    "taken": "is already taken",
    "too_short": "is too short",
    "too_long": "is too long",
    "too_large": "is too large",
    "type": "is invalid",
    "unexpected": "is invalid",
    "unknown": "is invalid",
}
_BOOLEANS: Final = ", ".join(
    f'"{text}"' for text in sorted(BOOLEAN_TEXTS, key=("true", "false", "on", "off", "1", "0").index)
)


def reply(refusal: Refusal) -> Reply:
    """The answer to a book error."""
    return next(face(refusal) for kind, face in FACES.items() if isinstance(refusal, kind))


def _illegal(refusal: IllegalMove) -> Reply:
    return invalid({_ATTRIBUTES.get(refusal.field, refusal.field): ["cannot be changed to this value"]})


def _in_use(refusal: InUse) -> Reply:
    dependents = "orders" if refusal.noun == "user" else "records"
    return invalid({"base": [f"Cannot delete record because dependent {dependents} exist"]})


def invalid(faults: dict[str, list[Any]]) -> Reply:
    """422 with the bare map of attribute -> texts."""
    return Reply(422, msgspec.json.encode(faults), JSON)


def fault(status: int) -> Reply:
    """The answer where no book error explains it."""
    if status == 400:
        return Reply(400, b'{"status":400,"error":"Bad Request"}', JSON)
    if status == 422:
        return invalid({"base": ["The idempotency key belongs to another request"]})
    return Reply(status)


def _by_attribute(faults: tuple[Fault, ...]) -> dict[str, list[Any]]:
    told: dict[str, list[Any]] = {}
    custom: dict[str, list[str]] = {}
    for found in faults:
        if found.field == "data" and found.part is not None:
            custom.setdefault(found.part, []).append(_CUSTOM_TEXTS[found.expected or ""](found))
        else:
            told.setdefault(_ATTRIBUTES.get(found.field, found.field), []).append(_text(found))
    if custom:
        told["data"] = [custom]
    return told


def _text(found: Fault) -> str:
    return "can't be blank" if (found.field, found.reason) == ("type", "blank") else _TEXTS[found.reason]


def _shown(value: object) -> str:
    """The value inside a message, shortened: a refused value may be a megabyte long."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 100 else text[:100] + "…"


def _string_text(found: Fault) -> str:
    if found.reason == "too_long":
        return f"Attribute '{found.part}' must not exceed {MAX_STRING} characters"
    if found.reason == "invalid":
        return f"Attribute '{found.part}' has the invalid value '{_shown(found.value)}'"
    return f"Attribute '{found.part}' should be of the String type"


_CUSTOM_TEXTS: Final[dict[str, Callable[[Fault], str]]] = {
    "": lambda _: "No fields left after ignoring unknown ones",
    "string": _string_text,
    "number": lambda found: f"Attribute '{found.part}' has the invalid value '{_shown(found.value)}'",
    "boolean": lambda found: (
        f"Attribute '{found.part}' with the value '{_shown(found.value)}' must have a value from the list [{_BOOLEANS}]"
    ),
    "datetime": lambda found: (
        f"Attribute '{found.part}' with the value '{_shown(found.value)}' should be of the DateTime type"
    ),
    "json": lambda found: f"Attribute {found.part} has invalid value {_shown(found.value)}. Not a valid JSON.",
}

FACES: Final[dict[type[Refusal], Callable[[Any], Reply]]] = {
    NotFound: lambda _: Reply(404),
    BadInput: lambda refusal: invalid(_by_attribute(refusal.faults)),
    IllegalMove: _illegal,
    InUse: _in_use,
    # The desk tries again until it is the order's turn, so nobody sees this; should it happen, nothing was changed.
    Ambiguous: lambda _: invalid({"base": ["is ambiguous"]}),
    UnknownKey: lambda _: WRONG_CREDENTIALS,
    NotAllowed: lambda _: Reply(403),
    TooManyTries: lambda refusal: Reply(429, headers=(("Retry-After", str(refusal.retry_after_s)),)),
    StaleOrder: lambda _: invalid({"base": ["was changed by somebody else"]}),
    TooCostly: lambda _: invalid({"base": ["takes too long"]}),
    # Nothing that HOMS can ask for leads to this one.
    UserBlocked: lambda _: Reply(401),
}
