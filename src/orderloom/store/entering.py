"""New records on PostgreSQL, one or many at once, and which of its constraints refuse them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import asyncpg

from orderloom.book.errors import BadInput, Fault, Refusal
from orderloom.store.failures import broken_constraint
from orderloom.store.pool import Db


class Table(NamedTuple):
    """A table whose ids the database gives, and the columns that a new row brings along, with their SQL types.

    `refused` are the faults of what breaks a constraint, by the constraint's name; their fields are columns.
    """

    name: str
    columns: Mapping[str, str]
    refused: Mapping[str, Fault] = {}


async def insert(db: Db, table: Table, tenant_id: int, row: Sequence[Any]) -> int:
    """Enter one row; its id. Raises BadInput with the fault and the value that has it."""
    given = dict(zip(table.columns, row, strict=True))
    places = ", ".join(f"${place}" for place in range(2, len(table.columns) + 2))
    with refusing({name: BadInput(replace(fault, value=given[fault.field])) for name, fault in table.refused.items()}):
        record_id: int = await db.fetchval(
            f"""insert into {table.name} as t (tenant_id, {", ".join(table.columns)}) values ($1, {places})
                returning t.id""",
            tenant_id,
            *row,
        )
    return record_id


async def insert_many(db: Db, table: Table, tenant_id: int, rows: Sequence[Sequence[Any]]) -> list[int]:
    """Enter the rows in one statement; their ids, in the order of the rows. Raises BadInput, whichever row it is."""
    # Whoever may have an id that cannot be seen yet holds this lock; see `store.settling`.
    await db.execute(f"lock table {table.name} in row exclusive mode")
    # Drawn before they are used: which row got which id is not told in a known order.
    drawn = await db.fetch(
        "select nextval(pg_get_serial_sequence($1, 'id')) from generate_series(1, $2::int)", table.name, len(rows)
    )
    ids = sorted(each[0] for each in drawn)
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(table.columns.values(), start=3))
    with refusing({name: BadInput(fault) for name, fault in table.refused.items()}):
        await db.execute(
            f"""insert into {table.name} (tenant_id, id, {", ".join(table.columns)})
                select $1, t.* from unnest($2::bigint[], {arrays}) t""",
            tenant_id,
            ids,
            *([row[column] for row in rows] for column in range(len(table.columns))),
        )
    return ids


@contextmanager
def refusing(refusals: Mapping[str, Refusal]) -> Iterator[None]:
    """Raises the refusal that stands by the name of the constraint that was broken; what breaks others rises."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        broken = broken_constraint(error, list(refusals))
        if broken is None:
            raise
        raise refusals[broken] from error
