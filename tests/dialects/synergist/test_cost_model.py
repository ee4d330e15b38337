"""The cost model as seen from outside: the worked examples and one test for each rule. Source: contract 7.1 to 7.5.

The arithmetic by itself is tested in tests/book/test_costing.py and test_costing_laws.py.
"""

from decimal import Decimal

import pytest

from .given import (
    ABROAD,
    ESTIMATE,
    ESTIMATED,
    EURO,
    NEW,
    ORIGINAL,
    REAL,
    amounts,
    bought,
    create,
    created,
    entered,
    no_trace,
    promoted,
    refused,
    shown,
    update,
    updated,
    warnings,
    written,
)

GROUP = ("poCost", "poCurrencyCost", "poMarkup", "poCharge", "poCurrencyCharge")
CURRENCY = ("poCurrencyCode", "poCurrencyRate")


async def priced(synergist, **members):
    """A real purchase in euros at 1.21 on a job at 1.5 with cost 100 and markup 20: 100 121 20 120 180."""
    start = {"poJobandPhase": ABROAD, "poCurrencyCode": "1/EUR", "poEstCost": 100, "poEstMarkUp": 20}
    purchase = await bought(synergist, **start | members)
    assert amounts(await shown(synergist, purchase), *GROUP) == "100 121 20 120 180"
    return purchase


async def after(synergist, purchase, **changes):
    """The actual group after an update that warns of nothing."""
    told = written(await update(synergist, {"poInternal": purchase, **changes}))
    assert told["warningmessage"] == ""
    return amounts(told["data"][0], *GROUP)


# 7.7 Worked examples


async def test_example_1_an_estimated_cost_moves_the_estimate_alone(synergist):
    row = await updated(synergist, REAL, poEstCost=33)

    assert amounts(row, *ESTIMATED) == "33 33 30 42.9 42.9"
    assert amounts(row, *GROUP) == "150 0 30 195 195"


async def test_example_2_an_estimate_entered_in_the_suppliers_currency(synergist):
    row = await created(synergist, poCurrencyCode="1/EUR", poCurrencyEstCost=25, poCurrencyEstCharge=50)

    assert amounts(row, *ESTIMATED) == "20.66 25 142.01 50 50"
    assert amounts(row, "poMarkup", "poCost") == "142.01 0"
    assert amounts(row, "poCurrencyRate") == "1.21"


async def test_example_3_cost_and_charge_make_the_markup(synergist):
    assert amounts(await created(synergist, poEstCost=25, poEstRecChgOut=50), *ESTIMATED) == "25 25 100 50 50"


async def test_example_4_cost_and_markup_make_the_charge(synergist):
    assert amounts(await created(synergist, poEstCost=25, poEstMarkUp=10), *ESTIMATED) == "25 25 10 27.5 27.5"


async def test_example_5_promoting_fills_the_actual_group_and_the_original(synergist):
    purchase = await entered(synergist, poJobandPhase=ABROAD, poEstCost=200, poEstMarkUp=30)
    row = await promoted(synergist, purchase)

    assert amounts(row, *GROUP) == "200 200 30 260 390"
    assert amounts(row, *ESTIMATED, *ORIGINAL) == "200 200 30 260 390 200 200"


async def test_example_6_a_price_in_euros_makes_cost_and_charge(synergist):
    assert await after(synergist, EURO, poCurrencyCost="10") == "8.26 10 30 10.74 10.74"


async def test_example_7_a_charge_makes_the_markup(synergist):
    await updated(synergist, REAL, poCost=3)

    assert await after(synergist, REAL, poCharge=10) == "3 3 233.33 10 10"


async def test_example_8_a_charge_of_nothing_keeps_the_markup(synergist):
    await updated(synergist, REAL, poCost=0)

    assert await after(synergist, REAL, poCharge=12) == "0 0 30 12 12"


# 7.1 Groups


async def test_a_group_that_is_not_named_stays(synergist):
    purchase = await priced(synergist)
    for changes, moved in (
        ({"poCost": 7}, GROUP),
        ({"poEstMarkUp": 7}, ESTIMATED),
        ({"poOriginalCost": 7}, ORIGINAL),
    ):
        before = await shown(synergist, purchase)
        row = await updated(synergist, purchase, **changes)
        for group in (GROUP, ESTIMATED, ORIGINAL):
            assert (amounts(row, *group) == amounts(before, *group)) is (group is not moved)


async def test_texts_and_dates_move_no_amount(synergist):
    before = await shown(synergist, REAL)
    row = await updated(synergist, REAL, poDescription="x", poDateRequired="2025-03-01", poOrderText="y")

    assert amounts(row, *GROUP, *ESTIMATED, *ORIGINAL) == amounts(before, *GROUP, *ESTIMATED, *ORIGINAL)


# 7.2 and 7.3 Formulas and rounding


async def test_each_step_is_rounded_before_it_is_used_again(synergist):
    row = await created(synergist, poCurrencyCode="1/EUR", poCurrencyEstCost=25, poEstRecChgOut=50)
    assert amounts(row, "poEstCost", "poEstMarkUp") == "20.66 142.01"


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"poCost": 1, "poMarkup": "0.5"}, "1 1 0.5 1.01 1.01"),
        ({"poCost": -1, "poMarkup": "0.5"}, "-1 -1 0.5 -1.01 -1.01"),
        ({"poCost": "1.005", "poMarkup": 0}, "1.01 1.01 0 1.01 1.01"),
        ({"poCost": "0.15", "poMarkup": 10}, "0.15 0.15 10 0.17 0.17"),
        ({"poCost": 3, "poCharge": 4}, "3 3 33.33 4 4"),
        ({"poCost": 8, "poCharge": "8.0004"}, "8 8 0 8 8"),
    ],
    ids=str,
)
async def test_amounts_are_rounded_half_away_from_zero_to_the_cent(synergist, changes, expected):
    assert await after(synergist, REAL, **changes) == expected


async def test_a_charge_that_was_given_stays_though_its_markup_would_make_another(synergist):
    await updated(synergist, REAL, poCost="98765.43")

    assert await after(synergist, REAL, poCharge="123456.78") == "98765.43 98765.43 25 123456.78 123456.78"


async def test_a_price_that_was_given_stays_though_its_cost_would_make_another(synergist):
    purchase = await priced(synergist)

    assert await after(synergist, purchase, poCurrencyCost="0.01") == "0.01 0.01 20 0.01 0.02"


# 7.4 One field given, each on 100 121 20 120 180


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"poCost": 200}, "200 242 20 240 360"),
        ({"poCurrencyCost": 242}, "200 242 20 240 360"),
        ({"poCurrencyCost": 100}, "82.64 100 20 99.17 148.76"),
        ({"poMarkup": 50}, "100 121 50 150 225"),
        ({"poMarkup": -100}, "100 121 -100 0 0"),
        ({"poCharge": 150}, "100 121 50 150 225"),
        ({"poChargeout": 150}, "100 121 50 150 225"),
        ({"poCurrencyCharge": 225}, "100 121 50 150 225"),
        ({"poCurrencyCharge": 100}, "100 121 -33.33 66.67 100"),
        ({"poCost": 0}, "0 0 20 0 0"),
    ],
    ids=str,
)
async def test_from_one_field_the_others_follow(synergist, changes, expected):
    purchase = await priced(synergist)

    assert await after(synergist, purchase, **changes) == expected


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"poEstCost": 200}, "200 242 20 240 360"),
        ({"poCurrencyEstCost": 100}, "82.64 100 20 99.17 148.76"),
        ({"poEstMarkUp": 50}, "100 121 50 150 225"),
        ({"poEstRecChgOut": 150}, "100 121 50 150 225"),
        ({"poCurrencyEstCharge": 100}, "100 121 -33.33 66.67 100"),
    ],
    ids=str,
)
async def test_the_estimate_follows_the_same_rules(synergist, changes, expected):
    row = await updated(synergist, await priced(synergist), **changes)

    assert amounts(row, *ESTIMATED) == expected
    assert amounts(row, *GROUP) == "100 121 20 120 180"


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"poMarkup": 40}, "150 150 40 210 210"),
        ({"poCharge": 300}, "150 150 100 300 300"),
        ({"poCurrencyCharge": 300}, "150 150 100 300 300"),
    ],
    ids=str,
)
async def test_markup_and_charge_refresh_a_stale_price(synergist, changes, expected):
    """The demo purchase has a price of 0 beside a cost of 150."""
    assert await after(synergist, REAL, **changes) == expected


async def test_the_two_original_costs_follow_each_other(synergist):
    purchase = await priced(synergist)

    assert amounts(await updated(synergist, purchase, poOriginalCost=10), *ORIGINAL) == "10 12.1"
    assert amounts(await updated(synergist, purchase, poCurrencyOrigCost=10), *ORIGINAL) == "8.26 10"


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"poMarkup": 50}, "0 0 50 0 0"),
        ({"poCharge": 12}, "0 0 20 12 18"),
        ({"poCurrencyCharge": 12}, "0 0 20 8 12"),
    ],
    ids=str,
)
async def test_on_no_cost_nothing_is_divided(synergist, changes, expected):
    purchase = await priced(synergist)
    await updated(synergist, purchase, poCost=0)

    assert await after(synergist, purchase, **changes) == expected


# 7.4 Currency


async def test_another_currency_holds_base_amounts_and_recalculates_prices(synergist):
    purchase = await priced(synergist)
    row = await updated(synergist, purchase, poCurrencyCode="1/USD")

    assert (row["poCurrencyCode"], row["poCurrencyRate"]) == ("1/USD", Decimal("1.3"))
    assert amounts(row, *GROUP, *ESTIMATED, *ORIGINAL) == "100 130 20 120 180 100 130 20 120 180 100 130"


async def test_another_currency_may_come_with_its_rate(synergist):
    row = await updated(synergist, await priced(synergist), poCurrencyCode="1/USD", poCurrencyRate=2)

    assert amounts(row, "poCurrencyRate", *GROUP) == "2 100 200 20 120 180"


async def test_no_currency_is_the_base_currency_at_1(synergist):
    purchase = await priced(synergist)
    row = await updated(synergist, purchase, poCurrencyCode="")

    assert (row["poCurrencyCode"], row["poCurrencyRate"]) == ("", 1)
    assert amounts(row, *GROUP, *ESTIMATED, *ORIGINAL) == "100 100 20 120 180 100 100 20 120 180 100 100"


async def test_another_rate_holds_the_suppliers_prices_and_markups(synergist):
    row = await updated(synergist, await priced(synergist), poCurrencyRate=2)

    assert row["poCurrencyCode"] == "1/EUR"
    assert amounts(row, *GROUP, *ORIGINAL) == "60.5 121 20 72.6 108.9 60.5 121"
    assert amounts(row, *ESTIMATED) == "60.5 121 20 72.6 108.9"


async def test_the_same_currency_with_another_rate_is_another_rate(synergist):
    row = await updated(synergist, await priced(synergist), poCurrencyCode="1/EUR", poCurrencyRate=2)

    assert amounts(row, *GROUP) == "60.5 121 20 72.6 108.9"


async def test_a_currency_comes_before_the_amounts_of_the_same_record(synergist):
    row = await updated(synergist, await priced(synergist), poCurrencyCost=26, poCurrencyCode="1/USD")

    assert amounts(row, *GROUP) == "20 26 20 24 36"
    assert amounts(row, *ESTIMATED) == "100 130 20 120 180"


async def test_a_rate_comes_before_the_amounts_of_the_same_record(synergist):
    row = await updated(synergist, await priced(synergist), poCost=50, poCurrencyRate=2)

    assert amounts(row, *GROUP) == "50 100 20 60 90"
    assert amounts(row, *ESTIMATED) == "60.5 121 20 72.6 108.9"


async def test_a_bad_rate_or_currency_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for purchase in (EURO, REAL):
            for rate in (0, -1, "0", "-0.5", "0.0000001"):
                refused(
                    await update(synergist, {"poInternal": purchase, "poCurrencyRate": rate}), naming="poCurrencyRate"
                )
            for currency in ("1/XYZ", "EUR", "1\\EUR", "2/EUR", "1/EUR2", 5, True, [], "x" * 3000):
                changes = {"poInternal": purchase, "poCurrencyCode": currency}
                refused(await update(synergist, changes), naming="poCurrencyCode")
                refused(await update(synergist, changes | {"poCurrencyRate": 2}), naming="poCurrencyCode")
        for changes in ({"poInternal": REAL}, {"poInternal": EURO, "poCurrencyCode": ""}):
            for rate in (2, "0.5", 1.21 if changes["poInternal"] == REAL else 3):
                refused(await update(synergist, changes | {"poCurrencyRate": rate}), naming="poCurrencyRate")


async def test_a_rate_of_1_may_be_given_without_a_currency(synergist):
    assert (await updated(synergist, REAL, poCurrencyRate="1.0", poTheirRef="x"))["poCurrencyRate"] == 1
    row = await updated(synergist, EURO, poCurrencyCode="", poCurrencyRate=1)
    assert (row["poCurrencyCode"], row["poCurrencyRate"]) == ("", 1)


async def test_currency_and_rate_belong_to_a_new_estimate_alike(synergist, demo_book):
    row = await created(synergist, poCurrencyCode="1/USD", poCurrencyRate="2.5", poEstCost=10)
    assert amounts(row, "poCurrencyRate", "poCurrencyEstCost") == "2.5 25"
    async with no_trace(demo_book):
        for wrong in (
            {"poCurrencyCode": "1/XYZ"},
            {"poCurrencyRate": 2},
            {"poCurrencyCode": "", "poCurrencyRate": 2},
            {"poCurrencyCode": "1/EUR", "poCurrencyRate": 0},
            {"poCurrencyCode": "1/EUR", "poCurrencyRate": -1},
        ):
            refused(await create(synergist, NEW | wrong), naming="poCurrency")


# 7.5 Several fields of one group


async def test_rule_1_a_group_given_as_it_is_stays_untouched(synergist):
    """Were it entered again, the price of 0 would become 150."""
    row = await updated(synergist, REAL, poCost=150, poMarkup="30.00", poCharge=195, poCurrencyCharge=195)
    assert amounts(row, *GROUP) == "150 0 30 195 195"
    assert amounts(await updated(synergist, REAL, poCost=150), *GROUP) == "150 0 30 195 195"
    assert amounts(await updated(synergist, REAL, poMarkup=30, poCurrencyCost=0), *GROUP) == "150 0 30 195 195"


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"poCost": 100, "poCurrencyCost": 242}, "200 242 20 240 360"),
        ({"poCost": 200, "poCurrencyCost": 121}, "200 242 20 240 360"),
        ({"poCharge": 120, "poCurrencyCharge": 225}, "100 121 50 150 225"),
        ({"poCharge": 150, "poCurrencyCharge": 180}, "100 121 50 150 225"),
    ],
    ids=str,
)
async def test_rule_2_of_two_forms_of_an_amount_the_one_that_differs_counts(synergist, changes, expected):
    assert await after(synergist, await priced(synergist), **changes) == expected


@pytest.mark.parametrize(
    "changes, expected, lost",
    [
        ({"poCost": 200, "poCurrencyCost": 50}, "200 242 20 240 360", {"poCurrencyCost"}),
        ({"poCharge": 150, "poCurrencyCharge": 9}, "100 121 50 150 225", {"poCurrencyCharge"}),
        ({"poChargeout": 150, "poCurrencyCharge": 9}, "100 121 50 150 225", {"poCurrencyCharge"}),
        ({"poCost": 200, "poCurrencyCost": 242}, "200 242 20 240 360", set()),
    ],
    ids=str,
)
async def test_rule_2_of_two_forms_that_both_differ_the_base_form_counts(synergist, changes, expected, lost):
    told = written(await update(synergist, {"poInternal": await priced(synergist), **changes}))

    assert amounts(told["data"][0], *GROUP) == expected
    assert warnings(told) == lost


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"poCost": 200, "poMarkup": 50}, "200 242 50 300 450"),
        ({"poCost": 200, "poMarkup": 20}, "200 242 20 240 360"),
        ({"poCurrencyCost": 242, "poMarkup": 50}, "200 242 50 300 450"),
        ({"poCost": 200, "poCharge": 300}, "200 242 50 300 450"),
        ({"poCost": 80, "poCharge": 120}, "80 96.8 50 120 180"),
        ({"poCost": 100, "poCharge": 150}, "100 121 50 150 225"),
        ({"poCurrencyCost": 242, "poCurrencyCharge": 450}, "200 242 50 300 450"),
    ],
    ids=str,
)
async def test_rule_3_two_places_make_the_third(synergist, changes, expected):
    assert await after(synergist, await priced(synergist), **changes) == expected


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"poMarkup": 50, "poCharge": 150}, "100 121 50 150 225"),
        ({"poCost": 200, "poMarkup": 50, "poCharge": 300}, "200 242 50 300 450"),
        ({"poCost": "98765.43", "poMarkup": 25, "poCharge": "123456.78"}, "98765.43 119506.17 25 123456.78 185185.17"),
    ],
    ids=str,
)
async def test_rule_4_what_agrees_is_stored_as_given(synergist, changes, expected):
    assert await after(synergist, await priced(synergist), **changes) == expected


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"poMarkup": 20, "poCharge": 150}, "100 121 50 150 225"),
        ({"poMarkup": 50, "poCharge": 120}, "100 121 50 150 225"),
        ({"poCost": 200, "poMarkup": 20, "poCharge": 120}, "200 242 20 240 360"),
        ({"poCost": 100, "poMarkup": 50, "poCharge": 120}, "100 121 50 150 225"),
        ({"poCost": 200, "poMarkup": 50, "poCharge": 120}, "200 242 50 300 450"),
        ({"poCost": 200, "poMarkup": 20, "poCharge": 300}, "200 242 50 300 450"),
    ],
    ids=str,
)
async def test_rule_4_what_came_back_as_it_was_is_dropped_silently(synergist, changes, expected):
    assert await after(synergist, await priced(synergist), **changes) == expected


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"poMarkup": 60, "poCharge": 150}, "100 121 50 150 225"),
        ({"poMarkup": 60, "poCurrencyCharge": 225}, "100 121 50 150 225"),
        ({"poCost": 200, "poMarkup": 60, "poCharge": 300}, "200 242 50 300 450"),
    ],
    ids=str,
)
async def test_rule_4_charge_beats_markup_and_rule_5_names_the_loser(synergist, changes, expected):
    told = written(await update(synergist, {"poInternal": await priced(synergist), **changes}))

    assert amounts(told["data"][0], *GROUP) == expected
    assert warnings(told) == {"poMarkup"}


async def test_rule_5_names_the_losers_of_an_estimate_too(synergist):
    changes = {"poEstMarkUp": 60, "poEstRecChgOut": 150, "poCurrencyEstCharge": 9}
    told = written(await update(synergist, {"poInternal": await priced(synergist), **changes}))
    assert amounts(told["data"][0], *ESTIMATED) == "100 121 50 150 225"
    assert warnings(told) == {"poEstMarkUp", "poCurrencyEstCharge"}

    told = written(await create(synergist, NEW | {"poEstCost": 10, "poEstMarkUp": 60, "poEstRecChgOut": 15}))
    assert amounts(told["data"][0], *ESTIMATED) == "10 10 50 15 15"
    assert warnings(told) == {"poEstMarkUp"}


async def test_rule_5_names_the_loser_of_two_original_costs(synergist):
    told = written(
        await update(synergist, {"poInternal": await priced(synergist), "poOriginalCost": 10, "poCurrencyOrigCost": 9})
    )

    assert amounts(told["data"][0], *ORIGINAL) == "10 12.1"
    assert warnings(told) == {"poCurrencyOrigCost"}


async def test_several_groups_may_be_given_at_once(synergist):
    row = await updated(synergist, await priced(synergist), poCost=200, poEstMarkUp=50, poCurrencyOrigCost=10)

    assert amounts(row, *GROUP, *ESTIMATED, *ORIGINAL) == "200 242 20 240 360 100 121 50 150 225 8.26 10"


async def test_a_loser_and_a_read_only_field_are_named_together(synergist):
    changes = {"poMarkup": 60, "poCharge": 150, "poPONumber": "x"}
    told = written(await update(synergist, {"poInternal": await priced(synergist), **changes}))

    assert warnings(told) == {"poMarkup", "poPONumber"}


# Departures of the published samples (7.8)


async def test_the_currency_twin_is_written_when_its_group_is(synergist):
    assert (await shown(synergist, REAL))["poCurrencyCost"] == 0
    assert (await updated(synergist, REAL, poEstCost=33))["poCurrencyCost"] == 0
    assert (await updated(synergist, REAL, poMarkup=31))["poCurrencyCost"] == 150


async def test_the_demo_estimate_is_on_a_job_in_the_base_currency(synergist):
    row = await promoted(synergist, ESTIMATE)

    assert amounts(row, *GROUP, *ORIGINAL) == "200 200 30 260 260 200 200"
    assert row["poInternal"] == ESTIMATE
