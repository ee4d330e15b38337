"""Writing history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from orderloom.book.events import Author, Event
from orderloom.store.pool import Db

TOLD: Final = "insert into events (tenant_id, noun, noun_id, at, face, actor, name, version, changes)"
"""The beginning of a statement that adds an event; a select of these columns follows."""


async def append(db: Db, tenant_id: int, noun_id: int, event: Event, author: Author, at: datetime) -> None:
    """Add one event. To be called in the transaction of the change that it tells of."""
    await append_all(db, tenant_id, [(noun_id, event)], author, at)


async def append_all(db: Db, tenant_id: int, told: Sequence[tuple[int, Event]], author: Author, at: datetime) -> None:
    """Add events, each with the id of what it is about. To be called in the transaction of the changes."""
    await db.execute(
        f"""{TOLD}
            select $1, t.noun, t.noun_id, $2, $3, $4, t.name, t.version, t.changes
              from unnest($5::text[], $6::bigint[], $7::text[], $8::bigint[], $9::jsonb[])
                   t(noun, noun_id, name, version, changes)""",
        tenant_id,
        at,
        author.face,
        author.name,
        [event.noun for _, event in told],
        [noun_id for noun_id, _ in told],
        [event.name for _, event in told],
        [event.version for _, event in told],
        [event.changes for _, event in told],
    )
