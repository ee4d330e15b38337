"""From the place where a part of a list ended to SQL for what stands behind it."""

from typing import Any, Final

from orderloom.book.keysets import Stretch
from orderloom.store import pages
from orderloom.store.conditions import Field

# Its value stands in a cursor; a longer one would make it too long for a URL.
LONGEST: Final = 500


def keyed(field: Field) -> str:
    """SQL for the value that the list is sorted by: of a long text its beginning."""
    return f'(left({field.sql}, {LONGEST}) collate "C")' if field.is_text else field.sql


def behind(stretch: Stretch, field: Field, alias: str, arguments: list[Any]) -> str:
    """SQL that is true of what stands behind the place, with `and` before it; empty without a place.

    What nothing is set in comes first when the list rises and last when it falls.
    """
    if stretch.after is None:
        return ""
    value, record_id = stretch.after
    sign = "<" if stretch.sort.descending else ">"
    arguments.append(record_id)
    beyond_id = f"{alias}.id {sign} ${len(arguments)}"
    if stretch.sort.is_by_id:
        return f" and {beyond_id}"
    key = keyed(field)
    if value is None:
        if stretch.sort.descending:
            return f" and {key} is null and {beyond_id}"
        return f" and ({key} is not null or {beyond_id})"
    arguments.append(value)
    place = f"${len(arguments)}::{field.type}"
    beyond = f"({key}, {alias}.id) {sign} ({place}, ${len(arguments) - 1})"
    if stretch.sort.descending and field.nullable:
        return f" and ({beyond} or {key} is null)"
    return f" and {beyond}"


def ordered(stretch: Stretch, field: Field, id_: str) -> str:
    """SQL for the order of a list whose column `sorted_by` is the value of `keyed`, and `id_` the id."""
    way = "desc" if stretch.sort.descending else "asc"
    if stretch.sort.is_by_id:
        return f"{id_} {way}"
    nulls = ("nulls last" if stretch.sort.descending else "nulls first") if field.nullable else ""
    return f"sorted_by {way} {nulls}, {id_} {way}"


def limit(stretch: Stretch, arguments: list[Any]) -> str:
    """SQL for the length of the part: one more, to see whether something stands behind it."""
    return pages.limit(stretch.limit + 1, arguments)
