"""Who made an order what it is: for each of its fields the change that gave it its value."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from orderloom.book.entries import (
    LINE_ENTERED,
    PLACED,
    Changes,
    Entry,
    changes_of,
    id_of,
    ids_of,
    is_of_faces,
    lines_of,
    members_of,
)
from orderloom.book.states import HEAD, LINE, NO_COSTS, Leftovers, LineState, State


class Origin(NamedTuple):
    """Who gave a field its value: by which event, which made which version, when, who, and through which face.

    What came into the book without an event has neither event, version nor face: then it is who entered it.
    """

    event_id: int | None
    version: int | None
    at: datetime
    actor: str
    face: str | None


class OfLine(NamedTuple):
    """Of a line: its fields, and its leftovers by face."""

    fields: dict[str, Origin]
    leftovers: dict[str, dict[str, Origin]]


class Provenance(NamedTuple):
    """Of an order: the fields of its head, its custom fields, its leftovers by face, its lines by id, its costs, and
    what others call it, by source.

    What was never set is left out; what somebody has emptied is not.
    """

    fields: dict[str, Origin]
    data: dict[str, Origin]
    leftovers: dict[str, dict[str, Origin]]
    lines: dict[int, OfLine]
    costing: dict[str, Origin]
    external_ids: dict[str, Origin]


class Tracing:
    """The search for the origins of what an order has. It is shown the events one by one, the newest first."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._values = dict(_values(state))
        self._untraced = set(self._values)
        self._of_lines: dict[int, list[_Path]] = {}
        for path in self._values:
            if path[0] == _LINES:
                self._of_lines.setdefault(path[1], []).append(path)
        self._origins: dict[_Path, Origin] = {}

    def is_done(self, entry: Entry) -> bool:
        """Takes the event in; True if those before it have nothing to tell any more."""
        origin = Origin(entry.id, entry.version, entry.at, entry.actor, entry.face)
        for path in _touched(entry):
            if path in self._untraced:
                self._untraced.discard(path)
                self._origins[path] = origin
        for line_id in _lines_entered(entry):
            # What it was before, if it went and came back, is over.
            self._untraced.difference_update(self._of_lines.get(line_id, ()))
        return entry.name == PLACED or not self._untraced

    def end(self) -> Provenance:
        """What was found, when there are no more events."""
        for path in self._untraced:
            if self._values[path] != _unset(path):
                self._origins[path] = self._entered(path)
        return self._sorted()

    def _entered(self, path: "_Path") -> Origin:
        """Who entered what no event tells of: the line with its fields, or the order."""
        record: State | LineState = self._state
        if path[0] == _LINES:
            record = next(line for line in self._state.lines if line.id == path[1])
        return Origin(None, None, record.created_at, record.created_by, None)

    def _sorted(self) -> Provenance:
        """The origins by what they are of, in the order in which the state has it."""
        found = Provenance({}, {}, {}, {line.id: OfLine({}, {}) for line in self._state.lines}, {}, {})
        for path in self._values:
            if (origin := self._origins.get(path)) is not None:
                _place(found, path).setdefault(path[-1], origin)
        return found


_Path = tuple[Any, ...]
"""Where a value stands: part of the order, for lines the id, for leftovers the face, and at last the field."""
_HEAD: Final = "head"
_DATA: Final = "data"
_LEFTOVERS: Final = "leftovers"
_LINES: Final = "lines"
_COSTING: Final = "costing"
_NAMES: Final = "external_ids"
# Told together with the e-mail.
_TOLD_OF_HEAD: Final = tuple(field for field in HEAD if field != "responsible_id")


def _place(found: Provenance, path: _Path) -> dict[Any, Origin]:
    """Where the origin of the value at this path belongs."""
    match path:
        case ("lines", line_id, "leftovers", face, _):
            return found.lines[line_id].leftovers.setdefault(face, {})
        case ("lines", line_id, _):
            return found.lines[line_id].fields
        case ("leftovers", face, _):
            return found.leftovers.setdefault(face, {})
        case ("data", _):
            return found.data
        case ("costing", _):
            return found.costing
        case ("external_ids", _):
            return found.external_ids
        case _:
            return found.fields


def _values(state: State) -> Iterator[tuple[_Path, object]]:
    """Everything that the order has, by its path."""
    for field in _TOLD_OF_HEAD:
        yield (_HEAD, field), getattr(state, field)
    for name, value in state.data.items():
        yield (_DATA, name), value
    yield from _leftover_values((), state.leftovers)
    for line in state.lines:
        for field in LINE:
            yield (_LINES, line.id, field), getattr(line, field)
        yield from _leftover_values((_LINES, line.id), line.leftovers)
    for field, value in (state.costing or NO_COSTS).items():  # somebody may have taken them away
        yield (_COSTING, field), value
    for source, name in state.external_ids.items():
        yield (_NAMES, source), name


def _leftover_values(owner: _Path, leftovers: Leftovers) -> Iterator[tuple[_Path, object]]:
    for face, members in leftovers.items():
        for name, value in members.items():
            yield (*owner, _LEFTOVERS, face, name), value


def _unset(path: _Path) -> object:
    """What a field has that nobody has set. A head always has a state, and is archived or not."""
    if path[0] == _COSTING:
        return NO_COSTS[path[1]]
    return False if path[-1] == "locked" and path[0] == _LINES else None


def _touched(entry: Entry) -> Iterator[_Path]:
    """The paths of all values that the event tells of."""
    changes = changes_of(entry)
    if "costing" in changes:
        yield from ((_COSTING, field) for field in members_of(changes["costing"]))
    if "line" in changes:
        yield from _touched_of_line(id_of(changes["line"]), changes, entry.face)
        return
    yield from ((_HEAD, field) for field in _TOLD_OF_HEAD if field in changes)
    for part in (_DATA, _NAMES):
        if part in changes:
            yield from ((part, name) for name in members_of(changes[part]))
    yield from _touched_leftovers((), changes, entry.face)
    for line_id, line in _lines_told(changes):
        yield from _touched_of_line(line_id, line, entry.face)


def _lines_entered(entry: Entry) -> list[int]:
    """The ids of the lines that the event entered."""
    changes = changes_of(entry)
    if entry.name == LINE_ENTERED:
        return [id_of(changes["line"])]
    return ids_of(changes["entered_ids"]) if "entered_ids" in changes else []


def _lines_told(changes: Changes) -> Iterable[tuple[int, Changes]]:
    if "altered" in changes:
        yield from ((id_of(line["line"]), line) for line in lines_of(changes["altered"]))
    if "entered_ids" in changes:
        yield from zip(ids_of(changes["entered_ids"]), lines_of(changes["entered"]), strict=True)


def _touched_of_line(line_id: int, changes: Changes, face: str) -> Iterator[_Path]:
    yield from ((_LINES, line_id, field) for field in LINE if field in changes)
    yield from _touched_leftovers((_LINES, line_id), changes, face)


def _touched_leftovers(owner: _Path, changes: Changes, face: str) -> Iterator[_Path]:
    if "leftovers" not in changes:
        return
    told = members_of(changes["leftovers"])
    of_faces = {each: members_of(members) for each, members in told.items()} if is_of_faces(told) else {face: told}
    yield from ((*owner, _LEFTOVERS, each, name) for each, members in of_faces.items() for name in members)
