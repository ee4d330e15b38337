"""The face that iinsight gives to each refusal. Source: contracts/iinsight.md section 6."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from orderloom.book.errors import (
    Ambiguous,
    BadInput,
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

Tell = Callable[..., Reply]
"""Makes an answer of a status, a code, a text and headers."""

Faults = Mapping[int, tuple[str, str]]
"""Code and text where no book error explains the status."""

REALM: Final = 'realm="Service"'
NO_STORE: Final = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))


class MissingParameter(Refused):
    """A mandatory parameter is missing or blank."""

    def __init__(self, name: str) -> None:
        super().__init__(told(400, "missing_parameter", f"Parameter {name} is required"))


class InvalidParameter(Refused):
    """A parameter is malformed, too long or contradictory; `why` completes the sentence."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(told(400, "invalid_parameter", f"Parameter {name} {why}"))


def told(status: int, code: str, text: str, *headers: tuple[str, str]) -> Reply:
    """The answer with this code; the text stands in `response` too, where successes carry theirs."""
    body = {"error": code, "error_description": text, "response": text}
    return Reply(status, msgspec.json.encode(body), JSON, headers)


def told_of_tokens(status: int, code: str, text: str, *headers: tuple[str, str]) -> Reply:
    """The same at `/auth/*`, as RFC 6749 has it: without `response`, and never to be stored."""
    body = {"error": code, "error_description": text}
    return Reply(status, msgspec.json.encode(body), JSON, (*NO_STORE, *headers))


def bad_token(tell: Tell = told) -> Reply:
    """The answer to a token that is none, or that has ended."""
    return _bearer(401, "invalid_token", "The access token is unknown or expired", tell)


def reply(refusal: Refusal, tell: Tell = told) -> Reply:
    """The answer to a book error."""
    return next(face(refusal, tell) for kind, face in FACES.items() if isinstance(refusal, kind))


FAULTS: Final[Faults] = {
    400: ("invalid_parameter", "The request is malformed"),
    408: ("request_timeout", "The request did not arrive in time"),
    409: ("request_in_flight", "The first request with this idempotency key is still being worked on"),
    413: ("request_too_large", "The request is too long"),
    422: ("idempotency_key_reused", "The idempotency key belongs to another request"),
    500: ("server_error", "The request failed"),
    503: ("temporarily_unavailable", "The server is not available for the moment"),
}
TOKEN_FAULTS: Final[Faults] = {**FAULTS, 400: ("invalid_request", "The request is malformed")}


def _not_found(refusal: NotFound, tell: Tell) -> Reply:
    return tell(404, "not_found", f"There is no such {'purchase order' if refusal.noun == 'order' else refusal.noun}")


def _bad_input(refusal: BadInput, tell: Tell) -> Reply:
    names = ", ".join(sorted({fault.field for fault in refusal.faults}))
    return tell(400, "invalid_parameter", f"The values cannot be entered: {names}")


def _ambiguous(_: Ambiguous, tell: Tell) -> Reply:
    text = "The case has more than one purchase order; send purchase_order_id to name one"
    return tell(409, "ambiguous_purchase_order", text)


def _in_use(refusal: InUse, tell: Tell) -> Reply:
    return tell(409, "conflict", f"It cannot be deleted while it has {refusal.dependents}")


def _conflict(_: Refusal, tell: Tell) -> Reply:
    return tell(409, "conflict", "It may not be changed in this way")


def _too_many(refusal: TooManyTries, tell: Tell) -> Reply:
    wait = str(refusal.retry_after_s)
    return tell(429, "too_many_requests", f"Too many wrong tries; come again in {wait} s", ("Retry-After", wait))


def _bearer(status: int, code: str, text: str, tell: Tell) -> Reply:
    """Source: RFC 6750 section 3.1."""
    return tell(status, code, text, ("WWW-Authenticate", f'Bearer {REALM}, error="{code}"'))


FACES: Final[dict[type[Refusal], Callable[[Any, Tell], Reply]]] = {
    NotFound: _not_found,
    BadInput: _bad_input,
    Ambiguous: _ambiguous,
    InUse: _in_use,
    IllegalMove: _conflict,
    StaleOrder: _conflict,
    TooCostly: lambda _, tell: tell(400, "invalid_parameter", "It takes too long to find what is asked for"),
    UnknownKey: lambda _, tell: bad_token(tell),
    NotAllowed: lambda refusal, tell: _bearer(403, "insufficient_scope", f"No right to {refusal.right}", tell),
    TooManyTries: _too_many,
    UserBlocked: lambda _, tell: tell(401, "unauthorized", "This user is kept out"),
}
