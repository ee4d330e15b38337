"""The refusals and their bodies. Source: contract sections 1, 5.5 and 6."""

import pytest

from .given import (
    ITEM_ENDPOINTS,
    NEW,
    NEW_ITEM,
    NOWHERE,
    ORDER_ENDPOINTS,
    ORDERS,
    PARTY_ENDPOINTS,
    assert_refusal,
    codes,
    error_body,
    no_trace,
    placed,
    problems,
    sent,
    shown,
)

UNKNOWN_PATHS = (
    "/api/anything",
    "/api/buscaseitems",
    "/api/buscaseitems/370",
    "/api/buscase",
    "/api/buscases.json",
    "/api/communications",
    "/api/anything/1/buscaseitems",
    "/api/%ff",
    "/api/%00",
)
UNKNOWN_BELOW = (
    "/api/buscases/241/anything",
    "/api/buscases/241/buscaseitems/370/anything",
    "/api/parties/2168/anything",
    "/api/about/anything",
)
ALLOWED = {
    ORDERS: {"GET", "POST"},
    "/api/buscases/241": {"GET", "PUT", "PATCH"},
    "/api/buscases/241/buscaseitems": {"GET", "POST"},
    "/api/buscases/241/buscaseitems/370": {"GET", "PUT", "PATCH"},
    "/api/parties": {"GET"},
    "/api/parties/2168": {"GET"},
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")


async def test_a_stranger_gets_the_error_body_without_problems(intouch):
    for method, path, content in ORDER_ENDPOINTS + ITEM_ENDPOINTS + PARTY_ENDPOINTS:
        assert_refusal(await intouch.request(method, path, json=content, auth=None), 401)


async def test_the_neighbours_order_is_refused_with_the_error_body_without_problems(intouch):
    theirs = await placed(intouch.neighbour)

    assert_refusal(await intouch.get(f"{ORDERS}/{theirs['id']}"), 404)


async def test_a_400_names_each_problem_with_field_code_and_message(intouch, demo_book):
    async with no_trace(demo_book):
        for method, path, content in (("POST", ORDERS, {}), ("PUT", "/api/buscases/241", {})):
            answer = await intouch.request(method, path, json=content)
            assert problems(answer) == {("customer", "required"), ("name", "required")}
            assert len(error_body(answer)["errors"]) == 2


async def test_all_problems_are_named_at_once(intouch, demo_book):
    wrong = {
        "customer": "5",
        "name": "",
        "caseType": True,
        "totalPrice": "x",
        "currency": 5,
        "comment": 5,
        "branch": 1.5,
        "person": "1",
        "opportunity": [],
        "ownerUser": 1,
        "ownerGroup": {},
    }
    expected = {(name, "required" if name == "name" else "type") for name in wrong}

    async with no_trace(demo_book):
        for method, path in (("POST", ORDERS), ("PUT", "/api/buscases/241"), ("PATCH", "/api/buscases/241")):
            answer = await intouch.request(method, path, json=wrong)
            assert problems(answer) == expected
            assert len(error_body(answer)["errors"]) == len(wrong)


async def test_problems_that_only_the_book_knows_are_named_with_the_others(intouch, demo_book):
    wrong = {"customer": NOWHERE, "caseType": 999999, "currency": "?", "comment": 5, "further": "\0"}
    expected = {
        ("customer", "unknown_reference"),
        ("caseType", "unknown_reference"),
        ("currency", "value"),
        ("comment", "type"),
        ("further", "value"),
    }
    async with no_trace(demo_book):
        assert problems(await intouch.post(ORDERS, json=wrong)) == expected | {("name", "required")}
        assert problems(await intouch.patch("/api/buscases/241", json=wrong)) == expected


async def test_a_body_that_is_no_json_is_one_problem_of_the_whole_body(intouch, demo_book):
    async with no_trace(demo_book):
        for method, path in (("POST", ORDERS), ("PUT", "/api/buscases/241"), ("PATCH", "/api/buscases/241")):
            answer = await sent(intouch, method, path, b"{")
            assert problems(answer) == {(None, "json")}
            assert len(error_body(answer)["errors"]) == 1


async def test_a_body_that_is_no_object_is_one_problem_of_the_whole_body(intouch, demo_book):
    async with no_trace(demo_book):
        for method, path in (("POST", ORDERS), ("PUT", "/api/buscases/241"), ("PATCH", "/api/buscases/241")):
            for content in (b"[]", b"null", b"5", b'"text"', b"true", b'[{"customer":2168,"name":"x"}]'):
                answer = await sent(intouch, method, path, content)
                assert {field for field, _ in problems(answer)} == {None}
                assert codes(answer) <= {"json", "type"}


async def test_what_does_not_exist_is_404_with_the_error_body(intouch, demo_book):
    async with no_trace(demo_book):
        for method, path, content in ORDER_ENDPOINTS + ITEM_ENDPOINTS + PARTY_ENDPOINTS:
            for known in ("241", "370", "2168"):
                if path.endswith(f"/{known}"):
                    nowhere = path.removesuffix(known) + str(NOWHERE)
                    assert_refusal(await intouch.request(method, nowhere, json=content), 404)


@pytest.mark.parametrize("path", UNKNOWN_PATHS)
async def test_an_unknown_path_is_404_with_or_without_credentials(intouch, demo_book, path):
    async with no_trace(demo_book):
        for auth in (intouch.auth, None):
            for method in ("GET", "POST", "DELETE"):
                assert_refusal(await intouch.request(method, path, json=NEW, auth=auth), 404)


async def test_an_unknown_path_below_a_known_one_is_404(intouch, demo_book):
    async with no_trace(demo_book):
        for path in UNKNOWN_BELOW:
            for method in ("GET", "PUT", "DELETE"):
                assert_refusal(await intouch.request(method, path, json=NEW), 404)


async def test_paths_mind_the_case(intouch, demo_book):
    async with no_trace(demo_book):
        for path in ("/api/Buscases", "/api/BUSCASES/241", "/api/busCases", "/api/buscases/241/BuscaseItems"):
            assert_refusal(await intouch.get(path), 404)


async def test_there_is_no_list_of_items_across_orders(intouch):
    assert_refusal(await intouch.get("/api/buscaseitems"), 404)
    assert_refusal(await intouch.post("/api/buscaseitems", json=NEW_ITEM), 404)


@pytest.mark.parametrize("path", ALLOWED)
async def test_a_method_that_a_path_does_not_have_is_405_and_says_which_it_has(intouch, demo_book, path):
    async with no_trace(demo_book):
        for method in METHODS:
            if method not in ALLOWED[path]:
                answer = await intouch.request(method, path, json=NEW | NEW_ITEM)
                assert_refusal(answer, 405)
                told = {each.strip() for each in answer.headers["Allow"].split(",")}
                assert told - {"HEAD"} == ALLOWED[path]


@pytest.mark.parametrize("path", ALLOWED)
async def test_a_stranger_with_a_wrong_method_is_401(intouch, demo_book, path):
    async with no_trace(demo_book):
        for method in METHODS:
            assert_refusal(await intouch.request(method, path, json=NEW | NEW_ITEM, auth=None), 401)


async def test_orders_and_items_cannot_be_deleted(intouch):
    order = await shown(intouch, 241)
    for path in ALLOWED:
        assert_refusal(await intouch.delete(path), 405)

    assert await shown(intouch, 241) == order


async def test_a_method_cannot_be_overridden(intouch, demo_book):
    async with no_trace(demo_book):
        headers = {"X-HTTP-Method-Override": "DELETE"}
        assert (await intouch.get("/api/buscases/241?_method=DELETE", headers=headers)).status_code == 200


async def test_a_collection_with_a_trailing_slash_is_the_same_or_404(intouch):
    for path in ("/api/buscases/", "/api/buscases/241/buscaseitems/", "/api/parties/"):
        answer = await intouch.get(path)
        assert answer.status_code in (200, 404)
        if answer.status_code == 404:
            assert_refusal(answer, 404)


async def test_a_refused_write_changes_nothing(intouch, demo_book):
    order = await placed(intouch, comment="před", barva={"a": 1})
    path = f"{ORDERS}/{order['id']}"

    async with no_trace(demo_book):
        for content in ({"comment": "po", "currency": "?"}, {"barva": 5, "customer": NOWHERE}, {"x": 1, "name": None}):
            assert (await intouch.patch(path, json=content)).status_code == 400
            assert (await intouch.put(path, json=NEW | content)).status_code == 400
            assert (await intouch.post(ORDERS, json=NEW | content)).status_code == 400

    assert await shown(intouch, order["id"]) == order


async def test_after_every_refusal_the_server_still_answers(intouch):
    await sent(intouch, "POST", ORDERS, b"{")
    await intouch.get("/api/buscases/nothing")
    await intouch.delete("/api/buscases/241")

    assert (await shown(intouch, 241))["id"] == 241
