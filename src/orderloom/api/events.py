"""Events: the history of the whole book."""

from datetime import datetime
from typing import Any, Final

import msgspec

from orderloom.api import filters, replies
from orderloom.api.filters import Field
from orderloom.api.operations import LISTS, of_list
from orderloom.book.events import Told
from orderloom.desk import events as desk
from orderloom.dialects.contract import Call, Operation, Reply
from orderloom.dialects.description import Example

EVENTS: Final = "/v1/events"
ABOUT: Final = """
Every change of the book, whoever made it and through whichever face; events are never changed or deleted.

To follow them, ask for `sort=id` and `id.gt` with the id of the last one that you have: an event is told there as soon
as none with a lower id can come any more, so that you miss none and meet none twice.
"""


class BookEvent(msgspec.Struct, frozen=True, gc=False):
    """One change: who did what to which thing, through which face.

    `noun` is what the thing is (order, customer, user, ...) and `noun_id` its id; `version` the one that an order got
    by the change. `changes` tells [from, to] by field, of a new thing what it is, and of a deletion the whole thing,
    but for orders, whose last state stays to be read. What is left out of a new thing is null or empty.
    """

    id: int
    at: datetime
    actor: str
    face: str
    name: str
    noun: str
    noun_id: int
    version: int | None
    changes: msgspec.Raw


class BookEvents(msgspec.Struct, frozen=True):
    """A part of the events; `next` is the cursor of the part behind it, null at the end.

    A part with very long events may have fewer than were asked for.
    """

    events: list[Any]
    next: str | None


MEMBERS: Final = BookEvent.__struct_fields__
FIELDS: Final = {
    "id": Field("integer", optional=False),
    "at": Field("moment", optional=False, sorts=False),
    "actor": Field("text", optional=False, sorts=False, exact=True),
    "face": Field("text", optional=False, sorts=False, exact=True),
    "name": Field("text", optional=False, sorts=False, exact=True),
    "noun": Field("text", optional=False, sorts=False, exact=True),
    "noun_id": Field("integer", optional=False, sorts=False),
    "version": Field("integer", sorts=False),
}


async def list_events(call: Call) -> Reply:
    """A part of the history, the newest first, or the oldest first for those who follow it."""
    asked = filters.asked(call, FIELDS, members=MEMBERS)
    part = await desk.part(call.desk, call.caller, asked.where, asked.stretch)
    return await replies.part(call, asked, [shown(each) for each in part.records], part.end, BookEvents, {})


def shown(told: Told) -> BookEvent:
    """The event as it is shown."""
    return BookEvent(*told[:-1], changes=msgspec.Raw(told.changes.encode()))


OPERATIONS: Final = (
    Operation(
        ("GET",),
        (EVENTS,),
        list_events,
        "List the history of the book",
        BookEvents,
        200,
        LISTS,
        "events",
        parameters=of_list(FIELDS, MEMBERS),
        examples=(
            Example("The newest", EVENTS),
            Example("Those of an order", EVENTS, (("noun", "order"), ("noun_id", "10008229"))),
            Example("What comes behind one", EVENTS, (("sort", "id"), ("id.gt", "1"), ("limit", "200"))),
        ),
        operation_id="listBookEvents",
        group="Events",
        about=ABOUT,
    ),
)
