"""Entering estimates. Source: contract section 8, create; section 7.7."""

import re

import pytest

from .given import (
    ABROAD,
    ACTUAL,
    AT_CREATION,
    DEMO,
    DETAILS,
    EST,
    ESTIMATED,
    LOCKED,
    MANDATORY,
    NEW,
    NOBODY,
    ORIGINAL,
    PURCHASES,
    REAL,
    UPDATED,
    WAYS,
    WRITTEN,
    amounts,
    called,
    create,
    created,
    data,
    entered,
    homs_order,
    last_event,
    listed,
    no_trace,
    refused,
    sent,
    shown,
    updated,
    warnings,
    written,
)


async def test_a_stranger_and_a_neighbour_enter_nothing_here(synergist, neighbour, demo_book):
    async with no_trace(demo_book):
        refused(await create(synergist, NEW, **NOBODY), 404001)
        written(await create(neighbour, NEW))


@pytest.mark.parametrize("how", WAYS)
async def test_an_estimate_is_entered_in_every_way_of_calling(synergist, how):
    (row,) = written(await called(synergist, how, action="create", input=data(NEW)), UPDATED)["data"]

    assert row["poPONumber"] == EST
    assert await listed(synergist) == [*PURCHASES, row["poInternal"]]


async def test_a_new_purchase_is_an_estimate_of_nothing_with_the_suppliers_markup(synergist):
    row = await created(synergist)

    assert set(row) == set(WRITTEN)
    assert row["poPONumber"] == EST
    assert row["poRecordVersionNumber"] == 1
    assert row["poInternal"] > LOCKED
    assert re.fullmatch(r"[0-9A-F]{32}", row["poUuid"])
    assert (row["poCurrencyCode"], row["poCurrencyRate"], row["poInvest"]) == ("", 1, False)
    assert amounts(row, *ACTUAL) == "0 0 30 0 0 0"
    assert amounts(row, *ESTIMATED, *ORIGINAL) == "0 0 30 0 0 0 0"
    assert amounts(row, "poInvestment", "poInvestmentMarkup") == "0 0"


async def test_what_was_entered_is_shown(synergist):
    members = NEW | {"poOrderText": "Ring twice\nBack door", "poTheirRef": "A-17", "poCurrencyCode": "1/EUR"}
    record = await shown(synergist, (await created(synergist, **members))["poInternal"])

    assert record.items() >= members.items()
    assert record["poOrderedByUserName"] == DEMO
    assert record["poCompleted"] is False


async def test_every_field_of_a_creation_is_read(synergist):
    values = NEW | {
        "poOrderText": "x",
        "poTheirRef": "y",
        "poCurrencyCode": "1/USD",
        "poCurrencyRate": 2,
        "poEstCost": 100,
        "poCurrencyEstCost": 200,
        "poEstMarkUp": 50,
        "poEstRecChgOut": 150,
        "poCurrencyEstCharge": 150,
    }
    assert set(values) == set(AT_CREATION)

    told = written(await create(synergist, values))

    assert told["warningmessage"] == ""
    assert (await shown(synergist, told["data"][0]["poInternal"])).items() >= values.items()


# Mandatory


@pytest.mark.parametrize("name", MANDATORY)
async def test_each_mandatory_field_is_needed_and_not_blank(synergist, demo_book, name):
    async with no_trace(demo_book):
        refused(await create(synergist, {key: value for key, value in NEW.items() if key != name}), naming=name)
        for blank in ("", " ", "\t\n", "\u00a0\u3000"):
            refused(await create(synergist, NEW | {name: blank}), naming=name)
        for odd in (None, True, [], ["x"], {}):
            refused(await create(synergist, NEW | {name: odd}), naming=name)


async def test_an_unknown_phase_supplier_or_supply_type_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for name, unknown in (
            ("poJobandPhase", ("1/00001076", "1/00001076.009", "00001076.002", "1\\00001076.002", "x" * 3000, "%")),
            ("poSupplierCode", ("AAMATT2", "1/AAMATT", "A A Matthews", "2", "x" * 3000, "%")),
            ("poSupplytype", ("ENG", "1/EN", "Engraving", "x" * 3000, "%")),
        ):
            for code in unknown:
                refused(await create(synergist, NEW | {name: code}), naming=name)


async def test_any_other_field_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for name in (*DETAILS, "poNonsense", "notes", ""):
            if name not in AT_CREATION:
                refused(await create(synergist, NEW | {name: "1"}), naming=name)


async def test_a_record_without_anything_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        refused(await create(synergist, {}))


# Amounts


@pytest.mark.parametrize(
    "given, expected",
    [
        ({"poEstCost": 25}, "25 25 30 32.5 32.5"),
        ({"poEstCost": 25, "poEstMarkUp": 10}, "25 25 10 27.5 27.5"),
        ({"poEstCost": 25, "poEstMarkUp": 0}, "25 25 0 25 25"),
        ({"poEstCost": 25, "poEstRecChgOut": 50}, "25 25 100 50 50"),
        ({"poEstCost": 25, "poCurrencyEstCharge": 50}, "25 25 100 50 50"),
        ({"poCurrencyEstCost": 25}, "25 25 30 32.5 32.5"),
        ({"poEstMarkUp": 12}, "0 0 12 0 0"),
        ({"poEstCost": "25.005", "poEstMarkUp": "10"}, "25.01 25.01 10 27.51 27.51"),
        ({"poEstCost": 25, "poEstMarkUp": 100, "poEstRecChgOut": 50}, "25 25 100 50 50"),
    ],
    ids=str,
)
async def test_the_estimate_follows_from_what_is_given(synergist, given, expected):
    row = await created(synergist, **given)

    assert amounts(row, *ESTIMATED) == expected
    assert row["poMarkup"] == row["poEstMarkUp"]
    assert (
        amounts(row, "poCost", "poCurrencyCost", "poCharge", "poChargeout", "poCurrencyCharge", *ORIGINAL)
        == "0 0 0 0 0 0 0"
    )


async def test_a_markup_or_charge_that_is_given_takes_the_place_of_the_suppliers(synergist):
    assert (await created(synergist))["poEstMarkUp"] == 30
    assert (await created(synergist, poSupplierCode="SUP-1"))["poEstMarkUp"] == 0
    assert (await created(synergist, poSupplierCode="SUP-1", poEstMarkUp=12))["poEstMarkUp"] == 12
    assert (await created(synergist, poEstMarkUp="0"))["poEstMarkUp"] == 0


async def test_the_charge_of_a_job_abroad_is_in_its_currency(synergist):
    row = await created(synergist, poJobandPhase=ABROAD, poEstCost=200, poEstMarkUp=30)
    assert amounts(row, *ESTIMATED) == "200 200 30 260 390"

    row = await created(synergist, poJobandPhase=ABROAD, poEstCost=200, poCurrencyEstCharge=390)
    assert amounts(row, *ESTIMATED) == "200 200 30 260 390"


async def test_the_currency_of_the_supplier_has_the_rate_of_the_table_unless_one_is_given(synergist):
    assert amounts(await created(synergist, poCurrencyCode="1/EUR"), "poCurrencyRate") == "1.21"
    assert amounts(await created(synergist, poCurrencyCode="1/USD"), "poCurrencyRate") == "1.3"
    row = await created(synergist, poCurrencyCode="1/EUR", poCurrencyRate="1.5", poCurrencyEstCost=30)
    assert amounts(row, "poCurrencyRate", "poEstCost", "poCurrencyEstCost") == "1.5 20 30"


async def test_what_was_lost_at_creation_is_named(synergist):
    told = written(await create(synergist, NEW | {"poEstCost": 10, "poCurrencyEstCost": 11, "poEstMarkUp": 0}))

    assert warnings(told) == {"poCurrencyEstCost"}
    assert amounts(told["data"][0], *ESTIMATED) == "10 10 0 10 10"


# Many


async def test_many_estimates_are_entered_in_order(synergist):
    told = written(await create(synergist, *(NEW | {"poDescription": f"No {number}"} for number in range(20))))

    ids = [row["poInternal"] for row in told["data"]]
    assert ids == sorted(set(ids))
    for number in (0, 7, 19):
        assert (await shown(synergist, ids[number]))["poDescription"] == f"No {number}"
    assert len({row["poUuid"] for row in told["data"]}) == 20


async def test_a_purchase_may_be_entered_twice(synergist):
    first, second = written(await create(synergist, NEW, NEW))["data"]

    assert first["poInternal"] != second["poInternal"]
    assert first["poUuid"] != second["poUuid"]


async def test_a_creation_is_one_order_one_costing_and_one_event_each(synergist, demo_book):
    before = await demo_book.counts()
    written(await create(synergist, NEW, NEW))

    after = await demo_book.counts()
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "orders": 2,
        "costings": 2,
        "events": 2,
    }
    event = await last_event(demo_book)
    assert (event["face"], event["actor"]) == ("synergist", DEMO)


async def test_a_new_purchase_has_the_customer_of_its_case(synergist, demo_homs, intouch):
    purchase = await entered(synergist)

    answer = await intouch.get(f"/api/buscases/{purchase}")
    assert answer.json()["customer"] == 2
    assert (await homs_order(demo_homs, purchase))["state"] == "to_execute"


async def test_a_description_may_be_of_any_script(synergist):
    row = await created(synergist, poDescription="Tiskovina „žluť“ 日本 😀")

    assert (await shown(synergist, row["poInternal"]))["poDescription"] == "Tiskovina „žluť“ 日本 😀"


async def test_a_creation_may_be_repeated_after_a_refusal(synergist):
    refused(await create(synergist, NEW | {"poSupplytype": "1/XYZ"}))
    assert (await updated(synergist, await entered(synergist), poTheirRef="x"))["poRecordVersionNumber"] == 2


async def test_an_object_for_the_input_enters_too(synergist):
    answer = await sent(synergist, "json", action="create", input={"data": [NEW]})

    assert written(answer)["data"][0]["poPONumber"] == EST
    assert (await shown(synergist, REAL))["poRecordVersionNumber"] == 16
