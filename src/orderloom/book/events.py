"""History: one event a change, saying who, through which face, when, and which fields from what to what."""

from typing import Any, NamedTuple

import msgspec


class Author(NamedTuple):
    """Who makes a change: a user or client by name, and the face that the change came through."""

    name: str
    face: str


class Event(NamedTuple):
    """One change to one thing.

    `changes` is JSON text: an object of field -> [from, to]; for a deletion, the whole thing as it was.
    """

    name: str
    noun: str
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


def as_json(value: object) -> str:
    """Compact JSON text; instants as RFC 3339, days as ISO 8601, decimals as text, so that nothing is rounded."""
    return _encoder.encode(value).decode()


_encoder = msgspec.json.Encoder(decimal_format="string")
