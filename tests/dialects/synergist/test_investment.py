"""Purchases that are not charged for. Source: contract sections 7.6 and 8, investment_on and investment_off."""

import pytest

from .given import (
    ABROAD,
    ESTIMATE,
    ESTIMATED,
    INVESTED,
    NO_UUID,
    NOBODY,
    NOWHERE,
    ORIGINAL,
    REAL,
    UUID,
    VACATION,
    WAYS,
    act,
    amounts,
    bought,
    called,
    invested,
    no_trace,
    refused,
    shown,
    update,
    updated,
    warnings,
    written,
)

GROUP = ("poCost", "poCurrencyCost", "poMarkup", "poCharge", "poCurrencyCharge")
WITH = (*GROUP, "poInvestment", "poInvestmentMarkup")
ACTIONS = ("investment_on", "investment_off")
EACH_ACTION = pytest.mark.parametrize("action", ACTIONS)


async def free(synergist):
    """A purchase on a job at 1.5 with cost 100 and markup 20 whose investment is on."""
    start = {"poJobandPhase": ABROAD, "poCurrencyCode": "1/EUR", "poEstCost": 100, "poEstMarkUp": 20}
    purchase = await bought(synergist, **start)
    assert amounts(await invested(synergist, purchase), *WITH) == "100 121 20 0 0 120 20"
    return purchase


# Who, and which purchase


@EACH_ACTION
async def test_a_stranger_and_a_neighbour_switch_nothing_of_ours(synergist, neighbour, demo_book, action):
    purchase = await bought(synergist)
    async with no_trace(demo_book):
        refused(await act(synergist, action, REAL, **NOBODY), 404001)
        refused(await act(neighbour, action, purchase))
        written(await act(neighbour, action, REAL), INVESTED)


@EACH_ACTION
async def test_a_purchase_to_switch_is_named_by_id_or_uuid(synergist, action):
    for purchase in (REAL, str(REAL), UUID, UUID.lower()):
        for how in WAYS:
            (row,) = written(await called(synergist, how, action=action, purchase=purchase), INVESTED)["data"]
            assert row["poInternal"] == REAL
            assert row["poInvest"] is (action == "investment_on")


@EACH_ACTION
async def test_a_switch_needs_a_purchase_that_exists(synergist, demo_book, action):
    async with no_trace(demo_book):
        for purchase in (None, "", NOWHERE, NO_UUID, VACATION, 241, "x", "-1", "0", "1.5"):
            refused(await act(synergist, action, purchase))


# On and off


async def test_switching_on_turns_the_charge_into_an_investment(synergist):
    before = await shown(synergist, REAL)
    row = await invested(synergist, REAL)

    assert row["poInvest"] is True
    assert amounts(row, *WITH) == "150 0 30 0 0 195 30"
    assert row["poChargeout"] == 0
    assert amounts(row, *ESTIMATED, *ORIGINAL) == amounts(before, *ESTIMATED, *ORIGINAL)


async def test_switching_off_charges_again_at_the_jobs_rate(synergist):
    row = await invested(synergist, await free(synergist), on=False)

    assert row["poInvest"] is False
    assert amounts(row, *WITH) == "100 121 20 120 180 0 0"


async def test_a_switch_that_is_in_that_state_already_succeeds_and_changes_no_amount(synergist):
    row = await invested(synergist, REAL, on=False)
    assert (amounts(row, *WITH), row["poRecordVersionNumber"]) == ("150 0 30 195 195 0 0", 17)

    purchase = await free(synergist)
    version = (await shown(synergist, purchase))["poRecordVersionNumber"]
    row = await invested(synergist, purchase)
    assert (amounts(row, *WITH), row["poRecordVersionNumber"]) == ("100 121 20 0 0 120 20", version + 1)


async def test_an_estimate_can_be_switched(synergist):
    row = await invested(synergist, ESTIMATE)

    assert (row["poInvest"], amounts(row, "poInvestment", "poInvestmentMarkup")) == (True, "0 30")
    assert amounts(row, *ESTIMATED) == "200 200 30 260 260"


async def test_on_and_off_again_is_as_before(synergist):
    before = await shown(synergist, REAL)
    await invested(synergist, REAL)
    await invested(synergist, REAL, on=False)

    after = await shown(synergist, REAL)
    assert {name for name in after if after[name] != before[name]} == {"poTimeStampModified", "poRecordVersionNumber"}


# By update


@pytest.mark.parametrize("on, off", [(True, False), ("true", "false"), (1, 0)])
async def test_an_update_switches_like_the_actions(synergist, on, off):
    row = await updated(synergist, REAL, poInvest=on)
    assert (row["poInvest"], amounts(row, *WITH)) == (True, "150 0 30 0 0 195 30")

    row = await updated(synergist, REAL, poInvest=off)
    assert (row["poInvest"], amounts(row, *WITH)) == (False, "150 0 30 195 195 0 0")


async def test_an_update_switches_before_it_looks_at_amounts(synergist):
    row = await updated(synergist, REAL, poCost=100, poInvest=True)
    assert amounts(row, *WITH) == "100 100 30 0 0 130 30"

    row = await updated(synergist, REAL, poInvest=False, poCharge=200)
    assert amounts(row, *WITH) == "100 100 100 200 200 0 0"

    row = await updated(synergist, REAL, poInvestment=150, poInvest=True)
    assert amounts(row, *WITH) == "100 100 50 0 0 150 50"


# While it is on


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"poCost": 200}, "200 242 20 0 0 240 20"),
        ({"poCurrencyCost": 242}, "200 242 20 0 0 240 20"),
        ({"poMarkup": 50}, "100 121 50 0 0 150 50"),
        ({"poInvestmentMarkup": 50}, "100 121 50 0 0 150 50"),
        ({"poInvestment": 150}, "100 121 50 0 0 150 50"),
        ({"poInvestment": "150.00", "poCost": 200}, "200 242 -25 0 0 150 -25"),
        ({"poCost": 200, "poInvestmentMarkup": 50}, "200 242 50 0 0 300 50"),
        ({"poCost": 0}, "0 0 20 0 0 0 20"),
    ],
    ids=str,
)
async def test_while_it_is_on_the_investment_takes_the_place_of_the_charge(synergist, changes, expected):
    told = written(await update(synergist, {"poInternal": await free(synergist), **changes}))

    assert amounts(told["data"][0], *WITH) == expected
    assert told["warningmessage"] == ""


@pytest.mark.parametrize("changes", [{"poCharge": 150}, {"poChargeout": 150}, {"poCurrencyCharge": 225}], ids=str)
async def test_a_charge_given_while_it_is_on_is_entered_as_the_investment(synergist, changes):
    """Ruling."""
    row = await updated(synergist, await free(synergist), **changes)

    assert amounts(row, *WITH) == "100 121 50 0 0 150 50"


async def test_the_charge_of_0_that_is_shown_says_nothing_of_the_investment(synergist):
    purchase = await free(synergist)
    row = await updated(synergist, purchase, poCharge=0, poChargeout=0, poCurrencyCharge=0)
    assert amounts(row, *WITH) == "100 121 20 0 0 120 20"

    row = await updated(synergist, purchase, poCharge=0, poCurrencyCharge=0, poCost=200)
    assert amounts(row, *WITH) == "200 242 20 0 0 240 20"


async def test_a_whole_record_that_comes_back_while_it_is_on_changes_nothing(synergist):
    purchase = await free(synergist)
    before = await shown(synergist, purchase)

    told = written(await update(synergist, before))

    assert told["warningmessage"] == ""
    assert amounts(told["data"][0], *WITH) == "100 121 20 0 0 120 20"
    assert told["data"][0]["poInvest"] is True


async def test_another_currency_or_rate_applies_while_it_is_on(synergist):
    row = await updated(synergist, await free(synergist), poCurrencyCode="1/USD")
    assert amounts(row, *WITH) == "100 130 20 0 0 120 20"

    row = await updated(synergist, await free(synergist), poCurrencyRate=2)
    assert amounts(row, *WITH) == "60.5 121 20 0 0 72.6 20"


async def test_of_an_investment_and_a_markup_that_disagree_the_investment_counts(synergist):
    changes = {"poInvestment": 150, "poMarkup": 60}
    told = written(await update(synergist, {"poInternal": await free(synergist), **changes}))

    assert amounts(told["data"][0], *WITH) == "100 121 50 0 0 150 50"
    assert warnings(told) == {"poMarkup"}


async def test_what_was_changed_while_it_was_on_is_charged_when_it_is_off(synergist):
    purchase = await free(synergist)
    await updated(synergist, purchase, poInvestment=150)

    assert amounts(await invested(synergist, purchase, on=False), *WITH) == "100 121 50 150 225 0 0"


# While it is off


@pytest.mark.parametrize("name", ["poInvestment", "poInvestmentMarkup"])
async def test_without_an_investment_only_its_zero_may_be_given(synergist, demo_book, name):
    async with no_trace(demo_book):
        for value in (1, "0.01", -5):
            refused(await update(synergist, {"poInternal": REAL, name: value}), naming=name)
            refused(await update(synergist, {"poInternal": REAL, name: value, "poInvest": False}), naming=name)
    row = await updated(synergist, REAL, **{name: 0})
    assert amounts(row, *WITH) == "150 0 30 195 195 0 0"


async def test_the_details_tell_of_the_investment(synergist):
    purchase = await free(synergist)
    record = await shown(synergist, purchase)

    assert (record["poInvest"], amounts(record, *WITH)) == (True, "100 121 20 0 0 120 20")
