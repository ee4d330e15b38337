"""Writing history."""

from datetime import datetime
from typing import Final

from orderloom.book.events import Author, Event
from orderloom.store.pool import Db

TOLD: Final = "insert into events (tenant_id, noun, noun_id, at, face, actor, name, version, changes)"
"""The beginning of a statement that adds an event; a select of these columns follows."""


async def append(db: Db, tenant_id: int, noun_id: int, event: Event, author: Author, at: datetime) -> None:
    """Add one event. To be called in the transaction of the change that it tells of."""
    await db.execute(
        f"{TOLD} values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant_id,
        event.noun,
        noun_id,
        at,
        author.face,
        author.name,
        event.name,
        event.version,
        event.changes,
    )
