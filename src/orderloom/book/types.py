"""Order types: a code, a kind and versioned definitions of custom fields."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

import msgspec

from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import required_fault, text_fault

FIELD_TYPES: Final = ("string", "number", "boolean", "datetime", "json")
MAX_FIELDS: Final = 200
MAX_NAME: Final = 200
# The longest text of a custom field of type string.
MAX_STRING: Final = 1023
# Types numbered up to here are made by a caller that names the number; their codes are `case_type_<number>`.
LAST_NAMED_NUMBER: Final = 999
LAST_NUMBER: Final = 2**31 - 1
# No type has it.
NO_NUMBER: Final = 0
PURCHASE: Final = "purchase"
KINDS: Final = (PURCHASE, "general")
PURCHASE_ORDER: Final = "purchase_order"
_NUMBERED: Final = "case_type_"
_RESERVED: Final = re.compile(rf"{PURCHASE_ORDER}|{_NUMBERED}[0-9]+")


class FieldDefinition(msgspec.Struct, frozen=True):
    """A custom field: its name in the data, one of FIELD_TYPES, a label, and options that are not enforced."""

    name: str
    type: str
    label: str
    options: dict[str, Any] = {}


# What a custom field of each type holds once it is accepted. Numbers pass as the text they are, so that none of
# their digits is lost.
_HELD: Final[dict[str, Any]] = {
    "string": str | list[str] | None,
    "number": msgspec.Raw,
    "boolean": bool | None,
    "datetime": str | None,
    "json": str | None,
}
_UNSET: Final[dict[str, Any]] = {"number": msgspec.Raw(b"null")}


class OrderType(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One version of an order type. Its definition never changes; a new one is a new version."""

    id: int = 0
    code: str
    version: int = 1
    number: int = 0
    kind: str = "general"
    name: str
    print_form_code: str | None = None
    fields: tuple[FieldDefinition, ...] = ()
    active: bool = False

    def all_fields(self, data: str) -> Any:
        """From the JSON text of an order's data to a struct that encodes as one member per field.

        The members stand in the order of the definition, null where nothing is set.
        """
        try:
            return self._decode(data)
        except msgspec.ValidationError:
            # An order that changed its type and kept its data: what was entered under another definition and does not
            # fit this one is not shown.
            return self._decode(self._fitting(data))

    @cached_property
    def _decode(self) -> Callable[[str | bytes], Any]:
        members = [(f"f{place}", _HELD[field.type], _UNSET.get(field.type)) for place, field in enumerate(self.fields)]
        names = {f"f{place}": field.name for place, field in enumerate(self.fields)}
        return msgspec.json.Decoder(msgspec.defstruct("Data", members, rename=names, gc=False)).decode

    def _fitting(self, data: str) -> bytes:
        types = {field.name: _HELD[field.type] for field in self.fields}
        members = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        return msgspec.json.encode(
            {name: value for name, value in members.items() if name in types and _fits(value, types[name])}
        )


def _fits(value: msgspec.Raw, held: Any) -> bool:
    try:
        msgspec.json.decode(value, type=held)
    except msgspec.ValidationError:
        return False
    return True


def numbered(number: int) -> OrderType:
    """The type that comes into being when a caller first names its number, 1 to LAST_NAMED_NUMBER."""
    return OrderType(code=f"{_NUMBERED}{number}", number=number, name=f"Case type {number}")


def parse_definition(document: object) -> OrderType:
    """The order type that a definition file describes, not yet numbered or active.

    The document is the parsed YAML of a HOMS order-type file: `order_type` with `code`, `name`, an optional
    `print_form_code` and a mapping `fields` of name -> {type, label, ...}. Raises BadInput with every fault.
    Source: contracts/homs.md section 4.
    """
    root = document.get("order_type") if isinstance(document, Mapping) else None
    if not isinstance(root, Mapping):
        raise BadInput(Fault("order_type", "blank"))
    faults = [Fault(key, reason) for key in ("code", "name") if (reason := _reason(root.get(key)))]
    raw_fields = root.get("fields")
    if raw_fields is None or not isinstance(raw_fields, Mapping) or len(raw_fields) > MAX_FIELDS:
        faults.append(Fault("fields", "type", expected=f"a mapping of at most {MAX_FIELDS} fields"))
        raw_fields = {}
    for name, definition in raw_fields.items():
        faults.extend(_field_faults(name, definition))
    print_form_code = root.get("print_form_code")
    if not faults and _RESERVED.fullmatch(root["code"]):
        faults.append(Fault("code", "taken", value=root["code"]))
    if print_form_code is not None and not isinstance(print_form_code, str):
        faults.append(Fault("print_form_code", "type", expected="text"))
    elif print_form_code and (reason := text_fault(print_form_code, MAX_NAME)):
        faults.append(Fault("print_form_code", reason))
    if faults:
        raise BadInput(*faults)
    return OrderType(
        code=root["code"],
        name=root["name"],
        print_form_code=print_form_code,
        fields=tuple(_field(name, definition) for name, definition in raw_fields.items()),
    )


def _reason(value: object) -> str | None:
    """Why the value cannot be a code, a name or a label."""
    return required_fault(value, MAX_NAME) if isinstance(value, str) else "blank"


def _field_faults(name: object, definition: object) -> list[Fault]:
    if _reason(name) or not isinstance(definition, Mapping) or not _is_storable(definition):
        return [Fault("fields", "invalid", str(name))]
    faults = []
    if definition.get("type") not in FIELD_TYPES:
        faults.append(Fault("fields", "inclusion", f"{name}.type", definition.get("type")))
    if reason := _reason(definition.get("label")):
        faults.append(Fault("fields", reason, f"{name}.label"))
    longest = definition.get("max_length")
    if longest is not None and not (isinstance(longest, int) and 0 < longest <= MAX_STRING):
        faults.append(Fault("fields", "invalid", f"{name}.max_length", longest))
    return faults


def _is_storable(definition: Mapping[str, Any]) -> bool:
    """Whether the options, whatever they are, can be kept as JSON."""
    try:
        return _NUL.search(msgspec.json.encode(definition)) is None
    except (TypeError, ValueError, RecursionError):
        return False


_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def _field(name: str, definition: Mapping[str, Any]) -> FieldDefinition:
    options = {key: value for key, value in definition.items() if key not in ("type", "label")}
    return FieldDefinition(name, definition["type"], definition["label"], options)
