"""Writing history."""

from datetime import datetime

from orderloom.book.events import Author, Event
from orderloom.store.pool import Db


async def append(db: Db, tenant_id: int, noun_id: int, event: Event, author: Author, at: datetime) -> None:
    """Add one event. To be called in the transaction of the change that it tells of."""
    await db.execute(
        """insert into events (tenant_id, at, face, actor, name, noun, noun_id, version, changes)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        tenant_id,
        at,
        author.face,
        author.name,
        event.name,
        event.noun,
        noun_id,
        event.version,
        event.changes,
    )
