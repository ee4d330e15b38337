"""Orders of any kind with their lines and costs: show, place, amend, delete."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from msgspec import UNSET
from msgspec.structs import replace

from orderloom.book import external_ids as book_names
from orderloom.book import purchases as book
from orderloom.book import whole_orders as wishes
from orderloom.book.conditions import AllOf, Condition, Operator, Test
from orderloom.book.errors import BadInput, Fault, OrderNotFound, OrderTypeNotFound, collecting
from orderloom.book.events import Event
from orderloom.book.keysets import Part, Stretch
from orderloom.book.money import ONE
from orderloom.book.orders import Order, References
from orderloom.book.purchases import Amended, Standing
from orderloom.book.types import PURCHASE, OrderType
from orderloom.book.whole_orders import Key, Known, NewOrder, OrderWish, Resolved, WholeOrder
from orderloom.book.words import Word
from orderloom.desk import line_costs, orders, purchases
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.line_costs import Followed, Rates
from orderloom.desk.tries import NeedsLock, freely_then_locked, looking_again
from orderloom.store import external_ids, known
from orderloom.store import orders as order_store
from orderloom.store import purchase_writing as writing
from orderloom.store import purchases as purchase_store
from orderloom.store import whole_orders as store
from orderloom.store.failures import Busy
from orderloom.store.pool import Db
from orderloom.store.purchase_writing import Entered

Change = Callable[[Standing], OrderWish]
"""What a caller wants of an order, given it as it is. Pure: it runs again whenever the order moved."""

ORDER: Final = "order"
# How often a new order is tried: each time another version of its type has become the active one.
TRIES: Final = 3


async def show(desk: Desk, caller: Caller, key: Key) -> WholeOrder:
    """The order with everything that belongs to it. Raises OrderNotFound."""
    tenant_id, db = caller.tenant_id, desk.pool
    return await desk.types.reading(db, tenant_id, lambda types: store.one(db, types, tenant_id, key))


async def part(
    desk: Desk, caller: Caller, where: Condition, words: Sequence[Word], stretch: Stretch, *, with_lines: bool
) -> Part[WholeOrder]:
    """A part of the orders for which the condition holds and which have the words, with their lines if asked for.

    Who reads part after part in the order of rising ids meets each order once, however many are entered meanwhile.
    """
    tenant_id, db = caller.tenant_id, desk.pool
    if stretch.sort.is_by_id and not stretch.sort.descending:
        settled = Test("id", Operator.AT_MOST, await order_store.last_settled(db, tenant_id))
        where = AllOf((where, settled))
    return await desk.types.reading(
        db,
        tenant_id,
        lambda types: store.part(db, types, tenant_id, where, words, stretch, with_lines=with_lines),
    )


async def named_elsewhere(desk: Desk, caller: Caller, source: str, their_id: str) -> int:
    """The id of the order that the source calls so. Raises OrderNotFound."""
    found = await external_ids.find(desk.pool, caller.tenant_id, ORDER, source, their_id)
    if found is None:
        raise OrderNotFound(their_id)
    return found


async def place(desk: Desk, caller: Caller, wish: OrderWish) -> NewOrder:
    """Enter a new order of the type whose code the wish names. Raises BadInput with every fault."""
    return await looking_again(lambda: _place_with_names(desk, caller, wish))


async def amend(desk: Desk, caller: Caller, order_id: int, change: Change) -> Order:
    """Make the change to the order; its head then. Raises OrderNotFound, or BadInput with every fault."""
    return await freely_then_locked(desk, lambda db, lock: _amend(desk, db, caller, order_id, change, lock=lock))


async def delete(desk: Desk, caller: Caller, order_id: int, agree: Callable[[int], None]) -> None:
    """Delete the order from every face, unless `agree` raises when it is given the version.

    Raises OrderNotFound, or InUse while a receipt for it is open.
    """
    async with desk.pool.transaction() as db:
        agree(await order_store.lock(db, caller.tenant_id, order_id))
        await orders.remove_locked(desk, db, caller, [order_id])


async def _place_with_names(desk: Desk, caller: Caller, wish: OrderWish) -> NewOrder:
    if not wish.external_ids:
        return await _place(desk, desk.pool, caller, wish)
    async with desk.pool.transaction() as db:
        new = await _place(desk, db, caller, wish)
        await external_ids.enter_all(db, caller.tenant_id, ORDER, [(new.order.id, wish.external_ids)])
        return new


async def _place(desk: Desk, db: Db, caller: Caller, wish: OrderWish) -> NewOrder:
    there = await known.find(db, caller.tenant_id, wishes.named(wish))
    taken = await external_ids.taken(db, caller.tenant_id, ORDER, wishes.names(wish))
    wish = wishes.without_names_of_others(wish, taken)
    rates = await line_costs.rates_for([wish.cost], db, caller)
    for attempt in range(TRIES):
        order_type = await active_type(desk, db, caller, wish, there, rates, look_again=attempt > 0)
        placed = placing(desk, caller, wish, order_type, there, rates)
        event = Event("OrderPlaced", "order", placed.amended.order.version, placed.told())
        entered = await writing.insert(
            db,
            caller.tenant_id,
            placed.amended.order,
            placed.amended.lines,
            placed.followed.costs,
            event,
            caller.author,
            claims=False,
        )
        if entered is not None:
            return placed.entered(entered)
    raise Busy("the type of the order changes all the time")


async def active_type(
    desk: Desk, db: Db, caller: Caller, wish: OrderWish, there: Known, rates: Rates, *, look_again: bool = False
) -> OrderType:
    """The type that the wish for a new order names. Raises BadInput with every fault if there is none."""
    found = await _type_named(desk, db, caller, wish, look_again=look_again)
    if isinstance(found, OrderType):
        return found
    # What is wrong besides is told as of a purchase: it may have everything but custom fields.
    placing(desk, caller, wishes.with_faults(wish, [found], without_data=True), _ANY_TYPE, there, rates)
    raise BadInput(found)


_ANY_TYPE: Final = OrderType(code="", name="", kind=PURCHASE)


async def _type_named(desk: Desk, db: Db, caller: Caller, wish: OrderWish, *, look_again: bool) -> OrderType | Fault:
    """The type that the wish names, or what is wrong with its name."""
    code = wish.head.type_code
    if code is UNSET:
        return Fault("type", "blank")
    find = desk.types.look_again if look_again else desk.types.active
    try:
        return await find(db, caller.tenant_id, code)
    except OrderTypeNotFound:
        return Fault("type", "unknown", value=code)


class Placing(NamedTuple):
    """A new order as it will be entered, its costs, and what others shall call it."""

    amended: Amended
    followed: Followed
    names: Mapping[str, str | None]

    def told(self, **more: Any) -> str:
        """What history tells of it."""
        named = book_names.differences({}, self.names)
        return purchases.told(self.amended, self.followed, {**more, "external_ids": named} if named else more)

    def called(self) -> dict[str, str]:
        """What others call it."""
        return {source: name for source, name in self.names.items() if name is not None}

    def entered(self, got: Entered) -> NewOrder:
        """The order with what the store assigned to it."""
        order = replace(self.amended.order, id=got.id, code=got.code, data=got.data)
        lines = [
            replace(each.line, id=line_id, order_id=got.id)
            for each, line_id in zip(self.amended.lines, got.line_ids, strict=True)
        ]
        return NewOrder(order, got.uuid, self.followed.costs.columns, self.called(), lines)


def placing(desk: Desk, caller: Caller, wish: OrderWish, order_type: OrderType, there: Known, rates: Rates) -> Placing:
    """The new order that the wish makes. Raises BadInput with every fault."""
    wish, found, references = wishes.resolved(wish, there)
    faults = book_names.faults({}, wish.external_ids)
    placed, followed = None, Followed()
    with collecting(faults):
        placed = book.place(wish, order_type, found, references, at=desk.next_moment(), author=caller.author)
    with collecting(faults):
        if order_type.kind == PURCHASE:
            lines = [each.line for each in placed.lines] if placed else []
            followed = line_costs.of_new(lines, job_rate=_job_rate(references), wish=wish.cost, rates=rates)
        else:
            line_costs.refuse_costs(wish.cost)
    if faults or placed is None:
        raise BadInput(*faults)
    return Placing(placed, followed, wish.external_ids)


def _job_rate(references: References) -> Decimal:
    """Units of the job's currency per unit of the base one; 1 if there is no job."""
    return ONE if references.case is None else references.case.job_rate


async def _amend(desk: Desk, db: Db, caller: Caller, order_id: int, change: Change, *, lock: bool) -> Order:
    tenant_id = caller.tenant_id
    standing = await desk.types.reading(
        db,
        tenant_id,
        lambda types: purchase_store.to_change(db, types, tenant_id, order_id, lock=lock, any_kind=True),
    )
    asked = change(standing)
    if asked.external_ids and not lock:
        raise NeedsLock  # it writes more than the order and its lines
    there = await known.find(db, tenant_id, wishes.named(asked))
    asked, names = await _naming(db, caller, order_id, asked)
    order_type = standing.order.type
    if asked.head.type_code not in (UNSET, order_type.code):
        named = await _type_named(desk, db, caller, asked, look_again=True)
        if isinstance(named, Fault):
            asked = wishes.with_faults(asked, [named], without_data=True)
        else:
            order_type = named
    amended, followed = await _amending(desk, db, caller, standing, wishes.resolved(asked, there, standing), order_type)
    await external_ids.put(db, tenant_id, ORDER, order_id, {source: name for source, (_, name) in names.items()})
    await purchases.save(db, caller, amended, followed, {"external_ids": names} if names else {})
    return amended.order


async def _naming(
    db: Db, caller: Caller, order_id: int, wish: OrderWish
) -> tuple[OrderWish, dict[str, list[str | None]]]:
    """The wish with every fault of what others shall call the order, and [from, to] of each name that differs."""
    if not wish.external_ids:
        return wish, {}
    before = await external_ids.of(db, caller.tenant_id, ORDER, order_id)
    taken = await external_ids.taken(db, caller.tenant_id, ORDER, wishes.names(wish), but=order_id)
    faults = book_names.faults(before, wish.external_ids)
    named = wishes.with_faults(wishes.without_names_of_others(wish, taken), faults)
    return named, book_names.differences(before, wish.external_ids)


async def _amending(
    desk: Desk, db: Db, caller: Caller, standing: Standing, resolved: Resolved, order_type: OrderType
) -> tuple[Amended, Followed]:
    """The order and its costs after the change. Raises BadInput with every fault."""
    wish, found, references = resolved
    faults: list[Fault] = []
    amended, followed = None, Followed()
    with collecting(faults):
        amended = book.amend(
            standing, wish, found, references, order_type=order_type, at=desk.next_moment(), author=caller.author
        )
    with collecting(faults):
        lines = standing.lines if amended is None else [each.line for each in amended.lines]
        job_rate = None if wish.head.case_id is UNSET else _job_rate(references)
        followed = await line_costs.follow(db, caller, lines, standing, wish.cost, job_rate=job_rate)
        if wish.costs_nothing:
            await line_costs.refuse_to_forget(db, caller, standing)
    if faults or amended is None:
        raise BadInput(*faults)
    return amended, followed
