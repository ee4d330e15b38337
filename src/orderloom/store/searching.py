"""Lists that are narrowed by conditions and sorted by several fields."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from orderloom.book.conditions import Condition
from orderloom.book.errors import NotFound
from orderloom.book.lists import Cut, Page, Sort
from orderloom.store import pages
from orderloom.store.conditions import Fields, compiled, ordered
from orderloom.store.pool import SearchDb

T = TypeVar("T")


class Listed(NamedTuple):
    """What can be searched: columns, the id first; the tables that they come from; the alias of the one that is listed;
    and the fields to ask about."""

    columns: str
    source: str
    alias: str
    fields: Fields


class Owner(NamedTuple):
    """Whose things alone are listed: the column that says so, and the id.

    `missing` is raised if the table of owners has nobody of this id.
    """

    column: str
    id: int
    table: str
    missing: type[NotFound]


async def page(
    db: SearchDb,
    listed: Listed,
    tenant_id: int,
    where: Condition,
    sorts: Sequence[Sort],
    cut: Cut,
    *,
    made: Callable[[Any], T],
    owner: Owner | None = None,
) -> Page[T]:
    """The records that `made` makes of the rows, and how many there are in all."""
    arguments: list[Any] = [tenant_id, cut.limit, cut.offset]
    chosen = [f"{listed.alias}.tenant_id = $1"]
    if owner is not None:
        arguments.append(owner.id)
        chosen.append(f"{owner.column} = $4")
    chosen.append(compiled(where, listed.fields, arguments))
    met = " and ".join(chosen)
    counted = f"select count(*) as total from {listed.source} where {met}"
    if owner is not None:
        counted = f"select ({counted}) as total from {owner.table} w where w.tenant_id = $1 and w.id = $4"
    what = pages.List(listed.columns, listed.source, listed.alias, met, counted)
    statement = pages.statement(what, ordered(sorts, listed.fields), limit="$2", offset="$3")
    rows = await db.search(statement, *arguments)
    if owner is not None and not rows:
        raise owner.missing(owner.id)
    return Page(rows[0][-1], [made(row) for row in rows if row[0] is not None])
