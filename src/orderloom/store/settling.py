"""Which ids of a table were given to writers who are not done yet.

Ids are given before they are committed, so that of two records the younger one may be seen first; who reads on from the
highest id would then never see the other. Whoever enters something holds a lock on the table from before an id is drawn
until the commit can be seen, as every statement of PostgreSQL that writes does: nobody has to do anything for it.
"""

from typing import NamedTuple

from orderloom.store.pool import Db


class Mark(NamedTuple):
    """The highest id that was given, and the transactions in which lower ones may still be waiting to be seen."""

    last: int
    writers: frozenset[str]


async def mark(db: Db, table: str) -> Mark:
    """How far the ids of the table are at this moment. `table` is never a caller's word."""
    # Two statements, one after the other: whoever drew an id before the first is seen by the second, or is done.
    last: int = await db.fetchval(f"select s.last_value - (not s.is_called)::int from {table}_id_seq s")
    return Mark(last, await writers(db, table))


async def writers(db: Db, table: str) -> frozenset[str]:
    """The transactions that are writing to the table, of any tenant."""
    rows = await db.fetch(
        """select l.virtualtransaction from pg_locks l
            where l.locktype = 'relation' and l.relation = $1::text::regclass and l.mode = 'RowExclusiveLock'
              and l.database = (select d.oid from pg_database d where d.datname = current_database())""",
        table,
    )
    return frozenset(row[0] for row in rows)
