"""What the description of a face is made of: the words for what an operation takes and gives.

Routing needs none of it. The OpenAPI document and its pages are made from it, and the tests send every example and hold
each answer against what is said here.

A *shape* is a type that msgspec knows, a JSON Schema (a mapping), `AnyOf` several of these, or `Media` where it depends
on the media type.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, NamedTuple

from msgspec import Meta

JSON_TYPE: Final = "application/json"
FORM_TYPE: Final = "application/x-www-form-urlencoded"
MULTIPART_TYPE: Final = "multipart/form-data"

INSTANT = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
"""A text that is a moment by RFC 3339."""
AMOUNT = Annotated[Any, Meta(extra_json_schema={"type": "number"})]
"""A Decimal that is written as a JSON number."""
AMOUNT_OR_NULL = Annotated[Any, Meta(extra_json_schema={"type": ["number", "null"]})]
"""The same or None."""
NOT_BLANK: Final = r"[^\s\x1c-\x1f\x85]"
"""The pattern of a text that says something."""


def one_of(*values: str | int) -> Meta:
    """Says of a type that it has these values alone, whatever else Python's type may hold."""
    return Meta(extra_json_schema={"enum": list(values)})


class Media(NamedTuple):
    """A shape for each media type, the usual one first. Other shapes are JSON."""

    shapes: Mapping[str, Any]


class AnyOf(NamedTuple):
    """A shape that is one of several, which msgspec could not tell apart."""

    shapes: tuple[Any, ...]


class Parameter(NamedTuple):
    """A named value of a request, or a header of an answer; `about` is one sentence.

    `place` is where it stands. Without a description of its own a parameter of the path is a text. One that is
    `never_empty` does not count as absent where it has no value, whatever the face's others do.
    """

    name: str
    place: Literal["path", "query", "header"]
    shape: Any
    about: str
    required: bool = False
    never_empty: bool = False


class Answer(NamedTuple):
    """How an operation answers with this status; `shape` is None where there is no body, `about` is one sentence."""

    status: int
    shape: Any = None
    about: str = ""
    headers: tuple[Parameter, ...] = ()


class Example(NamedTuple):
    """A request that can be sent to the demo book as it stands, apart from the credentials.

    `path` has its parameters filled in, percent-encoded; `query` and a form's `body` are pairs of texts as they are
    meant, any other `body` is a JSON value. A text of either that is a word for credentials, such as `{email}` (see
    `SignIn`), stands for these. `method` and `status` are those of the operation unless given. How the answer looks is
    written nowhere: a test sends the request and asks.
    """

    title: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = None
    media_type: str = JSON_TYPE
    method: str = ""
    status: int = 0


class Link(NamedTuple):
    """What an answer says that another operation of the face takes.

    `values` are the parameters of that one, by name, as OpenAPI's runtime expressions: `$response.body#/order/code`.
    """

    operation_id: str
    values: Mapping[str, str]
    about: str = ""


class SignIn(NamedTuple):
    """One part of how a caller signs in: a security scheme of OpenAPI, and what goes there.

    `credentials` has words in braces: `{email}`, `{password}`, `{api_token}`, `{client_id}`, `{client_secret}`,
    `{token}`, `{refresh_token}`, `{api_key}`, which the pages replace by those of the demo book, or by placeholders.
    """

    name: str
    scheme: Mapping[str, Any]
    credentials: str


API_KEY: Final = SignIn(
    "apiKey",
    {"type": "http", "scheme": "bearer", "description": "An API key, which opens every face that it is for."},
    "{api_key}",
)
"""What does instead of a face's own credentials, at every face."""


class Description(NamedTuple):
    """A face in words; `about` is Markdown. A caller brings everything of `security`, or an API key.

    `refusal` tells how an answer with a status that `Operation.refuses` names looks. Where `ignores_empty`, a parameter
    of the query that is empty counts as absent. Where `by_key`, the examples sign in with an API key. Faces of one name
    are described together, by the title and the text of the first.
    """

    title: str
    about: str
    security: tuple[SignIn, ...]
    refusal: Callable[[int], Answer]
    ignores_empty: bool = False
    by_key: bool = False
