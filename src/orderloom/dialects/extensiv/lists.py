"""How Extensiv asks for a page of a list. Source: contracts/extensiv.md section 5."""

from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from orderloom.book.conditions import Condition
from orderloom.book.lists import Cut, Page
from orderloom.dialects.contract import Call, Reply
from orderloom.dialects.extensiv import etags, representations, rql
from orderloom.dialects.extensiv.errors import BadParameter
from orderloom.dialects.extensiv.representations import Links, Representation
from orderloom.dialects.extensiv.rql import Properties
from orderloom.dialects.extensiv.shapes import Link
from orderloom.wire.forms import fields
from orderloom.wire.paging import offset_of, whole

MAX_SIZE: Final = 1000
DEFAULT_SIZE: Final = 100
# What the links to other pages keep.
_KEPT: Final = ("purchaseorderid", "rql", "sort")
_KNOWN: Final = frozenset((*_KEPT, "pgsiz", "pgnum", "ponum"))


class Query:
    """What the query string asks for. Raises BadParameter."""

    def __init__(self, call: Call, properties: Properties, *, size: int = DEFAULT_SIZE) -> None:
        self._given = parameters(call)
        self._size = _positive(self._given, "pgsiz", size)
        if self._size > MAX_SIZE:
            raise BadParameter("pgsiz", f"pgsiz must be a whole number from 1 to {MAX_SIZE}")
        self._number = _positive(self._given, "pgnum", 1)
        self.where = condition(self._given.get("rql", ""), properties)
        try:
            self.sorts = rql.sorts(self._given.get("sort", ""), properties)
        except rql.Unusable as why:
            raise BadParameter("sort", str(why)) from None
        self.cut = Cut(self._size, offset_of(self._number, self._size))

    def whole(self, name: str) -> int | None:
        """The number that a parameter of this name asks for, None if it is not there."""
        return _positive(self._given, name, 0) if name in self._given else None

    def reply(
        self,
        call: Call,
        path: str,
        rel: str,
        page: Page[Any],
        shown: Callable[[Any, Representation], Any],
        besides: Sequence[Any] = (),
    ) -> Reply:
        """The page as an answer; `shown` makes what one record looks like, `besides` is what each shows of others."""
        tag = etags.of_list((path, self._size, self._number), page.total, [*page.records, *besides])
        form = representations.chosen(call)
        return etags.unchanged(call, tag) or form.reply(
            200,
            form.listed(rel, page.total, [shown(each, form) for each in page.records], self._links(path, page.total)),
            ("ETag", tag),
        )

    def _links(self, path: str, total: int) -> Links:
        links: list[tuple[str, Link | list[Link]]] = [("self", self._href(path, self._number))]
        if self._number * self._size < total:
            links.append(("next", self._href(path, self._number + 1)))
        if self._number > 1:
            links.append(("prev", self._href(path, self._number - 1)))
        return links

    def _href(self, path: str, number: int) -> Link:
        asked: dict[str, Any] = {"pgsiz": self._size, "pgnum": number}
        asked |= {name: self._given[name] for name in _KEPT if name in self._given}
        return Link(f"{path}?{urlencode(asked)}")


def parameters(call: Call) -> dict[str, str]:
    """The query parameters by their names in lower case; empty ones are not there. Raises BadParameter."""
    found: dict[str, str] = {}
    for name, value in fields(call.query_string):
        if value and found.setdefault(name.lower(), value) != value and name.lower() in _KNOWN:
            raise BadParameter(name, f"{name} is given twice")
    return found


def condition(text: str, properties: Properties) -> Condition:
    """What an `rql` selects. Raises BadParameter."""
    try:
        return rql.condition(text, properties)
    except rql.Unusable as why:
        raise BadParameter("rql", str(why)) from None


def _positive(given: dict[str, str], name: str, default: int) -> int:
    if name not in given:
        return default
    number = whole(given[name])
    if number is None or number < 1:
        raise BadParameter(name, f"{name} must be a whole number above 0")
    return number
