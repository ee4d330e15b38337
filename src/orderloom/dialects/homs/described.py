"""HOMS in words: how one signs in, what requests hold, and how it refuses. Source: contracts/homs.md."""

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orderloom.dialects.description import INSTANT, NOT_BLANK, Answer, Description, Parameter, SignIn
from orderloom.dialects.homs.shapes import Role, State

ABOUT: Final = """
The API of the Hydra Order Management System: orders, users, and custom fields by order type.

An order is addressed by its `code`, a user by e-mail. What an order type asks for stands in `data`; types have no API,
the operator adds them. Lists are paged by `page` and `page_size` and hold neither totals nor filters.

One signs in by HTTP Basic with a user's e-mail and *API token*, not the password.

Unknown members of a body are ignored. A path that does not have a method is answered 404, as Rails does it.
"""

# Requests ------------------------------------------------------------------------------------------------------------

# Rails casts what comes: a number or a truth value becomes the text that it is in JSON.
Text = str | int | float | bool | None
Truth = Annotated[str, Meta(min_length=1)] | int | float | bool
MomentOrNothing = INSTANT | Literal[""] | None
_DATA: Final = Meta(
    description="An object with values for custom fields of the type; it may be partial, and null clears a field. "
    "Fields that the type does not have, and what is no object, are ignored."
)


class OrderSent(msgspec.Struct, kw_only=True):
    """What an order shall be. `id`, `code` and unknown members are ignored."""

    user_email: Annotated[Text, Meta(description="The user who is responsible; null for nobody.")] | UnsetType = UNSET
    ext_code: Text | UnsetType = UNSET
    bp_id: Text | UnsetType = UNSET
    bp_state: Text | UnsetType = UNSET
    state: State | Literal[0, 1, 2] | UnsetType = UNSET
    done_at: MomentOrNothing | UnsetType = UNSET
    estimated_exec_date: MomentOrNothing | UnsetType = UNSET
    archived: Truth | UnsetType = UNSET
    data: Annotated[Any, _DATA] = UNSET


class NewOrder(OrderSent, kw_only=True):
    """What a new order shall be. Only the code of its type is needed."""

    order_type_code: str


class ChangedOrder(OrderSent, kw_only=True):
    """What is to be changed of an order; what is not named stays. Another type begins without `data`."""

    order_type_code: str | UnsetType = UNSET


class OrderBody(msgspec.Struct):
    """A new order."""

    order: NewOrder


class OrderChange(msgspec.Struct):
    """A change of an order; one that is empty is refused."""

    order: Annotated[ChangedOrder, Meta(extra_json_schema={"minProperties": 1})]


Name = Annotated[str, Meta(pattern=NOT_BLANK, max_length=255)] | int | float | bool
Email = Annotated[str, Meta(pattern=r"^[^@\s\x1c-\x1f\x85]+@[^@\s\x1c-\x1f\x85]+$", max_length=255)]
Password = Annotated[str, Meta(pattern=NOT_BLANK, min_length=8, max_length=128)]
MiddleName = Annotated[str, Meta(max_length=255)] | int | float | bool | None
Loosely = str | int | float | bool | None


class NewUser(msgspec.Struct, kw_only=True):
    """Who is to be entered."""

    email: Email
    name: Name
    middle_name: MiddleName | UnsetType = UNSET
    last_name: Name
    company: Name
    department: Name
    role: Role | UnsetType = UNSET
    password: Password
    blocked: Loosely | UnsetType = UNSET
    external: Loosely | UnsetType = UNSET


class ChangedUser(msgspec.Struct, kw_only=True):
    """What is to be changed of a user; what is not named stays. A new e-mail takes effect at once."""

    email: Email | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    middle_name: MiddleName | UnsetType = UNSET
    last_name: Name | UnsetType = UNSET
    company: Name | UnsetType = UNSET
    department: Name | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    password: Password | None | UnsetType = UNSET
    blocked: Loosely | UnsetType = UNSET
    external: Loosely | UnsetType = UNSET


class UserBody(msgspec.Struct):
    """A new user."""

    user: NewUser


class UserChange(msgspec.Struct):
    """A change of a user; one that is empty is refused."""

    user: Annotated[ChangedUser, Meta(extra_json_schema={"minProperties": 1})]


CODE: Final = Parameter("code", "path", str, "The order's code.")
EMAIL: Final = Parameter("email", "path", str, "The user's e-mail, in lower case.")
PAGING: Final = (
    Parameter("page", "query", int, "Which page, from 1. What is no sensible number means 1."),
    Parameter("page_size", "query", int, "How many a page; 25 without a sensible number, 10,000 at most."),
)

# Refusals ------------------------------------------------------------------------------------------------------------


Faults = Annotated[dict[str, list[Any]], Meta(description="Texts for each attribute that is wrong.")]

_CHALLENGE: Final = Parameter("WWW-Authenticate", "header", str, "How to sign in.", required=True)
_RETRY: Final = Parameter("Retry-After", "header", int, "Seconds to wait.", required=True)
_REFUSALS: Final = {
    answer.status: answer
    for answer in (
        # With a body or without one, which no schema can say.
        Answer(400, None, 'No JSON, told as `{"status":400,"error":"Bad Request"}`; or no root, told without a body.'),
        Answer(401, None, "No credentials, told in a line of text; or wrong ones, told without a body.", (_CHALLENGE,)),
        Answer(403, None, "The caller may not do this."),
        Answer(404, None, "There is no such order, user, or order type."),
        Answer(408, None, "The body did not arrive in time."),
        Answer(409, None, "The first request with this key of idempotency is still being worked on."),
        Answer(413, None, "The body is too long."),
        Answer(422, Faults, "A value cannot be entered, or what is to be deleted is in use."),
        Answer(429, None, "Too many wrong credentials.", (_RETRY,)),
        Answer(500, None, "The request failed."),
        Answer(503, None, "The server is not available at the moment.", (_RETRY,)),
    )
}

DESCRIPTION: Final = Description(
    "HOMS",
    ABOUT,
    (
        SignIn(
            "apiToken",
            {"type": "http", "scheme": "basic", "description": "A user's e-mail and API token."},
            "{email}:{api_token}",
        ),
    ),
    _REFUSALS.__getitem__,
    ignores_empty=True,
)
