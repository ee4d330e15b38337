"""What it takes to bring an order back to an earlier state, and how history tells of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

from msgspec import Raw
from msgspec.structs import asdict, replace

from orderloom.book.events import NULLS, Author, stamped
from orderloom.book.orders import RESOLUTION
from orderloom.book.states import HEAD, LINE, NO_COSTS, Costs, Leftovers, LineState, Members, State, in_order

T = TypeVar("T", Raw, str)


class Restored(NamedTuple):
    """An order after it was brought back to an earlier state.

    `changes` has the form of all events, see `entries.Entry`, so that this one can be undone as well. `written` are the
    lines that came back or are different, `removed` the ids of those that went.
    """

    state: State
    changes: dict[str, Any]
    written: tuple[LineState, ...]
    removed: tuple[int, ...]


def restored(current: State, earlier: State, *, at: datetime, author: Author) -> Restored:
    """The order brought from its current state to the earlier one, one version on.

    It remains the same order: its id, code, UUID and kind, who entered it and when. A line that comes back is as it
    was; one that becomes different is changed by the author now.
    """
    modified_at = max(at, current.modified_at + RESOLUTION)
    lines = _lines(current.lines, earlier.lines, at=at, author=author)
    state = replace(
        earlier,
        id=current.id,
        uuid=current.uuid,
        code=current.code,
        kind=current.kind,
        lines=lines.all,
        created_at=current.created_at,
        created_by=current.created_by,
        modified_at=modified_at,
        modified_by=author.name,
        version=current.version + 1,
    )
    changes = _plain(current, state, HEAD)
    if "responsible_id" not in changes:
        changes.pop("responsible", None)  # somebody has got another e-mail meanwhile
    if members := _members(current.data, state.data):
        changes["data"] = members
    changes |= _leftovers(current.leftovers, state.leftovers)
    if names := _members(current.external_ids, state.external_ids):
        changes["external_ids"] = names
    if costs := _costs(current.costing, state.costing):
        changes["costing"] = costs
    written = (*lines.entered, *lines.altered)
    return Restored(state, changes | lines.told | stamped(current, state), written, tuple(x.id for x in lines.removed))


class _Lines(NamedTuple):
    all: tuple[LineState, ...]
    entered: list[LineState]
    altered: list[LineState]
    removed: list[LineState]
    told: dict[str, Any]


def _lines(current: tuple[LineState, ...], earlier: tuple[LineState, ...], *, at: datetime, author: Author) -> _Lines:
    there = {line.id: line for line in current}
    remain = {line.id for line in earlier}
    entered = [line for line in earlier if line.id not in there]
    removed = [line for line in current if line.id not in remain]
    kept, altered, told_of_altered = [], [], []
    for line in earlier:
        if (now := there.get(line.id)) is None:
            continue
        if not (changes := {**_plain(now, line, LINE), **_leftovers(now.leftovers, line.leftovers)}):
            kept.append(now)
            continue
        after = replace(line, modified_at=max(at, now.modified_at + RESOLUTION), modified_by=author.name)
        altered.append(after)
        told_of_altered.append({"line": line.id, **changes, **stamped(now, after)})
    told: dict[str, Any] = {}
    if entered:
        told |= {"entered": [_told_whole(line) for line in entered], "entered_ids": [line.id for line in entered]}
    if altered:
        told["altered"] = told_of_altered
    if removed:
        told["removed"] = [asdict(line) for line in removed]
    return _Lines(in_order((*kept, *altered, *entered)), entered, altered, removed, told)


def _told_whole(line: LineState) -> dict[str, Any]:
    """Every field of the line that is set, as one that it did not have before."""
    own = {field: [None, getattr(line, field)] for field in ("created_at", "created_by", "modified_at", "modified_by")}
    return {**_plain(_NOTHING, line, LINE), **_leftovers({}, line.leftovers), **own}


_NOTHING: Final = LineState(id=0, created_at=datetime.min, created_by="", modified_at=datetime.min, modified_by="")


def _plain(before: Any, after: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    pairs = ((field, getattr(before, field), getattr(after, field)) for field in fields)
    return {field: [old, new] for field, old, new in pairs if old != new}


def _members(before: Mapping[str, T], after: Mapping[str, T]) -> dict[str, list[T | None]]:
    names = dict.fromkeys((*before, *after))
    return {name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)}


def _leftovers(before: Leftovers, after: Leftovers) -> dict[str, Any]:
    """What is told of leftovers that differ, by face, and which of them were null."""
    told: dict[str, Any] = {}
    nulls: dict[str, list[str]] = {}
    for face in dict.fromkeys((*before, *after)):
        old: Members = before.get(face, {})
        if members := _members(old, after.get(face, {})):
            told[face] = members
            if were_null := [name for name in members if old.get(name) == _NULL]:
                nulls[face] = were_null
    return ({"leftovers": told} if told else {}) | ({NULLS: nulls} if nulls else {})


_NULL: Final = Raw(b"null")


def _costs(before: Costs | None, after: Costs | None) -> dict[str, list[Any]]:
    old, new = before or NO_COSTS, after or NO_COSTS
    return {field: [old[field], new[field]] for field in NO_COSTS if old[field] != new[field]}
