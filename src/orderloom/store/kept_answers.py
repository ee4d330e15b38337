"""Answers that are kept, on PostgreSQL."""

from datetime import datetime
from hashlib import blake2b
from typing import Final

import msgspec

from orderloom.book.kept_answers import Answer, Write
from orderloom.store.pool import Db

# What one statement throws away.
BATCH: Final = 5_000
_headers: Final = msgspec.json.Decoder(tuple[tuple[str, str], ...]).decode


async def try_lock(db: Db, tenant_id: int, write: Write) -> bool:
    """Let nobody else work on the write until the transaction ends; False if somebody does.

    Such a lock has no row, so that a write which ends halfway leaves none behind.
    """
    name = f"{tenant_id} {len(write.face)} {len(write.actor)} {write.face}{write.actor}{write.key}"
    number = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
    locked: bool = await db.fetchval("select pg_try_advisory_xact_lock($1)", number)
    return locked


async def find(db: Db, tenant_id: int, write: Write, since: datetime) -> tuple[bytes, Answer] | None:
    """What was asked for with this key since then, hashed, and the answer."""
    row = await db.fetchrow(
        """select k.request, k.status, k.body, k.content_type, k.headers from kept_answers k
            where k.tenant_id = $1 and k.face = $2 and k.actor = $3 and k.key = $4 and k.kept_at > $5""",
        tenant_id,
        write.face,
        write.actor,
        write.key,
        since,
    )
    return row and (row[0], Answer(row[1], row[2], row[3], _headers(row[4])))


async def keep(db: Db, tenant_id: int, write: Write, answer: Answer, at: datetime) -> None:
    """Keep the answer in place of an old one. To be called in the transaction of the write."""
    await db.execute(
        """insert into kept_answers (tenant_id, face, actor, key, request, kept_at, status, content_type, headers, body)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
               on conflict (tenant_id, face, actor, key)
               do update set request = excluded.request, kept_at = excluded.kept_at, status = excluded.status,
                             content_type = excluded.content_type, headers = excluded.headers, body = excluded.body""",
        tenant_id,
        write.face,
        write.actor,
        write.key,
        write.request,
        at,
        answer.status,
        answer.content_type,
        msgspec.json.encode(answer.headers).decode(),
        answer.body,
    )


async def forget(db: Db, tenant_id: int, before: datetime) -> None:
    """Throw away some of the answers that were kept before this."""
    await db.execute(
        """delete from kept_answers k
            where k.tenant_id = $1 and (k.face, k.actor, k.key) in
                  (select o.face, o.actor, o.key from kept_answers o
                    where o.tenant_id = $1 and o.kept_at <= $2 limit $3)""",
        tenant_id,
        before,
        BATCH,
    )
