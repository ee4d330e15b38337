"""The face that InTouch gives to each refusal. Source: contracts/intouch.md section 6."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

import msgspec

from orderloom.book.errors import (
    Ambiguous,
    BadInput,
    Fault,
    IllegalMove,
    InUse,
    NotAllowed,
    NotFound,
    OrderTypeNotFound,
    Refusal,
    StaleOrder,
    TooCostly,
    TooManyTries,
    UnknownKey,
    UserBlocked,
)
from orderloom.dialects.contract import JSON, Refused, Reply
from orderloom.dialects.description import one_of

NOT_VALID: Final = "Záznam neprošel validací"
_TEXTS: Final = {
    400: "Chybný požadavek",
    401: "Přihlášení je nutné",
    403: "K této operaci chybí oprávnění",
    404: "Záznam neexistuje",
    405: "Metoda není povolena",
    408: "Požadavek nedorazil včas",
    409: "Záznam nelze změnit",
    413: "Požadavek je příliš dlouhý",
    422: "Klíč idempotence patří jinému požadavku",
    429: "Příliš mnoho neúspěšných pokusů o přihlášení",
    500: "Požadavek selhal",
    503: "Server je dočasně nedostupný",
}


# However much is wrong, an answer has an end.
MAX_PROBLEMS: Final = 100


class Problem(msgspec.Struct):
    """One thing wrong with a request; `field` is null for the body as a whole."""

    field: str | None
    code: Annotated[str, one_of("required", "type", "value", "json", "unknown_reference")]
    message: str


class Error(msgspec.Struct):
    """The body of every refusal."""

    error: str
    errors: Sequence[Problem] = ()


class Invalid(Refused):
    """What was sent has these problems, each a field (None for the whole body) and a code."""

    def __init__(self, *problems: tuple[str | None, str]) -> None:
        super().__init__(invalid([problem(field, code) for field, code in problems]))


def told(status: int, *headers: tuple[str, str]) -> Reply:
    """The answer with this status and no problems to list."""
    return Reply(status, msgspec.json.encode(Error(_TEXTS[status])), JSON, headers)


UNAUTHORIZED: Final = told(401, ("WWW-Authenticate", 'Basic realm="InTouch CRM"'))


def invalid(problems: Sequence[Problem]) -> Reply:
    """400 with every problem."""
    return Reply(400, msgspec.json.encode(Error(NOT_VALID, problems)), JSON)


def problem(field: str | None, code: str) -> Problem:
    """The problem in words."""
    return Problem(field, code, _MESSAGES[code].format(f"Údaj {field}" if field else "Požadavek"))


_MESSAGES: Final = {
    "required": "{} je povinný",
    "type": "{} má chybný typ",
    "value": "{} má nepřípustnou hodnotu",
    "json": "{} není platný JSON",
    "unknown_reference": "{} odkazuje na neexistující záznam",
}


def reply(refusal: Refusal) -> Reply:
    """The answer to a book error."""
    return next(face(refusal) for kind, face in FACES.items() if isinstance(refusal, kind))


def fault(status: int) -> Reply:
    """The answer where no book error explains it."""
    return invalid([problem(None, "value")]) if status == 400 else told(status)


# Words of the book that InTouch spells otherwise; a fault that the translation found has InTouch's word as its part.
_ATTRIBUTES: Final = {
    "customer_id": "customer",
    "type": "caseType",
    "price_total": "totalPrice",
    "price_currency": "currency",
    "item_id": "product",
    "leftovers": None,
}
_CODES: Final = {"blank": "required", "type": "type", "unknown": "unknown_reference"}


def _bad_input(refusal: BadInput) -> Reply:
    return invalid([_problem(found) for found in refusal.faults[:MAX_PROBLEMS]])


def _problem(found: Fault) -> Problem:
    return problem(found.part or _ATTRIBUTES.get(found.field, found.field), _CODES.get(found.reason, "value"))


FACES: Final[dict[type[Refusal], Callable[[Any], Reply]]] = {
    OrderTypeNotFound: lambda _: invalid([problem("caseType", "unknown_reference")]),
    NotFound: lambda _: told(404),
    BadInput: _bad_input,
    IllegalMove: lambda refusal: invalid([problem(_ATTRIBUTES.get(refusal.field, refusal.field), "value")]),
    UnknownKey: lambda _: UNAUTHORIZED,
    NotAllowed: lambda _: told(403),
    TooManyTries: lambda refusal: told(429, ("Retry-After", str(refusal.retry_after_s))),
    # Nothing that InTouch can ask for leads to one of these.
    Ambiguous: lambda _: told(409),
    InUse: lambda _: told(409),
    StaleOrder: lambda _: told(409),
    TooCostly: lambda _: invalid([problem(None, "value")]),
    UserBlocked: lambda _: told(401),
}
