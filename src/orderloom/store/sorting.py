"""From the book's word for how a list is sorted to SQL."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from orderloom.book.lists import Sort
from orderloom.store import folding


class Column(NamedTuple):
    """What a field is sorted by. `text` is compared without case; `nullable` ones may have nothing set."""

    expression: str
    text: bool = False
    nullable: bool = True


class Key(NamedTuple):
    """One expression to sort by, and which way."""

    sql: str
    way: str


class Ordering(NamedTuple):
    """What to sort by before the id, which way the id itself goes, and the values of the keys' parameters."""

    keys: tuple[Key, ...]
    way: str
    arguments: tuple[str, ...] = ()


def ordering(sort: Sort, columns: Mapping[str, Column], alias: str, *, first: int) -> Ordering:
    """SQL for the sort over these columns of the table called `alias`; parameters are numbered from `first`."""
    way, nulls = ("desc", "nulls last") if sort.descending else ("asc", "nulls first")
    if sort.leftover is not None:
        face, attribute = sort.leftover
        keys = tuple([Key(key, f"{way} {nulls}") for key in _mixed(sort, columns, alias, first)])
        return Ordering(keys, way, (face, attribute, f"{face}/{attribute}"))
    if sort.is_by_id:
        return Ordering((), way)
    chosen = [columns[field] for field in sort.fields]
    fields = [_key(field, column, alias) for field, column in zip(sort.fields, chosen, strict=True)]
    key = fields[0] if len(fields) == 1 else f"coalesce({', '.join(fields)})"
    if chosen[0].text:
        key += ' collate "C"'
    # Without "nulls" where there are none, so that an index of the same order can serve it.
    return Ordering((Key(key, f"{way} {nulls}" if chosen[-1].nullable else way),), way)


def _mixed(sort: Sort, columns: Mapping[str, Column], alias: str, first: int) -> tuple[str, ...]:
    """Keys for a value of any JSON type: by type, then numbers as numbers, then texts and the rest as text."""
    kept = f"{alias}.leftovers -> ${first}::text -> ${first + 1}::text"
    values = [f"to_jsonb({columns[field].expression})" for field in sort.fields]
    value = f"coalesce({', '.join([*values, kept])})"
    own = [_key(field, columns[field], alias) for field in sort.fields if columns[field].text]
    folded = f"coalesce({alias}.folded ->> ${first + 2}::text, lower(({kept} #>> '{{}}') collate \"C\"))"
    text = f"coalesce({', '.join([*own, folded])})"
    return (
        f"case coalesce(jsonb_typeof({value}), 'null') {_RANKS} end",
        f"case jsonb_typeof({value}) when 'number' then ({value})::numeric end",
        # Numbers are told apart already: 1 and 1.0 are the same.
        f"(case when jsonb_typeof({value}) = 'string' then {text}"
        f" when jsonb_typeof({value}) not in ('null', 'number') then ({value})::text end) collate \"C\"",
    )


def _key(field: str, column: Column, alias: str) -> str:
    return folding.expression(column.expression, field, alias) if column.text else column.expression


_RANKS: Final = "when 'null' then 0 when 'number' then 1 when 'string' then 2 when 'boolean' then 3 else 4"
