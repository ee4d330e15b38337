"""The face that HOMS gives to each refusal. Source: contracts/homs.md section 8."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from orderloom.book.errors import BadInput, Fault, IllegalMove, InUse, NotFound, Refusal
from orderloom.book.fields import BOOLEAN_TEXTS
from orderloom.book.types import MAX_STRING
from orderloom.dialects.contract import JSON, Reply

# Words of the book that HOMS spells otherwise.
_ATTRIBUTES: Final = {
    "external_id": "ext_code",
    "process_id": "bp_id",
    "process_state": "bp_state",
    "type": "order_type",
    "estimated_at": "estimated_exec_date",
    "first_name": "name",
}
_TEXTS: Final = {
    "blank": "is not specified",
    "inclusion": "is not included in the list",
    "invalid": "is invalid",
    "taken": "is already taken",
    "too_short": "is too short",
    "too_long": "is too long",
    "type": "is invalid",
}
_BOOLEANS: Final = ", ".join(
    f'"{text}"' for text in sorted(BOOLEAN_TEXTS, key=("true", "false", "on", "off", "1", "0").index)
)


def reply(refusal: Refusal) -> Reply:
    """The answer to a book error."""
    if isinstance(refusal, NotFound):
        return Reply(404)
    if isinstance(refusal, BadInput):
        return invalid(_by_attribute(refusal.faults))
    if isinstance(refusal, IllegalMove):
        return invalid({"order_type": ["cannot be changed to a type of another kind"]})
    if isinstance(refusal, InUse):
        dependents = "orders" if refusal.noun == "user" else "records"
        return invalid({"base": [f"Cannot delete record because dependent {dependents} exist"]})
    return invalid({"base": ["is not possible"]})


def invalid(faults: dict[str, list[Any]]) -> Reply:
    """422 with the bare map of attribute -> texts."""
    return Reply(422, msgspec.json.encode(faults), JSON)


def fault(status: int) -> Reply:
    """The answer to a request that never reached an operation."""
    if status == 400:
        return Reply(400, b'{"status":400,"error":"Bad Request"}', JSON)
    return Reply(status)


def _by_attribute(faults: tuple[Fault, ...]) -> dict[str, list[Any]]:
    told: dict[str, list[Any]] = {}
    custom: dict[str, list[str]] = {}
    for found in faults:
        if found.field == "data":
            custom.setdefault(found.part or "", []).append(_CUSTOM_TEXTS[found.expected or ""](found))
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
