"""A group of amounts that belong together, and what follows from those of them that are given. Exact decimals.

Source: contracts/synergist.md 7.1 to 7.5.
"""

from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from orderloom.book.money import EXACT, ZERO, money

HUNDRED: Final = Decimal(100)


class CostGroup(msgspec.Struct, frozen=True, gc=False):
    """What a purchase costs and what is charged for it, as it is or as it was estimated.

    `cost` and `charge` are in the base currency, `currency_cost` in the purchase's, `job_charge` in the job's; `markup`
    is in percent.
    """

    cost: Decimal = ZERO
    currency_cost: Decimal = ZERO
    markup: Decimal = ZERO
    charge: Decimal = ZERO
    job_charge: Decimal = ZERO


class Given(NamedTuple):
    """What was given for a group: new amounts by their places in it, and the places given as they already are."""

    new: Mapping[str, Decimal]
    echoed: Set[str]

    def has(self, *slots: str) -> bool:
        """True if a new amount or the old one was given for one of the places."""
        return any(slot in self.new or slot in self.echoed for slot in slots)


class Rates(NamedTuple):
    """Units of the purchase's and of the job's currency per unit of the base one."""

    purchase: Decimal
    job: Decimal


def converted(amount: Decimal, rate: Decimal) -> Decimal:
    """The amount in the currency that has this rate. Source: contracts/synergist.md 7.2, C′ and H′."""
    return money(EXACT.multiply(amount, rate))


def in_base(amount: Decimal, rate: Decimal) -> Decimal:
    """The amount of such a currency in the base one. Source: contracts/synergist.md 7.2, C and H."""
    return money(EXACT.divide(amount, rate))


def charge_over(cost: Decimal, markup: Decimal) -> Decimal:
    """What is charged for the cost with this markup. Source: contracts/synergist.md 7.2, H."""
    return money(EXACT.divide(EXACT.multiply(cost, EXACT.add(HUNDRED, markup)), HUNDRED))


def percent_over(cost: Decimal, charge: Decimal) -> Decimal:
    """The markup that makes the charge of a cost that is not zero. Source: contracts/synergist.md 7.2, M."""
    return money(EXACT.divide(EXACT.multiply(EXACT.subtract(charge, cost), HUNDRED), cost))


def enter(group: CostGroup, given: Given, rates: Rates) -> CostGroup:
    """The group after it was given something new. What was given and not recalculated stands as it was given.

    Source: contracts/synergist.md 7.4 and 7.5. Where both a markup and a charge are given that do not agree, the one
    that only came back as it was has to go, else the markup.
    """
    costed = enter_cost(group, given, rates)
    marked = replace(costed, markup=given.new.get("markup", group.markup))
    if not given.has("charge", "job_charge"):
        return follow_markup(marked, rates)
    charged = _enter_charge(costed, given, rates)
    whole = replace(charged, markup=marked.markup)
    if given.has("markup") and _agrees(whole):
        return whole
    if "charge" in given.new or "job_charge" in given.new or not given.has("markup"):
        return _follow_charge(charged)
    return follow_markup(marked, rates)


def enter_cost(group: CostGroup, given: Given, rates: Rates) -> CostGroup:
    """The group with the cost that was given, else the one that it has, in both currencies.

    Source: contracts/synergist.md 7.4, and 7.5 rule 2: the base form beats the other one, unless only that is new.
    The purchase's own price is derived anew, save where it was given.
    """
    if (cost := given.new.get("cost")) is not None:
        return replace(group, cost=cost, currency_cost=converted(cost, rates.purchase))
    if (price := given.new.get("currency_cost")) is not None:
        return replace(group, cost=in_base(price, rates.purchase), currency_cost=price)
    if "currency_cost" in given.echoed and "cost" not in given.echoed:
        return group
    return replace(group, currency_cost=converted(group.cost, rates.purchase))


def _enter_charge(group: CostGroup, given: Given, rates: Rates) -> CostGroup:
    """The group with the charge that was given, else the one that it has, in both currencies; see `enter_cost`."""
    if (charge := given.new.get("charge")) is not None:
        return replace(group, charge=charge, job_charge=converted(charge, rates.job))
    if (charge := given.new.get("job_charge")) is not None:
        return replace(group, charge=in_base(charge, rates.job), job_charge=charge)
    if "job_charge" in given.echoed and "charge" not in given.echoed:
        return group
    return replace(group, job_charge=converted(group.charge, rates.job))


def _agrees(group: CostGroup) -> bool:
    """True if the charge follows from the markup or the markup from the charge, once rounded.

    Source: contracts/synergist.md 7.5 rule 4.
    """
    if group.charge == charge_over(group.cost, group.markup):
        return True
    return bool(group.cost) and group.markup == percent_over(group.cost, group.charge)


def follow_markup(group: CostGroup, rates: Rates) -> CostGroup:
    """The group with the charge that its markup makes. Source: contracts/synergist.md 7.4, C and M."""
    charge = charge_over(group.cost, group.markup)
    return replace(group, charge=charge, job_charge=converted(charge, rates.job))


def _follow_charge(group: CostGroup) -> CostGroup:
    """The group with the markup that makes its charge. Source: contracts/synergist.md 7.4, H.

    On a zero cost the markup is kept: there is nothing to mark up.
    """
    return replace(group, markup=percent_over(group.cost, group.charge)) if group.cost else group
