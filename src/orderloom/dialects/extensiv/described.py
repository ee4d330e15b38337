"""What is said of Extensiv in its description. Source: contracts/extensiv.md."""

from typing import Any, Final

import msgspec

from orderloom.dialects.description import Answer, Description, Parameter, SignIn

ABOUT: Final = """
The purchase orders of a warehouse, what they lead to, and tokens for programs.

A client gets a token for its id and secret, good for an hour. `Accept: application/hal+json` gets camelCase with links
by relation and without nulls, anybody else PascalCase with nulls. Paths, parameters and members are compared without
case. A change names the `ETag` of what was read in `If-Match`.
"""


class WhyNot(msgspec.Struct, rename={"type": "$type"}):
    """Why a request was refused."""

    type: str
    ErrorCode: str
    Hint: str
    Parameters: list[str] | msgspec.UnsetType = msgspec.UNSET
    Properties: list[Any] | msgspec.UnsetType = msgspec.UNSET


class TokenError(msgspec.Struct):
    """Why no token was given."""

    Message: str
    error: str


_TEXTS: Final = {
    304: "It is as the caller has it.",
    400: "A parameter or the body cannot be used.",
    401: "Who is calling is not known.",
    403: "It may not be done: a role is missing, or receivers are open.",
    404: "There is no such thing.",
    405: "This path does not have that method.",
    412: "It is not as the caller saw it.",
    413: "The body is too long.",
    415: "The body is of another type.",
    428: "A change has to name what it changes in `If-Match`.",
}
_HEADERS: Final = {
    401: (Parameter("WWW-Authenticate", "header", str, "How to sign in.", required=True),),
    405: (Parameter("Allow", "header", str, "The methods that it has.", required=True),),
}
_CLIENT: Final = SignIn("client", {"type": "http", "scheme": "basic"}, "{client_id}:{client_secret}")
_TOKEN: Final = SignIn("token", {"type": "http", "scheme": "bearer"}, "{token}")


def _refusal(status: int) -> Answer:
    shape = WhyNot if status in (400, 403) else None
    return Answer(status, shape, _TEXTS[status], _HEADERS.get(status, ()))


def _token_refusal(status: int) -> Answer:
    shape = TokenError if status in (400, 401) else None
    return Answer(status, shape, _TEXTS[status], _HEADERS.get(status, ()))


DESCRIPTION: Final = Description("Extensiv 3PL Warehouse Manager", ABOUT, (_TOKEN,), _refusal)
TOKENS: Final = Description("Extensiv: tokens", "", (_CLIENT,), _token_refusal)
