"""What no well-behaved client sends about orders. Every refusal is a 4xx and stores nothing; nothing is a 5xx.

Source: contract sections 1, 3, 5.5 and 6.
"""

import json

import pytest

from .given import (
    BAKERY,
    LINKS,
    MAX_INT,
    MIN_INT,
    NEW,
    ORDERS,
    assert_refusal,
    body,
    codes,
    error_body,
    no_trace,
    placed,
    problems,
    same,
    sent,
    shown,
)

WRITES = (("POST", ORDERS), ("PUT", "/api/buscases/241"), ("PATCH", "/api/buscases/241"))
EACH_WRITE = pytest.mark.parametrize("method, path", WRITES)
DEPTH = 100_000
DEEP_ARRAY = b"[" * DEPTH + b"]" * DEPTH
DEEP_OBJECT = b'{"a":' * DEPTH + b"1" + b"}" * DEPTH

NO_JSON = (
    b"",
    b" ",
    b"\n",
    b"{",
    b"}",
    b'"',
    b'{"customer":',
    b'{"customer":2168,"name":"x"',
    b'{"customer":2168,"name":"x"}}',
    b'{"customer":2168,"name":"x"} trailing',
    b'{"customer":2168,"name":"x"}{}',
    b'{"customer":2168,"name":"x",}',
    b"{'customer':2168,'name':'x'}",
    b"{customer:2168}",
    b'{"customer":2168 "name":"x"}',
    b'{"customer":2168,"name":"a\nb"}',
    b'{"customer":2168,"name":"\\x41"}',
    b'{"customer":2168,"name":"\\u12"}',
    b'{"customer":02168,"name":"x"}',
    b'{"customer":+2168,"name":"x"}',
    b'{"customer":0x878,"name":"x"}',
    b'{"customer":2168,"name":"x","totalPrice":.5}',
    b'{"customer":2168,"name":"x","totalPrice":5.}',
    b'{"customer":2168,"name":"x","totalPrice":NaN}',
    b'{"customer":2168,"name":"x","totalPrice":Infinity}',
    b'{"customer":2168,"name":"x","totalPrice":-Infinity}',
    b'{"customer":2168,"name":"x","a":[NaN]}',
    b'{"customer":2168,"name":"x","a":{"b":Infinity}}',
    b'{"customer":2168,"name":"x","a":True}',
    b'{"customer":2168,"name":"x","a":undefined}',
    b"/* */{}",
    b"NaN",
    b"Infinity",
    b"nul",
    b"customer=2168&name=x",
    b"<order/>",
    b"\x00",
    b"\x1f\x8b\x08\x00",
    b"{}\x00",
)
NO_UTF_8 = (
    b"\xff",
    b"\xff\xfe{\x00}\x00",
    '{"customer":2168,"name":"x"}'.encode("utf-16"),
    b'{"customer":2168,"name":"\xff"}',
    b'{"customer":2168,"name":"\xc3"}',
    b'{"customer":2168,"name":"\xc0\x80"}',
    b'{"customer":2168,"name":"\xed\xa0\x80"}',
    b'{"customer":2168,"name":"\xf5\x80\x80\x80"}',
    b'{"customer":2168,"name":"x","\xff":1}',
    '{"customer":2168,"name":"žluť"}'.encode("iso-8859-2"),
)
CONTENT_TYPES = (
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=iso-8859-1",
    "text/plain",
    "text/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "nonsense",
    "",
)
WRONG_TYPES = {
    "customer": ["2168", True, False, 2168.5, [2168], {"id": 2168}],
    "name": [5, 1.5, True, False, ["x"], {"x": 1}],
    "caseType": ["1", "", True, False, 1.5, [1], {}],
    "totalPrice": ["10500", "", True, False, [1], {}],
    "currency": [5, 1.5, True, False, ["CZK"], {}],
    "comment": [5, 1.5, True, False, [], {}],
    "branch": ["1", "", True, False, 1.5, [], {}],
    "person": ["1", "", True, False, 5.5, [], {}],
    "opportunity": ["1", "", True, False, -0.5, [], {}],
    "ownerUser": [5, 1.5, True, False, [], {}],
    "ownerGroup": [5, 1.5, True, False, [], {}],
}
TOO_LARGE = (MAX_INT + 1, MIN_INT - 1, 10**30, -(10**30))
TEXTS_THAT_CANNOT_BE_KEPT = ('"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff"', '"\\ude00\\ud83d"', '"\\ud83dx"')
NAMED_TEXTS = ("name", "comment", "currency", "ownerUser", "ownerGroup")
NUMBERS_BEYOND = ("1e999", "-1e999", "1e309", "1" + "0" * 400)


def with_attribute(name, raw):
    """A body that is valid but for this attribute."""
    rest = {key: value for key, value in NEW.items() if key != name}
    return json.dumps(rest)[:-1] + f", {json.dumps(name)}: {raw}}}"


async def test_a_strangers_nonsense_is_401(intouch, demo_book):
    async with no_trace(demo_book):
        for content in (b"{", b"\xff", b"", DEEP_ARRAY):
            assert_refusal(await sent(intouch, "POST", ORDERS, content, auth=None), 401)


async def test_nonsense_cannot_reach_the_neighbours_order(intouch):
    theirs = await placed(intouch.neighbour)

    for content in (b'{"name":"\\u0000"}', b'{"name":5}', b"{"):
        answer = await sent(intouch, "PATCH", f"{ORDERS}/{theirs['id']}", content)
        assert answer.status_code in (400, 404)

    assert await shown(intouch.neighbour, theirs["id"]) == theirs


# Bodies that cannot be read


@EACH_WRITE
async def test_a_body_that_is_no_json_is_400_and_stores_nothing(intouch, demo_book, method, path):
    async with no_trace(demo_book):
        for content in NO_JSON:
            answer = await sent(intouch, method, path, content)
            assert answer.status_code == 400, content
            assert problems(answer) == {(None, "json")}, content


@EACH_WRITE
async def test_bytes_that_are_no_utf_8_are_400_and_store_nothing(intouch, demo_book, method, path):
    async with no_trace(demo_book):
        for content in NO_UTF_8:
            answer = await sent(intouch, method, path, content)
            assert answer.status_code == 400, content
            assert problems(answer) == {(None, "json")}, content


async def test_a_body_is_absent_as_a_whole(intouch, demo_book):
    async with no_trace(demo_book):
        for method, path in WRITES:
            assert problems(await intouch.request(method, path)) == {(None, "json")}


async def test_a_byte_order_mark_is_skipped_or_refused(intouch):
    answer = await sent(intouch, "POST", ORDERS, b"\xef\xbb\xbf" + json.dumps(NEW).encode())

    if answer.status_code == 400:
        assert problems(answer) == {(None, "json")}
    else:
        assert body(answer, 201)["name"] == NEW["name"]


async def test_blanks_around_the_body_are_no_problem(intouch):
    assert body(await sent(intouch, "POST", ORDERS, b" \r\n\t" + json.dumps(NEW).encode() + b"\n "), 201)


@EACH_WRITE
async def test_a_body_is_json_whatever_its_content_type_says(intouch, method, path):
    for content_type in CONTENT_TYPES:
        name = f"Žlutá {content_type}"
        answer = await sent(intouch, method, path, json.dumps(NEW | {"name": name}, ensure_ascii=False), content_type)
        assert answer.status_code == (201 if method == "POST" else 200), (content_type, answer.text)
        assert answer.json()["name"] == name
    answer = await intouch.request(method, path, content=json.dumps(NEW).encode())
    assert answer.json()["name"] == NEW["name"]


@EACH_WRITE
async def test_deep_nesting_is_refused_and_stores_nothing(intouch, demo_book, method, path):
    async with no_trace(demo_book):
        for deep in (DEEP_ARRAY, DEEP_OBJECT, b"[" * DEPTH, b'{"a":' * DEPTH):
            for content in (deep, b'{"customer":2168,"name":"x","a":%s}' % deep):
                answer = await sent(intouch, method, path, content)
                assert answer.status_code == 400
                assert codes(answer) <= {"json", "value", "type"}
        for name in ("name", "customer", "totalPrice"):
            answer = await sent(intouch, method, path, with_attribute(name, DEEP_ARRAY.decode()))
            assert answer.status_code == 400


async def test_nesting_of_any_depth_is_kept_whole_or_refused(intouch):
    for depth in (10, 50, 200, 500, 1000, 2000, 5000, 20_000):
        for raw in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
            answer = await sent(intouch, "POST", ORDERS, with_attribute("hloubka", raw))
            assert answer.status_code in ((201,) if depth <= 50 else (201, 400)), (depth, answer.text[:300])
            if answer.status_code == 400:
                error_body(answer)
                continue
            assert raw in answer.text.replace(" ", "")
            where = answer.headers["Location"].rpartition("/")[2]
            again = await intouch.get(f"{ORDERS}/{where}")
            assert again.status_code == 200
            assert raw in again.text.replace(" ", "")
            assert (await intouch.get(f"{ORDERS}?caseType=1&size=1000")).status_code == 200


async def test_a_key_given_twice_is_read_or_refused(intouch, demo_book):
    cases = (
        '{"customer":2168,"name":"a","name":"b"}',
        '{"customer":2168,"name":"a","name":null}',
        '{"customer":2168,"name":"a","customer":"x"}',
        '{"customer":2168,"name":"a","barva":1,"barva":2}',
        '{"customer":2168,"name":"a","barva":{"x":1,"x":2}}',
        '{"id":1,"id":2,"customer":2168,"name":"a"}',
    )
    for content in cases:
        for method, path in WRITES:
            answer = await sent(intouch, method, path, content)
            assert answer.status_code in (200, 201, 400), (content, answer.text)
            if answer.status_code == 400:
                error_body(answer)
            else:
                assert answer.json()["name"] in ("a", "b")


# Values of a wrong type


@EACH_WRITE
async def test_a_value_of_a_wrong_json_type_is_refused_and_stores_nothing(intouch, demo_book, method, path):
    async with no_trace(demo_book):
        for name, values in WRONG_TYPES.items():
            for value in values:
                answer = await intouch.request(method, path, json=NEW | {name: value})
                assert answer.status_code == 400, (name, value)
                assert problems(answer) == {(name, "type")}, (name, value)


@EACH_WRITE
async def test_an_integer_outside_64_bits_is_refused_and_stores_nothing(intouch, demo_book, method, path):
    async with no_trace(demo_book):
        for number in TOO_LARGE:
            for name in LINKS:
                answer = await intouch.request(method, path, json=NEW | {name: number})
                assert problems(answer) in ({(name, "type")}, {(name, "value")}), (name, number)
            for name in ("customer", "caseType"):
                answer = await intouch.request(method, path, json=NEW | {name: number})
                assert {field for field, _ in problems(answer)} == {name}
                assert codes(answer) <= {"type", "value", "unknown_reference"}


async def test_an_integer_written_as_a_fraction_is_no_server_error(intouch):
    for raw in ("5.0", "5e0", "5E+0", "50e-1", "-0", "-0.0", "1e400", "1e-400"):
        for name in (*LINKS, "caseType", "customer"):
            answer = await sent(intouch, "POST", ORDERS, with_attribute(name, raw))
            assert answer.status_code in (201, 400), (name, raw)
            if answer.status_code == 400:
                assert {field for field, _ in problems(answer)} == {name}


async def test_a_whole_number_is_an_integer_however_it_is_written(intouch):
    for raw in ("5.0", "5e0", "50e-1"):
        answer = await sent(intouch, "POST", ORDERS, with_attribute("branch", raw))
        assert body(answer, 201)["branch"] == 5, raw


async def test_a_price_of_any_size_is_kept_or_refused(intouch):
    for raw in ("1e15", "1e20", "1e100", "1e300", "-1e300", "1" + "0" * 40, "0.000000001", "1e-300", "1e-400", "-0.0"):
        answer = await sent(intouch, "POST", ORDERS, with_attribute("totalPrice", raw))
        assert answer.status_code in (201, 400), (raw, answer.text)
        if answer.status_code == 400:
            assert problems(answer) == {("totalPrice", "value")}
        else:
            assert answer.json()["totalPrice"] == pytest.approx(float(raw), rel=1e-14, abs=0.01)
            assert await shown(intouch, answer.json()["id"]) == answer.json()


async def test_a_price_of_many_digits_is_kept_to_15_of_them_or_refused(intouch):
    for raw in ("123456789012345678.91", "0.12345678901234567890123456789", "3.141592653589793238462643", "9" * 60):
        answer = await sent(intouch, "POST", ORDERS, with_attribute("totalPrice", raw))
        assert answer.status_code in (201, 400), (raw, answer.text)
        if answer.status_code == 400:
            assert problems(answer) == {("totalPrice", "value")}
        else:
            assert answer.json()["totalPrice"] == pytest.approx(float(raw), rel=1e-14)


# What cannot be kept at all


@EACH_WRITE
async def test_a_number_beyond_1e308_is_a_bad_value_wherever_it_stands(intouch, demo_book, method, path):
    async with no_trace(demo_book):
        for raw in NUMBERS_BEYOND:
            for name, value in (
                ("totalPrice", raw),
                ("barva", raw),
                ("barva", f"[1, {raw}]"),
                ("barva", f'{{"a": {{"b": [{raw}]}}}}'),
            ):
                answer = await sent(intouch, method, path, with_attribute(name, value))
                assert answer.status_code == 400, (name, value[:40])
                assert problems(answer) == {(name, "value")}, (name, value[:40])


@EACH_WRITE
async def test_text_that_cannot_be_kept_is_a_bad_value_in_every_named_text(intouch, demo_book, method, path):
    async with no_trace(demo_book):
        for name in NAMED_TEXTS:
            for raw in TEXTS_THAT_CANNOT_BE_KEPT:
                answer = await sent(intouch, method, path, with_attribute(name, raw))
                assert answer.status_code == 400, (name, raw)
                assert problems(answer) == {(name, "value")}, (name, raw)


@EACH_WRITE
async def test_text_that_cannot_be_kept_is_a_bad_value_wherever_it_stands(intouch, demo_book, method, path):
    async with no_trace(demo_book):
        for text in TEXTS_THAT_CANNOT_BE_KEPT:
            for raw in (text, f"[{text}]", f'{{"a": {text}}}', f'{{"a": [1, {{"b": {text}}}]}}', f'{{{text}: "a"}}'):
                answer = await sent(intouch, method, path, with_attribute("barva", raw))
                assert answer.status_code == 400, raw
                assert problems(answer) == {("barva", "value")}, raw


@EACH_WRITE
async def test_a_name_of_an_attribute_that_cannot_be_kept_is_a_bad_value(intouch, demo_book, method, path):
    async with no_trace(demo_book):
        for key in TEXTS_THAT_CANNOT_BE_KEPT:
            for value in ("1", "null", '"x"', "[]"):
                answer = await sent(intouch, method, path, f'{{"customer":2168,"name":"x",{key}:{value}}}')
                assert answer.status_code == 400, (key, value)
                assert codes(answer) == {"value"}, (key, value)


async def test_a_surrogate_pair_is_one_character(intouch):
    order = body(await sent(intouch, "POST", ORDERS, with_attribute("name", '"\\ud83d\\ude00"')), 201)

    assert order["name"] == "😀"
    assert (await shown(intouch, order["id"]))["name"] == "😀"


# Size


@EACH_WRITE
async def test_a_very_large_body_is_refused_and_stores_nothing(intouch, demo_book, method, path):
    content = json.dumps(NEW | {"comment": "x" * 5_000_000})

    async with no_trace(demo_book):
        answer = await sent(intouch, method, path, content)

    assert answer.status_code in (400, 413)
    error_body(answer)


async def test_a_long_comment_is_kept_whole_or_refused(intouch):
    for length in (2000, 20_000, 200_000):
        answer = await intouch.post(ORDERS, json=NEW | {"comment": "ž" * length})
        assert answer.status_code in ((201,) if length == 2000 else (201, 400)), answer.text[:300]
        if answer.status_code == 400:
            assert problems(answer) == {("comment", "value")}
        else:
            assert (await shown(intouch, answer.json()["id"]))["comment"] == "ž" * length


async def test_a_long_owner_is_kept_whole_or_refused(intouch):
    for name in ("ownerUser", "ownerGroup"):
        for length in (255, 5000, 300_000):
            answer = await intouch.post(ORDERS, json=NEW | {name: "x" * length})
            assert answer.status_code in ((201,) if length == 255 else (201, 400)), answer.text[:300]
            if answer.status_code == 400:
                assert problems(answer) == {(name, "value")}
            else:
                assert (await shown(intouch, answer.json()["id"]))[name] == "x" * length


async def test_many_attributes_are_kept(intouch):
    many = {f"údaj{number}": number for number in range(2000)}

    order = await placed(intouch, **many)

    assert many.items() <= order.items()
    assert same(await shown(intouch, order["id"]), order)


# Whose fault it is


async def test_an_unknown_order_is_refused_whatever_the_body_is(intouch, demo_book):
    async with no_trace(demo_book):
        for method in ("PUT", "PATCH"):
            for content in (b"{", b"[]", b'{"name":5}'):
                answer = await sent(intouch, method, "/api/buscases/99999999", content)
                assert answer.status_code in (400, 404)
                error_body(answer)


async def test_the_server_answers_after_all_this(intouch):
    assert (await shown(intouch, 241))["customer"] == BAKERY


async def test_a_number_of_any_exponent_is_never_a_server_error(intouch, demo_book):
    before = await demo_book.counts()
    for exponent in ("309", "400", "999999", "1000000", "999999999999999999", "1" + "0" * 30, "-1001", "-1" + "0" * 20):
        for name in ("totalPrice", "further", "customer", "caseType", "name"):
            answer = await sent(intouch, "POST", ORDERS, with_attribute(name, f"1e{exponent}"))
            assert answer.status_code == 400, (name, exponent)
    assert await demo_book.counts() == before


async def test_zero_is_zero_whatever_its_exponent(intouch):
    for raw in ("0e1000000", "0e-2147483648", "-0.00e99999999999999999999", "0E0"):
        for name in ("totalPrice", "further"):
            answer = await sent(intouch, "POST", ORDERS, with_attribute(name, raw))
            assert answer.status_code == 201, (name, raw)
            assert answer.json()[name] == 0


async def test_a_number_in_a_read_only_attribute_is_ignored_whatever_it_is(intouch):
    answer = await sent(intouch, "PATCH", f"{ORDERS}/241", '{"id": 1e2000000, "entered": 1e309}')
    assert answer.status_code == 200


async def test_an_answer_about_thousands_of_problems_has_an_end(intouch):
    body = "{" + ",".join(f'"a{place}":1e999' for place in range(20_000)) + "}"
    answer = await sent(intouch, "PATCH", f"{ORDERS}/241", body)
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 100
