"""What an order was, who made it so, and bringing it back."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orderloom.api import bodies, cursors, errors, etags, filters, orders, translate
from orderloom.api.orders import ONE
from orderloom.api.replies import JSON, encode
from orderloom.api.shapes import MAX_ID, Moment
from orderloom.book.entries import Entry
from orderloom.book.lists import Sort
from orderloom.book.provenance import Origin
from orderloom.desk import history as desk
from orderloom.desk import whole_orders
from orderloom.dialects.contract import Call, Reply
from orderloom.wire.paging import whole

HISTORY: Final = f"{ONE}/history"
EARLIER: Final = f"{ONE}/state"
PROVENANCE: Final = f"{ONE}/provenance"
RESTORE: Final = f"{ONE}/restore"
_NEWEST: Final = Sort(descending=True)


class Event(msgspec.Struct, frozen=True):
    """One change: who did what through which face, and the version that the order got by it.

    `changes` tells [from, to] by field; nothing of a deletion, before which the order was as its version says.
    """

    id: int
    at: datetime
    actor: str
    face: str
    name: str
    version: int
    changes: msgspec.Raw


class History(msgspec.Struct, frozen=True):
    """A part of the changes of an order, the newest first; `next` is the cursor of the part behind it.

    A part with very long changes may have fewer than were asked for.
    """

    events: list[Event]
    next: str | None


class SetBy(msgspec.Struct, frozen=True):
    """Who gave a value: by which event and version, when, and through which face; null where it came in without one."""

    event_id: int | None
    version: int | None
    at: datetime
    actor: str
    face: str | None


class OfLine(msgspec.Struct, frozen=True):
    """Who set the fields of a line, and its leftovers by face."""

    fields: dict[str, SetBy]
    leftovers: dict[str, dict[str, SetBy]]


class Provenance(msgspec.Struct, frozen=True):
    """Who set what an order has: its fields, custom fields, leftovers by face, lines by id, costs, names elsewhere."""

    fields: dict[str, SetBy]
    data: dict[str, SetBy]
    leftovers: dict[str, dict[str, SetBy]]
    lines: dict[str, OfLine]
    costing: dict[str, SetBy]
    external_ids: dict[str, SetBy]


class GivenMoment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which state shall come back: the one after a version, or the one at a moment; of a deleted order the last one,
    if neither is given."""

    version: Annotated[int, Meta(ge=1, le=MAX_ID)] | UnsetType = UNSET
    at: Moment | UnsetType = UNSET


async def list_events(call: Call) -> Reply:
    """The changes of an order, also of a deleted one by its id, the newest first."""
    filters.only(call, "limit", "cursor")
    limit = filters.limit(call.query.get("limit"))
    place = cursors.read(call.query.get("cursor"), _NEWEST, int)
    order_id = await orders.id_of(call)
    before = None if place is None else place.id
    found = await desk.events(call.desk, call.caller, order_id, before=before, limit=limit)
    shown = [_event(entry) for entry in found.records]
    return Reply(200, encode(History(shown, cursors.written(found.end, _NEWEST))), JSON)


async def show_state(call: Call) -> Reply:
    """The order as it was after a version, or at a moment."""
    filters.only(call, "version", "at")
    version, at = call.query.get("version"), call.query.get("at")
    if (version is None) == (at is None):
        raise errors.bad_parameter("version", "Give either a version or a moment, `at`.", "blank")
    number = None if version is None else whole(version)
    if version is not None and (number is None or number < 1):
        raise errors.bad_parameter("version", "A number from 1.")
    moment = None if at is None else filters.moment("at", at)
    state = await desk.state(call.desk, call.caller, await orders.id_of(call), version=number, at=moment)
    return Reply(200, encode(translate.state(state)), JSON)


async def show_provenance(call: Call) -> Reply:
    """Who set each field of the order as it is, when, and through which face."""
    filters.only(call)
    found = await desk.provenance(call.desk, call.caller, await orders.id_of(call))
    shown = Provenance(
        _origins(found.fields),
        _origins(found.data),
        {face: _origins(each) for face, each in found.leftovers.items()},
        {
            str(line_id): OfLine(_origins(line.fields), {face: _origins(each) for face, each in line.leftovers.items()})
            for line_id, line in found.lines.items()
        },
        _origins(found.costing),
        _origins(found.external_ids),
    )
    return Reply(200, encode(shown), JSON)


async def restore_order(call: Call) -> Reply:
    """Bring a deleted order back whole, or an earlier state of an order as a new change."""
    filters.only(call)
    given = bodies.decode(call, GivenMoment) if call.body.strip() else GivenMoment()
    if given.version is not UNSET and given.at is not UNSET:
        raise errors.refused(422, "invalid", "", errors.Error("unexpected", "Give one of the two.", "/at"))
    order_id = await orders.id_of(call)
    version = None if given.version is UNSET else given.version
    at = None if given.at is UNSET else given.at

    def agree(has: int) -> None:
        etags.require(call, has)

    await desk.restore(call.desk, call.caller, order_id, version=version, at=at, agree=agree)
    return orders.told(200, await whole_orders.show(call.desk, call.caller, order_id))


def _event(entry: Entry) -> Event:
    changes = msgspec.Raw(entry.changes.encode())
    return Event(entry.id, entry.at, entry.actor, entry.face, entry.name, entry.version, changes)


def _origins(found: dict[str, Origin]) -> dict[str, SetBy]:
    return {name: SetBy(*origin) for name, origin in found.items()}
