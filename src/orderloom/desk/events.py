"""The history of the whole book."""

from orderloom.book.conditions import Condition
from orderloom.book.events import Told
from orderloom.book.keysets import Part, Stretch
from orderloom.desk import records
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.store import events as store


async def part(desk: Desk, caller: Caller, where: Condition, stretch: Stretch) -> Part[Told]:
    """A part of the events for which the condition holds, in the order of their ids.

    Who follows them in the order of rising ids meets each once: none is told while one with a lower id may still come.
    """
    where = await records.settled(desk, "events", where, stretch)
    return await store.part(desk.pool, caller.tenant_id, where, stretch)
