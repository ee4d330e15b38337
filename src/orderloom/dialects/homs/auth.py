"""Who calls HOMS: HTTP Basic with a user's e-mail and API token."""

import base64
import binascii
from typing import Final

from orderloom.desk import access
from orderloom.dialects.contract import Call, Reply

FACE: Final = "homs"
CHALLENGE: Final = ("WWW-Authenticate", 'Basic realm="Latera OMS"')
_NO_CREDENTIALS: Final = Reply(401, b"HTTP Basic: Access denied.\n", "text/plain; charset=utf-8", (CHALLENGE,))
_WRONG_CREDENTIALS: Final = Reply(401, headers=(CHALLENGE,))


async def authenticate(call: Call) -> Reply | None:
    """Set the caller, or return the 401.

    Source: contracts/homs.md section 2. Before the record is looked up, so that nobody can ask who exists.
    """
    header = call.header(b"authorization")
    if header is None or header[:6].lower() != b"basic ":
        return _NO_CREDENTIALS
    caller = access.recall(call.desk, call.tenant_id, FACE, header)
    if caller is None:
        given = _api_token(header)
        if given is not None:
            caller = await access.sign_in(call.desk, call.tenant_id, FACE, header, given)
        if caller is None:
            return _WRONG_CREDENTIALS
    call.caller = caller
    return None


def _api_token(header: bytes) -> access.ApiToken | None:
    try:
        pair = base64.b64decode(header[6:].strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    email, colon, token = pair.partition(":")
    return access.ApiToken(email, token) if email and colon and token else None
