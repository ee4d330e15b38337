"""One page of a list in any order, with how many records the whole list has, in one statement."""

from typing import Any, Final, NamedTuple

from orderloom.store.sorting import Ordering

# Longer pages are rare, and each length that is written out is a statement that connections remember.
COMMON: Final = 100


def limit(records: int, arguments: list[Any]) -> str:
    """SQL for the length of a page, whose value is appended to the arguments if it becomes a parameter.

    It is written out where many ask for it: with a parameter there a statement is planned anew at each call.
    """
    if records <= COMMON:
        return f"{records:d}"
    arguments.append(records)
    return f"${len(arguments)}"


class List(NamedTuple):
    """What a list is made of: its columns, the tables that they come from, and the alias of the one it lists.

    `chosen` are the conditions on it. `counted` yields one row with the column `total`, or none if there is no such
    list. `is_costly`: a record takes so much reading that none is read in vain.
    """

    columns: str
    source: str
    alias: str
    chosen: str
    counted: str
    is_costly: bool = False


def statement(what: List, by: Ordering, *, limit: str, offset: str) -> str:
    """The columns of each record of the page, then the total; one row of nulls and the total if there is none.

    In the order of ids the records are read as they stand in an index. In any other one the ids are sorted with their
    keys alone, of which the database keeps no more than the page needs, and the records are read afterwards: sorting
    whole records would write a large book to disk.
    """
    read = _ids_first if by.keys or what.is_costly else _at_once
    return read(what, by, f"limit {limit} offset {offset}")


def _at_once(what: List, by: Ordering, cut: str) -> str:
    columns, source, alias, chosen, counted, _ = what
    return f"""
    select page.*, counted.total
      from ({counted}) counted
      left join lateral (
            select {columns} from {source} where {chosen} order by {alias}.id {by.way} {cut}) page on true
     order by page.id {by.way}"""


def _ids_first(what: List, by: Ordering, cut: str) -> str:
    columns, source, alias, chosen, counted, _ = what
    names = [f"k{place} {key.way}" for place, key in enumerate(by.keys)]
    keys = "".join(f", {key.sql} as k{place}" for place, key in enumerate(by.keys))
    joined = f"({source})" if " join " in source else source  # one table alone may not stand in brackets
    return f"""
    select {columns}, counted.total
      from ({counted}) counted
      left join lateral (
            select {alias}.tenant_id, {alias}.id{keys}
              from {source} where {chosen} order by {", ".join([*names, f"{alias}.id {by.way}"])} {cut}) page on true
      left join {joined} on {alias}.tenant_id = page.tenant_id and {alias}.id = page.id
     order by {", ".join(f"page.{name}" for name in [*names, f"id {by.way}"])}"""
