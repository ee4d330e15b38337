"""The history of an order: its events, what it was before, who made it what it is, and the way back."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from orderloom.book import restoring as book
from orderloom.book.entries import RESTORED, Entry
from orderloom.book.errors import IllegalMove, OrderNotFound, StaleOrder, TooCostly
from orderloom.book.events import Event, as_json
from orderloom.book.history import Rewinding, Sought
from orderloom.book.keysets import Part
from orderloom.book.orders import RESOLUTION
from orderloom.book.provenance import Provenance, Tracing
from orderloom.book.states import State
from orderloom.desk import references
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.store import history as store
from orderloom.store import orders as order_store
from orderloom.store import restoring as writing
from orderloom.store.history import Anchor
from orderloom.store.known import MAX_ID
from orderloom.store.pool import Db

# What is undone between two looks at the database.
PAGE: Final = 200
# How far back anybody is taken.
MAX_EVENTS: Final = 10_000
# How often an order may be put back, or lose what it refers to, while it is being restored.
TRIES: Final = 3


async def events(desk: Desk, caller: Caller, order_id: int, *, before: int | None = None, limit: int) -> Part[Entry]:
    """A part of the events of the order, which may be deleted, the newest first; those with ids below `before`.

    It is shorter than `limit` if they are long. Raises OrderNotFound.
    """
    _check(order_id)
    db, tenant_id = desk.pool, caller.tenant_id
    end = MAX_ID if before is None else min(max(before, 0), MAX_ID)
    found = await store.newest(db, tenant_id, order_id, before=end, limit=limit)
    if not found.records and not await store.is_known(db, tenant_id, order_id):
        raise OrderNotFound(order_id)
    return found


async def state(
    desk: Desk, caller: Caller, order_id: int, *, version: int | None = None, at: datetime | None = None
) -> State:
    """The order as it was after this version, or at this moment; with neither as it is, or was when it was deleted.

    Raises OrderNotFound, StateNotFound, or TooCostly if it lies further back than MAX_EVENTS.
    """
    anchor = await _anchor(desk, desk.pool, caller, order_id)
    found = await _rewound(desk.pool, caller, anchor, Sought(version, at))
    return await _with_skus(desk.pool, caller, found)


async def provenance(desk: Desk, caller: Caller, order_id: int) -> Provenance:
    """Who set each field of the order as it is, or was when it was deleted.

    Raises OrderNotFound, or TooCostly if some of it lies further back than MAX_EVENTS.
    """
    anchor = await _anchor(desk, desk.pool, caller, order_id)
    tracing = Tracing(anchor.state)
    await _walk(desk.pool, caller, anchor, tracing.is_done)
    return tracing.end()


async def restore(
    desk: Desk,
    caller: Caller,
    order_id: int,
    *,
    version: int | None = None,
    at: datetime | None = None,
    agree: Callable[[int], None] = lambda _: None,
) -> State:
    """Bring the order back to what it was after this version, or at this moment, as a change of its own; return it,
    without what its items are called.

    A deleted order comes back with everything that belonged to it, as it was when it was deleted unless an earlier
    state is asked for. What others call it comes back unless it is another order's name by now, and its receipts
    without a customer or facility that is gone, each with an event. Nothing happens if `agree` raises when it is given
    the version that the order has, or had when it was deleted.

    Raises OrderNotFound, StateNotFound, TooCostly, IllegalMove for an order that is there if no state is asked for, or
    BadInput with a fault for everything that the order referred to then and that is gone.
    """
    _check(order_id)
    sought = Sought(version, at)
    for _ in range(TRIES):
        with suppress(StaleOrder):
            async with desk.pool.transaction() as db:
                return await _restore(desk, db, caller, order_id, sought, agree)
    async with desk.pool.transaction() as db:
        return await _restore(desk, db, caller, order_id, sought, agree)


async def _restore(
    desk: Desk, db: Db, caller: Caller, order_id: int, sought: Sought, agree: Callable[[int], None]
) -> State:
    is_locked = await _lock(db, caller, order_id)
    anchor = await _anchor(desk, db, caller, order_id)
    if anchor.is_there != is_locked:
        raise StaleOrder(order_id, anchor.state.version)  # somebody has put it back at this moment
    agree(anchor.state.version)
    if anchor.is_there and sought == Sought():
        raise IllegalMove("deleted", False)
    standing = anchor.state if anchor.is_there else None
    earlier = await references.of_today(db, caller, await _rewound(db, caller, anchor, sought), standing)
    at = desk.next_moment()
    if anchor.last_at is not None:
        at = max(at, anchor.last_at + RESOLUTION)  # after its deletion, whatever the clock says by now
    restored = book.restored(anchor.state, earlier, at=at, author=caller.author)
    if not anchor.is_there:
        await writing.put_back(db, caller.tenant_id, anchor, restored, caller.author)
    event = Event(RESTORED, "order", restored.state.version, as_json(restored.changes))
    await writing.save(db, caller.tenant_id, restored, event, caller.author)
    return restored.state


async def _lock(db: Db, caller: Caller, order_id: int) -> bool:
    """Let nobody else change the order until the transaction ends; False if it is not there."""
    try:
        await order_store.lock(db, caller.tenant_id, order_id)
    except OrderNotFound:
        return False
    return True


async def _anchor(desk: Desk, db: Db, caller: Caller, order_id: int) -> Anchor:
    _check(order_id)
    tenant_id = caller.tenant_id
    return await desk.types.reading(db, tenant_id, lambda types: store.anchor(db, types, tenant_id, order_id))


def _check(order_id: int) -> None:
    """Raises OrderNotFound for what no order can have as its id."""
    if not 0 < order_id <= MAX_ID:
        raise OrderNotFound(order_id)


async def _rewound(db: Db, caller: Caller, anchor: Anchor, sought: Sought) -> State:
    if sought == Sought():
        return anchor.state
    later = None
    if sought.version is None and sought.at is not None:
        later = await store.first_later(db, caller.tenant_id, anchor.state.id, sought.at)
    rewinding = Rewinding(anchor.state.id, anchor.state, sought, later=later)
    if await _walk(db, caller, anchor, rewinding.arrives):
        return rewinding.state
    return rewinding.end()


async def _walk(db: Db, caller: Caller, anchor: Anchor, ends: Callable[[Entry], bool]) -> bool:
    """Show the events of the order to `ends`, the newest first, until it says so; False if there are no more.

    Raises TooCostly after MAX_EVENTS.
    """
    before, shown = anchor.last_event + 1, 0
    while shown < MAX_EVENTS:
        part = await store.newest(db, caller.tenant_id, anchor.state.id, before=before, limit=PAGE)
        if any(map(ends, part.records)):
            return True
        if part.end is None:
            return False
        before, shown = part.end.id, shown + len(part.records)
    raise TooCostly


async def _with_skus(db: Db, caller: Caller, found: State) -> State:
    """The state with what the items of its lines are called."""
    items = {line.item_id for line in found.lines if line.item_id is not None}
    if not items:
        return found
    skus = await store.skus(db, caller.tenant_id, list(items))
    lines = (line if line.item_id is None else replace(line, sku=skus.get(line.item_id)) for line in found.lines)
    return replace(found, lines=tuple(lines))
