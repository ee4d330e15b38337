"""The refusals and their bodies. Source: contract section 8; root keys: section 1."""

import pytest

from .given import DEMO, DEMO_SHOWN, PAT_HILL, is_empty, no_trace, placed, refused_fields, sent

WRITES = (
    ("POST", "/api/orders", "order"),
    ("PUT", "/api/orders/ORD-1", "order"),
    ("PATCH", "/api/orders/ORD-1", "order"),
    ("POST", "/api/users", "user"),
    ("PUT", f"/api/users/{DEMO}", "user"),
    ("PATCH", f"/api/users/{DEMO}", "user"),
)
EACH_WRITE = pytest.mark.parametrize("method, path, root", WRITES)


@EACH_WRITE
async def test_a_stranger_gets_no_reason(homs, method, path, root):
    answer = await homs.request(method, path, json={}, auth=None)

    assert answer.status_code == 401


@EACH_WRITE
@pytest.mark.parametrize("body", [b"{}", b'{"foo":1}', b'{"ROOT":{}}', b'{"ROOT":null}', b'{"root":{"name":"x"}}', b""])
async def test_a_missing_or_empty_root_is_400_and_empty(homs, book, method, path, root, body):
    await placed(homs)

    async with no_trace(book):
        answer = await sent(homs, method, path, body.replace(b"ROOT", root.encode()))

    assert is_empty(answer, 400)


@EACH_WRITE
async def test_the_root_of_the_other_record_is_no_root(homs, book, method, path, root):
    await placed(homs)
    other = {"order": {"user": {"name": "x"}}, "user": {"order": {"ext_code": "x"}}}[root]

    async with no_trace(book):
        answer = await homs.request(method, path, json=other)

    assert is_empty(answer, 400)


@EACH_WRITE
@pytest.mark.parametrize("value", ["text", 5, True, [], [1], [{"ext_code": "x"}]])
async def test_a_root_that_is_no_object_is_400(homs, book, method, path, root, value):
    await placed(homs)

    async with no_trace(book):
        answer = await homs.request(method, path, json={root: value})

    assert answer.status_code == 400


@EACH_WRITE
@pytest.mark.parametrize("content", [b"{", b'{"ROOT":{"name":"x"}', b"nonsense", b"{'a':1}", b'{"ROOT":{},}', b"\x00"])
async def test_a_body_that_is_no_json_is_a_bad_request(homs, book, method, path, root, content):
    await placed(homs)

    async with no_trace(book):
        answer = await sent(homs, method, path, content.replace(b"ROOT", root.encode()))

    assert answer.status_code == 400
    assert answer.json() == {"status": 400, "error": "Bad Request"}


async def test_the_error_map_of_a_user_has_no_wrapper(homs, book):
    async with no_trace(book):
        answer = await homs.post("/api/users", json={"user": PAT_HILL | {"email": DEMO, "company": ""}})

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json() == {"email": ["is already taken"], "company": ["is not specified"]}


async def test_the_error_map_of_custom_fields_is_one_object_in_an_array(homs, book):
    await placed(homs, "vacation_request")

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {"data": {"beginDate": "soon", "resolution": 5}}})

    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert refused_fields(answer) == {
        "beginDate": ["Attribute 'beginDate' with the value 'soon' should be of the DateTime type"],
        "resolution": ["Attribute 'resolution' should be of the String type"],
    }


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("GET", "/api/orders/ORD-99", None),
        ("DELETE", "/api/orders/ORD-99", None),
        ("PUT", "/api/orders/ORD-99", {"order": {"ext_code": "x"}}),
        ("PATCH", "/api/orders/ORD-99", {"order": {"ext_code": "x"}}),
        ("POST", "/api/orders", {"order": {"order_type_code": "no_such_type"}}),
        ("GET", "/api/users/nobody@example.com", None),
        ("DELETE", "/api/users/nobody@example.com", None),
        ("PUT", "/api/users/nobody@example.com", {"user": {"name": "x"}}),
        ("PATCH", "/api/users/nobody@example.com", {"user": {"name": "x"}}),
    ],
)
async def test_what_does_not_exist_is_404_and_empty(homs, book, method, path, body):
    async with no_trace(book):
        assert is_empty(await homs.request(method, path, json=body), 404)


@pytest.mark.parametrize(
    "path",
    [
        "/api/orders/ORD-1/lines",
        "/api/orders/ORD-1/edit/x",
        "/api/users/demo@example.com/orders",
        "/api/users/demo@example.com/api_token",
        "/api/orders/ORD-1.json/x",
    ],
)
async def test_a_path_that_is_not_routed_is_404(homs, path):
    await placed(homs)

    assert (await homs.get(path)).status_code == 404


@pytest.mark.parametrize(
    "method, path",
    [
        ("PUT", "/api/orders"),
        ("PATCH", "/api/orders"),
        ("DELETE", "/api/orders"),
        ("POST", "/api/orders/ORD-1"),
        ("PUT", "/api/users"),
        ("PATCH", "/api/users"),
        ("DELETE", "/api/users"),
        ("POST", f"/api/users/{DEMO}"),
    ],
)
async def test_a_method_that_is_not_routed_is_404_and_never_405(homs, book, method, path):
    await placed(homs)

    async with no_trace(book):
        answer = await homs.request(method, path, json={"order": {"ext_code": "x"}, "user": {"name": "x"}})

    assert answer.status_code == 404


async def test_two_writers_of_one_order_meet_no_conflict(homs):
    order = await placed(homs)

    for number in range(3):
        answer = await homs.request(
            "PUT", "/api/orders/ORD-1", json={"order": {"ext_code": str(number)}}, headers={"If-Match": '"1"'}
        )
        assert answer.json()["order"] == order | {"ext_code": str(number)}


async def test_after_every_refusal_the_server_still_answers(homs):
    await sent(homs, "POST", "/api/orders", b"{")
    await homs.post("/api/users", json={"user": {"email": "x"}})
    await homs.get("/api/orders/nothing")

    assert (await homs.get(f"/api/users/{DEMO}")).json() == {"user": DEMO_SHOWN}


async def test_a_missing_type_is_told_together_with_other_faults(homs):
    answer = await homs.post("/api/orders", json={"order": {"archived": None, "state": "lost"}})
    assert answer.status_code == 422
    assert answer.json() == {
        "archived": ["is not included in the list"],
        "state": ["is not included in the list"],
        "order_type": ["can't be blank"],
    }


async def test_a_value_that_was_shown_is_not_stored_again(homs, book):
    await homs.post(
        "/api/orders", json={"order": {"order_type_code": "support_request", "done_at": "2016-05-16T13:52:48.789Z"}}
    )
    stored = "select done_at from orders where tenant_id = $1"
    before = await book.desk.pool.fetchval(stored, book.tenant_id)
    shown = (await homs.get("/api/orders/ORD-1")).json()
    assert (await homs.put("/api/orders/ORD-1", json=shown)).status_code == 200
    assert await book.desk.pool.fetchval(stored, book.tenant_id) == before
    assert before.microsecond == 789000


async def test_a_value_of_another_face_that_this_one_would_refuse_comes_back_unharmed(homs, book):
    await homs.post("/api/orders", json={"order": {"order_type_code": "support_request"}})
    long = "x" * 3000
    await book.desk.pool.execute("update orders set external_id = $2 where tenant_id = $1", book.tenant_id, long)
    shown = (await homs.get("/api/orders/ORD-1")).json()
    assert (await homs.put("/api/orders/ORD-1", json=shown)).json() == shown
    assert (await homs.put("/api/orders/ORD-1", json={"order": {"ext_code": long + "x"}})).status_code == 422


async def test_a_moment_before_zones_had_whole_minutes_keeps_its_instant(homs):
    await homs.post("/api/orders", json={"order": {"order_type_code": "support_request"}})
    shown = None
    for value in ("1900-01-01T00:00:00Z", None, None):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {"done_at": value or shown, "bp_id": value}})
        assert shown in (None, answer.json()["order"]["done_at"])
        shown = answer.json()["order"]["done_at"]
    assert shown == "1900-01-01T02:30:00+02:30"


@pytest.mark.parametrize("offset", ["+03:60", "+03:99", "-00:99", "+0399"])
async def test_an_offset_with_impossible_minutes_is_refused(homs, offset):
    await homs.post("/api/orders", json={"order": {"order_type_code": "all_kinds"}})
    moment = f"2016-05-16T13:52:48{offset}"
    assert (await homs.put("/api/orders/ORD-1", json={"order": {"done_at": moment}})).status_code == 422
    assert (await homs.put("/api/orders/ORD-1", json={"order": {"data": {"aDate": moment}}})).status_code == 422


async def test_a_body_of_another_kind_than_json_or_a_form_has_no_root(homs, book):
    before = await book.counts()
    for kind in ("text/plain", "multipart/form-data; boundary=x"):
        answer = await homs.post(
            "/api/orders",
            content='{"order": {"order_type_code": "support_request"}}',
            headers={"Content-Type": kind},
        )
        assert answer.status_code == 400
    assert await book.counts() == before


@pytest.mark.parametrize("path", ["/api/orders/%ff", "/api/orders/ORD-1%00", "/api/users/%ff@x.y", "/api/users/%00"])
async def test_who_asks_for_a_name_that_nothing_can_have_is_asked_first_who_he_is(homs, path):
    for method in ("GET", "DELETE"):
        assert (await homs.request(method, path, auth=None)).status_code == 401
        answer = await homs.request(method, path)
        assert (answer.status_code, answer.content) == (404, b"")
    answer = await homs.put(path, json={"order": {"state": "done"}, "user": {"name": "X"}})
    assert (answer.status_code, answer.content) == (404, b"")


async def test_a_number_is_shown_as_it_was_last_written(homs):
    await homs.post("/api/orders", json={"order": {"order_type_code": "all_kinds"}})
    for written in ("100.0", "100", "100.0", "7"):
        body = '{"order":{"data":{"aNumber":' + written + "}}}"
        put = await homs.put("/api/orders/ORD-1", content=body, headers={"Content-Type": "application/json"})
        assert f'"aNumber":{written},' in put.text
        assert (await homs.get("/api/orders/ORD-1")).text == put.text
