"""Extensiv in words: how one signs in, what requests hold, and how it refuses. Source: contracts/extensiv.md."""

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orderloom.book.contacts import MAX_CODE
from orderloom.book.contacts import MAX_TEXT as MAX_CONTACT_TEXT
from orderloom.book.purchases import MAX_LINES, MAX_NUMBER
from orderloom.book.text import MAX_NOTES, MAX_TEXT
from orderloom.dialects.description import (
    FORM_TYPE,
    INSTANT,
    JSON_TYPE,
    NOT_BLANK,
    Answer,
    Description,
    Media,
    Parameter,
    SignIn,
    one_of,
)
from orderloom.dialects.extensiv import shapes
from orderloom.dialects.extensiv.errors import (
    PLAIN_TEXT,
    AuthorizationException,
    ModelValidationException,
    OperationException,
    QueryParameterException,
    TokenError,
)
from orderloom.dialects.extensiv.lists import MAX_SIZE
from orderloom.dialects.extensiv.representations import HAL_TYPE
from orderloom.dialects.extensiv.rql import Properties
from orderloom.dialects.extensiv.shapes import HAL, PLAIN, HalLinks, PlainLink

ABOUT: Final = """
The purchase orders of a warehouse, what they lead to, and tokens for programs.

A client gets a token for its id and secret, which is good for an hour; it names a user, whose password plays no part.

There are two representations. `Accept: application/hal+json` gets camelCase with links by relation and without nulls;
anybody else gets PascalCase with nulls. Paths, names of parameters and names of members are compared without case, and
members that nobody knows are ignored.

A change names the `ETag` of what was read in `If-Match`, so that nobody overwrites what he has not seen; `*` stands for
whatever is there.

Lists are narrowed by `rql`, such as `customeridentifier.id==1;readonly.closed==false`: `;` is and, `,` is or. The
operators are `==`, `!=`, `=gt=`, `=ge=`, `=lt=`, `=le=`, `=in=`, `=out=` and `=hv=`. Reserved characters inside a value
are escaped once more.

A method that a path does not have is answered 405 with `Allow`.
"""

# Requests ------------------------------------------------------------------------------------------------------------

_DAY: Final = r"[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_LOCAL: Final = Meta(pattern=rf"^{_DAY}(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{{1,7}})?)?)?$")
_Moment = INSTANT | Annotated[str, _LOCAL] | None
_Id = Annotated[int, Meta(ge=0, le=2**63 - 1)] | None
_Text = Annotated[str, Meta(max_length=MAX_TEXT)] | None
_Notes = Annotated[str, Meta(max_length=MAX_NOTES)] | None
_ContactText = Annotated[str, Meta(max_length=MAX_CONTACT_TEXT)] | None


class Sent(msgspec.Struct, rename="camel"):
    """A part of a body."""


def _reference(about: str, words: tuple[str, ...], spelled: Callable[[str], str], *, optional: bool = False) -> Any:
    """What names a thing: its id, which alone decides, else the first of the words that it has."""
    by_id = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
    by_word = {"type": "string", "pattern": NOT_BLANK, "maxLength": MAX_TEXT}
    nothing: dict[str, Any] = {spelled("id"): {"enum": [0, None]}}
    ways: list[Any] = [{"required": [spelled("id")], "properties": {spelled("id"): by_id}}]
    for word in map(spelled, words):
        ways.append({"required": [word], "properties": {**nothing, word: by_word}})
        nothing[word] = {"enum": ["", None]}
    kinds = ["object", "null"] if optional else ["object"]
    if optional:
        ways.append({"properties": nothing})
    return Annotated[Any, Meta(description=about, extra_json_schema={"type": kinds, "anyOf": ways})]


def _references(spelled: Callable[[str], str]) -> tuple[Any, Any, Any]:
    """How a customer, an item and a facility are named, with the names of members spelled so."""
    return (
        _reference("A customer: by id, else by external id, else by name.", ("externalId", "name"), spelled),
        _reference("An item of the customer: by id, else by SKU.", ("sku",), spelled),
        _reference("A facility: by id, else by name.", ("name",), spelled, optional=True),
    )


_NAMED: Final = _references(str)
CustomerNamed: TypeAlias = _NAMED[0]  # type: ignore[valid-type]
ItemNamed: TypeAlias = _NAMED[1]  # type: ignore[valid-type]
FacilityNamed: TypeAlias = _NAMED[2]  # type: ignore[valid-type]


class SupplierSent(Sent):
    """The contact with this `contactId`; else the one with this `code`, if nothing else has a value; else a new one."""

    contact_id: _Id | UnsetType = UNSET
    company_name: _ContactText | UnsetType = UNSET
    name: _ContactText | UnsetType = UNSET
    title: _ContactText | UnsetType = UNSET
    address1: _ContactText | UnsetType = UNSET
    address2: _ContactText | UnsetType = UNSET
    city: _ContactText | UnsetType = UNSET
    state: _ContactText | UnsetType = UNSET
    zip: _ContactText | UnsetType = UNSET
    country: _ContactText | UnsetType = UNSET
    phone_number: _ContactText | UnsetType = UNSET
    fax: _ContactText | UnsetType = UNSET
    email_address: _ContactText | UnsetType = UNSET
    dept: _ContactText | UnsetType = UNSET
    is_address_residential: bool | None | UnsetType = UNSET
    code: Annotated[str, Meta(max_length=MAX_CODE)] | None | UnsetType = UNSET
    address_status: (
        Annotated[int, one_of(0, 1, 2)]
        | Annotated[str, Meta(pattern="^([uU]nconfirmed|[cC]onfirmed|[uU]serAccepted)$")]
        | None
        | UnsetType
    ) = UNSET


class NewLine(Sent):
    """A line of a new purchase order."""

    item_identifier: ItemNamed
    quantity: Annotated[Any, Meta(extra_json_schema={"type": "number", "exclusiveMinimum": 0})]
    qualifier: Annotated[_Text, Meta(description="One of the item's qualifiers.")] | UnsetType = UNSET
    expected_facility: FacilityNamed = UNSET
    expected_date: _Moment | UnsetType = UNSET
    cancel_date: _Moment | UnsetType = UNSET
    notes: _Notes | UnsetType = UNSET
    external_line_id: _Text | UnsetType = UNSET
    price: Annotated[Any, Meta(extra_json_schema={"type": ["number", "null"], "minimum": 0})] = UNSET


class LineSent(NewLine):
    """A line. One that names its `purchaseOrderLineItemId` stays, others are new; stored ones that are missing go."""

    purchase_order_line_item_id: _Id | UnsetType = UNSET


class HeadSent(Sent):
    """What is said of a purchase order as a whole."""

    purchase_order_number: Annotated[str, Meta(pattern=NOT_BLANK, max_length=MAX_NUMBER)]
    customer_identifier: CustomerNamed
    issue_date: _Moment | UnsetType = UNSET
    supplier: SupplierSent | None | UnsetType = UNSET
    notes: _Notes | UnsetType = UNSET
    external_id: _Text | UnsetType = UNSET


class NewPurchaseOrder(HeadSent):
    """A new purchase order. `readOnly`, `_links` and `_embedded` are ignored."""

    line_items: Annotated[list[NewLine], Meta(max_length=MAX_LINES)] | None | UnsetType = UNSET


class WholePurchaseOrder(HeadSent):
    """A whole purchase order; what is left out takes its default. `readOnly`, `_links` and `_embedded` are ignored."""

    line_items: Annotated[list[LineSent], Meta(max_length=MAX_LINES)] | None | UnsetType = UNSET


class TokenAsked(msgspec.Struct):
    """What a client sends for a token: one of the two that name a user is needed."""

    grant_type: Annotated[str, one_of("client_credentials")]
    user_login: Annotated[str | None, Meta(description="The user's e-mail.")] | UnsetType = UNSET
    user_login_id: Annotated[int, Meta(ge=0)] | Annotated[str, Meta(pattern="^[0-9]*$")] | None | UnsetType = UNSET
    tpl: Annotated[Any, Meta(description="The warehouse, whichever.")] = UNSET


def _pascal_twins() -> dict[Any, Any]:
    twins: dict[Any, Any] = dict(zip(_NAMED, _references(shapes.pascal), strict=True))
    for shape in (SupplierSent, NewLine, LineSent, NewPurchaseOrder, WholePurchaseOrder):
        twins[shape] = shapes.plain(shape, twins)
    return twins


_PASCAL: Final = _pascal_twins()
NEW_PURCHASE_ORDER: Final = Media({JSON_TYPE: _PASCAL[NewPurchaseOrder], HAL_TYPE: NewPurchaseOrder})
WHOLE_PURCHASE_ORDER: Final = Media({JSON_TYPE: _PASCAL[WholePurchaseOrder], HAL_TYPE: WholePurchaseOrder})
TOKEN: Final = Media({JSON_TYPE: TokenAsked, FORM_TYPE: TokenAsked})

_PathId = Annotated[int, Meta(ge=1, le=2**63 - 1)]


def path_id(thing: str, name: str = "id") -> Parameter:
    """The id of the thing in a path."""
    return Parameter(name, "path", _PathId, f"The {thing}'s id.")


def list_parameters(properties: Properties, size: int) -> tuple[Parameter, ...]:
    """What a list is narrowed, sorted and paged by; `size` is that of a page without a wish."""
    names = ", ".join(f"`{name}`" for name in properties)
    return (
        Parameter("rql", "query", Annotated[str, Meta(max_length=12_000)], f"Which ones. Properties: {names}."),
        Parameter("sort", "query", str, "Properties, separated by commas; `-` before one sorts it descending."),
        Parameter(
            "pgsiz", "query", Annotated[int, Meta(ge=1, le=MAX_SIZE)], f"How many a page, from 1 to {MAX_SIZE}; {size}."
        ),
        Parameter("pgnum", "query", Annotated[int, Meta(ge=1)], "Which page, from 1."),
        IF_NONE_MATCH,
    )


IF_NONE_MATCH: Final = Parameter("If-None-Match", "header", str, "The `ETag` of what the caller has already.")
IF_MATCH: Final = Parameter(
    "If-Match",
    "header",
    Annotated[str, Meta(pattern=r"^\S")],
    "The `ETag` of what the caller has seen, or `*`.",
    required=True,
)
ETAG: Final = Parameter("ETag", "header", str, "Stands for what was shown.", required=True)
NOT_STORED: Final = (
    Parameter("Cache-Control", "header", Annotated[str, one_of("no-store")], "Nobody may keep it.", required=True),
)
LOCATION: Final = Parameter("Location", "header", str, "Where it can be read.", required=True)
PURCHASE_ORDER_OF_RECEIVERS: Final = Parameter(
    "purchaseorderid", "query", Annotated[int, Meta(ge=1)], "Those of this purchase order alone."
)
NUMBER: Final = Parameter("ponum", "query", Annotated[str, Meta(min_length=1)], "The number, case ignored.", True)
SELECTION: Final = Parameter("rql", "query", Annotated[str, Meta(min_length=1, max_length=12_000)], "The list.", True)

# Answers -------------------------------------------------------------------------------------------------------------


def one(name: str) -> Media:
    """A thing in both representations."""
    return Media({JSON_TYPE: getattr(PLAIN, name), HAL_TYPE: getattr(HAL, name)})


def page(name: str, rel: str) -> Media:
    """A page of a list in both representations."""
    total = Annotated[int, Meta(ge=0, description="How many there are on all pages.")]
    of_hal, of_plain = (list.__class_getitem__(getattr(each, name)) for each in (HAL, PLAIN))
    embedded = msgspec.defstruct(f"{name}Embedded", [("records", of_hal)], rename={"records": rel}, module=__name__)
    hal = msgspec.defstruct(
        f"{name}List", [("totalResults", total), ("_embedded", embedded), ("_links", HalLinks)], module=__name__
    )
    plain = msgspec.defstruct(
        f"Plain{name}List",
        [("TotalResults", total), ("ResourceList", of_plain), ("_links", list[PlainLink])],
        module=__name__,
    )
    return Media({JSON_TYPE: plain, HAL_TYPE: hal})


_TEXTS: Final = {
    304: "It is as the caller has it.",
    400: "A parameter or the body cannot be used.",
    401: "The credentials are missing or wrong, or were wrong too often.",
    403: "A role is missing, or receivers are still open.",
    404: "There is no such thing.",
    408: "The body did not arrive in time.",
    409: "The first request with this key of idempotency is still being worked on.",
    412: "It is not as the caller has seen it.",
    413: "The body is too long.",
    414: "The address is too long.",
    415: "The body is of another type.",
    422: "The key of idempotency belongs to another request.",
    428: "A change has to say in `If-Match` what the caller has seen.",
    431: "The address and the headers together are too long.",
    500: "The request failed.",
    503: "The server is not available at the moment.",
}
_RETRY: Final = Parameter("Retry-After", "header", int, "Seconds to wait.", required=True)
_HEADERS: Final = {
    304: (ETAG,),
    401: (Parameter("WWW-Authenticate", "header", str, "How to sign in.", required=True),),
    503: (_RETRY,),
}
_PLAIN_TEXT: Final = Media({PLAIN_TEXT.partition(";")[0]: str})
_EXCEPTIONS: Final[dict[int, Any]] = {
    400: QueryParameterException | ModelValidationException,
    403: OperationException | AuthorizationException,
    500: _PLAIN_TEXT,
    503: _PLAIN_TEXT,
}
_TOKEN_ERRORS: Final[dict[int, Any]] = _EXCEPTIONS | dict.fromkeys((400, 401, 408, 413), TokenError)


def _refusal(status: int) -> Answer:
    return Answer(status, _EXCEPTIONS.get(status), _TEXTS[status], _HEADERS.get(status, ()))


def _token_refusal(status: int) -> Answer:
    headers = () if status == 401 else _HEADERS.get(status, ())  # who names an unknown user is not asked again
    return Answer(status, _TOKEN_ERRORS.get(status), _TEXTS[status], headers)


_CLIENT: Final = SignIn(
    "client",
    {"type": "http", "scheme": "basic", "description": "A client's id and secret."},
    "{client_id}:{client_secret}",
)
_FLOW: Final = {"tokenUrl": "/AuthServer/api/Token", "scopes": {}}
_TOKEN: Final = SignIn(
    "token",
    {"type": "oauth2", "flows": {"clientCredentials": _FLOW}, "description": "A token, as a bearer token."},
    "{token}",
)
DESCRIPTION: Final = Description("Extensiv 3PL Warehouse Manager", ABOUT, (_TOKEN,), _refusal, ignores_empty=True)
TOKENS: Final = Description("Extensiv: tokens", "", (_CLIENT,), _token_refusal)
