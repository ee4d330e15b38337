"""History: one event a change, saying who, through which face, when, and which fields from what to what."""

from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

import msgspec

# Whatever changes moves these, so that they are told with it and never looked for among what was altered.
STAMPS: Final = frozenset(("modified_at", "modified_by"))
NULLS: Final = "nulls"
"""Where an event names the leftovers that were null, rather than absent, before it."""


class Author(NamedTuple):
    """Who makes a change: a user or client by name, and the face that the change came through."""

    name: str
    face: str


class Stamped(Protocol):
    """What knows when it was changed last, and by whom."""

    @property
    def modified_at(self) -> datetime: ...

    @property
    def modified_by(self) -> str: ...


class Event(NamedTuple):
    """One change to one thing.

    `changes` is JSON text: an object of field -> [from, to]; for a deletion, the whole thing as it was.
    """

    name: str
    noun: str
    version: int | None
    changes: str


class Told(NamedTuple):
    """An event as it was written down; `noun_id` is the id of the thing, `changes` JSON text as in Event."""

    id: int
    at: datetime
    actor: str
    face: str
    name: str
    noun: str
    noun_id: int
    version: int | None
    changes: str


def differences(before: msgspec.Struct | None, after: msgspec.Struct, fields: tuple[str, ...]) -> dict[str, list[Any]]:
    """The fields that differ, each as [from, to]; all set ones when there was nothing before."""
    changed: dict[str, list[Any]] = {}
    for field in fields:
        old = None if before is None else getattr(before, field)
        new = getattr(after, field)
        if old != new:
            changed[field] = [old, new]
    return changed


def stamped(before: Stamped, after: Stamped) -> dict[str, list[Any]]:
    """[from, to] of when the thing was changed last, and by whom if that is somebody else now.

    Nothing else tells it of a record that came into the book without an event.
    """
    told: dict[str, list[Any]] = {"modified_at": [before.modified_at, after.modified_at]}
    if before.modified_by != after.modified_by:
        told["modified_by"] = [before.modified_by, after.modified_by]
    return told


def as_json(value: object) -> str:
    """Compact JSON text; instants as RFC 3339, days as ISO 8601, decimals as text, so that nothing is rounded."""
    return _encoder.encode(value).decode()


_encoder = msgspec.json.Encoder(decimal_format="string")
