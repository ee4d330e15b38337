"""What is said of our own API in its description."""

from typing import Final

from orderloom.api import rate_limits
from orderloom.api.errors import TYPE, Problem
from orderloom.dialects.description import Answer, Description, Media, Parameter, SignIn

ABOUT: Final = """
Orderloom's own API, for those who are free to choose. It says the book's own words: JSON in snake_case, decimal numbers
as text, moments as RFC 3339.

Sign in with an API key as a bearer token, or with a user's e-mail and password by HTTP Basic. Lists are read part by
part: give the `next` of one part as the `cursor` of the following. A change may name the version that it is made from
(`If-Match`, or `version` in the body) and is refused with 412 if somebody else was quicker. Every refusal is a problem
document (RFC 9457) whose `type` is stable. Every write takes an `Idempotency-Key`, apart from the making of API keys:
nothing that tells a secret is kept. Requests are counted minute by minute; `RateLimit` tells how many are left.
"""

_TEXTS: Final = {
    400: "The request cannot be read.",
    401: "Who is calling is not known.",
    403: "The caller may not do this.",
    404: "There is no such thing.",
    405: "The path has no such method.",
    408: "The body did not arrive in time.",
    409: "What is there stands in the way.",
    412: "It has changed since it was read.",
    413: "The body is too long.",
    415: "The media type is not understood.",
    422: "Values cannot be entered; each is told.",
    429: "Too many requests.",
    500: "The request failed.",
    503: "The server cannot answer at the moment.",
}
_RETRY: Final = Parameter("Retry-After", "header", int, "Seconds to wait.", required=True)
_HEADERS: Final = {
    401: (Parameter("WWW-Authenticate", "header", str, "How to sign in."),),
    405: (Parameter("Allow", "header", str, "The methods that the path has."),),
    429: (_RETRY,),
    503: (_RETRY,),
}


# These are answered before the request is counted, or in place of an answer that there is not.
_UNCOUNTED: Final = frozenset((401, 405, 408, 413, 500, 503))


def _refusal(status: int) -> Answer:
    counted = () if status in _UNCOUNTED else rate_limits.TELLS
    if status == 304:
        return Answer(304, None, "It is as the caller knows it.", counted)
    return Answer(status, Media({TYPE: Problem}), _TEXTS[status], (*_HEADERS.get(status, ()), *counted))


DESCRIPTION: Final = Description(
    "Orderloom",
    ABOUT,
    (
        SignIn(
            "password",
            {"type": "http", "scheme": "basic", "description": "A user's e-mail and password."},
            "{email}:{password}",
        ),
    ),
    _refusal,
    by_key=True,
)
