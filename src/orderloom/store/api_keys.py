"""API keys on PostgreSQL, known by their SHA-256 alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from orderloom.book.api_keys import ApiKey
from orderloom.book.conditions import Condition
from orderloom.book.errors import BadInput, Fault
from orderloom.book.keysets import Part, Stretch
from orderloom.book.text import folded, storable
from orderloom.store import entering, parts
from orderloom.store.conditions import Field
from orderloom.store.pool import Db, SearchDb

_COLUMNS: Final = "id, name, scopes, created_at, created_by, expires_at, used_at, revoked_at"


async def key_with_hash(db: Db, tenant_id: int, key_hash: bytes) -> ApiKey | None:
    """The key with this hash, also one that has ended."""
    row = await db.fetchrow(f"select {_COLUMNS} from api_keys where tenant_id = $1 and hash = $2", tenant_id, key_hash)
    return row and _key(row)


async def key_with_id(
    db: Db, tenant_id: int, key_id: int, *, locked: bool = False, held: bool = False
) -> ApiKey | None:
    """The key with this id, also one that has ended; locked until the transaction ends if asked for.

    One that is held is changed by nobody until then either, and any number may hold it.
    """
    lock = "for no key update" if locked else "for share" if held else ""
    row = await db.fetchrow(
        f"select {_COLUMNS} from api_keys where tenant_id = $1 and id = $2 {lock}", tenant_id, key_id
    )
    return row and _key(row)


async def part(db: SearchDb, tenant_id: int, where: Condition, stretch: Stretch) -> Part[ApiKey]:
    """A part of the keys for which the condition holds, those that have ended too."""
    return await parts.part(db, _LISTED, tenant_id, where, (), stretch, made=_made)


_LISTED: Final = parts.Listed(
    "api_keys",
    "k",
    {
        "id": Field("k.id", "bigint", nullable=False),
        "name": Field("k.name_folded", "text", nullable=False),
        "created_by": Field("k.created_by", "text", nullable=False, exact=True),
        "created_at": Field("k.created_at", "timestamptz", nullable=False),
        **{field: Field(f"k.{field}", "timestamptz") for field in ("expires_at", "used_at", "revoked_at")},
    },
    ", ".join(f"k.{column}" for column in _COLUMNS.split(", ")),
)


async def page(db: Db, tenant_id: int, *, limit: int, offset: int) -> list[ApiKey]:
    """Keys, oldest first, those that have ended too."""
    rows = await db.fetch(
        f"select {_COLUMNS} from api_keys where tenant_id = $1 order by id limit $2 offset $3",
        tenant_id,
        limit,
        offset,
    )
    return [_key(row) for row in rows]


async def insert(db: Db, tenant_id: int, key: ApiKey, key_hash: bytes) -> int:
    """Enter the key; its id. Raises BadInput if one that is not revoked has the name."""
    with entering.refusing({"api_keys_name": BadInput(Fault("name", "taken", value=key.name))}):
        found: int = await db.fetchval(
            """insert into api_keys as k
                   (tenant_id, name, name_folded, hash, scopes, created_at, created_by, expires_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8) returning k.id""",
            tenant_id,
            key.name,
            folded(key.name),
            key_hash,
            list(key.scopes),
            key.created_at,
            key.created_by,
            key.expires_at,
        )
    return found


async def revoke(db: Db, tenant_id: int, key: str | int, at: datetime) -> ApiKey | None:
    """Revoke the key of this name, whatever its case, or id; None if there is none to revoke."""
    if isinstance(key, str) and not storable(key):
        return None
    column, value = ("name_folded", folded(key)) if isinstance(key, str) else ("id", key)
    row = await db.fetchrow(
        f"""update api_keys k set revoked_at = $3
             where k.tenant_id = $1 and k.{column} = $2 and k.revoked_at is null
             returning {_COLUMNS}""",
        tenant_id,
        value,
        at,
    )
    return row and _key(row)


async def note_uses(db: Db, tenant_id: int, key_ids: Sequence[int], at: datetime, *, before: datetime) -> None:
    """Enter that these keys were used, unless that was entered since `before`.

    One that somebody else is writing is left out: another process tells of a use, or the key is being revoked.
    """
    await db.execute(
        """with used as materialized (
               select id from api_keys
                where tenant_id = $1 and id = any($2::bigint[]) and (used_at is null or used_at <= $4)
                  for update skip locked)
           update api_keys k set used_at = $3 from used where k.tenant_id = $1 and k.id = used.id""",
        tenant_id,
        list(key_ids),
        at,
        before,
    )


def _key(row: Any) -> ApiKey:
    return ApiKey(**dict(row) | {"scopes": tuple(row["scopes"])})


def _made(row: Any) -> ApiKey:
    """The key out of a row that has more than its columns."""
    return _key({column: row[column] for column in _COLUMNS.split(", ")})
