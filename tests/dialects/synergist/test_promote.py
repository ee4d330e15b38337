"""Making estimates real. Source: contract section 8, promote; design, rules on numbers."""

import json
import re

import pytest

from .given import (
    ABROAD,
    ACTUAL,
    DEMO,
    EST,
    ESTIMATE,
    ESTIMATED,
    EURO,
    LOCKED,
    NO_UUID,
    NOBODY,
    NOWHERE,
    ORIGINAL,
    PROMOTED,
    REAL,
    VACATION,
    WAYS,
    act,
    amounts,
    bought,
    called,
    created,
    data,
    deleted,
    entered,
    invested,
    last_event,
    listed,
    no_trace,
    promoted,
    refused,
    rows,
    shown,
    updated,
    written,
)


async def test_a_stranger_and_a_neighbour_promote_nothing_of_ours(synergist, neighbour, demo_book):
    purchase = await entered(synergist)
    async with no_trace(demo_book):
        refused(await act(synergist, "promote", ESTIMATE, **NOBODY), 404001)
        refused(await act(neighbour, "promote", purchase))
        written(await act(neighbour, "promote", ESTIMATE), PROMOTED)


@pytest.mark.parametrize("how", WAYS)
async def test_an_estimate_is_promoted_in_every_way_of_calling(synergist, how):
    told = written(await called(synergist, how, action="promote", purchase=ESTIMATE), PROMOTED)

    assert told["warningmessage"] == ""
    (row,) = told["data"]
    assert row["poInternal"] == ESTIMATE
    assert re.fullmatch(r"\d{6}", row["poPONumber"])
    assert (await shown(synergist, ESTIMATE)).items() >= row.items()


async def test_an_estimate_is_named_by_id_or_uuid(synergist):
    for of in (int, str):
        row = await created(synergist)
        assert (await promoted(synergist, of(row["poInternal"])))["poPONumber"] != EST
    for spelled in (str.upper, str.lower):
        row = await created(synergist)
        assert (await promoted(synergist, spelled(row["poUuid"])))["poInternal"] == row["poInternal"]


async def test_the_actual_group_becomes_the_estimate_and_the_original_its_cost(synergist):
    purchase = await entered(synergist, poJobandPhase=ABROAD, poCurrencyCode="1/EUR", poEstCost=100, poEstRecChgOut=150)
    row = await promoted(synergist, purchase)

    assert amounts(row, *ACTUAL) == "100 121 50 150 150 225"
    assert amounts(row, *ESTIMATED, *ORIGINAL) == "100 121 50 150 225 100 121"
    assert (row["poCurrencyCode"], row["poRecordVersionNumber"]) == ("1/EUR", 2)


async def test_what_stood_in_the_actual_group_is_replaced(synergist):
    purchase = await entered(synergist, poEstCost=100)
    await updated(synergist, purchase, poCost=7, poMarkup=1, poOriginalCost=3)

    row = await promoted(synergist, purchase)

    assert amounts(row, *ACTUAL, *ORIGINAL) == "100 100 30 130 130 130 100 100"


async def test_an_estimate_of_nothing_can_be_promoted(synergist):
    row = await promoted(synergist, await entered(synergist))

    assert amounts(row, *ACTUAL, *ORIGINAL) == "0 0 30 0 0 0 0 0"


async def test_the_estimate_that_counts_is_the_one_of_the_moment(synergist):
    purchase = await entered(synergist, poEstCost=100)
    await updated(synergist, purchase, poEstCost=50)

    assert amounts(await promoted(synergist, purchase), "poCost", "poOriginalCost") == "50 50"
    row = await updated(synergist, purchase, poEstCost=70)
    assert amounts(row, "poCost", "poOriginalCost", "poEstCost") == "50 50 70"


async def test_what_is_real_already_is_refused(synergist, demo_book):
    purchase = await bought(synergist)
    async with no_trace(demo_book):
        for each in (REAL, EURO, LOCKED, purchase):
            refused(await act(synergist, "promote", each))


async def test_a_promotion_needs_a_purchase_that_exists(synergist, demo_book):
    async with no_trace(demo_book):
        for purchase in (None, "", NOWHERE, NO_UUID, VACATION, 241, "x", "-1", "0", "1.5"):
            refused(await act(synergist, "promote", purchase))
        refused(await act(synergist, "promote", None, input=data({"poInternal": ESTIMATE})))


# Numbers


async def test_every_promotion_has_a_number_of_its_own(synergist):
    numbers = [(await promoted(synergist, await entered(synergist)))["poPONumber"] for _ in range(12)]

    assert len(set(numbers)) == 12
    assert not {"012082", "012083"} & set(numbers)
    for number in numbers:
        assert re.fullmatch(r"\d{6}", number)


async def test_a_number_that_is_taken_is_skipped(synergist, extensiv, iinsight):
    taken = int((await promoted(synergist, await entered(synergist)))["poPONumber"])
    answer = await extensiv.post(
        "/inventory/pos", json={"purchaseOrderNumber": f"{taken + 1:06}", "customerIdentifier": {"id": 1}}
    )
    assert answer.status_code == 201, answer.text
    answer = await iinsight.post(f"/api1/purchase_orders/new?case_id=3&purchase_order={taken + 2:06}")
    assert answer.status_code == 200, answer.text

    numbers = [int((await promoted(synergist, await entered(synergist)))["poPONumber"]) for _ in range(3)]

    assert not {taken, taken + 1, taken + 2} & set(numbers)
    assert len(set(numbers)) == 3


async def test_numbers_stay_distinct_after_a_deletion(synergist):
    first = await bought(synergist)
    number = (await shown(synergist, first))["poPONumber"]
    await deleted(synergist, first)

    others = [(await promoted(synergist, await entered(synergist)))["poPONumber"] for _ in range(3)]
    assert len({*others}) == 3
    assert re.fullmatch(r"\d{6}", number)


async def test_the_neighbours_numbers_are_not_ours(synergist, neighbour):
    ours = (await promoted(synergist, await entered(synergist)))["poPONumber"]
    theirs = (await promoted(neighbour, await entered(neighbour)))["poPONumber"]

    assert ours == theirs


async def test_a_refused_promotion_uses_no_number(synergist):
    first = int((await promoted(synergist, await entered(synergist)))["poPONumber"])
    refused(await act(synergist, "promote", REAL))

    assert (await listed(synergist, search=f"{first + 1:06}")) == []


# Around it


async def test_an_invested_estimate_stays_invested(synergist):
    purchase = await entered(synergist, poEstCost=100)
    await invested(synergist, purchase)

    row = await promoted(synergist, purchase)

    assert row["poInvest"] is True
    assert amounts(row, "poCost", "poMarkup", "poOriginalCost") == "100 30 100"
    back = await invested(synergist, purchase, on=False)
    assert amounts(back, *ACTUAL) == "100 100 30 130 130 130"


async def test_texts_and_dates_stay(synergist):
    purchase = await entered(synergist, poTheirRef="a", poOrderText="b")
    await updated(synergist, purchase, poDateRequired="2025-03-01")
    before = await shown(synergist, purchase)
    await promoted(synergist, purchase)

    after = await shown(synergist, purchase)
    for name in (
        "poDescription",
        "poTheirRef",
        "poOrderText",
        "poDateRequired",
        "poDateCreated",
        "poUuid",
        "poCompleted",
    ):
        assert after[name] == before[name]


async def test_a_promotion_is_one_event(synergist, demo_book):
    before = await demo_book.counts()
    await promoted(synergist, ESTIMATE)

    assert (await demo_book.counts())["events"] == before["events"] + 1
    event = await last_event(demo_book)
    assert (event["face"], event["actor"], event["noun_id"]) == ("synergist", DEMO, ESTIMATE)
    (order,) = await rows(demo_book, "orders", f"id = {ESTIMATE}")
    assert json.loads(order)["number"] == (await shown(synergist, ESTIMATE))["poPONumber"]
