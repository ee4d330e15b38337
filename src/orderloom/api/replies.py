"""How records are shown: one, whole or in part, and parts of lists."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from orderloom.api import cursors, etags, expansion, filters
from orderloom.api.expansion import Expansions
from orderloom.api.filters import Asked
from orderloom.book.errors import NotFound
from orderloom.book.keysets import Place
from orderloom.dialects.contract import Call, Reply
from orderloom.wire.paging import record_id

JSON: Final = "application/json"
encode: Final = msgspec.json.Encoder().encode


def id_of(call: Call, name: str, unknown: type[NotFound]) -> int:
    """The id that the path says under this name. Raises `unknown` for what no record can have."""
    found = record_id(call.path[name])
    if found is None:
        raise unknown(call.path[name])
    return found


def told(status: int, shown: msgspec.Struct, *headers: tuple[str, str]) -> Reply:
    """All of a record, with its entity tag."""
    body = encode(shown)
    return Reply(status, body, JSON, (etags.of(etags.of_look(body)), *headers))


def require(call: Call, shown: msgspec.Struct) -> None:
    """Raises Refused with 412 unless the record looks as the caller saw it, if the call says how that was."""
    if call.header(b"if-match") is not None:
        etags.require(call, etags.of_look(encode(shown)))


async def one(call: Call, shown: msgspec.Struct, expandable: Expansions) -> Reply:
    """A record as the call asks to see it, or that it looks as the caller knows it."""
    filters.only(call, "fields", "expand") if expandable else filters.only(call, "fields")
    members = filters.member_names(call, shown.__struct_fields__)
    expand = filters.expansions(call, expandable)
    version = etags.of_look(encode(shown))
    if members is None and not expand:
        return Reply(304, headers=(etags.of(version),)) if etags.is_known(call, version) else told(200, shown)
    (look,) = await expansion.looks(call, [shown], members, expand, expandable)
    return Reply(200, encode(look), JSON, (etags.of(version),))


async def part(
    call: Call,
    asked: Asked,
    shown: Sequence[msgspec.Struct],
    end: Place | None,
    page: Callable[[list[Any], str | None], msgspec.Struct],
    expandable: Expansions,
) -> Reply:
    """A part of a list, in the shape of its `page`."""
    looks: list[Any] = list(shown)
    if asked.fields is not None or asked.expand:
        looks = await expansion.looks(call, shown, asked.fields, asked.expand, expandable)
    return Reply(200, encode(page(looks, cursors.written(end, asked.stretch.sort))), JSON)
