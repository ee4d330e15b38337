"""Purchases with their lines: show, list, place, amend, delete."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from msgspec import UNSET
from msgspec.structs import asdict, replace

from orderloom.book import contacts as book_contacts
from orderloom.book import purchases as book
from orderloom.book.conditions import Condition
from orderloom.book.contacts import Contact
from orderloom.book.errors import BadInput, Fault, StaleOrder
from orderloom.book.events import Event, as_json
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.purchase_wishes import Found, PurchaseWish
from orderloom.book.purchases import Amended, Purchase, Standing
from orderloom.book.types import PURCHASE_ORDER, OrderType
from orderloom.desk import contacts, line_costs, orders
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.line_costs import Followed
from orderloom.desk.tries import NeedsLock, freely_then_locked, looking_again
from orderloom.store import orders as order_store
from orderloom.store import purchase_writing as writing
from orderloom.store import purchases as store
from orderloom.store import references
from orderloom.store.failures import Busy
from orderloom.store.pool import Db

Change = Callable[[Purchase], PurchaseWish]
"""What a caller wants of a purchase, given it as it is. Pure: it runs again whenever the purchase moved."""

NOTHING: Final[Mapping[str, Any]] = {}
# How often a new purchase is tried: each time something that stood in its way has gone.
TRIES: Final = 5


async def show(desk: Desk, caller: Caller, order_id: int) -> Purchase:
    """The purchase with its lines. Raises OrderNotFound, also for an order that is none."""
    return await store.purchase(desk.pool, caller.tenant_id, order_id)


async def page(desk: Desk, caller: Caller, *, where: Condition, sorts: Sequence[Sort], cut: Cut) -> Page[Purchase]:
    """A page of the purchases for which the condition holds, and how many there are; see `store.purchases.page`.

    Who pages in the order of ids meets each purchase once, however many others are entered meanwhile.
    """
    up_to = None
    if all(sort.is_by_id for sort in sorts):
        up_to = await order_store.last_settled(desk.pool, caller.tenant_id)
    return await store.page(desk.pool, caller.tenant_id, where=where, sorts=sorts, cut=cut, up_to=up_to)


async def place_of_number(desk: Desk, caller: Caller, number: str, where: Condition) -> int | None:
    """The place, from 0, of the first purchase with this number among those for which the condition holds, by id."""
    return await store.place_of_number(desk.pool, caller.tenant_id, number, where)


async def place(desk: Desk, caller: Caller, wish: PurchaseWish) -> Purchase:
    """Enter a new purchase, and the new supplier that it may name, and return it. The wish names number and customer.

    Raises BadInput with every fault.
    """
    return await looking_again(lambda: _place_as_wanted(desk, caller, wish))


async def amend(desk: Desk, caller: Caller, order_id: int, change: Change) -> Purchase:
    """Make the change to the purchase and return it. Raises OrderNotFound, or BadInput with every fault."""
    return await freely_then_locked(desk, lambda db, lock: _amend(desk, db, caller, order_id, change, lock=lock))


async def delete(desk: Desk, caller: Caller, order_id: int, agree: Callable[[Purchase], None]) -> None:
    """Delete the purchase from every face, unless `agree` raises when it is given the purchase as it is.

    Raises OrderNotFound, or InUse while a receipt for it is open.
    """
    async with desk.pool.transaction() as db:
        await order_store.lock(db, caller.tenant_id, order_id)
        agree(await store.purchase(db, caller.tenant_id, order_id))
        await orders.remove(desk, db, caller, order_id)


class _InTheWay(Exception):
    """A new purchase could not be entered: its number or its type is not to be had, as it seems."""

    def __init__(self, customer_id: int) -> None:
        self.customer_id = customer_id


# No order has this id.
_NOBODY: Final = 0


async def _place_as_wanted(desk: Desk, caller: Caller, wish: PurchaseWish) -> Purchase:
    order_type = await desk.types.active(desk.pool, caller.tenant_id, PURCHASE_ORDER)
    for _ in range(TRIES):
        try:
            if not isinstance(wish.supplier, Contact):
                return await _place(desk, desk.pool, caller, wish, order_type)
            async with desk.pool.transaction() as db:
                return await _place(desk, db, caller, wish, order_type)
        except _InTheWay as way:
            await _free_number(desk.pool, caller, way.customer_id, wish.head.number, but=_NOBODY)
            # Else another version of the type has become the active one.
            order_type = await desk.types.look_again(desk.pool, caller.tenant_id, PURCHASE_ORDER)
    raise Busy("too many enter purchases with this number")


async def _place(desk: Desk, db: Db, caller: Caller, wish: PurchaseWish, order_type: OrderType) -> Purchase:
    found = await references.find(db, caller.tenant_id, wish, customer_id=None)
    found = await _with_new_supplier(desk, db, caller, wish, found, found.customer and found.customer.id)
    placed = book.place(wish, order_type, found, at=desk.next_moment(), author=caller.author)
    followed = line_costs.of_new(each.line for each in placed.lines)
    event = Event("OrderPlaced", "order", placed.order.version, told(placed, followed))
    entered = await writing.insert(
        db, caller.tenant_id, placed.order, placed.lines, followed.costs, event, caller.author, claims=True
    )
    if entered is None:
        raise _InTheWay(placed.order.customer_id or _NOBODY)
    return book.shown(placed, None, order_id=entered.id, code=entered.code, line_ids=entered.line_ids)


async def _amend(desk: Desk, db: Db, caller: Caller, order_id: int, change: Change, *, lock: bool) -> Purchase:
    tenant_id = caller.tenant_id
    standing = await _read(desk, db, caller, order_id, lock=lock)
    wish = change(standing.purchase)
    before = standing.order
    claims = wish.head.number is not UNSET or (wish.customer is not UNSET and before.customer_id is None)
    if not lock and (claims or isinstance(wish.supplier, Contact)):
        raise NeedsLock  # it writes more than the order and its lines
    found = await references.find(db, tenant_id, wish, customer_id=before.customer_id)
    owner = before.customer_id or (found.customer and found.customer.id)
    found = await _with_new_supplier(desk, db, caller, wish, found, owner)
    amended = book.amend(standing, wish, found, at=desk.next_moment(), author=caller.author)
    after = amended.order
    if claims and after.customer_id is not None:
        await _claim(db, caller, after.customer_id, after.code if after.number is None else after.number, after.id)
    lines = [each.line for each in amended.lines]
    entered = await save(db, caller, amended, await line_costs.follow(db, caller, lines, standing))
    return book.shown(amended, standing.purchase, order_id=after.id, code=after.code, line_ids=entered)


async def save(
    db: Db, caller: Caller, amended: Amended, followed: Followed, more: Mapping[str, Any] = NOTHING
) -> Sequence[int]:
    """Write the change of an order with lines; the ids of the lines that were entered. Raises StaleOrder."""
    order = amended.order
    event = Event("OrderAmended", "order", order.version, told(amended, followed, more))
    lines = writing.Lines(amended.entered, amended.altered, [line.id for line in amended.removed])
    ids = await writing.save(db, caller.tenant_id, order, amended.changes, lines, followed.costs, event, caller.author)
    if ids is None:
        raise StaleOrder(order.id, order.version - 1)
    return ids


def told(amended: Amended, followed: Followed, more: Mapping[str, Any] = NOTHING) -> str:
    """What history tells: of the head, of lines that were entered or altered, of the costs, and removed lines whole.

    `more` is what the caller has to tell besides.
    """
    changes: dict[str, Any] = {**amended.changes, **followed.told, **more}
    if entered := amended.entered:
        changes["entered"] = [each.changes for each in entered]
    if altered := amended.altered:
        changes["altered"] = [{"line": each.line.id, **each.changes} for each in altered]
    if amended.removed:
        changes["removed"] = [asdict(line) for line in amended.removed]
    return as_json(changes)


async def _read(desk: Desk, db: Db, caller: Caller, order_id: int, *, lock: bool) -> Standing:
    tenant_id = caller.tenant_id
    return await desk.types.reading(
        db, tenant_id, lambda known: store.to_change(db, known, tenant_id, order_id, lock=lock)
    )


async def _with_new_supplier(
    desk: Desk, db: Db, caller: Caller, wish: PurchaseWish, found: Found, customer_id: int | None
) -> Found:
    """What was found, and the supplier if it is a new contact that can be entered: it belongs to the customer."""
    contact = wish.supplier
    if not isinstance(contact, Contact) or book_contacts.faults(contact):
        return found
    entered = await contacts.enter(db, caller, replace(contact, customer_id=customer_id), desk.now())
    return found._replace(supplier=entered)


async def _claim(db: Db, caller: Caller, customer_id: int, number: str, order_id: int) -> None:
    """Claim the number for the order. Raises BadInput if it is another purchase's. Inside a transaction."""
    for _ in range(TRIES):
        await writing.lock_claims(db, caller.tenant_id, customer_id, number, order_id)
        await _free_number(db, caller, customer_id, number, but=order_id)
        if await writing.claim(db, caller.tenant_id, customer_id, number, order_id):
            return
    raise BadInput(_taken(number))


async def _free_number(db: Db, caller: Caller, customer_id: int, number: Any, *, but: int) -> None:
    """Raises BadInput if a purchase of the customer has the number, and ends a claim of one that had it once."""
    if await writing.is_taken(db, caller.tenant_id, customer_id, number, but=but):
        raise BadInput(_taken(number))
    await writing.release(db, caller.tenant_id, customer_id, number)


def _taken(number: str) -> Fault:
    return Fault("number", "taken", value=number)
