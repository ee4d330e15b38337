"""Who calls HOMS: HTTP Basic with a user's e-mail and API token."""

from typing import Final

from orderloom.desk import access
from orderloom.dialects.contract import Call, Reply
from orderloom.wire.authorization import is_scheme

FACE: Final = "homs"
CHALLENGE: Final = ("WWW-Authenticate", 'Basic realm="Latera OMS"')
_NO_CREDENTIALS: Final = Reply(401, b"HTTP Basic: Access denied.\n", "text/plain; charset=utf-8", (CHALLENGE,))
_WRONG_CREDENTIALS: Final = Reply(401, headers=(CHALLENGE,))


async def authenticate(call: Call) -> Reply | None:
    """Set the caller, or return the 401.

    Before the record is looked up, so that nobody can ask who exists. Raises TooManyTries.
    Source: contracts/homs.md section 2.
    """
    header = call.header(b"authorization")
    if header is None or not is_scheme(header, b"basic"):
        return _NO_CREDENTIALS
    caller = access.recall(call.desk, call.tenant_id, FACE, header)
    if caller is None:
        given = call.basic_credentials()
        if given is not None:
            caller = await access.by_api_token(call.desk, call.tenant_id, FACE, given)
        if caller is None:
            return _WRONG_CREDENTIALS
    call.caller = caller
    return None
