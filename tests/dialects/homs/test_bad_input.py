"""What no well-behaved client sends. Every refusal is a 4xx and leaves nothing behind; nothing is a 5xx.

Source: contract sections 1, 5, 6 and 8. The bounds are this server's own: a body of more than 1 MiB is 413,
and what a text cannot hold (NUL, half a surrogate pair) is a bad value.
"""

import itertools
import json
from decimal import Decimal

import pytest

from .given import (
    DEMO,
    DEMO_SHOWN,
    FIELDS,
    JOHNSON,
    PAT_HILL,
    is_empty,
    listed,
    no_trace,
    percent_bytes,
    placed,
    refused_fields,
    sent,
    shown,
    user_shown,
    users_listed,
)

MIB = 1024 * 1024
WRITES = (
    ("POST", "/api/orders", "order"),
    ("PUT", "/api/orders/ORD-1", "order"),
    ("PATCH", "/api/orders/ORD-1", "order"),
    ("POST", "/api/users", "user"),
    ("PUT", f"/api/users/{DEMO}", "user"),
    ("PATCH", f"/api/users/{DEMO}", "user"),
)
EACH_WRITE = pytest.mark.parametrize("method, path, root", WRITES)
DEPTH = 100_000
DEEP_ARRAY = b"[" * DEPTH + b"]" * DEPTH
DEEP_OBJECT = b'{"a":' * DEPTH + b"1" + b"}" * DEPTH


def is_refused(answer):
    return 400 <= answer.status_code < 500


async def raw(homs, root_and_attributes, method="PUT", path="/api/orders/ORD-1"):
    """The answer to a body written by hand."""
    return await sent(homs, method, path, root_and_attributes.encode("utf-8", "surrogatepass"))


async def test_a_strangers_nonsense_is_401(homs, book):
    async with no_trace(book):
        for content in (b"{", b"\xff", DEEP_ARRAY):
            answer = await homs.request("POST", "/api/orders", content=content, auth=None)
            assert answer.status_code == 401


async def test_nonsense_cannot_reach_the_neighbours_order(homs):
    theirs = await placed(homs.neighbour)

    assert (await raw(homs, '{"order":{"ext_code":"\\u0000"}}')).status_code in (404, 422)
    assert await shown(homs.neighbour, "ORD-1") == theirs


def exact(answer):
    """A body with its numbers as decimals, so that 1e308 equals its own digits."""
    return json.loads(answer.text, parse_float=Decimal)


# Bodies that cannot be read


MALFORMED = (
    b"{",
    b"}",
    b'"',
    b'{"ROOT":',
    b'{"ROOT":{"name":"x"}',
    b'{"ROOT":{"name":"x"}}}',
    b'{"ROOT":{"name":"x"}} trailing',
    b"{'ROOT':{}}",
    b'{"ROOT":{"name":NaN}}',
    b'{"ROOT":{"name":Infinity}}',
    b'{"ROOT":{"name":01}}',
    b'{"ROOT":{"name":"a\nb"}}',
    b'{"ROOT":{"name":"\\x41"}}',
    b"/* */{}",
    b"\x00",
    b"\x00\x01\x02\x03",
    b"\x1f\x8b\x08\x00",
    b"<order/>",
    b"nul",
    b"{}{}",
)


@EACH_WRITE
async def test_malformed_json_is_400_and_stores_nothing(homs, book, method, path, root):
    await placed(homs)

    async with no_trace(book):
        for content in MALFORMED:
            answer = await sent(homs, method, path, content.replace(b"ROOT", root.encode()))
            assert answer.status_code == 400, content


NO_OBJECTS = (
    b"null",
    b"true",
    b"5",
    b'"text"',
    b"[]",
    b"[1,2]",
    b'[{"order":{}}]',
    b"",
    b" ",
)


@EACH_WRITE
async def test_a_body_that_is_no_object_is_400_and_stores_nothing(homs, book, method, path, root):
    await placed(homs)

    async with no_trace(book):
        for content in NO_OBJECTS:
            answer = await sent(homs, method, path, content)
            assert answer.status_code == 400, content


NO_UTF_8 = (
    b"\xff",
    b"\xff\xfe{\x00}\x00",
    b'{"ROOT":{"ext_code":"\xff","name":"\xff"}}',
    b'{"ROOT":{"ext_code":"\xc3","name":"\xc3"}}',
    b'{"ROOT":{"ext_code":"\xc0\x80","name":"\xc0\x80"}}',
    b'{"ROOT":{"ext_code":"\xed\xa0\x80","name":"\xed\xa0\x80"}}',
    b'{"ROOT":{"\xff":"x"}}',
)


@EACH_WRITE
async def test_bytes_that_are_no_utf_8_are_refused_and_store_nothing(homs, book, method, path, root):
    await placed(homs)

    async with no_trace(book):
        for content in NO_UTF_8:
            answer = await sent(homs, method, path, content.replace(b"ROOT", root.encode()))
            assert is_refused(answer), content


@EACH_WRITE
@pytest.mark.parametrize("content", [DEEP_ARRAY, DEEP_OBJECT, b"[" * DEPTH], ids=["array", "object", "open"])
async def test_deep_nesting_is_refused_and_stores_nothing(homs, book, method, path, root, content):
    await placed(homs)

    async with no_trace(book):
        assert is_refused(await sent(homs, method, path, content))


@EACH_WRITE
@pytest.mark.parametrize("attribute", ["ext_code", "data", "state", "name", "email", "role"])
async def test_deep_nesting_in_an_attribute_is_refused_and_stores_nothing(homs, book, method, path, root, attribute):
    await placed(homs)
    content = b'{"%s":{"%s":%s}}' % (root.encode(), attribute.encode(), DEEP_ARRAY)

    async with no_trace(book):
        answer = await sent(homs, method, path, content)
        if answer.status_code == 200:
            pytest.fail("a body that no reader can walk was accepted")

    assert is_refused(answer)


@pytest.mark.parametrize("depth", [10, 100, 500, 1000, 5000])
async def test_nesting_of_any_depth_in_a_custom_field_is_no_server_error(homs, book, depth):
    order = await placed(homs, "all_kinds")

    for field in FIELDS["all_kinds"]:
        async with no_trace(book):
            answer = await raw(homs, f'{{"order":{{"data":{{"{field}":{"[" * depth}{"]" * depth}}}}}}}')
        assert is_refused(answer)
    assert await shown(homs, "ORD-1") == order


@pytest.mark.parametrize("depth", [100, 1000, 100_000])
async def test_deep_json_in_a_json_text_is_taken_or_refused(homs, depth):
    order = await placed(homs, "all_kinds")
    text = "[" * depth + "]" * depth

    answer = await homs.put("/api/orders/ORD-1", json={"order": {"data": {"aJson": text}}})

    assert answer.status_code in (200, 422)
    kept = text if answer.status_code == 200 else None
    assert await shown(homs, "ORD-1") == order | {"data": order["data"] | {"aJson": kept}}


# Size


@EACH_WRITE
async def test_a_body_of_10_mb_is_413_and_stores_nothing(homs, book, method, path, root):
    await placed(homs)
    content = b'{"%s":{"ext_code":"%s"}}' % (root.encode(), b"x" * 10_000_000)

    async with no_trace(book):
        answer = await sent(homs, method, path, content)

    assert answer.status_code == 413


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
async def test_a_body_of_a_byte_over_1_mib_is_413(homs, book, content_type):
    await placed(homs)
    content = b'{"order":{"ext_code":"x"}}'.ljust(MIB + 1)

    async with no_trace(book):
        answer = await sent(homs, "PUT", "/api/orders/ORD-1", content, content_type)

    assert answer.status_code == 413


async def test_a_body_of_exactly_1_mib_is_read(homs):
    await placed(homs)

    answer = await sent(homs, "PUT", "/api/orders/ORD-1", b'{"order":{"ext_code":"x"}}'.ljust(MIB))

    assert answer.status_code == 200
    assert answer.json()["order"]["ext_code"] == "x"


async def test_a_body_without_a_length_is_bounded_too(homs, book):
    await placed(homs)

    async def pieces():
        yield b'{"order":{"ext_code":"'
        for _ in range(40):
            yield b"x" * 65_536
        yield b'"}}'

    async with no_trace(book):
        answer = await homs.request(
            "PUT", "/api/orders/ORD-1", content=pieces(), headers={"Content-Type": "application/json"}
        )

    assert answer.status_code == 413


@pytest.mark.parametrize("attribute", ["ext_code", "bp_id", "bp_state"])
async def test_a_very_long_free_text_is_kept_whole_or_refused(homs, attribute):
    order = await placed(homs)

    answer = await homs.put("/api/orders/ORD-1", json={"order": {attribute: "x" * 900_000}})

    assert answer.status_code in (200, 422)
    kept = "x" * 900_000 if answer.status_code == 200 else None
    assert await shown(homs, "ORD-1") == order | {attribute: kept}


async def test_ten_thousand_unknown_keys_are_no_server_error(homs):
    order = await placed(homs)
    many = {f"key{number}": number for number in range(10_000)}

    for attributes in (many, {"data": many}):
        answer = await homs.put("/api/orders/ORD-1", json={"order": attributes})
        assert answer.status_code == 200
        assert answer.json()["order"] == order


async def test_ten_thousand_form_fields_are_no_server_error(homs):
    await placed(homs)
    content = "&".join(f"order[key{number}]=x" for number in range(10_000)).encode()

    answer = await sent(homs, "PUT", "/api/orders/ORD-1", content, "application/x-www-form-urlencoded")

    assert answer.status_code < 500


# Texts that cannot be kept


@pytest.mark.parametrize("attribute", ["ext_code", "bp_id", "bp_state"])
@pytest.mark.parametrize("text", ["\0", "a\0b", "a\0"])
async def test_a_nul_in_a_free_text_is_refused_and_stores_nothing(homs, book, attribute, text):
    order = await placed(homs)

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {attribute: text, "state": "done"}})
        again = await homs.post("/api/orders", json={"order": {"order_type_code": "support_request", attribute: text}})

    for each in (answer, again):
        assert each.status_code == 422
        assert each.json() == {attribute: ["is invalid"]}
    assert await shown(homs, "ORD-1") == order


@pytest.mark.parametrize("attribute", ["state", "done_at", "estimated_exec_date", "order_type_code", "user_email"])
async def test_a_nul_elsewhere_in_an_order_is_refused_and_stores_nothing(homs, book, attribute):
    order = await placed(homs)

    async with no_trace(book):
        for text in ("\0", "done\0", f"{JOHNSON}\0", "2016-05-16T13:52:48Z\0"):
            answer = await homs.put("/api/orders/ORD-1", json={"order": {attribute: text}})
            assert is_refused(answer), text

    assert await shown(homs, "ORD-1") == order


@pytest.mark.parametrize("field", FIELDS["all_kinds"])
@pytest.mark.parametrize("text", ["\0", "a\0b"])
async def test_a_nul_in_a_custom_field_is_refused_and_stores_nothing(homs, book, field, text):
    order = await placed(homs, "all_kinds")

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {"data": {field: text}}})

    assert set(refused_fields(answer)) == {field}
    assert await shown(homs, "ORD-1") == order


async def test_a_nul_in_an_array_of_strings_is_refused_and_stores_nothing(homs, book):
    await placed(homs, "all_kinds")

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {"data": {"aString": ["a", "\0"]}}})

    assert set(refused_fields(answer)) == {"aString"}


@pytest.mark.parametrize("attribute", ["email", "name", "middle_name", "last_name", "company", "department"])
@pytest.mark.parametrize("text", ["\0", "a\0@example.com"])
async def test_a_nul_in_a_user_is_refused_and_stores_nothing(homs, book, attribute, text):
    async with no_trace(book):
        answer = await homs.put(f"/api/users/{DEMO}", json={"user": {attribute: text}})
        again = await homs.post("/api/users", json={"user": PAT_HILL | {attribute: text}})

    for each in (answer, again):
        assert each.status_code == 422
        assert each.json() == {attribute: ["is invalid"]}
    assert await user_shown(homs, DEMO) == DEMO_SHOWN


async def test_a_nul_in_a_role_is_refused_and_stores_nothing(homs, book):
    async with no_trace(book):
        answer = await homs.put(f"/api/users/{DEMO}", json={"user": {"role": "admin\0"}})

    assert answer.status_code == 422


async def test_a_nul_in_a_password_is_no_server_error(homs):
    answer = await homs.put(f"/api/users/{DEMO}", json={"user": {"password": "long enough\0"}})

    assert answer.status_code in (200, 422)


async def test_a_nul_in_what_is_ignored_is_ignored(homs):
    order = await placed(homs)

    answer = await homs.put(
        "/api/orders/ORD-1", json={"order": {"foo": "\0", "\0": 1, "data": {"foo": "\0", "\0": "x"}}}
    )

    assert answer.status_code == 200
    assert answer.json()["order"] == order


async def test_a_nul_in_a_form_is_refused_and_stores_nothing(homs, book):
    await placed(homs)

    async with no_trace(book):
        for content in (b"order[ext_code]=%00", b"order[ext_code]=\x00", b"order[data][subject]=%00"):
            answer = await sent(homs, "PUT", "/api/orders/ORD-1", content, "application/x-www-form-urlencoded")
            assert is_refused(answer), content


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("PUT", "/api/orders/ORD-1", '{"order":{"ext_code":"HALF"}}'),
        ("PUT", "/api/orders/ORD-1", '{"order":{"bp_id":"HALF"}}'),
        ("PUT", "/api/orders/ORD-1", '{"order":{"bp_state":"HALF"}}'),
        ("PUT", "/api/orders/ORD-1", '{"order":{"state":"HALF"}}'),
        ("PUT", "/api/orders/ORD-1", '{"order":{"done_at":"HALF"}}'),
        ("PUT", "/api/orders/ORD-1", '{"order":{"order_type_code":"HALF"}}'),
        ("PUT", "/api/orders/ORD-1", '{"order":{"user_email":"HALF"}}'),
        ("PUT", "/api/orders/ORD-1", '{"order":{"data":{"aString":"HALF"}}}'),
        ("PUT", "/api/orders/ORD-1", '{"order":{"data":{"aString":["HALF"]}}}'),
        ("PUT", "/api/orders/ORD-1", '{"order":{"data":{"aNumber":"HALF"}}}'),
        ("PUT", "/api/orders/ORD-1", '{"order":{"data":{"aDate":"HALF"}}}'),
        ("PUT", "/api/orders/ORD-1", '{"order":{"data":{"aJson":"HALF"}}}'),
        ("POST", "/api/orders", '{"order":{"order_type_code":"support_request","ext_code":"HALF"}}'),
        ("PUT", f"/api/users/{DEMO}", '{"user":{"name":"HALF"}}'),
        ("PUT", f"/api/users/{DEMO}", '{"user":{"email":"HALF@example.com"}}'),
        ("PUT", f"/api/users/{DEMO}", '{"user":{"role":"HALF"}}'),
    ],
)
async def test_half_a_surrogate_pair_is_refused_and_stores_nothing(homs, book, method, path, body):
    await placed(homs, "all_kinds")

    async with no_trace(book):
        for half in ("\\ud800", "\\udfff", "a\\ud800b", "\\udc00\\ud800"):
            answer = await raw(homs, body.replace("HALF", half), method, path)
            assert is_refused(answer), half


async def test_a_whole_surrogate_pair_is_one_character(homs):
    await placed(homs)

    answer = await raw(homs, '{"order":{"ext_code":"\\ud83d\\ude00"}}')

    assert answer.json()["order"]["ext_code"] == "😀"


# Wrong types


VALUES = (None, True, 0, -1, 1.5, 10**30, "text", "", [], [None], ["a"], [[]], {}, {"a": 1}, {"": None})


@pytest.mark.parametrize(
    "attribute",
    [
        "order_type_code",
        "user_email",
        "ext_code",
        "bp_id",
        "bp_state",
        "state",
        "done_at",
        "estimated_exec_date",
        "archived",
        "data",
        "code",
        "id",
    ],
)
async def test_any_type_in_any_order_attribute_is_taken_whole_or_refused_whole(homs, book, attribute):
    for value in VALUES:
        order = await placed(homs)
        path = f"/api/orders/{order['code']}"
        before = await book.counts()

        answer = await homs.put(path, json={"order": {attribute: value}})

        assert answer.status_code in (200, 404, 422), (value, answer.text)
        if answer.status_code != 200:
            assert await book.counts() == before, value
            assert await shown(homs, order["code"]) == order
        else:
            assert await shown(homs, order["code"]) == answer.json()["order"]


@pytest.mark.parametrize(
    "attribute",
    [
        "email",
        "name",
        "middle_name",
        "last_name",
        "company",
        "department",
        "role",
        "password",
        "blocked",
        "external",
    ],
)
async def test_any_type_in_any_user_attribute_is_taken_whole_or_refused_whole(homs, book, attribute):
    for number, value in enumerate(VALUES):
        user = PAT_HILL | {"email": f"pat{number}@example.com", attribute: value}
        before = await book.counts()

        answer = await homs.post("/api/users", json={"user": user})

        assert answer.status_code in (201, 422), (value, answer.text)
        if answer.status_code == 422:
            assert await book.counts() == before, value
            assert attribute in answer.json()


@pytest.mark.parametrize("attribute", ["email", "name", "middle_name", "last_name", "company", "department"])
@pytest.mark.parametrize("value", [[], ["a"], {}, {"a": 1}])
async def test_an_array_or_object_is_no_text_of_a_user(homs, book, attribute, value):
    async with no_trace(book):
        answer = await homs.put(f"/api/users/{DEMO}", json={"user": {attribute: value}})

    assert answer.status_code == 422
    assert answer.json() == {attribute: ["is invalid"]}


@pytest.mark.parametrize("field", FIELDS["all_kinds"])
async def test_any_type_in_any_custom_field_is_taken_whole_or_refused_whole(homs, book, field):
    for value in VALUES:
        order = await placed(homs, "all_kinds")
        before = await book.counts()

        answer = await homs.put(f"/api/orders/{order['code']}", json={"order": {"data": {field: value}}})

        assert answer.status_code in (200, 422), (value, answer.text)
        if answer.status_code == 422:
            assert set(refused_fields(answer)) == {field}
            assert await book.counts() == before, value
            assert await shown(homs, order["code"]) == order


@pytest.mark.parametrize("first, second", [("done", "nonsense"), ("nonsense", "done")])
async def test_equal_keys_in_one_object_are_no_server_error(homs, first, second):
    await placed(homs)

    answer = await raw(homs, f'{{"order":{{"state":"{first}","state":"{second}"}}}}')

    assert answer.status_code in (200, 400, 422)


@pytest.mark.parametrize("key", ["__proto__", "constructor", "__class__", "", " ", "a.b", "a[b]", "$where", "data"])
async def test_strange_keys_are_unknown_keys(homs, key):
    order = await placed(homs, "all_kinds")

    answer = await homs.put("/api/orders/ORD-1", json={"order": {"data": {key: "x"}}})

    assert answer.status_code == 200
    assert answer.json()["order"] == order


# Numbers


NUMBERS = {
    "400 digits": "9" * 400,
    "400 digits below zero": "-" + "9" * 400,
    "5000 digits": "1" * 5000,
    "400 decimals": "0." + "1" * 400,
    "1e999": "1e999",
    "-1e999": "-1e999",
    "1e-999": "1e-999",
    "1e308": "1e308",
    "a large exponent": "1e999999999999",
    "2^63": str(2**63),
    "2^64": str(2**64),
    "-0": "-0",
    "-0.0": "-0.0",
}
TOO_LARGE = ("400 digits", "400 digits below zero", "5000 digits", "1e999", "-1e999", "a large exponent")


@pytest.mark.parametrize(
    "attributes",
    [
        '"ext_code":NUMBER',
        '"bp_id":NUMBER',
        '"state":NUMBER',
        '"archived":NUMBER',
        '"done_at":NUMBER',
        '"order_type_code":NUMBER',
        '"user_email":NUMBER',
        '"id":NUMBER',
        '"foo":NUMBER',
        '"data":NUMBER',
        '"data":{"aString":NUMBER}',
        '"data":{"aNumber":NUMBER}',
        '"data":{"aNumber":"NUMBER"}',
        '"data":{"aBoolean":NUMBER}',
        '"data":{"aDate":NUMBER}',
        '"data":{"aJson":NUMBER}',
        '"data":{"aJson":"NUMBER"}',
        '"data":{"foo":NUMBER}',
    ],
)
async def test_extreme_numbers_are_taken_whole_or_refused_whole(homs, book, attributes):
    for name, number in NUMBERS.items():
        order = await placed(homs, "all_kinds")
        path = f"/api/orders/{order['code']}"
        before = await book.counts()

        answer = await raw(homs, '{"order":{' + attributes.replace("NUMBER", number) + "}}", path=path)

        assert answer.status_code in (200, 400, 404, 422), name
        if answer.status_code != 200:
            assert await book.counts() == before, name
            assert await shown(homs, order["code"]) == order, name
        else:
            assert exact(await homs.get(path)) == exact(answer), name


@pytest.mark.parametrize("number", TOO_LARGE)
@pytest.mark.parametrize("quote", ["", '"'])
async def test_a_number_beyond_all_bounds_is_no_custom_number(homs, book, number, quote):
    await placed(homs, "all_kinds")

    async with no_trace(book):
        answer = await raw(homs, f'{{"order":{{"data":{{"aNumber":{quote}{NUMBERS[number]}{quote}}}}}}}')

    assert is_refused(answer)


# Moments at the edge of the calendar


@pytest.mark.parametrize(
    "moment",
    [
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "0000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2016-05-16T24:00:00Z",
        "2016-05-16T13:52:48+99:99",
        "2016-05-16T13:52:48+24:00",
        "2016-W20-1T00:00:00Z",
        "2016-137T00:00:00Z",
        "1900-01-01T00:00:00Z",
        "2016-05-16T13:52:48." + "9" * 400 + "Z",
        "٢٠١٦-05-16T13:52:48Z",
        "2016-05-16",
        " 2016-05-16T13:52:48Z ",
        "now",
        "infinity",
        "-infinity",
        "epoch",
    ],
)
async def test_a_moment_at_the_edge_is_taken_whole_or_refused_whole(homs, book, moment):
    for attribute in ("done_at", "estimated_exec_date"):
        order = await placed(homs)
        path = f"/api/orders/{order['code']}"
        before = await book.counts()

        answer = await homs.put(path, json={"order": {attribute: moment}})

        assert answer.status_code in (200, 422), attribute
        if answer.status_code == 422:
            assert answer.json() == {attribute: ["is invalid"]}
            assert await book.counts() == before
        after = await shown(homs, order["code"])
        assert after == (order if answer.status_code == 422 else answer.json()["order"])
        assert (await homs.current.get(path)).status_code == 200


@pytest.mark.parametrize(
    "moment",
    [
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "0000-01-01T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2016-05-16T24:00:00Z",
        "2016-05-16T13:52:48+99:99",
        "٢٠١٦-05-16T13:52:48Z",
        "now",
        "infinity",
    ],
)
async def test_a_custom_date_at_the_edge_is_taken_whole_or_refused_whole(homs, moment):
    order = await placed(homs, "all_kinds")

    answer = await homs.put("/api/orders/ORD-1", json={"order": {"data": {"aDate": moment}}})

    assert answer.status_code in (200, 422)
    after = await shown(homs, "ORD-1")
    assert after == (order if answer.status_code == 422 else answer.json()["order"])


# Paths, methods and content types


@pytest.mark.parametrize(
    "path",
    [
        "/api/orders/ORD-1/",
        "/api/orders//ORD-1",
        "/api//orders/ORD-1",
        "/api/orders/ORD-1/x/y/z",
        "/api/orders/" + "x" * 5000,
        "/api/users/" + "x" * 5000,
        "/api/orders/..%2F..%2Fetc%2Fpasswd",
        "/api/orders/..",
        "/api/users/a/b/c",
        "/api/orders/ORD-1.xml",
        "/api/orders/ORD-1.json.json",
        "/api/orders/.json",
        "/api/orders;x=1",
        "/api/orders/%",
        "/api/orders/%zz",
        "/api/users/%e",
    ],
)
async def test_an_unknown_path_is_no_server_error_and_changes_nothing(homs, book, path):
    await placed(homs)

    async with no_trace(book):
        for method in ("GET", "HEAD"):
            answer = await homs.request(method, path)
            assert answer.status_code < 500, method


@pytest.mark.parametrize("path", ["/api/orders/nothing/here", "/api/users/nothing/here", "/api/orders/ORD-1/items"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_a_path_without_a_route_is_404_for_every_method(homs, book, method, path):
    async with no_trace(book):
        assert (await homs.request(method, path)).status_code == 404


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PROPFIND", "LINK", "PURGE", "get", "FOO"])
@pytest.mark.parametrize("path", ["/api/orders", "/api/orders/ORD-1", "/api/users", f"/api/users/{DEMO}"])
async def test_an_unusual_method_is_no_server_error_and_changes_nothing(homs, book, method, path):
    await placed(homs)

    async with no_trace(book):
        answer = await homs.request(method, path)

    assert answer.status_code < 500
    assert answer.status_code != 405


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "application/octet-stream",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=nonsense",
        "application/vnd.api+json",
        "nonsense",
        "",
        "/",
        "application/json;;;=",
    ],
)
async def test_another_content_type_is_read_as_json_or_as_nothing(homs, book, content_type):
    order = await placed(homs)
    before = await book.counts()

    answer = await sent(homs, "PUT", "/api/orders/ORD-1", b'{"order":{"ext_code":"x"}}', content_type)

    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert await book.counts() == before
        assert await shown(homs, "ORD-1") == order
    else:
        assert answer.json()["order"] == order | {"ext_code": "x"}


@pytest.mark.parametrize(
    "content",
    [
        b"order",
        b"order=x",
        b"order[]=x",
        b"order[ext_code=x",
        b"order]ext_code[=x",
        b"order[ext_code][x]=y",
        b"order[ext_code][]=y",
        b"order[ext_code]=a&order[ext_code][b]=c",
        b"order[data]=x&order[data][f]=y",
        b"order[data][subject][]=x",
        b"order" + b"[a]" * 5000 + b"=x",
        b"[x]=y",
        b"=",
        b"&&&",
        b"%",
        b"order[ext_code]=%",
        b"order[ext_code]=%zz",
        b"order[ext_code]=%ff",
        b"order[ext_code]=\xff",
        b'{"order":{"ext_code":"x"}}',
    ],
    ids=lambda content: content[:30].decode("latin-1"),
)
async def test_a_form_that_makes_no_sense_is_no_server_error(homs, book, content):
    order = await placed(homs)
    before = await book.counts()

    answer = await sent(homs, "PUT", "/api/orders/ORD-1", content, "application/x-www-form-urlencoded")

    assert answer.status_code in (200, 400, 422)
    if answer.status_code != 200:
        assert await book.counts() == before
        assert await shown(homs, "ORD-1") == order


@pytest.mark.parametrize("encoding", ["gzip", "br", "nonsense"])
async def test_a_body_that_is_not_encoded_as_it_says_is_no_server_error(homs, encoding):
    await placed(homs)

    answer = await homs.request(
        "PUT",
        "/api/orders/ORD-1",
        content=b'{"order":{"ext_code":"x"}}',
        headers={"Content-Type": "application/json", "Content-Encoding": encoding},
    )

    assert answer.status_code < 500


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
async def test_no_byte_in_place_of_an_order_code_finds_one(homs, book, method):
    await placed(homs)
    wrong = {}

    async with no_trace(book):
        for byte in percent_bytes():
            for segment in (byte, f"ORD-1{byte}", f"{byte}ORD-1"):
                body = {"order": {"ext_code": "x"}} if method in ("PUT", "PATCH") else None
                answer = await homs.request(method, f"/api/orders/{segment}", json=body)
                slash = byte == "%2F" and method == "GET" and answer.status_code == 200
                if answer.status_code not in (400, 404) and not slash:
                    wrong[segment] = answer.status_code

    assert wrong == {}
    assert await listed(homs) == ["ORD-1"]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
async def test_no_byte_in_place_of_an_email_finds_a_user(homs, book, method):
    wrong = {}

    async with no_trace(book):
        for byte in percent_bytes():
            for segment in (byte, f"x{JOHNSON}{byte}", f"{byte}x{JOHNSON}"):
                body = {"user": {"name": "x"}} if method in ("PUT", "PATCH") else None
                answer = await homs.request(method, f"/api/users/{segment}", json=body)
                slash = byte == "%2F" and method == "GET" and answer.status_code == 200
                if answer.status_code not in (400, 404) and not slash:
                    wrong[segment] = answer.status_code

    assert wrong == {}
    assert await users_listed(homs) == [JOHNSON, DEMO]


@pytest.mark.parametrize("path", ["/api/orders/ORD-99%00", "/api/users/nobody%00@example.com"])
async def test_a_nul_in_a_path_is_404_or_400(homs, path):
    assert (await homs.get(path)).status_code in (400, 404)


# Query parameters


STRANGE = (
    "1",
    "2",
    "01",
    "1.5",
    "1e3",
    "0x10",
    "+1",
    "1_0",
    "%D9%A3",
    "%00",
    "%FF",
    "%",
    "%zz",
    "1%00",
    "2147483647",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 400,
    "9" * 5000,
    "-" + "9" * 400,
    "NaN",
    "Infinity",
    "true",
    "[]",
    "{}",
    "'",
)


@pytest.mark.parametrize("path", ["/api/orders", "/api/users"])
@pytest.mark.parametrize("parameter", ["page", "page_size", "foo"])
async def test_no_value_of_a_query_parameter_is_an_error(homs, book, path, parameter):
    await placed(homs)
    wrong = {}

    async with no_trace(book):
        for value in STRANGE:
            answer = await homs.get(f"{path}?{parameter}={value}")
            if answer.status_code != 200:
                wrong[value] = answer.status_code

    assert {value: status for value, status in wrong.items() if status != 400 or "%" not in value} == {}


@pytest.mark.parametrize("path", ["/api/orders", "/api/users"])
async def test_huge_pages_of_huge_size_are_empty(homs, path):
    for page, size in itertools.product(("2147483648", "9223372036854775807", "9" * 100), repeat=2):
        answer = await homs.get(f"{path}?page={page}&page_size={size}")
        assert answer.status_code == 200
        assert list(answer.json().values()) == [[]]


@pytest.mark.parametrize(
    "query",
    [
        "page=1&page=2",
        "page=2&page=1",
        "page_size=1&page_size=2",
        "page_size=abc&page_size=1",
        "page[]=1",
        "page[]=1&page[]=2",
        "page[a]=1",
        "page=1&page[a]=2",
        "page_size[a][b][c]=1",
        "page",
        "page=",
        "=1",
        "&",
        "&&&=&=",
        "?",
        "page=1;page_size=1",
        "page[" + "a" * 1000,
        "page" + "[a]" * 1000 + "=1",
        "&".join(f"a{number}=1" for number in range(1000)),
    ],
)
@pytest.mark.parametrize("path", ["/api/orders", "/api/users"])
async def test_repeated_and_nested_query_parameters_are_no_server_error(homs, book, path, query):
    async with no_trace(book):
        answer = await homs.get(f"{path}?{query}")

    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("query", ["page=1&page=2", "foo=bar", "order[ext_code]=y", "code=ORD-2", "%00", "%FF=1"])
async def test_a_query_does_not_change_what_a_write_means(homs, query):
    order = await placed(homs)

    answer = await homs.put(f"/api/orders/ORD-1?{query}", json={"order": {"bp_id": "7"}})

    assert answer.status_code in (200, 400)
    assert await shown(homs, "ORD-1") == (order | {"bp_id": "7"} if answer.status_code == 200 else order)


# Headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "x" * 5000},
        {"Accept": "application/json;q=nonsense"},
        {"Accept-Encoding": "nonsense"},
        {"Accept-Language": "ru"},
        {"If-Match": "nonsense"},
        {"If-Modified-Since": "nonsense"},
        {"If-None-Match": "*"},
        {"Range": "bytes=0-1"},
        {"Expect": "nonsense"},
        {"X-HTTP-Method-Override": "DELETE"},
        {"X-Forwarded-For": "'"},
        {"Cookie": "session=nonsense; =;;"},
    ],
)
async def test_headers_this_dialect_does_not_know_are_not_looked_at(homs, headers):
    order = await placed(homs)

    answer = await homs.request("GET", "/api/orders/ORD-1", headers=headers)

    assert answer.status_code == 200
    assert answer.json() == {"order": order}


async def test_a_method_in_a_header_or_form_is_not_obeyed(homs):
    order = await placed(homs)

    await homs.request(
        "POST",
        "/api/orders/ORD-1",
        content=b"_method=delete",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "X-HTTP-Method-Override": "DELETE",
        },
    )

    assert await shown(homs, "ORD-1") == order


async def test_text_that_looks_like_sql_is_text(homs):
    text = "'; delete from orders; --"
    await placed(homs, ext_code=text)

    assert (await shown(homs, "ORD-1"))["ext_code"] == text
    assert is_empty(await homs.get("/api/orders/ORD-1'%20or%20'1'='1"), 404)
    assert json.loads((await homs.get("/api/orders?page=1%27")).text)
