"""Many orders in one call, each for itself."""

import json
from typing import Any

import pytest

from orderloom.api.errors import MAX_FAULTS
from orderloom.api.shapes import MAX_MANY
from orderloom.demo.people import DEMO_USER
from tests.given_books import Book
from tests.harness import FaceClient

BULK = "/v1/orders/bulk"
LINES = [
    {"item_id": 1, "qualifier": "Blue", "quantity": "2.5", "price": "4.25"},
    {"title": "Doprava", "quantity": "1", "price": "10.00", "unit": "ks", "locked": True},
    {"title": "Without a price", "notes": "ждём"},
]


def order(number: int, **more: Any) -> dict[str, Any]:
    return {"type": "purchase_order", "customer_id": 1, "number": f"B-{number}", "lines": LINES, **more}


async def results(v1: FaceClient, method: str, *orders: Any) -> list[dict[str, Any]]:
    answer = await v1.request(method, BULK, json={"orders": list(orders)})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


async def events_of(book: Book, order_id: int) -> list[dict[str, Any]]:
    rows = await book.desk.pool.fetch(
        "select * from events where tenant_id = $1 and noun = 'order' and noun_id = $2 order by id",
        book.tenant_id,
        order_id,
    )
    return [{**row, "changes": json.loads(row["changes"])} for row in rows]


def comparable(shown: dict[str, Any]) -> dict[str, Any]:
    """An order without what a server assigns."""
    own = ("id", "uuid", "code", "created_at", "modified_at", "number")
    lines = [{name: line[name] for name in line if name not in own} for line in shown["lines"]]
    return {name: shown[name] for name in shown if name not in own} | {"lines": lines}


@pytest.mark.parametrize("lines", [[{}], [{}, {}], [{"locked": False, "title": None}], []])
async def test_lines_of_which_nothing_is_said_are_entered_as_they_are_alone(
    v1: FaceClient, lines: list[dict[str, Any]]
) -> None:
    alone = (await v1.post("/v1/orders", json={"type": "purchase_order", "lines": lines})).json()
    (result,) = await results(v1, "POST", {"type": "purchase_order", "lines": lines})
    shown = (await v1.get(f"/v1/orders/{result['id']}")).json()
    assert comparable(shown) == comparable(alone)
    assert len(shown["lines"]) == len(lines)


async def test_an_order_among_many_is_the_same_as_one_alone(v1: FaceClient, demo_book: Book) -> None:
    alone = (await v1.post("/v1/orders", json=order(0))).json()
    (result,) = await results(v1, "POST", order(1))
    shown = (await v1.get(f"/v1/orders/{result['id']}")).json()
    assert result == {"status": 201, "id": shown["id"], "code": shown["code"], "version": 1}
    assert comparable(shown) == comparable(alone)
    first, second = [await events_of(demo_book, each) for each in (alone["id"], shown["id"])]
    assert len(first) == len(second) == 1
    assert second[0]["actor"] == DEMO_USER
    assert second[0]["changes"].pop("entered_ids") == [line["id"] for line in shown["lines"]]
    assert first[0]["changes"].pop("entered_ids") == [line["id"] for line in alone["lines"]]
    assert second[0]["changes"].pop("number") == [None, "B-1"]
    assert first[0]["changes"].pop("number") == [None, "B-0"]
    assert second[0]["changes"] == first[0]["changes"]
    costs = [
        await demo_book.desk.pool.fetchrow(
            """select cost, currency_cost, charge, job_charge, rate, source from costings
                where tenant_id = $2 and order_id = $1""",
            each,
            demo_book.tenant_id,
        )
        for each in (alone["id"], shown["id"])
    ]
    assert costs[0] == costs[1]


async def test_each_is_entered_or_refused_for_itself_at_its_place(v1: FaceClient) -> None:
    found = await results(
        v1,
        "POST",
        order(1),
        order(2, customer_id=987654),
        {"type": "purchase_order", "number": 5, "lines": [{"quantity": "many"}]},
        order(3, lines=[]),
        "no object",
        {"type": "nothing"},
        order(4, lines=[{"item_id": 4711}]),
        {"type": "vacation_request", "data": {"employeeEmail": "a@b.c"}},
    )
    assert [each["status"] for each in found] == [201, 422, 422, 201, 422, 422, 422, 201]
    pointers = [[error["pointer"] for error in each.get("problem", {}).get("errors", [])] for each in found]
    assert pointers == [
        [],
        ["/customer_id"],
        ["/number", "/lines/0/quantity"],
        [],
        [""],
        ["/type"],
        ["/lines/0/item_id"],
        [],
    ]


async def test_a_call_of_which_no_order_can_be_read_tells_what_is_wrong_with_each(v1: FaceClient) -> None:
    first, second = await results(v1, "POST", {"price_total": ""}, {"nonsense": 1})
    assert (first["status"], second["status"]) == (422, 422)
    assert [error["pointer"] for error in first["problem"]["errors"]] == ["/price_total"]
    assert [error["pointer"] for error in second["problem"]["errors"]] == ["/nonsense"]
    for result in await results(v1, "PATCH", {"order": 10008229, "price_total": ""}):
        assert result["status"] == 422


async def test_two_that_want_one_name_do_not_harm_the_others(v1: FaceClient) -> None:
    name = {"external_ids": {"shop": "same"}}
    found = await results(v1, "POST", order(1, **name), order(2), order(3, **name), order(4))
    assert [each["status"] for each in found] == [201, 201, 422, 201]
    assert found[2]["problem"]["errors"][0]["pointer"] == "/external_ids/shop"
    assert (await v1.get("/v1/orders/by/shop/same")).json()["id"] == found[0]["id"]


async def test_many_are_changed_each_for_itself(v1: FaceClient) -> None:
    entered = await results(v1, "POST", *(order(number) for number in range(4)))
    ids = [each["id"] for each in entered]
    found = await results(
        v1,
        "PATCH",
        {"id": ids[0], "notes": "a"},
        {"id": ids[1], "notes": "b", "version": 7},
        {"id": ids[2], "customer_id": 987654},
        {"id": 4711, "notes": "c"},
        {"notes": "of nobody"},
        {"id": ids[0], "notes": "d", "version": 2},
        {"id": ids[3], "lines": []},
    )
    assert [each["status"] for each in found] == [200, 412, 422, 404, 422, 200, 200]
    assert [each.get("version") for each in found] == [2, None, None, None, None, 3, 2]
    assert (await v1.get(f"/v1/orders/{ids[0]}")).json()["notes"] == "d"
    assert (await v1.get(f"/v1/orders/{ids[3]}")).json()["lines"] == []


async def test_a_list_that_is_none_is_refused(v1: FaceClient) -> None:
    for body in ({}, {"orders": []}, {"orders": {}}, {"orders": [{}], "more": 1}, {"orders": [{}] * (MAX_MANY + 1)}):
        for method in ("POST", "PATCH"):
            answer = await v1.request(method, BULK, json=body)
            assert answer.status_code == 422, (method, answer.text)
            assert answer.json()["errors"][0]["pointer"] == "/orders"


SURROGATE = rb'"\ud800"'
NUMBERS = rb'{"type":"purchase_order","price_total":"1.50"}'


async def test_what_is_no_text_in_one_takes_nothing_from_the_others(v1: FaceClient) -> None:
    for wrong, pointer in (
        (rb"{%b:1}" % SURROGATE, "/?"),
        (rb'{"title":%b}' % SURROGATE, "/title"),
        (rb'{"type":"all_kinds","data":{"aJson":[%b]}}' % SURROGATE, "/data/aJson"),
        (SURROGATE, ""),
    ):
        each = (wrong, b'{"type":"purchase_order"}', b"5", NUMBERS, wrong)
        for gap in (b"", b" \r\n\t"):
            body = gap.join((b"", b"{", rb'"\u006frders"', b":", b"[", (gap + b"," + gap).join(each), b"]", b"}", b""))
            answer = await v1.post(BULK, content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == 200, answer.text
            found = answer.json()["results"]
            assert [each["status"] for each in found] == [422, 201, 422, 201, 422], answer.text
            assert pointer in [error["pointer"] for error in found[0]["problem"]["errors"]]
            assert found[4]["problem"] == found[0]["problem"]
            assert (await v1.get(f"/v1/orders/{found[3]['id']}")).json()["price_total"] == "1.50"


async def test_whatever_member_has_what_is_no_text_the_order_is_refused_and_the_others_are_not(v1: FaceClient) -> None:
    entered = [each["id"] for each in await results(v1, "POST", *(order(number) for number in range(2)))]
    members = (
        rb'"type":%b',
        rb'"responsible":%b',
        rb'"state":%b',
        rb'"archived":%b',
        rb'"customer_id":%b',
        rb'"price_total":%b',
        rb'"issued_at":%b',
        rb'"required_on":%b',
        rb'"lines":%b',
        rb'"lines":[{"quantity":%b}]',
        rb'"costing":{"cost":%b}',
        rb'"price_currency":%b',
        rb'"number":%b',
        rb'"notes":%b',
        rb'"external_ids":{"a":%b}',
        rb'"external_ids":{%b:"a"}',
        rb'"costing":{"currency":%b}',
        rb'"lines":[{"item_id":1,"qualifier":%b}]',
        rb'"lines":[{"external_id":%b}]',
        rb'"data":{"a":%b}',
        rb'"data":{%b:1}',
    )
    wrong = [member % SURROGATE for member in members]
    new = [b'{"type":"purchase_order",%b}' % each for each in wrong]
    changes = [b'{"id":%d,%b}' % (entered[0], each) for each in wrong]
    for method, bad, good in (
        ("POST", new, b'{"type":"purchase_order"}'),
        ("PATCH", changes, b'{"id":%d,"notes":"a"}' % entered[1]),
    ):
        body = b'{"orders":[%b]}' % b",".join((*bad, good))
        answer = await v1.request(method, BULK, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 200, answer.text
        found = answer.json()["results"]
        assert [each["status"] for each in found[:-1]] == [422] * len(wrong), answer.text
        assert found[-1]["status"] in (200, 201)
        assert all(each["problem"]["errors"] for each in found[:-1])
    assert (await v1.get(f"/v1/orders/{entered[0]}")).json()["version"] == 1


async def test_a_list_with_what_is_no_text_is_refused_where_it_is_no_list(v1: FaceClient) -> None:
    for body, pointer in (
        (rb'{"orders":%b}', "/orders"),
        (rb'{"orders":{"a":%b}}', "/orders"),
        (rb'{"orders":[1],"orders":[%b]}', "/orders"),
        (rb'{"orders":[1],"more":%b}', "/orders"),
        (rb'{"orders":[%b],"more":[]}', "/orders"),
        (rb'{"orders":[],%b:1}', "/orders"),
        (rb"{%b:[1]}", "/orders"),
        (rb'{"Orders":[%b]}', "/orders"),
        (rb"[%b]", ""),
        (rb"%b", ""),
    ):
        for method in ("POST", "PATCH"):
            json_type = {"Content-Type": "application/json"}
            answer = await v1.request(method, BULK, content=body % SURROGATE, headers=json_type)
            assert answer.status_code == 422, (method, body, answer.text)
            assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    answer = await v1.post(BULK, content=rb'{"orders":[%b}' % SURROGATE, headers=json_type)
    assert answer.status_code == 400, answer.text


async def test_however_much_is_wrong_with_how_many_the_answer_has_an_end_and_tells_something_of_each(
    v1: FaceClient,
) -> None:
    unread = {"type": "purchase_order", "lines": [{"x": True}] * 70}
    unknown = {"type": "purchase_order", "lines": [{"item_id": 4711}] * 40}
    for method, orders in (
        ("POST", [unread] * MAX_MANY),
        ("POST", [unknown] * MAX_MANY),
        ("POST", [unread, unknown] * 200),
        ("PATCH", [{"id": 10008229} | unread] * MAX_MANY),
        ("PATCH", [{"id": 10008229, "lines": unknown["lines"]}] * 20),
        ("POST", [{}] * MAX_MANY),
    ):
        answer = await v1.request(method, BULK, json={"orders": orders})
        assert answer.status_code == 200, answer.text
        problems = [each["problem"] for each in answer.json()["results"]]
        told = [len(problem["errors"]) for problem in problems]
        assert len(told) == len(orders)
        assert min(told) >= 1
        assert sum(told) < len(orders) + MAX_FAULTS
        assert len(answer.content) < 500 * len(orders) + 200 * MAX_FAULTS
        assert problems[-1]["detail"].startswith("More") is (orders[-1] != {})


async def test_a_thousand_at_once_are_all_there_and_in_order(v1: FaceClient) -> None:
    found = await results(v1, "POST", *(order(number) for number in range(MAX_MANY)))
    assert {each["status"] for each in found} == {201}
    assert [each["id"] for each in found] == sorted(each["id"] for each in found)
    shown = (await v1.get(f"/v1/orders/{found[-1]['id']}")).json()
    assert shown["number"] == f"B-{MAX_MANY - 1}"
    assert len(shown["lines"]) == len(LINES)


async def test_a_stranger_and_a_neighbour_change_nothing(v1: FaceClient) -> None:
    (mine,) = await results(v1, "POST", order(1))
    v1.neighbour.auth, auth = None, v1.neighbour.auth
    assert (await v1.neighbour.post(BULK, json={"orders": [order(1)]})).status_code == 401
    v1.neighbour.auth = auth
    (found,) = await results(v1.neighbour, "PATCH", {"id": mine["id"], "notes": "theirs"})
    assert found["status"] == 404
