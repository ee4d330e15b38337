"""What is said of iinsight in its description. Source: contracts/iinsight.md."""

from typing import Final

import msgspec

from orderloom.dialects.description import Answer, Description, Parameter, SignIn

ABOUT: Final = """
The purchase orders of a case, the cases, and the tokens that lead to them.

A client gets an access token for a user's password, which is good for an hour. Parameters stand in the query or in a
form. Ids are text or number exactly as the vendor prints them, and differ from call to call.
"""


class Error(msgspec.Struct):
    """Why a call was refused; `response` says it again, where successes carry their text."""

    error: str
    error_description: str
    response: str


class TokenError(msgspec.Struct):
    """Why no token was given, as RFC 6749 has it."""

    error: str
    error_description: str


_TEXTS: Final = {
    400: "A parameter is missing or cannot be used.",
    401: "Who is calling is not known.",
    403: "The caller may not do this.",
    404: "There is no such thing.",
    405: "This path does not have that method.",
    409: "It cannot be done as things are.",
    413: "The body is too long.",
    429: "Too many wrong credentials.",
}
_HEADERS: Final = {
    401: (Parameter("WWW-Authenticate", "header", str, "How to sign in.", required=True),),
    403: (Parameter("WWW-Authenticate", "header", str, "What is missing.", required=True),),
    405: (Parameter("Allow", "header", str, "The methods that it has.", required=True),),
    429: (Parameter("Retry-After", "header", int, "Seconds to wait.", required=True),),
}
_CLIENT: Final = SignIn("client", {"type": "http", "scheme": "basic"}, "{client_id}:{client_secret}")
_TOKEN: Final = SignIn("token", {"type": "http", "scheme": "bearer"}, "{token}")


def _refusal(status: int) -> Answer:
    return Answer(status, Error, _TEXTS[status], _HEADERS.get(status, ()))


def _token_refusal(status: int) -> Answer:
    return Answer(status, TokenError, _TEXTS[status], _HEADERS.get(status, ()))


DESCRIPTION: Final = Description("iinsight", ABOUT, (_TOKEN,), _refusal)
TOKENS: Final = Description("iinsight: tokens", "", (_CLIENT,), _token_refusal)
