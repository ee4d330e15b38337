"""Who calls InTouch: HTTP Basic with a user's e-mail and password."""

from typing import Final

from orderloom.desk import access
from orderloom.dialects.contract import Call, Reply
from orderloom.dialects.intouch import errors
from orderloom.dialects.intouch.translate import FACE

_REFUSED: Final = errors.told(401, ("WWW-Authenticate", 'Basic realm="InTouch CRM"'))


async def authenticate(call: Call) -> Reply | None:
    """Set the caller, or return the 401. Raises TooManyTries. Source: contracts/intouch.md section 2."""
    header = call.header(b"authorization")
    if header is None:
        return _REFUSED
    caller = access.recall(call.desk, call.tenant_id, FACE, header)
    if caller is None:
        given = call.basic_credentials()
        if given is not None:
            caller = await access.by_password(call.desk, call.tenant_id, FACE, given)
        if caller is None:
            return _REFUSED
    call.caller = caller
    return None
