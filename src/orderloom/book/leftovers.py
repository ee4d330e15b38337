"""Leftovers: attributes that the book has no word for, kept under the name of the face that they came through.

They are JSON text: an object of face -> an object of attribute -> value. Values pass as the text they are, so that no
number loses a digit.
"""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from orderloom.book.errors import Fault
from orderloom.book.text import is_longer

# Characters of what a record keeps for all faces together, as JSON text.
MAX_LEFTOVERS: Final = 100_000
NONE: Final = "{}"

Attributes = Mapping[str, msgspec.Raw]
Wished = Mapping[str, msgspec.Raw | None] | UnsetType
Changes = dict[str, list[msgspec.Raw | None]]


def of_face(leftovers: str, face: str) -> Attributes:
    """The attributes that are kept for this face."""
    return {} if leftovers == NONE else _decode(leftovers).get(face, {})


def merged(leftovers: str, face: str, wished: Mapping[str, msgspec.Raw | None]) -> tuple[str, Changes]:
    """The leftovers with the wished attributes over those of the face, and [from, to] of each that differs.

    None takes an attribute away.
    """
    faces = _decode(leftovers)
    kept = dict(faces.get(face, {}))
    changes: Changes = {}
    for name, value in wished.items():
        old = kept.pop(name, None)
        if value is not None:
            kept[name] = value
        if old != value:
            changes[name] = [old, value]
    return _encode({**faces, face: kept} if kept else {name: faces[name] for name in faces if name != face}), changes


def amended(leftovers: str, face: str, wished: Wished, faults: list[Fault]) -> tuple[str, Changes]:
    """The same for what a wish speaks of, if it does; a fault is added to the list if they are too long then."""
    if wished is UNSET or not wished:
        return leftovers, {}
    kept, changes = merged(leftovers, face, wished)
    if changes and is_longer(kept, MAX_LEFTOVERS):
        faults.append(Fault("leftovers", "too_long"))
    return kept, changes


def were_null(changes: Changes) -> list[str]:
    """The names of the attributes that were there and held null, which in [from, to] looks like being absent."""
    return [name for name, (old, _) in changes.items() if old == _NULL]


def with_one(wished: Wished, name: str, value: msgspec.Raw | None) -> Mapping[str, msgspec.Raw | None]:
    """What a wish speaks of, and this attribute."""
    return {name: value} if wished is UNSET else {**wished, name: value}


def _encode(faces: Mapping[str, Attributes]) -> str:
    return msgspec.json.encode(faces).decode()


_decode: Final = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]]).decode
_NULL: Final = msgspec.Raw(b"null")
