"""Synergist in words: how one signs in, what requests hold, and how it refuses. Source: contracts/synergist.md."""

from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orderloom.desk.costed import MAX_RECORDS
from orderloom.dialects.description import (
    FORM_TYPE,
    JSON_TYPE,
    MULTIPART_TYPE,
    Answer,
    AnyOf,
    Description,
    Media,
    Parameter,
    SignIn,
    one_of,
)
from orderloom.dialects.synergist import model
from orderloom.dialects.synergist.lists import ALL, SORTS
from orderloom.dialects.synergist.model import COUNT, DATE, FIELDS, FLAG, MONEY, TEXT, Kind
from orderloom.dialects.synergist.parameters import VERSIONS
from orderloom.dialects.synergist.routes import ACTIONS
from orderloom.dialects.synergist.shapes import Amounts, Attribute, Deleted, Details, Failure, InList, Read, Written

ABOUT: Final = """
Purchases and what they cost. Everything is one address; `action` says what is wanted, and without it one reads.

Each call brings its own credentials, `user` and `password` or `sha512password`, in the query or in the body. Send them
by POST over https: a query string is written to logs by many programs on the way.

The amounts of a purchase follow each other: a cost makes the charge by the markup, a charge makes the markup, and the
amounts in other currencies go with them.

Every refusal is 404 with an envelope whose `errorcode` says what is wrong, also of a method that is not known here:
404001 no credentials, 404002 wrong ones, 404003 a disabled account, 404004 no such address, 404500 anything else.
A used `Idempotency-Key`, which is no word of the vendor's, is 409 or 422, too many wrong passwords 429, and what is the
server's fault 500 or 503, all with the same envelope.
Parameters that nobody knows are ignored, and their names are compared without case.
"""

# Requests ------------------------------------------------------------------------------------------------------------

_NumberOrText = Annotated[Any, Meta(extra_json_schema={"type": ["number", "string"]})]
_TruthOrText = Annotated[Any, Meta(extra_json_schema={"enum": [True, False, "true", "false", 1, 0]})]
_SENT: Final[dict[Kind, Any]] = {
    TEXT: str,
    DATE: Annotated[str, Meta(description="YYYY-MM-DD; the empty text clears it.")],
    FLAG: _TruthOrText,
    COUNT: _NumberOrText,
    MONEY: _NumberOrText,
}
Record = msgspec.defstruct(
    "Record",
    [
        (name, _SENT[field.kind] | UnsetType if field.kind is TEXT else _SENT[field.kind], UNSET)
        for name, field in FIELDS.items()
    ],
    namespace={
        "__doc__": f"A purchase. `create` needs {', '.join(model.MANDATORY)} and may have {', '.join(model.OPTIONAL)}; "
        "`update` and `delete` name the purchase by `poInternal` or `poUuid`."
    },
    module=__name__,
)


class Input(msgspec.Struct):
    """What is to be created, changed or deleted: all of it, or nothing."""

    data: Annotated[list[Record], Meta(min_length=1, max_length=MAX_RECORDS)]  # type: ignore[valid-type]


_INPUT: Final = "What to create, update or delete: JSON, an object with `data`, a list of records."
_ONE: Final = "One purchase, by its number or its UUID: to read, promote or invest."
_JSON_TEXT: Final = Annotated[str, Meta(extra_json_schema={"contentMediaType": JSON_TYPE})]
_WRITES: Final = ("update", "create", "delete")
_Version = Annotated[str, one_of(*sorted(VERSIONS))]
_Sort = Annotated[str, one_of(*(code.upper() for code in SORTS))]
_Count = Annotated[int, Meta(ge=0)]
_VERSION: Final = Parameter(
    "version", "query", _Version, "The version of the API; envelopes tell it from 3.8 on.", required=True
)
_COMPANY: Final = Parameter("company", "query", str, "The company's number; there is one.")
_READING: Final = (
    Parameter("purchase", "query", str, _ONE),
    Parameter("style", "query", Annotated[str, one_of("modeldata", "modelstructure")], "Records, or their fields."),
    Parameter("modelstructure", "query", Annotated[str, one_of(*model.MODELS)], "Which fields a record shows."),
    Parameter("jobphase", "query", str, "Purchases of this job and phase alone."),
    Parameter("job", "query", str, "Purchases of this job alone."),
    Parameter("supplier", "query", str, "Purchases from the supplier with this code alone."),
    Parameter("uuid", "query", str, "The purchase with this UUID alone."),
    Parameter("search", "query", str, "What the description, the number or their reference has to contain."),
    Parameter("timestampfrom", "query", int, "Changed from this second on, counted since 1970."),
    Parameter("timestampto", "query", int, "Changed until this second, counted since 1970."),
    Parameter("view", "query", Annotated[int, one_of(ALL)], "A built-in list: all purchases."),
    Parameter("views", "query", Annotated[int, one_of(ALL)], "The same by its other name."),
    Parameter("rows", "query", _Count, "How many a page; 0 is all."),
    Parameter("page", "query", _Count, "Which page, from 1; 0 is the first one too."),
    Parameter("sort", "query", _Sort, "What to sort by; `UNIQUE` by default."),
    Parameter("dir", "query", Annotated[str, one_of("ASC", "DESC")], "In which direction."),
)
PARAMETERS: Final = (
    _VERSION,
    _COMPANY,
    Parameter("action", "query", Annotated[str, one_of(*ACTIONS)], "What to do; nothing is to read."),
    Parameter("input", "query", _JSON_TEXT, _INPUT),
    *_READING,
)
_CREDENTIALS: Final = (
    Parameter("user", "query", str, "The user's e-mail."),
    Parameter("password", "query", str, "The user's password."),
    Parameter("sha512password", "query", Annotated[str, Meta(pattern="^[0-9A-Fa-f]{128}$")], "Its SHA-512 instead."),
)


def _body(name: str, about: str, parameters: Iterable[Parameter]) -> Any:
    """The parameters as members of a body. What need not be there may be there without a value."""
    members: list[Any] = []
    for one in (*_CREDENTIALS, _VERSION, _COMPANY, *parameters):
        shape: Any = Annotated[one.shape, Meta(description=one.about)]
        members.append((one.name, shape) if one.required else (one.name, shape | Literal[""] | None, UNSET))
    return msgspec.defstruct(name, members, namespace={"__doc__": about}, module=__name__, kw_only=True)


def _bodies(input_: Any, suffix: str) -> AnyOf:
    def action(*names: str) -> Parameter:
        return Parameter("action", "query", Annotated[str, one_of(*names)], "What to do.", required=True)

    others = [name for name in ACTIONS if name not in _WRITES]
    return AnyOf(
        (
            _body(f"Reading{suffix}", "To read: an `action` is not there.", (*_READING, _NO_ACTION)),
            _body(
                f"Writing{suffix}",
                "To create, update or delete.",
                (action(*_WRITES), Parameter("input", "query", input_, _INPUT, required=True)),
            ),
            _body(
                f"Doing{suffix}",
                "To do something with one purchase.",
                (action(*others), Parameter("purchase", "query", str, _ONE, required=True)),
            ),
        )
    )


_NO_ACTION: Final = Parameter("action", "query", Annotated[str, one_of("")], "Nothing.")
_INPUT_OR_TEXT: Any = Input | str
_FORM: Final = _bodies(_JSON_TEXT, "ByForm")
CALL: Final = Media({FORM_TYPE: _FORM, MULTIPART_TYPE: _FORM, JSON_TYPE: _bodies(_INPUT_OR_TEXT, "ByJson")})

# Answers -------------------------------------------------------------------------------------------------------------

ENVELOPE: Final = AnyOf((Read[InList], Read[Details], Read[Attribute], Written[Amounts], Written[Deleted]))
NO_STORE: Final = Parameter(
    "Cache-Control", "header", Annotated[str, one_of("no-store")], "Nobody may keep it.", required=True
)
_RETRY: Final = Parameter("Retry-After", "header", int, "Seconds to wait.", required=True)
_TEXTS: Final = {
    404: "Whatever is wrong; `errorcode` says what.",
    409: "The first request with this key of idempotency is still being worked on.",
    422: "The key of idempotency belongs to another request.",
    429: "Too many wrong credentials.",
    500: "The request failed.",
    503: "The server is not available at the moment.",
}


def _refusal(status: int) -> Answer:
    return Answer(status, Failure, _TEXTS[status], (NO_STORE, _RETRY) if status in (429, 503) else (NO_STORE,))


def _key(name: str, about: str) -> dict[str, str]:
    return {"type": "apiKey", "in": "query", "name": name, "description": about}


DESCRIPTION: Final = Description(
    "Synergist",
    ABOUT,
    (
        SignIn("user", _key("user", "A user's e-mail; it may stand in the body."), "{email}"),
        SignIn("password", _key("password", "The user's password; it may stand in the body."), "{password}"),
    ),
    _refusal,
    ignores_empty=True,
)
