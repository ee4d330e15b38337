"""Bodies and headers that nobody should send: each has an answer, and none does harm."""

import json

import pytest

from .given import ORDERS, PROBLEM, changed, entered, no_trace, patch, path, pointers, post, problem, shown

# Each test looks at orders of its own.
ONE_TENANT = True

JSON = {"Content-Type": "application/json"}


async def raw(v1, content, headers=JSON, method="POST", at=ORDERS):
    return await v1.request(method, at, content=content, headers=headers)


NO_JSON = {
    "empty": b"",
    "blank": b"   \n",
    "cut off": b'{"type":"purchase_order"',
    "two values": b'{"type":"purchase_order"}{}',
    "a comma too many": b'{"type":"purchase_order",}',
    "single quotes": b"{'type':'purchase_order'}",
    "a comment": b'{"type":"purchase_order"/**/}',
    "NaN": b'{"type":"purchase_order","price_total":NaN}',
    "Infinity": b'{"type":"purchase_order","price_total":-Infinity}',
    "a hexadecimal number": b'{"type":"purchase_order","price_total":0x10}',
    "a leading zero": b'{"type":"purchase_order","price_total":012}',
    "a leading plus": b'{"type":"purchase_order","price_total":+1}',
    "a raw control": b'{"type":"purchase_order","title":"a\nb"}',
    "a raw NUL": b'{"type":"purchase_order","title":"a\x00b"}',
    "no UTF-8": b'{"type":"purchase_order","title":"\xff"}',
    "a surrogate in bytes": b'{"type":"purchase_order","title":"\xed\xa0\x80"}',
    "UTF-16": '{"type":"purchase_order"}'.encode("utf-16"),
    "a form": b"type=purchase_order",
    "XML": b"<order/>",
    "nonsense": bytes(range(256)),
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
}


@pytest.mark.parametrize("content", NO_JSON.values(), ids=NO_JSON)
async def test_a_body_that_is_no_json_is_refused(v1, demo_book, content):
    order = await entered(v1)
    async with no_trace(demo_book):
        assert problem(await raw(v1, content), 400)["errors"] == []
        problem(await raw(v1, content, method="PATCH", at=path(order)), 400)


@pytest.mark.parametrize("content", [b"[]", b"null", b"5", b'"x"', b"true", b'[{"type":"purchase_order"}]', b"-0.0"])
async def test_a_body_that_is_no_object_is_refused(v1, demo_book, content):
    order = await entered(v1)
    async with no_trace(demo_book):
        assert list(pointers(await raw(v1, content))) == [""]
        assert list(pointers(await raw(v1, content, method="PATCH", at=path(order)))) == [""]


@pytest.mark.parametrize(
    "content, pointer",
    [
        (rb'{"type":"purchase_order","title":"\ud800"}', "/title"),
        (rb'{"type":"purchase_order","title":"a\u0000"}', "/title"),
        (rb'{"type":"purchase_order","notes":"\udfff\ud800"}', "/notes"),
        (rb'{"type":"purchase_order","lines":[{"title":"\ud800"}]}', "/lines/0/title"),
        (rb'{"type":"purchase_order","lines":[{"notes":"\u0000"}]}', "/lines/0/notes"),
        (rb'{"type":"purchase_order","external_ids":{"a":"\ud800"}}', "/external_ids/a"),
        (rb'{"type":"purchase_order","external_ids":{"a":"\u0000"}}', "/external_ids/a"),
        (rb'{"type":"purchase_order","responsible":"\ud800"}', "/responsible"),
        (rb'{"type":"purchase_order","process_id":"\u0000"}', "/process_id"),
        (rb'{"type":"purchase_order","price_currency":"\u0000"}', "/price_currency"),
        (rb'{"type":"\u0000"}', "/type"),
        (rb'{"type":"\ud800"}', "/type"),
        (rb'{"type":"purchase_order","state":"\ud800"}', "/state"),
        (rb'{"type":"purchase_order","customer_id":"\ud800"}', "/customer_id"),
        (rb'{"type":"purchase_order","price_total":"\ud800"}', "/price_total"),
        (rb'{"type":"purchase_order","issued_at":"\ud800"}', "/issued_at"),
        (rb'{"type":"purchase_order","required_on":"\ud800"}', "/required_on"),
        (rb'{"type":"purchase_order","lines":[{"quantity":"\ud800"}]}', "/lines/0/quantity"),
        (rb'{"type":"all_kinds","data":{"aString":"\u0000"}}', "/data/aString"),
        (rb'{"type":"all_kinds","data":{"aString":"\ud800"}}', "/data/aString"),
        (rb'{"type":"all_kinds","data":{"aString":["x","\ud800"]}}', "/data/aString"),
        (rb'{"type":"all_kinds","data":{"aJson":"\"\ud800\""}}', "/data/aJson"),
        (rb'{"type":"all_kinds","data":{"aNumber":1e999}}', "/data/aNumber"),
        (rb'{"type":"all_kinds","data":{"aNumber":' + b"9" * 400 + b"}}", "/data/aNumber"),
        (rb'{"type":"all_kinds","data":{"aNumber":[1]}}', "/data/aNumber"),
        (rb'{"type":"purchase_order","price_total":1e400}', "/price_total"),
        (rb'{"type":"purchase_order","price_total":' + b"9" * 5000 + b"}", "/price_total"),
        (rb'{"type":"purchase_order","price_total":"' + b"9" * 5000 + b'"}', "/price_total"),
        (rb'{"type":"purchase_order","price_total":"1e-5000"}', "/price_total"),
        (rb'{"type":"purchase_order","price_total":"1e999999999999999999999"}', "/price_total"),
        (rb'{"type":"purchase_order","price_total":"0x10"}', "/price_total"),
        (rb'{"type":"purchase_order","price_total":""}', "/price_total"),
        (rb'{"type":"purchase_order","price_total":"sNaN"}', "/price_total"),
        (rb'{"type":"purchase_order","lines":[{"quantity":"-Infinity"}]}', "/lines/0/quantity"),
        (rb'{"type":"purchase_order","customer_id":1e999}', "/customer_id"),
        (rb'{"type":"purchase_order","customer_id":' + b"9" * 5000 + b"}", "/customer_id"),
        (rb'{"type":"purchase_order","customer_id":1.5}', "/customer_id"),
        (rb'{"type":"purchase_order","customer_id":0}', "/customer_id"),
        (rb'{"type":"purchase_order","case_id":-1}', "/case_id"),
        (rb'{"type":"purchase_order","supplier_id":9223372036854775808}', "/supplier_id"),
        (rb'{"type":"purchase_order","issued_at":"2026-01-01"}', "/issued_at"),
        (rb'{"type":"purchase_order","issued_at":"2026-01-01T00:00:00"}', "/issued_at"),
        (rb'{"type":"purchase_order","issued_at":"0001-01-01T00:00:00+23:59"}', "/issued_at"),
        (rb'{"type":"purchase_order","done_at":"9999-12-31T23:59:59-23:59"}', "/done_at"),
        (rb'{"type":"purchase_order","done_at":"9999-12-31T23:59:59Z"}', "/done_at"),
        (rb'{"type":"purchase_order","estimated_at":1767225600}', "/estimated_at"),
        (rb'{"type":"purchase_order","required_on":"2026-02-30"}', "/required_on"),
        (rb'{"type":"purchase_order","required_on":"0000-01-01"}', "/required_on"),
        (rb'{"type":"purchase_order","required_on":"2026-01-01T00:00:00Z"}', "/required_on"),
        (rb'{"type":"purchase_order","archived":1}', "/archived"),
        (rb'{"type":"purchase_order","archived":"true"}', "/archived"),
        (rb'{"type":"purchase_order","state":"DONE"}', "/state"),
        (rb'{"type":"purchase_order","lines":{}}', "/lines"),
        (rb'{"type":"purchase_order","lines":[null]}', "/lines/0"),
        (rb'{"type":"purchase_order","lines":[[]]}', "/lines/0"),
        (rb'{"type":"purchase_order","lines":"x"}', "/lines"),
        (rb'{"type":"purchase_order","data":[]}', "/data"),
        (rb'{"type":"purchase_order","data":"x"}', "/data"),
        (rb'{"type":"purchase_order","external_ids":["a"]}', "/external_ids"),
        (rb'{"type":"purchase_order","":1}', "/"),
        (rb'{"type":"purchase_order","a/b~":1}', "/a~1b~0"),
        (rb'{"type":"purchase_order","\u0000":1}', "/\x00"),
        (rb'{"type":"purchase_order","\ud800":1}', None),
        (rb'{"type":"purchase_order","__proto__":{}}', "/__proto__"),
        (rb'{"type":["purchase_order"]}', "/type"),
        (rb'{"type":5}', "/type"),
    ],
    ids=lambda value: ascii(value)[2:60] if isinstance(value, bytes) else "",
)
async def test_a_value_that_cannot_be_kept_is_told_where_it_stands(v1, demo_book, content, pointer):
    async with no_trace(demo_book):
        answer = await raw(v1, content)
    told = list(pointers(answer))
    assert len(told) == 1
    assert pointer is None or told == [pointer]


async def test_a_value_of_any_wrong_type_is_told_in_every_member(v1, demo_book):
    members = [*(await entered(v1))]
    read_only = {"id", "uuid", "code", "type_version", "kind", "leftovers"}
    read_only |= {"created_at", "created_by", "modified_at", "modified_by"}
    async with no_trace(demo_book):
        for member in members:
            for value in ([[[]]], {"a": {"b": []}}):
                answer = await v1.post(ORDERS, json={"type": "purchase_order", "nope": 1, member: value})
                told = pointers(answer)
                named = [pointer for pointer in told if pointer.startswith(f"/{member}")]
                assert bool(named) is (member not in read_only), (member, value, told)


async def test_every_fault_of_a_body_is_told_at_once(v1, demo_book):
    wrong = {
        "nope": 1,
        "state": "x",
        "title": 5,
        "number": "x" * 2001,
        "process_id": "\x00",
        "customer_id": "1",
        "responsible": "nobody@example.com",
        "issued_at": "soon",
        "required_on": "2026-02-30",
        "price_total": "NaN",
        "data": {"aNumber": "x", "nope": 1},
        "lines": [{"nope": 1, "title": 5}, 7, {"quantity": "x", "facility_id": 99999}, {"id": 370}],
        "external_ids": {"": "x", "good": "1", "sap": 5},
        "version": "1",
    }
    expected = [
        "/customer_id",
        "/data/aNumber",
        "/data/nope",
        "/external_ids/",
        "/external_ids/sap",
        "/issued_at",
        "/lines/0/nope",
        "/lines/0/title",
        "/lines/1",
        "/lines/2/facility_id",
        "/lines/2/quantity",
        "/lines/3/id",
        "/nope",
        "/number",
        "/price_total",
        "/process_id",
        "/required_on",
        "/responsible",
        "/state",
        "/title",
        "/version",
    ]
    order = await entered(v1, type="all_kinds")
    async with no_trace(demo_book):
        assert sorted(pointers(await post(v1, type="all_kinds", **wrong))) == expected
        assert sorted(pointers(await patch(v1, order, **wrong))) == expected
        without_type = sorted({*expected, "/type"} - {"/data/aNumber", "/data/nope"})
        for of_type in ({}, {"type": "nothing"}, {"type": 5}, {"type": None}):
            answer = await v1.post(ORDERS, json=of_type | wrong)
            assert sorted(pointers(answer)) == without_type, of_type


async def test_however_much_is_wrong_the_answer_has_an_end(v1):
    answer = await post(v1, lines=[{"nope": n} for n in range(2000)], **{f"x{n}": n for n in range(1000)})

    assert len(problem(answer, 422)["errors"]) == 100
    assert len(answer.content) < 50_000
    answer = await post(v1, **{"x" * 100_000: 1})
    assert len(problem(answer, 422)["errors"]) == 1


async def test_of_a_member_given_twice_the_last_counts(v1):
    answer = await raw(v1, b'{"type":"nothing","title":"a","title":"b","type":"purchase_order"}')

    assert (answer.status_code, answer.json()["title"]) == (201, "b")


async def test_blanks_around_json_are_nothing(v1):
    assert (await raw(v1, b' \r\n\t{ "type" : "purchase_order" } \n')).status_code == 201


# Media types and lengths --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "application/xml",
        "application/jsonx",
        "text/json",
        "application/json-patch",
        "x",
        "*/*",
    ],
)
async def test_a_body_of_another_media_type_is_refused(v1, demo_book, media_type):
    order = await entered(v1)
    async with no_trace(demo_book):
        problem(await raw(v1, b'{"type":"purchase_order"}', {"Content-Type": media_type}), 415)
        problem(await raw(v1, b'{"title":"x"}', {"Content-Type": media_type}, "PATCH", path(order)), 415)


@pytest.mark.parametrize(
    "media_type",
    ["application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json", 'application/json;x="y"'],
)
async def test_json_may_be_called_more_exactly(v1, media_type):
    assert (await raw(v1, b'{"type":"purchase_order"}', {"Content-Type": media_type})).status_code == 201


async def test_a_body_without_a_media_type_is_read_as_json(v1):
    assert (await raw(v1, b'{"type":"purchase_order"}', {})).status_code == 201


async def test_a_body_of_a_megabyte_is_the_longest(v1, demo_book):
    notes = "x" * 100_000
    lines = [{"notes": notes} for _ in range(10)]
    order = await entered(v1, lines=lines)
    assert [line["notes"] for line in (await shown(v1, order))["lines"]] == [notes] * 10

    async with no_trace(demo_book):
        body = json.dumps({"type": "purchase_order", "lines": lines}).encode()
        problem(await raw(v1, body + b" " * (1024 * 1024)), 413)
        problem(await raw(v1, b" " * (1024 * 1024 + 1), method="PATCH", at=path(order)), 413)
    assert (await raw(v1, b'{"type":"purchase_order"}' + b" " * 1_000_000)).status_code == 201


async def test_texts_as_long_as_they_may_be_are_kept(v1):
    texts = {"title": "ž" * 2000, "notes": "🦊" * 100_000, "number": "x" * 2000, "process_state": "\n" * 2000}
    order = await entered(v1, **texts)
    assert {name: order[name] for name in texts} == texts

    too_long = {name: text + "x" for name, text in texts.items()}
    assert sorted(pointers(await post(v1, **too_long))) == sorted(f"/{name}" for name in texts)


# Deep and odd custom fields -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [10, 100, 500, 900, 2000, 50_000])
async def test_deep_data_has_an_answer(v1, depth):
    order = await entered(v1, type="all_kinds")
    for value in (b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth):
        for member in (b"data", b"leftovers", b"nope", b"lines", b"costing", b"external_ids", b"title"):
            for body in (b'{"%s":{"aString":%s}}' % (member, value), b'{"%s":%s}' % (member, value)):
                answer = await raw(v1, body, method="PATCH", at=path(order))
                assert answer.status_code in (200, 400, 422), (member, answer.status_code)
                if answer.status_code != 200:
                    assert answer.headers["Content-Type"] == PROBLEM


async def test_many_custom_fields_have_an_answer(v1):
    answer = await post(v1, type="all_kinds", data={f"x{n}": n for n in range(20_000)})

    assert len(problem(answer, 422)["errors"]) == 100


async def test_a_text_of_json_in_a_custom_field_is_a_text(v1):
    text = '{"a":[1,{"b":null}],"ž":"\\u0000"}'
    order = await entered(v1, type="all_kinds", data={"aJson": text})

    assert order["data"] == {"aJson": text}
    assert (await changed(v1, order, **order))["data"] == {"aJson": text}


# Requests -----------------------------------------------------------------------------------------------------------


async def test_a_method_that_a_path_does_not_have_is_refused(v1, demo_book):
    order = await entered(v1)
    async with no_trace(demo_book):
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "BREW"):
            answer = await v1.request(method, ORDERS)
            problem(answer, 405)
            assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
        for method in ("PUT", "POST", "OPTIONS"):
            answer = await v1.request(method, path(order), json={})
            problem(answer, 405)
            assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "PATCH", "DELETE"}


@pytest.mark.parametrize("at", ["/v1", "/v1/", "/v1/order", "/v1/Orders", "/V1/orders/x/y", "/v1/orders/1/lines"])
async def test_a_path_that_is_none_is_told_as_a_problem(v1, at):
    problem(await v1.get(at), 404)


async def test_every_answer_bears_the_request_id_that_was_given(v1):
    for at, status in ((path(await entered(v1)), 200), (path(99999999), 404), (f"{ORDERS}?x=1", 400)):
        answer = await v1.get(at, headers={"X-Request-Id": "my-request.1"})
        assert answer.status_code == status
        assert answer.headers["X-Request-Id"] == "my-request.1"
        if status != 200:
            assert answer.json()["request_id"] == "my-request.1"


async def test_a_query_is_refused_where_none_is_taken(v1, demo_book):
    order = await entered(v1)
    async with no_trace(demo_book):
        for method, at in (("POST", ORDERS), ("PATCH", path(order)), ("DELETE", path(order))):
            answer = await v1.request(method, f"{at}?dry_run=true", json={"type": "purchase_order"})
            assert [error["parameter"] for error in problem(answer, 400)["errors"]] == ["dry_run"]


async def test_a_body_of_a_deletion_or_a_reading_is_passed_over(v1):
    order = await entered(v1)

    assert (await v1.request("GET", path(order), content=b"{" * 1000, headers=JSON)).status_code == 200
    assert (await v1.request("DELETE", path(order), content=b"{" * 1000, headers=JSON)).status_code == 204
