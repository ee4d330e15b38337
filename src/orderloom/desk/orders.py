"""Orders: show, list, place, amend, delete."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from orderloom.book import leftovers
from orderloom.book import orders as book
from orderloom.book.errors import (
    Ambiguous,
    BadInput,
    Fault,
    InUse,
    OrderNotFound,
    OrderTypeNotFound,
    StaleOrder,
    UserNotFound,
)
from orderloom.book.events import Event, as_json
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.orders import Head, Order, References, Responsible, Wish
from orderloom.book.types import PURCHASE, OrderType
from orderloom.desk import types
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.tries import TRIES_WITHOUT_LOCK, looking_again
from orderloom.store import cases, lines, parties, users
from orderloom.store import orders as store
from orderloom.store.orders import Types
from orderloom.store.pool import Db

Key = str | int
"""An order's code (text) or id."""

Change = Callable[[Order], Wish]
"""What a caller wants of an order, given the order as it is. Pure: it runs again whenever the order moved."""


async def head(desk: Desk, caller: Caller, code: str) -> Head:
    """The head of the order with this code. Raises OrderNotFound."""
    tenant_id, db = caller.tenant_id, desk.pool
    return await desk.types.reading(db, tenant_id, lambda known: store.head_by_code(db, known, tenant_id, code))


async def show(desk: Desk, caller: Caller, key: Key) -> Order:
    """The order without its lines. Raises OrderNotFound."""
    return await _read(desk, desk.pool, caller.tenant_id, key, lock=False)


async def newest(desk: Desk, caller: Caller, *, limit: int, offset: int) -> Sequence[Head]:
    """A page of order heads, newest first."""
    tenant_id, db = caller.tenant_id, desk.pool
    return await desk.types.reading(
        db, tenant_id, lambda known: store.newest_heads(db, known, tenant_id, limit=limit, offset=offset)
    )


async def page(desk: Desk, caller: Caller, *, type_number: int | None, sort: Sort, cut: Cut) -> Page[Order]:
    """A page of orders of any type or of the type with this number, and how many there are.

    Who pages in the order of ids meets each order once, however many others are entered meanwhile.
    """
    tenant_id, db = caller.tenant_id, desk.pool
    up_to = None
    if sort.is_by_id:
        up_to = await store.last_settled(db, tenant_id)

    def read(known: Types) -> Awaitable[Page[Order]]:
        return store.page(db, known, tenant_id, type_number=type_number, up_to=up_to, sort=sort, cut=cut)

    return await desk.types.reading(db, tenant_id, read)


async def place(desk: Desk, caller: Caller, wish: Wish) -> Order:
    """Enter a new order and return it with its id and code.

    A type number that nobody has named yet enters its type with the order. Raises OrderTypeNotFound, UserNotFound,
    CaseNotFound, or BadInput with every fault.
    """
    return await looking_again(lambda: _place_as_wanted(desk, caller, wish))


async def amend(desk: Desk, caller: Caller, key: Key, change: Change) -> Order:
    """Make the change to the order and return it.

    Raises OrderNotFound, OrderTypeNotFound, UserNotFound, CaseNotFound, or BadInput with every fault.
    """
    return await looking_again(lambda: _amend_as_wanted(desk, caller, key, change))


async def delete(desk: Desk, caller: Caller, key: Key) -> None:
    """Delete the order from every face; the event keeps the whole of it.

    Raises OrderNotFound, or InUse while a receipt for it is open.
    """
    async with desk.pool.transaction() as db:
        await remove(desk, db, caller, key)


async def remove(desk: Desk, db: Db, caller: Caller, key: Key) -> None:
    """The same as `delete` inside a transaction of the caller's."""
    tenant_id = caller.tenant_id
    order = await _read(desk, db, tenant_id, key, lock=True)
    await remove_locked(desk, db, caller, [order.id])


async def remove_locked(desk: Desk, db: Db, caller: Caller, order_ids: Sequence[int]) -> None:
    """The same for orders that this transaction has locked. Raises InUse while a receipt for one of them is open."""
    if await store.any_with_open_receipt(db, caller.tenant_id, order_ids):
        raise InUse("order", "open receipts")
    await store.delete_all(db, caller.tenant_id, order_ids, "OrderDeleted", caller.author, desk.now())


async def delete_purchase(desk: Desk, caller: Caller, case_id: int, order_id: int | None) -> int:
    """Delete this purchase of the case, or the only one it has if none is named; its id.

    Raises CaseNotFound, OrderNotFound, Ambiguous if the case has several, or InUse while a receipt is open.
    """
    tenant_id = caller.tenant_id
    async with desk.pool.transaction() as db:
        await cases.case(db, tenant_id, case_id)
        if order_id is None:
            found = await cases.lock_purchases(db, tenant_id, case_id, limit=2)
            if not found:
                raise OrderNotFound(f"of case {case_id}")
            if len(found) > 1:
                raise Ambiguous("order")
            order_id = found[0]
        else:
            order = await _read(desk, db, tenant_id, order_id, lock=True)
            if order.case_id != case_id or order.kind != PURCHASE:
                raise OrderNotFound(order_id)
        await remove(desk, db, caller, order_id)
    return order_id


class _Outdated(Exception):
    """Something was refused on the word of an order type that is not the active one any more."""


class _NewNumber(Exception):
    """The order shall have a type that has to be entered with the change, which needs a transaction."""


def _wanted(wish: Wish) -> Key | None:
    """The code or number of the type that is wished for."""
    if wish.type_code is not UNSET:
        return wish.type_code
    return None if wish.type_number is UNSET else wish.type_number


async def _place_as_wanted(desk: Desk, caller: Caller, wish: Wish) -> Order:
    key = _wanted(wish)
    if key is None:
        told = () if any(fault.field == "type" for fault in wish.faults) else (Fault("type", "blank"),)
        raise BadInput(*await _all_faults(desk.pool, caller, replace(wish, faults=(*wish.faults, *told))))
    try:
        order_type = await desk.types.active(desk.pool, caller.tenant_id, key)
    except OrderTypeNotFound:
        if isinstance(key, str):
            raise
        return await _place_under_number(desk, caller, wish, key)
    try:
        return await _place(desk, desk.pool, caller, wish, order_type)
    except (OrderTypeNotFound, BadInput):
        # The type may have been retired, or given a new version, since this process last looked.
        now = await desk.types.look_again(desk.pool, caller.tenant_id, key)
        if now.id == order_type.id:
            raise
        return await _place(desk, desk.pool, caller, wish, now)


async def _place(desk: Desk, db: Db, caller: Caller, wish: Wish, order_type: OrderType) -> Order:
    wish, known = await _look_up(db, caller.tenant_id, wish)
    order, changes = book.place(wish, order_type, known, at=desk.next_moment(), author=caller.author)
    event = Event("OrderPlaced", "order", order.version, as_json(changes))
    order_id, code = await store.insert(db, caller.tenant_id, order, event, caller.author)
    return replace(order, id=order_id, code=code)


async def _place_under_number(desk: Desk, caller: Caller, wish: Wish, number: int) -> Order:
    async with desk.pool.transaction() as db:
        try:
            order_type = await types.enter_number(db, caller, number, desk.now())
        except OrderTypeNotFound:
            raise BadInput(_unknown(number), *await _all_faults(db, caller, wish)) from None
        return await _place(desk, db, caller, wish, order_type)


async def _amend_as_wanted(desk: Desk, caller: Caller, key: Key, change: Change) -> Order:
    look_again = False
    for _ in range(TRIES_WITHOUT_LOCK):
        try:
            return await _amend(desk, desk.pool, caller, key, change, look_again=look_again)
        except (StaleOrder, _Outdated):
            look_again = True
        except _NewNumber:
            break
    async with desk.pool.transaction() as db:
        try:
            return await _amend(desk, db, caller, key, change, lock=True, look_again=True)
        except StaleOrder as stale:
            # The row is ours, so only the type that it shall have can have been retired meanwhile.
            raise OrderTypeNotFound(stale.order_id) from stale


async def _amend(
    desk: Desk, db: Db, caller: Caller, key: Key, change: Change, *, look_again: bool, lock: bool = False
) -> Order:
    tenant_id = caller.tenant_id
    before = await _read(desk, db, tenant_id, key, lock=lock)
    wish = change(before)
    wanted = _wanted(wish)
    order_type = before.type
    if wanted is not None and wanted not in (before.type.code, before.type.number):
        try:
            order_type = await _type_to_change_to(desk, db, caller, wanted, look_again=look_again, may_enter=lock)
        except OrderTypeNotFound:
            if isinstance(wanted, str):
                raise
            raise BadInput(_unknown(wanted), *await _all_faults(db, caller, wish)) from None
    wish, known = await _look_up(db, tenant_id, wish)
    if await _takes_items_away(db, tenant_id, before, wish):
        wish = replace(wish, faults=(*wish.faults, Fault("customer_id", "illegal", value=wish.customer_id)))
    try:
        after, changes = book.amend(before, wish, order_type, known, at=desk.next_moment(), author=caller.author)
    except BadInput as refusal:
        if order_type is before.type or look_again:
            raise
        raise _Outdated from refusal
    event = Event("OrderAmended", "order", after.version, as_json(changes))
    await store.save(db, tenant_id, after, changes, event, caller.author)
    return after


async def _type_to_change_to(
    desk: Desk, db: Db, caller: Caller, wanted: Key, *, look_again: bool, may_enter: bool
) -> OrderType:
    find = desk.types.look_again if look_again else desk.types.active
    try:
        return await find(db, caller.tenant_id, wanted)
    except OrderTypeNotFound:
        if isinstance(wanted, str):
            raise
        if not may_enter:
            raise _NewNumber from None
    return await types.enter_number(db, caller, wanted, desk.now())


async def _takes_items_away(db: Db, tenant_id: int, before: Order, wish: Wish) -> bool:
    """True if a purchase shall go to another customer while its lines name items of the one that it has."""
    return (
        wish.customer_id is not UNSET
        and before.customer_id not in (None, wish.customer_id)
        and before.kind == PURCHASE
        and await lines.name_items(db, tenant_id, before.id)
    )


async def _read(desk: Desk, db: Db, tenant_id: int, key: Key, *, lock: bool) -> Order:
    return await desk.types.reading(db, tenant_id, lambda known: store.order(db, known, tenant_id, key, locked=lock))


async def _look_up(db: Db, tenant_id: int, wish: Wish) -> tuple[Wish, References]:
    """What the wish names, and the wish with a fault for each customer that is not there.

    Raises UserNotFound or CaseNotFound.
    """
    responsible = None
    if isinstance(wish.responsible_email, str):
        responsible = await _responsible(db, tenant_id, wish, wish.responsible_email)
    if wish.unknown_responsible is not None and wish.responsible_email is not UNSET:
        kept = None
        if responsible is None and wish.responsible_email is not None:
            kept = msgspec.Raw(msgspec.json.encode(wish.responsible_email))
        wish = replace(wish, leftovers=leftovers.with_one(wish.leftovers, wish.unknown_responsible, kept))
    if isinstance(wish.customer_id, int) and not await parties.has_customer(db, tenant_id, wish.customer_id):
        wish = replace(wish, faults=(*wish.faults, Fault("customer_id", "unknown", value=wish.customer_id)))
    case = await cases.case(db, tenant_id, wish.case_id) if isinstance(wish.case_id, int) else None
    return wish, References(responsible, case)


async def _responsible(db: Db, tenant_id: int, wish: Wish, email: str) -> Responsible | None:
    user = await users.user_by_email(db, tenant_id, email)
    if user is None and wish.unknown_responsible is None:
        raise UserNotFound(email)
    return None if user is None else Responsible(user.id, user.email)


def _unknown(number: int) -> Fault:
    return Fault("type", "unknown", value=number)


async def _all_faults(db: Db, caller: Caller, wish: Wish) -> list[Fault]:
    """What is wrong with a wish that cannot come true anyway."""
    wish, _ = await _look_up(db, caller.tenant_id, wish)
    return [*wish.faults, *book.plain_faults(wish)]
