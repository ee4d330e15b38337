"""Choosing members of a record, and showing what it refers to whole."""

from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from orderloom.dialects.contract import Call


class Expansion(NamedTuple):
    """What can be shown whole: the member that refers to it, and what finds many of them by what that member says."""

    member: str
    find: Callable[[Call, Collection[Any]], Coroutine[Any, Any, dict[Any, Any]]]


Expansions = Mapping[str, Expansion]


async def looks(
    call: Call, records: Sequence[Any], fields: Sequence[str] | None, expand: Iterable[str], known: Expansions
) -> list[dict[str, Any]]:
    """The records with these members alone (all, if None), and with what they refer to, each kind by one question."""
    names = records[0].__struct_fields__ if fields is None and records else fields or ()
    shown = [{name: getattr(record, name) for name in names} for record in records]
    for name in expand:
        member, find = known[name]
        wanted = [getattr(record, member) for record in records]
        ids = {each for each in wanted if each is not None}
        found = await find(call, ids) if ids else {}
        for look, each in zip(shown, wanted, strict=True):
            look[name] = None if each is None else found.get(each)
    return shown
