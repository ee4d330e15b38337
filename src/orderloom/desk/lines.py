"""Lines: show, list, enter, amend."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from orderloom.book import leftovers
from orderloom.book import lines as book
from orderloom.book.errors import BadInput, Fault, StaleOrder
from orderloom.book.events import Event, as_json
from orderloom.book.lines import Item, Line, LineWish
from orderloom.book.lists import Cut, Page, Sort
from orderloom.desk import line_costs
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.line_costs import Followed
from orderloom.desk.tries import freely_then_locked
from orderloom.store import costing
from orderloom.store import lines as store
from orderloom.store import orders as order_store
from orderloom.store.costing import Costs
from orderloom.store.pool import Db

Change = Callable[[Line], LineWish]
"""What a caller wants of a line, given the line as it is. Pure: it runs again whenever its order moved."""


async def show(desk: Desk, caller: Caller, order_id: int, line_id: int) -> Line:
    """The line with this id if it is on this order. Raises LineNotFound."""
    return await store.line(desk.pool, caller.tenant_id, order_id, line_id)


async def page(desk: Desk, caller: Caller, order_id: int, sort: Sort, cut: Cut) -> Page[Line]:
    """A page of the order's lines, and how many it has. Raises OrderNotFound."""
    return await store.page(desk.pool, caller.tenant_id, order_id, sort, cut)


async def enter(desk: Desk, caller: Caller, order_id: int, wish: LineWish) -> Line:
    """Enter a new line on the order and return it with its id.

    Raises OrderNotFound, also for a wish that could not be entered on any order, or BadInput with every fault.
    """
    return await freely_then_locked(desk, lambda db, lock: _enter(desk, db, caller, order_id, wish, lock=lock))


async def amend(desk: Desk, caller: Caller, order_id: int, line_id: int, change: Change) -> Line:
    """Make the change to the line and return it. Raises LineNotFound, or BadInput with every fault."""
    return await freely_then_locked(
        desk, lambda db, lock: _amend(desk, db, caller, order_id, line_id, change, lock=lock)
    )


async def _enter(desk: Desk, db: Db, caller: Caller, order_id: int, wish: LineWish, *, lock: bool) -> Line:
    if lock:
        await order_store.lock(db, caller.tenant_id, order_id)
    wish, item = await _look_up(db, caller.tenant_id, order_id, wish)
    try:
        line, changes = book.enter(order_id, wish, item, at=desk.next_moment(), author=caller.author)
    except BadInput:
        await costing.behind_lines(db, caller.tenant_id, order_id)
        raise
    # Only purchases have costs, and most orders are none: the first try takes it for granted.
    followed = Followed()
    entered = await _insert(db, caller, line, changes, followed)
    if entered is None:
        followed = await _follow(db, caller, line, None)
        entered = await _insert(db, caller, line, changes, followed)
    if entered is None:
        raise StaleOrder(order_id, followed.costs.version or 0)
    return replace(line, id=entered)


async def _insert(db: Db, caller: Caller, line: Line, changes: dict[str, Any], followed: Followed) -> int | None:
    event = Event("LineEntered", "order", None, as_json({**changes, **followed.told}))
    return await store.insert(db, caller.tenant_id, line, event, caller.author, followed.costs)


async def _amend(
    desk: Desk, db: Db, caller: Caller, order_id: int, line_id: int, change: Change, *, lock: bool
) -> Line:
    before, version = await store.line_to_change(db, caller.tenant_id, order_id, line_id, lock=lock)
    wish, item = await _look_up(db, caller.tenant_id, order_id, change(before))
    after, changes = book.amend(before, wish, item, at=desk.next_moment(), author=caller.author)
    followed = Followed(Costs(version))
    if book.worth(after) != book.worth(before):
        followed = await _follow(db, caller, after, version)
    event = Event("LineAmended", "order", None, as_json({**changes, **followed.told}))
    await store.save(db, caller.tenant_id, after, changes, event, caller.author, followed.costs)
    return after


async def _follow(db: Db, caller: Caller, line: Line, version: int | None) -> Followed:
    """What becomes of the costs of the line's order. Raises OrderNotFound, or StaleOrder if its version is another."""
    behind = await costing.behind_lines(db, caller.tenant_id, line.order_id, but=line.id)
    if version not in (None, behind.version):
        raise StaleOrder(line.order_id, behind.version)
    return line_costs.after(behind, [line])


async def _look_up(db: Db, tenant_id: int, order_id: int, wish: LineWish) -> tuple[LineWish, Item | None]:
    """The item that the wish names; one that the order's customer does not have is a leftover or a fault."""
    if wish.item_id is UNSET:
        return wish, None
    item, kept = None, None
    if wish.item_id is not None:
        item = await store.customers_item(db, tenant_id, order_id, wish.item_id)
        if item is None:
            kept = msgspec.Raw(msgspec.json.encode(wish.item_id))
    if wish.unknown_item is None:
        unknown = () if kept is None else (Fault("item_id", "unknown", value=wish.item_id),)
        return replace(wish, faults=(*wish.faults, *unknown)), item
    return replace(wish, leftovers=leftovers.with_one(wish.leftovers, wish.unknown_item, kept)), item
