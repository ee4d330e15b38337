"""A part of a list, by a condition, words and a place."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from orderloom.book.conditions import Condition
from orderloom.book.keysets import Part, Place, Stretch
from orderloom.book.words import Word
from orderloom.store import keysets, searched, weighing
from orderloom.store.conditions import Fields, compiled
from orderloom.store.pool import SearchDb

T = TypeVar("T")


class Listed(NamedTuple):
    """What is listed: the table and its alias, the fields to ask about, and what is read of each record.

    `columns` are read of `source`, which holds the table under its alias and may join others to it; the fields are the
    table's own. `weight` is SQL over the columns for how many bytes a record comes to, where that may
    be many.
    """

    table: str
    alias: str
    fields: Fields
    columns: str
    source: str = ""
    weight: str = "0"


async def part(
    db: SearchDb,
    listed: Listed,
    tenant_id: int,
    where: Condition,
    words: Sequence[Word],
    stretch: Stretch,
    *,
    made: Callable[[Any], T],
) -> Part[T]:
    """The part of the records for which the condition holds and which have the words, as `made` makes them of rows."""
    alias, field = listed.alias, listed.fields[stretch.sort.fields[0]]
    arguments: list[Any] = [tenant_id]
    chosen = f"{alias}.tenant_id = $1 and {compiled(where, listed.fields, arguments)}"
    chosen += searched.having(words, tenant_id, alias, arguments) + keysets.behind(stretch, field, alias, arguments)
    order, limit = keysets.ordered(stretch, field, f"{alias}.id"), keysets.limit(stretch, arguments)
    table = f"{listed.table} {alias}"
    wanted = f"select {alias}.tenant_id, {alias}.id, {keysets.keyed(field)} as sorted_by from {table} where {chosen}"
    page = f"page as materialized ({wanted} order by {order} limit {limit})"
    if words:
        page = searched.page(wanted, order, keysets.ordered(stretch, field, "few.id"), limit)
    rows = f"""
        select {listed.columns}, page.id as place, page.sorted_by
          from page join {f"({listed.source})" if listed.source else table}
            on {alias}.tenant_id = page.tenant_id and {alias}.id = page.id
         where {alias}.tenant_id = $1"""
    told = weighing.cut(rows, listed.weight, keysets.ordered(stretch, field, "place"))
    return _cut(await db.search(f"with {page}, {told}", *arguments), stretch, made)


def _cut(rows: Sequence[Any], stretch: Stretch, made: Callable[[Any], T]) -> Part[T]:
    """The part, of rows that end with how many were found."""
    shown = rows[: stretch.limit]
    last = shown[-1] if shown and shown[-1][-1] > len(shown) else None
    return Part([made(row) for row in shown], None if last is None else Place(last["sorted_by"], last["place"]))
