"""What orders refer to, on PostgreSQL: read with what others call it, written back, deleted."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

import asyncpg
import msgspec

from orderloom.book.conditions import Condition
from orderloom.book.errors import BadInput, InUse, NotFound
from orderloom.book.keysets import Part, Stretch
from orderloom.book.records import Whole
from orderloom.book.words import Word
from orderloom.store import entering, parts
from orderloom.store.conditions import Fields
from orderloom.store.entering import Table
from orderloom.store.failures import broken_constraint
from orderloom.store.parts import Listed
from orderloom.store.pool import Db, SearchDb

R = TypeVar("R", bound=msgspec.Struct)


@dataclass(frozen=True)
class Kept(Generic[R]):
    """How records of one kind are kept.

    `noun` is what history and others' ids call the kind. `made` makes a record of a row of `columns`, which are the
    table's under its alias; `row` has the values of the table's columns for a record that was entered at a moment.
    `fields` are what can be asked about. `dependents` is what may refer to a record, by the constraint that holds it.
    """

    noun: str
    table: Table
    alias: str
    columns: str
    fields: Fields
    made: Callable[[Any], R]
    row: Callable[[R, datetime], Sequence[Any]]
    missing: type[NotFound]
    dependents: Mapping[str, str]

    @property
    def whole(self) -> str:
        """The columns, and what else is known of the record."""
        return f"""{self.columns}, {self.alias}.created_at as entered_at,
                   (select json_object_agg(x.source, x.their_id order by x.source)::text from external_ids x
                     where x.tenant_id = {self.alias}.tenant_id and x.kind = '{self.noun}'
                       and x.our_id = {self.alias}.id) as external_ids_by_source"""

    def made_whole(self, row: Any) -> Whole[R]:
        """The record out of a row of them."""
        names = row["external_ids_by_source"]
        return Whole(self.made(row), row["entered_at"], _names(names) if names else {})


_names: Final = msgspec.json.Decoder(dict[str, str]).decode


async def one(db: Db, kept: Kept[R], tenant_id: int, record_id: int) -> Whole[R]:
    """The record with this id. Raises NotFound."""
    alias = kept.alias
    row = await db.fetchrow(
        f"select {kept.whole} from {kept.table.name} {alias} where {alias}.tenant_id = $1 and {alias}.id = $2",
        tenant_id,
        record_id,
    )
    if row is None:
        raise kept.missing(record_id)
    return kept.made_whole(row)


async def those(db: Db, kept: Kept[R], tenant_id: int, ids: Collection[int]) -> dict[int, Whole[R]]:
    """Those of the records with these ids that are there, by id."""
    alias = kept.alias
    rows = await db.fetch(
        f"""select {kept.whole}, {alias}.id as place from {kept.table.name} {alias}
             where {alias}.tenant_id = $1 and {alias}.id = any($2::bigint[])""",
        tenant_id,
        list(ids),
    )
    return {row["place"]: kept.made_whole(row) for row in rows}


async def part(
    db: SearchDb, kept: Kept[R], tenant_id: int, where: Condition, words: Sequence[Word], stretch: Stretch
) -> Part[Whole[R]]:
    """A part of the records for which the condition holds and which have the words."""
    listed = Listed(kept.table.name, kept.alias, kept.fields, kept.whole)
    return await parts.part(db, listed, tenant_id, where, words, stretch, made=kept.made_whole)


async def locked(db: Db, kept: Kept[R], tenant_id: int, record_id: int, *, for_good: bool = False) -> Whole[R]:
    """The record, which nobody else can change until the transaction ends; nor refer to, if `for_good`.

    Raises NotFound. What it is called elsewhere is read when the lock is there: who waited would see it as it was.
    """
    strength = "update" if for_good else "no key update"
    await db.execute(
        f"select from {kept.table.name} t where t.tenant_id = $1 and t.id = $2 for {strength}", tenant_id, record_id
    )
    return await one(db, kept, tenant_id, record_id)


async def save(db: Db, kept: Kept[R], tenant_id: int, record_id: int, record: R, entered_at: datetime) -> None:
    """Write the record back. Raises BadInput for what breaks a constraint."""
    table, row = kept.table, kept.row(record, entered_at)
    given = dict(zip(table.columns, row, strict=True))
    written = ", ".join(f"{column} = ${place}" for place, column in enumerate(table.columns, 3))
    refusals = {name: BadInput(replace(fault, value=given[fault.field])) for name, fault in table.refused.items()}
    with entering.refusing(refusals):
        await db.execute(
            f"update {table.name} set {written} where tenant_id = $1 and id = $2", tenant_id, record_id, *row
        )


async def delete(db: Db, kept: Kept[R], tenant_id: int, record_id: int) -> None:
    """Delete the record and what others call it. Raises InUse while something refers to it."""
    await db.execute(
        "delete from external_ids x where x.tenant_id = $1 and x.kind = $2 and x.our_id = $3",
        tenant_id,
        kept.noun,
        record_id,
    )
    with _depended_on(kept):
        await db.execute(f"delete from {kept.table.name} where tenant_id = $1 and id = $2", tenant_id, record_id)


@contextmanager
def _depended_on(kept: Kept[Any]) -> Iterator[None]:
    try:
        yield
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError) as error:
        broken = broken_constraint(error, list(kept.dependents))
        if broken is None:
            raise
        raise InUse(kept.noun, kept.dependents[broken]) from error
