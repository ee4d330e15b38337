"""Comparing what the faces show of one order before and after, field by field and all the rest."""

from typing import Any

from tests.conformance.matrix.five import Five, Snapshot
from tests.conformance.matrix.hands import Record
from tests.conformance.matrix.table import ITEM_STAMPS, LINE, NAMES, STAMPS
from tests.conformance.matrix.words import Field, Word, with_one, without


def shown_of(field: Field, snapshot: Snapshot) -> dict[str, Any]:
    """What each face that has a word for the field shows of it."""
    return {
        face: word.shown_in(shown)
        for face, shown in snapshot.items()
        if shown is not None and (word := field.word(face)) and word.reads
    }


def expected_of(field: Field, snapshot: Snapshot, value: Any, **beside: Any) -> dict[str, Any]:
    """What each of them has to show if this is the value, beside the values of other fields."""
    values = beside | {field.name: value}
    return {face: field.words[face].spelled_of(values, field.name) for face in shown_of(field, snapshot)}


def rest(snapshot: Snapshot, *fields: Field) -> dict[str, Any]:
    """What all faces show besides these fields, what follows from them, and what every write moves."""
    left_out = {face: list(STAMPS[face]) for face in NAMES}
    for field in fields:
        for face in NAMES:
            left_out[face] += [*field.moves, *(field.words[face].names if face in field.words else ())]
    return {face: shown and without(shown, left_out[face]) for face, shown in snapshot.items()}


def line_of(five: Five, snapshot: Snapshot, line_id: int) -> dict[str, Record]:
    """The line in each face that shows it."""
    hands = {face: five.hands[face] for face in ITEM_STAMPS}
    return {
        face: line
        for face, hand in hands.items()
        for line in (snapshot[face] or {})[hand.lines]
        if line[hand.line_id] == line_id
    }


def line_shown_of(field: Field, lines: dict[str, Record]) -> dict[str, Any]:
    """What each face that has a word for the line's field shows of it."""
    return {face: word.shown_in(lines[face]) for face, word in field.words.items() if face in lines}


def line_expected_of(field: Field, lines: dict[str, Record], value: Any) -> dict[str, Any]:
    """What each of them has to show if this is the value, beside the item that the line has."""
    item = LINE["item"].words["extensiv"].shown_in(lines["extensiv"])
    values = {"sku": item and item["sku"]} | {field.name: value}
    return {face: field.words[face].spelled_of(values, field.name) for face in line_shown_of(field, lines)}


def rest_of_lines(five: Five, snapshot: Snapshot, line_id: int, *fields: Field) -> dict[str, Any]:
    """What all faces show besides these fields of this line, and what every write to the line moves."""
    left = rest(snapshot)
    for face, stamps in ITEM_STAMPS.items():
        hand, own = five.hands[face], left[face]
        names = [*stamps, *(name for field in fields if face in field.words for name in field.words[face].names)]
        lines = [without(line, names) if line[hand.line_id] == line_id else line for line in own[hand.lines]]
        left[face] = own | {hand.lines: lines}
    return left


def sent_as_shown(word: Word, value: Any) -> dict[str, Any]:
    """The attribute with the value as the face shows it, though it does not take it."""
    shown = word.spells(value)
    return with_one({}, word.names[0], shown[0] if isinstance(shown, tuple) else shown)
