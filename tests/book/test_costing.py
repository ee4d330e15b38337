"""The cost model: what follows from what, what is refused, and what was meant by a record that came back.

Source: contracts/synergist.md section 7.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Any

import pytest
from msgspec.structs import replace

from orderloom.book import costing as book
from orderloom.book.costing import Amended, CostGroup, Costing, CostWish, changes, promote, values
from orderloom.book.errors import BadInput, Fault

ONE = Decimal(1)
TABLE = {"1/EUR": Decimal("1.21"), "1/USD": Decimal("1.5")}


def group(amounts: str) -> CostGroup:
    """Cost, cost in the purchase's currency, markup, charge, and charge in the job's currency."""
    return CostGroup(*map(Decimal, amounts.split()))


def wish(**given: Any) -> CostWish:
    """A wish; numbers are written as text."""
    return CostWish(**{field: _read(field, value) for field, value in given.items()})


def _read(field: str, value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) and field != "currency" else value


def amend(costing: Costing, job_rate: str = "1", **given: Any) -> Amended:
    """The costing with the wish fulfilled, the currencies of the table known."""
    rate = TABLE.get(given.get("currency", ""))
    return book.amend(costing, wish(**given), table_rate=rate, job_rate=Decimal(job_rate))


def amended(costing: Costing, job_rate: str = "1", **given: Any) -> Costing:
    """The costing with a wish of which nothing was lost."""
    after, lost = amend(costing, job_rate, **given)
    assert lost == ()
    return after


def estimate(job_rate: str = "1", default_markup: str = "0", **given: Any) -> Amended:
    """A new estimate."""
    rate = TABLE.get(given.get("currency", ""))
    markup = Decimal(default_markup)
    return book.estimated(wish(**given), default_markup=markup, table_rate=rate, job_rate=Decimal(job_rate))


def invest(costing: Costing, on: bool, job_rate: str = "1") -> Costing:
    return book.amend(costing, CostWish(invest=on), table_rate=None, job_rate=Decimal(job_rate)).costing


def from_lines(costing: Costing, total: str, job_rate: str = "1") -> Costing:
    return book.from_lines(costing, Decimal(total), job_rate=Decimal(job_rate))


def refused(costing: Costing, **given: Any) -> Sequence[Fault]:
    """Everything that is told of a wish that is refused."""
    with pytest.raises(BadInput) as refusal:
        amend(costing, **given)
    return refusal.value.faults


def record(costing: Costing, **changed: Any) -> dict[str, Any]:
    """The whole record as a client sends it back with a few changes."""
    return {**values(costing), **{field: _read(field, value) for field, value in changed.items()}}


SEED = Costing(actual=group("150 0 30 195 195"), estimate=group("0 0 30 0 0"))
HUNDRED = Costing(actual=group("100 100 30 130 130"))
EUR = Costing(
    currency="1/EUR",
    rate=Decimal("1.21"),
    actual=group("100 121 30 130 130"),
    estimate=group("200 242 10 220 220"),
    original_cost=Decimal(50),
    original_currency_cost=Decimal("60.5"),
)
INVESTED = Costing(actual=group("100 100 30 0 0"), invest=True, investment=Decimal(130), investment_markup=Decimal(30))
NOTHING = Costing(actual=group("0 0 30 12 12"))


# Worked examples, 7.7


def test_an_estimated_cost_recalculates_the_estimate_and_nothing_else() -> None:
    after = amended(SEED, estimate_cost="33")

    assert after == replace(SEED, estimate=group("33 33 30 42.9 42.9"))


def test_an_estimate_in_euro_is_made_from_its_price_and_its_charge() -> None:
    made, lost = estimate(currency="1/EUR", rate="1.21", estimate_currency_cost="25", estimate_job_charge="50")

    assert (made.currency, made.rate, lost) == ("1/EUR", Decimal("1.21"), ())
    assert made.estimate == group("20.66 25 142.01 50 50")
    assert made.actual == group("0 0 142.01 0 0")


def test_an_estimate_of_a_cost_and_a_charge_has_their_markup() -> None:
    assert estimate(estimate_cost="25", estimate_charge="50")[0].estimate == group("25 25 100 50 50")


def test_an_estimate_of_a_cost_and_a_markup_has_their_charge() -> None:
    assert estimate(estimate_cost="25", estimate_markup="10")[0].estimate == group("25 25 10 27.5 27.5")


def test_an_estimate_made_real_is_its_actual_and_its_original_cost() -> None:
    made, _ = estimate("1.5", estimate_cost="200", estimate_markup="30")
    assert made.estimate == group("200 200 30 260 390")

    real = promote(made)

    assert real.actual == real.estimate == group("200 200 30 260 390")
    assert (real.original_cost, real.original_currency_cost) == (200, 200)
    assert (real.is_estimate, real.source) == (False, "entered")


def test_a_price_in_the_purchases_currency_is_divided_by_the_rate() -> None:
    start = Costing(currency="1/EUR", rate=Decimal("1.21"), actual=group("0 0 30 0 0"))

    assert amended(start, currency_cost="10").actual == group("8.26 10 30 10.74 10.74")


def test_a_charge_alone_makes_the_markup() -> None:
    start = Costing(actual=group("3 3 30 3.9 3.9"))

    assert amended(start, charge="10").actual == group("3 3 233.33 10 10")


def test_a_charge_on_no_cost_is_stored_and_the_markup_stays() -> None:
    assert amended(Costing(actual=group("0 0 30 0 0")), charge="12").actual == group("0 0 30 12 12")


# Rounding, 7.3


@pytest.mark.parametrize(
    "cost, markup, charge",
    [("1", "0.5", "1.01"), ("-1", "0.5", "-1.01"), ("3", "50.5", "4.52"), ("0.01", "50", "0.02"), ("1", "-100", "0")],
)
def test_halves_of_a_cent_go_away_from_zero(cost: str, markup: str, charge: str) -> None:
    assert amended(Costing(), cost=cost, markup=markup).actual.charge == Decimal(charge)


@pytest.mark.parametrize("given, kept", [("1.005", "1.01"), ("-1.005", "-1.01"), ("1.0049999999999999999999", "1")])
def test_amounts_are_rounded_before_they_are_used(given: str, kept: str) -> None:
    after = amended(Costing(actual=group("0 0 100 0 0")), cost=given).actual

    assert (after.cost, after.charge) == (Decimal(kept), 2 * Decimal(kept))


def test_a_markup_is_rounded_before_it_is_used() -> None:
    assert amended(Costing(actual=group("1000000 0 0 0 0")), markup="0.005").actual.charge == Decimal("1000100")


def test_a_rate_is_rounded_to_six_decimals_before_it_is_used() -> None:
    after = amended(Costing(actual=group("1000000 0 0 0 0")), currency="1/EUR", rate="1.2345675")

    assert (after.rate, after.actual.currency_cost) == (Decimal("1.234568"), Decimal("1234568"))


def test_a_rate_from_the_table_is_rounded_too() -> None:
    rate = Decimal("1.2345675")

    after = book.amend(HUNDRED, wish(currency="1/XXX"), table_rate=rate, job_rate=ONE).costing

    assert after.rate == Decimal("1.234568")


def test_a_charge_that_was_given_is_not_derived_from_its_own_markup() -> None:
    start = Costing(actual=group("98765.43 98765.43 0 98765.43 98765.43"))

    assert amended(start, charge="123456.78").actual == group("98765.43 98765.43 25 123456.78 123456.78")


def test_the_precision_of_the_thread_does_not_matter() -> None:
    with localcontext(prec=3):
        after = amended(Costing(actual=group("0 0 12.34 0 0")), "1.234567", cost="9876543.215")

    assert after.actual == group("9876543.22 9876543.22 12.34 11095308.65 13697901.91")


def test_no_zero_has_a_sign() -> None:
    after = amended(HUNDRED, cost="-0.001", markup="-0.00")

    assert not [name for name, value in values(after).items() if isinstance(value, Decimal) and value.is_signed()]


# One field given, 7.4


@pytest.mark.parametrize(
    "given, expected",
    [
        ({"cost": "200"}, "200 242 30 260 390"),
        ({"currency_cost": "10"}, "8.26 10 30 10.74 16.11"),
        ({"markup": "50"}, "100 121 50 150 225"),
        ({"charge": "150"}, "100 121 50 150 225"),
        ({"job_charge": "100"}, "100 121 -33.33 66.67 100"),
    ],
    ids=str,
)
@pytest.mark.parametrize("prefix", ["", "estimate_"])
def test_one_field_recalculates_what_follows_from_it(prefix: str, given: dict[str, str], expected: str) -> None:
    # The price in the purchase's currency is out of step: whatever is given brings it back.
    start = replace(EUR, actual=group("100 7 30 130 195"), estimate=group("100 7 30 130 195"))
    (name, value), place = *given.items(), "estimate" if prefix else "actual"

    after = amended(start, "1.5", **{f"{prefix}{name}": value})

    assert getattr(after, place) == group(expected)
    assert replace(after, source="lines", **{place: getattr(start, place)}) == start


@pytest.mark.parametrize(
    "given, cost, price",
    [({"original_cost": "10"}, "10", "12.1"), ({"original_currency_cost": "10"}, "8.26", "10")],
    ids=str,
)
def test_an_original_cost_recalculates_the_other_one(given: dict[str, str], cost: str, price: str) -> None:
    assert amended(EUR, **given) == replace(EUR, original_cost=Decimal(cost), original_currency_cost=Decimal(price))


def test_a_charge_alone_makes_the_markup_even_if_the_old_one_would_round_to_it() -> None:
    start = Costing(actual=group("0.01 0.01 30 0.02 0.02"))

    assert amended(start, charge="0.01").actual == group("0.01 0.01 0 0.01 0.01")


@pytest.mark.parametrize("given", [{"cost": "0"}, {"currency_cost": "0"}], ids=str)
def test_no_cost_makes_no_charge(given: dict[str, str]) -> None:
    assert amended(EUR, **given).actual == group("0 0 30 0 0")


def test_a_markup_on_no_cost_makes_no_charge() -> None:
    assert amended(NOTHING, markup="40").actual == group("0 0 40 0 0")


@pytest.mark.parametrize("given", [{"charge": "18"}, {"job_charge": "27"}], ids=str)
def test_a_charge_on_no_cost_keeps_the_markup_in_either_currency(given: dict[str, str]) -> None:
    assert amended(NOTHING, "1.5", **given).actual == group("0 0 30 18 27")


# Currency, 7.4


def test_another_currency_has_the_rate_of_the_table_and_recalculates_every_price() -> None:
    after = amended(EUR, currency="1/USD")

    assert (after.currency, after.rate) == ("1/USD", Decimal("1.5"))
    assert (after.actual, after.estimate) == (group("100 150 30 130 130"), group("200 300 10 220 220"))
    assert (after.original_cost, after.original_currency_cost) == (50, 75)
    assert after.source == "lines"


def test_another_currency_may_come_with_its_rate() -> None:
    after = amended(EUR, currency="1/USD", rate="2")

    assert (after.rate, after.actual) == (2, group("100 200 30 130 130"))


def test_another_currency_with_the_old_rate_has_that_of_the_table() -> None:
    assert amended(EUR, currency="1/USD", rate="1.21") == amended(EUR, currency="1/USD")


@pytest.mark.parametrize("given", [{}, {"rate": "1"}, {"rate": "1.21"}], ids=str)
def test_the_base_currency_has_the_rate_one(given: dict[str, str]) -> None:
    after = amended(EUR, currency="", **given)

    assert (after.currency, after.rate, after.actual) == ("", 1, group("100 100 30 130 130"))


def test_another_currency_leaves_a_charge_that_does_not_follow_from_the_markup() -> None:
    assert amended(NOTHING, currency="1/EUR").actual == NOTHING.actual


def test_another_rate_leaves_every_price_and_every_markup() -> None:
    after = amended(EUR, "1.5", rate="1.1")

    assert (after.currency, after.rate) == ("1/EUR", Decimal("1.1"))
    assert (after.actual, after.estimate) == (group("110 121 30 143 214.5"), group("220 242 10 242 363"))
    assert (after.original_cost, after.original_currency_cost) == (55, Decimal("60.5"))
    assert after.source == "lines"


def test_another_rate_charges_nothing_where_there_is_no_cost() -> None:
    assert amended(replace(EUR, actual=NOTHING.actual), rate="1.1").actual == group("0 0 30 0 0")


def test_currency_and_rate_come_before_the_amounts_of_the_same_wish() -> None:
    assert amended(HUNDRED, currency="1/USD", currency_cost="30").actual == group("20 30 30 26 26")
    assert amended(EUR, rate="2", currency_cost="30").actual == group("15 30 30 19.5 19.5")


def test_an_unknown_currency_is_refused_even_with_a_rate() -> None:
    assert refused(HUNDRED, currency="1/XXX") == (Fault("currency", "unknown", value="1/XXX"),)
    assert refused(HUNDRED, currency="1/XXX", rate="1.5") == (Fault("currency", "unknown", value="1/XXX"),)


@pytest.mark.parametrize("rate", ["0", "-1", "0.0000004", "NaN", "Infinity", "sNaN"])
def test_a_rate_that_is_not_positive_is_refused(rate: str) -> None:
    assert refused(EUR, rate=rate) == (Fault("rate", "invalid"),)
    assert refused(EUR, currency="1/USD", rate=rate) == (Fault("rate", "invalid"),)


def test_the_base_currency_has_no_other_rate_than_one() -> None:
    assert refused(HUNDRED, rate="1.5") == (Fault("rate", "illegal"),)
    assert refused(EUR, currency="", rate="1.5") == (Fault("rate", "illegal"),)


# Several fields of one group, 7.5


def test_a_group_that_is_given_as_it_is_stays_untouched() -> None:
    assert amended(SEED, cost="150", currency_cost="0") is SEED
    assert amended(SEED, cost="150.001", charge="195.0") is SEED


@pytest.mark.parametrize(
    "given, expected",
    [
        ({"cost": "100", "currency_cost": "242"}, "200 242 30 260 260"),
        ({"cost": "200", "currency_cost": "121"}, "200 242 30 260 260"),
        ({"charge": "130", "job_charge": "150"}, "100 121 50 150 150"),
        ({"charge": "150", "job_charge": "130"}, "100 121 50 150 150"),
    ],
    ids=str,
)
def test_of_two_forms_of_an_amount_the_one_that_differs_counts(given: dict[str, str], expected: str) -> None:
    assert amended(EUR, **given).actual == group(expected)


def test_of_two_forms_of_an_amount_that_both_differ_the_base_form_counts_and_the_other_is_lost() -> None:
    after, lost = amend(EUR, cost="200", currency_cost="50", charge="300", job_charge="200")

    assert after.actual == group("200 242 50 300 300")
    assert lost == ("currency_cost", "job_charge")


def test_of_two_forms_of_an_amount_that_agree_none_is_lost() -> None:
    assert amended(EUR, cost="200", currency_cost="242").actual == group("200 242 30 260 260")


def test_of_two_original_costs_that_differ_the_base_form_counts() -> None:
    after, lost = amend(EUR, original_cost="10", original_currency_cost="10")

    assert (after.original_cost, after.original_currency_cost) == (10, Decimal("12.1"))
    assert lost == ("original_currency_cost",)
    assert amended(EUR, original_cost="50", original_currency_cost="121").original_cost == 100


def test_a_cost_and_a_markup_make_the_charge() -> None:
    assert amended(HUNDRED, cost="200", markup="50").actual == group("200 200 50 300 300")


def test_a_cost_and_a_charge_make_the_markup_even_if_one_is_as_it_was() -> None:
    assert amended(HUNDRED, cost="200", charge="300").actual == group("200 200 50 300 300")
    assert amended(HUNDRED, cost="200", charge="130").actual == group("200 200 -35 130 130")
    assert amended(HUNDRED, cost="100", charge="150").actual == group("100 100 50 150 150")
    assert amended(HUNDRED, cost="200", job_charge="130").actual == group("200 200 -35 130 130")


def test_a_price_that_is_given_as_it_is_stays_beside_what_is_new() -> None:
    thirds = Costing(currency="1/X", rate=Decimal(3), actual=group("3.33 10 0 3.33 3.33"))

    assert amended(thirds, currency_cost="10", markup="100").actual == group("3.33 10 100 6.66 6.66")
    assert amended(thirds, cost="3.33", markup="100").actual == group("3.33 9.99 100 6.66 6.66")


def test_the_jobs_charge_that_is_given_as_it_is_stays_beside_what_is_new() -> None:
    thirds = Costing(actual=group("3.33 3.33 0 3.33 10"))

    assert amended(thirds, "3", cost="6.66", job_charge="10").actual == group("6.66 6.66 -50 3.33 10")


@pytest.mark.parametrize(
    "given",
    [
        {"cost": "98765.43", "markup": "25", "charge": "123456.78"},
        {"cost": "98765.43", "markup": "25", "charge": "123456.79"},
        {"cost": "0.01", "markup": "30", "charge": "0.01"},
        {"cost": "0", "markup": "30", "charge": "0"},
    ],
    ids=str,
)
def test_amounts_that_agree_once_rounded_are_stored_as_given(given: dict[str, str]) -> None:
    after = amended(Costing(actual=group("7 7 7 7.49 7.49")), **given).actual

    assert (after.cost, after.markup, after.charge) == tuple(map(Decimal, given.values()))


def test_amounts_that_agree_are_stored_as_given_even_if_all_but_the_cost_came_back() -> None:
    start = Costing(actual=group("98765.43 98765.43 25 123456.78 123456.78"))

    assert amended(start, cost="98765.44", markup="25", charge="123456.78").actual.charge == Decimal("123456.78")
    assert amended(start, cost="98765.44").actual.charge == Decimal("123456.80")


def test_a_markup_and_a_charge_that_agree_on_the_stored_cost_are_stored_as_given() -> None:
    assert amended(HUNDRED, "3", markup="25", job_charge="375").actual == group("100 100 25 125 375")


@pytest.mark.parametrize(
    "changed, expected",
    [
        ({"cost": "200"}, "200 200 30 260 260"),
        ({"currency_cost": "200"}, "200 200 30 260 260"),
        ({"markup": "50"}, "100 100 50 150 150"),
        ({"charge": "150"}, "100 100 50 150 150"),
        ({"job_charge": "150"}, "100 100 50 150 150"),
    ],
    ids=str,
)
def test_a_whole_record_with_one_change_is_that_change(changed: dict[str, str], expected: str) -> None:
    after, lost = amend(HUNDRED, **record(HUNDRED, **changed))

    assert (after.actual, lost) == (group(expected), ())


def test_a_markup_that_came_back_gives_way_to_a_new_charge() -> None:
    assert amended(HUNDRED, cost="200", markup="30", charge="300").actual == group("200 200 50 300 300")


def test_a_charge_that_came_back_gives_way_to_a_new_markup() -> None:
    assert amended(HUNDRED, cost="200", markup="50", charge="130").actual == group("200 200 50 300 300")
    assert amended(HUNDRED, markup="50", charge="130").actual == group("100 100 50 150 150")


def test_a_new_charge_beats_a_new_markup() -> None:
    after, lost = amend(HUNDRED, markup="40", charge="150")
    assert (after.actual, lost) == (group("100 100 50 150 150"), ("markup",))

    after, lost = amend(HUNDRED, cost="200", markup="40", charge="300")
    assert (after.actual, lost) == (group("200 200 50 300 300"), ("markup",))


def test_on_no_cost_a_new_charge_is_stored_and_a_new_markup_is_lost() -> None:
    after, lost = amend(NOTHING, markup="40", charge="18")

    assert (after.actual, lost) == (group("0 0 30 18 18"), ("markup",))


def test_what_is_lost_of_an_estimate_has_its_name() -> None:
    assert amend(EUR, estimate_markup="40", estimate_charge="300").lost == ("estimate_markup",)


# Investment, 7.6


def test_an_investment_keeps_what_would_be_charged() -> None:
    on = invest(replace(EUR, actual=group("100 121 30 130 195")), True)

    assert on.actual == group("100 121 30 0 0")
    assert (on.invest, on.investment, on.investment_markup) == (True, 130, 30)
    assert (on.estimate, on.original_cost, on.source) == (EUR.estimate, EUR.original_cost, EUR.source)


def test_an_investment_that_ends_is_charged_again() -> None:
    off = invest(INVESTED, False, "1.5")

    assert off.actual == group("100 100 30 130 195")
    assert (off.invest, off.investment, off.investment_markup) == (False, 0, 0)


def test_an_investment_that_is_on_or_off_already_stays() -> None:
    assert invest(INVESTED, True) is INVESTED
    assert invest(SEED, False) is SEED


@pytest.mark.parametrize("costing", [HUNDRED, INVESTED], ids=["off", "on"])
def test_a_wish_switches_an_investment_like_the_action(costing: Costing) -> None:
    assert amended(costing, invest=not costing.invest) == invest(costing, not costing.invest)


def test_an_investment_is_switched_before_the_amounts_of_the_same_wish() -> None:
    on = amended(HUNDRED, invest=True, cost="200")
    assert (on.actual, on.investment) == (group("200 200 30 0 0"), 260)

    off = amended(INVESTED, invest=False, charge="150")
    assert (off.actual, off.investment) == (group("100 100 50 150 150"), 0)


@pytest.mark.parametrize(
    "given, actual, investment",
    [
        ({"cost": "200"}, "200 200 30 0 0", "260"),
        ({"currency_cost": "200"}, "200 200 30 0 0", "260"),
        ({"markup": "50"}, "100 100 50 0 0", "150"),
        ({"investment_markup": "50"}, "100 100 50 0 0", "150"),
        ({"investment": "150"}, "100 100 50 0 0", "150"),
        ({"charge": "150"}, "100 100 50 0 0", "150"),
        ({"job_charge": "225"}, "100 100 50 0 0", "150"),
        ({"cost": "200", "investment": "130"}, "200 200 -35 0 0", "130"),
    ],
    ids=str,
)
def test_while_nothing_is_charged_the_rules_work_with_the_investment(
    given: dict[str, str], actual: str, investment: str
) -> None:
    after = amended(INVESTED, "1.5", **given)

    assert (after.actual, after.investment) == (group(actual), Decimal(investment))
    assert after.investment_markup == after.actual.markup


def test_the_investment_beats_the_charge_and_that_beats_the_jobs_charge() -> None:
    after, lost = amend(INVESTED, investment="150", charge="160", job_charge="170")
    assert (after.investment, after.actual) == (150, group("100 100 50 0 0"))
    assert lost == ("charge", "job_charge")

    after, lost = amend(INVESTED, charge="160", job_charge="170")
    assert (after.investment, lost) == (160, ("job_charge",))


def test_charges_that_agree_with_the_investment_are_not_lost() -> None:
    assert amended(INVESTED, "2", investment="150", charge="150", job_charge="300").investment == 150


def test_the_markup_beats_that_of_the_investment() -> None:
    after, lost = amend(INVESTED, markup="50", investment_markup="60")

    assert (after.actual.markup, after.investment_markup, lost) == (50, 50, ("investment_markup",))


def test_of_two_markups_the_one_that_differs_counts() -> None:
    assert amended(INVESTED, markup="30", investment_markup="60").actual.markup == 60


def test_that_nothing_is_charged_says_nothing_of_the_investment() -> None:
    assert amended(INVESTED, cost="200", charge="0", job_charge="0").investment == 260


def test_another_rate_revalues_the_investment() -> None:
    after = amended(invest(EUR, True), rate="1.1")

    assert (after.actual, after.investment) == (group("110 121 30 0 0"), 143)


def test_another_currency_leaves_the_investment() -> None:
    after = amended(INVESTED, currency="1/EUR")

    assert (after.actual, after.investment) == (group("100 121 30 0 0"), 130)


@pytest.mark.parametrize("field", ["investment", "investment_markup"])
def test_without_an_investment_there_is_no_amount_of_it(field: str) -> None:
    assert refused(HUNDRED, **{field: "5"}) == (Fault(field, "illegal"),)
    assert refused(INVESTED, invest=False, **{field: "5"}) == (Fault(field, "illegal"),)
    assert amended(HUNDRED, **{field: "0"}) is HUNDRED


def test_an_amount_of_no_investment_may_be_given_as_zero_whatever_stands_there() -> None:
    strange = replace(HUNDRED, investment=Decimal(5))

    assert amended(strange, investment="0") == strange


# Records that come back


@pytest.mark.parametrize("costing", [SEED, EUR, INVESTED, NOTHING], ids=["seed", "euro", "invested", "nothing"])
def test_a_whole_record_that_comes_back_changes_nothing(costing: Costing) -> None:
    assert amended(costing, **record(costing)) is costing


@pytest.mark.parametrize(
    "costing, changed",
    [
        (EUR, {"currency": "1/USD"}),
        (EUR, {"currency": ""}),
        (EUR, {"rate": "1.1"}),
        (EUR, {"invest": True}),
        (replace(INVESTED, currency="1/EUR", rate=Decimal("1.21")), {"currency": "1/USD"}),
        (replace(INVESTED, currency="1/EUR", rate=Decimal("1.21")), {"rate": "1.1"}),
        (INVESTED, {"invest": False}),
    ],
    ids=str,
)
def test_a_whole_record_with_one_switch_is_that_switch(costing: Costing, changed: dict[str, Any]) -> None:
    assert amended(costing, **record(costing, **changed)) == amended(costing, **changed)


def test_what_came_back_holds_what_the_rate_made_of_it() -> None:
    alone = amended(amended(EUR, rate="1.1"), markup="50")

    assert amended(EUR, **record(EUR, rate="1.1", markup="50")) == alone


def test_what_is_as_the_switch_makes_it_has_been_said_already() -> None:
    assert amended(HUNDRED, currency="1/USD", currency_cost="150", cost="100").source == "lines"
    assert amended(HUNDRED, invest=True, investment="130", charge="0").source == "lines"
    assert amended(INVESTED, invest=False, charge="130", investment="0").source == "lines"


def test_an_amount_that_came_back_is_not_looked_at() -> None:
    huge = Costing(currency="1/GONE", rate=Decimal("-2"), actual=group("1e14 1e14 0.125 1e14 1e14"))

    assert amended(huge, **record(huge)) is huge
    assert amended(huge, **record(huge, estimate_cost="5")).estimate.cost == 5


def test_an_amount_that_comes_back_with_more_digits_is_as_it_was() -> None:
    assert amended(EUR, cost="100.004", markup="29.995", rate="1.2100004") is EUR


# What is too large or no number


AMOUNTS = [field for field in CostWish.__struct_fields__ if field not in ("currency", "rate", "invest")]


@pytest.mark.parametrize("field", AMOUNTS)
@pytest.mark.parametrize("value", ["1e13", "-1e13", "9999999999999.995", "1e999", "-9e300"])
def test_an_amount_that_reaches_the_limit_is_refused(field: str, value: str) -> None:
    assert refused(INVESTED, **{field: value}) == (Fault(field, "too_large"),)


@pytest.mark.parametrize("field", AMOUNTS)
@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_invalid(field: str, value: str) -> None:
    assert refused(HUNDRED, **{field: value}) == (Fault(field, "invalid"),)


def test_the_largest_amount_is_entered() -> None:
    largest = "9999999999999.99"

    assert amended(Costing(), cost=largest).actual == group(f"{largest} {largest} 0 {largest} {largest}")


def test_a_rate_that_reaches_the_limit_is_refused() -> None:
    assert refused(EUR, rate="9999999999999.9999999") == (Fault("rate", "too_large"),)


@pytest.mark.parametrize(
    "costing, given, fields",
    [
        (HUNDRED, {"cost": "9e12"}, ["charge", "job_charge"]),
        (EUR, {"cost": "9e12"}, ["currency_cost", "charge", "job_charge"]),
        (EUR, {"rate": "0.000001", "estimate_currency_cost": "9e12"}, ["estimate_cost", "estimate_charge"]),
        (HUNDRED, {"cost": "0.01", "charge": "9e12"}, ["markup"]),
        (INVESTED, {"cost": "9e12"}, ["investment"]),
        (INVESTED, {"cost": "0.01", "investment": "9e12"}, ["markup", "investment_markup"]),
        (EUR, {"original_cost": "9e12"}, ["original_currency_cost"]),
        (replace(EUR, rate=Decimal("0.01")), {"original_currency_cost": "9e12"}, ["original_cost"]),
        (HUNDRED, {"currency": "1/X", "rate": "9e12"}, ["currency_cost"]),
    ],
    ids=str,
)
def test_a_result_that_reaches_the_limit_is_refused_by_its_name(
    costing: Costing, given: dict[str, str], fields: list[str]
) -> None:
    with pytest.raises(BadInput) as refusal:
        book.amend(costing, wish(**given), table_rate=ONE, job_rate=ONE)

    told = [fault.field for fault in refusal.value.faults]
    assert set(fields) <= set(told)
    assert {fault.reason for fault in refusal.value.faults} == {"too_large"}
    assert not set(told) & {"is_estimate", "source", "over_limit", *given}


def test_an_investment_that_would_end_beyond_the_limit_goes_on() -> None:
    on = replace(INVESTED, investment=Decimal("9e12"))

    with pytest.raises(BadInput) as refusal:
        invest(on, False, "2")

    assert refusal.value.faults == (Fault("job_charge", "too_large"),)


def test_every_fault_of_a_wish_is_told_at_once() -> None:
    faults = refused(
        HUNDRED, currency="1/XXX", rate="-1", cost="1e13", charge="NaN", investment="5", estimate_cost="1e13"
    )

    assert [(fault.field, fault.reason) for fault in faults] == [
        ("currency", "unknown"),
        ("rate", "invalid"),
        ("cost", "too_large"),
        ("charge", "invalid"),
        ("investment", "illegal"),
        ("estimate_cost", "too_large"),
    ]


# Estimates


def test_an_estimate_has_the_default_markup_where_neither_markup_nor_charge_is_given() -> None:
    made, _ = estimate(default_markup="12.345", estimate_cost="100")

    assert made.estimate == group("100 100 12.35 112.35 112.35")
    assert made.actual == group("0 0 12.35 0 0")
    assert (made.is_estimate, made.source, made.original_cost) == (True, "lines", 0)


@pytest.mark.parametrize("given", [{"estimate_markup": "0"}, {"estimate_charge": "0"}, {"estimate_job_charge": "0"}])
def test_an_estimate_with_a_markup_or_a_charge_has_no_default(given: dict[str, str]) -> None:
    assert estimate(default_markup="30", **given)[0].estimate == CostGroup()


def test_of_a_new_estimate_only_its_own_amounts_are_looked_at() -> None:
    assert estimate(cost="1e20", invest=True, investment="5", original_cost="3") == estimate()


def test_a_new_estimate_has_the_rate_of_the_table_unless_one_is_given() -> None:
    assert estimate(currency="1/EUR").costing.rate == Decimal("1.21")
    assert estimate(currency="1/EUR", rate="1").costing.rate == 1


def test_a_new_estimate_is_refused_with_every_fault() -> None:
    with pytest.raises(BadInput) as refusal:
        estimate(currency="1/XXX", estimate_cost="1e13")
    assert refusal.value.faults == (Fault("currency", "unknown", value="1/XXX"), Fault("estimate_cost", "too_large"))

    with pytest.raises(BadInput) as refusal:
        estimate(default_markup="100", estimate_cost="6e12")
    assert refusal.value.faults == (Fault("estimate_charge", "too_large"), Fault("estimate_job_charge", "too_large"))

    with pytest.raises(BadInput) as refusal:
        estimate(rate="1.5")
    assert refusal.value.faults == (Fault("rate", "illegal"),)


def test_what_is_lost_of_a_new_estimate_is_told() -> None:
    assert estimate(estimate_cost="100", estimate_markup="30", estimate_charge="150").lost == ("estimate_markup",)


def test_an_investment_made_real_is_not_charged() -> None:
    on = replace(INVESTED, is_estimate=True, over_limit=True, estimate=group("200 242 10 220 330"))

    real = promote(on)

    assert real.actual == group("200 242 10 0 0")
    assert (real.invest, real.investment, real.investment_markup) == (True, 220, 10)
    assert (real.original_cost, real.original_currency_cost) == (200, 242)
    assert (real.is_estimate, real.source, real.over_limit) == (False, "entered", False)


# Where the cost comes from


@pytest.mark.parametrize("field", [*CostGroup.__struct_fields__, "investment", "investment_markup"])
def test_a_new_amount_of_the_actual_group_enters_the_cost(field: str) -> None:
    after = amended(replace(INVESTED, over_limit=True), **{field: "7"})

    assert (after.source, after.over_limit) == ("entered", False)


@pytest.mark.parametrize(
    "given",
    [
        {"currency": "1/USD"},
        {"rate": "1.1"},
        {"invest": True},
        {"cost": "100", "markup": "30", "charge": "130"},
        {"estimate_cost": "7"},
        {"original_cost": "7"},
    ],
    ids=str,
)
def test_nothing_else_enters_the_cost(given: dict[str, Any]) -> None:
    after = amended(replace(EUR, over_limit=True), **given)

    assert (after.source, after.over_limit) == ("lines", True)


def test_the_sum_of_the_lines_is_entered_as_the_cost() -> None:
    after = from_lines(EUR, "200.004999", "1.5")

    assert after == replace(EUR, actual=group("200 242 30 260 390"))


def test_the_sum_of_the_lines_makes_the_investment_while_there_is_one() -> None:
    after = from_lines(INVESTED, "200")

    assert (after.actual, after.investment, after.source) == (group("200 200 30 0 0"), 260, "lines")


def test_the_same_sum_leaves_the_amounts() -> None:
    assert from_lines(SEED, "150.001") == SEED


@pytest.mark.parametrize("costing", [replace(EUR, source="entered"), replace(EUR, is_estimate=True)])
def test_lines_do_not_count_once_the_cost_is_entered_nor_for_an_estimate(costing: Costing) -> None:
    assert from_lines(costing, "200") is costing
    assert from_lines(costing, "1e300") is costing


@pytest.mark.parametrize("total", ["1e13", "-1e13", "9999999999999.995", "9e12", "1e308"])
def test_lines_that_come_to_too_much_leave_the_amounts_and_say_so(total: str) -> None:
    after = from_lines(EUR, total)

    assert after == replace(EUR, over_limit=True)
    assert from_lines(after, "200") == from_lines(EUR, "200")
    assert from_lines(after, "100") == EUR


# The flat record


def test_the_flat_record_has_the_names_of_wishes() -> None:
    assert tuple(values(EUR)) == CostWish.__struct_fields__


def test_each_value_of_the_flat_record_comes_from_its_place() -> None:
    numbered = Costing(
        currency="1/X",
        rate=Decimal(2),
        actual=group("3 4 5 6 7"),
        invest=True,
        investment=Decimal(9),
        investment_markup=Decimal(10),
        estimate=group("11 12 13 14 15"),
        original_cost=Decimal(16),
        original_currency_cost=Decimal(17),
    )

    assert list(values(numbered).values()) == ["1/X", 2, 3, 4, 5, 6, 7, True, *range(9, 18)]


def test_a_change_is_told_field_by_field() -> None:
    after = amended(replace(SEED, over_limit=True), cost="100")

    assert changes(replace(SEED, over_limit=True), after) == {
        "cost": [150, 100],
        "currency_cost": [0, 100],
        "charge": [195, 130],
        "job_charge": [195, 130],
        "source": ["lines", "entered"],
        "over_limit": [True, False],
    }


def test_what_is_made_real_is_told() -> None:
    made = estimate(estimate_cost="10").costing

    assert changes(made, promote(made))["is_estimate"] == [True, False]


def test_no_change_is_nothing() -> None:
    assert changes(EUR, replace(EUR)) == {}
