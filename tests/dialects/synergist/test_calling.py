"""How the endpoint is called: path, methods, and where parameters stand. Source: contract section 1."""

import json

import pytest

from .given import (
    AUTH,
    DETAILS,
    ESTIMATE,
    EURO,
    INVESTED,
    LIST,
    NEW,
    NOBODY,
    PASSWORD,
    PATH,
    PURCHASES,
    REAL,
    UPDATED,
    WAYS,
    asked,
    called,
    data,
    envelope,
    found,
    is_refused,
    listed,
    no_trace,
    query,
    read,
    refused,
    sent,
    shown,
    written,
)

CHANGE = {"action": "update", "input": data({"poInternal": REAL, "poEstCost": 33})}
HARMLESS = {"action": "update", "input": data({"poInternal": REAL, "poEstCost": 7})}
BODIES = ("form", "multipart", "json")
EACH_BODY = pytest.mark.parametrize("how", BODIES)
EACH_METHOD = pytest.mark.parametrize("method", ["POST", "PUT"])
READING = (
    "company",
    "action",
    "input",
    "purchase",
    "style",
    "modelstructure",
    "jobphase",
    "job",
    "view",
    "views",
    "rows",
    "page",
    "sort",
    "dir",
    "supplier",
    "uuid",
    "search",
    "timestampfrom",
    "timestampto",
)
OTHER_PATHS = (
    "/jsonapi",
    "/jsonapi/",
    "/jsonapi/jobs.json",
    "/jsonapi/users.json",
    "/jsonapi/purchases",
    "/jsonapi/purchases.xml",
    "/jsonapi/purchases.csv",
    "/jsonapi/purchase.json",
    "/jsonapi/purchases.jsonx",
    f"/jsonapi/purchases.json/{REAL}",
    "/jsonapi/v3/purchases.json",
    "/jsonapi/%00",
    "/xmlapi/purchases.xml",
    "/csvapi/purchases.csv",
)


async def estimated(synergist):
    """The estimated cost of the purchase that the calls here are about."""
    return (await shown(synergist, REAL))["poEstCost"]


# Path


@pytest.mark.parametrize("path", ["/jsonAPI/purchases.json", "/JSONAPI/PURCHASES.JSON", "/JsonApi/Purchases.Json"])
async def test_the_path_ignores_case(synergist, path):
    assert read(await asked(synergist, path=path))["totalrows"] == len(PURCHASES)
    for how in BODIES:
        written(await sent(synergist, how, path=path, **CHANGE))
    assert await estimated(synergist) == 33


async def test_any_other_path_is_not_recognised(synergist, demo_book):
    async with no_trace(demo_book):
        for path in OTHER_PATHS:
            refused(await asked(synergist, path=path, **CHANGE), 404004)
            for how in BODIES:
                refused(await sent(synergist, how, path=path, **CHANGE), 404004)


async def test_another_path_does_nothing_for_a_stranger_either(synergist, demo_book):
    async with no_trace(demo_book):
        for path in OTHER_PATHS:
            answer = await asked(synergist, path=path, **CHANGE | NOBODY)
            assert refused(answer, envelope(answer, 404)["errorcode"]) in (
                "no credentials supplied",
                "request not recognised",
            )


# Methods


async def test_get_takes_everything_from_the_query(synergist):
    assert read(await asked(synergist, purchase=REAL))["data"][0]["poInternal"] == REAL
    written(await asked(synergist, **CHANGE))
    assert await estimated(synergist) == 33


@EACH_METHOD
@EACH_BODY
async def test_post_and_put_take_everything_from_the_body(synergist, method, how):
    assert read(await sent(synergist, how, method=method, purchase=REAL))["data"][0]["poInternal"] == REAL
    written(await sent(synergist, how, method=method, **CHANGE))
    assert await estimated(synergist) == 33


@EACH_METHOD
async def test_post_and_put_may_have_everything_in_the_query_too(synergist, method):
    assert read(await asked(synergist, method=method))["totalrows"] == len(PURCHASES)
    written(await asked(synergist, method=method, **CHANGE))
    assert await estimated(synergist) == 33


@EACH_BODY
async def test_query_and_body_complete_one_another(synergist, how):
    url = f"{PATH}?{query({'user': AUTH['user'], 'action': 'update', 'version': '3.3'})}"
    rest = {"password": PASSWORD, "input": CHANGE["input"]}
    bodies = {
        "form": {"data": rest},
        "multipart": {"files": {name: (None, value) for name, value in rest.items()}},
        "json": {"json": rest},
    }

    written(await synergist.post(url, auth=None, **bodies[how]))

    assert await estimated(synergist) == 33


async def test_head_behaves_as_get(synergist):
    for parameters in ({}, {"purchase": REAL}, {"style": "modelstructure", "modelstructure": "purchaseorderlist"}):
        got = await asked(synergist, **parameters)
        answer = await asked(synergist, method="HEAD", **parameters)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["Content-Type"] == got.headers["Content-Type"]
        assert answer.headers["Cache-Control"] == "no-store"
    for parameters in (NOBODY, {"version": None}, {"purchase": "x"}):
        answer = await asked(synergist, method="HEAD", **parameters)
        assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
async def test_delete_and_patch_are_not_recognised_and_do_nothing(synergist, demo_book, method):
    deletion = {"action": "delete", "input": data({"poInternal": EURO})}
    async with no_trace(demo_book):
        for parameters in ({"purchase": EURO}, CHANGE, deletion, {}):
            refused(await asked(synergist, method=method, **parameters), 404004)
            for how in BODIES:
                refused(await sent(synergist, how, method=method, **parameters), 404004)


@pytest.mark.parametrize("method, path", [("POST", "/jsonapi/jobs.json"), ("DELETE", PATH)])
async def test_a_refusal_reaches_who_sends_the_body_after_the_head(synergist, method, path):
    """Whoever is refused before the body is read must not see a broken connection in place of the answer."""
    files = {name: (None, value) for name, value in (AUTH | CHANGE).items()}
    for _ in range(10):
        refused(await synergist.request(method, path, auth=None, files=files), 404004)


async def test_a_method_cannot_be_disguised(synergist, demo_book):
    async with no_trace(demo_book):
        for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            answer = await asked(synergist, headers={header: "DELETE"}, purchase=EURO)
            assert read(answer)["data"][0]["poInternal"] == EURO


async def test_any_other_method_does_nothing(synergist, demo_book):
    async with no_trace(demo_book):
        for method in ("OPTIONS", "TRACE", "PURGE", "LINK"):
            answer = await asked(synergist, method=method, **CHANGE)
            assert answer.status_code < 500
            assert PASSWORD not in answer.text


# Which of several counts


@EACH_BODY
async def test_the_body_wins_over_the_query(synergist, how):
    answer = await sent(synergist, how, in_query=AUTH | HARMLESS, **CHANGE)

    written(answer)
    assert await estimated(synergist) == 33


@EACH_BODY
async def test_each_parameter_of_the_body_wins_over_the_query(synergist, demo_book, how):
    async with no_trace(demo_book):
        for name, worse in (
            ("user", "nobody@example.com"),
            ("password", "wrong"),
            ("version", "9"),
            ("company", "9"),
            ("purchase", "99999999"),
            ("style", "strange"),
            ("rows", "x"),
            ("page", "x"),
            ("sort", "x"),
            ("dir", "x"),
            ("view", "x"),
        ):
            good = {"company": "1", "style": "modeldata", "rows": "1", "page": "1", "sort": "unique", "dir": "ASC"}
            good = AUTH | good | {"view": "-2004", "purchase": str(REAL)}
            answer = await sent(synergist, how, in_query={name: worse}, **good)
            assert read(answer)["data"][0]["poInternal"] == REAL, name
            answer = await sent(synergist, how, in_query={name: good[name]}, **good | {name: worse})
            assert is_refused(answer), name


@EACH_BODY
async def test_the_case_of_a_name_does_not_hide_a_parameter_of_the_body(synergist, how):
    answer = await sent(synergist, how, in_query={"ACTION": "delete", "Input": HARMLESS["input"]}, **CHANGE)

    written(answer)
    assert await estimated(synergist) == 33


# Names


async def test_the_case_of_parameter_names_is_ignored(synergist):
    for spelled in (str.upper, str.title, str.lower):
        parameters = {spelled(name): value for name, value in (AUTH | CHANGE).items()}
        written(await synergist.get(f"{PATH}?{query(parameters)}", auth=None))
        written(await synergist.post(PATH, data=parameters, auth=None))
        files = {name: (None, value) for name, value in parameters.items()}
        written(await synergist.post(PATH, files=files, auth=None))
        written(await synergist.post(PATH, json=parameters, auth=None))


async def test_the_case_of_every_reading_parameter_is_ignored(synergist):
    assert await listed(synergist, JobPhase="1/00001076.002", ROWS=1, Page=2, SORT="UNIQUE", Dir="DESC") == [ESTIMATE]
    assert await listed(synergist, PURCHASE=REAL, View="-2004", SEARCH="brochure", Supplier="1/AAMATT2") == [REAL]
    record, *_ = await found(synergist, Style="modelstructure", Modelstructure="purchaseorderlist")
    assert record["displayorder"] == 0


async def test_unknown_parameters_are_ignored(synergist):
    odd = {
        "x": "1",
        "callback": "alert",
        "format": "xml",
        "poInternal": "1",
        "": "1",
        "data": "{}",
        "_method": "DELETE",
    }

    assert len(await listed(synergist, **odd)) == len(PURCHASES)
    for how in BODIES:
        written(await sent(synergist, how, **CHANGE | odd))


async def test_an_unknown_parameter_may_be_given_twice(synergist):
    assert len(await listed(synergist, x=["1", "2"])) == len(PURCHASES)
    written(await sent(synergist, **CHANGE, x=["1", "2"]))


# Empty and doubled


async def test_an_empty_parameter_is_absent(synergist):
    empty = dict.fromkeys(READING, "")
    for how in WAYS:
        told = read(await called(synergist, how, **empty))
        assert (told["totalrows"], told["pagerows"], told["pagenumber"]) == (len(PURCHASES), 0, 1)
        assert list(told["data"][0]) == LIST


@pytest.mark.parametrize(
    "parameters",
    [
        {"action": "update", "input": ""},
        {"action": "create", "input": ""},
        {"action": "delete", "input": ""},
        {"action": "promote", "purchase": ""},
        {"action": "investment_on", "purchase": ""},
        {"style": "modelstructure", "modelstructure": ""},
        {"version": ""},
    ],
    ids=str,
)
async def test_an_empty_parameter_that_is_needed_is_missed(synergist, demo_book, parameters):
    async with no_trace(demo_book):
        for how in WAYS:
            refused(await called(synergist, how, **parameters))


TWICE = {
    "version": ["3.3", "3.4"],
    "company": ["1", "2"],
    "action": ["update", "delete"],
    "input": [CHANGE["input"], HARMLESS["input"]],
    "purchase": [str(REAL), str(EURO)],
    "style": ["modeldata", "modelstructure"],
    "modelstructure": ["purchaseorderlist", "purchaseorderdetails"],
    "jobphase": ["1/00001076.001", "1/00001076.002"],
    "job": ["1/00001076", "1/00000543"],
    "rows": ["1", "2"],
    "page": ["1", "2"],
    "sort": ["UNIQUE", "SENT"],
    "dir": ["ASC", "DESC"],
    "supplier": ["1/AAMATT2", "SUP-1"],
    "uuid": ["0" * 32, "1" * 32],
    "search": ["a", "b"],
    "timestampfrom": ["1", "2"],
    "timestampto": ["1", "2"],
    "view": ["-2004", "-2005"],
}


@pytest.mark.parametrize("name", TWICE)
async def test_a_parameter_given_twice_differently_in_one_place_is_refused(synergist, demo_book, name):
    """Ruling: nobody can know which of the two was meant."""
    rest = CHANGE if name in ("action", "input", "company", "version") else {}
    async with no_trace(demo_book):
        for how in ("query", "form", "multipart"):
            refused(await called(synergist, how, **rest | {name: TWICE[name]}))


async def test_a_parameter_given_twice_in_two_spellings_is_given_twice(synergist, demo_book):
    async with no_trace(demo_book):
        for how in WAYS:
            refused(await called(synergist, how, rows="1", ROWS="2"))
            refused(await called(synergist, how, **CHANGE, Input=HARMLESS["input"]))


async def test_a_parameter_given_twice_alike_is_given_once(synergist):
    alike = {name: [value, value] for name, value in (AUTH | CHANGE).items()}
    for how in ("query", "form", "multipart"):
        written(await called(synergist, how, **alike))


# Bodies of JSON


async def test_the_input_of_a_json_body_may_be_an_object(synergist):
    answer = await sent(synergist, "json", action="update", input={"data": [{"poInternal": REAL, "poEstCost": 33}]})

    assert written(answer)["data"][0]["poEstCost"] == 33


async def test_the_input_of_a_json_body_may_be_a_text(synergist):
    assert written(await sent(synergist, "json", **CHANGE))["data"][0]["poEstCost"] == 33


async def test_every_action_may_be_called_with_a_json_body(synergist):
    (row,) = written(await sent(synergist, "json", action="create", input={"data": [NEW]}), UPDATED)["data"]
    purchase = row["poInternal"]
    written(await sent(synergist, "json", action="investment_on", purchase=purchase), INVESTED)
    written(await sent(synergist, "json", action="investment_off", purchase=str(purchase)), INVESTED)
    assert list((await found(synergist, purchase=purchase))[0]) == DETAILS
    written(await sent(synergist, "json", action="delete", input={"data": [{"poInternal": purchase}]}))


async def test_parameters_of_a_json_body_may_be_numbers(synergist):
    told = read(await sent(synergist, "json", version=3.3, company=1, rows=1, page=2, view=-2004, job="1/00001076"))

    assert (told["totalrows"], told["pagerows"], told["pagenumber"]) == (3, 1, 2)


@pytest.mark.parametrize("content", ["[]", '"x"', "1", "null", "{", "", '{"a":1}{', "nonsense"])
async def test_a_json_body_that_is_no_object_is_refused(synergist, demo_book, content):
    headers = {"Content-Type": "application/json"}
    async with no_trace(demo_book):
        answer = await synergist.post(PATH, content=content.encode(), headers=headers, auth=None)
        assert is_refused(answer)
        if content:
            answer = await synergist.post(f"{PATH}?{query(AUTH)}", content=content.encode(), headers=headers, auth=None)
            assert is_refused(answer)


@pytest.mark.parametrize("damage", [b"\xed\xa0\x80", b"\xc0", b"\xff"])
async def test_a_json_body_that_is_no_text_somewhere_inside_is_refused(synergist, demo_book, damage):
    for text in (b'{"input": {"data": [{"poDescription": "?"}]}}', b'{"input": {"?": 1}}', b'{"more": {"?": ["?"]}}'):
        content = text.replace(b"?", damage)
        async with no_trace(demo_book):
            answer = await synergist.post(
                f"{PATH}?{query(AUTH | {'action': 'create'})}",
                content=content,
                headers={"Content-Type": "application/json"},
                auth=None,
            )
            assert is_refused(answer)
            assert "not a JSON object" in answer.text


async def test_the_content_type_of_a_body_may_have_any_case_and_parameters(synergist):
    text = json.dumps(AUTH | CHANGE)
    for kind in ("Application/JSON", "application/json; charset=utf-8"):
        written(await synergist.post(PATH, content=text, headers={"Content-Type": kind}, auth=None))
    form = query(AUTH | CHANGE)
    for kind in ("Application/X-WWW-Form-Urlencoded", "application/x-www-form-urlencoded; charset=UTF-8"):
        written(await synergist.post(PATH, content=form, headers={"Content-Type": kind}, auth=None))


async def test_a_plus_in_a_form_and_in_a_query_is_a_blank(synergist):
    url = f"{PATH}?{query(AUTH)}&search=brochure+printing"
    assert read(await synergist.get(url, auth=None))["totalrows"] == 1
    answer = await synergist.post(
        PATH,
        content=f"{query(AUTH)}&search=brochure+printing",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        auth=None,
    )
    assert read(answer)["totalrows"] == 1


async def test_a_multipart_field_is_not_url_decoded(synergist):
    change = {"action": "update", "input": data({"poInternal": REAL, "poTheirRef": "a+b%41"})}
    written(await sent(synergist, "multipart", **change))
    assert (await shown(synergist, REAL))["poTheirRef"] == "a+b%41"


async def test_the_body_of_a_get_is_not_read(synergist, demo_book):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{PATH}?{query(AUTH)}"
    async with no_trace(demo_book):
        answer = await synergist.request("GET", url, content=query(CHANGE), headers=headers, auth=None)
        assert read(answer)["totalrows"] == len(PURCHASES)


# Answers


async def test_every_answer_is_json_in_utf_8_that_nobody_keeps(synergist):
    """`envelope` looks at the two headers of every answer in these tests; here at one of each kind."""
    for answer in (
        await asked(synergist),
        await asked(synergist, **CHANGE),
        await asked(synergist, **NOBODY),
        await asked(synergist, password="wrong"),
        await asked(synergist, version="9"),
        await asked(synergist, path="/jsonapi/x"),
        await asked(synergist, method="DELETE"),
    ):
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.status_code in (200, 404)


async def test_text_beyond_ascii_survives_every_way_of_calling(synergist):
    for how in WAYS:
        change = {"action": "update", "input": data({"poInternal": REAL, "poDescription": f"Žluť 日本 😀 {how}"})}
        written(await called(synergist, how, **change))
        assert (await shown(synergist, REAL))["poDescription"] == f"Žluť 日本 😀 {how}"
        assert await listed(synergist, search=f"žLUŤ 日本 😀 {how}") == [REAL]
