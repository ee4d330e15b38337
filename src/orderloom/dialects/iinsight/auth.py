"""Tokens of iinsight: given for a password, renewed, and used. Source: contracts/iinsight.md section 2."""

import re
from typing import Final

import msgspec

from orderloom.book.clients import Client
from orderloom.desk import access, tokens
from orderloom.desk.checks import Credentials
from orderloom.desk.tokens import Pair
from orderloom.dialects.contract import JSON, Call, Refused, Reply
from orderloom.dialects.iinsight import errors, shapes
from orderloom.wire.authorization import bearer
from orderloom.wire.forms import NotAForm, TooManyFields, body_fields

FACE: Final = "iinsight"
_CLIENT_CHALLENGE: Final = ("WWW-Authenticate", f"Basic {errors.REALM}")
_TOKEN: Final = re.compile(r"[0-9a-f]{40}")


async def authenticate(call: Call) -> Reply | None:
    """Set the caller, or return the 401. Source: section 2.3. Raises TooManyTries."""
    header = call.header(b"authorization")
    token = bearer(header)
    if header is None or token is None:
        return _NO_TOKEN
    caller = None
    if _TOKEN.fullmatch(token):
        given = Credentials(header, "", token, call.origin.address)
        caller = await access.by_access_token(call.desk, call.tenant_id, FACE, given)
    if caller is None:
        return errors.bad_token()
    call.caller = caller
    return None


async def log_in(call: Call) -> Reply:
    """Tokens for a user's password. Source: section 2.1."""
    client = await _client(call)
    form = _form(call, "password", ("username", "password"))
    given = Credentials(b"", form["username"], form["password"], call.origin.address)
    pair = await tokens.log_in(call.desk, call.tenant_id, FACE, client, given)
    if pair is None:
        text = "The user name or the password is wrong"
        return errors.told_of_tokens(401, "invalid_grant", text, _CLIENT_CHALLENGE)
    return _tokens(pair)


async def refresh(call: Call) -> Reply:
    """New tokens for a refresh token, which is void from then on. Source: section 2.2."""
    client = await _client(call)
    token = _form(call, "refresh_token", ("refresh_token",))["refresh_token"]
    pair = None
    if _TOKEN.fullmatch(token):
        pair = await tokens.refresh(call.desk, call.tenant_id, FACE, client, token, call.origin.address)
    if pair is None:
        return errors.told_of_tokens(400, "invalid_grant", "The refresh token is unknown, used or expired")
    return _tokens(pair)


async def _client(call: Call) -> Client:
    """The client that is calling. Raises Refused or TooManyTries. Source: section 6: before the form is looked at."""
    given = call.basic_credentials()
    client = None if given is None else await access.client(call.desk, call.tenant_id, given)
    if client is None:
        text = "The client id or the client secret is missing or wrong"
        raise Refused(errors.told_of_tokens(401, "invalid_client", text, _CLIENT_CHALLENGE))
    return client


def _form(call: Call, grant_type: str, names: tuple[str, ...]) -> dict[str, str]:
    """The named fields of the body. Raises Refused. Source: sections 2.1, 2.2 and 6."""
    content_type = call.header(b"content-type") or b""
    try:
        given = body_fields(content_type, call.body, errors="surrogateescape")
    except (NotAForm, TooManyFields):
        raise _invalid_request("The body is not a form") from None
    form: dict[str, str] = {}
    for name, value in given:
        if form.setdefault(name, value) != value and name in ("grant_type", *names):
            raise _invalid_request(f"{name} is given twice")
    if not form.get("grant_type"):
        raise _invalid_request("grant_type is required")
    if form["grant_type"] != grant_type:
        raise Refused(errors.told_of_tokens(400, "unsupported_grant_type", f"grant_type must be {grant_type}"))
    for name in names:
        if not form.get(name):
            raise _invalid_request(f"{name} is required")
    return form


def _invalid_request(text: str) -> Refused:
    return Refused(errors.told_of_tokens(400, "invalid_request", text))


def _tokens(pair: Pair) -> Reply:
    body = shapes.Tokens(pair.access, tokens.ACCESS_S, "Bearer", None, pair.refresh)
    return Reply(200, msgspec.json.encode(body), JSON, errors.NO_STORE)


_NO_TOKEN: Final = errors.told(
    401, "unauthorized", "A bearer token is required", ("WWW-Authenticate", f"Bearer {errors.REALM}")
)
