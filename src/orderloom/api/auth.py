"""Who calls our own API: a user by e-mail and password. API keys are let in before, as at every face."""

from typing import Final

from orderloom.api import errors
from orderloom.desk import access
from orderloom.dialects.contract import Call, Reply

FACE: Final = "v1"


async def authenticate(call: Call) -> Reply | None:
    """Set the caller, or return the 401. Raises TooManyTries or Busy."""
    given = call.basic_credentials()
    caller = None if given is None else await access.by_password(call.desk, call.tenant_id, FACE, given)
    if caller is None:
        return errors.unauthorized("Send an API key as a bearer token, or an e-mail and a password by Basic.")
    call.caller = caller
    return None
