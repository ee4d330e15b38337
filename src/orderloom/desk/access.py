"""Who may come in: by API token, by password or its hash, with an access token or with an API key."""

import hmac
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

from orderloom.book import api_keys as keys
from orderloom.book.clients import EDIT, VIEW, Client
from orderloom.book.errors import NotAllowed, UnknownKey, UserBlocked
from orderloom.book.events import Author
from orderloom.book.users import User, normal_email
from orderloom.desk.caller import Caller
from orderloom.desk.checks import Credentials
from orderloom.desk.desk import Desk
from orderloom.desk.passwords import is_sha512, sha512_of, token_hash
from orderloom.store import api_keys, clients, tokens, users


def recall(desk: Desk, tenant_id: int, face: str, whole: bytes) -> Caller | None:
    """The caller who came with exactly these credentials, as they came, a moment ago."""
    return desk.sign_ins.recall(desk.sign_ins.key(tenant_id, face, whole))


async def by_api_token(desk: Desk, tenant_id: int, face: str, given: Credentials) -> Caller | None:
    """The user whose e-mail and API token of this face these are, None if they are not or the user is blocked.

    Raises TooManyTries. A success is remembered for a moment; a failure never is.
    """

    async def find() -> User | None:
        user = await users.user_by_api_token(desk.pool, tenant_id, face, token_hash(given.proof))
        if user is None or not hmac.compare_digest(user.email.encode(), given.account.encode(errors="replace")):
            return None
        return None if user.blocked else user

    guarded = _guarded(given)
    return await desk.checks.account(
        tenant_id, "token", guarded, lambda: _signed_in(desk, tenant_id, face, given, find), face=face
    )


async def by_password(desk: Desk, tenant_id: int, face: str, given: Credentials) -> Caller | None:
    """The user whose e-mail and password these are, None if they are not or the user is blocked.

    Raises TooManyTries, or Busy when too many passwords are waiting to be checked. A success is remembered for a
    moment; a failure never is.
    """
    guarded = _hashed(given)

    async def find() -> User | None:
        user, _ = await _unblocked_user_of(desk, tenant_id, guarded) or _NOBODY
        return user

    return await _by_sha512(desk, tenant_id, face, guarded, find)


async def by_sha512(desk: Desk, tenant_id: int, face: str, given: Credentials) -> Caller | None:
    """The same for the SHA-512 of the password, in lower-case hex; raises UserBlocked if all else is right.

    That somebody is blocked is told to whoever knows the password, and to nobody else.
    """
    guarded = _guarded(given)

    async def find() -> User | None:
        user, _ = await _user_of(desk, tenant_id, guarded) or _NOBODY
        if user is not None and user.blocked:
            raise UserBlocked(user.email)
        return user

    return await _by_sha512(desk, tenant_id, face, guarded, find)


async def user_with_password(desk: Desk, tenant_id: int, given: Credentials) -> tuple[User, str] | None:
    """The user whose e-mail and password these are, and how the password is kept, without letting anybody in.

    Otherwise as `by_password`.
    """
    guarded = _hashed(given)
    return await desk.checks.account(
        tenant_id, "password", guarded, lambda: _unblocked_user_of(desk, tenant_id, guarded)
    )


async def client(desk: Desk, tenant_id: int, given: Credentials) -> Client | None:
    """The client whose name and secret these are, None if they are not or it is revoked. Raises TooManyTries."""

    async def find() -> Client | None:
        found = await clients.client_with_secret(desk.pool, tenant_id, given.account)
        return found[0] if found is not None and hmac.compare_digest(found[1], token_hash(given.proof)) else None

    return await desk.checks.account(tenant_id, "client", given, find)


async def by_access_token(
    desk: Desk, tenant_id: int, face: str, given: Credentials, *, by_roles: bool = False
) -> Caller | None:
    """Whoever this access token of this face was given to, None if it is none or has ended.

    `by_roles`: the caller may do what the client may, through which it was given. Raises TooManyTries; a token that
    the face has issued itself does not count as a guess for a day after its end.
    """
    asked_at, forgettings = monotonic(), desk.sign_ins.forgettings(tenant_id)
    hashed = token_hash(given.proof)
    bearer = await tokens.bearer(desk.pool, tenant_id, face, hashed, desk.now())
    if bearer is None:
        if not await tokens.is_known(desk.pool, tenant_id, face, hashed):
            desk.checks.guessed(tenant_id, given.address)
        return None
    author = Author(bearer.email or bearer.client_name or "", face)
    roles = (bearer.roles or ()) if by_roles else (VIEW, EDIT)
    caller = Caller(tenant_id, author, may_read=VIEW in roles, may_write=EDIT in roles)
    key = desk.sign_ins.key(tenant_id, face, given.whole)
    desk.sign_ins.remember(key, caller, asked_at=asked_at, forgettings=forgettings, ends_at=bearer.expires_at)
    return caller


async def by_api_key(desk: Desk, tenant_id: int, face: str, given: Credentials) -> Caller:
    """Whoever this API key was given to, with what it may do at this face.

    Raises UnknownKey, NotAllowed if it may do nothing here, or TooManyTries; a key that there was once is no guess.
    Nothing is compared with the key itself: it is looked up by its hash, of which nobody can choose a part.
    """
    asked_at, forgettings = monotonic(), desk.sign_ins.forgettings(tenant_id)
    key = await api_keys.key_with_hash(desk.pool, tenant_id, token_hash(given.proof))
    if key is None:
        desk.checks.guessed(tenant_id, given.address)
        raise UnknownKey
    if keys.has_ended(key, desk.now()):
        raise UnknownKey
    if not keys.may(key, keys.READ, face):
        raise NotAllowed(keys.READ)
    may_write = keys.may(key, keys.WRITE, face)
    caller = Caller(tenant_id, keys.author(key, face), may_write=may_write, key_id=key.id)
    place = desk.sign_ins.key(tenant_id, face, given.whole)
    desk.sign_ins.remember(place, caller, asked_at=asked_at, forgettings=forgettings, ends_at=key.expires_at)
    return caller


def _guarded(given: Credentials) -> Credentials:
    """The credentials with the account as accounts are compared, so that the brake counts what is looked up."""
    return given._replace(account=normal_email(given.account))


def _hashed(given: Credentials) -> Credentials:
    """The same with the SHA-512 in place of the password."""
    return _guarded(given)._replace(proof=sha512_of(given.proof))


async def _by_sha512(
    desk: Desk, tenant_id: int, face: str, given: Credentials, find: Callable[[], Awaitable[User | None]]
) -> Caller | None:
    return await desk.checks.account(
        tenant_id, "password", given, lambda: _signed_in(desk, tenant_id, face, given, find), face=face
    )


async def _signed_in(
    desk: Desk, tenant_id: int, face: str, given: Credentials, find: Callable[[], Awaitable[User | None]]
) -> Caller | None:
    asked_at, forgettings = monotonic(), desk.sign_ins.forgettings(tenant_id)
    user = await find()
    if user is None:
        return None
    caller = Caller(tenant_id, Author(user.email, face), user)
    key = desk.sign_ins.key(tenant_id, face, given.whole)
    desk.sign_ins.remember(key, caller, asked_at=asked_at, forgettings=forgettings)
    return caller


async def _user_of(desk: Desk, tenant_id: int, given: Credentials) -> tuple[User, str] | None:
    """The user whose e-mail and SHA-512 of the password these are, blocked or not, and how the password is kept."""
    user, kept = await users.user_with_password(desk.pool, tenant_id, given.account) or _NOBODY
    if not await is_sha512(given.proof, kept, asked_from=given.address) or user is None or kept is None:
        return None
    return user, kept


async def _unblocked_user_of(desk: Desk, tenant_id: int, given: Credentials) -> tuple[User, str] | None:
    found = await _user_of(desk, tenant_id, given)
    return None if found is None or found[0].blocked else found


_NOBODY: Final = (None, None)
