"""API keys: what a program signs in with at any face, and what it may do there."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from orderloom.book.errors import BadInput, Fault
from orderloom.book.events import Author
from orderloom.book.text import required_fault

READ: Final = "read"
WRITE: Final = "write"
EVERY_FACE: Final = "*"
MAX_NAME: Final = 100
MAX_SCOPES: Final = 20
# Who wants a key for longer wants one that does not end.
LONGEST: Final = timedelta(days=36_500)
PREFIX: Final = "ol_"
_FORM: Final = re.compile(r"ol_[A-Za-z0-9_-]{43}")


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key, and what it may do: scopes such as `v1:write`. The key itself never leaves whoever it was given to.

    `used_at` is the moment of its last use, up to a minute before the true one.
    """

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None


def issue(
    name: str, scopes: Sequence[str], *, faces: Collection[str], at: datetime, by: str, expires_at: datetime | None
) -> ApiKey:
    """A new key with id 0: the store assigns it. Raises BadInput with every fault.

    A scope names one of `faces`, or EVERY_FACE, and what may be done there; writing includes reading.
    """
    if faults := [*_name_faults(name), *_scope_faults(scopes, faces), *_end_faults(expires_at, at)]:
        raise BadInput(*faults)
    return ApiKey(
        id=0, name=name, scopes=tuple(dict.fromkeys(scopes)), created_at=at, created_by=by, expires_at=expires_at
    )


def may(key: ApiKey, right: str, face: str) -> bool:
    """Whether the key may READ or WRITE at this face."""
    enough = (WRITE,) if right == WRITE else (READ, WRITE)
    return any(f"{where}:{each}" in key.scopes for where in (face, EVERY_FACE) for each in enough)


def equals_user(key: ApiKey) -> bool:
    """Whether the key may do what a user may: everything at every face, and without an end."""
    return f"{EVERY_FACE}:{WRITE}" in key.scopes and key.expires_at is None


def beyond(holder: ApiKey, scopes: Sequence[str], expires_at: datetime | None) -> Iterator[Fault]:
    """What of a key goes beyond the one of whoever makes or revokes it: further rights, or a longer life."""
    for scope in scopes:
        face, _, right = scope.rpartition(":")
        if not may(holder, right, face):
            yield Fault("scopes", "illegal", value=scope, expected="nothing that the caller's own key may not do")
    if holder.expires_at is not None and (expires_at is None or expires_at > holder.expires_at):
        yield Fault(
            "expires_at", "illegal", value=expires_at, expected=f"{holder.expires_at.isoformat()} at the latest"
        )


def has_ended(key: ApiKey, at: datetime) -> bool:
    """Whether the key opens nothing any more."""
    return key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= at)


def author(key: ApiKey, face: str) -> Author:
    """How history names whoever came with the key.

    Every user has an @ in the name and no key has; no client has a colon in the name and every key has. So no two of
    them are called the same.
    """
    return Author(f"key:{key.name}", face)


def is_key(text: str) -> bool:
    """Whether the text has the form of a key, which no password or token has that this book has given."""
    return _FORM.fullmatch(text) is not None


def hushed(text: str) -> str:
    """The text without the keys in it, for logs."""
    return _FORM.sub(f"{PREFIX}***", text) if PREFIX in text else text


def _name_faults(name: str) -> Iterator[Fault]:
    if reason := required_fault(name, MAX_NAME):
        yield Fault("name", reason, value=name, expected=f"1 to {MAX_NAME} characters")
    elif "@" in name or name != name.strip() or not name.isprintable():
        yield Fault("name", "invalid", value=name, expected="without @, blanks around it and invisible characters")


def _scope_faults(scopes: Sequence[str], faces: Collection[str]) -> Iterator[Fault]:
    if not scopes:
        yield Fault("scopes", "blank", expected=_forms(faces))
    if len(scopes) > MAX_SCOPES:
        yield Fault("scopes", "too_long", expected=f"{MAX_SCOPES} at most")
        return
    known = {f"{face}:{right}" for face in (*faces, EVERY_FACE) for right in (READ, WRITE)}
    for scope in scopes:
        if scope not in known:
            yield Fault("scopes", "inclusion", value=scope, expected=_forms(faces))


def _forms(faces: Collection[str]) -> str:
    return f"FACE:{READ} or FACE:{WRITE}, FACE being one of {', '.join((*sorted(faces), EVERY_FACE))}"


def _end_faults(expires_at: datetime | None, at: datetime) -> Iterator[Fault]:
    if expires_at is not None and not at < expires_at <= at + LONGEST:
        yield Fault("expires_at", "invalid", value=expires_at, expected=f"in the next {LONGEST.days} days")
