"""Entity tags: the version of an order, and of what has none a hash of how it looks. Source: RFC 9110 8.8.3, 13.1."""

import re
from hashlib import blake2b
from typing import Final

from orderloom.api import errors
from orderloom.dialects.contract import Call, Refused

Version = int | str
_TAG: Final = re.compile(r'(W/)?"([^"]*)"')
_HASH_BYTES: Final = 12


def of(version: Version) -> tuple[str, str]:
    """The header that tells the version."""
    return "ETag", f'"{version}"'


def of_look(body: bytes) -> str:
    """The version of what looks so when all of it is shown."""
    return blake2b(body, digest_size=_HASH_BYTES).hexdigest()


def is_known(call: Call, version: Version) -> bool:
    """Whether the caller has this version already, by If-None-Match."""
    header = call.header(b"if-none-match")
    return header is not None and _names(header, version, takes_weak=True)


def require(call: Call, version: Version, *, given: object = None) -> None:
    """Raises Refused with 412 unless If-Match, and the version given in the body, if they are there, are this one."""
    header = call.header(b"if-match")
    matches = header is None or _names(header, version)
    if not matches or (isinstance(given, int) and given != version):
        raise stale(version)


def stale(version: Version) -> Refused:
    """What somebody is told who has read another version."""
    detail = f"Read it again: its version is {version}."
    return Refused(errors.problem(412, "stale", detail, headers=(of(version),)))


def _names(header: bytes, version: Version, *, takes_weak: bool = False) -> bool:
    text = header.decode("latin-1").strip()
    return text == "*" or any(tag == str(version) for weak, tag in _TAG.findall(text) if takes_weak or not weak)
