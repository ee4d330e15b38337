"""Who calls InTouch: HTTP Basic with a user's e-mail and password."""

from typing import Final

from orderloom.desk import access
from orderloom.desk.checks import Credentials
from orderloom.dialects.contract import Call, Reply
from orderloom.dialects.intouch import errors
from orderloom.dialects.intouch.translate import FACE
from orderloom.wire.authorization import basic

_REFUSED: Final = errors.told(401, ("WWW-Authenticate", 'Basic realm="InTouch CRM"'))


async def authenticate(call: Call) -> Reply | None:
    """Set the caller, or return the 401. Raises TooManyTries. Source: contracts/intouch.md section 2."""
    header = call.header(b"authorization")
    if header is None:
        return _REFUSED
    caller = access.recall(call.desk, call.tenant_id, FACE, header)
    if caller is None:
        given = basic(header)
        if given is not None and given.name and given.secret:
            whole = Credentials(header, given.name, given.secret, call.origin.address)
            caller = await access.by_password(call.desk, call.tenant_id, FACE, whole)
        if caller is None:
            return _REFUSED
    call.caller = caller
    return None
