"""The cost of a purchase follows its lines until somebody enters one."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from msgspec import UNSET

from orderloom.book import costing as book
from orderloom.book import lines
from orderloom.book.costing import UNPRICED, Costing, CostWish
from orderloom.book.errors import BadInput, Fault, StaleOrder
from orderloom.book.lines import Line
from orderloom.book.money import ONE, ZERO
from orderloom.book.purchases import Standing
from orderloom.desk.caller import Caller
from orderloom.store import costing as store
from orderloom.store import currencies
from orderloom.store.costing import BehindLines, Costs
from orderloom.store.pool import Db


class Followed(NamedTuple):
    """What to write of the costs, and what history tells of them: nothing if they stay."""

    costs: Costs = Costs()
    told: Mapping[str, Any] = {}


Rates = Mapping[str, Decimal]
"""What each currency that the book has is worth."""
NO_RATES: Final[Rates] = {}


def of_new(
    entered: Iterable[Line], *, job_rate: Decimal = ONE, wish: CostWish = UNPRICED, rates: Rates = NO_RATES
) -> Followed:
    """The costs of a new purchase with these lines; one that is charged to no job has the rate 1.

    Raises BadInput with the faults of the wish.
    """
    # No version: the purchase gets its first one with its costs.
    behind = BehindLines(0, True, job_rate, ZERO, Costing())
    costing = book.from_lines(behind.costing, lines.total(entered), job_rate=job_rate)
    if wish != UNPRICED:
        costing = book.priced(costing, wish, table_rate=_table_rate(wish, rates), job_rate=job_rate).costing
    return _followed(behind, costing)


def after(behind: BehindLines, changed: Iterable[Line]) -> Followed:
    """What becomes of the costs when the order has these lines besides those that `behind` counts."""
    if not behind.is_purchase:
        return Followed(Costs(behind.version))
    return _after(behind, lines.total(changed, besides=behind.total), UNPRICED, NO_RATES)


async def follow(
    db: Db,
    caller: Caller,
    after: Iterable[Line],
    before: Standing,
    wish: CostWish = UNPRICED,
    *,
    job_rate: Decimal | None = None,
) -> Followed:
    """What becomes of the costs if these lines come to another sum, and then if the wish comes true.

    `job_rate` is that of the job that the order is charged to from now on, None if it stays.
    Raises StaleOrder if the order moved, or BadInput with the faults of the wish.
    """
    total = lines.total(after)
    moves = total != lines.total(before.lines)
    if not moves and wish == UNPRICED:
        return Followed()
    behind = await store.behind_lines(db, caller.tenant_id, before.order.id)
    if behind.version != before.order.version:
        raise StaleOrder(before.order.id, behind.version)
    if not behind.is_purchase:
        refuse_costs(wish)
        return Followed(Costs(behind.version))
    if job_rate is not None:
        behind = behind._replace(job_rate=job_rate)
    return _after(behind, total if moves else None, wish, await rates_for([wish], db, caller))


async def refuse_to_forget(db: Db, caller: Caller, order: Standing) -> None:
    """Raises BadInput if the order costs something: that is changed, and never taken away."""
    behind = await store.behind_lines(db, caller.tenant_id, order.order.id)
    if behind.is_purchase and behind.costing != Costing():
        raise BadInput(Fault("costing", "illegal"))


async def rates_for(wishes: Iterable[CostWish], db: Db, caller: Caller) -> Rates:
    """The rates that the wishes need: those of all currencies if one of them names a currency."""
    named = any(wish.currency is not UNSET for wish in wishes)
    return await currencies.all_rates(db, caller.tenant_id) if named else NO_RATES


def refuse_costs(wish: CostWish) -> None:
    """Raises BadInput if the wish speaks of costs, for an order that can have none."""
    if wish != UNPRICED:
        raise BadInput(Fault("costing", "unexpected"))


def _after(behind: BehindLines, total: Decimal | None, wish: CostWish, rates: Rates) -> Followed:
    """What becomes of the costs of a purchase whose lines come to another sum, if they do, and of which this is
    wished. Raises BadInput."""
    costing, job_rate = behind.costing, behind.job_rate
    if total is not None:
        costing = book.from_lines(costing, total, job_rate=job_rate)
    if wish != UNPRICED:
        costing = book.amend(costing, wish, table_rate=_table_rate(wish, rates), job_rate=job_rate).costing
    return _followed(behind, costing)


def _table_rate(wish: CostWish, rates: Rates) -> Decimal | None:
    return None if wish.currency is UNSET else rates.get(wish.currency)


def _followed(behind: BehindLines, costing: Costing) -> Followed:
    differing = book.changes(behind.costing, costing)
    told = {"costing": differing} if differing else {}
    return Followed(Costs(behind.version, store.changed(costing, differing)), told)
