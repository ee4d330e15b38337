"""Who calls HOMS: HTTP Basic with a user's e-mail and API token."""

from typing import Final

from orderloom.desk import access
from orderloom.dialects.contract import Call, Reply
from orderloom.dialects.homs.errors import CHALLENGE, WRONG_CREDENTIALS
from orderloom.wire.authorization import is_scheme

FACE: Final = "homs"
_NO_CREDENTIALS: Final = Reply(401, b"HTTP Basic: Access denied.\n", "text/plain; charset=utf-8", (CHALLENGE,))


async def authenticate(call: Call) -> Reply | None:
    """Set the caller, or return the 401.

    Before the record is looked up, so that nobody can ask who exists. Raises TooManyTries.
    Source: contracts/homs.md section 2.
    """
    if not is_scheme(call.header(b"authorization"), b"basic"):
        return _NO_CREDENTIALS
    given = call.basic_credentials()
    caller = None if given is None else await access.by_api_token(call.desk, call.tenant_id, FACE, given)
    if caller is None:
        return WRONG_CREDENTIALS
    call.caller = caller
    return None
