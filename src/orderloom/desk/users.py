"""Users: show, list, enrol, change, delete, and their API tokens."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from msgspec.structs import replace

from orderloom.book import users as book
from orderloom.book.conditions import Condition
from orderloom.book.errors import BadInput, Fault, UserNotFound
from orderloom.book.events import Event, as_json, differences
from orderloom.book.keysets import Part, Stretch
from orderloom.book.users import Profile, User
from orderloom.desk import records
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.passwords import hash_password, new_token, token_hash
from orderloom.store import events, tokens
from orderloom.store import users as store
from orderloom.store.pool import Db

Key = str | int
"""A user's e-mail (text), whatever its case, or id."""

Change = Callable[[User], Profile]
"""What a caller wants of a user, given the user as it is. Pure."""


async def show(desk: Desk, caller: Caller, key: Key) -> User:
    """The user with this e-mail or id. Raises UserNotFound."""
    if isinstance(key, str):
        user = await store.user_by_email(desk.pool, caller.tenant_id, key.lower())
    else:
        user = await store.user_by_id(desk.pool, caller.tenant_id, key)
    if user is None:
        raise UserNotFound(key)
    return user


async def by_email(desk: Desk, caller: Caller, emails: Collection[str]) -> dict[str, User]:
    """Those of the users with these e-mails, as they are kept, who are there, by e-mail."""
    return await store.users_by_email(desk.pool, caller.tenant_id, emails)


async def part(desk: Desk, caller: Caller, where: Condition, stretch: Stretch) -> Part[User]:
    """A part of the users for whom the condition holds."""
    where = await records.settled(desk, "users", where, stretch)
    return await store.part(desk.pool, caller.tenant_id, where, stretch)


async def page(desk: Desk, caller: Caller, *, limit: int, offset: int) -> Sequence[User]:
    """A page of users by last, first and middle name, then e-mail."""
    return await store.users_page(desk.pool, caller.tenant_id, limit=limit, offset=offset)


async def enrol(desk: Desk, caller: Caller, profile: Profile) -> User:
    """Enter a new user, without an API token. Raises BadInput with every fault, a taken e-mail included."""
    at = desk.now()
    try:
        user = book.enrol(profile, at=at)
    except BadInput as bad:
        raise BadInput(*bad.faults, *await _taken(desk, caller, profile)) from bad
    password_hash = await hash_password(str(profile.password), at_once=desk.in_one_transaction)
    async with desk.pool.transaction() as db:
        return await enter(db, caller, user, password_hash)


async def enter(db: Db, caller: Caller, user: User, password_hash: str) -> User:
    """Enter a user made by the book, inside a transaction of the caller's."""
    user_id = await store.insert_user(db, caller.tenant_id, user, password_hash)
    told = Event("UserEnrolled", "user", None, as_json(differences(None, user, book.EVENT_FIELDS)))
    await events.append(db, caller.tenant_id, user_id, told, caller.author, user.created_at)
    return replace(user, id=user_id)


async def change(desk: Desk, caller: Caller, key: Key, wanted: Change) -> User:
    """Change what is wanted of the user; a new password ends the tokens that the old one got.

    Raises UserNotFound, or BadInput with every fault.
    """
    before = await show(desk, caller, key)
    profile = wanted(before)
    try:
        book.change(before, profile, at=desk.now())
    except BadInput as bad:
        raise BadInput(*bad.faults, *await _taken(desk, caller, profile, but=before.id)) from bad
    # Hashed before the row is locked: it takes long.
    password_hash = None
    if isinstance(profile.password, str):
        password_hash = await hash_password(profile.password, at_once=desk.in_one_transaction)
    at = desk.now()
    async with desk.pool.transaction() as db:
        locked = await store.lock_user(db, caller.tenant_id, before.email if isinstance(key, str) else key)
        if locked is None:
            raise UserNotFound(key)
        after = book.change(locked, wanted(locked), at=at)
        await store.save_user(db, caller.tenant_id, after, password_hash)
        name = "UserChanged" if password_hash is None else "UserChangedWithPassword"
        told = Event(name, "user", None, as_json(differences(locked, after, book.EVENT_FIELDS)))
        await events.append(db, caller.tenant_id, after.id, told, caller.author, at)
        if password_hash is not None:
            await tokens.end_of_user(db, caller.tenant_id, after.id)
    if password_hash is not None or (after.email, after.blocked) != (locked.email, locked.blocked):
        desk.sign_ins.forget(caller.tenant_id)
    return after


async def delete(desk: Desk, caller: Caller, key: Key, agree: Callable[[User], None] = lambda _: None) -> None:
    """Delete the user, unless `agree` raises when it is given it.

    Raises UserNotFound, or InUse while orders name the user as responsible.
    """
    async with desk.pool.transaction() as db:
        user = await store.lock_user(db, caller.tenant_id, key.lower() if isinstance(key, str) else key)
        if user is None:
            raise UserNotFound(key)
        agree(user)
        whole = {field: getattr(user, field) for field in book.EVENT_FIELDS}
        told = Event("UserDeleted", "user", None, as_json(whole))
        await events.append(db, caller.tenant_id, user.id, told, caller.author, desk.now())
        await store.delete_user(db, caller.tenant_id, user.id)
    desk.sign_ins.forget(caller.tenant_id)


async def renew_api_token(desk: Desk, caller: Caller, email: str, face: str) -> str:
    """A new API token for the user at this face; the old one stops working. Raises UserNotFound.

    This is the only moment at which anybody can read it: the store keeps its hash.
    """
    token = new_token()
    await set_api_token(desk, caller, email, face, token)
    return token


async def set_api_token(desk: Desk, caller: Caller, email: str, face: str, token: str | None) -> None:
    """Make this the user's API token at the face, or take the token away. Raises UserNotFound."""
    async with desk.pool.transaction() as db:
        await put_api_token(db, caller, email, face, token, at=desk.now())
    desk.sign_ins.forget(caller.tenant_id)


async def put_api_token(db: Db, caller: Caller, email: str, face: str, token: str | None, *, at: datetime) -> None:
    """The same inside a transaction of the caller's."""
    user = await store.lock_user(db, caller.tenant_id, email.lower())
    if user is None:
        raise UserNotFound(email)
    hashed = None if token is None else token_hash(token)
    await store.set_api_token(db, caller.tenant_id, user.id, face, hashed, at)
    name = "ApiTokenRenewed" if token else "ApiTokenRevoked"
    told = Event(name, "user", None, as_json({"face": face}))
    await events.append(db, caller.tenant_id, user.id, told, caller.author, at)


async def _taken(desk: Desk, caller: Caller, profile: Profile, *, but: int | None = None) -> list[Fault]:
    """The fault of an e-mail that somebody else has, so that it is told together with the others."""
    if not isinstance(profile.email, str):
        return []
    owner = await store.user_by_email(desk.pool, caller.tenant_id, book.normal_email(profile.email))
    return [Fault("email", "taken")] if owner is not None and owner.id != but else []
