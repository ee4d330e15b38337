"""Changing purchases. Source: contract section 8, update; section 3, warningmessage; the version lock."""

from decimal import Decimal

import pytest

from .given import (
    ACTUAL,
    DETAILS,
    EDITABLE,
    EST,
    ESTIMATE,
    EURO,
    LOCKED,
    NO_UUID,
    NOBODY,
    NOWHERE,
    READ_ONLY,
    REAL,
    STAMPS,
    UUID,
    VACATION,
    WRITTEN,
    amounts,
    asked,
    bought,
    completed,
    created,
    data,
    entered,
    no_trace,
    promoted,
    refused,
    sent,
    shown,
    update,
    updated,
    warnings,
    written,
)

# A value that each read-only field of any purchase here does not have.
OTHER_VALUES = {
    "poTimeStampModified": 5,
    "poPONumber": "999999",
    "poJobandPhase": "1/00000543.001",
    "poOrderedByUserName": "somebody",
    "poSupplierCode": "SUP-1",
    "poSupplierName": "Another",
    "poSupplytype": "1/XYZ",
    "poCostDisplay": "£9.99",
    "poDateCreated": "1999-01-01",
    "poDateSent": "1999-01-01",
    "poDateFinalInvoice": "1999-01-01",
    "poCompleted": True,
}


def unstamped(record):
    return {name: value for name, value in record.items() if name not in STAMPS}


# Who, and which purchase


async def test_a_stranger_and_a_neighbour_change_nothing_of_ours(synergist, neighbour, demo_book):
    row = await created(synergist)
    async with no_trace(demo_book):
        refused(await update(synergist, {"poInternal": REAL, "poCost": 1}, **NOBODY), 404001)
        refused(await update(neighbour, {"poInternal": row["poInternal"], "poCost": 1}))
        refused(await update(neighbour, {"poUuid": row["poUuid"], "poCost": 1}))
        await updated(neighbour, REAL, poCost=1)


@pytest.mark.parametrize("identifier", [{"poInternal": REAL}, {"poInternal": str(REAL)}, {"poUuid": UUID}], ids=str)
async def test_a_purchase_is_named_by_its_id_or_its_uuid(synergist, identifier):
    (row,) = written(await update(synergist, identifier | {"poEstCost": 33}))["data"]

    assert (row["poInternal"], row["poUuid"], row["poEstCost"]) == (REAL, UUID, 33)


async def test_id_and_uuid_may_be_given_together_if_they_agree(synergist, demo_book):
    written(await update(synergist, {"poInternal": REAL, "poUuid": UUID.lower(), "poEstCost": 33}))
    other = (await shown(synergist, EURO))["poUuid"]
    async with no_trace(demo_book):
        for uuid in (other, NO_UUID, "x"):
            refused(await update(synergist, {"poInternal": REAL, "poUuid": uuid, "poEstCost": 1}))
            refused(await update(synergist, {"poInternal": NOWHERE, "poUuid": UUID, "poEstCost": 1}))


async def test_a_record_without_identifier_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        refused(await update(synergist, {"poEstCost": 33}))
        refused(await update(synergist, {}))
        refused(await update(synergist, {"poPONumber": "012082", "poEstCost": 33}))


async def test_a_purchase_that_does_not_exist_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for purchase in (NOWHERE, VACATION, 241, 0):
            refused(await update(synergist, {"poInternal": purchase, "poEstCost": 33}))
        refused(await update(synergist, {"poUuid": NO_UUID, "poEstCost": 33}))


async def test_an_identifier_alone_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        refused(await update(synergist, {"poInternal": REAL}))
        refused(await update(synergist, {"poUuid": UUID}))
        refused(await update(synergist, {"poInternal": REAL, "poUuid": UUID}))


async def test_an_identifier_with_nothing_but_the_version_is_an_identifier_alone(synergist, demo_book):
    async with no_trace(demo_book):
        for version in (16, 15):
            refused(await update(synergist, {"poInternal": REAL, "poRecordVersionNumber": version}))
            refused(await update(synergist, {"poUuid": UUID, "poInternal": REAL, "poRecordVersionNumber": version}))


# What is changed


async def test_texts_are_replaced(synergist):
    for first in ("one", "two"):
        texts = {"poDescription": first, "poOrderText": f"{first}\n{first}", "poTheirRef": first.upper()}
        await updated(synergist, REAL, **texts)
        assert (await shown(synergist, REAL)).items() >= texts.items()


async def test_what_is_not_given_stays(synergist):
    await updated(synergist, REAL, poOrderText="a", poTheirRef="b", poDateRequired="2025-03-01", poInvest=True)
    before = await shown(synergist, REAL)

    for name, value in (("poDescription", "x"), ("poTheirRef", "y"), ("poOrderText", ""), ("poDateRequired", "")):
        await updated(synergist, REAL, **{name: value})
        before[name] = value
        assert unstamped(await shown(synergist, REAL)) == unstamped(before)


async def test_an_estimate_and_a_completed_purchase_can_be_changed(synergist, demo_homs):
    await completed(demo_homs, REAL)
    assert (await updated(synergist, REAL, poCost=1))["poCost"] == 1
    assert (await updated(synergist, ESTIMATE, poEstCost=1, poCost=2))["poCost"] == 2


async def test_a_purchase_without_costing_can_be_changed(synergist):
    row = await updated(synergist, LOCKED, poCost=10, poMarkup=20, poTheirRef="A")

    assert amounts(row, "poCost", "poCurrencyCost", "poMarkup", "poCharge", "poCurrencyCharge") == "10 10 20 12 12"
    assert (await shown(synergist, LOCKED)).items() >= row.items()


async def test_one_update_may_change_everything_that_is_editable(synergist):
    changes = {
        "poDescription": "x",
        "poOrderText": "y",
        "poTheirRef": "z",
        "poDateRequired": "2025-03-01",
        "poCurrencyCode": "1/USD",
        "poCurrencyRate": 2,
        "poCost": 100,
        "poMarkup": 10,
        "poEstCost": 50,
        "poEstMarkUp": 20,
        "poOriginalCost": 5,
    }
    await updated(synergist, REAL, **changes)

    record = await shown(synergist, REAL)
    assert record.items() >= changes.items()
    assert amounts(record, *ACTUAL) == "100 200 10 110 110 110"
    assert amounts(record, "poCurrencyEstCost", "poEstRecChgOut", "poCurrencyOrigCost") == "100 60 10"


# What is ignored


async def test_an_unknown_field_is_refused_and_named(synergist, demo_book):
    async with no_trace(demo_book):
        for name in ("poNonsense", "notes", "", "po cost", "data", "jobNumber", "poOrderedByUs", "__proto__"):
            refused(await update(synergist, {"poInternal": REAL, "poCost": 1, name: 1}), naming=name)


async def test_a_read_only_field_as_it_is_is_ignored_silently(synergist):
    for purchase in (REAL, ESTIMATE, EURO, LOCKED):
        record = await shown(synergist, purchase)
        for name in READ_ONLY:
            shown_now = await shown(synergist, purchase)
            told = written(await update(synergist, {"poInternal": purchase, name: shown_now[name]}))
            assert told["warningmessage"] == "", name
        assert unstamped(await shown(synergist, purchase)) == unstamped(record)


def test_every_read_only_field_has_another_value_here():
    assert set(OTHER_VALUES) == set(READ_ONLY)


async def test_a_read_only_field_that_differs_is_ignored_and_named(synergist):
    before = await shown(synergist, REAL)
    for name, value in OTHER_VALUES.items():
        told = written(await update(synergist, {"poInternal": REAL, name: value}))
        assert told["warningmessage"] == name
    assert unstamped(await shown(synergist, REAL)) == unstamped(before)


async def test_ignored_fields_are_named_in_the_vendors_spelling_with_commas(synergist):
    given = {name.upper(): value for name, value in OTHER_VALUES.items()}
    told = written(await update(synergist, {"POINTERNAL": REAL, **given, "POCOST": 1}))

    assert warnings(told) == set(OTHER_VALUES)
    assert told["warningmessage"].count(", ") == len(OTHER_VALUES) - 1
    assert told["data"][0]["poCost"] == 1


async def test_a_read_only_field_of_another_type_is_ignored_and_named_too(synergist):
    for odd in (None, [], {}, True, 5, "x"):
        for name in ("poPONumber", "poSupplierName", "poDateSent"):
            told = written(await update(synergist, {"poInternal": REAL, name: odd}))
            assert told["warningmessage"] == name


async def test_what_is_ignored_in_several_records_is_named(synergist):
    told = written(
        await update(
            synergist,
            {"poInternal": REAL, "poPONumber": "x"},
            {"poInternal": EURO, "poSupplierName": "x", "poCost": 1},
            {"poInternal": ESTIMATE, "poEstCost": 1},
        )
    )

    assert warnings(told) == {"poPONumber", "poSupplierName"}
    assert [row["poInternal"] for row in told["data"]] == [REAL, EURO, ESTIMATE]


# A whole record that comes back


@pytest.mark.parametrize("purchase", [REAL, ESTIMATE, EURO, LOCKED])
async def test_a_whole_record_that_comes_back_changes_nothing_but_its_stamps(synergist, purchase):
    before = await shown(synergist, purchase)

    told = written(await update(synergist, before))

    assert told["warningmessage"] == ""
    after = await shown(synergist, purchase)
    assert unstamped(after) == unstamped(before)
    assert after["poRecordVersionNumber"] == before["poRecordVersionNumber"] + 1


async def test_the_row_of_a_write_can_be_sent_back(synergist):
    row = await updated(synergist, EURO, poCurrencyCost="1.14")

    told = written(await update(synergist, row))

    assert told["warningmessage"] == ""
    assert unstamped(told["data"][0]) == unstamped(row)


CHANGES = {
    "poDescription": "x",
    "poOrderText": "x",
    "poTheirRef": "x",
    "poDateRequired": "2025-03-01",
    "poCurrencyCode": "",
    "poCurrencyRate": 2,
    "poCost": 77,
    "poCurrencyCost": 77,
    "poMarkup": 77,
    "poCurrencyCharge": 77,
    "poInvest": True,
    "poEstCost": 77,
    "poCurrencyEstCost": 77,
    "poEstMarkUp": 77,
    "poEstRecChgOut": 77,
    "poCurrencyEstCharge": 77,
    "poOriginalCost": 77,
    "poCurrencyOrigCost": 77,
}


@pytest.mark.parametrize("phase", ["1/00001076.002", "1/00002001.001"])
async def test_a_whole_record_with_one_change_is_that_change_alone(synergist, phase):
    """Ruling: the client echoes what it was shown; what is as it was asks for nothing."""
    start = {"poJobandPhase": phase, "poCurrencyCode": "1/EUR", "poEstCost": "98.76", "poEstMarkUp": "12.34"}
    for name, value in CHANGES.items():
        alone, echoed = await bought(synergist, **start), await bought(synergist, **start)
        await updated(synergist, alone, **{name: value})

        told = written(await update(synergist, await shown(synergist, echoed) | {name: value}))

        assert told["warningmessage"] == "", name
        own = {"poInternal", "poUuid", "poPONumber", "poTimeStampModified"}
        expected = {key: each for key, each in (await shown(synergist, alone)).items() if key not in own}
        assert {key: each for key, each in (await shown(synergist, echoed)).items() if key not in own} == expected, name


async def test_a_whole_record_of_a_charge_has_both_twins_changed(synergist):
    record = await shown(synergist, REAL) | {"poCharge": 300, "poChargeout": 300}

    told = written(await update(synergist, record))

    assert told["warningmessage"] == ""
    assert amounts(told["data"][0], "poCost", "poMarkup", "poCharge", "poCurrencyCharge") == "150 100 300 300"


async def test_a_record_whose_markup_does_not_make_its_charge_to_the_cent_can_be_sent_back(synergist):
    await updated(synergist, REAL, poCost="98765.43")
    row = await updated(synergist, REAL, poCharge="123456.78")
    assert amounts(row, "poCost", "poMarkup", "poCharge") == "98765.43 25 123456.78"

    again = written(await update(synergist, await shown(synergist, REAL)))["data"][0]

    assert unstamped(again) == unstamped(row)


# The version lock


async def test_the_version_may_be_sent_along(synergist):
    row = await updated(synergist, REAL, poCost=1, poRecordVersionNumber=16)
    assert row["poRecordVersionNumber"] == 17
    assert (await updated(synergist, REAL, poCost=2, poRecordVersionNumber=17))["poRecordVersionNumber"] == 18


async def test_another_version_is_refused_and_changes_nothing(synergist, demo_book):
    async with no_trace(demo_book):
        for version in (15, 17, 0, -1, 1):
            answer = await update(synergist, {"poInternal": REAL, "poCost": 1, "poRecordVersionNumber": version})
            refused(answer, naming="poRecordVersionNumber")


async def test_a_version_of_another_form_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for odd in ("x", "", None, True, 16.5, [], [16], {}, 10**30, "9" * 400):
            answer = await update(synergist, {"poInternal": REAL, "poCost": 1, "poRecordVersionNumber": odd})
            refused(answer, naming="poRecordVersionNumber")


async def test_a_stale_version_is_refused_after_a_write_of_any_kind(synergist):
    row = await created(synergist)
    purchase = row["poInternal"]
    await promoted(synergist, purchase)

    stale = {"poInternal": purchase, "poTheirRef": "x", "poRecordVersionNumber": row["poRecordVersionNumber"]}
    refused(await update(synergist, stale))
    assert (await shown(synergist, purchase))["poTheirRef"] == ""


async def test_the_version_of_one_record_of_many_refuses_all(synergist, demo_book):
    async with no_trace(demo_book):
        refused(
            await update(
                synergist,
                {"poInternal": EURO, "poCost": 1},
                {"poInternal": REAL, "poCost": 1, "poRecordVersionNumber": 15},
            )
        )


# Many records


async def test_rows_are_answered_in_the_order_of_the_records(synergist):
    ids = [EURO, REAL, LOCKED, ESTIMATE]
    told = written(await update(synergist, *({"poInternal": each, "poTheirRef": f"No {each}"} for each in ids)))

    assert [row["poInternal"] for row in told["data"]] == ids
    for each in ids:
        assert (await shown(synergist, each))["poTheirRef"] == f"No {each}"


async def test_records_may_change_different_fields(synergist):
    text = '{"data":[{"poInternal":"10008229","poEstCost":33},{"poInternal":10008375,"poTheirRef":"A-17"}]}'
    told = written(await sent(synergist, action="update", input=text))

    assert [row["poRecordVersionNumber"] for row in told["data"]] == [17, 2]
    assert (await shown(synergist, REAL))["poEstRecChgOut"] == Decimal("42.9")
    assert (await shown(synergist, EURO))["poTheirRef"] == "A-17"


async def test_one_purchase_twice_in_a_call_is_changed_in_turn(synergist):
    told = written(
        await update(
            synergist,
            {"poInternal": REAL, "poCost": 100},
            {"poUuid": UUID, "poMarkup": 50},
            {"poInternal": str(REAL), "poCost": 10, "poRecordVersionNumber": 18},
        )
    )

    assert [row["poRecordVersionNumber"] for row in told["data"]] == [17, 18, 19]
    assert [amounts(row, "poCost", "poMarkup", "poCharge") for row in told["data"]] == [
        "100 30 130",
        "100 50 150",
        "10 50 15",
    ]
    assert (await shown(synergist, REAL)).items() >= told["data"][2].items()


async def test_the_fields_of_this_suite_are_those_of_the_contract():
    assert len(EDITABLE) == 22
    assert set(EDITABLE) <= set(DETAILS)
    assert set(WRITTEN) <= set(DETAILS)


async def test_updating_by_get_is_updating(synergist):
    written(await asked(synergist, action="update", input=data({"poInternal": REAL, "poEstCost": 33})))
    assert (await shown(synergist, REAL))["poEstCost"] == 33


async def test_other_parameters_of_reading_do_not_disturb_a_write(synergist):
    answer = await update(synergist, {"poInternal": REAL, "poEstCost": 33}, purchase=EURO, search="x", view="-2004")

    assert [row["poInternal"] for row in written(answer)["data"]] == [REAL]


async def test_the_number_of_an_estimate_cannot_be_written(synergist):
    purchase = await entered(synergist)
    told = written(await update(synergist, {"poInternal": purchase, "poPONumber": "000001"}))

    assert warnings(told) == {"poPONumber"}
    assert told["data"][0]["poPONumber"] == EST
