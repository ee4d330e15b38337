"""What a purchase costs. Source: contracts/synergist.md section 7, and the design's rule "Cost from lines"."""

from decimal import Decimal

import pytest

from .given import apart, changed, entered, no_trace, patch, pointers, post, shown

# Each test looks at orders of its own.
ONE_TENANT = True

ESTIMATE = 10008233
EURO = {"currency": "1/EUR"}


def priced(*pairs):
    return [{"quantity": quantity, "price": price} for quantity, price in pairs]


def says(order, **expected):
    """Fails unless the costing has these values; amounts are compared as numbers."""
    told = {name: order["costing"][name] for name in expected}
    amounts = [
        name
        for name in expected
        if name not in ("currency", "source", "invest", "is_estimate", "over_limit", "supply_type")
    ]
    told |= {name: Decimal(told[name]) for name in amounts}
    assert told == expected | {name: Decimal(expected[name]) for name in amounts}, order["costing"]


async def test_a_purchase_that_nobody_has_priced_costs_nothing(v1):
    costing = (await entered(v1, lines=[{"title": "x"}, {"quantity": "2"}, {"price": "3"}]))["costing"]
    assert (costing["cost"], costing["charge"], costing["source"]) == ("0", "0", "lines")
    assert (await entered(v1, costing={}))["costing"] == costing
    assert (await entered(v1, costing=None))["costing"] == costing
    assert (await entered(v1, type="support_request"))["costing"] is None


# What the costing is made of first, what is given then, and what it is in the end. The rate of the job is 1.5.
GROUP = [
    (
        {"cost": "150", "markup": "30"},
        {"cost": "33"},
        {"cost": "33", "markup": "30", "charge": "42.90", "job_charge": "64.35"},
    ),
    (
        {"cost": "3", "markup": "30"},
        {"charge": "10"},
        {"cost": "3", "markup": "233.33", "charge": "10", "job_charge": "15"},
    ),
    (
        {"cost": "0", "markup": "30"},
        {"charge": "12"},
        {"cost": "0", "markup": "30", "charge": "12", "job_charge": "18"},
    ),
    ({"cost": "0", "markup": "30"}, {"job_charge": "12"}, {"charge": "8", "markup": "30", "job_charge": "12"}),
    ({"cost": "100", "markup": "30"}, {"cost": "0"}, {"cost": "0", "markup": "30", "charge": "0", "job_charge": "0"}),
    ({"cost": "100"}, {"markup": "12.5"}, {"cost": "100", "charge": "112.50", "job_charge": "168.75"}),
    ({"cost": "100", "markup": "10"}, {"job_charge": "300"}, {"charge": "200", "markup": "100", "job_charge": "300"}),
    ({"cost": "1"}, {"markup": "0.5"}, {"markup": "0.5", "charge": "1.01"}),
    ({"cost": "98765.43"}, {"charge": "123456.78"}, {"markup": "25.00", "charge": "123456.78"}),
    ({}, {"cost": "25", "charge": "50"}, {"cost": "25", "charge": "50", "markup": "100"}),
    ({}, {"cost": "25", "markup": "10"}, {"charge": "27.5"}),
    ({"cost": "100", "markup": "30"}, {"markup": "50", "charge": "180"}, {"markup": "80", "charge": "180"}),
    (
        {"cost": "100", "markup": "30"},
        {"cost": "200", "markup": "30", "charge": "130"},
        {"cost": "200", "charge": "260"},
    ),
    ({"cost": "100", "markup": "30"}, {"cost": "2.345"}, {"cost": "2.35", "charge": "3.06"}),
    ({"cost": "100", "markup": "30"}, {"cost": "-1.005"}, {"cost": "-1.01", "charge": "-1.31"}),
    (
        {**EURO, "cost": "0", "markup": "30"},
        {"currency_cost": "10"},
        {"cost": "8.26", "currency_cost": "10", "charge": "10.74"},
    ),
    (EURO, {"currency_cost": "25", "charge": "50"}, {"cost": "20.66", "markup": "142.01", "charge": "50"}),
    ({**EURO, "cost": "100"}, {"markup": "10"}, {"currency_cost": "121", "charge": "110"}),
    (
        {"cost": "100", "markup": "10"},
        EURO,
        {"cost": "100", "currency_cost": "121", "markup": "10", "charge": "110", "rate": "1.21"},
    ),
    ({**EURO, "cost": "100"}, {"currency": ""}, {"cost": "100", "currency_cost": "100", "rate": "1", "currency": ""}),
    (
        {**EURO, "cost": "100", "markup": "10"},
        {"rate": "2"},
        {"currency_cost": "121", "cost": "60.50", "charge": "66.55"},
    ),
    ({"cost": "100"}, {**EURO, "rate": "2.5"}, {"cost": "100", "currency_cost": "250", "rate": "2.5"}),
    ({**EURO, "cost": "100"}, {"rate": "1.3333333"}, {"rate": "1.333333"}),
    (
        {"cost": "100", "markup": "30"},
        {"invest": True},
        {"invest": True, "charge": "0", "job_charge": "0", "cost": "100"},
    ),
    (
        {"cost": "100", "markup": "30"},
        {"invest": True},
        {"investment": "130", "investment_markup": "30", "markup": "30"},
    ),
    (
        {"cost": "100", "markup": "30", "invest": True},
        {"invest": False},
        {"charge": "130", "job_charge": "195", "investment": "0"},
    ),
    (
        {"cost": "100", "markup": "30", "invest": True},
        {"cost": "10"},
        {"cost": "10", "investment": "13", "charge": "0"},
    ),
    (
        {"cost": "100", "markup": "30", "invest": True},
        {"investment": "200"},
        {"investment_markup": "100", "markup": "100"},
    ),
    ({}, {"original_cost": "10"}, {"original_cost": "10", "original_currency_cost": "10", "cost": "0"}),
    (EURO, {"original_currency_cost": "1.21"}, {"original_cost": "1", "original_currency_cost": "1.21"}),
    (
        {},
        {"estimate_cost": "33", "estimate_markup": "30"},
        {"estimate_charge": "42.90", "estimate_job_charge": "64.35", "cost": "0"},
    ),
]


@pytest.mark.parametrize("begun, given, ended", GROUP, ids=[f"{begun} then {given}" for begun, given, _ in GROUP])
async def test_amounts_follow_from_those_that_are_given(v1, begun, given, ended):
    order = await entered(v1, case_id=7, **({"costing": begun} if begun else {}))

    says(await changed(v1, order, costing=given), **ended)
    if not begun:
        says(await entered(v1, case_id=7, costing=given), **ended)


async def test_an_amount_that_nothing_follows_from_leaves_the_other_groups(v1):
    before = (await shown(v1, ESTIMATE))["costing"]

    order = await changed(v1, ESTIMATE, costing={"estimate_cost": "100"})

    says(order, estimate_cost="100", estimate_charge="130", cost="0", is_estimate=True, supply_type="1/ENG")
    assert {name: order["costing"][name] for name in ("cost", "charge", "markup", "source")} == {
        name: before[name] for name in ("cost", "charge", "markup", "source")
    }


async def test_a_costing_sent_back_changes_nothing(v1):
    order = await entered(
        v1, case_id=7, costing={**EURO, "currency_cost": "10", "markup": "33.33"}, lines=priced(("2", "5"))
    )

    after = await changed(v1, order, costing=order["costing"])

    assert apart(after) == apart(order)
    again = await changed(v1, order, costing=order["costing"] | {"charge": "20"})
    says(again, charge="20", cost="8.26", currency_cost="9.99")


async def test_what_is_given_of_a_new_purchase_is_meant_although_its_lines_come_to_the_same(v1):
    order = await entered(v1, costing={**EURO, "currency_cost": "10"}, lines=priced(("2", "5")))
    says(order, currency_cost="10", cost="8.26", source="entered")

    says(await entered(v1, costing={**EURO, "rate": "1"}), rate="1", currency="1/EUR")
    says(await entered(v1, costing={**EURO, "rate": "1", "cost": "5"}), rate="1", currency_cost="5")


async def test_costs_follow_the_job_that_is_given_with_them(v1):
    order = await entered(v1, case_id=1, costing={"cost": "10"})
    says(order, job_charge="10")

    says(await changed(v1, order, case_id=7), charge="10", job_charge="10")
    says(await changed(v1, order, costing={"charge": "20"}), job_charge="30")
    order = await entered(v1, case_id=1, costing={"cost": "10"})
    says(await changed(v1, order, case_id=7, costing={"charge": "20"}), charge="20", job_charge="30")
    says(await changed(v1, order, case_id=None, costing={"charge": "30"}), charge="30", job_charge="30")
    order = await changed(v1, await entered(v1, case_id=1), case_id=7, lines=priced(("2", "5")))
    says(order, cost="10", job_charge="15")


async def test_numbers_may_be_given_as_numbers_and_are_told_as_text(v1):
    order = await entered(v1, costing={"cost": 12.5, "markup": 10})

    says(order, cost="12.5", charge="13.75", source="entered")
    assert all(isinstance(order["costing"][name], str) for name in ("cost", "rate", "markup", "estimate_cost"))


# What lines come to -------------------------------------------------------------------------------------------------


async def test_the_cost_follows_the_lines_until_one_is_entered(v1):
    order = await entered(v1, case_id=7, lines=priced(("2", "10.50"), ("3", "1"), (None, "99"), ("7", None)))
    says(order, cost="24", source="lines", charge="24", job_charge="36", over_limit=False)

    order = await changed(v1, order, lines=[{"id": line["id"]} for line in order["lines"][:1]])
    says(order, cost="21", source="lines")
    order = await changed(v1, order, lines=[{"id": order["lines"][0]["id"], "quantity": "4"}])
    says(order, cost="42", source="lines")
    order = await changed(v1, order, lines=[])
    says(order, cost="0", source="lines")
    order = await changed(v1, order, lines=priced(("1", "7")))
    says(order, cost="7", source="lines")

    order = await changed(v1, order, costing={"cost": "8"})
    says(order, cost="8", source="entered")
    order = await changed(v1, order, lines=priced(("100", "100")))
    says(order, cost="8", source="entered")


@pytest.mark.parametrize("given", [{"markup": "10"}, {"charge": "5"}, {"job_charge": "5"}, {"currency_cost": "5"}])
async def test_whatever_is_entered_of_the_actual_amounts_ends_it(v1, given):
    order = await changed(v1, await entered(v1, lines=priced(("2", "10"))), costing=given)
    assert order["costing"]["source"] == "entered"

    after = await changed(v1, order, lines=priced(("3", "10")))

    assert after["costing"] == order["costing"]


@pytest.mark.parametrize("given", [{"estimate_cost": "10"}, {"original_cost": "5"}, EURO])
async def test_other_amounts_do_not_end_it(v1, given):
    order = await changed(v1, await entered(v1, lines=priced(("2", "10"))), costing=given)

    says(order, cost="20", source="lines")
    says(await changed(v1, order, lines=priced(("3", "10"))), cost="30", source="lines")


async def test_a_sum_follows_the_currency_and_an_investment(v1):
    order = await entered(v1, costing=EURO, lines=priced(("2", "10")))
    says(order, cost="20", currency_cost="24.20", charge="20")
    order = await changed(v1, order, costing={"invest": True})
    says(order, cost="20", charge="0", investment="20")
    says(
        await changed(v1, order, lines=priced(("3", "10"))),
        cost="30",
        currency_cost="36.30",
        charge="0",
        investment="30",
    )


async def test_lines_and_costs_given_at_once_come_true_one_after_the_other(v1):
    order = await entered(v1, lines=priced(("2", "10")), costing={"markup": "50"})
    says(order, cost="20", markup="50", charge="30", source="entered")

    order = await changed(v1, await entered(v1), lines=priced(("2", "10")), costing={"markup": "50"})
    says(order, cost="20", markup="50", charge="30", source="entered")


async def test_a_sum_is_rounded_once(v1):
    says(await entered(v1, lines=priced(("1", "0.004"), ("1", "0.004"))), cost="0.01")
    says(await entered(v1, lines=priced(("0.5", "0.01"), ("0.5", "0.01"))), cost="0.01")


async def test_a_sum_beyond_the_limit_leaves_the_cost_and_is_flagged(v1):
    order = await entered(v1, lines=priced(("1", "5")))
    order = await changed(v1, order, lines=priced(("1000", "1e10")))
    says(order, cost="5", over_limit=True, source="lines")

    says(await changed(v1, order, lines=priced(("1", "6"))), cost="6", over_limit=False)
    says(await entered(v1, lines=priced(("1", "1e300"))), cost="0", over_limit=True)


async def test_an_estimate_does_not_follow_its_lines(v1):
    before = await shown(v1, ESTIMATE)

    after = await changed(v1, ESTIMATE, lines=priced(("2", "10")))

    assert after["costing"] == before["costing"]
    says(after, cost="0", is_estimate=True)


async def test_lines_of_other_orders_cost_nothing(v1):
    assert (await entered(v1, type="pizza_order", lines=priced(("2", "10"))))["costing"] is None


# What is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "costing, faults",
    [
        ({"cost": "1e13"}, {"/costing/cost": "too_large"}),
        ({"cost": "NaN"}, {"/costing/cost": "invalid"}),
        ({"charge": "Infinity", "markup": "1e999"}, {"/costing/charge": "invalid", "/costing/markup": "too_large"}),
        ({"currency": "1/XXX"}, {"/costing/currency": "unknown"}),
        ({"currency": "EUR"}, {"/costing/currency": "unknown"}),
        ({"rate": "2"}, {"/costing/rate": "illegal"}),
        ({**EURO, "rate": "0"}, {"/costing/rate": "invalid"}),
        ({**EURO, "rate": "-1"}, {"/costing/rate": "invalid"}),
        ({"investment": "5"}, {"/costing/investment": "illegal"}),
        ({"investment_markup": "5"}, {"/costing/investment_markup": "illegal"}),
        ({"currency": "1/XXX", "cost": "1e13"}, {"/costing/currency": "unknown", "/costing/cost": "too_large"}),
        (
            {"cost": "9999999999999", "markup": "1000"},
            {"/costing/charge": "too_large", "/costing/job_charge": "too_large"},
        ),
    ],
    ids=str,
)
async def test_what_cannot_be_a_cost_is_told(v1, demo_book, costing, faults):
    order = await entered(v1, case_id=1)

    async with no_trace(demo_book):
        assert pointers(await patch(v1, order, costing=costing)) == faults
        assert pointers(await post(v1, costing=costing)) == faults


@pytest.mark.parametrize(
    "costing, pointer",
    [
        ({"cost": None}, "/costing/cost"),
        ({"cost": "x"}, "/costing/cost"),
        ({"cost": True}, "/costing/cost"),
        ({"cost": [1]}, "/costing/cost"),
        ({"invest": "true"}, "/costing/invest"),
        ({"currency": 5}, "/costing/currency"),
        ({"nope": 1}, "/costing/nope"),
        ([], "/costing"),
        ("5", "/costing"),
    ],
)
async def test_what_has_no_meaning_as_a_cost_is_told(v1, demo_book, costing, pointer):
    async with no_trace(demo_book):
        assert list(pointers(await post(v1, costing=costing))) == [pointer]


async def test_only_a_purchase_costs_something(v1, demo_book):
    order = await entered(v1, type="pizza_order")

    async with no_trace(demo_book):
        assert pointers(await patch(v1, order, costing={"cost": "5"})) == {"/costing": "unexpected"}
        assert pointers(await post(v1, type="pizza_order", costing={"cost": "5"})) == {"/costing": "unexpected"}
    assert (await changed(v1, order, costing=None, title="x"))["title"] == "x"
    assert (await changed(v1, order, costing={}))["costing"] is None


async def test_costs_cannot_be_taken_away(v1, demo_book):
    order = await entered(v1, costing={"cost": "5"})

    async with no_trace(demo_book):
        assert pointers(await patch(v1, order, costing=None)) == {"/costing": "illegal"}


async def test_wrong_costs_are_told_together_with_everything_else(v1, demo_book):
    order = await entered(v1)
    wrong = {"costing": {"cost": "1e13", **EURO, "rate": "0"}, "responsible": "nobody@example.com"}
    wrong |= {"lines": [{"item_id": 99}], "title": "x\x00"}
    told = {
        "/costing/cost": "too_large",
        "/costing/rate": "invalid",
        "/responsible": "unknown",
        "/lines/0/item_id": "unknown",
        "/title": "invalid",
    }
    async with no_trace(demo_book):
        assert pointers(await patch(v1, order, **wrong)) == told
        assert pointers(await post(v1, **wrong)) == told
