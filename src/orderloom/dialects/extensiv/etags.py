"""Entity tags: what a client saw, so that it overwrites nothing else. Source: contracts/extensiv.md section 6.5."""

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final

import msgspec

from orderloom.book.purchases import Purchase
from orderloom.dialects.contract import Call, Refused, Reply
from orderloom.dialects.extensiv import errors

_SIZE: Final = 12
_ANY: Final = "*"
_TAG: Final = re.compile(r'(?:W/)?(?:"([^"]*)"|([^\s",]+))')


def of_purchase(purchase: Purchase) -> str:
    """The tag of what is shown of a purchase, in whatever representation.

    Its version stands for all that is its own; the rest is what it shows of other things.
    """
    return _tag(_shown(purchase))


def of_list(place: object, total: int, records: Sequence[Any]) -> str:
    """The tag of a page of a list, in whatever representation; `place` is what was asked for."""
    return _tag((place, total, [_shown(each) if isinstance(each, Purchase) else each for each in records]))


def matches(call: Call, header: bytes, tag: str) -> bool:
    """True if the conditional header of the call names the tag, in whatever form."""
    text = (call.header(header) or b"").decode("latin-1").strip()
    if text == _ANY:
        return True
    bare = tag.strip('"')
    return any(bare in (match[1], match[2]) for match in _TAG.finditer(text))


def require_match(call: Call, tag: str) -> None:
    """Raises Refused with 412 if the client saw something else."""
    if not matches(call, b"if-match", tag):
        raise Refused(errors.empty(412))


def is_conditional(call: Call) -> bool:
    """Whether a write says what the client saw."""
    return bool((call.header(b"if-match") or b"").strip())


def unchanged(call: Call, tag: str) -> Reply | None:
    """304 if the client has seen this already."""
    if call.header(b"if-none-match") is not None and matches(call, b"if-none-match", tag):
        return errors.empty(304, ("ETag", tag), errors.VARY)
    return None


def _shown(purchase: Purchase) -> tuple[object, ...]:
    names = [(each.sku, each.facility) for each in purchase.goods]
    return (
        purchase.id,
        purchase.version,
        purchase.is_receiving,
        purchase.customer,
        purchase.supplier,
        names,
    )


def _tag(told: object) -> str:
    return f'"{blake2b(_encode(told), digest_size=_SIZE).hexdigest()}"'


_encode: Final = msgspec.json.Encoder().encode
