"""Who may come in."""

import hmac
from hashlib import sha256
from time import monotonic
from typing import NamedTuple

from orderloom.book.events import Author
from orderloom.desk.desk import MAX_REMEMBERED, MEMORY_S, Caller, Desk
from orderloom.desk.passwords import token_hash
from orderloom.store import users


class ApiToken(NamedTuple):
    """A user's e-mail and the token that shall prove it, as they were sent."""

    email: str
    token: str


def recall(desk: Desk, tenant_id: int, face: str, credentials: bytes) -> Caller | None:
    """The caller who came with exactly these credentials (a whole header) a moment ago."""
    known = desk.sign_ins.get(_memory_key(tenant_id, face, credentials))
    return known[0] if known is not None and known[1] > monotonic() else None


async def sign_in(desk: Desk, tenant_id: int, face: str, credentials: bytes, given: ApiToken) -> Caller | None:
    """The user whose e-mail and API token these are, None if they are not or the user is blocked.

    A success is remembered for MEMORY_S, counted from before the database was asked, under a hash of the
    credentials; a failure never is.
    """
    asked_at, forgettings = monotonic(), desk.forgettings
    user = await users.user_by_api_token(desk.pool, tenant_id, face, token_hash(given.token))
    if user is None or user.blocked or not hmac.compare_digest(user.email.encode(), given.email.encode()):
        return None
    caller = Caller(tenant_id, Author(user.email, face), user)
    if desk.forgettings == forgettings:
        if len(desk.sign_ins) >= MAX_REMEMBERED:
            desk.sign_ins.clear()
        desk.sign_ins[_memory_key(tenant_id, face, credentials)] = caller, asked_at + MEMORY_S
    return caller


def forget_sign_ins(desk: Desk) -> None:
    """Ask the database about everybody again: somebody's right to come in has changed."""
    desk.forgettings += 1
    desk.sign_ins.clear()


def _memory_key(tenant_id: int, face: str, credentials: bytes) -> tuple[int, str, bytes]:
    return tenant_id, face, sha256(credentials).digest()
