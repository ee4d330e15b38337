"""What somebody wants a purchase to cost: which of it is new, what is wrong with it, and what it is given for."""

from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from orderloom.book.cost_groups import CostGroup, Given
from orderloom.book.errors import Fault
from orderloom.book.money import is_small, money, rounded_rate


class CostWish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants a purchase to cost; a field left UNSET is not spoken of. Amounts may have any number of
    digits: they are rounded first."""

    currency: str | UnsetType = UNSET
    rate: Decimal | UnsetType = UNSET
    cost: Decimal | UnsetType = UNSET
    currency_cost: Decimal | UnsetType = UNSET
    markup: Decimal | UnsetType = UNSET
    charge: Decimal | UnsetType = UNSET
    job_charge: Decimal | UnsetType = UNSET
    invest: bool | UnsetType = UNSET
    investment: Decimal | UnsetType = UNSET
    investment_markup: Decimal | UnsetType = UNSET
    estimate_cost: Decimal | UnsetType = UNSET
    estimate_currency_cost: Decimal | UnsetType = UNSET
    estimate_markup: Decimal | UnsetType = UNSET
    estimate_charge: Decimal | UnsetType = UNSET
    estimate_job_charge: Decimal | UnsetType = UNSET
    original_cost: Decimal | UnsetType = UNSET
    original_currency_cost: Decimal | UnsetType = UNSET


UNPRICED: Final = CostWish()
# Which place in its group a field is given for, the stronger one of several for one place first.
ACTUAL: Final = {slot: slot for slot in CostGroup.__struct_fields__}
# Nothing is charged: what is given for the charge is the investment.
INVESTED: Final = {
    "cost": "cost",
    "currency_cost": "currency_cost",
    "markup": "markup",
    "investment_markup": "markup",
    "investment": "charge",
    "charge": "charge",
    "job_charge": "job_charge",
}
ESTIMATE: Final = {f"estimate_{slot}": slot for slot in CostGroup.__struct_fields__}
ORIGINAL: Final = {"original_cost": "cost", "original_currency_cost": "currency_cost"}


def given_by(wish: CostWish) -> dict[str, Any]:
    """What the wish speaks of."""
    return {field: value for field in CostWish.__struct_fields__ if (value := getattr(wish, field)) is not UNSET}


def differing(given: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """What was given and is not as it was shown; numbers are rounded, save those that cannot be entered anyway."""
    new = {}
    for field, value in given.items():
        rounded = value
        if isinstance(value, Decimal):
            if not value.is_finite():
                new[field] = value
                continue
            rounded = rounded_rate(value) if field == "rate" else money(value)
        if shown[field] not in (value, rounded):
            new[field] = rounded
    return new


def number_fault(value: Decimal) -> str | None:
    """Why the number cannot be entered, None if it can."""
    if not value.is_finite():
        return "invalid"
    return None if is_small(value) else "too_large"


def faults_of(amounts: Mapping[str, Decimal], *, invested: bool) -> list[Fault]:
    """What is wrong with the amounts. Source: contracts/synergist.md 3, Encoding, and the end of 7.6."""
    faults = []
    for field, value in amounts.items():
        if reason := number_fault(value):
            faults.append(Fault(field, reason))
        elif value and not invested and field in ("investment", "investment_markup"):
            faults.append(Fault(field, "illegal"))
    return faults


def given_for(fields: Mapping[str, str], new: Mapping[str, Decimal], echoed: Set[str]) -> Given:
    """What was given for the group of these fields, by the places in it."""
    amounts: dict[str, Decimal] = {}
    for field, slot in fields.items():
        if field in new:
            amounts.setdefault(slot, new[field])
    return Given(amounts, {slot for field, slot in fields.items() if field in echoed})


def lost_to_others(group: CostGroup, fields: Mapping[str, str], new: Mapping[str, Decimal]) -> tuple[str, ...]:
    """The fields that did not come out as given. Source: contracts/synergist.md 7.5 rule 5."""
    return tuple(field for field, slot in fields.items() if field in new and getattr(group, slot) != new[field])
