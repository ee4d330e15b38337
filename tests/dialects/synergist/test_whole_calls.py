"""A call as a whole: its input, and all records or none. Source: contract section 8, Common."""

import json

import pytest

from .given import (
    AUTH,
    ESTIMATE,
    EURO,
    LOCKED,
    NEW,
    NOWHERE,
    PATH,
    REAL,
    WAYS,
    asked,
    called,
    create,
    data,
    delete,
    entered,
    listed,
    no_trace,
    refused,
    sent,
    shown,
    update,
    updated,
    warnings,
    written,
)

WITH_INPUT = ("update", "create", "delete")
EACH_ACTION = pytest.mark.parametrize("action", WITH_INPUT)
RECORDS = {
    "update": {"poInternal": REAL, "poCost": 1},
    "create": NEW,
    "delete": {"poInternal": EURO},
}
MOST = 10_000
BAD_TEXTS = (
    "{",
    "nonsense",
    "null",
    "true",
    "1",
    '"x"',
    "[]",
    "{}",
    '{"data":[]}{',
    '{"data":[{}],}',
    "{'data':[]}",
    '{"Data":[]}',
    '{"data":null}',
    '{"data":{}}',
    '{"data":"x"}',
    '{"data":1}',
    '{"data":[]}',
    '{"data":[null]}',
    '{"data":["x"]}',
    '{"data":[1]}',
    '{"data":[[]]}',
    '{"data":[true]}',
    '{"rows":[{}]}',
    "\x00",
    "<data/>",
    "[" * 5000,
    '{"data":' * 3000,
    '{"data":[' + "[" * 3000,
)


def with_record(action, text):
    """An input whose second record is this JSON text."""
    return f'{{"data":[{json.dumps(RECORDS[action])},{text}]}}'


# The input


@EACH_ACTION
async def test_an_input_is_needed(synergist, demo_book, action):
    async with no_trace(demo_book):
        for how in WAYS:
            refused(await called(synergist, how, action=action), naming="input")
            refused(await called(synergist, how, action=action, input=""), naming="input")


@EACH_ACTION
async def test_an_input_that_is_no_json_with_a_list_of_records_is_refused(synergist, demo_book, action):
    async with no_trace(demo_book):
        for text in BAD_TEXTS:
            refused(await sent(synergist, action=action, input=text))
        for text in BAD_TEXTS[:24]:
            refused(await asked(synergist, action=action, input=text))


@EACH_ACTION
async def test_an_object_for_the_input_is_judged_like_a_text(synergist, demo_book, action):
    async with no_trace(demo_book):
        for odd in ({}, [], 1, True, {"data": []}, {"data": {}}, {"data": [1]}, {"data": [[]]}, {"data": None}, None):
            answer = await synergist.post(PATH, json=AUTH | {"action": action, "input": odd}, auth=None)
            refused(answer)


@EACH_ACTION
async def test_one_record_that_is_no_object_refuses_all(synergist, demo_book, action):
    async with no_trace(demo_book):
        for text in ("null", "1", '"x"', "[]", "true", f"[{json.dumps(RECORDS[action])}]"):
            refused(await sent(synergist, action=action, input=with_record(action, text)))


async def test_what_stands_beside_the_records_is_not_read(synergist):
    text = json.dumps({"data": [RECORDS["update"]], "totalrows": 1, "success": True})

    assert written(await sent(synergist, action="update", input=text))["data"][0]["poCost"] == 1


async def test_blanks_and_line_ends_in_the_input_are_nothing(synergist):
    text = json.dumps({"data": [RECORDS["update"]]}, indent=4).replace("\n", "\r\n")

    written(await sent(synergist, action="update", input=f"  {text}\t\n"))


# All or nothing


BAD_RECORDS = {
    "update": (
        {},
        {"poInternal": REAL},
        {"poInternal": NOWHERE, "poCost": 1},
        {"poInternal": EURO, "poCost": "x"},
        {"poInternal": EURO, "nonsense": 1},
        {"poInternal": EURO, "poCurrencyCode": "1/XYZ"},
        {"poInternal": EURO, "poCost": 1, "poRecordVersionNumber": 9},
        {"poInternal": EURO, "poDateRequired": "x"},
        {"poInternal": EURO, "poDescription": "x" * 2001},
        {"poInternal": EURO, "poInvestment": 1},
    ),
    "create": (
        {},
        NEW | {"poSupplytype": "1/XYZ"},
        NEW | {"poDescription": " "},
        NEW | {"poEstCost": "x"},
        NEW | {"poCost": 1},
        NEW | {"poCurrencyRate": 2},
    ),
    "delete": ({}, {"poInternal": NOWHERE}, {"poInternal": LOCKED}, {"poInternal": EURO}, {"poUuid": "x"}),
}


@pytest.mark.parametrize("place", ["first", "last", "between"])
@EACH_ACTION
async def test_one_bad_record_refuses_all(synergist, demo_book, action, place):
    good = {"update": {"poInternal": ESTIMATE, "poTheirRef": "x"}, "create": NEW, "delete": {"poInternal": ESTIMATE}}
    before, after = [RECORDS[action]], [good[action]]
    before, after = {"first": ([], before + after), "last": (before + after, []), "between": (before, after)}[place]
    async with no_trace(demo_book):
        for bad in BAD_RECORDS[action]:
            records = [*before, bad, *after]
            if action == "delete" and bad == {"poInternal": EURO}:
                assert records.count(bad) == 2
            refused(await sent(synergist, action=action, input=data(*records)))


async def test_a_refusal_of_many_changes_no_version_and_no_time(synergist):
    before = [await shown(synergist, purchase) for purchase in (REAL, EURO)]
    refused(
        await update(
            synergist,
            {"poInternal": REAL, "poCost": 1},
            {"poInternal": EURO, "poCost": 1},
            {"poInternal": REAL, "poCost": 1e13},
        )
    )

    assert [await shown(synergist, purchase) for purchase in (REAL, EURO)] == before


async def test_one_loser_of_a_refused_call_is_not_told(synergist):
    answer = await update(
        synergist, {"poInternal": REAL, "poPONumber": "x", "poCost": 1}, {"poInternal": NOWHERE, "poCost": 1}
    )
    refused(answer)


# Many records


async def test_hundreds_of_records_are_one_call(synergist):
    count = 400
    rows = written(await create(synergist, *(NEW | {"poTheirRef": f"{number}"} for number in range(count))))["data"]
    ids = [row["poInternal"] for row in rows]
    assert len(set(ids)) == count

    told = written(
        await update(synergist, *({"poInternal": each, "poEstCost": place} for place, each in enumerate(ids)))
    )
    assert [row["poEstCost"] for row in told["data"]] == list(range(count))
    assert {row["poRecordVersionNumber"] for row in told["data"]} == {2}

    assert [row["poInternal"] for row in written(await delete(synergist, *ids))["data"]] == ids
    assert len(await listed(synergist)) == 4


@EACH_ACTION
async def test_a_call_has_at_most_10000_records(synergist, demo_book, action):
    """Ruling: more is refused with the limit named."""
    record = {"update": {"poInternal": REAL, "poCost": 1}, "create": {}, "delete": {"poInternal": EURO}}[action]
    async with no_trace(demo_book):
        answer = await sent(synergist, "json", action=action, input={"data": [record] * (MOST + 1)})
        assert str(MOST) in refused(answer).replace(",", "").replace(" ", "")


async def test_the_same_purchase_many_times_in_a_call_is_changed_in_turn(synergist):
    told = written(await update(synergist, *({"poInternal": REAL, "poCost": number} for number in range(1, 31))))

    assert [row["poRecordVersionNumber"] for row in told["data"]] == list(range(17, 47))
    assert [row["poCost"] for row in told["data"]] == list(range(1, 31))
    assert (await shown(synergist, REAL))["poCost"] == 30


async def test_the_warnings_of_a_call_are_those_of_all_its_records(synergist):
    told = written(
        await update(
            synergist,
            {"poInternal": REAL, "poMarkup": 60, "poCharge": 300},
            {"poInternal": EURO, "poEstMarkUp": 60, "poCompleted": True, "poTheirRef": "x"},
            {"poInternal": REAL, "poMarkup": 61, "poCharge": 301},
        )
    )

    assert warnings(told) == {"poMarkup", "poCompleted"}


async def test_each_record_of_a_call_is_one_event(synergist, demo_book):
    before = await demo_book.counts()
    await update(synergist, {"poInternal": REAL, "poCost": 1}, {"poInternal": EURO, "poCost": 1})
    await updated(synergist, await entered(synergist), poTheirRef="x")

    assert (await demo_book.counts())["events"] == before["events"] + 4
