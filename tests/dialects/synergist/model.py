"""A plain model of purchases and of what may happen to them, to compare the server with.

It knows the rules of contract section 8; the arithmetic of section 7 is asked of `orderloom.book.costing`, which has
tests of its own.
"""

import copy
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from orderloom.book.costing import Costing, CostWish, amend, estimated, promote, values
from orderloom.book.errors import BadInput

from .given import EST, NUMBERS

RATES = {"1/EUR": Decimal("1.21"), "1/USD": Decimal("1.3")}
JOB_RATES = {"1/00001076.001": Decimal(1), "1/00002001.001": Decimal("1.5")}
MARKUPS = {"1/AAMATT2": Decimal(30), "SUP-1": Decimal(0)}
# What a field is called in a wish; the twins are one.
WISHES = {
    "poCurrencyCode": "currency",
    "poCurrencyRate": "rate",
    "poCost": "cost",
    "poCurrencyCost": "currency_cost",
    "poMarkup": "markup",
    "poCharge": "charge",
    "poChargeout": "charge",
    "poCurrencyCharge": "job_charge",
    "poInvest": "invest",
    "poInvestment": "investment",
    "poInvestmentMarkup": "investment_markup",
    "poEstCost": "estimate_cost",
    "poCurrencyEstCost": "estimate_currency_cost",
    "poEstMarkUp": "estimate_markup",
    "poEstRecChgOut": "estimate_charge",
    "poCurrencyEstCharge": "estimate_job_charge",
    "poOriginalCost": "original_cost",
    "poCurrencyOrigCost": "original_currency_cost",
}
TEXTS = ("poDescription", "poOrderText", "poTheirRef", "poDateRequired")
ESTIMATES = (
    "poCurrencyCode",
    "poCurrencyRate",
    "poEstCost",
    "poCurrencyEstCost",
    "poEstMarkUp",
    "poEstRecChgOut",
    "poCurrencyEstCharge",
)
READ_ONLY = ("poPONumber", "poSupplierCode", "poJobandPhase", "poCompleted")


class Refused(Exception):
    """The call is refused, and nothing changes."""


@dataclass
class Purchase:
    """One purchase; the id, the uuid and the number are those that the server gave."""

    phase: str
    supplier: str
    costing: Costing
    texts: dict = field(default_factory=lambda: dict.fromkeys(TEXTS, ""))
    version: int = 1
    number: str = EST
    poInternal: int = 0
    poUuid: str = ""

    def shown(self):
        """What the model knows of the details."""
        own = values(self.costing)
        record = {name: own[wish] for name, wish in WISHES.items()} | self.texts
        return record | {
            "poRecordVersionNumber": self.version,
            "poPONumber": self.number,
            "poJobandPhase": self.phase,
            "poSupplierCode": self.supplier,
            "poCompleted": False,
            "poInternal": self.poInternal,
            "poUuid": self.poUuid,
        }


class Book:
    """The purchases of one run by their places, in the order of their creation; None is one that was deleted."""

    def __init__(self):
        self.purchases = []

    def whole(self, action, *arguments):
        """What the action gives; nothing of it happened if it is refused."""
        before = copy.deepcopy(self.purchases)
        try:
            return action(*arguments)
        except Refused:
            self.purchases = before
            raise

    def create(self, records):
        """The places of the new purchases, and the names of what was lost."""
        made = [self._created(record) for record in records]
        return [place for place, _ in made], {name for _, lost in made for name in lost}

    def update(self, records):
        """What each purchase is after its record, and the names of what was ignored."""
        rows, ignored = [], set()
        for place, record in records:
            purchase = self._at(place)
            ignored |= _change(purchase, record)
            purchase.version += 1
            rows.append(copy.deepcopy(purchase))
        return rows, ignored

    def promote(self, place):
        purchase = self._at(place)
        if not purchase.costing.is_estimate:
            raise Refused
        purchase.costing = promote(purchase.costing)
        purchase.version += 1
        return purchase

    def invest(self, place, on):
        purchase = self._at(place)
        switch = CostWish(invest=on)
        job_rate = JOB_RATES[purchase.phase]
        purchase.costing, _ = _asked(amend, purchase.costing, switch, table_rate=None, job_rate=job_rate)
        purchase.version += 1
        return purchase

    def delete(self, places):
        gone = []
        for place in places:
            gone.append(self._at(place))
            self.purchases[place] = None
        return gone

    def left(self):
        return [purchase for purchase in self.purchases if purchase is not None]

    def _at(self, place):
        if place >= len(self.purchases) or self.purchases[place] is None:
            raise Refused
        return self.purchases[place]

    def _created(self, record):
        phase, supplier = record.get("poJobandPhase"), record.get("poSupplierCode")
        if phase not in JOB_RATES or supplier not in MARKUPS or not record.get("poDescription", "").strip():
            raise Refused
        if record.get("poSupplytype") != "1/ENG":
            raise Refused
        given = {name: value for name, value in record.items() if name in WISHES}
        if not set(given) <= set(ESTIMATES):
            raise Refused
        wish = _wish(given)
        costing, lost = _asked(
            estimated,
            wish,
            default_markup=MARKUPS[supplier],
            table_rate=RATES.get(given.get("poCurrencyCode")),
            job_rate=JOB_RATES[phase],
        )
        purchase = Purchase(phase, supplier, costing)
        purchase.texts |= {name: record[name] for name in TEXTS if name in record}
        self.purchases.append(purchase)
        return len(self.purchases) - 1, _named(lost)


def _change(purchase, record):
    """Do to the purchase what a record says; the names of what was ignored."""
    given = {name: value for name, value in record.items() if name not in ("poInternal", "poUuid")}
    version = given.pop("poRecordVersionNumber", purchase.version)
    shown = purchase.shown()
    if not given or version != purchase.version or "poNonsense" in given:
        raise Refused
    if len({_read(name, given[name]) for name in ("poCharge", "poChargeout") if name in given}) == 2:
        raise Refused
    amounts = {name: value for name, value in given.items() if name in WISHES}
    table_rate = RATES.get(amounts.get("poCurrencyCode"))
    purchase.costing, lost = _asked(
        amend, purchase.costing, _wish(amounts), table_rate=table_rate, job_rate=JOB_RATES[purchase.phase]
    )
    purchase.texts |= {name: given[name] for name in TEXTS if name in given}
    return _named(lost) | {name for name in READ_ONLY if name in given and given[name] != shown[name]}


def _asked(rule, *arguments, **rates):
    try:
        return rule(*arguments, **rates)
    except BadInput:
        raise Refused from None


def _wish(given):
    return CostWish(**{WISHES[name]: _read(name, value) for name, value in given.items()})


def _read(name, value):
    if name not in NUMBERS:
        return value
    if isinstance(value, bool) or value is None:
        raise Refused
    try:
        return Decimal(str(value).strip())
    except InvalidOperation:
        raise Refused from None


def _named(lost):
    """The lost fields; of the twins the first, whichever was given."""
    return {next(name for name in WISHES if WISHES[name] == wish) for wish in lost}
