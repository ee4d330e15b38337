"""Which representation a client wants, and how links and lists look in it. Source: sections 3.1 and 4."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from orderloom.dialects.contract import JSON, Call, Reply
from orderloom.dialects.extensiv import shapes
from orderloom.dialects.extensiv.errors import VARY
from orderloom.dialects.extensiv.shapes import Link, PlainLink, Shapes

HAL_TYPE: Final = "application/hal+json"
JSON_TYPE: Final = "application/json"
_RANGES: Final = {HAL_TYPE: (HAL_TYPE, "application/*", "*/*"), JSON_TYPE: (JSON_TYPE, "application/*", "*/*")}
_QUALITY: Final = re.compile(r"[qQ]=([01](?:\.[0-9]{0,3})?)")
# Programs send a handful of different headers.
MAX_REMEMBERED: Final = 256
MAX_ACCEPT: Final = 1_000


Links = Sequence[tuple[str, Link | list[Link]]]
"""Ways by their rels; a list where there may be several with one rel."""


class Representation(NamedTuple):
    """One of the two ways in which Extensiv writes things."""

    content_type: str
    shapes: Shapes
    is_hal: bool

    def links(self, links: Links) -> Any:
        """The value of `_links`."""
        if self.is_hal:
            return dict(links)
        ways = [(rel, each if isinstance(each, list) else [each]) for rel, each in links]
        return [PlainLink(rel, link.href, link.name) for rel, several in ways for link in several]

    def listed(self, rel: str, total: int, records: Sequence[Any], links: Links) -> Any:
        """A page of a list."""
        if self.is_hal:
            return {"totalResults": total, "_embedded": {rel: records}, "_links": self.links(links)}
        return {"TotalResults": total, "ResourceList": records, "_links": self.links(links)}

    def reply(self, status: int, shape: Any, *headers: tuple[str, str]) -> Reply:
        """The answer with this thing."""
        return Reply(status, shapes.encode(shape), self.content_type, (VARY, *headers))


HAL: Final = Representation(f"{HAL_TYPE}; charset=utf-8", shapes.HAL, True)
PLAIN: Final = Representation(JSON, shapes.PLAIN, False)


def chosen(call: Call) -> Representation:
    """The representation that the client wants."""
    header = call.header(b"accept")
    return PLAIN if header is None else _chosen(header[:MAX_ACCEPT])


@lru_cache(MAX_REMEMBERED)
def _chosen(accept: bytes) -> Representation:
    """The more wanted one; on a tie HAL if it is named, for a client that names neither may not know it."""
    wanted: dict[str, float] = {}
    for part in accept.decode("latin-1").lower().split(","):
        name, *parameters = [each.strip() for each in part.split(";")]
        qualities = [match for each in parameters if (match := _QUALITY.fullmatch(each))]
        wanted[name] = float(qualities[0][1]) if qualities else 1.0
    hal, plain = (_quality(wanted, name) for name in (HAL_TYPE, JSON_TYPE))
    if hal > plain or (hal == plain > 0 and HAL_TYPE in wanted):
        return HAL
    return PLAIN


def _quality(wanted: dict[str, float], name: str) -> float:
    """What the closest range says; 0 where none fits."""
    return next((wanted[each] for each in _RANGES[name] if each in wanted), 0.0)
