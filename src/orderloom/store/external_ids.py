"""What others call the book's records, on PostgreSQL: one id in each source, which leads to one record of a kind."""

from collections.abc import Iterable
from typing import Final

from orderloom.book.errors import BadInput, Fault
from orderloom.book.external_ids import Name, Names
from orderloom.book.text import storable
from orderloom.store.pool import Db


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


async def taken(db: Db, tenant_id: int, kind: str, names: Iterable[Name], *, but: int | None = None) -> set[Name]:
    """Those of the names by which another record than the one with the id `but` is called."""
    asked = [name for name in names if storable("".join(name))]
    if not asked:
        return set()
    sources, their_ids = map(list, zip(*asked, strict=True))
    return {(row[0], row[1]) for row in await db.fetch(_TAKEN, tenant_id, kind, sources, their_ids, but)}


_TAKEN: Final = """
select x.source, x.their_id
  from unnest($3::text[], $4::text[]) n (source, their_id)
  join external_ids x on x.tenant_id = $1 and x.kind = $2 and x.source = n.source and x.their_id = n.their_id
 where x.tenant_id = $1 and x.our_id is distinct from $5"""


async def put(db: Db, tenant_id: int, kind: str, our_id: int, wished: Names) -> None:
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
    await enter_all(db, tenant_id, kind, [(our_id, wished)])


async def enter_all(db: Db, tenant_id: int, kind: str, wished: Iterable[tuple[int, Names]]) -> None:
    """Let sources call records, by their ids, so that they did not call yet. Raises BadInput for every name that is
    another record's.

    To be called inside a transaction. Everybody enters names in one order, so that two do not block each other.
    """
    rows = sorted(
        (source, their_id, our_id)
        for our_id, names in wished
        for source, their_id in names.items()
        if their_id is not None
    )
    if not rows:
        return
    entered = await db.fetch(_ENTERING, tenant_id, kind, *map(list, zip(*rows, strict=True)))
    if len(entered) < len(rows):
        ours = {(row[0], row[1]) for row in entered}
        refused = [(source, their_id) for source, their_id, our_id in rows if (source, our_id) not in ours]
        raise BadInput(*(Fault("external_ids", "taken", source, their_id) for source, their_id in refused))


_ENTERING: Final = """
insert into external_ids as x (tenant_id, kind, source, their_id, our_id)
select $1, $2, n.source, n.their_id, n.our_id
  from unnest($3::text[], $4::text[], $5::bigint[]) n (source, their_id, our_id)
    on conflict (tenant_id, kind, source, their_id) do nothing
returning x.source, x.our_id"""
