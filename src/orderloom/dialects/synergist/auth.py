"""Who calls Synergist: user and password in every call. Source: contracts/synergist.md section 2."""

import hmac
import re
from typing import Final

from orderloom.desk import access
from orderloom.desk.checks import Credentials
from orderloom.desk.passwords import sha512_of
from orderloom.dialects.contract import Call, Reply
from orderloom.dialects.synergist import errors
from orderloom.dialects.synergist.parameters import Parameters

FACE: Final = "synergist"
_SHA512: Final = re.compile(r"[0-9a-f]{128}")
_NONE: Final = errors.Trouble(errors.NO_CREDENTIALS).reply()
_WRONG: Final = errors.Trouble(errors.INVALID_CREDENTIALS).reply()


async def authenticate(call: Call) -> Reply | None:
    """Read the parameters, set the caller, or return the refusal. Raises TooManyTries or UserBlocked."""
    call.given = given = Parameters(call)
    user, password, hashed = map(given.credential, ("user", "password", "sha512password"))
    if user == "" or (password == "" and hashed == ""):
        return _NONE
    if user is None or password is None or hashed is None:
        return _WRONG
    own = sha512_of(password) if password else ""
    proof = hashed.lower() or own
    if own and not hmac.compare_digest(proof.encode(errors="replace"), own.encode()):
        return _WRONG  # both are given and one of them is not right
    whole = f"{user}\n{proof}".encode(errors="surrogatepass")
    caller = access.recall(call.desk, call.tenant_id, FACE, whole)
    if caller is None:
        # What is no hash is checked like a wrong one, so that it is counted.
        proof = proof if _SHA512.fullmatch(proof) else ""
        credentials = Credentials(whole, user, proof, call.origin.address)
        caller = await access.by_sha512(call.desk, call.tenant_id, FACE, credentials)
    if caller is None:
        return _WRONG
    call.caller = caller
    call.asks = (given.without_credentials,)
    return None
