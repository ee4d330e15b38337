"""Users and their API tokens on PostgreSQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import asyncpg

from orderloom.book.conditions import Condition
from orderloom.book.errors import BadInput, Fault, InUse
from orderloom.book.keysets import Part, Stretch
from orderloom.book.text import storable
from orderloom.book.users import User
from orderloom.store import folding, parts
from orderloom.store.conditions import Field, text_of
from orderloom.store.failures import broken_constraint
from orderloom.store.pool import Db, SearchDb

_COLUMNS: Final = """u.id, u.email, u.first_name, u.middle_name, u.last_name, u.company, u.department, u.role,
                     u.blocked, u.external, u.created_at, u.modified_at"""


async def user_by_email(db: Db, tenant_id: int, email: str) -> User | None:
    """The user with this e-mail, which is compared exactly; stored ones are lower case."""
    if not storable(email):
        return None
    row = await db.fetchrow(f"select {_COLUMNS} from users u where u.tenant_id = $1 and u.email = $2", tenant_id, email)
    return row and User(*row)


async def user_by_id(db: Db, tenant_id: int, user_id: int) -> User | None:
    """The user with this id."""
    row = await db.fetchrow(f"select {_COLUMNS} from users u where u.tenant_id = $1 and u.id = $2", tenant_id, user_id)
    return row and User(*row)


async def users_by_email(db: Db, tenant_id: int, emails: Collection[str]) -> dict[str, User]:
    """Those of the users with these e-mails who are there, by e-mail."""
    rows = await db.fetch(
        f"select {_COLUMNS} from users u where u.tenant_id = $1 and u.email = any($2::text[])", tenant_id, list(emails)
    )
    return {user.email: user for user in (User(*row) for row in rows)}


async def part(db: SearchDb, tenant_id: int, where: Condition, stretch: Stretch) -> Part[User]:
    """A part of the users for whom the condition holds."""
    return await parts.part(db, _LISTED, tenant_id, where, (), stretch, made=lambda row: User(*row[:_WIDTH]))


_WIDTH: Final = len(User.__struct_fields__)
_TEXTS: Final = ("email", "first_name", "middle_name", "last_name", "company", "department")
_LISTED: Final = parts.Listed(
    "users",
    "u",
    {
        "id": Field("u.id", "bigint", nullable=False),
        **{field: text_of("u", field, nullable=field == "middle_name") for field in _TEXTS},
        "role": Field("u.role", "text", nullable=False),
        "blocked": Field("u.blocked", "boolean", nullable=False),
        "external": Field("u.external", "boolean", nullable=False),
        "created_at": Field("u.created_at", "timestamptz", nullable=False),
        "modified_at": Field("u.modified_at", "timestamptz", nullable=False),
    },
    _COLUMNS,
)


async def user_with_password(db: Db, tenant_id: int, email: str) -> tuple[User, str | None] | None:
    """The user with this e-mail, and the hash of the password."""
    if not storable(email):
        return None
    row = await db.fetchrow(
        f"select {_COLUMNS}, u.password_hash from users u where u.tenant_id = $1 and u.email = $2", tenant_id, email
    )
    return row and (User(*row[:-1]), row[-1])


async def hold_password(db: Db, tenant_id: int, user_id: int, password_hash: str) -> bool:
    """Whether the user's password is still the one with this hash, which it is then until the transaction ends."""
    row = await db.fetchrow(
        "select from users where tenant_id = $1 and id = $2 and password_hash = $3 for share",
        tenant_id,
        user_id,
        password_hash,
    )
    return row is not None


async def users_page(db: Db, tenant_id: int, *, limit: int, offset: int) -> list[User]:
    """Users by last, first and middle name, then e-mail, compared by code point."""
    rows = await db.fetch(
        f"""select {_COLUMNS} from users u where u.tenant_id = $1
             order by u.last_name collate "C", u.first_name collate "C", u.middle_name collate "C",
                      u.email collate "C"
             limit $2 offset $3""",
        tenant_id,
        limit,
        offset,
    )
    return [User(*row) for row in rows]


async def insert_user(db: Db, tenant_id: int, user: User, password_hash: str | None) -> int:
    """Enter the user; the id. Raises BadInput if the e-mail is taken."""
    try:
        user_id: int = await db.fetchval(
            """insert into users as u (tenant_id, email, first_name, middle_name, last_name, company, department,
                                       role, blocked, external, created_at, modified_at, folded, password_hash)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
               returning u.id""",
            tenant_id,
            *_written(user),
            password_hash,
        )
    except asyncpg.UniqueViolationError as error:
        raise _taken(error) from error
    return user_id


async def save_user(db: Db, tenant_id: int, user: User, password_hash: str | None) -> None:
    """Write the user back; the password stays if no new hash is given. Raises BadInput if the e-mail is taken."""
    try:
        await db.execute(
            """update users set email = $2, first_name = $3, middle_name = $4, last_name = $5, company = $6,
                      department = $7, role = $8, blocked = $9, external = $10, created_at = $11,
                      modified_at = $12, folded = $13, password_hash = coalesce($14, password_hash)
                where tenant_id = $1 and id = $15""",
            tenant_id,
            *_written(user),
            password_hash,
            user.id,
        )
    except asyncpg.UniqueViolationError as error:
        raise _taken(error) from error


async def lock_user(db: Db, tenant_id: int, key: str | int) -> User | None:
    """The user with this e-mail (text) or id, locked until the transaction ends."""
    if isinstance(key, str) and not storable(key):
        return None
    column = "email" if isinstance(key, str) else "id"
    row = await db.fetchrow(
        f"select {_COLUMNS} from users u where u.tenant_id = $1 and u.{column} = $2 for update", tenant_id, key
    )
    return row and User(*row)


async def delete_user(db: Db, tenant_id: int, user_id: int) -> None:
    """Delete the user and the user's tokens. Raises InUse while an order names the user as responsible."""
    try:
        await db.execute("delete from users where tenant_id = $1 and id = $2", tenant_id, user_id)
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError) as error:
        if broken_constraint(error, ["orders_responsible_fkey"]):
            raise InUse("user", "orders") from error
        raise


async def set_api_token(
    db: Db, tenant_id: int, user_id: int, face: str, token_hash: bytes | None, at: datetime
) -> None:
    """Give the user this API token (its SHA-256) at the face in place of any other; None only takes it away.

    To be called inside a transaction.
    """
    await db.execute(
        "delete from tokens where tenant_id = $1 and user_id = $2 and face = $3 and kind = 'api'",
        tenant_id,
        user_id,
        face,
    )
    if token_hash is not None:
        await db.execute(
            """insert into tokens (tenant_id, hash, face, kind, user_id, created_at)
               values ($1, $2, $3, 'api', $4, $5)""",
            tenant_id,
            token_hash,
            face,
            user_id,
            at,
        )


async def user_by_api_token(db: Db, tenant_id: int, face: str, token_hash: bytes) -> User | None:
    """The user to whom this API token of this face belongs."""
    row = await db.fetchrow(
        f"""select {_COLUMNS} from tokens t
              join users u on u.tenant_id = t.tenant_id and u.id = t.user_id
             where t.tenant_id = $1 and t.hash = $2 and t.face = $3 and t.kind = 'api'""",
        tenant_id,
        token_hash,
        face,
    )
    return row and User(*row)


def _written(user: User) -> tuple[Any, ...]:
    return (
        user.email,
        user.first_name,
        user.middle_name,
        user.last_name,
        user.company,
        user.department,
        user.role,
        user.blocked,
        user.external,
        user.created_at,
        user.modified_at,
        folding.folded((field, getattr(user, field)) for field in _TEXTS),
    )


def _taken(error: asyncpg.UniqueViolationError) -> Exception:
    if broken_constraint(error, ["users_email_key"]):
        return BadInput(Fault("email", "taken"))
    return error
