"""The vendor's page on updating a purchase: its three requests, its answer and its list of fields.

Source: the page, one file for each thing it prints in `seed/`. User and password are the demo user's. The page prints
one answer, about a purchase of another id than any it asks about; it fits the first request, and we answer about the
purchase that was asked for (contract 7.8).
"""

import json
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qsl, quote

import pytest

from .given import (
    AUTH,
    DEMO,
    EDITABLE,
    EURO,
    PASSWORD,
    PATH,
    REAL,
    WRITTEN,
    amounts,
    asked,
    no_trace,
    parsed,
    refused,
    sent,
    shown,
    typed,
    written,
)

SEED = Path(__file__).with_name("seed")
REQUESTS = {page.stem: page.read_text() for page in sorted(SEED.glob("0*.txt"))}
ANSWER = json.loads((SEED / "01-update-estimated-cost.answer.json").read_text(), parse_float=Decimal)
FIRST, SECOND, THIRD = REQUESTS
ASSIGNED = ("poInternal", "poTimeStampModified")


def printed(name):
    """The path and the parameters of a printed request, as the demo user's."""
    path, asked_for = target(name).split("?", 1)
    parameters = dict(parse_qsl(asked_for, keep_blank_values=True, strict_parsing=True))
    return path, parameters | {"user": DEMO, "password": PASSWORD}


def target(name):
    """What follows the server in a printed request."""
    return REQUESTS[name].rstrip().split("<SERVER>")[1]


def raw(name):
    """A printed request as a browser sends it: only what no address may hold is encoded."""
    as_demo = target(name).replace("&user=user&password=user&", f"&user={DEMO}&password={PASSWORD}&")
    return quote(as_demo, safe="/?&=:,[]")


def answered(answer):
    (row,) = written(answer)["data"]
    return row


def test_the_page_prints_three_requests_and_all_are_here():
    assert len(REQUESTS) == 3
    for name in REQUESTS:
        path, parameters = printed(name)
        assert path == PATH
        assert list(parameters) == ["company", "user", "password", "version", "action", "input"]
        assert parameters["action"] == "update"


@pytest.mark.parametrize("name", REQUESTS)
async def test_credentials_are_needed_as_printed(synergist, demo_book, name):
    _, parameters = printed(name)
    async with no_trace(demo_book):
        for missing, code in (("user", 404001), ("password", 404001)):
            refused(await asked(synergist, **parameters | {missing: None}), code)
        refused(await asked(synergist, **parameters | {"password": "user"}), 404002)


@pytest.mark.parametrize("how", ["as in a browser", "all encoded", "form", "multipart"])
async def test_the_first_request_is_answered_as_printed(synergist, how):
    path, parameters = printed(FIRST)

    if how == "as in a browser":
        answer = await synergist.get(raw(FIRST), auth=None)
    elif how == "all encoded":
        answer = await asked(synergist, path=path, **parameters)
    else:
        answer = await sent(synergist, how, path=path, **parameters)

    told = parsed(answer)
    assert list(told) == list(ANSWER)
    (row,), (of_the_page,) = told["data"], ANSWER["data"]
    assert typed({name: told[name] for name in told if name != "data"}) == typed(
        {name: ANSWER[name] for name in ANSWER if name != "data"}
    )
    # The twin is the one column that the page does not print.
    assert [name for name in row if name != "poCharge"] == list(of_the_page)
    for name, value in of_the_page.items():
        if name not in ASSIGNED:
            assert typed(row[name]) == typed(value), name
    assert row["poCharge"] == row["poChargeout"]
    assert row["poInternal"] == REAL
    assert row["poTimeStampModified"] > of_the_page["poTimeStampModified"]


async def test_the_first_request_takes_the_purchase_from_version_16_to_17(synergist):
    assert (await shown(synergist, REAL))["poRecordVersionNumber"] == 16

    row = answered(await synergist.get(raw(FIRST), auth=None))

    assert row["poRecordVersionNumber"] == 17
    assert (await shown(synergist, REAL)).items() >= row.items()


async def test_the_second_request_enters_the_estimated_charge_of_the_job(synergist):
    before = await shown(synergist, EURO)

    row = answered(await synergist.get(raw(SECOND), auth=None))

    assert row["poInternal"] == EURO
    assert amounts(row, "poEstCost", "poEstMarkUp", "poEstRecChgOut", "poCurrencyEstCharge") == "0 30 2 2"
    changed = {name for name in row if row[name] != before[name]}
    assert changed <= {"poEstRecChgOut", "poCurrencyEstCharge", "poTimeStampModified", "poRecordVersionNumber"}


async def test_the_third_request_enters_the_price_in_euros(synergist):
    row = answered(await synergist.get(raw(THIRD), auth=None))

    assert row["poInternal"] == EURO
    assert (
        amounts(row, "poCost", "poCurrencyCost", "poMarkup", "poCharge", "poCurrencyCharge") == "0.94 1.14 30 1.22 1.22"
    )
    assert amounts(row, "poEstCost", "poCurrencyEstCost", "poEstMarkUp", "poEstRecChgOut") == "0 0 30 0"


async def test_the_three_requests_follow_one_another(synergist):
    versions = [answered(await synergist.get(raw(name), auth=None))["poRecordVersionNumber"] for name in REQUESTS]

    assert versions == [17, 2, 3]
    after = await shown(synergist, EURO)
    assert amounts(after, "poCurrencyCost", "poCurrencyEstCharge") == "1.14 2"


def test_the_answer_has_the_columns_that_writes_answer():
    (of_the_page,) = ANSWER["data"]

    assert {*of_the_page, "poCharge"} == set(WRITTEN)
    assert len(of_the_page) == 22


def test_every_field_that_the_page_lists_is_editable():
    listed = (SEED / "editable-fields.txt").read_text().split()

    assert len(listed) == 16
    assert set(listed) <= set(EDITABLE)


async def test_every_field_that_the_page_lists_is_told_to_be_editable(synergist):
    answer = await asked(synergist, style="modelstructure", modelstructure="purchaseorderdetails")
    editable = {row["data"] for row in parsed(answer)["data"] if row["editable"]}

    assert set((SEED / "editable-fields.txt").read_text().split()) <= editable


async def test_the_page_can_be_followed_to_the_letter_by_the_client_that_sends_its_parameters_twice(synergist):
    """A form that repeats the query is the query."""
    _, parameters = printed(FIRST)

    answer = await sent(synergist, in_query=parameters, **parameters)

    assert answered(answer)["poEstCost"] == 33
    assert set(AUTH) <= set(parameters)
