"""Entity tags of orders: the version. Source: RFC 9110 8.8.3, 13.1."""

import re
from typing import Final

from orderloom.api import errors
from orderloom.api.shapes import MAX_ID
from orderloom.dialects.contract import Call, Refused

_TAG: Final = re.compile(r'"([^"]*)"')
_STRONG_TAG: Final = re.compile(r'(?<!W/)"([^"]*)"')


def of(version: int) -> tuple[str, str]:
    """The header that tells the version."""
    return "ETag", f'"{version}"'


def is_known(call: Call, version: int) -> bool:
    """Whether the caller has this version already, by If-None-Match."""
    header = call.header(b"if-none-match")
    return header is not None and _names(_TAG, header, version)


def require(call: Call, version: int, *, given: object = None) -> None:
    """Raises Refused with 412 unless If-Match, and the version given in the body, if they are there, are this one."""
    header = call.header(b"if-match")
    matches = header is None or _names(_STRONG_TAG, header, version)
    if not matches or (isinstance(given, int) and given != version and abs(given) <= MAX_ID):
        raise stale(version)


def stale(version: int) -> Refused:
    """What somebody is told who has read another version."""
    detail = f"Read it again: its version is {version}."
    return Refused(errors.problem(412, "stale", detail, headers=(of(version),)))


def _names(tag: re.Pattern[str], header: bytes, version: int) -> bool:
    text = header.decode("latin-1").strip()
    return text == "*" or str(version) in tag.findall(text)
