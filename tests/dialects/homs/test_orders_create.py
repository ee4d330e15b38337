"""Placing an order. Source: contract sections 1, 3 and 6 (Create)."""

import pytest

from .given import (
    DEMO,
    FIELDS,
    JAMES_CARTER,
    JAMES_CARTER_SHOWN,
    JOHNSON,
    JSON_TYPE,
    ORDER_KEYS,
    WITHOUT_FIELDS,
    is_empty,
    listed,
    no_trace,
    placed,
    sent,
    shown,
)

MINIMAL = {"order": {"order_type_code": "support_request"}}


async def test_a_stranger_cannot_place_an_order(homs, book):
    async with no_trace(book):
        answer = await homs.request("POST", "/api/orders", json=MINIMAL, auth=None)

    assert answer.status_code == 401


async def test_an_order_placed_next_door_does_not_exist_here(homs):
    order = await placed(homs.neighbour)

    assert await listed(homs) == []
    assert is_empty(await homs.get(f"/api/orders/{order['code']}"), 404)


async def test_each_tenant_counts_its_own_codes(homs):
    await placed(homs.neighbour)

    assert (await placed(homs))["code"] == "ORD-1"


async def test_only_the_order_type_is_needed(homs):
    answer = await homs.post("/api/orders", json=MINIMAL)

    assert answer.status_code == 201
    assert set(answer.json()) == {"order"}
    order = answer.json()["order"]
    assert isinstance(order["id"], int)
    assert order == {
        "id": order["id"],
        "code": "ORD-1",
        "ext_code": None,
        "bp_id": None,
        "bp_state": None,
        "state": "to_execute",
        "archived": False,
        "data": dict.fromkeys(FIELDS["support_request"]),
        "done_at": None,
        "order_type_code": "support_request",
        "user_email": None,
    }


async def test_all_eleven_keys_come_in_the_order_of_the_page(homs):
    assert tuple(await placed(homs)) == ORDER_KEYS


async def test_the_answer_is_json_with_its_length(homs):
    answer = await homs.post("/api/orders", json=MINIMAL)

    assert answer.headers["Content-Type"] == JSON_TYPE
    assert int(answer.headers["Content-Length"]) == len(answer.content)


async def test_a_placed_order_is_shown_as_it_was_answered(homs):
    order = await placed(homs, "vacation_request", data=JAMES_CARTER, ext_code="A 1", user_email=JOHNSON)

    assert await shown(homs, order["code"]) == order


async def test_every_writable_attribute_is_taken_at_creation(homs):
    attributes = {
        "ext_code": "X-1",
        "bp_id": "p7",
        "bp_state": "waiting",
        "state": "done",
        "done_at": "2016-05-16T13:52:48+03:00",
        "archived": True,
        "user_email": JOHNSON,
    }

    order = await placed(homs, "support_request", **attributes)

    assert {key: order[key] for key in attributes} == attributes


async def test_codes_count_up_by_one(homs):
    assert [(await placed(homs))["code"] for _ in range(3)] == ["ORD-1", "ORD-2", "ORD-3"]


async def test_a_refused_request_places_nothing_and_later_codes_go_up(homs, book):
    first = await placed(homs)
    async with no_trace(book):
        answer = await homs.post("/api/orders", json={"order": {"order_type_code": "no_such_type"}})
        assert answer.status_code == 404
        answer = await homs.post("/api/orders", json={"order": {"order_type_code": "support_request", "state": "x"}})
        assert answer.status_code == 422
    second = await placed(homs)

    assert await listed(homs) == [second["code"], first["code"]]
    assert int(second["code"].removeprefix("ORD-")) > 1


async def test_the_code_of_a_deleted_order_is_never_given_again(homs):
    first = await placed(homs)
    await homs.delete(f"/api/orders/{first['code']}")

    assert (await placed(homs))["code"] == "ORD-2"


@pytest.mark.parametrize("code", ["MINE-1", "ORD-77", None, 5, {"a": 1}])
async def test_a_code_sent_at_creation_is_silently_ignored(homs, code):
    assert (await placed(homs, code=code))["code"] == "ORD-1"


async def test_a_code_that_is_taken_is_no_error_at_creation(homs):
    await placed(homs)

    assert (await placed(homs, code="ORD-1"))["code"] == "ORD-2"


async def test_an_id_sent_at_creation_is_ignored(homs):
    order = await placed(homs, id=987654321)

    assert order["id"] != 987654321


async def test_unknown_attributes_are_ignored_at_creation(homs):
    order = await placed(homs, foo="bar", created_at="2016-05-16", user_id=1, order_type_id=1)

    assert tuple(order) == ORDER_KEYS


async def test_a_new_order_makes_the_caller_not_responsible(homs):
    assert (await placed(homs))["user_email"] is None


@pytest.mark.parametrize("email", [DEMO, JOHNSON])
async def test_a_responsible_user_can_be_named_at_creation(homs, email):
    assert (await placed(homs, user_email=email))["user_email"] == email


@pytest.mark.parametrize("nobody", [None, ""])
async def test_naming_nobody_at_creation_is_no_error(homs, nobody):
    assert (await placed(homs, user_email=nobody))["user_email"] is None


async def test_an_unknown_responsible_user_at_creation_is_404_and_places_nothing(homs, book):
    async with no_trace(book):
        answer = await homs.post(
            "/api/orders",
            json={"order": {"order_type_code": "support_request", "user_email": "nobody@example.com"}},
        )

    assert is_empty(answer, 404)


async def test_the_neighbours_user_cannot_be_made_responsible(homs, book):
    await homs.neighbour.post(
        "/api/users",
        json={
            "user": {
                "email": "next.door@example.com",
                "name": "N",
                "last_name": "D",
                "company": "C",
                "department": "D",
                "password": "long enough",
            }
        },
    )

    async with no_trace(book):
        answer = await homs.post(
            "/api/orders",
            json={"order": {"order_type_code": "support_request", "user_email": "next.door@example.com"}},
        )

    assert is_empty(answer, 404)


@pytest.mark.parametrize("code", ["no_such_type", "Support_Request", "support_request ", "1"])
async def test_an_unknown_order_type_is_404_and_places_nothing(homs, book, code):
    async with no_trace(book):
        answer = await homs.post("/api/orders", json={"order": {"order_type_code": code}})

    assert is_empty(answer, 404)
    assert await listed(homs) == []


async def test_a_retired_order_type_is_404_and_places_nothing(homs, book):
    await book.retire_type("support_request")

    async with no_trace(book):
        answer = await homs.post("/api/orders", json=MINIMAL)

    assert is_empty(answer, 404)


@pytest.mark.parametrize(
    "attributes",
    [
        {"ext_code": "x"},
        {"order_type_code": None},
        {"order_type_code": None, "data": {"subject": "x"}},
        {"foo": 1},
    ],
)
async def test_an_order_without_a_type_is_refused_and_places_nothing(homs, book, attributes):
    async with no_trace(book):
        answer = await homs.post("/api/orders", json={"order": attributes})

    assert answer.status_code == 422
    assert answer.json() == {"order_type": ["can't be blank"]}


@pytest.mark.parametrize("state", ["to_execute", "in_progress", "done"])
async def test_an_order_can_start_in_any_state(homs, state):
    assert (await placed(homs, state=state))["state"] == state


@pytest.mark.parametrize("number, state", [(0, "to_execute"), (1, "in_progress"), (2, "done")])
async def test_a_state_may_be_given_as_its_number(homs, number, state):
    assert (await placed(homs, state=number))["state"] == state


@pytest.mark.parametrize(
    "state", ["", "Done", "finished", "to execute", None, 3, -1, 1.5, True, False, [], ["done"], {"done": 1}]
)
async def test_a_state_beyond_the_three_is_refused_and_places_nothing(homs, book, state):
    async with no_trace(book):
        answer = await homs.post("/api/orders", json={"order": {"order_type_code": "support_request", "state": state}})

    assert answer.status_code == 422
    assert answer.json() == {"state": ["is not included in the list"]}


async def test_custom_fields_may_be_given_in_part_and_the_rest_are_null(homs):
    order = await placed(homs, "vacation_request", data=JAMES_CARTER)

    assert order["data"] == JAMES_CARTER_SHOWN


async def test_unknown_custom_fields_are_dropped_at_creation(homs):
    order = await placed(homs, "support_request", data={"subject": "Lamp", "colour": "red"})

    assert order["data"] == dict.fromkeys(FIELDS["support_request"]) | {"subject": "Lamp"}


@pytest.mark.parametrize("data", [None, {}, [], [1, 2], "text", 5, True])
async def test_data_that_is_no_object_leaves_every_field_null(homs, data):
    assert (await placed(homs, data=data))["data"] == dict.fromkeys(FIELDS["support_request"])


@pytest.mark.parametrize("data", [None, {}, []])
async def test_a_type_without_fields_takes_empty_data(homs, data):
    assert (await placed(homs, WITHOUT_FIELDS, data=data))["data"] == []


async def test_a_type_without_fields_refuses_any_field(homs, book):
    async with no_trace(book):
        answer = await homs.post(
            "/api/orders", json={"order": {"order_type_code": WITHOUT_FIELDS, "data": {"foo": "x"}}}
        )

    assert answer.status_code == 422
    assert answer.json() == {"data": [{"foo": ["No fields left after ignoring unknown ones"]}]}


async def test_a_wrong_custom_field_places_nothing(homs, book):
    async with no_trace(book):
        answer = await homs.post(
            "/api/orders",
            json={"order": {"order_type_code": "vacation_request", "data": {"beginDate": "soon"}}},
        )

    assert answer.status_code == 422
    assert answer.json() == {
        "data": [{"beginDate": ["Attribute 'beginDate' with the value 'soon' should be of the DateTime type"]}]
    }


async def test_an_order_can_be_placed_with_a_form(homs):
    answer = await sent(
        homs,
        "POST",
        "/api/orders",
        b"order[order_type_code]=support_request&order[ext_code]=x%20y&order[data][subject]=Lamp+post",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 201
    order = answer.json()["order"]
    assert order["ext_code"] == "x y"
    assert order["data"]["subject"] == "Lamp post"


async def test_an_order_can_be_placed_with_the_json_suffix(homs):
    answer = await homs.post("/api/orders.json", json=MINIMAL)

    assert answer.status_code == 201
    assert await listed(homs) == [answer.json()["order"]["code"]]


async def test_two_orders_may_carry_the_same_external_code(homs):
    first = await placed(homs, ext_code="same")
    second = await placed(homs, ext_code="same")

    assert first["ext_code"] == second["ext_code"] == "same"
    assert first["id"] != second["id"]
