"""Purchases with what they cost: show, list, estimate, amend, promote, delete."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from msgspec import UNSET

from orderloom.book import costed as book
from orderloom.book.costed import Amended, Chosen, Costed, CostedWish, EstimateWish, Found, Key, Listed
from orderloom.book.errors import BadInput, Fault, OrderNotFound, OrderTypeNotFound, StaleOrder
from orderloom.book.events import Event, as_json
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.text import storable
from orderloom.book.types import PURCHASE_ORDER
from orderloom.desk import orders
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.orders import TRIES_WITHOUT_LOCK
from orderloom.store import costed as store
from orderloom.store import costed_writing as writing
from orderloom.store import currencies, purchase_numbers, supply_types
from orderloom.store import orders as order_store
from orderloom.store.orders import Types
from orderloom.store.pool import Db

# What one call may change, all of it or nothing.
MAX_RECORDS: Final = 10_000
# What one statement reads or writes.
BATCH: Final = 500

Change = Callable[[Costed], CostedWish]
"""What a caller wants of a purchase, given it as it is. Pure: it runs again whenever the purchase moved."""


class Asked(NamedTuple):
    """A change to the purchase with this key."""

    key: Key
    change: Change


async def show(desk: Desk, caller: Caller, key: Key) -> Costed:
    """The purchase with its costing. Raises OrderNotFound, also for an order that is none."""
    return await _read(desk, desk.pool, caller, key, lock=False)


async def show_all(desk: Desk, caller: Caller, ids: Sequence[int]) -> list[Costed]:
    """Those of the purchases with these ids that are still there, in this order."""
    found: dict[int, Costed] = {}
    for start in range(0, len(ids), BATCH):
        found |= await _by_id(desk, desk.pool, caller, ids[start : start + BATCH])
    return [found[order_id] for order_id in ids if order_id in found]


async def page(desk: Desk, caller: Caller, chosen: Chosen, sorts: Sequence[Sort], cut: Cut) -> Page[Listed]:
    """A page of the chosen purchases, and how many those are; see `store.costed.page`.

    Who pages in the order of ids meets each purchase once, however many others are entered meanwhile.
    """
    up_to = None
    if all(sort.is_by_id for sort in sorts):
        up_to = await order_store.last_settled(desk.pool, caller.tenant_id)
    return await store.page(desk.pool, caller.tenant_id, chosen, sorts, cut, up_to=up_to)


async def estimate_all(desk: Desk, caller: Caller, wishes: Sequence[EstimateWish]) -> list[Amended]:
    """Enter new estimates, all of them or none, and return them in the order of the wishes.

    Raises BadInput with the faults of the first wish that cannot be entered.
    """
    _check_number(wishes)
    if len(wishes) == 1:
        return await _estimate(desk, desk.pool, caller, wishes)
    async with desk.pool.transaction() as db:
        return await _estimate(desk, db, caller, wishes)


async def amend_all(desk: Desk, caller: Caller, asked: Sequence[Asked]) -> list[Amended]:
    """Make the changes one after the other, all of them or none; each purchase as it was right after its change.

    Raises OrderNotFound, or BadInput with the faults of the first change that cannot be made.
    """
    _check_number(asked)
    if len(asked) == 1:
        for _ in range(TRIES_WITHOUT_LOCK):
            try:
                return [await _amend(desk, desk.pool, caller, asked[0])]
            except StaleOrder:
                continue
    async with desk.pool.transaction() as db:
        return await _amend_locked(desk, db, caller, asked)


async def promote(desk: Desk, caller: Caller, key: Key) -> Amended:
    """Make the estimate a real purchase. Raises OrderNotFound, or IllegalMove if it is real already."""
    async with desk.pool.transaction() as db:
        before = await _read(desk, db, caller, key, lock=True)
        number = before.order.number
        if number is None and before.costing.is_estimate:
            number = await purchase_numbers.free(db, caller.tenant_id)
        amended = book.promote(before, number or "", at=desk.next_moment(), author=caller.author)
        await writing.save(db, caller.tenant_id, amended, _told("OrderPromoted", amended), caller.author)
    return amended


async def delete_all(desk: Desk, caller: Caller, asked: Sequence[tuple[Key, Callable[[Costed], None]]]) -> list[Costed]:
    """Delete the purchases from every face, all of them or none; each as it was.

    Each comes with a word that agrees, or raises, when it is given the purchase as it is. Raises OrderNotFound, also
    for one that is named twice, or InUse while a receipt for one is open.
    """
    _check_number(asked)
    deleted = []
    async with desk.pool.transaction() as db:
        await store.lock_all(db, caller.tenant_id, [key for key, _ in asked])
        for key, agree in asked:
            purchase = await _read(desk, db, caller, key, lock=False)
            agree(purchase)
            await orders.remove(desk, db, caller, purchase.order.id)
            deleted.append(purchase)
    return deleted


def _check_number(records: Sequence[object]) -> None:
    if len(records) > MAX_RECORDS:
        raise BadInput(Fault("records", "too_long", expected=str(MAX_RECORDS)))


async def _read(desk: Desk, db: Db, caller: Caller, key: Key, *, lock: bool) -> Costed:
    tenant_id = caller.tenant_id
    return await desk.types.reading(db, tenant_id, lambda known: store.costed(db, known, tenant_id, key, lock=lock))


async def _amend(desk: Desk, db: Db, caller: Caller, asked: Asked) -> Amended:
    before = await _read(desk, db, caller, asked.key, lock=False)
    wish = asked.change(before)
    rates = await _rates(db, caller, wish)
    amended = book.amend(before, wish, rates, at=desk.next_moment(), author=caller.author)
    await writing.save(db, caller.tenant_id, amended, _told("OrderAmended", amended), caller.author)
    return amended


async def _amend_locked(desk: Desk, db: Db, caller: Caller, asked: Sequence[Asked]) -> list[Amended]:
    ids = await store.lock_all(db, caller.tenant_id, list({each.key for each in asked}))
    at = desk.next_moment()
    done: list[Amended] = []
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        for each in batch:
            if each.key not in ids:
                raise OrderNotFound(each.key)
        done += await _amend_batch(desk, db, caller, [(ids[each.key], each.change) for each in batch], start, at)
    return done


async def _amend_batch(
    desk: Desk, db: Db, caller: Caller, asked: Sequence[tuple[int, Change]], place: int, at: datetime
) -> list[Amended]:
    """The same for purchases with these ids, which are locked; `place` is that of the first one in the whole call.

    Each is read once and written once, however often it is changed.
    """
    current = await _by_id(desk, db, caller, {order_id for order_id, _ in asked})
    known: dict[str, Decimal] | None = None
    done: list[Amended] = []
    for at_place, (order_id, change) in enumerate(asked, start=place):
        with _at_place(at_place):
            wish = change(current[order_id])
            if wish.cost.currency is not UNSET and known is None:
                known = await currencies.all_rates(db, caller.tenant_id)
            amended = book.amend(current[order_id], wish, known or {}, at=at, author=caller.author)
        current[order_id] = amended.costed
        done.append(amended)
    told = [(each.costed.order.id, _told("OrderAmended", each)) for each in done]
    await writing.save_all(db, caller.tenant_id, list(current.values()), told, caller.author, at)
    return done


async def _by_id(desk: Desk, db: Db, caller: Caller, ids: Collection[int]) -> dict[int, Costed]:
    def read(known: Types) -> Awaitable[list[Costed]]:
        return store.costed_all(db, known, caller.tenant_id, list(ids))

    return {each.order.id: each for each in await desk.types.reading(db, caller.tenant_id, read)}


async def _rates(db: Db, caller: Caller, wish: CostedWish) -> Mapping[str, Decimal]:
    """The rates of the currencies, if the wish names one."""
    return {} if wish.cost.currency is UNSET else await currencies.all_rates(db, caller.tenant_id)


async def _estimate(desk: Desk, db: Db, caller: Caller, wishes: Sequence[EstimateWish]) -> list[Amended]:
    at = desk.next_moment()
    done = []
    for start in range(0, len(wishes), BATCH):
        batch = wishes[start : start + BATCH]
        found = await _look_up(db, caller, batch)
        for place, wish in enumerate(batch, start=start):
            with _at_place(place):
                done.append(await _enter(desk, db, caller, wish, found, at))
    return done


async def _enter(desk: Desk, db: Db, caller: Caller, wish: EstimateWish, found: Found, at: datetime) -> Amended:
    """Enter the estimate. Raises BadInput, or OrderTypeNotFound if the book has no purchases any more."""
    for find in (desk.types.active, desk.types.look_again):
        order_type = await find(db, caller.tenant_id, PURCHASE_ORDER)
        amended = book.estimate(wish, order_type, found, at=at, author=caller.author)
        entered = await writing.insert(db, caller.tenant_id, amended, _told("OrderPlaced", amended), caller.author)
        if entered is not None:
            return amended._replace(costed=book.entered(amended.costed, *entered))
    raise OrderTypeNotFound(PURCHASE_ORDER)


async def _look_up(db: Db, caller: Caller, wishes: Sequence[EstimateWish]) -> Found:
    tenant_id = caller.tenant_id
    named = any(wish.cost.currency is not UNSET for wish in wishes)
    return Found(
        await store.cases_of(db, tenant_id, _codes(wish.case_code for wish in wishes)),
        await store.suppliers_of(db, tenant_id, _codes(wish.supplier_code for wish in wishes)),
        await supply_types.codes_among(db, tenant_id, _codes(wish.supply_type for wish in wishes)),
        await currencies.all_rates(db, tenant_id) if named else {},
    )


def _codes(given: Iterable[str]) -> list[str]:
    """Each code once; one that the book cannot hold stands for nothing."""
    return [code for code in dict.fromkeys(given) if storable(code)]


def _told(name: str, amended: Amended) -> Event:
    return Event(name, "order", amended.costed.order.version, as_json(amended.changes))


@contextmanager
def _at_place(place: int) -> Iterator[None]:
    """Lets faults tell the place of the record that they are about, from 0."""
    try:
        yield
    except BadInput as refusal:
        raise BadInput(*(replace(fault, line=place) for fault in refusal.faults)) from refusal
