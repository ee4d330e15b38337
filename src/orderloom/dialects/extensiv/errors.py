"""The face that Extensiv gives to each refusal. Source: contracts/extensiv.md section 7."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

import msgspec

from orderloom.book.api_keys import READ, WRITE
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
from orderloom.dialects.contract import JSON, Refused, Reply
from orderloom.dialects.description import one_of

# What an answer that has two representations depends on.
VARY: Final = ("Vary", "Accept")
PLAIN_TEXT: Final = "text/plain; charset=utf-8"
# However much is wrong, an answer has an end.
MAX_PROPERTIES: Final = 100
MAX_VALUE: Final = 200
_BEARER: Final = ("WWW-Authenticate", "Bearer")
# The vendor's names of what a client may do.
_ROLES: Final = {READ: "PoView", WRITE: "PoEdit"}
_HINTS: Final = {
    "Required": "A value is required",
    "DoesNotExist": "There is no such thing",
    "Duplicate": "It is used already",
    "Incompatible": "It may not be changed",
    "ValueNotSupported": "The value is not supported",
}
_CODES: Final = {"blank": "Required", "unknown": "DoesNotExist", "taken": "Duplicate", "illegal": "Incompatible"}


def _type(name: str) -> str:
    """The vendor's name of an exception, which stands in `$type`."""
    return f"WMS.V2.Generic.Models.Exceptions.{name}, WMS.V2.Generic.Models"


class Why(msgspec.Struct, tag_field="$type", tag=_type):
    """A refusal in the vendor's words."""


class Property(msgspec.Struct):
    """A member of a body that is at fault, by its path."""

    Name: str
    Value: str | None


class QueryParameterException(Why):
    """A parameter of the query cannot be used."""

    Parameters: Sequence[str]
    ErrorCode: Annotated[str, one_of("Required", "NotParsable", "DoesNotExist")]
    Hint: str


class ModelValidationException(Why):
    """A body cannot be used."""

    ModelType: int
    Properties: Sequence[Property]
    ErrorCode: Annotated[str, one_of(*_HINTS)]
    Hint: str


class OperationException(Why):
    """It may not be done as things are."""

    ActionNameType: int
    ActionName: str
    ErrorCode: Annotated[str, one_of("InUse")]
    Hint: str


class AuthorizationException(Why):
    """The client lacks a role."""

    ErrorCode: str
    Hint: str


class TokenError(msgspec.Struct):
    """Why no token was given: one member, and the code alone as OAuth has it."""

    Message: str
    error: str


class BadParameter(Refused):
    """A parameter of the query cannot be used."""

    def __init__(self, name: str, hint: str, code: str = "NotParsable") -> None:
        super().__init__(_bad_parameters([name], code, hint))


class BadBody(Refused):
    """The body as a whole cannot be used."""

    def __init__(self, hint: str) -> None:
        super().__init__(_bad_model([Property("Body", None)], "Required", hint))


def empty(status: int, *headers: tuple[str, str]) -> Reply:
    """An answer whose status says everything."""
    return Reply(status, headers=headers)


def unauthorized(*headers: tuple[str, str]) -> Reply:
    """401: no token, or one that is none."""
    return Reply(401, headers=(_BEARER, *headers))


def token_refused(status: int, text: str, *headers: tuple[str, str]) -> Reply:
    """The answer of the token path."""
    return Reply(status, msgspec.json.encode(TokenError(text, text.partition(":")[0])), JSON, headers)


def reply(refusal: Refusal) -> Reply:
    """The answer to a book error."""
    return next(face(refusal) for kind, face in FACES.items() if isinstance(refusal, kind))


def token_reply(refusal: Refusal) -> Reply:
    """The same at the token path."""
    if isinstance(refusal, TooManyTries):
        wait = str(refusal.retry_after_s)
        return token_refused(
            401, f"invalid_client: too many wrong tries, come again in {wait} s", ("Retry-After", wait)
        )
    return token_refused(400, "invalid_request: the request cannot be used")


def fault(status: int) -> Reply:
    """The answer where no book error explains it."""
    if status == 400:
        return _bad_parameters([], "NotParsable", "The request cannot be used")
    return Reply(status, _TEXTS[status], PLAIN_TEXT) if status in _TEXTS else empty(status)


def token_fault(status: int) -> Reply:
    """The same at the token path."""
    if status in _TEXTS:
        return Reply(status, _TEXTS[status], PLAIN_TEXT)
    return token_refused(status, "invalid_request: the request cannot be used")


_TEXTS: Final = {500: b"The request failed.", 503: b"The server is not available for the moment."}


def _exception(status: int, why: Why) -> Reply:
    return Reply(status, msgspec.json.encode(why), JSON)


def _bad_parameters(names: Sequence[str], code: str, hint: str) -> Reply:
    return _exception(400, QueryParameterException(names, code, hint))


def _bad_model(properties: Sequence[Property], code: str, hint: str) -> Reply:
    return _exception(400, ModelValidationException(0, properties, code, hint))


# Where in a body the book's words stand. What the translation found has its path with it.
_HEAD: Final = {
    "number": "PurchaseOrderNumber",
    "customer": "CustomerIdentifier",
    "customer_id": "CustomerIdentifier",
    "supplier": "Supplier",
    "supplier_id": "Supplier",
    "issued_at": "IssueDate",
    "notes": "Notes",
    "external_id": "ExternalId",
}
_LINE: Final = {
    "id": "PurchaseOrderLineItemId",
    "item": "ItemIdentifier",
    "item_id": "ItemIdentifier",
    "qualifier": "Qualifier",
    "quantity": "Quantity",
    "facility": "ExpectedFacility",
    "facility_id": "ExpectedFacility",
    "expected_at": "ExpectedDate",
    "cancel_at": "CancelDate",
    "notes": "Notes",
    "external_id": "ExternalLineId",
    "price": "Price",
}


def _bad_input(refusal: BadInput) -> Reply:
    """One code an answer: that of the first fault, with every other place that shares it."""
    code = _code(refusal.faults[0])
    faulty = [found for found in refusal.faults if _code(found) == code]
    properties = [Property(_path(found), _text(found.value)) for found in faulty[:MAX_PROPERTIES]]
    return _bad_model(properties, code, f"{_HINTS[code]}: {properties[0].Name}")


def _code(found: Fault) -> str:
    return _CODES.get(found.reason, "ValueNotSupported")


def _path(found: Fault) -> str:
    if found.part is not None:
        return found.part
    if found.line is not None:
        return f"LineItems[{found.line}].{_LINE.get(found.field, pascal(found.field))}"
    thing, _, member = found.field.partition(".")
    path = _HEAD.get(thing, pascal(thing))
    return f"{path}.{pascal(member)}" if member else path


def pascal(word: str) -> str:
    """The book's word as Extensiv spells a member."""
    return "".join(part[:1].upper() + part[1:] for part in word.split("_"))


def _text(value: object) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=lambda _: None).decode()
    # What no answer may hold has been refused for that very reason.
    return text[:MAX_VALUE].encode(errors="replace").decode()


def _not_allowed(refusal: NotAllowed) -> Reply:
    text = f"The role {_ROLES[refusal.right]} is required"
    return _exception(403, AuthorizationException(text, text))


def _in_use(_: InUse) -> Reply:
    return _exception(
        403, OperationException(0, "inventory/purchaseorder", "InUse", "Related receivers are still open")
    )


FACES: Final[dict[type[Refusal], Callable[[Any], Reply]]] = {
    NotFound: lambda _: empty(404),
    BadInput: _bad_input,
    InUse: _in_use,
    UnknownKey: lambda _: unauthorized(),
    NotAllowed: _not_allowed,
    # There is no 429 here; whoever is let in no more is not known.
    TooManyTries: lambda refusal: unauthorized(("Retry-After", str(refusal.retry_after_s))),
    IllegalMove: lambda refusal: _bad_model([Property(refusal.field, None)], "Incompatible", _HINTS["Incompatible"]),
    TooCostly: lambda _: _bad_parameters(["rql"], "NotParsable", "It takes too long to find what is asked for"),
    # Nothing that Extensiv can ask for leads to one of these.
    Ambiguous: lambda _: empty(412),
    StaleOrder: lambda _: empty(412),
    UserBlocked: lambda _: unauthorized(),
}
