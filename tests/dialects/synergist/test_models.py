"""The list and the details of purchases, and what the demo book has of them. Source: contract sections 4 and 10."""

import time
from datetime import UTC, datetime

import pytest

from .given import (
    DEMO,
    DETAILS,
    EST,
    ESTIMATE,
    EURO,
    LIST,
    LOCKED,
    NEW,
    NOWHERE,
    PHASE,
    PURCHASES,
    REAL,
    SUPPLIER,
    SUPPLY_TYPE,
    UUID,
    VACATION,
    WRITTEN,
    act,
    amounts,
    asked,
    bought,
    created,
    entered,
    found,
    invested,
    listed,
    no_trace,
    promoted,
    read,
    refused,
    shown,
    update,
    updated,
    written,
)

ALL_AMOUNTS = (
    "poCost",
    "poCurrencyCost",
    "poMarkup",
    "poCharge",
    "poCurrencyCharge",
    "poEstCost",
    "poCurrencyEstCost",
    "poEstMarkUp",
    "poEstRecChgOut",
    "poCurrencyEstCharge",
    "poOriginalCost",
    "poCurrencyOrigCost",
)


# Which model


async def test_several_records_are_lists_and_one_is_its_details(synergist):
    for record in await found(synergist):
        assert set(record) == set(LIST)
    for purchase in PURCHASES:
        assert set(await shown(synergist, purchase)) == set(DETAILS)


async def test_the_list_has_18_keys_and_the_details_have_37(synergist):
    assert (len(LIST), len(DETAILS), len(WRITTEN)) == (18, 37, 23)


async def test_one_record_that_was_not_asked_for_by_its_id_is_a_list_too(synergist):
    (record,) = await found(synergist, rows=1)
    assert set(record) == set(LIST)
    (record,) = await found(synergist, uuid=UUID)
    assert set(record) == set(LIST)


async def test_the_details_of_one_are_asked_for_by_id_or_uuid(synergist):
    for purchase in (REAL, str(REAL), UUID, UUID.lower()):
        told = read(await asked(synergist, purchase=purchase))
        assert [told[name] for name in ("totalrows", "totalpages", "pagerows", "pagenumber")] == [1, 1, 0, 1]
        (record,) = told["data"]
        assert record["poInternal"] == REAL


async def test_the_style_modeldata_is_what_one_gets_anyway(synergist):
    assert await found(synergist, style="modeldata") == await found(synergist)
    assert await found(synergist, style="modeldata", purchase=REAL) == [await shown(synergist, REAL)]


async def test_a_named_model_is_the_one_of_the_records(synergist):
    """Reading: what is said of the default means that a name overrides it."""
    for record in await found(synergist, modelstructure="purchaseorderdetails"):
        assert set(record) == set(DETAILS)
    for model in ("purchaseorderlist", "view"):
        (record,) = await found(synergist, modelstructure=model, purchase=REAL)
        assert set(record) == set(LIST)
        assert set((await found(synergist, modelstructure=model))[0]) == set(LIST)


async def test_both_models_tell_the_same(synergist):
    await bought(synergist, poEstCost=1234.5, poTheirRef="A-17", poOrderText="Ring twice")
    await updated(synergist, ESTIMATE, poDateRequired="2025-03-01")
    for record in await found(synergist):
        details = await shown(synergist, record["poInternal"])
        assert details.items() >= record.items()


async def test_an_unknown_style_or_model_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for name in ("modelview", "x", "model", "modelstructures"):
            refused(await asked(synergist, style=name), naming="style")
            refused(await asked(synergist, style=name, modelstructure="purchaseorderlist"), naming="style")
        for name in ("joblist", "x", "purchaseorder", "purchaseorderlists"):
            refused(await asked(synergist, modelstructure=name), naming="modelstructure")
            refused(await asked(synergist, modelstructure=name, style="modelstructure"), naming="modelstructure")
            refused(await asked(synergist, modelstructure=name, purchase=REAL), naming="modelstructure")


async def test_a_purchase_that_does_not_exist_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for odd in (
            NOWHERE,
            0,
            -1,
            "x",
            "1.5",
            "9" * 400,
            "0" * 32,
            UUID[:-1],
            VACATION,
            241,
            "ORD-4",
            "012082",
            "null",
        ):
            refused(await asked(synergist, purchase=odd))


# What writes answer


async def test_every_write_answers_the_22_columns_and_the_twin(synergist):
    row = await created(synergist, poEstCost=10)
    assert set(row) == set(WRITTEN)
    for each in (
        await updated(synergist, row["poInternal"], poEstCost=11),
        await promoted(synergist, row["poInternal"]),
        await invested(synergist, row["poInternal"]),
        await invested(synergist, row["poInternal"], on=False),
    ):
        assert set(each) == set(WRITTEN)
        assert each["poInternal"] == row["poInternal"]


async def test_what_a_write_answers_is_what_is_shown_afterwards(synergist):
    row = await created(synergist, poCurrencyCode="1/EUR", poEstCost=10)
    purchase = row["poInternal"]
    assert (await shown(synergist, purchase)).items() >= row.items()
    for change in (
        updated(synergist, purchase, poEstRecChgOut=50, poTheirRef="x"),
        promoted(synergist, purchase),
        updated(synergist, purchase, poCurrencyCost=99),
        invested(synergist, purchase),
        invested(synergist, purchase, on=False),
    ):
        row = await change
        assert (await shown(synergist, purchase)).items() >= row.items()


async def test_the_twins_have_one_value(synergist):
    for purchase in PURCHASES:
        record = await shown(synergist, purchase)
        assert record["poCharge"] == record["poChargeout"]
    row = await updated(synergist, REAL, poCost=10)
    assert row["poCharge"] == row["poChargeout"] == 13


@pytest.mark.parametrize("name", ["poCharge", "poChargeout"])
async def test_either_twin_may_be_given(synergist, name):
    row = await updated(synergist, REAL, **{name: 300})

    assert row["poCharge"] == row["poChargeout"] == 300
    assert row["poMarkup"] == 100


async def test_both_twins_may_be_given_alike(synergist):
    row = await updated(synergist, REAL, poCharge=300, poChargeout="300.00")
    assert row["poCharge"] == row["poChargeout"] == 300
    assert (
        written(await update(synergist, {"poInternal": REAL, "poCharge": 5, "poChargeout": 5}))["warningmessage"] == ""
    )


async def test_both_twins_given_differently_are_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for one, other in ((1, 2), (195, 300), (300, 195), (0, 195)):
            refused(
                await update(synergist, {"poInternal": REAL, "poCharge": one, "poChargeout": other}), naming="poCharge"
            )


# Fields


async def test_an_estimate_shows_est_for_its_number(synergist):
    for purchase in (ESTIMATE, await entered(synergist)):
        assert (await shown(synergist, purchase))["poPONumber"] == EST
    assert {record["poInternal"]: record["poPONumber"] for record in await found(synergist)}[ESTIMATE] == EST


async def test_a_real_purchase_shows_its_number(synergist):
    assert (await shown(synergist, REAL))["poPONumber"] == "012082"
    assert (await shown(synergist, LOCKED))["poPONumber"] == "PO-LOCKED"


async def test_the_codes_and_the_name_of_the_supplier_are_shown(synergist):
    record = await shown(synergist, await entered(synergist))

    names = ("poJobandPhase", "poSupplierCode", "poSupplierName", "poSupplytype")
    assert [record[name] for name in names] == [PHASE, SUPPLIER, "A A Matthews", SUPPLY_TYPE]


async def test_who_entered_a_purchase_ordered_it(synergist):
    purchase = await entered(synergist)
    assert (await shown(synergist, purchase))["poOrderedByUserName"] == DEMO
    await update(synergist, {"poInternal": purchase, "poCost": 1}, user="c.johnson@example.com")

    assert (await shown(synergist, purchase))["poOrderedByUserName"] == DEMO


async def test_the_base_cost_is_displayed_with_symbol_and_thousands(synergist):
    async def displayed(purchase):
        display = (await shown(synergist, purchase))["poCostDisplay"]
        assert {record["poInternal"]: record["poCostDisplay"] for record in await found(synergist)}[purchase] == display
        return display

    assert await displayed(REAL) == "£150.00"
    assert await displayed(ESTIMATE) == "£200.00"
    assert await displayed(EURO) == "£0.00"
    for value, display in (
        ("999.99", "£999.99"),
        ("1000", "£1,000.00"),
        ("1234567.8", "£1,234,567.80"),
        ("0.5", "£0.50"),
        ("1234567890.01", "£1,234,567,890.01"),
    ):
        await updated(synergist, REAL, poCost=value)
        assert await displayed(REAL) == display


async def test_an_estimate_displays_its_estimated_cost_and_a_real_purchase_its_actual_one(synergist):
    purchase = await entered(synergist, poCurrencyCode="1/EUR", poCurrencyEstCost=25)
    await updated(synergist, purchase, poCost=7)
    assert (await shown(synergist, purchase))["poCostDisplay"] == "£20.66"

    await promoted(synergist, purchase)
    await updated(synergist, purchase, poCost=7, poEstCost=9)
    assert (await shown(synergist, purchase))["poCostDisplay"] == "£7.00"


async def test_a_purchase_is_created_on_its_day(synergist):
    before = datetime.now(UTC).date().isoformat()
    record = await shown(synergist, await entered(synergist))

    assert before <= record["poDateCreated"] <= datetime.now(UTC).date().isoformat()


async def test_the_day_of_creation_stays(synergist):
    before = (await shown(synergist, REAL))["poDateCreated"]
    await updated(synergist, REAL, poEstCost=1)

    assert (await shown(synergist, REAL))["poDateCreated"] == before


# Versions


async def test_every_write_raises_the_version_by_one_also_one_that_alters_nothing(synergist):
    version = (await shown(synergist, ESTIMATE))["poRecordVersionNumber"]
    for change in (
        updated(synergist, ESTIMATE, poEstCost=1),
        updated(synergist, ESTIMATE, poEstCost=1),
        updated(synergist, ESTIMATE, poTheirRef=""),
        updated(synergist, ESTIMATE, poPONumber="other"),
        promoted(synergist, ESTIMATE),
        invested(synergist, ESTIMATE),
        invested(synergist, ESTIMATE),
        invested(synergist, ESTIMATE, on=False),
    ):
        version += 1
        assert (await change)["poRecordVersionNumber"] == version
        assert (await shown(synergist, ESTIMATE))["poRecordVersionNumber"] == version


async def test_a_refused_write_leaves_version_and_time(synergist):
    before = await shown(synergist, REAL)
    refused(await update(synergist, {"poInternal": REAL, "poCost": "x"}))
    refused(await act(synergist, "promote", REAL))

    assert await shown(synergist, REAL) == before


async def test_reading_changes_nothing(synergist, demo_book):
    async with no_trace(demo_book):
        for parameters in ({}, {"purchase": REAL}, {"style": "modelstructure", "modelstructure": "view"}):
            read(await asked(synergist, **parameters))


async def test_the_time_of_change_never_decreases(synergist):
    times = [(await updated(synergist, REAL, poEstCost=value))["poTimeStampModified"] for value in range(5)]

    assert times == sorted(times)
    assert times[-1] <= time.time() + 1


async def test_the_time_of_change_does_not_fall_behind_a_future_one(synergist, demo_book):
    """A clock that was set back does not take a client's last synchronisation back with it."""
    ahead = int(time.time()) + 3600
    await demo_book.desk.pool.execute(
        "update orders set modified_at = to_timestamp($3) where tenant_id = $1 and id = $2",
        demo_book.tenant_id,
        REAL,
        ahead,
    )

    assert (await updated(synergist, REAL, poEstCost=1))["poTimeStampModified"] >= ahead


# The demo purchases


async def test_the_demo_purchases_are_as_the_contract_says(synergist):
    record = await shown(synergist, REAL)
    assert amounts(record, *ALL_AMOUNTS) == "150 0 30 195 195 0 0 30 0 0 0 0"
    assert (record["poCurrencyCode"], record["poCurrencyRate"], record["poInvest"]) == ("", 1, False)
    assert (record["poPONumber"], record["poRecordVersionNumber"], record["poUuid"]) == ("012082", 16, UUID)

    record = await shown(synergist, EURO)
    assert (record["poCurrencyCode"], f"{record['poCurrencyRate']}") == ("1/EUR", "1.21")
    assert record["poPONumber"] != EST

    record = await shown(synergist, ESTIMATE)
    assert amounts(record, "poEstCost", "poEstMarkUp", "poEstRecChgOut") == "200 30 260"
    assert record["poPONumber"] == EST

    assert await listed(synergist, jobphase=PHASE) == [REAL, ESTIMATE, EURO]
    assert await listed(synergist) == list(PURCHASES)


async def test_what_a_purchase_without_costing_shows_is_nothing(synergist):
    record = await shown(synergist, LOCKED)

    assert amounts(record, *ALL_AMOUNTS) == "0 0 0 0 0 0 0 0 0 0 0 0"
    assert (record["poCurrencyCode"], record["poCurrencyRate"], record["poInvest"]) == ("", 1, False)
    assert [record[name] for name in ("poDescription", "poJobandPhase", "poSupplytype", "poTheirRef")] == [""] * 4
    assert (record["poSupplierCode"], record["poCostDisplay"]) == ("SUP-1", "£0.00")


async def test_every_code_of_the_demo_book_can_be_used(synergist):
    for phase in ("1/00001076.001", "1/00001076.002", "1/00000543.001", "1/00002001.001"):
        for currency in ("1/EUR", "1/USD", ""):
            purchase = await entered(synergist, poJobandPhase=phase, poCurrencyCode=currency, poEstCost=1)
            record = await shown(synergist, purchase)
            assert (record["poJobandPhase"], record["poCurrencyCode"]) == (phase, currency)


async def test_the_details_are_those_of_the_creation(synergist):
    members = {"poOrderText": "Ring twice", "poTheirRef": "A-17"}
    record = await shown(synergist, await entered(synergist, **members))

    assert record.items() >= (NEW | members).items()
