"""How records are shown: one, whole or in part, and parts of lists."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

import msgspec

from orderloom.api import cursors, etags, expansion, filters
from orderloom.api.etags import Version
from orderloom.api.expansion import Expansions
from orderloom.api.filters import Asked
from orderloom.book.errors import NotFound
from orderloom.book.external_ids import MAX_SOURCE, MAX_THEIR_ID, Name
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


def name_of(call: Call, unknown: type[NotFound]) -> Name:
    """The source, and the id there, that the path says. Raises `unknown` for what nothing can be called."""
    source, their_id = call.path["source"], call.path["their_id"]
    if len(source) > MAX_SOURCE or len(their_id) > MAX_THEIR_ID:
        raise unknown(their_id)
    return source, their_id


def told(status: int, shown: msgspec.Struct, *headers: tuple[str, str], version: Version | None = None) -> Reply:
    """All of a record, with its entity tag: that of its version if it has one."""
    body = encode(shown)
    return Reply(status, body, JSON, (etags.of(etags.of_look(body) if version is None else version), *headers))


def require(call: Call, shown: msgspec.Struct) -> None:
    """Raises Refused with 412 unless the record looks as the caller saw it, if the call says how that was."""
    if call.header(b"if-match") is not None:
        etags.require(call, etags.of_look(encode(shown)))


async def one(call: Call, shown: msgspec.Struct, expandable: Expansions) -> Reply:
    """A record as the call asks to see it, or that it looks as the caller knows it."""
    version = etags.of_look(encode(shown))
    return await one_of_version(call, version, shown.__struct_fields__, lambda: shown, expandable)


async def one_of_version(
    call: Call,
    version: Version,
    members: Collection[str],
    shown: Callable[[], msgspec.Struct],
    expandable: Expansions,
    *,
    is_same: Callable[[], bool] = lambda: True,
) -> Reply:
    """The same of one that has a version, and that is made to be shown only where it is.

    `is_same`: whether it looks the same as long as it has this version.
    """
    filters.only(call, "fields", "expand") if expandable else filters.only(call, "fields")
    chosen = filters.member_names(call, members)
    expand = filters.expansions(call, expandable)
    if not expand and etags.is_known(call, version) and is_same():
        return Reply(304, headers=(etags.of(version),))
    if chosen is None and not expand:
        return told(200, shown(), version=version)
    (look,) = await expansion.looks(call, [shown()], chosen, expand, expandable)
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
