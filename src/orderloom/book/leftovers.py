"""Leftovers: attributes that the book has no word for, kept under the name of the face that they came through.

They are JSON text: an object of face -> an object of attribute -> value. Values pass as the text they are, so that no
number loses a digit.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

# Characters of what a record keeps for all faces together, as JSON text.
MAX_LEFTOVERS: Final = 100_000
NONE: Final = "{}"

Attributes = Mapping[str, msgspec.Raw]


def of_face(leftovers: str, face: str) -> Attributes:
    """The attributes that are kept for this face."""
    return {} if leftovers == NONE else _decode(leftovers).get(face, {})


def merged(
    leftovers: str, face: str, wished: Mapping[str, msgspec.Raw | None]
) -> tuple[str, dict[str, list[msgspec.Raw | None]]]:
    """The leftovers with the wished attributes over those of the face, and [from, to] of each that differs.

    None takes an attribute away.
    """
    faces = _decode(leftovers)
    kept = dict(faces.get(face, {}))
    changes: dict[str, list[msgspec.Raw | None]] = {}
    for name, value in wished.items():
        old = kept.pop(name, None)
        if value is not None:
            kept[name] = value
        if old != value:
            changes[name] = [old, value]
    return _encode({**faces, face: kept} if kept else {name: faces[name] for name in faces if name != face}), changes


def too_long(leftovers: str) -> bool:
    """True above MAX_LEFTOVERS; blanks between tokens, of which the database gives more than it got, do not count."""
    return len(leftovers) > MAX_LEFTOVERS and len(msgspec.json.format(leftovers, indent=-1)) > MAX_LEFTOVERS


def _encode(faces: Mapping[str, Attributes]) -> str:
    return msgspec.json.encode(faces).decode()


_decode: Final = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]]).decode
