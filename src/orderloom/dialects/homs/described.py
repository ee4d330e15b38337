"""What is said of HOMS in its description. Source: contracts/homs.md."""

from typing import Annotated, Any, Final, Literal

import msgspec

from orderloom.dialects.description import Answer, Description, Media, Parameter, SignIn

ABOUT: Final = """
The API of the Hydra Order Management System: orders, users, and custom fields by order type.

An order is addressed by its `code`, a user by e-mail. What an order type asks for stands in `data`; types have no API,
the operator adds them. Lists are paged by `page` and `page_size` and hold neither totals nor filters.
"""


class BadRequest(msgspec.Struct):
    """A body that cannot be read, or without its root."""

    status: Literal[400]
    error: Literal["Bad Request"]


Faults = Annotated[dict[str, list[Any]], msgspec.Meta(description="What is wrong with each attribute.")]

_CHALLENGE: Final = Parameter("WWW-Authenticate", "header", str, "How to sign in.")
_RETRY: Final = Parameter("Retry-After", "header", int, "Seconds to wait.", required=True)
_REFUSALS: Final = {
    answer.status: answer
    for answer in (
        Answer(400, BadRequest, "The body cannot be read, or has no root."),
        Answer(401, Media({"text/plain": str}), "Who is calling is not known.", (_CHALLENGE,)),
        Answer(403, None, "The caller may not do this."),
        Answer(404, None, "There is no such thing."),
        Answer(413, None, "The body is too long."),
        Answer(422, Faults, "A value cannot be entered."),
        Answer(429, None, "Too many wrong credentials.", (_RETRY,)),
    )
}

DESCRIPTION: Final = Description(
    "HOMS",
    ABOUT,
    (SignIn("apiToken", {"type": "http", "scheme": "basic"}, "{email}:{api_token}"),),
    _REFUSALS.__getitem__,
)
