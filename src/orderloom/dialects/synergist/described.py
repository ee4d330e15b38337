"""What is said of Synergist in its description. Source: contracts/synergist.md."""

from typing import Final

from orderloom.dialects.description import Answer, Description, Parameter, SignIn
from orderloom.dialects.synergist.shapes import Written

ABOUT: Final = """
Purchases and what they cost. Everything is one address; the parameters say what is wanted.

Each call brings its own credentials, in the query or in the body (form, multipart or JSON). Send them by POST over
https: a query string is written to logs by many programs on the way.
"""
_RETRY: Final = Parameter("Retry-After", "header", int, "Seconds to wait.", required=True)


def _key(name: str) -> dict[str, str]:
    return {"type": "apiKey", "in": "query", "name": name}


def _refusal(status: int) -> Answer:
    about = "Too many wrong credentials." if status == 429 else "Whatever is wrong; `errorcode` says what."
    return Answer(status, Written, about, (_RETRY,) if status == 429 else ())


DESCRIPTION: Final = Description(
    "Synergist",
    ABOUT,
    (SignIn("user", _key("user"), "{email}"), SignIn("password", _key("password"), "{password}")),
    _refusal,
)
