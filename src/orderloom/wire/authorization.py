"""The Authorization header."""

import base64
import binascii
from typing import NamedTuple, TypeGuard

from orderloom.book.api_keys import is_key


class Basic(NamedTuple):
    """A user name and a password, both as they were sent."""

    name: str
    secret: str


def basic(header: bytes | None) -> Basic | None:
    """What a Basic header says, None if it is none or malformed. The password may contain colons.

    Source: RFC 7617, with UTF-8.
    """
    if not is_scheme(header, b"basic"):
        return None
    try:
        pair = base64.b64decode(header[6:].strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    name, colon, secret = pair.partition(":")
    return Basic(name, secret) if colon else None


def bearer(header: bytes | None) -> str | None:
    """The token of a Bearer header, None if it is none or empty. Source: RFC 6750."""
    if not is_scheme(header, b"bearer"):
        return None
    return header[7:].strip().decode("latin-1") or None


def api_key(header: bytes) -> str | None:
    """The API key in a header, None if there is none: a Bearer token, or the password of Basic, whatever its name."""
    given = basic(header)
    text = given.secret if given is not None else bearer(header)
    return text if text is not None and is_key(text) else None


def is_scheme(header: bytes | None, scheme: bytes) -> TypeGuard[bytes]:
    """True if the header is of this scheme (lower case); schemes are compared without case."""
    return header is not None and header[: len(scheme) + 1].lower() == scheme + b" "
