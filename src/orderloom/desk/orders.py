"""Orders: show, list, place, amend, delete."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from orderloom.book import orders as book
from orderloom.book.errors import BadInput, Fault, InUse, OrderTypeNotFound, StaleOrder, UserNotFound
from orderloom.book.events import Event, as_json
from orderloom.book.orders import Head, Order, Responsible, Wish
from orderloom.book.types import OrderType
from orderloom.desk.desk import Caller, Desk
from orderloom.store import events, users
from orderloom.store import orders as store
from orderloom.store.pool import Db

# Writers of one order first try without a lock, which costs the fewest round trips; when others keep winning,
# the last try takes the row and waits its turn.
TRIES_WITHOUT_LOCK: Final = 3

Change = Callable[[Order], Wish]
"""What a caller wants of an order, given the order as it is. Pure: it runs again whenever the order moved."""


async def show(desk: Desk, caller: Caller, code: str) -> Head:
    """The head of the order with this code. Raises OrderNotFound."""
    tenant_id, db = caller.tenant_id, desk.pool
    return await desk.types.reading(db, tenant_id, lambda types: store.head_by_code(db, types, tenant_id, code))


async def newest(desk: Desk, caller: Caller, *, limit: int, offset: int) -> Sequence[Head]:
    """A page of order heads, newest first."""
    tenant_id, db = caller.tenant_id, desk.pool
    return await desk.types.reading(
        db, tenant_id, lambda types: store.newest_heads(db, types, tenant_id, limit=limit, offset=offset)
    )


async def place(desk: Desk, caller: Caller, wish: Wish) -> Order:
    """Enter a new order and return it with its id and code.

    Raises OrderTypeNotFound, UserNotFound, or BadInput with every fault.
    """
    if wish.type_code is UNSET:
        told = [*wish.faults, *book.plain_faults(wish)]
        if all(fault.field != "type" for fault in told):
            told.append(Fault("type", "blank"))
        raise BadInput(*told)
    order_type = await desk.types.active(desk.pool, caller.tenant_id, wish.type_code)
    try:
        return await _place(desk, caller, wish, order_type)
    except (OrderTypeNotFound, BadInput):
        # The type may have been retired, or given a new version, since this process last looked.
        now = await desk.types.look_again(desk.pool, caller.tenant_id, wish.type_code)
        if now.id == order_type.id:
            raise
        return await _place(desk, caller, wish, now)


async def amend(desk: Desk, caller: Caller, code: str, change: Change) -> Order:
    """Make the change to the order with this code and return it.

    Raises OrderNotFound, OrderTypeNotFound, UserNotFound, IllegalMove, or BadInput with every fault.
    """
    look_again = False
    for _ in range(TRIES_WITHOUT_LOCK):
        try:
            return await _amend(desk, desk.pool, caller, code, change, look_again=look_again)
        except (StaleOrder, _Outdated):
            look_again = True
    async with desk.pool.transaction() as db:
        try:
            return await _amend(desk, db, caller, code, change, lock=True, look_again=True)
        except StaleOrder as stale:
            # The row is ours, so only the type that it shall have can have been retired meanwhile.
            raise OrderTypeNotFound("that the order shall have") from stale


async def delete(desk: Desk, caller: Caller, code: str) -> None:
    """Delete the order with this code from every face; the event keeps the whole of it.

    Raises OrderNotFound, or InUse while a receipt for it is open.
    """
    tenant_id = caller.tenant_id
    async with desk.pool.transaction() as db:
        order = await _read(desk, db, tenant_id, code, lock=True)
        if await store.has_open_receipt(db, tenant_id, order.id):
            raise InUse("order", "open receipts")
        whole = await store.whole(db, tenant_id, order.id)
        event = Event("OrderDeleted", "order", order.version, _object_of(whole))
        await events.append(db, tenant_id, order.id, event, caller.author, desk.now())
        await store.delete(db, tenant_id, order.id)


class _Outdated(Exception):
    """Something was refused on the word of an order type that is not the active one any more."""


async def _place(desk: Desk, caller: Caller, wish: Wish, order_type: OrderType) -> Order:
    responsible = await _responsible(desk.pool, caller.tenant_id, wish)
    order, changes = book.place(wish, order_type, responsible, at=desk.now(), by=caller.author.name)
    event = Event("OrderPlaced", "order", order.version, as_json(changes))
    order_id, code = await store.insert(desk.pool, caller.tenant_id, order, event, caller.author)
    return replace(order, id=order_id, code=code)


async def _amend(
    desk: Desk, db: Db, caller: Caller, code: str, change: Change, *, look_again: bool, lock: bool = False
) -> Order:
    tenant_id = caller.tenant_id
    before = await _read(desk, db, tenant_id, code, lock=lock)
    wish = change(before)
    order_type = before.type
    if wish.type_code is not UNSET and wish.type_code != before.type.code:
        find = desk.types.look_again if look_again else desk.types.active
        order_type = await find(db, tenant_id, wish.type_code)
    responsible = await _responsible(db, tenant_id, wish)
    try:
        after, changes = book.amend(before, wish, order_type, responsible, at=desk.now(), by=caller.author.name)
    except BadInput as refusal:
        if order_type is before.type or look_again:
            raise
        raise _Outdated from refusal
    event = Event("OrderAmended", "order", after.version, as_json(changes))
    await store.save(db, tenant_id, after, changes, event, caller.author)
    return after


async def _read(desk: Desk, db: Db, tenant_id: int, code: str, *, lock: bool) -> Order:
    return await desk.types.reading(
        db, tenant_id, lambda types: store.order_by_code(db, types, tenant_id, code, lock=lock)
    )


async def _responsible(db: Db, tenant_id: int, wish: Wish) -> Responsible | None:
    if not isinstance(wish.responsible_email, str):
        return None
    user = await users.user_by_email(db, tenant_id, wish.responsible_email)
    if user is None:
        raise UserNotFound(wish.responsible_email)
    return Responsible(user.id, user.email)


def _object_of(rows: dict[str, str]) -> str:
    """One JSON object of texts that are JSON already."""
    return "{" + ",".join(f"{as_json(table)}:{text}" for table, text in rows.items()) + "}"
