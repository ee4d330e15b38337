"""How our own API refuses: problem details. Source: RFC 9457."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec

from orderloom.api.shapes import Result
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
from orderloom.dialects.contract import REQUEST_ID, Refused, Reply

TYPE: Final = "application/problem+json"
# However much is wrong, an answer has an end.
MAX_FAULTS: Final = 100
# Nor does a sentence repeat however long a value.
MAX_DETAIL: Final = 300


class Error(msgspec.Struct, frozen=True):
    """One thing wrong with a request: where, a word for programs, and a sentence for people.

    `pointer` is a JSON pointer into the body; `parameter` the name of a parameter of the query, header or path.
    """

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None


class Problem(msgspec.Struct, frozen=True):
    """Why a request was refused; `type` never changes its meaning."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[Error] = []


_CHALLENGE: Final = (("WWW-Authenticate", 'Bearer realm="orderloom"'), ("WWW-Authenticate", 'Basic realm="orderloom"'))
_TITLES: Final = {
    "bad-request": "The request cannot be read",
    "invalid": "Values cannot be entered",
    "unauthorized": "Who is calling is not known",
    "forbidden": "The caller may not do this",
    "not-found": "There is no such thing",
    "method-not-allowed": "The path has no such method",
    "timeout": "The request did not arrive in time",
    "conflict": "What is there stands in the way",
    "stale": "It has changed since it was read",
    "too-large": "The request is too long",
    "unsupported-type": "The media type is not understood",
    "key-reused": "The idempotency key belongs to another request",
    "in-flight": "The first request with this idempotency key is still being worked on",
    "too-many": "Too many requests",
    "too-costly": "It takes too long to find",
    "failed": "The request failed",
    "unavailable": "The server cannot answer at the moment",
}


def problem(
    status: int, kind: str, detail: str = "", *, errors: Iterable[Error] = (), headers: tuple[tuple[str, str], ...] = ()
) -> Reply:
    """The refusal of this kind, one of the stable words."""
    title = _TITLES[kind]
    told = list(errors)[:MAX_FAULTS]
    body = Problem(f"urn:orderloom:problem:{kind}", title, status, detail or title, REQUEST_ID.get(), told)
    return Reply(status, msgspec.json.encode(body), TYPE, headers)


def refused(status: int, kind: str, detail: str = "", *errors: Error) -> Refused:
    """The same to be raised."""
    return Refused(problem(status, kind, detail, errors=errors))


def unauthorized(detail: str) -> Reply:
    """401: nobody is known by what was sent, if anything was."""
    return problem(401, "unauthorized", detail, headers=_CHALLENGE)


def invalid(errors: Iterable[Error]) -> Reply:
    """422: the request can be read, but its values cannot be entered."""
    return problem(422, "invalid", errors=errors)


def bad_parameter(name: str, detail: str, code: str = "invalid") -> Refused:
    """400 for a parameter of the query, a header, or the path."""
    return refused(400, "bad-request", detail, Error(code, detail, parameter=name))


def reply(refusal: Refusal) -> Reply:
    """The answer to a book error."""
    return next(face(refusal) for kind, face in FACES.items() if isinstance(refusal, kind))


class OfMany:
    """How those of many are refused: of each the first fault is told, and further ones until MAX_FAULTS are reached.

    (Were MAX_FAULTS told of each, an answer could be many times as long as what was sent.)
    """

    def __init__(self) -> None:
        self.most = MAX_FAULTS
        """So many faults of the next one are told."""

    def invalid(self, errors: Sequence[Error]) -> Result:
        """The refusal of one for what is wrong with it."""
        told = errors[: self.most]
        detail = "More may be wrong than is told here." if len(told) == self.most else ""
        self.most -= max(0, len(told) - 1)
        return self.result(problem(422, "invalid", detail, errors=told))

    def refused(self, refusal: Refusal) -> Result:
        """The refusal of one by the book."""
        if isinstance(refusal, BadInput):
            return self.invalid(errors_of(refusal.faults[: self.most]))
        return self.result(reply(refusal))

    def result(self, refusal: Reply) -> Result:
        """The refusal of one for another reason, which names no faults."""
        return Result(refusal.status, problem=msgspec.Raw(refusal.body))


def fault(status: int) -> Reply:
    """The answer where no book error explains it."""
    return problem(status, _BY_STATUS.get(status, "failed"))


_BY_STATUS: Final = {
    400: "bad-request",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "timeout",
    409: "in-flight",
    413: "too-large",
    415: "unsupported-type",
    422: "key-reused",
    429: "too-many",
    503: "unavailable",
}


def errors_of(faults: Iterable[Fault], at: str = "") -> list[Error]:
    """What is wrong, each with a pointer into the record that stands at `at` in the body."""
    return [error_of(fault, f"{at}{pointer_of(fault)}") for fault in faults]


def error_of(fault: Fault, pointer: str) -> Error:
    """What is wrong at this place."""
    return Error(fault.reason, _sentence(fault), pointer)


def told_together(read: Iterable[Error], found: Iterable[Error]) -> list[Error]:
    """What was wrong when a body was read, and what the book found in the rest of it.

    Of a value that could not be read, or that hangs on one, the book knows nothing.
    """
    told = list(read)
    places = {error.pointer or "" for error in told}
    for error in found:
        pointer = error.pointer or ""
        if not any(_hangs_on(pointer, error.code, place) for place in places):
            told.append(error)
    return told


def _hangs_on(pointer: str, code: str, place: str) -> bool:
    """Whether what is wrong at the pointer may follow from the value at the place having been left out."""
    if f"{pointer}/".startswith(f"{place}/") or f"{place}/".startswith(f"{pointer}/"):
        return True
    if place in ("/customer_id", "/case_id"):
        return code == "unknown" and _OF_ITEMS.fullmatch(pointer) is not None
    return place.startswith("/costing/") and pointer.startswith("/costing/") and code == "illegal"


_OF_ITEMS: Final = re.compile(r"/lines/[0-9]+/(item_id|qualifier)")


def pointer_of(fault: Fault) -> str:
    """Where in an order, or in another record, the fault is."""
    line = "" if fault.line is None else f"/lines/{fault.line}"
    if fault.part is not None and fault.field in _REFERENCES:
        return fault.part
    field = _FIELDS.get(fault.field, fault.field)
    if fault.field in _COSTS and fault.line is None:
        field = f"costing/{field}"
    return f"{line}/{field}{'' if fault.part is None else '/' + escaped(fault.part)}"


def escaped(name: str) -> str:
    """A name as a part of a JSON pointer. Source: RFC 6901."""
    return sayable(name).replace("~", "~0").replace("/", "~1")


def sayable(text: str) -> str:
    """The text as an answer can repeat it: a lone surrogate is no character."""
    return text.encode(errors="replace").decode()


# Their faults tell the place at which they were named.
_REFERENCES: Final = frozenset(("customer", "supplier", "item", "facility"))
_FIELDS: Final = {"responsible_email": "responsible", "supplier": "supplier_id", "customer": "customer_id"}
_COSTS: Final = frozenset(
    (
        "currency",
        "rate",
        "cost",
        "currency_cost",
        "markup",
        "charge",
        "job_charge",
        "invest",
        "investment",
        "investment_markup",
        *(f"estimate_{slot}" for slot in ("cost", "currency_cost", "markup", "charge", "job_charge")),
        "original_cost",
        "original_currency_cost",
    )
)
_SENTENCES: Final = {
    "blank": "A value is required.",
    "illegal": "This one may not have the value.",
    "inclusion": "The value is none of those that are known.",
    "invalid": "The value cannot be kept.",
    "taken": "Another one has the value already.",
    "too_large": "The value is too large.",
    "too_long": "The value is too long.",
    "too_short": "The value is too short.",
    "type": "The value is of another type.",
    "unexpected": "There is no such member here.",
    "unknown": "The value names nothing that is in the book.",
}


def _sentence(fault: Fault) -> str:
    expected = "" if fault.expected is None else f" Expected: {fault.expected}."
    return f"{_SENTENCES[fault.reason]}{expected}"


def _stale(_: Any) -> Reply:
    return problem(412, "stale", "Read it again: its version is another one.")


# What stands in the way of a move, by the field that does.
_MOVES: Final = {
    "deleted": "The order is not deleted: name the version or the moment that shall come back.",
    "active": "This type is always there.",
}
FACES: Final[dict[type[Refusal], Callable[[Any], Reply]]] = {
    NotFound: lambda refusal: problem(404, "not-found", f"There is no such {refusal.noun}."),
    BadInput: lambda refusal: invalid(errors_of(refusal.faults)),
    IllegalMove: lambda refusal: problem(409, "conflict", _MOVES.get(refusal.field, "")),
    InUse: lambda refusal: problem(409, "conflict", f"The {refusal.noun} still has {refusal.dependents}."),
    Ambiguous: lambda refusal: problem(409, "conflict", f"More than one {refusal.noun} is meant."),
    UnknownKey: lambda _: unauthorized("The API key is unknown, revoked or expired."),
    NotAllowed: lambda refusal: problem(403, "forbidden", f"There is no right to {refusal.right} here."),
    TooManyTries: lambda refusal: problem(
        429, "too-many", "Too many wrong credentials.", headers=(("Retry-After", str(refusal.retry_after_s)),)
    ),
    # The desk tries again until it is the order's turn, so nobody sees this of a change without a version.
    StaleOrder: _stale,
    TooCostly: lambda _: problem(422, "too-costly"),
    UserBlocked: lambda _: unauthorized("The user is blocked."),
}
