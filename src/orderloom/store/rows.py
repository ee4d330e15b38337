"""Whole rows in bulk, for books that are made rather than written: the demo and what is imported."""

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.store.pool import Db


async def insert_rows(db: Db, table: str, tenant_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enter these rows of the tenant as they are; all have the same columns. `table` is never a caller's word."""
    if not rows:
        return
    columns = ("tenant_id", *rows[0])
    places = ", ".join(f"${place + 1}" for place in range(len(columns)))
    statement = f"insert into {table} ({', '.join(columns)}) values ({places})"
    for row in rows:
        await db.execute(statement, tenant_id, *(row[column] for column in columns[1:]))


async def continue_ids(db: Db, tables: Sequence[str]) -> None:
    """Let the ids of these tables go on above the highest that is there."""
    for table in tables:
        await db.execute(
            # Never lower than it is: an id whose record was deleted is not given again.
            f"""select setval(s.name, greatest(nextval(s.name), (select coalesce(max(id), 0) + 1 from {table})), false)
                  from (select pg_get_serial_sequence('{table}', 'id') as name) s"""
        )


async def continue_codes(db: Db, sequence: str, tenant_id: int) -> None:
    """Let the tenant's order codes go on above the highest that is there."""
    await db.execute(
        f"""select setval('{sequence}',
                          (select coalesce(max(code_number), 0) + 1 from orders where tenant_id = $1), false)""",
        tenant_id,
    )
