"""What is said of InTouch in its description. Source: contracts/intouch.md."""

from typing import Final

from orderloom.dialects.description import Answer, Description, Parameter, SignIn
from orderloom.dialects.intouch.errors import Error

ABOUT: Final = """
Orders (`buscases`), their items (`buscaseitems`) and the parties that order.

PUT replaces, PATCH changes. Attributes that no field is known for are kept and come back equal as JSON.
"""
_TEXTS: Final = {
    400: "Something about the request is wrong; every problem is listed.",
    401: "Who is calling is not known.",
    403: "The caller may not do this.",
    404: "There is no such record.",
    405: "This path does not have that method.",
    413: "The body is too long.",
    429: "Too many wrong credentials.",
}
_HEADERS: Final = {
    401: (Parameter("WWW-Authenticate", "header", str, "How to sign in.", required=True),),
    405: (Parameter("Allow", "header", str, "The methods that it has.", required=True),),
    429: (Parameter("Retry-After", "header", int, "Seconds to wait.", required=True),),
}


def _refusal(status: int) -> Answer:
    return Answer(status, Error, _TEXTS[status], _HEADERS.get(status, ()))


DESCRIPTION: Final = Description(
    "InTouch CRM",
    ABOUT,
    (SignIn("password", {"type": "http", "scheme": "basic"}, "{email}:{password}"),),
    _refusal,
)
