"""The cost model of purchases: three groups of amounts, two currencies, non-chargeable ones. Exact decimals throughout.

What follows from what within a group is in `cost_groups`, how a wish is read in `cost_wishes`.
Source: contracts/synergist.md section 7.
"""

from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from orderloom.book.cost_groups import (
    CostGroup,
    Rates,
    converted,
    enter,
    enter_cost,
    follow_markup,
    in_base,
)
from orderloom.book.cost_wishes import (
    ACTUAL,
    ESTIMATE,
    INVESTED,
    ORIGINAL,
    UNPRICED,
    CostWish,
    differing,
    faults_of,
    given_by,
    given_for,
    lost_to_others,
    number_fault,
)
from orderloom.book.errors import BadInput, Fault
from orderloom.book.money import ONE, ZERO, is_small, money, rounded_rate

__all__ = [
    "UNPRICED",
    "Amended",
    "CostGroup",
    "CostWish",
    "Costing",
    "amend",
    "changes",
    "estimated",
    "from_lines",
    "promote",
    "record",
    "values",
]


class Costing(msgspec.Struct, frozen=True, gc=False):
    """The amounts of a purchase. `rate` is units of `currency` (empty: the base currency) per unit of the base one.

    `source` says where the actual cost comes from: `lines` until somebody enters it, `entered` from then on.
    `over_limit`: the lines came to more than an amount may be, so that the cost stayed as it was. While `invest` is
    set nothing is charged: `investment` and `investment_markup` are what would have been.
    """

    is_estimate: bool = False
    source: str = "lines"
    over_limit: bool = False
    currency: str = ""
    rate: Decimal = ONE
    actual: CostGroup = CostGroup()
    invest: bool = False
    investment: Decimal = ZERO
    investment_markup: Decimal = ZERO
    estimate: CostGroup = CostGroup()
    original_cost: Decimal = ZERO
    original_currency_cost: Decimal = ZERO


class Amended(NamedTuple):
    """A costing after a change, and the names of those fields of the wish that lost to another one that was given."""

    costing: Costing
    lost: tuple[str, ...] = ()


def values(costing: Costing) -> dict[str, Any]:
    """What can be wished for, by the names that it has in a wish."""
    actual, estimate = costing.actual, costing.estimate
    return {
        "currency": costing.currency,
        "rate": costing.rate,
        "cost": actual.cost,
        "currency_cost": actual.currency_cost,
        "markup": actual.markup,
        "charge": actual.charge,
        "job_charge": actual.job_charge,
        "invest": costing.invest,
        "investment": costing.investment,
        "investment_markup": costing.investment_markup,
        "estimate_cost": estimate.cost,
        "estimate_currency_cost": estimate.currency_cost,
        "estimate_markup": estimate.markup,
        "estimate_charge": estimate.charge,
        "estimate_job_charge": estimate.job_charge,
        "original_cost": costing.original_cost,
        "original_currency_cost": costing.original_currency_cost,
    }


def record(costing: Costing) -> dict[str, Any]:
    """The costing whole, as one flat record."""
    state = {"is_estimate": costing.is_estimate, "source": costing.source, "over_limit": costing.over_limit}
    return {**state, **values(costing)}


def changes(before: Costing, after: Costing) -> dict[str, list[Any]]:
    """[from, to] of each field that differs, by its name in the flat record."""
    if before is after:
        return {}
    new = record(after)
    return {field: [value, new[field]] for field, value in record(before).items() if value != new[field]}


def estimated(wish: CostWish, *, default_markup: Decimal, table_rate: Decimal | None, job_rate: Decimal) -> Amended:
    """The costing of a new estimate. Raises BadInput with every fault.

    Source: contracts/synergist.md 8, create. Only the currency, the rate and the amounts of the estimate are looked at;
    the default markup counts where neither a markup nor a charge is given.
    """
    given = {field: value for field, value in given_by(wish).items() if field in _OF_ESTIMATES}
    markup = money(default_markup) if _PRICES.isdisjoint(given) else ZERO
    blank = Costing(is_estimate=True, estimate=CostGroup(markup=markup))
    # Nobody was shown a rate: one that is given is meant, even if it is 1.
    shown = {**values(blank), "rate": None}
    costing, lost = _fulfilled(blank, given, shown, table_rate, job_rate)
    _refuse_excess(Costing(), costing)
    return Amended(replace(costing, actual=CostGroup(markup=costing.estimate.markup)), lost)


_OF_ESTIMATES: Final = {"currency", "rate", *ESTIMATE}
_PRICES: Final = {"estimate_markup", "estimate_charge", "estimate_job_charge"}


def amend(costing: Costing, wish: CostWish, *, table_rate: Decimal | None, job_rate: Decimal) -> Amended:
    """The costing with the wish fulfilled; `table_rate` is that of the wished currency, None if the book has no such.

    A value that is as the costing shows it, before the change or once currency, rate and investment have changed, asks
    for nothing and is not looked at any further. Raises BadInput with every fault.
    """
    amended = _fulfilled(costing, given_by(wish), values(costing), table_rate, job_rate)
    _refuse_excess(costing, amended.costing)
    return amended


def priced(costing: Costing, wish: CostWish, *, table_rate: Decimal | None, job_rate: Decimal) -> Amended:
    """The same for a new purchase, whose costing nobody was shown before.

    A value asks for nothing only if the lines, or what is given of currency, rate and investment, have made it so.
    """
    given = given_by(wish)
    amended = _fulfilled(costing, given, dict.fromkeys(given), table_rate, job_rate)
    _refuse_excess(costing, amended.costing)
    return amended


def promote(costing: Costing) -> Costing:
    """The estimate made real. Source: contracts/synergist.md 8, promote."""
    estimate = costing.estimate
    real = replace(
        costing,
        is_estimate=False,
        source="entered",
        over_limit=False,
        original_cost=estimate.cost,
        original_currency_cost=estimate.currency_cost,
    )
    return _with_actual(real, estimate)


def from_lines(costing: Costing, total: Decimal, *, job_rate: Decimal) -> Costing:
    """The costing after the lines came to this sum (any number of digits) in the base currency.

    The sum is entered as the cost until somebody enters another. One that is too large, or makes something else so,
    leaves the amounts as they are.
    """
    if costing.is_estimate or costing.source != "lines":
        return costing
    new = differing({"cost": total}, {"cost": costing.actual.cost})
    entered = replace(_enter_actual(costing, new, set(), job_rate).costing, source="lines")
    fits = not _excess(costing, entered)
    return replace(entered if fits else costing, over_limit=not fits)


def _fulfilled(
    costing: Costing,
    given: Mapping[str, Any],
    shown: Mapping[str, Any],
    table_rate: Decimal | None,
    job_rate: Decimal,
) -> Amended:
    """The costing with what was given, results of any size, and what was lost. Raises BadInput.

    Source: contracts/synergist.md 7.4: currency and rate come first; 7.6: then the investment, then the amounts.
    """
    new = differing(given, shown)
    if not new:
        return Amended(costing)
    faults: list[Fault] = []
    base = _in_currency(costing, new, table_rate, job_rate, faults)
    base = _switched(base, new.get("invest", base.invest), job_rate)
    amounts = differing({field: value for field, value in new.items() if field not in _SWITCHES}, values(base))
    faults += faults_of(amounts, invested=base.invest)
    if faults:
        raise BadInput(*faults)
    return _entered(base, amounts, given.keys() - amounts.keys(), job_rate)


_SWITCHES: Final = {"currency", "rate", "invest"}


def _refuse_excess(before: Costing, after: Costing) -> None:
    """Raises BadInput if the change made an amount too large."""
    if faults := _excess(before, after):
        raise BadInput(*faults)


def _excess(before: Costing, after: Costing) -> list[Fault]:
    told = changes(before, after).items()
    return [Fault(field, "too_large") for field, (_, new) in told if isinstance(new, Decimal) and not is_small(new)]


def _in_currency(
    costing: Costing, new: Mapping[str, Any], table_rate: Decimal | None, job_rate: Decimal, faults: list[Fault]
) -> Costing:
    """The costing in the currency and at the rate that were given. Source: contracts/synergist.md 7.4, Currency."""
    if "currency" not in new and "rate" not in new:
        return costing
    currency = new.get("currency", costing.currency)
    rate = new.get("rate", rounded_rate(table_rate) if currency and table_rate is not None else ONE)
    found = []
    if "currency" in new and currency and table_rate is None:
        found.append(Fault("currency", "unknown", value=currency))
    if reason := _rate_fault(rate, currency):
        found.append(Fault("rate", reason))
    if found:
        faults += found
        return costing
    return _exchanged(costing, currency, rate) if "currency" in new else _revalued(costing, rate, job_rate)


def _rate_fault(rate: Decimal, currency: str) -> str | None:
    if reason := number_fault(rate):
        return reason
    if rate <= 0:
        return "invalid"
    return "illegal" if not currency and rate != 1 else None


def _exchanged(costing: Costing, currency: str, rate: Decimal) -> Costing:
    """The costing in another currency: what is in the base one stays, and so does every charge.

    Source: contracts/synergist.md 7.4, Currency.
    """
    return replace(
        costing,
        currency=currency,
        rate=rate,
        actual=replace(costing.actual, currency_cost=converted(costing.actual.cost, rate)),
        estimate=replace(costing.estimate, currency_cost=converted(costing.estimate.cost, rate)),
        original_currency_cost=converted(costing.original_cost, rate),
    )


def _revalued(costing: Costing, rate: Decimal, job_rate: Decimal) -> Costing:
    """The costing at another rate of its currency: the supplier's prices stay, and so does every markup.

    Source: contracts/synergist.md 7.4, Currency.
    """

    def revalued(group: CostGroup) -> CostGroup:
        costed = replace(group, cost=in_base(group.currency_cost, rate))
        return follow_markup(costed, Rates(rate, job_rate))

    base = replace(
        costing,
        rate=rate,
        estimate=revalued(costing.estimate),
        original_cost=in_base(costing.original_currency_cost, rate),
    )
    return _with_actual(base, revalued(costing.actual))


def _switched(costing: Costing, on: bool, job_rate: Decimal) -> Costing:
    """The costing with its investment on or off. Source: contracts/synergist.md 7.6."""
    if on == costing.invest:
        return costing
    group = _actual(costing, job_rate)
    return _with_actual(replace(costing, invest=on, investment=ZERO, investment_markup=ZERO), group)


def _actual(costing: Costing, job_rate: Decimal) -> CostGroup:
    """The actual group as it would be if all were charged. Source: contracts/synergist.md 7.6."""
    if not costing.invest:
        return costing.actual
    would_be = costing.investment
    return replace(costing.actual, charge=would_be, job_charge=converted(would_be, job_rate))


def _with_actual(costing: Costing, group: CostGroup) -> Costing:
    """The costing with this actual group, of which nothing is charged while it is an investment.

    Source: contracts/synergist.md 7.6.
    """
    if not costing.invest:
        return replace(costing, actual=group)
    free = replace(group, charge=ZERO, job_charge=ZERO)
    return replace(costing, actual=free, investment=group.charge, investment_markup=group.markup)


def _entered(costing: Costing, new: Mapping[str, Decimal], echoed: Set[str], job_rate: Decimal) -> Amended:
    """The costing with new amounts in those groups that they name. Source: contracts/synergist.md 7.1."""
    costing, actual = _enter_actual(costing, new, echoed, job_rate)
    costing, estimate = _enter_estimate(costing, new, echoed, job_rate)
    costing, original = _enter_original(costing, new, echoed, job_rate)
    return Amended(costing, (*actual, *estimate, *original))


def _enter_actual(costing: Costing, new: Mapping[str, Decimal], echoed: Set[str], job_rate: Decimal) -> Amended:
    """The costing with new amounts in its actual group, if one is for it. Source: contracts/synergist.md 7.5, 7.6."""
    fields = INVESTED if costing.invest else ACTUAL
    if fields.keys().isdisjoint(new):
        return Amended(costing)
    # That nothing is charged says nothing of the investment.
    said = echoed - _CHARGED if costing.invest else echoed
    group = enter(_actual(costing, job_rate), given_for(fields, new, said), Rates(costing.rate, job_rate))
    costing = replace(_with_actual(costing, group), source="entered", over_limit=False)
    return Amended(costing, lost_to_others(group, fields, new))


_CHARGED: Final = {"charge", "job_charge"}


def _enter_estimate(costing: Costing, new: Mapping[str, Decimal], echoed: Set[str], job_rate: Decimal) -> Amended:
    """The costing with new amounts in its estimate, if one is for it. Source: contracts/synergist.md 7.5."""
    if ESTIMATE.keys().isdisjoint(new):
        return Amended(costing)
    group = enter(costing.estimate, given_for(ESTIMATE, new, echoed), Rates(costing.rate, job_rate))
    return Amended(replace(costing, estimate=group), lost_to_others(group, ESTIMATE, new))


def _enter_original(costing: Costing, new: Mapping[str, Decimal], echoed: Set[str], job_rate: Decimal) -> Amended:
    """The costing with a new original cost, if one is given. Source: contracts/synergist.md 7.4, last row."""
    if ORIGINAL.keys().isdisjoint(new):
        return Amended(costing)
    group = enter_cost(CostGroup(), given_for(ORIGINAL, new, echoed), Rates(costing.rate, job_rate))
    costing = replace(costing, original_cost=group.cost, original_currency_cost=group.currency_cost)
    return Amended(costing, lost_to_others(group, ORIGINAL, new))
