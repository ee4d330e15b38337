"""Tokens of Extensiv: given to a client, and used. Source: contracts/extensiv.md section 2."""

from typing import Any, Final

import msgspec

from orderloom.book.clients import Client
from orderloom.desk import access, tokens
from orderloom.desk.checks import Credentials
from orderloom.dialects.contract import JSON, Call, Refused, Reply
from orderloom.dialects.extensiv import bodies, errors, shapes
from orderloom.wire.authorization import bearer
from orderloom.wire.forms import URLENCODED, TooManyFields, fields
from orderloom.wire.paging import whole

FACE: Final = "extensiv"
GRANT: Final = "client_credentials"
# No token that was ever given is longer.
MAX_TOKEN: Final = 200
_CHALLENGE: Final = ("WWW-Authenticate", 'Basic realm="AuthServer"')
_NO_STORE: Final = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))


async def authenticate(call: Call) -> Reply | None:
    """Set the caller, or return the 401. Raises TooManyTries."""
    header = call.header(b"authorization")
    token = bearer(header)
    if header is None or token is None:
        return errors.unauthorized()
    caller = None
    if len(token) <= MAX_TOKEN and token.isascii():
        given = Credentials(header, "", token, call.origin.address)
        caller = await access.by_access_token(call.desk, call.tenant_id, FACE, given, by_roles=True)
    if caller is None:
        return errors.unauthorized()
    call.caller = caller
    return None


async def issue(call: Call) -> Reply:
    """An access token for a client."""
    client = await _client(call)
    asked = _asked(call)
    if asked.get("grant_type") != GRANT:
        raise _refused(f"unsupported_grant_type: grant_type must be {GRANT}")
    login, login_id = asked.get("user_login"), _login_id(asked.get("user_login_id"))
    if login is not None and not isinstance(login, str):
        raise _refused("invalid_request: user_login must be text")
    if not (login and login.strip()) and login_id is None:
        raise _refused("invalid_request: user_login required")
    token = await tokens.grant(
        call.desk, call.tenant_id, FACE, client, login=(login or "").strip(), user_id=login_id or 0
    )
    if token is None:
        return errors.token_refused(401, "invalid_grant: unknown user_login")
    body = shapes.Token(token, "Bearer", tokens.ACCESS_S, None, None)
    return Reply(200, msgspec.json.encode(body), JSON, _NO_STORE)


async def _client(call: Call) -> Client:
    """The client that is calling. Raises Refused or TooManyTries."""
    given = call.basic_credentials()
    client = None if given is None else await access.client(call.desk, call.tenant_id, given)
    if client is None:
        raise Refused(errors.token_refused(401, "invalid_client: client not registered", _CHALLENGE))
    return client


def _asked(call: Call) -> dict[str, Any]:
    """The members of the body, a form's or a JSON object's, by their names in lower case."""
    if bodies.media_type(call) == URLENCODED.decode():
        bodies.refuse_encoding(call)
        try:
            return {name.lower(): value for name, value in fields(call.body)}
        except TooManyFields:
            raise _refused("invalid_request: too many fields") from None
    try:
        return bodies.decode(call)
    except errors.BadBody:
        raise _refused("invalid_request: the body must be a JSON object or a form") from None


def _login_id(value: object) -> int | None:
    """The user's id, None if there is none; it may come as text."""
    if value in (None, "", 0, "0") and not isinstance(value, bool):
        return None
    number = whole(str(value)) if isinstance(value, int | str) and not isinstance(value, bool) else None
    if number is None or number < 1:
        raise _refused("invalid_request: user_login_id must be a positive number")
    return number


def _refused(text: str) -> Refused:
    return Refused(errors.token_refused(400, text))
