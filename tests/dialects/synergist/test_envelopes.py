"""Versions and envelopes. Source: contract section 1, `version`; section 3."""

import json
import re
from decimal import Decimal

import pytest

from .given import (
    AUTH,
    DISABLED,
    ESTIMATE,
    EURO,
    INVESTED,
    NEW,
    NOBODY,
    PROMOTED,
    PURCHASES,
    READ_KEYS,
    REAL,
    UPDATED,
    WAYS,
    WRITE_KEYS,
    act,
    asked,
    called,
    create,
    data,
    delete,
    envelope,
    no_trace,
    parsed,
    read,
    refused,
    typed,
    update,
    written,
)

VERSIONS = ("3", *(f"3.{minor}" for minor in range(10)), "4", "4.0")
WITH_NUMBER = {"3.8": Decimal("3.8"), "3.9": Decimal("3.9"), "4": 4, "4.0": 4}
BAD_VERSIONS = (
    "2",
    "2.9",
    "3.10",
    "3.33",
    "4.1",
    "5",
    "0",
    "-3",
    "3.3.0",
    "v3.3",
    "3,3",
    "3.",
    ".3",
    "latest",
    "\0",
    "x" * 500,
)
SAMPLES = {
    "read": """{"responsecode":1,"responsestatus":"OK","errorcode":0,"errormessage":"",
        "totalrows":7,"totalpages":4,"responsemessage":"","pagerows":2,"pagenumber":1,
        "success":true,"data":[]}""",
    "write": """{"responsecode":1,"responsestatus":"OK","errorcode":0,"errormessage":"",
        "responsemessage":"data processed successfully.","warningmessage":"",
        "success":true,"data":[]}""",
    "error": """{"responsecode":0,"responsestatus":"ERROR","errorcode":404002,
        "errormessage":"invalid credentials supplied",
        "responsemessage":"","warningmessage":"","success":false,"data":[]}""",
}
STRUCTURE = {"style": "modelstructure", "modelstructure": "purchaseorderlist"}


def sample(name):
    return json.loads(SAMPLES[name])


# Versions


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_version_is_accepted(synergist, version):
    for how in WAYS:
        assert read(await called(synergist, how, version=version))["totalrows"] == len(PURCHASES)
    written(await update(synergist, {"poInternal": REAL, "poTheirRef": version}, version=version))


async def test_a_call_needs_a_version(synergist, demo_book):
    async with no_trace(demo_book):
        for call in ({}, {"action": "update", "input": data({"poInternal": REAL, "poCost": 1})}, STRUCTURE):
            for how in WAYS:
                refused(await called(synergist, how, **call | {"version": None}), naming="version")
                refused(await called(synergist, how, **call | {"version": ""}), naming="version")


async def test_any_other_version_is_refused(synergist, demo_book):
    change = {"action": "update", "input": data({"poInternal": REAL, "poCost": 1})}
    async with no_trace(demo_book):
        for version in BAD_VERSIONS:
            refused(await asked(synergist, version=version), naming="version")
            refused(await asked(synergist, version=version, **change), naming="version")
        for version in (True, [3.3], {"a": 3.3}, 33, 3.05, None):
            refused(await sent(synergist, version), naming="version")


async def sent(synergist, version):
    """The answer to a JSON body with a version of any type."""
    return await synergist.post("/jsonapi/purchases.json", json=AUTH | {"version": version}, auth=None)


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_version_of_the_answer_is_told_from_3_8_on(synergist, version):
    answers = (
        read(await asked(synergist, version=version)),
        read(await asked(synergist, version=version, **STRUCTURE)),
        written(await update(synergist, {"poInternal": REAL, "poCost": 1}, version=version)),
        written(await create(synergist, NEW, version=version)),
        written(await delete(synergist, EURO, version=version)),
        written(await act(synergist, "promote", ESTIMATE, version=version), PROMOTED),
        written(await act(synergist, "investment_on", REAL, version=version), INVESTED),
    )
    for told in answers:
        assert told.get("synapiversion") == WITH_NUMBER.get(version)
        assert ("synapiversion" in told) is (version in WITH_NUMBER)
        assert not isinstance(told.get("synapiversion", 0), str | bool)


async def test_a_refusal_of_an_old_version_tells_no_version(synergist):
    for version in ("3", "3.3", "3.7"):
        answer = await asked(synergist, version=version, purchase="x")
        refused(answer)
        assert list(parsed(answer)) == list(WRITE_KEYS)


# Envelopes


async def test_a_read_has_the_keys_of_the_sample_in_its_order(synergist):
    assert list(sample("read")) == list(READ_KEYS)
    for parameters in ({}, {"purchase": REAL}, {"rows": 2}, {"search": "nothing has this"}, STRUCTURE):
        told = parsed(await asked(synergist, **parameters))
        assert list(told) == list(READ_KEYS)
        counted = {"totalrows", "totalpages", "pagerows", "pagenumber", "data"}
        kept = {name: value for name, value in sample("read").items() if name not in counted}
        assert typed({name: told[name] for name in kept}) == typed(kept)
        assert {type(told[name]) for name in counted - {"data"}} == {int}


async def test_a_write_has_the_keys_of_the_sample_in_its_order(synergist):
    assert list(sample("write")) == list(WRITE_KEYS)
    answers = (
        (await update(synergist, {"poInternal": REAL, "poCost": 1}), UPDATED),
        (await create(synergist, NEW), UPDATED),
        (await delete(synergist, EURO), UPDATED),
        (await act(synergist, "promote", ESTIMATE), PROMOTED),
        (await act(synergist, "investment_on", REAL), INVESTED),
        (await act(synergist, "investment_off", REAL), INVESTED),
    )
    for answer, message in answers:
        told = parsed(answer)
        assert list(told) == list(WRITE_KEYS)
        expected = sample("write") | {"responsemessage": message, "data": told["data"]}
        assert typed(told) == typed(expected)


async def test_a_refusal_has_the_keys_of_the_sample_in_its_order_whatever_was_asked(synergist):
    assert list(sample("error")) == list(WRITE_KEYS)
    assert typed(parsed(await asked(synergist, password="wrong"))) == typed(sample("error"))
    for answer in (
        await asked(synergist, **NOBODY),
        await asked(synergist, user=DISABLED),
        await asked(synergist, purchase="x"),
        await asked(synergist, style="modelstructure"),
        await asked(synergist, action="approve"),
        await asked(synergist, method="DELETE"),
        await asked(synergist, path="/jsonapi/jobs.json"),
        await update(synergist, {"poInternal": REAL}),
        await delete(synergist, 99999999),
    ):
        told = envelope(answer, 404)
        assert list(told) == list(WRITE_KEYS)
        varies = {"errorcode", "errormessage"}
        kept = {name: value for name, value in sample("error").items() if name not in varies}
        assert typed({name: told[name] for name in kept}) == typed(kept)
        assert type(told["errorcode"]) is int


async def test_data_is_always_an_array(synergist):
    for answer in (
        await asked(synergist),
        await asked(synergist, purchase=REAL),
        await asked(synergist, search="nothing has this"),
        await asked(synergist, purchase=99999999),
        await act(synergist, "investment_on", REAL),
        await asked(synergist, **NOBODY),
    ):
        assert isinstance(parsed(answer)["data"], list)


async def test_an_answer_is_one_json_document_without_a_mark(synergist):
    for answer in (await asked(synergist), await asked(synergist, **NOBODY)):
        assert answer.content.startswith(b"{")
        assert not re.search(r"NaN|Infinity|null", answer.text)


@pytest.mark.parametrize("action", ["promote", "investment_on", "investment_off"])
async def test_the_sentences_of_actions_end_in_a_blank(synergist, action):
    told = parsed(await act(synergist, action, ESTIMATE))

    assert told["responsemessage"].endswith(" order. " if action == "promote" else " changed. ")
