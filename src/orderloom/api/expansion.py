"""Choosing members of a record, and showing what it refers to whole."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Final, NamedTuple

from orderloom.api import related
from orderloom.dialects.contract import Call


class Expansion(NamedTuple):
    """What can be shown whole: the member that refers to it, and what finds many of them by what that member says."""

    member: str
    find: Callable[[Call, Iterable[Any]], Coroutine[Any, Any, dict[Any, Any]]]


OF_ORDERS: Final = {
    "customer": Expansion("customer_id", related.customers),
}


async def looks(
    call: Call, records: Sequence[Any], fields: Sequence[str] | None, expand: Iterable[str]
) -> list[dict[str, Any]]:
    """The records with these members alone (all, if None), and with what they refer to."""
    names = records[0].__struct_fields__ if fields is None and records else fields or ()
    shown = [{name: getattr(record, name) for name in names} for record in records]
    for name in expand:
        member, find = OF_ORDERS[name]
        wanted = [getattr(record, member) for record in records]
        found = await find(call, {each for each in wanted if each is not None})
        for look, each in zip(shown, wanted, strict=True):
            look[name] = None if each is None else found.get(each)
    return shown
