"""How Synergist refuses. Source: contracts/synergist.md section 9: HTTP 404 with an envelope for every error."""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from orderloom.book.errors import (
    Ambiguous,
    BadInput,
    Fault,
    IllegalMove,
    InUse,
    NotAllowed,
    NotFound,
    OrderNotFound,
    Refusal,
    StaleOrder,
    TooCostly,
    TooManyTries,
    UnknownKey,
    UserBlocked,
)
from orderloom.book.text import MAX_NOTES, MAX_TEXT
from orderloom.dialects.contract import Reply
from orderloom.dialects.synergist import model, shapes

NO_CREDENTIALS: Final = 404001
INVALID_CREDENTIALS: Final = 404002
DISABLED: Final = 404003
NOT_RECOGNISED: Final = 404004
OTHERWISE: Final = 404500
_TEXTS: Final = {
    NO_CREDENTIALS: "no credentials supplied",
    INVALID_CREDENTIALS: "invalid credentials supplied",
    DISABLED: "account disabled",
    NOT_RECOGNISED: "request not recognised",
}
# However much is wrong, an answer has an end.
MAX_FAULTS: Final = 20


class Wrong(Exception):
    """What was asked has no meaning here; the text names the cause."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Trouble(NamedTuple):
    """What an error says."""

    code: int
    text: str = ""
    status: int = 404
    headers: tuple[tuple[str, str], ...] = ()

    def reply(self, version: str = "") -> Reply:
        """The envelope."""
        return shapes.reply(
            self.status, shapes.failure(self.code, self.text or _TEXTS[self.code], version), *self.headers
        )


def quoted(word: object) -> str:
    """A word of the caller's inside a text, without what an answer cannot hold."""
    return str(word).encode(errors="replace").decode().replace("\0", "?")


def trouble(refusal: Refusal) -> Trouble:
    """What a book error is called here."""
    return next(face(refusal) for kind, face in FACES.items() if isinstance(refusal, kind))


def fault(status: int) -> Trouble:
    """What is said where no book error explains it. What the server cannot help is no 404."""
    return Trouble(OTHERWISE, _FAULTS[status], status if status >= 500 or status in _OF_KEYS else 404)


# The vendor knows no idempotency keys, so that a client who sends one understands these.
_OF_KEYS: Final = (409, 422)
_FAULTS: Final = {
    400: "the request is malformed",
    408: "the request did not arrive in time",
    409: "the first request with this idempotency key is still being worked on",
    413: "the request is too long",
    422: "the idempotency key belongs to another request",
    500: "the request failed",
    503: "the server is not available at the moment",
}


def _bad_input(refusal: BadInput) -> Trouble:
    return Trouble(OTHERWISE, "; ".join(_words(refusal.faults)))


def _words(faults: Iterable[Fault]) -> list[str]:
    texts = [f"{_place(found)}{model.NAMES.get(found.field, found.field)} {_reason(found)}" for found in faults]
    return list(dict.fromkeys(texts))[:MAX_FAULTS]


def _place(found: Fault) -> str:
    return "" if found.line is None else f"data[{found.line}]: "


def _reason(found: Fault) -> str:
    if (text := _OF_FIELD.get((found.field, found.reason))) is not None:
        return text
    if found.reason == "too_long" and found.expected:
        return f"may hold {found.expected} at most"
    if found.reason == "unknown" and isinstance(found.value, str):
        return f"names nothing that is known: {quoted(found.value)}"
    return _REASONS[found.reason]


_OF_FIELD: Final = {
    ("rate", "invalid"): "must be more than 0",
    ("rate", "illegal"): "needs a poCurrencyCode",
    ("investment", "illegal"): "is for purchases with poInvest true",
    ("investment_markup", "illegal"): "is for purchases with poInvest true",
    ("title", "too_long"): f"may have {MAX_TEXT} characters at most",
    ("supplier_reference", "too_long"): f"may have {MAX_TEXT} characters at most",
    ("notes", "too_long"): f"may have {MAX_NOTES} characters at most",
}
_REASONS: Final = {
    "blank": "is mandatory",
    "illegal": "may not have this value here",
    "inclusion": "may not have this value",
    "invalid": "has an invalid value",
    "taken": "is taken",
    "too_short": "is too short",
    "too_long": "is too long",
    "too_large": "would be 1e13 or more",
    "type": "is of the wrong type",
    "unexpected": "is not expected",
    "unknown": "names nothing that is known",
}

FACES: Final[dict[type[Refusal], Callable[[Any], Trouble]]] = {
    OrderNotFound: lambda refusal: Trouble(OTHERWISE, f"unknown purchase {quoted(refusal.key)}"),
    NotFound: lambda refusal: Trouble(OTHERWISE, f"unknown {refusal.noun}"),
    BadInput: _bad_input,
    InUse: lambda refusal: Trouble(OTHERWISE, f"the purchase cannot be deleted while it has {refusal.dependents}"),
    IllegalMove: lambda _: Trouble(OTHERWISE, "the purchase is a real purchase order already"),
    UserBlocked: lambda _: Trouble(DISABLED),
    UnknownKey: lambda _: Trouble(INVALID_CREDENTIALS),
    NotAllowed: lambda refusal: Trouble(OTHERWISE, f"these credentials give no right to {refusal.right}"),
    # Everything here is 404, except what tells programs to come back later.
    TooManyTries: lambda refusal: Trouble(
        INVALID_CREDENTIALS, status=429, headers=(("Retry-After", str(refusal.retry_after_s)),)
    ),
    TooCostly: lambda _: Trouble(OTHERWISE, "it takes too long to find what is asked for"),
    # Nothing that Synergist can ask for leads to one of these.
    StaleOrder: lambda _: Trouble(OTHERWISE, "the purchase was changed by somebody else"),
    Ambiguous: lambda _: Trouble(OTHERWISE, "more than one is meant"),
}
