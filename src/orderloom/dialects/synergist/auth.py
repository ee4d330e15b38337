"""Who calls Synergist: user and password in every call. Source: contracts/synergist.md section 2."""

import hmac
import re
from typing import Final

from orderloom.book.api_keys import is_key
from orderloom.desk import access
from orderloom.desk.checks import Credentials
from orderloom.desk.passwords import sha512_of
from orderloom.dialects.contract import Call, Reply
from orderloom.dialects.synergist import errors, parameters

FACE: Final = "synergist"
_SHA512: Final = re.compile(r"[0-9a-f]{128}")
_NONE: Final = errors.Trouble(errors.NO_CREDENTIALS).reply()
_WRONG: Final = errors.Trouble(errors.INVALID_CREDENTIALS).reply()


async def authenticate(call: Call) -> Reply | None:
    """Set the caller, or return the refusal. Raises TooManyTries, UserBlocked, UnknownKey or NotAllowed."""
    given = parameters.of(call)
    user, password, hashed = map(given.credential, ("user", "password", "sha512password"))
    by_key = password is not None and is_key(password)
    if (user == "" and not by_key) or (password == "" and hashed == ""):
        return _NONE
    if user is None or password is None or hashed is None:
        return _WRONG
    own = sha512_of(password) if password else ""
    if own and hashed and not hmac.compare_digest(hashed.lower().encode(errors="replace"), own.encode()):
        return _WRONG  # both are given and one of them is not right
    proof = password if by_key else hashed.lower() or own
    whole = f"{user}\n{proof}".encode(errors="surrogatepass")
    caller = access.recall(call.desk, call.tenant_id, FACE, whole)
    if caller is None and by_key:
        # The key stands for itself, whoever's password it is said to be.
        key = Credentials(whole, "", proof, call.origin.address)
        caller = await access.by_api_key(call.desk, call.tenant_id, FACE, key)
    elif caller is None:
        # What is no hash is checked like a wrong one, so that it is counted.
        proof = proof if _SHA512.fullmatch(proof) else ""
        credentials = Credentials(whole, user, proof, call.origin.address)
        caller = await access.by_sha512(call.desk, call.tenant_id, FACE, credentials)
    if caller is None:
        return _WRONG
    call.caller = caller
    return None
