"""History on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from orderloom.book.conditions import Condition
from orderloom.book.entries import DELETED
from orderloom.book.events import Author, Event, Told
from orderloom.book.keysets import Part, Stretch
from orderloom.store import parts
from orderloom.store.conditions import Field
from orderloom.store.pool import Db, SearchDb

TOLD: Final = "insert into events (tenant_id, noun, noun_id, at, face, actor, name, version, changes)"
"""The beginning of a statement that adds an event; a select of these columns follows."""


async def append(db: Db, tenant_id: int, noun_id: int, event: Event, author: Author, at: datetime) -> None:
    """Add one event. To be called in the transaction of the change that it tells of."""
    await append_all(db, tenant_id, [(noun_id, at, event)], author)


async def append_all(db: Db, tenant_id: int, told: Sequence[tuple[int, datetime, Event]], author: Author) -> None:
    """Add events, each with the id of what it is about and its moment.

    To be called in the transaction of the changes.
    """
    await db.execute(
        f"""{TOLD}
            select $1, t.noun, t.noun_id, t.at, $2, $3, t.name, t.version, t.changes
              from unnest($4::text[], $5::bigint[], $6::timestamptz[], $7::text[], $8::bigint[], $9::jsonb[])
                   t(noun, noun_id, at, name, version, changes)""",
        tenant_id,
        author.face,
        author.name,
        [event.noun for *_, event in told],
        [noun_id for noun_id, *_ in told],
        [at for _, at, _ in told],
        [event.name for *_, event in told],
        [event.version for *_, event in told],
        [event.changes for *_, event in told],
    )


async def part(db: SearchDb, tenant_id: int, where: Condition, stretch: Stretch) -> Part[Told]:
    """A part of the events for which the condition holds, in the order of their ids; a short one if they are long."""
    return await parts.part(db, _LISTED, tenant_id, where, (), stretch, made=lambda row: Told(*row[:_WIDTH]))


_WIDTH: Final = len(Told._fields)
# The rows that the deletion of an order keeps are for those who restore.
_CHANGES: Final = f"case when e.name = '{DELETED}' then '{{}}' else e.changes end as changes"
_COLUMNS: Final = ", ".join(_CHANGES if field == "changes" else f"e.{field}" for field in Told._fields)
_LISTED: Final = parts.Listed(
    "events",
    "e",
    {
        "id": Field("e.id", "bigint", nullable=False),
        "at": Field("e.at", "timestamptz", nullable=False),
        **{field: Field(f"e.{field}", "text", False, exact=True) for field in ("actor", "face", "name", "noun")},
        "noun_id": Field("e.noun_id", "bigint", nullable=False),
        "version": Field("e.version", "bigint"),
    },
    _COLUMNS,
    weight="octet_length(changes::text)",
)
