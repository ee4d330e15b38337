"""Purchases with what they cost: show, list, estimate, amend, promote, delete."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from msgspec import UNSET

from orderloom.book import costed as book
from orderloom.book.costed import Amended, Chosen, Costed, CostedWish, EstimateWish, Found, Key, Listed
from orderloom.book.errors import BadInput, Fault, OrderNotFound
from orderloom.book.events import Event, as_json
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.text import storable
from orderloom.book.types import PURCHASE_ORDER
from orderloom.desk import orders
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.tries import freely_then_locked, looking_again
from orderloom.store import cases, currencies, purchase_numbers, purchase_writing, supply_types
from orderloom.store import costed as store
from orderloom.store import costed_writing as writing
from orderloom.store import orders as order_store
from orderloom.store.failures import Busy
from orderloom.store.orders import Types
from orderloom.store.pool import Db

# What one call may change, all of it or nothing.
MAX_RECORDS: Final = 10_000
# What one statement reads or writes, and what is decided before others get a turn.
BATCH: Final = 250
# How often a number may prove to be taken, each time by somebody who has just entered it.
TRIES: Final = 10

Change = Callable[[Costed], CostedWish]
"""What a caller wants of a purchase, given it as it is. Pure: it runs again whenever the purchase moved."""


class Asked(NamedTuple):
    """A change to the purchase with this key."""

    key: Key
    change: Change


class Deletion(NamedTuple):
    """A purchase to delete; `agree` raises, when it is given the purchase as it is, if it shall not be."""

    key: Key
    agree: Callable[[Costed], None]


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
    return await looking_again(lambda: _estimate_all(desk, caller, wishes))


async def amend_all(desk: Desk, caller: Caller, asked: Sequence[Asked]) -> list[Amended]:
    """Make the changes one after the other, all of them or none; each purchase as it was right after its change.

    Raises OrderNotFound, or BadInput with the faults of the first change that cannot be made.
    """
    _check_number(asked)
    if len(asked) == 1:
        return [await freely_then_locked(desk, lambda db, lock: _amend(desk, db, caller, asked[0], lock=lock))]
    async with desk.pool.transaction() as db:
        return await _amend_locked(desk, db, caller, asked)


async def promote(desk: Desk, caller: Caller, key: Key) -> Amended:
    """Make the estimate a real purchase. Raises OrderNotFound, or IllegalMove if it is real already."""
    for _ in range(TRIES):
        before = await _read(desk, desk.pool, caller, key, lock=False)
        number = ""
        if before.costing.is_estimate and before.order.number is None:
            number = await purchase_numbers.free(desk.pool, caller.tenant_id)
        with suppress(_NumberTaken):
            async with desk.pool.transaction() as db:
                return await _promote(desk, db, caller, key, number)
    raise Busy("too many enter purchases with numbers of their own")


async def delete_all(desk: Desk, caller: Caller, asked: Sequence[Deletion]) -> list[Costed]:
    """Delete the purchases from every face, all of them or none; each as it was.

    Raises OrderNotFound, also for one that is named twice, or InUse while a receipt for one is open.
    """
    _check_number(asked)
    deleted: list[Costed] = []
    async with desk.pool.transaction() as db:
        ids = await _lock_all(db, caller, [each.key for each in asked])
        gone: set[int] = set()
        for order_id, each in zip(ids, asked, strict=True):
            if order_id in gone:
                raise OrderNotFound(each.key)
            gone.add(order_id)
        for start in _starts(asked):
            found = await _by_id(desk, db, caller, ids[start : start + BATCH])
            for order_id, each in zip(ids[start : start + BATCH], asked[start : start + BATCH], strict=True):
                each.agree(found[order_id])
                deleted.append(found[order_id])
            await orders.remove_locked(desk, db, caller, list(found))
    return deleted


def _check_number(records: Sequence[object]) -> None:
    if len(records) > MAX_RECORDS:
        raise BadInput(Fault("records", "too_long", expected=str(MAX_RECORDS)))


async def _read(desk: Desk, db: Db, caller: Caller, key: Key, *, lock: bool) -> Costed:
    tenant_id = caller.tenant_id
    return await desk.types.reading(db, tenant_id, lambda known: store.costed(db, known, tenant_id, key, lock=lock))


def _starts(records: Sequence[object]) -> range:
    """Where each batch of the records begins."""
    return range(0, len(records), BATCH)


async def _amend(desk: Desk, db: Db, caller: Caller, asked: Asked, *, lock: bool) -> Amended:
    before = await _read(desk, db, caller, asked.key, lock=lock)
    with _at_place(0):
        wish = asked.change(before)
        rates = {} if wish.cost.currency is UNSET else await currencies.all_rates(db, caller.tenant_id)
        amended = book.amend(before, wish, rates, at=desk.next_moment(), author=caller.author)
    await writing.save(db, caller.tenant_id, amended, _told("OrderAmended", amended), caller.author)
    return amended


async def _lock_all(db: Db, caller: Caller, keys: Sequence[Key]) -> list[int]:
    """The ids of the purchases with these keys, which are locked. Raises OrderNotFound."""
    found = await store.lock_all(db, caller.tenant_id, list(set(keys)))
    for key in keys:
        if key not in found:
            raise OrderNotFound(key)
    return [found[key] for key in keys]


async def _amend_locked(desk: Desk, db: Db, caller: Caller, asked: Sequence[Asked]) -> list[Amended]:
    ids = await _lock_all(db, caller, [each.key for each in asked])
    at = desk.next_moment()
    done: list[Amended] = []
    for start in _starts(asked):
        batch = list(zip(ids[start : start + BATCH], asked[start : start + BATCH], strict=True))
        amended = await _amend_batch(desk, db, caller, batch, start, at)
        told = [_told("OrderAmended", each) for each in amended]
        await writing.save_all(db, caller.tenant_id, amended, told, caller.author)
        done += amended
    return done


async def _amend_batch(
    desk: Desk, db: Db, caller: Caller, asked: Sequence[tuple[int, Asked]], first: int, at: datetime
) -> list[Amended]:
    """What becomes of the purchases with these ids, each as it is after the changes before; `first` is the place of the
    first change in the whole call."""
    current = await _by_id(desk, db, caller, {order_id for order_id, _ in asked})
    rates: dict[str, Decimal] | None = None
    done: list[Amended] = []
    for place, (order_id, each) in enumerate(asked, start=first):
        with _at_place(place):
            wish = each.change(current[order_id])
            if wish.cost.currency is not UNSET and rates is None:
                rates = await currencies.all_rates(db, caller.tenant_id)
            amended = book.amend(current[order_id], wish, rates or {}, at=at, author=caller.author)
        current[order_id] = amended.costed
        done.append(amended)
    return done


async def _promote(desk: Desk, db: Db, caller: Caller, key: Key, number: str) -> Amended:
    """Raises _NumberTaken if the number, which the purchase needs, has gone to another one of the customer."""
    before = await _read(desk, db, caller, key, lock=True)
    amended = book.promote(before, number, at=desk.next_moment(), author=caller.author)
    order = amended.costed.order
    if not order.number:
        raise _NumberTaken  # it had one when it was looked at first
    if before.order.number is None and order.customer_id is not None:
        await purchase_writing.lock_claims(db, caller.tenant_id, order.customer_id, number, order.id)
        if not await purchase_writing.claim(db, caller.tenant_id, order.customer_id, number, order.id):
            raise _NumberTaken
    await writing.save(db, caller.tenant_id, amended, _told("OrderPromoted", amended), caller.author)
    return amended


class _NumberTaken(Exception):
    """Somebody has just claimed the number."""


async def _by_id(desk: Desk, db: Db, caller: Caller, ids: Collection[int]) -> dict[int, Costed]:
    def read(known: Types) -> Awaitable[list[Costed]]:
        return store.costed_all(db, known, caller.tenant_id, list(ids))

    return {each.order.id: each for each in await desk.types.reading(db, caller.tenant_id, read)}


async def _estimate_all(desk: Desk, caller: Caller, wishes: Sequence[EstimateWish]) -> list[Amended]:
    placed = await _decide(desk, caller, wishes)
    async with desk.pool.transaction() as db:
        # Those who list by id wait for whoever enters purchases: nothing else is done meanwhile.
        return [each for start in _starts(placed) for each in await _enter(db, caller, placed[start : start + BATCH])]


async def _decide(desk: Desk, caller: Caller, wishes: Sequence[EstimateWish]) -> list[Amended]:
    """The new estimates, without what the store assigns. Raises BadInput, or OrderTypeNotFound."""
    order_type = await desk.types.look_again(desk.pool, caller.tenant_id, PURCHASE_ORDER)
    at = desk.next_moment()
    placed = []
    for start in _starts(wishes):
        batch = wishes[start : start + BATCH]
        found = await _look_up(desk.pool, caller, batch)
        for place, wish in enumerate(batch, start=start):
            with _at_place(place):
                placed.append(book.estimate(wish, order_type, found, at=at, author=caller.author))
    return placed


async def _enter(db: Db, caller: Caller, placed: Sequence[Amended]) -> list[Amended]:
    told = [_told("OrderPlaced", each) for each in placed]
    entered = await writing.insert_all(db, caller.tenant_id, placed, told, caller.author)
    return [
        each._replace(costed=book.entered(each.costed, *assigned))
        for each, assigned in zip(placed, entered, strict=True)
    ]


async def _look_up(db: Db, caller: Caller, wishes: Sequence[EstimateWish]) -> Found:
    tenant_id = caller.tenant_id
    known_cases = await cases.with_codes(db, tenant_id, _codes(wish.case_code for wish in wishes))
    named = any(wish.cost.currency is not UNSET for wish in wishes)
    return Found(
        {case.code: case for case in known_cases},
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
