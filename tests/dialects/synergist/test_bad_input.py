"""Whatever comes in is answered: never a server error, nothing stored, no secret told. Source: contract section 9."""

import json
import random
from itertools import cycle

import pytest

from .given import (
    AT_CREATION,
    AUTH,
    DETAILS,
    EDITABLE,
    EURO,
    NEW,
    NUMBERS,
    PASSWORD,
    PATH,
    PURCHASES,
    REAL,
    WAYS,
    asked,
    called,
    create,
    data,
    delete,
    is_refused,
    listed,
    no_trace,
    parsed,
    query,
    refused,
    sent,
    shown,
    update,
)

PARAMETERS = (
    "version",
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
ODD_TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\x01\x1f\x7f",
    "\n",
    "null",
    "true",
    "-1",
    "0",
    "1e999999999",
    "9" * 400,
    "x" * 20_000,
    "😀" * 500,
    "\u202e\u2028\ufeff",
    "'; drop table orders; --",
    "${jndi:x}",
    "%00",
    "../../etc/passwd",
    "[]",
    "{}",
    '{"data":[{}]}',
    "<x/>",
)
ODD_VALUES = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e300,
    -(10**25),
    "",
    " ",
    "x",
    "\0",
    "9" * 400,
    "x" * 100_001,
    [],
    [1],
    [[[[]]]],
    {},
    {"a": 1},
    {"poInternal": REAL},
)
RAW_VALUES = (
    "1e999",
    "-1e999",
    "1e99999999999999999999",
    "1e-99999999999999999999",
    "0e99999999999999999999",
    "NaN",
    "-Infinity",
    "9" * 5000,
    "0." + "9" * 5000,
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    "[" * 200 + "]" * 200,
    '{"a":' * 200 + "1" + "}" * 200,
    "01",
    "1.",
    "'x'",
    "tru",
    "",
)
RAW_BODIES = (
    b"",
    b"\xff\xfe\x00",
    b"{",
    b"}",
    b"[",
    b"null",
    b"[]",
    b"&&&&",
    b"====",
    b"%",
    b"%zz=%zz",
    b"a=%ff&b=%00",
    b"--b\r\n",
    b"--b--\r\n",
    b"\x00" * 500,
    b"[" * 50_000,
    b'{"a":' * 20_000,
    b"user",
)
KINDS = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "multipart/form-data; boundary=" + "x" * 300,
    "text/plain",
    "application/xml",
    "nonsense",
    "",
)


def quiet(answer):
    """Fails if the answer is a server's fault or tells the password; whether the call was refused."""
    assert PASSWORD not in answer.text
    return is_refused(answer)


# Parameters


@pytest.mark.parametrize("name", PARAMETERS)
async def test_any_value_of_a_parameter_is_answered_and_changes_nothing(synergist, demo_book, name):
    async with no_trace(demo_book):
        for how, text in zip(cycle(("query", "form")), ODD_TEXTS, strict=False):
            quiet(await called(synergist, how, **{name: text}))
        for value in ODD_VALUES:
            quiet(await synergist.post(PATH, json=AUTH | {name: value}, auth=None))


@pytest.mark.parametrize(
    "action, name",
    [(action, "input") for action in ("update", "create", "delete")]
    + [(action, "purchase") for action in ("promote", "investment_on", "investment_off")]
    + [(action, "company") for action in ("update", "create", "delete", "promote", "investment_on")],
)
async def test_any_value_of_a_parameter_of_an_action_is_refused_and_changes_nothing(synergist, demo_book, action, name):
    good = {
        "action": action,
        "input": data(NEW if action == "create" else {"poInternal": REAL}),
        "purchase": "10008233",
    }
    if action == "update":
        good["input"] = data({"poInternal": REAL, "poCost": 1})
    async with no_trace(demo_book):
        for how, text in zip(cycle(("query", "multipart")), ODD_TEXTS, strict=False):
            # A company that is blank may be one that is absent.
            if text.strip() or name != "company":
                assert quiet(await called(synergist, how, **good | {name: text})), text
        for value in ODD_VALUES:
            if name != "company" or not (value is None or value is True or str(value).strip() == ""):
                assert quiet(await synergist.post(PATH, json=AUTH | good | {name: value}, auth=None)), value


async def test_strange_names_of_parameters_are_ignored(synergist, demo_book):
    async with no_trace(demo_book):
        for name in (
            "\0",
            "😀",
            "x" * 5000,
            "user[]",
            "a[b]",
            "%00",
            "data",
            " user",
            "user ",
            "__proto__",
            "\u0130nput",
        ):
            for how in WAYS:
                quiet(await called(synergist, how, **{name: "x"}))


async def test_thousands_of_parameters_are_answered(synergist, demo_book):
    many = {f"x{number}": "1" for number in range(3000)}
    async with no_trace(demo_book):
        for how in ("form", "multipart", "json"):
            quiet(await called(synergist, how, **many))


async def test_a_broken_query_is_answered(synergist, demo_book):
    async with no_trace(demo_book):
        for text in (
            "%",
            "%zz",
            "%ff%fe",
            "&&&",
            "====",
            "?",
            "a=%00",
            "search=%ff",
            "search=%c3%28",
            "rows=%31%",
            ";",
            "+",
        ):
            quiet(await synergist.get(f"{PATH}?{query(AUTH)}&{text}", auth=None))
            quiet(await synergist.get(f"{PATH}?{text}&{query(AUTH)}", auth=None))
            quiet(await synergist.get(f"{PATH}?{text}", auth=None))


async def test_text_that_is_no_utf_8_is_refused_or_replaced_but_never_an_error(synergist, demo_book):
    for name in ("search", "jobphase", "supplier", "purchase", "sort", "user", "action"):
        rest = query({key: value for key, value in AUTH.items() if key != name})
        async with no_trace(demo_book):
            quiet(await synergist.get(f"{PATH}?{rest}&{name}=%ff%fe%80", auth=None))


# Bodies


@pytest.mark.parametrize("kind", KINDS)
async def test_any_body_of_any_kind_is_answered_and_changes_nothing(synergist, demo_book, kind):
    async with no_trace(demo_book):
        for content in RAW_BODIES:
            for path in (PATH, f"{PATH}?{query(AUTH)}"):
                answer = await synergist.post(path, content=content, headers={"Content-Type": kind}, auth=None)
                quiet(answer)


async def test_a_file_in_the_place_of_a_parameter_is_answered(synergist, demo_book):
    async with no_trace(demo_book):
        for name in ("user", "password", "action", "input", "purchase", "rows"):
            files = [(key, (None, value)) for key, value in AUTH.items() if key != name]
            files.append((name, ("a.txt", b"x" * 100, "application/octet-stream")))
            quiet(await synergist.post(PATH, files=files, auth=None))


async def test_a_body_beyond_the_limit_is_refused_and_changes_nothing(synergist, demo_book):
    big = "x" * 1_200_000
    async with no_trace(demo_book):
        for how in ("form", "multipart", "json"):
            answer = await sent(synergist, how, action="update", input=data({"poInternal": REAL, "poOrderText": big}))
            assert answer.status_code in (404, 413)
            assert PASSWORD not in answer.text
            assert parsed(answer)["success"] is False


async def test_a_body_without_a_length_is_read_or_refused(synergist):
    async def parts():
        yield query(AUTH | {"action": "update", "input": data({"poInternal": REAL, "poCost": 5})}).encode()

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await synergist.post(PATH, content=parts(), headers=headers, auth=None)
    assert quiet(answer) is False
    assert (await shown(synergist, REAL))["poCost"] == 5


# Fields


@pytest.mark.parametrize("name", DETAILS)
async def test_any_value_of_any_field_is_answered_and_stored_only_if_accepted(synergist, name):
    before = await shown(synergist, EURO)
    for value in ODD_VALUES:
        answer = await update(synergist, {"poInternal": EURO, "poOrderText": "x", name: value})
        if not quiet(answer):
            assert name not in NUMBERS or type(value) in (int, float), value
            assert parsed(answer)["data"][0]["poRecordVersionNumber"] == before["poRecordVersionNumber"] + 1
            before = await shown(synergist, EURO)
    assert await shown(synergist, EURO) == before
    assert await listed(synergist) == list(PURCHASES)


@pytest.mark.parametrize("name", [*AT_CREATION, "poNonsense"])
async def test_any_value_of_any_field_of_a_creation_is_answered(synergist, demo_book, name):
    for value in ODD_VALUES:
        before = await demo_book.counts()
        refused_here = quiet(await create(synergist, NEW | {name: value}))
        assert (await demo_book.counts())["orders"] == before["orders"] + (not refused_here), value
        assert (
            refused_here
            or name in ("poTheirRef", "poOrderText", "poDescription")
            or name.startswith(("poEst", "poCurrency"))
        )


@pytest.mark.parametrize("name", ["poInternal", "poUuid"])
async def test_any_value_of_an_identifier_of_a_deletion_is_refused(synergist, demo_book, name):
    async with no_trace(demo_book):
        for value in ODD_VALUES:
            assert quiet(await delete(synergist, {name: value})), value


async def test_values_that_no_json_library_likes_are_answered(synergist, demo_book):
    for name in ("poCost", "poTheirRef", "poInternal", "poUuid", "poDateRequired", "poInvest", "poPONumber", "x"):
        before = await shown(synergist, REAL)
        for raw in RAW_VALUES:
            text = f'{{"data":[{{"poInternal":{REAL},"poOrderText":"x","{name}":{raw}}}]}}'
            if not quiet(await sent(synergist, action="update", input=text)):
                assert (await shown(synergist, REAL))["poRecordVersionNumber"] == before["poRecordVersionNumber"] + 1
                before = await shown(synergist, REAL)
        assert await shown(synergist, REAL) == before, name
    assert await listed(synergist) == list(PURCHASES)


async def test_a_number_with_thousands_of_digits_takes_a_moment(synergist, demo_book):
    async with no_trace(demo_book):
        for raw in ("9" * 200_000, "0." + "1" * 200_000 + "e999", "1" * 100_000 + "." + "1" * 100_000):
            assert quiet(
                await sent(synergist, action="update", input=f'{{"data":[{{"poInternal":{REAL},"poCost":{raw}}}]}}')
            )


async def test_a_field_given_twice_in_a_record_is_answered(synergist):
    text = f'{{"data":[{{"poInternal":{REAL},"poCost":1,"poCost":2}}]}}'
    if not quiet(await sent(synergist, action="update", input=text)):
        assert (await shown(synergist, REAL))["poCost"] in (1, 2)


async def test_an_identifier_given_twice_in_a_record_never_hits_both(synergist):
    text = f'{{"data":[{{"poInternal":{REAL},"poInternal":{EURO},"poTheirRef":"hit"}}]}}'
    quiet(await sent(synergist, action="update", input=text))

    hit = [purchase for purchase in (REAL, EURO) if (await shown(synergist, purchase))["poTheirRef"] == "hit"]
    assert len(hit) <= 1


async def test_a_record_of_thousands_of_unknown_fields_is_refused_in_few_words(synergist, demo_book):
    async with no_trace(demo_book):
        record = {"poInternal": REAL} | {f"field{number}": 1 for number in range(10_000)}
        answer = await update(synergist, record)
        refused(answer)
        assert len(answer.content) < 200_000


async def test_all_fields_wrong_at_once_is_one_refusal(synergist, demo_book):
    async with no_trace(demo_book):
        for value in ([], {}):
            refused(await update(synergist, {"poInternal": REAL} | dict.fromkeys(EDITABLE, value)))
            refused(await create(synergist, dict.fromkeys(AT_CREATION, value)))


async def test_random_nonsense_is_answered(synergist, demo_book):
    chance = random.Random(3)  # noqa: S311 - the same every time
    pieces = [
        '{"data":',
        "[",
        "{",
        '"poInternal":',
        f"{REAL}",
        ",",
        '"poCost":',
        "1e5",
        "}",
        "]",
        '"x"',
        ":",
        "null",
        " ",
    ]
    async with no_trace(demo_book):
        for _ in range(150):
            text = "".join(chance.choices(pieces, k=chance.randrange(1, 12)))
            try:
                valid = bool(json.loads(text)["data"][0]["poCost"])
            except (ValueError, TypeError, KeyError, IndexError):
                valid = False
            if not valid:
                assert quiet(await asked(synergist, action="update", input=text)), text


async def test_the_server_answers_after_all_this(synergist):
    assert await listed(synergist) == list(PURCHASES)
