"""Access and refresh tokens on PostgreSQL, known by their SHA-256 alone."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from orderloom.store.pool import Db

# How many old tokens go when one is issued: more than one, so that they cannot pile up.
ENDED_AT_ONCE: Final = 10
# A token that has ended is kept this long, so that it can be told from one that never was.
KEPT: Final = timedelta(days=1)


class Issued(NamedTuple):
    """A token to enter: kind `access` or `refresh`, its hash, and when it ends."""

    kind: str
    hash: bytes
    expires_at: datetime


class Bearer(NamedTuple):
    """Whom an access token speaks for: a user by e-mail, a client by name, or both; what the client may do; until
    when."""

    email: str | None
    client_name: str | None
    roles: list[str] | None
    expires_at: datetime


async def bearer(db: Db, tenant_id: int, face: str, token_hash: bytes, at: datetime) -> Bearer | None:
    """Whom this access token of this face speaks for; None if it has ended, or its user or client may not come in."""
    row = await db.fetchrow(
        """select u.email, c.client_id, c.roles, t.expires_at
             from tokens t
             left join users u on u.tenant_id = t.tenant_id and u.id = t.user_id
             left join clients c on c.tenant_id = t.tenant_id and c.id = t.client_id
            where t.tenant_id = $1 and t.hash = $2 and t.face = $3 and t.kind = 'access' and t.expires_at > $4
              and u.blocked is not true and c.revoked_at is null""",
        tenant_id,
        token_hash,
        face,
        at,
    )
    return row and Bearer(*row)


async def is_known(db: Db, tenant_id: int, face: str, token_hash: bytes) -> bool:
    """True if this face issued the token once, even if it has ended."""
    found: bool = await db.fetchval(
        "select exists (select from tokens where tenant_id = $1 and hash = $2 and face = $3)",
        tenant_id,
        token_hash,
        face,
    )
    return found


async def issue(
    db: Db, tenant_id: int, face: str, *, user_id: int | None, client_id: int, tokens: tuple[Issued, ...], at: datetime
) -> bool:
    """Enter these tokens, and let some go that ended long ago; False if the user or the client may not come in.

    Without a user they stand for the client alone. To be called inside a transaction.
    """
    await db.execute(
        """with old as materialized (
               select hash from tokens where tenant_id = $1 and expires_at < $2
                order by expires_at limit $3 for update skip locked)
           delete from tokens t using old where t.tenant_id = $1 and t.hash = old.hash""",
        tenant_id,
        at - KEPT,
        ENDED_AT_ONCE,
    )
    entered = await db.fetch(
        """insert into tokens as n (tenant_id, hash, face, kind, user_id, client_id, created_at, expires_at)
           select $1, t.hash, $2, t.kind, $3, c.id, $5, t.expires_at
             from clients c, unnest($6::text[], $7::bytea[], $8::timestamptz[]) t (kind, hash, expires_at)
            where c.tenant_id = $1 and c.id = $4 and c.revoked_at is null
              and ($3::bigint is null
                   or exists (select from users u where u.tenant_id = $1 and u.id = $3 and not u.blocked))
           returning n.kind""",
        tenant_id,
        face,
        user_id,
        client_id,
        at,
        [token.kind for token in tokens],
        [token.hash for token in tokens],
        [token.expires_at for token in tokens],
    )
    return len(entered) == len(tokens)


async def end_of_user(db: Db, tenant_id: int, user_id: int) -> None:
    """End the user's access and refresh tokens."""
    await db.execute(
        "delete from tokens where tenant_id = $1 and user_id = $2 and kind in ('access', 'refresh')",
        tenant_id,
        user_id,
    )


async def use_up(db: Db, tenant_id: int, face: str, client_id: int, token_hash: bytes, at: datetime) -> int | None:
    """Use up the client's refresh token; the id of the user whom it stands for.

    None if it is unknown, used, ended, another client's, or its user may not come in. Of two who use it at once, one
    gets the user. To be called inside a transaction.
    """
    user: int | None = await db.fetchval(
        """update tokens t set used_at = $5
             from users u
            where t.tenant_id = $1 and t.hash = $4 and t.face = $2 and t.kind = 'refresh' and t.client_id = $3
              and t.used_at is null and t.expires_at > $5
              and u.tenant_id = $1 and u.id = t.user_id and not u.blocked
            returning t.user_id""",
        tenant_id,
        face,
        client_id,
        token_hash,
        at,
    )
    return user
