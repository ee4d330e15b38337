"""Who calls InTouch: HTTP Basic with a user's e-mail and password."""

from orderloom.desk import access
from orderloom.dialects.contract import Call, Reply
from orderloom.dialects.intouch import errors
from orderloom.dialects.intouch.translate import FACE


async def authenticate(call: Call) -> Reply | None:
    """Set the caller, or return the 401. Raises TooManyTries. Source: contracts/intouch.md section 2."""
    given = call.basic_credentials()
    caller = None if given is None else await access.by_password(call.desk, call.tenant_id, FACE, given)
    if caller is None:
        return errors.UNAUTHORIZED
    call.caller = caller
    return None
