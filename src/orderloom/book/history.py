"""How an order came to be what it is: its events are undone one by one, the newest first.

What there is for certain is the order as it stands, or as the event of its deletion kept it; what came into the book
without an event has no beginning from which anything could be replayed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from msgspec import Raw
from msgspec.structs import replace

from orderloom.book.entries import (
    DELETED,
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
    names_by_face_of,
    names_of,
    pair_of,
    text_of,
)
from orderloom.book.errors import StateNotFound
from orderloom.book.events import NULLS, STAMPS
from orderloom.book.states import (
    COST_FIELDS,
    HEAD,
    HEAD_FIELDS,
    LINE,
    LINE_FIELDS,
    NO_COSTS,
    Costs,
    Leftovers,
    LineState,
    Members,
    State,
    in_order,
    line_of,
)


def undone(state: State, entry: Entry) -> State | None:
    """The order before the event, given the one after it; None if the order was entered by it."""
    if entry.name == PLACED:
        return None
    if entry.name == DELETED:
        return state
    changes = changes_of(entry)
    before: dict[str, Any] = {"version": entry.version - 1}
    if "costing" in changes:
        before["costing"] = _costs_undone(state.costing, members_of(changes["costing"]))
    if "line" in changes:
        before["lines"] = _own_line_undone(state.lines, changes, entry)
    else:
        before |= _fields_undone(state, changes, entry.face)
        if not changes.keys().isdisjoint(_OF_LINES):
            before["lines"] = _lines_undone(state.lines, changes, entry.face)
    return replace(state, **before)


_OF_LINES: Final = ("entered_ids", "altered", "removed")


class Sought(NamedTuple):
    """A state that is asked for: the one after a version, or the one at a moment."""

    version: int | None = None
    at: datetime | None = None

    @property
    def key(self) -> object:
        return self.at if self.version is None else self.version

    def is_first(self, state: State) -> bool:
        """Whether it is this one, of which nobody knows how it came about."""
        if self.version is not None:
            return state.version == self.version
        return self.at is None or state.modified_at <= self.at


class Rewinding:
    """An order on its way back to the state that is sought. It is shown the events one by one, the newest first.

    `later` is the id of the first event that is later than the moment that is sought, None if there is none. Two who
    write at once may be stamped in another order than they were let in; an order was as before all that is later.
    """

    def __init__(self, order_id: int, state: State, sought: Sought, *, later: int | None = None) -> None:
        self.state = state
        self._order_id = order_id
        self._sought = sought
        self._later = later

    def arrives(self, entry: Entry) -> bool:
        """True if `state` is what is sought, else the event is undone. Raises StateNotFound if there is no such one."""
        version, at = self._sought
        if version is not None:
            if self.state.version < version:
                raise self._not_found()
            if self.state.version == version:
                return True
        elif at is not None and (self._later is None or entry.id < self._later):
            if entry.name == DELETED:
                raise self._not_found()
            return True
        before = undone(self.state, entry)
        if before is None:
            raise self._not_found()
        self.state = before
        return False

    def end(self) -> State:
        """The state if there are no more events. Raises StateNotFound if it is not the one that is sought.

        What an order was like before the first change that the book knows of, nobody can tell.
        """
        if not self._sought.is_first(self.state):
            raise self._not_found()
        return self.state

    def _not_found(self) -> StateNotFound:
        return StateNotFound(self._order_id, self._sought.key)


_NULL: Final = Raw(b"null")
_COSTS: Final = tuple(COST_FIELDS)


def _fields_undone(state: State, changes: Changes, face: str) -> dict[str, Any]:
    """The fields of the head that the event told of, as they were."""
    before = _plain_undone(changes, HEAD, HEAD_FIELDS)
    if "responsible" in before:
        before.setdefault("responsible_id", None)  # older events told the e-mail alone
    if "data" in changes:
        before["data"] = _members_undone(state.data, members_of(changes["data"]), ())
    if "leftovers" in changes:
        before["leftovers"] = _leftovers_undone(state.leftovers, changes, face)
    if "external_ids" in changes:
        before["external_ids"] = _names_undone(state.external_ids, members_of(changes["external_ids"]))
    return before


def _plain_undone(changes: Changes, told: tuple[str, ...], fields: Mapping[str, Any]) -> dict[str, Any]:
    return {field: fields[field](pair_of(changes[field])[0]) for field in (*told, *STAMPS) if field in changes}


def _members_undone(members: Members, told: Members, nulls: tuple[str, ...] | list[str]) -> Members:
    before = dict(members)
    for name, pair in told.items():
        value, _ = pair_of(pair)
        if value == _NULL and name not in nulls:
            before.pop(name, None)
        else:
            before[name] = value
    return before


def _names_undone(names: Mapping[str, str], told: Members) -> dict[str, str]:
    before = {source: text_of(pair_of(pair)[0]) for source, pair in told.items()}
    return {source: name for source, name in {**names, **before}.items() if name is not None}


def _leftovers_undone(leftovers: Leftovers, changes: Changes, face: str) -> Leftovers:
    told, nulls = members_of(changes["leftovers"]), changes.get(NULLS)
    if not is_of_faces(told):
        names = [] if nulls is None else names_of(nulls)
        return _face_undone(leftovers, face, told, names)
    of_faces = {} if nulls is None else names_by_face_of(nulls)
    for each, told_of_face in told.items():
        leftovers = _face_undone(leftovers, each, members_of(told_of_face), of_faces.get(each, []))
    return leftovers


def _face_undone(leftovers: Leftovers, face: str, told: Members, nulls: list[str]) -> Leftovers:
    kept = _members_undone(leftovers.get(face, {}), told, nulls)
    others = {name: members for name, members in leftovers.items() if name != face}
    return {**others, face: kept} if kept else others


def _costs_undone(costs: Costs | None, told: Members) -> Costs | None:
    before = {**(costs or NO_COSTS), **_plain_undone(told, _COSTS, COST_FIELDS)}
    return None if before == NO_COSTS else before


def _own_line_undone(lines: tuple[LineState, ...], changes: Changes, entry: Entry) -> tuple[LineState, ...]:
    """The lines before one of them was entered or amended by itself."""
    line_id = id_of(changes["line"])
    if entry.name == LINE_ENTERED:
        return tuple([line for line in lines if line.id != line_id])
    before = [_line_undone(line, changes, entry.face) if line.id == line_id else line for line in lines]
    # Sorting them anew takes longer than everything else, and few changes move a line.
    return in_order(before) if "position" in changes else tuple(before)


def _lines_undone(lines: tuple[LineState, ...], changes: Changes, face: str) -> tuple[LineState, ...]:
    """The lines before they were changed together with the head."""
    entered = frozenset(ids_of(changes["entered_ids"])) if "entered_ids" in changes else ()
    altered = {id_of(each["line"]): each for each in lines_of(changes["altered"])} if "altered" in changes else {}
    removed = map(line_of, lines_of(changes["removed"])) if "removed" in changes else ()
    stayed = [line for line in lines if line.id not in entered]
    return in_order(
        (
            *(_line_undone(line, altered[line.id], face) if line.id in altered else line for line in stayed),
            *removed,
        )
    )


def _line_undone(line: LineState, changes: Changes, face: str) -> LineState:
    before = _plain_undone(changes, LINE, LINE_FIELDS)
    if "leftovers" in changes:
        before["leftovers"] = _leftovers_undone(line.leftovers, changes, face)
    return replace(line, **before)
