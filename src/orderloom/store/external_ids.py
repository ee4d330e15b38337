"""What others call the book's records, on PostgreSQL: one id in each source, which leads to one record of a kind."""

from collections.abc import Mapping
from typing import Final

import asyncpg

from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import storable
from orderloom.store.pool import Db, broken_constraint


async def find(db: Db, tenant_id: int, kind: str, source: str, their_id: str) -> int | None:
    """The id of the record that the source calls so."""
    if not (storable(source) and storable(their_id)):
        return None
    found: int | None = await db.fetchval(
        """select x.our_id from external_ids x
            where x.tenant_id = $1 and x.kind = $2 and x.source = $3 and x.their_id = $4""",
        tenant_id,
        kind,
        source,
        their_id,
    )
    return found


async def of(db: Db, tenant_id: int, kind: str, our_id: int) -> dict[str, str]:
    """What others call the record, by source."""
    rows = await db.fetch(
        """select x.source, x.their_id from external_ids x
            where x.tenant_id = $1 and x.kind = $2 and x.our_id = $3 order by x.source""",
        tenant_id,
        kind,
        our_id,
    )
    return {row[0]: row[1] for row in rows}


async def of_others(
    db: Db, tenant_id: int, kind: str, our_id: int | None, wished: Mapping[str, str | None]
) -> list[str]:
    """The sources that call another record than this one as is wished."""
    names = {source: name for source, name in wished.items() if name is not None and storable(source + name)}
    rows = await db.fetch(
        """select x.source, x.their_id from external_ids x
            where x.tenant_id = $1 and x.kind = $2 and x.our_id is distinct from $3 and x.source = any($4::text[])
              and x.their_id = any($5::text[]) order by x.source""",
        tenant_id,
        kind,
        our_id,
        list(names),
        list(names.values()),
    )
    return [row[0] for row in rows if names[row[0]] == row[1]]


async def put(db: Db, tenant_id: int, kind: str, our_id: int, wished: Mapping[str, str | None]) -> None:
    """Let these sources call the record so; None takes the name away. Raises BadInput if another record has it.

    To be called inside a transaction.
    """
    if not wished:
        return
    await db.execute(
        """delete from external_ids x
            where x.tenant_id = $1 and x.kind = $2 and x.our_id = $3 and x.source = any($4::text[])""",
        tenant_id,
        kind,
        our_id,
        list(wished),
    )
    for source, their_id in wished.items():
        if their_id is None:
            continue
        try:
            await db.execute(_PUTTING, tenant_id, kind, source, their_id, our_id)
        except asyncpg.UniqueViolationError as error:
            if broken_constraint(error, ["external_ids_pkey"]) is None:
                raise
            raise BadInput(Fault("external_ids", "taken", source, their_id)) from error


_PUTTING: Final = """
insert into external_ids (tenant_id, kind, source, their_id, our_id) values ($1, $2, $3, $4, $5)"""
