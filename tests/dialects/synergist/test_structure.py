"""The description of the two models. Source: contract section 5."""

import pytest

from .given import (
    DETAILS,
    EDITABLE,
    FIELDS,
    LIST,
    MANDATORY,
    NOBODY,
    REAL,
    WAYS,
    asked,
    called,
    found,
    no_trace,
    read,
    refused,
    shown,
)

ATTRIBUTES = ("data", "label", "align", "editable", "fieldtype", "displayorder", "mandatory")
MODELS = {"purchaseorderlist": LIST, "purchaseorderdetails": DETAILS, "view": LIST}
EACH_MODEL = pytest.mark.parametrize("model", MODELS)
MONEY = {name for name, (kind, _) in FIELDS.items() if kind == "number"} - {
    "poMarkup",
    "poEstMarkUp",
    "poInvestmentMarkup",
    "poCurrencyRate",
}
FIELD_TYPES = {"text": "text", "number": "number", "int": "number", "bool": "boolean", "date": "date"}


async def structure(synergist, model):
    """What is told of each field of a model, in order."""
    return await found(synergist, style="modelstructure", modelstructure=model)


@EACH_MODEL
async def test_the_structure_of_a_model_needs_credentials(synergist, model):
    refused(await asked(synergist, style="modelstructure", modelstructure=model, **NOBODY), 404001)


@EACH_MODEL
async def test_a_structure_has_the_envelope_of_a_read_without_rows(synergist, model):
    for how in WAYS:
        told = read(await called(synergist, how, style="modelstructure", modelstructure=model))
        assert [told[name] for name in ("totalrows", "totalpages", "pagerows", "pagenumber")] == [0, 1, 0, 1]


@EACH_MODEL
async def test_a_structure_lists_every_field_once_and_no_other(synergist, model):
    names = [row["data"] for row in await structure(synergist, model)]

    assert len(names) == len(set(names))
    assert set(names) == set(MODELS[model])


async def test_a_structure_has_the_fields_of_the_records_in_their_order(synergist):
    details, (of_the_list, *_) = await shown(synergist, REAL), await found(synergist)

    assert [row["data"] for row in await structure(synergist, "purchaseorderdetails")] == list(details)
    assert [row["data"] for row in await structure(synergist, "purchaseorderlist")] == list(of_the_list)


@EACH_MODEL
async def test_each_field_has_the_attributes_of_the_sample_in_its_order(synergist, model):
    for row in await structure(synergist, model):
        assert list(row) == list(ATTRIBUTES)
        assert [type(row[name]) for name in ATTRIBUTES] == [str, str, str, bool, str, int, bool]


@EACH_MODEL
async def test_every_field_has_a_caption(synergist, model):
    labels = [row["label"] for row in await structure(synergist, model)]

    assert all(label.strip() for label in labels)


@EACH_MODEL
async def test_the_display_order_counts_from_zero(synergist, model):
    orders = [row["displayorder"] for row in await structure(synergist, model)]

    assert orders == list(range(len(MODELS[model])))


@EACH_MODEL
async def test_what_can_be_updated_is_editable_and_nothing_else(synergist, model):
    rows = await structure(synergist, model)

    assert {row["data"] for row in rows if row["editable"]} == set(EDITABLE) & set(MODELS[model])


@EACH_MODEL
async def test_the_four_fields_that_a_creation_needs_are_mandatory(synergist, model):
    rows = await structure(synergist, model)

    assert {row["data"] for row in rows if row["mandatory"]} == set(MANDATORY)


@EACH_MODEL
async def test_money_is_aligned_to_the_right_and_text_is_not(synergist, model):
    for row in await structure(synergist, model):
        assert row["align"] in ("", "right")
        if row["data"] in MONEY:
            assert row["align"] == "right"
        if FIELDS[row["data"]][0] in ("date", "bool") or row["data"] in ("poDescription", "poOrderText", "poUuid"):
            assert row["align"] == ""


@EACH_MODEL
async def test_the_type_of_a_field_is_that_of_its_values(synergist, model):
    for row in await structure(synergist, model):
        assert row["fieldtype"] == FIELD_TYPES[FIELDS[row["data"]][0]], row["data"]


async def test_the_estimated_cost_is_described_as_in_the_sample(synergist):
    rows = {row["data"]: row for row in await structure(synergist, "purchaseorderdetails")}

    expected = {
        "label": "Estimated cost",
        "align": "right",
        "editable": True,
        "fieldtype": "number",
        "mandatory": False,
    }
    assert rows["poEstCost"].items() >= expected.items()


async def test_a_structure_without_a_model_is_refused(synergist):
    for how in WAYS:
        refused(await called(synergist, how, style="modelstructure"), naming="modelstructure")
    refused(await asked(synergist, style="modelstructure", purchase=REAL), naming="modelstructure")


async def test_asking_for_a_structure_changes_nothing(synergist, demo_book):
    async with no_trace(demo_book):
        for model in MODELS:
            await structure(synergist, model)
