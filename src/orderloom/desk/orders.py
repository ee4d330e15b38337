"""Orders: show, list, place, amend, delete."""

from collections.abc import Sequence
from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from orderloom.book import orders as book
from orderloom.book.errors import BadInput, Fault, InUse, OrderTypeNotFound, StaleOrder, UserNotFound
from orderloom.book.events import Event, as_json, differences
from orderloom.book.orders import Head, Order, Responsible, Wish
from orderloom.desk.desk import Caller, Desk
from orderloom.store import events, users
from orderloom.store import orders as store
from orderloom.store.pool import Db

# Writers of one order first try without a lock, which costs the fewest round trips; when others keep winning,
# the last try takes the row and waits its turn.
TRIES_WITHOUT_LOCK: Final = 3


async def show(desk: Desk, caller: Caller, code: str) -> Head:
    """The head of the order with this code. Raises OrderNotFound."""
    tenant_id, types = caller.tenant_id, desk.types.of(caller.tenant_id)
    return await desk.types.reading(tenant_id, lambda: store.head_by_code(desk.pool, types, tenant_id, code))


async def newest(desk: Desk, caller: Caller, *, limit: int, offset: int) -> Sequence[Head]:
    """A page of order heads, newest first."""
    tenant_id, types = caller.tenant_id, desk.types.of(caller.tenant_id)
    return await desk.types.reading(
        tenant_id, lambda: store.newest_heads(desk.pool, types, tenant_id, limit=limit, offset=offset)
    )


async def place(desk: Desk, caller: Caller, wish: Wish) -> Order:
    """Enter a new order and return it with its id and code.

    Raises OrderTypeNotFound, UserNotFound, or BadInput with every fault.
    """
    if wish.type_code is UNSET:
        raise BadInput(*wish.faults or (Fault("type", "blank"),))
    try:
        return await _place(desk, caller, wish, wish.type_code)
    except OrderTypeNotFound:
        # It may have been retired, or activated anew, since this process last looked.
        desk.types.doubt(caller.tenant_id, wish.type_code)
        return await _place(desk, caller, wish, wish.type_code)


async def amend(desk: Desk, caller: Caller, code: str, wish: Wish) -> Order:
    """Fulfil the wish on the order with this code and return it.

    Raises OrderNotFound, OrderTypeNotFound, UserNotFound, IllegalMove, or BadInput with every fault.
    """
    for _ in range(TRIES_WITHOUT_LOCK):
        try:
            return await _amend(desk, desk.pool, caller, code, wish, lock=False)
        except StaleOrder:
            if wish.type_code is not UNSET:
                desk.types.doubt(caller.tenant_id, wish.type_code)
    async with desk.pool.transaction() as db:
        try:
            return await _amend(desk, db, caller, code, wish, lock=True)
        except StaleOrder as stale:
            # The row is ours, so only its new type can have been retired meanwhile.
            raise OrderTypeNotFound(wish.type_code) from stale


async def delete(desk: Desk, caller: Caller, code: str) -> None:
    """Delete the order with this code from every face; the event keeps the whole of it.

    Raises OrderNotFound, or InUse while a receipt for it is open.
    """
    tenant_id, types = caller.tenant_id, desk.types.of(caller.tenant_id)
    async with desk.pool.transaction() as db:
        order = await desk.types.reading(tenant_id, lambda: store.order_by_code(db, types, tenant_id, code, lock=True))
        if await store.has_open_receipt(db, tenant_id, order.id):
            raise InUse("order", "open receipts")
        whole = await store.whole(db, tenant_id, order.id)
        event = Event("OrderDeleted", "order", order.version, _object_of(whole))
        await events.append(db, tenant_id, order.id, event, caller.author, desk.now())
        await store.delete(db, tenant_id, order.id)


async def _place(desk: Desk, caller: Caller, wish: Wish, type_code: str) -> Order:
    order_type = await desk.types.active(caller.tenant_id, type_code)
    responsible = await _responsible(desk.pool, caller.tenant_id, wish)
    order = book.place(wish, order_type, responsible, at=desk.now(), by=caller.author.name)
    event = Event("OrderPlaced", "order", order.version, differences(None, order, book.EVENT_FIELDS))
    order_id, code = await store.insert(desk.pool, caller.tenant_id, order, event, caller.author)
    return replace(order, id=order_id, code=code)


async def _amend(desk: Desk, db: Db, caller: Caller, code: str, wish: Wish, *, lock: bool) -> Order:
    tenant_id, types = caller.tenant_id, desk.types.of(caller.tenant_id)
    before = await desk.types.reading(tenant_id, lambda: store.order_by_code(db, types, tenant_id, code, lock=lock))
    order_type = before.type
    if wish.type_code is not UNSET and wish.type_code != before.type.code:
        order_type = await desk.types.active(tenant_id, wish.type_code)
    responsible = await _responsible(db, tenant_id, wish)
    after = book.amend(before, wish, order_type, responsible, at=desk.now(), by=caller.author.name)
    event = Event("OrderAmended", "order", after.version, differences(before, after, book.EVENT_FIELDS))
    await store.save(db, tenant_id, after, event, caller.author)
    return after


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
