"""iinsight in words: how one signs in, what requests hold, and how it refuses. Source: contracts/iinsight.md."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from orderloom.dialects.description import (
    FORM_TYPE,
    MULTIPART_TYPE,
    NOT_BLANK,
    Answer,
    Description,
    Media,
    Parameter,
    SignIn,
    one_of,
)
from orderloom.dialects.iinsight.parameters import MAX_NAME
from orderloom.dialects.iinsight.translate import CASE_FIELDS, EMPTY_STATUSES, STATUSES

ABOUT: Final = """
The purchase orders of a case, the cases, and the tokens that lead to them.

A client gets an access token for a user's e-mail and password; it is good for an hour, the refresh token for 14 days.
Refreshing voids the token that was used.

Parameters stand in the query; where there is a body, they may stand in a form (urlencoded or multipart) instead, and
the query wins. Ids are text or number exactly as the vendor prints them, and differ from call to call.

A method that a path does not have is answered 405 with `Allow`.
"""

# Requests ------------------------------------------------------------------------------------------------------------

_Id = Annotated[int, Meta(ge=1)]
CASE_ID: Final = Parameter("case_id", "query", _Id, "The case's internal id, which cases call `case_number`.", True)
NAME: Final = Parameter(
    "purchase_order",
    "query",
    Annotated[str, Meta(pattern=NOT_BLANK, max_length=MAX_NAME)],
    "The name or number, kept exactly as it is sent; it need not be unique.",
    required=True,
)
_WHICH: Final = "Which purchase order; needed unless the case has exactly one."
_SAME: Final = "The same by its other name; both must not differ."
RECORD: Final = (
    Parameter("purchase_order_id", "query", _Id, _WHICH, never_empty=True),
    Parameter("record_id", "query", _Id, _SAME, never_empty=True),
)
_NAMES: Final = "|".join(CASE_FIELDS)
CASES: Final = (
    Parameter(
        "fields",
        "query",
        Annotated[str, Meta(pattern=rf"^(.*,)?\s*({_NAMES})\s*(,.*)?$")],
        f"Which fields to show, separated by commas: {', '.join(CASE_FIELDS)}. Others are left out.",
        required=True,
    ),
    Parameter(
        "status",
        "query",
        Annotated[str, one_of(*STATUSES, *EMPTY_STATUSES)],
        "Which cases, case ignored; nobody is assigned to a case here, so those lists are empty.",
    ),
    Parameter("sort_col", "query", Annotated[str, one_of(*CASE_FIELDS)], "What to sort by; `case_number` by default."),
    Parameter("sort_type", "query", Annotated[str, one_of("asc", "desc")], "In which direction."),
    Parameter(
        "search_criteria",
        "query",
        str,
        "A JSON object: for each field a text that it has to contain, or several, separated by commas without a blank.",
    ),
    Parameter("page", "query", _Id, "Which page, from 1."),
    Parameter("limit", "query", _Id, "How many a page; 100 by default and at most."),
)


class Login(msgspec.Struct, rename={"grant": "grant_type"}):
    """What a client sends for a user's tokens."""

    grant: Annotated[str, one_of("password")]
    username: Annotated[str, Meta(min_length=1, description="The user's e-mail.")]
    password: Annotated[str, Meta(min_length=1)]


class Refresh(msgspec.Struct, rename={"grant": "grant_type"}):
    """What a client sends for new tokens."""

    grant: Annotated[str, one_of("refresh_token")]
    refresh_token: Annotated[str, Meta(min_length=1)]


LOGIN: Final = Media({FORM_TYPE: Login, MULTIPART_TYPE: Login})
REFRESH: Final = Media({FORM_TYPE: Refresh, MULTIPART_TYPE: Refresh})

# Refusals ------------------------------------------------------------------------------------------------------------


class Error(msgspec.Struct):
    """Why a call was refused; `response` says it again, where successes carry their text."""

    error: Annotated[
        str,
        one_of(
            "missing_parameter",
            "invalid_parameter",
            "unauthorized",
            "invalid_token",
            "insufficient_scope",
            "not_found",
            "method_not_allowed",
            "request_timeout",
            "ambiguous_purchase_order",
            "conflict",
            "request_in_flight",
            "request_too_large",
            "idempotency_key_reused",
            "too_many_requests",
            "server_error",
            "temporarily_unavailable",
        ),
    ]
    error_description: str
    response: str


class TokenError(msgspec.Struct):
    """Why no token was given, as RFC 6749 has it."""

    error: Annotated[
        str,
        one_of(
            "invalid_request",
            "invalid_client",
            "invalid_grant",
            "unsupported_grant_type",
            "not_found",
            "method_not_allowed",
            "request_timeout",
            "request_too_large",
            "too_many_requests",
            "server_error",
            "temporarily_unavailable",
        ),
    ]
    error_description: str


_TEXTS: Final = {
    400: "A parameter is missing or cannot be used.",
    401: "The credentials are missing or wrong.",
    403: "The caller may not do this.",
    404: "There is no such case or purchase order.",
    408: "The body did not arrive in time.",
    409: "It is not clear which purchase order is meant, or it cannot be done as things are.",
    413: "The body is too long.",
    422: "The key of idempotency belongs to another request.",
    429: "Too many wrong credentials.",
    500: "The request failed.",
    503: "The server is not available at the moment.",
}
_RETRY: Final = Parameter("Retry-After", "header", int, "Seconds to wait.", required=True)
_HEADERS: Final = {
    401: (Parameter("WWW-Authenticate", "header", str, "How to sign in.", required=True),),
    403: (Parameter("WWW-Authenticate", "header", str, "What is missing.", required=True),),
    429: (_RETRY,),
    503: (_RETRY,),
}
NOT_STORED: Final = (
    Parameter("Cache-Control", "header", Annotated[str, one_of("no-store")], "Nobody may keep it.", required=True),
)


def _refusal(status: int) -> Answer:
    return Answer(status, Error, _TEXTS[status], _HEADERS.get(status, ()))


def _token_refusal(status: int) -> Answer:
    return Answer(status, TokenError, _TEXTS[status], (*NOT_STORED, *_HEADERS.get(status, ())))


_CLIENT: Final = SignIn(
    "client",
    {"type": "http", "scheme": "basic", "description": "A client's id and secret."},
    "{client_id}:{client_secret}",
)
_FLOW: Final = {"tokenUrl": "/auth/login", "refreshUrl": "/auth/refresh", "scopes": {}}
_TOKEN: Final = SignIn(
    "token",
    {"type": "oauth2", "flows": {"password": _FLOW}, "description": "An access token, as a bearer token."},
    "{token}",
)
DESCRIPTION: Final = Description("iinsight", ABOUT, (_TOKEN,), _refusal, ignores_empty=True)
TOKENS: Final = Description("iinsight: tokens", "", (_CLIENT,), _token_refusal)
