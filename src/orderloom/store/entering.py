"""New records on PostgreSQL, one or many at once, and the events that tell of many."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from orderloom.book.events import Author, Event
from orderloom.store.events import TOLD
from orderloom.store.pool import Db


class Table(NamedTuple):
    """A table whose ids the database gives, and the columns that a new row brings along, with their SQL types."""

    name: str
    columns: Mapping[str, str]


async def insert(db: Db, table: Table, tenant_id: int, row: Sequence[Any]) -> int:
    """Enter one row; its id."""
    places = ", ".join(f"${place}" for place in range(2, len(table.columns) + 2))
    record_id: int = await db.fetchval(
        f"""insert into {table.name} as t (tenant_id, {", ".join(table.columns)}) values ($1, {places})
            returning t.id""",
        tenant_id,
        *row,
    )
    return record_id


async def insert_many(db: Db, table: Table, tenant_id: int, rows: Sequence[Sequence[Any]]) -> list[int]:
    """Enter the rows in one statement; their ids, in the order of the rows."""
    # Drawn before they are used: which row got which id is not told in a known order.
    drawn = await db.fetch(
        "select nextval(pg_get_serial_sequence($1, 'id')) from generate_series(1, $2::int)", table.name, len(rows)
    )
    ids = sorted(each[0] for each in drawn)
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(table.columns.values(), start=3))
    await db.execute(
        f"""insert into {table.name} (tenant_id, id, {", ".join(table.columns)})
            select $1, t.* from unnest($2::bigint[], {arrays}) t""",
        tenant_id,
        ids,
        *([row[column] for row in rows] for column in range(len(table.columns))),
    )
    return ids


async def append_events(
    db: Db, tenant_id: int, told: Sequence[tuple[int, Event]], author: Author, at: datetime
) -> None:
    """Add events about new things, each with the thing's id. To be called in the transaction of the changes."""
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
