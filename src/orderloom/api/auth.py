"""Who calls our own API: a user by e-mail and password. API keys are let in before, as at every face."""

from typing import Final

from orderloom.api import errors
from orderloom.desk import access
from orderloom.dialects.contract import Call, Reply

FACE: Final = "v1"
_CHALLENGE: Final = (("WWW-Authenticate", 'Bearer realm="orderloom"'), ("WWW-Authenticate", 'Basic realm="orderloom"'))


async def authenticate(call: Call) -> Reply | None:
    """Set the caller, or return the 401. Raises TooManyTries or Busy."""
    header = call.header(b"authorization")
    if header is None:
        return _unknown()
    caller = access.recall(call.desk, call.tenant_id, FACE, header)
    if caller is None:
        given = call.basic_credentials()
        if given is not None:
            caller = await access.by_password(call.desk, call.tenant_id, FACE, given)
        if caller is None:
            return _unknown()
    call.caller = caller
    return None


def _unknown() -> Reply:
    return errors.problem(401, "unauthorized", "Send an API key as a bearer token.", headers=_CHALLENGE)
