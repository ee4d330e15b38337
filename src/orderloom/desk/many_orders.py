"""Entering many orders of any kind at once, each for itself."""

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

from orderloom.book import whole_orders as wishes
from orderloom.book.errors import BadInput
from orderloom.book.whole_orders import OrderWish
from orderloom.desk import line_costs
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.one_by_one import NotNow, OneByOne
from orderloom.desk.tries import past_others
from orderloom.desk.whole_orders import ORDER, Placing, active_type, place, placing
from orderloom.store import bulk_writing, external_ids, known, orders
from orderloom.store.bulk_writing import New
from orderloom.store.failures import GONE

# So many new orders are decided before others get a turn.
TURN: Final = 50


class Entered(NamedTuple):
    """What a new order got."""

    id: int
    code: str
    version: int


async def place_all(desk: Desk, caller: Caller, asked: Sequence[OrderWish]) -> list[Entered | BadInput | NotNow]:
    """Enter those of the new orders that can be entered, each for itself; what each got, or why it got nothing."""
    try:
        return [*await past_others(desk, lambda: _place_at_once(desk, caller, asked))]
    except (BadInput, _Gone, GONE):
        # Something that they refer to has gone, or a name was taken, since it was looked up.
        works = OneByOne(desk)
        return [await _one_of_many(works, desk, caller, wish) for wish in asked]


async def hold(desk: Desk, caller: Caller, ids: Sequence[int]) -> None:
    """Where a call is one transaction, lock all orders that it is about to change, one after the other, at once.

    Two such calls that changed the same orders in different order would each wait for the other.
    """
    if desk.in_one_transaction:
        await orders.lock_all(desk.pool, caller.tenant_id, ids)


async def _place_at_once(desk: Desk, caller: Caller, asked: Sequence[OrderWish]) -> list[Entered | BadInput]:
    """The same in one transaction. Raises _Gone, GONE or BadInput, and nothing is entered."""
    decided = await _decide_all(desk, caller, asked)
    entered = iter(await _enter_all(desk, caller, [each for each in decided if isinstance(each, Placing)]))
    return [next(entered) if isinstance(each, Placing) else each for each in decided]


async def _decide_all(desk: Desk, caller: Caller, asked: Sequence[OrderWish]) -> list[Placing | BadInput]:
    """What becomes of each wish."""
    there = await known.find(desk.pool, caller.tenant_id, wishes.named_by_all(asked))
    rates = await line_costs.rates_for([wish.cost for wish in asked], desk.pool, caller)
    names = [name for wish in asked for name in wishes.names(wish)]
    taken = await external_ids.taken(desk.pool, caller.tenant_id, ORDER, names)
    decided: list[Placing | BadInput] = []
    for number, each in enumerate(asked):
        if number % TURN == 0:
            await asyncio.sleep(0)
        wish = wishes.without_names_of_others(each, taken)
        try:
            order_type = await active_type(desk, desk.pool, caller, wish, there, rates)
            decided.append(placing(desk, caller, wish, order_type, there, rates))
            # Of two who want one name the first has it.
            taken.update(wishes.names(wish))
        except BadInput as refusal:
            decided.append(refusal)
    return decided


class _Gone(Exception):
    """Not all orders could be entered."""


async def _enter_all(desk: Desk, caller: Caller, placed: Sequence[Placing]) -> list[Entered]:
    """Enter the orders, all of them. Raises _Gone, GONE or BadInput."""
    if not placed:
        return []
    async with desk.pool.transaction() as db:
        number = sum(len(each.amended.lines) for each in placed)
        ids = await bulk_writing.reserve(db, caller.tenant_id, len(placed), number)
        line_ids = iter(ids.lines)
        new = [
            _new(each, order_id, code, [next(line_ids) for _ in each.amended.lines])
            for each, order_id, code in zip(placed, ids.orders, ids.codes, strict=True)
        ]
        if await bulk_writing.insert_all(db, caller.tenant_id, new, caller.author) < len(new):
            raise _Gone
    return [Entered(each.id, f"ORD-{each.code}", each.order.version) for each in new]


def _new(placing: Placing, order_id: int, code: int, line_ids: Sequence[int]) -> New:
    amended, followed, names = placing
    lines = [(line_id, each.line) for line_id, each in zip(line_ids, amended.lines, strict=True)]
    told = placing.told(entered_ids=line_ids) if lines else placing.told()
    return New(order_id, code, amended.order, lines, followed.costs.columns, told, names)


async def _one_of_many(works: OneByOne, desk: Desk, caller: Caller, wish: OrderWish) -> Entered | BadInput | NotNow:
    try:
        order = (await works.done(lambda: place(desk, caller, wish))).order
        return Entered(order.id, order.code, order.version)
    except (BadInput, NotNow) as refusal:
        return refusal
