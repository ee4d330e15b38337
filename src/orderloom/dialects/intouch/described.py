"""InTouch in words: how one signs in, what requests hold, and how it refuses. Source: contracts/intouch.md."""

from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orderloom.book.amounts import MAX_AMOUNT
from orderloom.book.text import MAX_NOTES, MAX_TEXT
from orderloom.dialects.description import NOT_BLANK, Answer, Description, Parameter, SignIn
from orderloom.dialects.intouch.errors import Error

ABOUT: Final = """
Orders (`buscases`), their items (`buscaseitems`) and the parties that order.

PUT replaces a record, PATCH changes some attributes. Beside the attributes that are named here a record may have any
others: they are kept, and come back equal as JSON, numbers up to 1e308. `id`, `buscase`, `entered`, `enteredBy`,
`modified` and `modifiedBy` are ignored in every body, so a client can send back what it fetched.

One signs in by HTTP Basic with a user's e-mail and password. A body is read as JSON whatever its content type says. A
method that a path does not have is answered 405 with `Allow`.
"""

# Requests ------------------------------------------------------------------------------------------------------------

_INT64: Final = Meta(ge=-(2**63), le=2**63 - 1)
_Int = Annotated[int, _INT64] | None
_Text = Annotated[str, Meta(max_length=MAX_TEXT)] | None
_Required = Annotated[str, Meta(pattern=NOT_BLANK, max_length=MAX_TEXT)]
_Notes = Annotated[str, Meta(max_length=MAX_NOTES)] | None
_Amount = Annotated[
    Any,
    Meta(extra_json_schema={"type": ["number", "null"], "minimum": -float(MAX_AMOUNT), "maximum": float(MAX_AMOUNT)}),
]
_Customer = Annotated[int, Meta(ge=1, le=2**63 - 1, description="A party's id.")]
_CaseType = Annotated[
    int,
    Meta(
        ge=1,
        le=2**63 - 1,
        description="From 1 to 999 it comes into being when it is named first; others must be known.",
    ),
]


class OrderAttributes(msgspec.Struct, kw_only=True):
    """The attributes of an order that may be left out."""

    caseType: _CaseType | UnsetType = UNSET
    totalPrice: _Amount = UNSET
    currency: Annotated[str, Meta(pattern="^[A-Za-z]{3}$")] | UnsetType = UNSET
    comment: _Notes | UnsetType = UNSET
    branch: _Int | UnsetType = UNSET
    person: _Int | UnsetType = UNSET
    opportunity: _Int | UnsetType = UNSET
    ownerUser: _Text | UnsetType = UNSET
    ownerGroup: _Text | UnsetType = UNSET


class WholeOrder(OrderAttributes, kw_only=True):
    """An order. What is left out takes its default: `CZK`, the caller as owner, nothing; `caseType` stays as it is."""

    customer: _Customer
    name: _Required


class OrderPart(OrderAttributes, kw_only=True):
    """What is to be changed of an order; what is left out stays."""

    customer: _Customer | UnsetType = UNSET
    name: _Required | UnsetType = UNSET


class ItemAttributes(msgspec.Struct, kw_only=True):
    """The attributes of an item that may be left out."""

    locked: bool | UnsetType = UNSET
    quantity: _Amount = UNSET
    price: _Amount = UNSET
    totalPrice: _Amount = UNSET
    unit: _Text | UnsetType = UNSET
    note: _Notes | UnsetType = UNSET
    product: _Int | UnsetType = UNSET


class WholeItem(ItemAttributes, kw_only=True):
    """An item. What is left out takes its default: not locked, nothing."""

    title: _Required


class ItemPart(ItemAttributes, kw_only=True):
    """What is to be changed of an item; what is left out stays."""

    title: _Required | UnsetType = UNSET


_Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
ORDER: Final = Parameter("id", "path", _Id, "The order's id.")
ORDER_OF_ITEMS: Final = Parameter("buscaseId", "path", _Id, "The order's id.")
ITEM: Final = Parameter("id", "path", _Id, "The item's id.")
PARTY: Final = Parameter("id", "path", _Id, "The party's id.")
PAGING: Final = (
    Parameter("position", "query", Annotated[int, Meta(ge=0)], "Where the page begins, counted from 0."),
    Parameter("size", "query", Annotated[int, Meta(ge=0)], "How many a page; 20 by default, 1,000 at most."),
    Parameter(
        "orderBy",
        "query",
        Annotated[str, Meta(pattern=r"^\w*$", max_length=2_000)],
        "The attribute to sort by, a further one too; by `id` where nobody has it.",
    ),
    Parameter("desc", "query", bool, "Whether the last one comes first."),
)
CASE_TYPE: Final = Parameter(
    "caseType",
    "query",
    int,
    "Orders of this type alone, with their further attributes; 0 is all types, without them.",
)
LOCATION: Final = Parameter("Location", "header", str, "Where the new record can be read.", required=True)

# Refusals ------------------------------------------------------------------------------------------------------------

_TEXTS: Final = {
    400: "Something about the request is wrong; every problem is listed.",
    401: "The credentials are missing or wrong.",
    403: "The caller may not do this.",
    404: "There is no such record.",
    408: "The body did not arrive in time.",
    409: "The first request with this key of idempotency is still being worked on.",
    413: "The body is too long.",
    422: "The key of idempotency belongs to another request.",
    429: "Too many wrong credentials.",
    500: "The request failed.",
    503: "The server is not available at the moment.",
}
_RETRY: Final = Parameter("Retry-After", "header", int, "Seconds to wait.", required=True)
_HEADERS: Final = {
    401: (Parameter("WWW-Authenticate", "header", str, "How to sign in.", required=True),),
    429: (_RETRY,),
    503: (_RETRY,),
}


def _refusal(status: int) -> Answer:
    return Answer(status, Error, _TEXTS[status], _HEADERS.get(status, ()))


DESCRIPTION: Final = Description(
    "InTouch CRM",
    ABOUT,
    (
        SignIn(
            "password",
            {"type": "http", "scheme": "basic", "description": "A user's e-mail and password."},
            "{email}:{password}",
        ),
    ),
    _refusal,
    ignores_empty=True,
)
