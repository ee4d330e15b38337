"""What no well-behaved client sends to the item paths and the lists. Source: contract sections 3, 4 and 6.

Every refusal is a 4xx with the one error shape and leaves nothing behind; nothing is a 5xx.
"""

import pytest

from .given_items import (
    FULL,
    ITEM,
    ITEMS,
    LISTS,
    MAX_INT,
    MIN_INT,
    NEW,
    NUMBERS,
    WRITES,
    changed,
    error_of,
    is_refused,
    items_of,
    no_effect,
    ordered,
    page_of,
    problems,
    sent,
    shown,
)

MIB = 1024 * 1024
DEPTH = 100_000
EACH_WRITE = pytest.mark.parametrize("method, path", WRITES)
EACH_LIST = pytest.mark.parametrize("path", LISTS)


async def refused(intouch, method, path, content):
    """The problems that a body written by hand is refused for."""
    return problems(await sent(intouch, method, path, content))


@EACH_WRITE
async def test_a_strangers_nonsense_is_401(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        for content in (b"{", b"\xff", b"[" * DEPTH, b"", b'{"locked":null}'):
            assert is_refused(await intouch.request(method, path, content=content, auth=None), 401)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_nonsense_cannot_reach_the_neighbours_items(intouch, method):
    theirs = await ordered(intouch.neighbour)
    path = items_of(theirs["id"], None if method == "POST" else 370)

    answer = await sent(intouch, method, path, b'{"title":"\\u0000"}')

    assert answer.status_code == 404 if method == "POST" else answer.status_code in (400, 404)
    assert (await page_of(intouch.neighbour, items_of(theirs["id"])))["total"] == 0


# Bodies that cannot be read


MALFORMED = (
    b"",
    b" ",
    b"{",
    b"}",
    b'"',
    b'{"title":',
    b'{"title":"x"',
    b'{"title":"x"}}',
    b'{"title":"x"} trailing',
    b"{'title':'x'}",
    b'{title:"x"}',
    b'{"title":"x",}',
    b'{"title":"x","price":NaN}',
    b'{"title":"x","price":Infinity}',
    b'{"title":"x","price":-Infinity}',
    b'{"title":"x","udaj":NaN}',
    b'{"title":"x","udaj":[-Infinity]}',
    b"NaN",
    b'{"title":"x","price":01}',
    b'{"title":"x","price":.5}',
    b'{"title":"x","price":5.}',
    b'{"title":"x","price":+5}',
    b'{"title":"x","price":0x10}',
    b'{"title":"a\nb"}',
    b'{"title":"\\x41"}',
    b'{"title":"x","locked":True}',
    b'{"title":"x","locked":nul}',
    b"/* */{}",
    b"\x00",
    b"\x1f\x8b\x08\x00",
    b"<item/>",
    b"{}{}",
    b"title=x",
    b"\xff",
    b"\xff\xfe{\x00}\x00",
    b'{"title":"\xff"}',
    b'{"title":"\xc3"}',
    b'{"title":"\xc0\x80"}',
    b'{"title":"x","udaj":"\xed\xa0\x80"}',
    b'{"title":"x","\xff":1}',
)
NO_OBJECTS = (b"null", b"true", b"5", b'"text"', b"[]", b"[1]", b'[{"title":"x"}]', b'"{}"')


@EACH_WRITE
async def test_a_body_that_is_not_json_is_400_and_changes_nothing(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        for content in MALFORMED:
            assert await refused(intouch, method, path, content) == {(None, "json")}, content


@EACH_WRITE
async def test_a_body_that_is_no_object_is_400_and_changes_nothing(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        for content in NO_OBJECTS:
            found = await refused(intouch, method, path, content)
            assert found in ({(None, "type")}, {(None, "json")}), content


@EACH_WRITE
@pytest.mark.parametrize(
    "content",
    [b"[" * DEPTH + b"]" * DEPTH, b"[" * DEPTH, b'{"title":"x","udaj":' + b"[" * DEPTH + b"]" * DEPTH + b"}"],
    ids=["array", "open", "inside"],
)
async def test_a_body_that_no_reader_can_walk_is_400(intouch, demo_book, method, path, content):
    async with no_effect(demo_book):
        assert error_of(await sent(intouch, method, path, content), 400)


@pytest.mark.parametrize("depth", [100, 500, 1000, 5000, 20_000])
async def test_deep_nesting_is_kept_and_readable_or_refused(intouch, depth):
    deep = '{"a":[' * depth + "]}" * depth

    answer = await sent(intouch, "PATCH", ITEM, f'{{"udaj":{deep}}}')

    assert answer.status_code in (200, 400)
    assert (await intouch.get(ITEM)).status_code == 200
    assert (await intouch.get(f"{ITEMS}?orderBy=udaj")).status_code == 200
    assert ("udaj" in (await intouch.get(ITEM)).text) == (answer.status_code == 200)


@EACH_WRITE
async def test_a_body_of_more_than_1_mib_is_413_and_changes_nothing(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        answer = await sent(intouch, method, path, b'{"title":"%s"}' % (b"x" * 2 * MIB))

    assert answer.status_code == 413


# Wrong values


SOME = {
    "null": None,
    "true": True,
    "zero": 0,
    "one": 1,
    "half": 5.5,
    "digits": "5",
    "word": "true",
    "empty": "",
    "array": [],
    "array of it": [5],
    "object": {},
    "object with it": {"value": 5},
}
ALL_BUT_NULL = set(SOME) - {"null"}
NUMERIC, TEXTUAL = {"zero", "one", "half"}, {"digits", "word", "empty"}
WRONG = {
    "title": ALL_BUT_NULL - TEXTUAL,
    "locked": set(SOME) - {"true"},
    **dict.fromkeys(NUMBERS, ALL_BUT_NULL - NUMERIC),
    "unit": ALL_BUT_NULL - TEXTUAL,
    "note": ALL_BUT_NULL - TEXTUAL,
    "product": ALL_BUT_NULL - {"zero", "one"},
}


@EACH_WRITE
@pytest.mark.parametrize("name", WRONG)
async def test_nothing_is_taken_for_another_type(intouch, demo_book, method, path, name):
    async with no_effect(demo_book):
        for kind in sorted(WRONG[name]):
            answer = await intouch.request(method, path, json=NEW | {name: SOME[kind]})
            assert problems(answer) == {(name, "type")}, kind


@EACH_WRITE
async def test_a_title_that_is_null_or_blank_is_missing(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        for title in (None, "", " ", "\t", " \n\r\t "):
            assert problems(await intouch.request(method, path, json={"title": title})) == {("title", "required")}


@EACH_WRITE
async def test_a_title_of_2001_characters_is_refused(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        assert problems(await intouch.request(method, path, json={"title": "ž" * 2001})) == {("title", "value")}


@EACH_WRITE
async def test_an_integer_outside_64_bits_is_refused(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        for number in (MAX_INT + 1, MIN_INT - 1, 10**30, -(10**300)):
            answer = await intouch.request(method, path, json=NEW | {"product": number})
            assert problems(answer) == {("product", "value")}, number


UNKEPT = {
    "a NUL": r'"\u0000"',
    "a NUL inside": r'"a\u0000b"',
    "a high surrogate": r'"\ud800"',
    "a low surrogate": r'"a\udfffb"',
    "swapped surrogates": r'"\udc00\ud800"',
}
TOO_LARGE = ("1e999", "-1e999", "1e400", "1" + "0" * 400, "-" + "9" * 400)


@EACH_WRITE
@pytest.mark.parametrize("name", ["title", "unit", "note", "udaj"])
async def test_a_text_that_cannot_be_kept_is_a_bad_value(intouch, demo_book, method, path, name):
    title = "" if name == "title" else '"title":"x",'

    async with no_effect(demo_book):
        for text in UNKEPT.values():
            assert await refused(intouch, method, path, f'{{{title}"{name}":{text}}}') == {(name, "value")}, text


@EACH_WRITE
async def test_a_text_that_cannot_be_kept_is_found_at_any_depth(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        for text in UNKEPT.values():
            for value in (f"[{text}]", f'{{"a":{text}}}', f"{{{text}:1}}", f'[[{{"a":[0,{{{text}:null}}]}}]]'):
                found = await refused(intouch, method, path, f'{{"title":"x","udaj":{value}}}')
                assert found == {("udaj", "value")}, value


@EACH_WRITE
async def test_a_name_that_cannot_be_kept_is_a_bad_value(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        for text in UNKEPT.values():
            found = await refused(intouch, method, path, f'{{"title":"x",{text}:1}}')
            assert {code for _, code in found} == {"value"}, text


@EACH_WRITE
@pytest.mark.parametrize("name", [*NUMBERS, "udaj"])
async def test_a_number_beyond_1e308_is_a_bad_value(intouch, demo_book, method, path, name):
    async with no_effect(demo_book):
        for number in TOO_LARGE:
            found = await refused(intouch, method, path, f'{{"title":"x","{name}":{number}}}')
            assert found == {(name, "value")}, number


@EACH_WRITE
async def test_a_number_beyond_1e308_is_found_at_any_depth(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        for number in TOO_LARGE:
            for value in (f"[{number}]", f'{{"a":[{{"b":{number}}}]}}'):
                found = await refused(intouch, method, path, f'{{"title":"x","udaj":{value}}}')
                assert found == {("udaj", "value")}, value


@EACH_WRITE
async def test_a_product_beyond_1e308_is_refused(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        found = await refused(intouch, method, path, '{"title":"x","product":1e999}')

    assert found in ({("product", "value")}, {("product", "type")})


@pytest.mark.parametrize(
    "content", ['{"locked":"\\u0000"}', '{"price":"\\ud800"}', '{"title":1e999}', '{"unit":[1e999]}']
)
async def test_a_bad_value_of_the_wrong_type_is_refused(intouch, demo_book, content):
    async with no_effect(demo_book):
        assert {code for _, code in await refused(intouch, "PATCH", ITEM, content)} <= {"type", "value"}


@pytest.mark.parametrize("value", [r'"\u0000"', r'"\ud800"', "1e999"])
async def test_what_cannot_be_kept_in_a_read_only_attribute_is_no_server_error(intouch, value):
    for name in ("id", "entered", "modifiedBy"):
        answer = await sent(intouch, "PATCH", ITEM, f'{{"{name}":{value}}}')
        assert answer.status_code in (200, 400)
    assert (await shown(intouch))["id"] == 370


@pytest.mark.parametrize("number", ["1e-400", "-1e-999", "0e999", "0." + "0" * 500 + "1", "0." + "1" * 5000])
@pytest.mark.parametrize("name", ["price", "udaj"])
async def test_a_number_too_small_to_tell_from_zero_is_no_server_error(intouch, name, number):
    answer = await sent(intouch, "PATCH", ITEM, f'{{"{name}":{number}}}')

    assert answer.status_code in (200, 400)
    assert (await intouch.get(ITEM)).status_code == 200
    assert (await intouch.get(f"{ITEMS}?orderBy={name}")).status_code == 200


# All problems at once


async def test_a_creation_is_told_all_its_problems(intouch, demo_book):
    body = r"""{"locked":"ano","quantity":"5","price":true,"totalPrice":1e999,"unit":5,"note":"\u0000",
                "product":9223372036854775808,"udaj":[1e999],"jiny":"\ud800","id":"x"}"""

    async with no_effect(demo_book):
        for method, path in (("POST", ITEMS), ("PUT", ITEM)):
            assert await refused(intouch, method, path, body) == {
                ("title", "required"),
                ("locked", "type"),
                ("quantity", "type"),
                ("price", "type"),
                ("totalPrice", "value"),
                ("unit", "type"),
                ("note", "value"),
                ("product", "value"),
                ("udaj", "value"),
                ("jiny", "value"),
            }


async def test_a_change_is_told_all_its_problems(intouch, demo_book):
    body = {"title": " ", "locked": None, "quantity": [], "unit": {}, "product": 5.5, "note": "fine", "udaj": 1}

    async with no_effect(demo_book):
        assert problems(await intouch.patch(ITEM, json=body)) == {
            ("title", "required"),
            ("locked", "type"),
            ("quantity", "type"),
            ("unit", "type"),
            ("product", "type"),
        }


@EACH_WRITE
async def test_one_bad_attribute_keeps_the_good_ones_out(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        answer = await intouch.request(method, path, json=FULL | {"barva": "modrá", "quantity": "12"})

    assert problems(answer) == {("quantity", "type")}


async def test_after_a_refusal_the_next_write_is_accepted(intouch):
    for content in (b"{", b'{"locked":1}', b'{"udaj":1e999}'):
        await sent(intouch, "PATCH", ITEM, content)
    item = await changed(intouch, 370, title="Margarín")

    assert (item["title"], item["locked"], item["quantity"]) == ("Margarín", True, 40)


# Query parameters


BAD_INTEGERS = ("abc", "1.5", "1.0", "1e1", "0x1", "null", "true", "1,2", "1_0", "one", "--1", "%00", "-1", "-20", "∞")
BAD_BOOLEANS = ("1", "0", "yes", "no", "t", "f", "truee", "null", "-1", "%00", "true,false", "descending")
BAD_NAMES = (
    "a-b",
    "a.b",
    "a%20b",
    "-modified",
    "title;drop",
    "title,id",
    "title%20desc",
    "'",
    "%22title%22",
    "%00",
    "a/b",
    "*",
    "😀",
)


async def refuses_parameter(intouch, path, name, values):
    for value in values:
        found = problems(await intouch.get(f"{path}?{name}={value}"))
        assert found in ({(name, "type")}, {(name, "value")}), value


@EACH_LIST
@pytest.mark.parametrize("name", ["position", "size"])
async def test_a_position_or_size_that_is_no_natural_number_is_400(intouch, path, name):
    await refuses_parameter(intouch, path, name, BAD_INTEGERS)


@EACH_LIST
async def test_a_desc_that_is_no_boolean_is_400(intouch, path):
    await refuses_parameter(intouch, path, "desc", BAD_BOOLEANS)


@EACH_LIST
async def test_an_order_by_that_is_no_name_is_400(intouch, path):
    await refuses_parameter(intouch, path, "orderBy", BAD_NAMES)


@EACH_LIST
async def test_a_list_is_told_all_bad_parameters(intouch, path):
    found = problems(await intouch.get(f"{path}?position=-1&size=x&desc=maybe&orderBy=a-b"))

    assert {name for name, _ in found} == {"position", "size", "desc", "orderBy"}


async def test_the_order_list_is_told_of_its_type_too(intouch):
    found = problems(await intouch.get("/api/buscases?caseType=x&size=-1"))

    assert {name for name, _ in found} == {"caseType", "size"}


QUERIES = (
    "?orderBy=%FF",
    "?orderBy=%ED%A0%80",
    "?orderBy=%27%3B--",
    "?orderBy=" + "x" * 5000,
    "?%00=%00",
    "?%FF=%FF",
    "?=&&&=",
    "?size=%31%30&&position",
    "?" + "a=1&" * 500,
    "?%",
    "?size=%EF%BC%91",
    "?size=%2B1",
    "?size=+1",
)


@EACH_LIST
async def test_no_query_is_a_server_error(intouch, path):
    for query in QUERIES:
        answer = await intouch.get(path + query)
        assert answer.status_code in (200, 400), query
        if answer.status_code == 400:
            assert problems(answer)


async def test_a_refused_list_changes_nothing(intouch, demo_book):
    async with no_effect(demo_book):
        for path in LISTS:
            await intouch.get(f"{path}?size=x")
            await intouch.get(f"{path}?orderBy=';drop%20table%20lines;--")


async def test_query_parameters_on_a_write_are_not_looked_at(intouch):
    answer = await intouch.patch(f"{ITEM}?size=x&position=-1&orderBy=a-b", json={"title": "x"})

    assert answer.status_code == 200
