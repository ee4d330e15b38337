"""Access and refresh tokens: given to a user through a client, and renewed."""

from datetime import timedelta
from typing import Final, NamedTuple

from orderloom.book.clients import Client
from orderloom.book.users import normal_email
from orderloom.desk.access import user_with_password
from orderloom.desk.checks import Credentials
from orderloom.desk.desk import Desk
from orderloom.desk.passwords import new_hex_token, token_hash
from orderloom.store import tokens as store
from orderloom.store import users
from orderloom.store.pool import Db

ACCESS_S: Final = 3600
REFRESH_DAYS: Final = 14
MAX_ID: Final = 2**63 - 1


class Pair(NamedTuple):
    """An access token and the refresh token that renews it; nobody can read them again after this."""

    access: str
    refresh: str


async def log_in(desk: Desk, tenant_id: int, face: str, by: Client, given: Credentials) -> Pair | None:
    """Tokens of this face for the user whose e-mail and password these are, None if they are not.

    Raises TooManyTries, or Busy when too many passwords are waiting to be checked.
    """
    proven = await user_with_password(desk, tenant_id, given)
    if proven is None:
        return None
    user, password_hash = proven
    async with desk.pool.transaction() as db:
        # Who gives the user another password ends the tokens that there are: these are among them, or not given.
        if not await users.hold_password(db, tenant_id, user.id, password_hash):
            return None
        return await _issue(desk, db, tenant_id, face, user.id, by)


async def refresh(desk: Desk, tenant_id: int, face: str, by: Client, token: str, address: str) -> Pair | None:
    """New tokens for a refresh token of this client, which is used up; None if it cannot be used (again).

    Of two who use one token at once, one gets the new ones. Raises TooManyTries.
    """
    hashed = token_hash(token)
    async with desk.pool.transaction() as db:
        user_id = await store.use_up(db, tenant_id, face, by.id, hashed, desk.now())
        if user_id is not None:
            return await _issue(desk, db, tenant_id, face, user_id, by)
    if not await store.is_known(desk.pool, tenant_id, face, hashed):
        desk.checks.guessed(tenant_id, address)
    return None


async def grant(desk: Desk, tenant_id: int, face: str, by: Client, *, login: str, user_id: int) -> str | None:
    """An access token of this face for the client, without a password; None if the login or the client may not come in.

    It speaks for the user with this login, who must not be blocked; without a login for the one with this id; if that
    is nobody, or somebody blocked, for the client alone.
    """
    if login:
        user = await users.user_by_email(desk.pool, tenant_id, normal_email(login))
        if user is None or user.blocked:
            return None
    else:
        user = await users.user_by_id(desk.pool, tenant_id, user_id) if user_id <= MAX_ID else None
    at, token = desk.now(), new_hex_token()
    issued = store.Issued("access", token_hash(token), at + timedelta(seconds=ACCESS_S))
    speaks_for = user.id if user is not None and not user.blocked else None
    async with desk.pool.transaction() as db:
        done = await store.issue(db, tenant_id, face, user_id=speaks_for, client_id=by.id, tokens=(issued,), at=at)
    return token if done else None


async def _issue(desk: Desk, db: Db, tenant_id: int, face: str, user_id: int, by: Client) -> Pair | None:
    """None if the user or the client may not come in any more."""
    at = desk.now()
    pair = Pair(new_hex_token(), new_hex_token())
    issued = (
        store.Issued("access", token_hash(pair.access), at + timedelta(seconds=ACCESS_S)),
        store.Issued("refresh", token_hash(pair.refresh), at + timedelta(days=REFRESH_DAYS)),
    )
    done = await store.issue(db, tenant_id, face, user_id=user_id, client_id=by.id, tokens=issued, at=at)
    return pair if done else None
