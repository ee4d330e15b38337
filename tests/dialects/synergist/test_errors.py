"""Every refusal has its number, its text and one shape. Source: contract section 9."""

import pytest

from .given import (
    DISABLED,
    ESTIMATE,
    EURO,
    LOCKED,
    MESSAGES,
    NEW,
    NOBODY,
    NOWHERE,
    REAL,
    WAYS,
    act,
    asked,
    called,
    create,
    data,
    delete,
    entered,
    no_trace,
    refused,
    update,
)

CHANGE = {"action": "update", "input": data({"poInternal": REAL, "poCost": 1})}
# Every cause of a 404500 that the contract names: parameters, and the word that the text has.
CAUSES = {
    "no version": ({"version": None}, "version"),
    "a bad version": ({"version": "3.10"}, "version"),
    "an unknown company": ({"company": "2"}, "company"),
    "a bad company": ({"company": "x"}, "company"),
    "a bad action": ({"action": "approve"}, "invalid action approve"),
    "a bad style": ({"style": "x"}, "style"),
    "a bad model": ({"style": "modelstructure", "modelstructure": "x"}, "modelstructure"),
    "no model": ({"style": "modelstructure"}, "modelstructure"),
    "no input": ({"action": "update"}, "input"),
    "malformed JSON": ({"action": "update", "input": "{"}, ""),
    "no data": ({"action": "update", "input": "{}"}, "data"),
    "empty data": ({"action": "update", "input": '{"data":[]}'}, "data"),
    "data that are no list": ({"action": "update", "input": '{"data":{}}'}, "data"),
    "data that are no objects": ({"action": "update", "input": '{"data":[1]}'}, ""),
    "an unknown purchase to read": ({"purchase": NOWHERE}, ""),
    "an unknown purchase to change": ({"action": "update", "input": data({"poInternal": NOWHERE, "poCost": 1})}, ""),
    "an unknown purchase to delete": ({"action": "delete", "input": data({"poInternal": NOWHERE})}, ""),
    "an unknown purchase to promote": ({"action": "promote", "purchase": NOWHERE}, ""),
    "an unknown purchase to invest": ({"action": "investment_on", "purchase": NOWHERE}, ""),
    "an unknown field": ({"action": "update", "input": data({"poInternal": REAL, "poNonsense": 1})}, "poNonsense"),
    "a field that creation does not take": ({"action": "create", "input": data(NEW | {"poCost": 1})}, "poCost"),
    "an unknown field at creation": ({"action": "create", "input": data(NEW | {"poNonsense": 1})}, "poNonsense"),
    "a non-numeric amount": ({"action": "update", "input": data({"poInternal": REAL, "poCost": "x"})}, "poCost"),
    "a bad rate": ({"action": "update", "input": data({"poInternal": EURO, "poCurrencyRate": 0})}, "poCurrencyRate"),
    "a bad currency": (
        {"action": "update", "input": data({"poInternal": REAL, "poCurrencyCode": "x"})},
        "poCurrencyCode",
    ),
    "a version clash": (
        {"action": "update", "input": data({"poInternal": REAL, "poCost": 1, "poRecordVersionNumber": 1})},
        "poRecordVersionNumber",
    ),
    "a missing mandatory field": ({"action": "create", "input": data({"poDescription": "x"})}, "poJobandPhase"),
    "bad rows": ({"rows": "x"}, "rows"),
    "a bad page": ({"page": "-1"}, "page"),
    "a bad sort": ({"sort": "x"}, "sort"),
    "a bad direction": ({"dir": "x"}, "dir"),
    "a bad view": ({"view": "x"}, "view"),
    "an unknown view": ({"views": "-1"}, "view"),
    "a bad time": ({"timestampfrom": "x"}, "timestampfrom"),
    "no purchase": ({"action": "promote"}, "purchase"),
    "an identifier alone": ({"action": "update", "input": data({"poInternal": REAL})}, ""),
    "twins that differ": (
        {"action": "update", "input": data({"poInternal": REAL, "poCharge": 1, "poChargeout": 2})},
        "poCharge",
    ),
    "an investment while it is off": (
        {"action": "update", "input": data({"poInternal": REAL, "poInvestment": 1})},
        "poInvestment",
    ),
    "a promotion of what is real": ({"action": "promote", "purchase": REAL}, ""),
    "a deletion while a receipt is open": ({"action": "delete", "input": data({"poInternal": LOCKED})}, ""),
    "a parameter given twice": ({"rows": ["1", "2"]}, "rows"),
    "a text that is too long": (
        {"action": "update", "input": data({"poInternal": REAL, "poTheirRef": "x" * 2001})},
        "poTheirRef",
    ),
    "a bad date": ({"action": "update", "input": data({"poInternal": REAL, "poDateRequired": "x"})}, "poDateRequired"),
    "a bad boolean": ({"action": "update", "input": data({"poInternal": REAL, "poInvest": "x"})}, "poInvest"),
}


@pytest.mark.parametrize("cause", CAUSES)
async def test_a_404500_names_its_cause_and_changes_nothing(synergist, demo_book, cause):
    parameters, named = CAUSES[cause]
    ways = [how for how in WAYS if how != "json" or not isinstance(parameters.get("rows"), list)]
    async with no_trace(demo_book):
        for how in ways:
            assert refused(await called(synergist, how, **parameters), 404500, naming=named)


async def test_404001_is_for_who_names_nobody(synergist):
    assert refused(await asked(synergist, **CHANGE | NOBODY), 404001) == MESSAGES[404001] == "no credentials supplied"


async def test_404002_is_for_who_is_not_believed(synergist):
    told = refused(await asked(synergist, **CHANGE, password="wrong"), 404002)
    assert told == MESSAGES[404002] == "invalid credentials supplied"


async def test_404003_is_for_a_disabled_account(synergist):
    assert refused(await asked(synergist, **CHANGE, user=DISABLED), 404003) == MESSAGES[404003] == "account disabled"


async def test_404004_is_for_what_is_no_request(synergist):
    told = refused(await asked(synergist, path="/jsonapi/jobs.json", **CHANGE), 404004)
    assert told == MESSAGES[404004] == "request not recognised"
    refused(await asked(synergist, method="DELETE", purchase=REAL), 404004)


@pytest.mark.parametrize(
    "action",
    [
        "approve",
        "receive",
        "deliver",
        "authorise",
        "attach",
        "read",
        "list",
        "x",
        "investment",
        "promote_all",
        "düne",
        "%",
    ],
)
async def test_any_other_action_is_invalid_by_its_name(synergist, demo_book, action):
    async with no_trace(demo_book):
        for how in WAYS:
            told = refused(await called(synergist, how, action=action, input=CHANGE["input"], purchase=ESTIMATE))
            assert told == f"invalid action {action}"


async def test_an_action_of_any_length_is_invalid(synergist, demo_book):
    async with no_trace(demo_book):
        for action in ("x" * 20_000, "\n", "\0", "😀" * 300):
            told = refused(await asked(synergist, action=action))
            assert len(told) < 40_000


async def test_the_text_names_the_field_in_the_vendors_spelling(synergist):
    for name in ("poCost", "poEstMarkUp", "poCurrencyOrigCost", "poInvest", "poDateRequired"):
        assert name in refused(await update(synergist, {"poInternal": REAL, name.upper(): "?"}))
    for name in ("poJobandPhase", "poSupplytype", "poSupplierCode"):
        assert name in refused(await create(synergist, NEW | {name: "?"}))


async def test_the_text_of_a_missing_purchase_is_not_that_of_the_neighbours(synergist, neighbour):
    theirs = await entered(neighbour)
    for call in (
        lambda purchase: asked(synergist, purchase=purchase),
        lambda purchase: act(synergist, "promote", purchase),
        lambda purchase: update(synergist, {"poInternal": purchase, "poCost": 1}),
        lambda purchase: delete(synergist, purchase),
    ):
        answer, of_nobody = await call(theirs), await call(NOWHERE)
        assert refused(answer).replace(str(theirs), "N") == refused(of_nobody).replace(str(NOWHERE), "N")


async def test_several_faults_are_one_refusal(synergist, demo_book):
    async with no_trace(demo_book):
        refused(await update(synergist, {"poInternal": NOWHERE, "poCost": "x", "nonsense": 1}, {}, company="7"))
        refused(await asked(synergist, rows="x", page="x", sort="x", dir="x", view="x", purchase="x"))


@pytest.mark.parametrize("company", ["2", "0", "-1", "x", "1.5", "11", "9" * 400, "\0"])
async def test_an_unknown_company_is_refused(synergist, demo_book, company):
    async with no_trace(demo_book):
        refused(await asked(synergist, company=company), naming="company")
        refused(await asked(synergist, company=company, **CHANGE), naming="company")


async def test_a_call_without_a_company_is_about_company_1(synergist):
    answer = await asked(synergist, company=None, **CHANGE)
    assert answer.json()["data"][0]["poInternal"] == REAL
