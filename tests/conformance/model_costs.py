"""What a purchase costs, in the words of the table of fields: the part of the cost model that generated writes use.

Source: contracts/synergist.md section 7, one amount given at a time; design, "Cost from lines".
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from tests.conformance.matrix.table import JOB_RATES, RATES, money

Values = dict[str, Any]
ZERO: Final = Decimal(0)
ACTUAL: Final = ("cost", "currency_cost", "markup", "charge", "job_charge")
ESTIMATE: Final = tuple(f"estimate_{name}" for name in ACTUAL)
MARKUPS: Final = {1: ZERO, 2: Decimal(30)}


def named(values: dict[str, Any]) -> Values:
    """The same by the names that the table has for amounts."""
    return {f"costing {name}": value for name, value in values.items()}


NO_COSTS: Final = named(
    dict.fromkeys((*ACTUAL, *ESTIMATE), ZERO)
    | {"currency": "", "rate": Decimal(1), "invest": False, "investment": ZERO, "investment_markup": ZERO}
    | {"original_cost": ZERO, "original_currency_cost": ZERO}
)


class Costs:
    """The amounts of one purchase, of which one is given at a time; `values` is changed in place."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self.job_rate = JOB_RATES.get(values["case"], Decimal(1))

    def __getitem__(self, name: str) -> Any:
        return self._values[f"costing {name}"]

    def __setitem__(self, name: str, value: Any) -> None:
        self._values[f"costing {name}"] = value

    def begin_estimate(self, given: Values) -> None:
        """A new estimate with these amounts; without a markup it has the supplier's."""
        self["estimate_markup"] = MARKUPS[self._values["supplier"]]
        for name in ("currency", "estimate_markup", "estimate_cost"):
            if f"costing {name}" in given:
                self.give(name, given[f"costing {name}"])
        self["markup"] = self["estimate_markup"]

    def give(self, name: str, value: Any) -> None:
        """Enter one amount, or the currency, and let what follows from it follow."""
        if name == "currency":
            self._exchange(value)
        elif name in ACTUAL:
            self._give(ACTUAL, name, money(value))
        else:
            self._give(ESTIMATE, name, money(value))

    def promote(self) -> None:
        """Make the estimate the actual group."""
        self["original_cost"], self["original_currency_cost"] = self["estimate_cost"], self["estimate_currency_cost"]
        for name, estimated in zip(ACTUAL, ESTIMATE, strict=True):
            self[name] = self[estimated]
        if self["invest"]:
            self["invest"] = False
            self.invest(True)

    def invest(self, on: bool) -> None:
        """Charge for it no more, or again."""
        if on == self["invest"]:
            return
        self["invest"] = on
        if on:
            self["investment"], self["investment_markup"] = self["charge"], self["markup"]
            self["charge"] = self["job_charge"] = ZERO
        else:
            self["charge"] = self["investment"]
            self["job_charge"] = money(self["charge"] * self.job_rate)
            self["investment"] = self["investment_markup"] = ZERO

    def _exchange(self, currency: str) -> None:
        self["currency"], self["rate"] = currency, RATES[currency]
        for name in ("cost", "estimate_cost", "original_cost"):
            twin = name.replace("cost", "currency_cost")
            self[twin] = money(self[name] * self["rate"])

    def _give(self, group: Iterable[str], name: str, value: Decimal) -> None:
        cost, currency_cost, markup, charge, job_charge = group
        self[name] = value
        self[currency_cost] = money(self[cost] * self["rate"])
        if name != charge:
            self[charge] = money(self[cost] * (1 + self[markup] / 100))
        elif self[cost]:
            self[markup] = money((value / self[cost] - 1) * 100)
        self[job_charge] = money(self[charge] * self.job_rate)
        if charge == "charge" and self["invest"]:
            self["investment"], self["investment_markup"] = self["charge"], self["markup"]
            self["charge"] = self["job_charge"] = ZERO
