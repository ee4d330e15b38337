"""The shape of the page and the shape of later releases.

Source: contract, "Two generations" and every place marked (G) in sections 3, 4 and 7.
"""

import pytest

from .given import (
    DEMO,
    DEMO_SHOWN,
    JOHNSON,
    JOHNSON_SHOWN,
    ORDER_KEYS,
    PAT_HILL,
    PAT_HILL_SHOWN,
    USER_KEYS,
    WITHOUT_FIELDS,
    changed,
    entered,
    is_empty,
    james_carters_order,
    listed,
    no_trace,
    placed,
    shown,
    user_shown,
    users_listed,
)

DONE_AT = ORDER_KEYS.index("done_at")
CURRENT_ORDER_KEYS = (*ORDER_KEYS[: DONE_AT + 1], "estimated_exec_date", *ORDER_KEYS[DONE_AT + 1 :])
CURRENT_USER_KEYS = (*USER_KEYS, "blocked", "external")
MOMENT = "2016-05-16T13:52:48+03:00"
LATER = {"blocked": False, "external": False}


async def test_a_stranger_gets_into_neither_generation(homs):
    assert (await homs.request("GET", "/api/orders", auth=None)).status_code == 401
    assert (await homs.current.request("GET", "/api/orders", auth=None)).status_code == 401


async def test_the_neighbours_order_exists_in_neither_generation(homs):
    await placed(homs.neighbour)

    assert is_empty(await homs.get("/api/orders/ORD-1"), 404)
    assert is_empty(await homs.current.get("/api/orders/ORD-1"), 404)


async def test_published_is_the_shape_unless_set(homs):
    assert tuple(await placed(homs)) == ORDER_KEYS
    assert tuple(await user_shown(homs, DEMO)) == USER_KEYS


async def test_the_current_shape_of_an_order_has_the_later_key_after_done_at(homs):
    order = await placed(homs.current)

    assert tuple(order) == CURRENT_ORDER_KEYS
    assert order["estimated_exec_date"] is None


async def test_the_current_shape_of_a_user_has_the_later_keys_after_role(homs):
    user = await user_shown(homs.current, DEMO)

    assert tuple(user) == CURRENT_USER_KEYS
    assert user == DEMO_SHOWN | LATER


async def test_a_type_without_fields_shows_an_object_in_the_current_shape(homs):
    await placed(homs, WITHOUT_FIELDS)

    assert (await shown(homs, "ORD-1"))["data"] == []
    assert (await shown(homs.current, "ORD-1"))["data"] == {}


async def test_a_type_with_fields_shows_the_same_object_in_both_shapes(homs):
    order = await james_carters_order(homs)

    assert (await shown(homs.current, "ORD-1"))["data"] == order["data"]


async def test_both_shapes_show_the_same_order_otherwise(homs):
    order = await placed(homs, "pizza_order", ext_code="x", user_email=JOHNSON, data={"pizzaPrice": 8.5})

    assert await shown(homs.current, "ORD-1") == order | {"estimated_exec_date": None}


async def test_lists_have_the_current_shape_too(homs):
    await placed(homs, WITHOUT_FIELDS)

    orders = (await homs.current.get("/api/orders")).json()["orders"]
    users = (await homs.current.get("/api/users")).json()["users"]

    assert [tuple(order) for order in orders] == [CURRENT_ORDER_KEYS]
    assert orders[0]["data"] == {}
    assert users == [JOHNSON_SHOWN | LATER, DEMO_SHOWN | LATER]


async def test_paging_and_order_are_the_same_in_both_shapes(homs):
    for _ in range(3):
        await placed(homs)

    assert await listed(homs.current, "?page_size=2&page=2") == await listed(homs, "?page_size=2&page=2") == ["ORD-1"]
    assert await users_listed(homs.current) == await users_listed(homs)


async def test_the_published_shape_takes_and_stores_the_estimate_without_showing_it(homs):
    order = await placed(homs, estimated_exec_date=MOMENT)

    assert tuple(order) == ORDER_KEYS
    assert (await shown(homs.current, "ORD-1"))["estimated_exec_date"] == MOMENT

    await changed(homs, "ORD-1", estimated_exec_date="2016-05-17T10:00:00Z")
    assert (await shown(homs.current, "ORD-1"))["estimated_exec_date"] == "2016-05-17T13:00:00+03:00"


@pytest.mark.parametrize(
    "given, expected",
    [
        (MOMENT, MOMENT),
        ("2016-05-16T10:52:48Z", MOMENT),
        ("2016-05-16T13:52:48", MOMENT),
        ("2016-05-16T10:52:48.999Z", MOMENT),
        (None, None),
        ("", None),
    ],
)
async def test_the_estimate_follows_the_rules_of_done_at(homs, given, expected):
    await placed(homs.current, estimated_exec_date="2020-01-01T00:00:00Z")

    after = await changed(homs.current, "ORD-1", estimated_exec_date=given)

    assert after["estimated_exec_date"] == expected
    assert after["done_at"] is None


@pytest.mark.parametrize("value", ["soon", "2016-02-30T00:00:00Z", [], {}])
async def test_an_unreadable_estimate_is_refused_in_both_shapes(homs, book, value):
    await placed(homs)

    for generation in (homs, homs.current):
        async with no_trace(book):
            answer = await generation.put("/api/orders/ORD-1", json={"order": {"estimated_exec_date": value}})
        assert answer.status_code == 422
        assert answer.json() == {"estimated_exec_date": ["is invalid"]}


async def test_an_update_that_does_not_name_the_estimate_keeps_it(homs):
    await placed(homs, estimated_exec_date=MOMENT)

    await changed(homs, "ORD-1", ext_code="x", done_at="2017-01-01T00:00:00Z")

    assert (await shown(homs.current, "ORD-1"))["estimated_exec_date"] == MOMENT


async def test_a_new_user_is_neither_blocked_nor_external(homs):
    assert await entered(homs.current) == PAT_HILL_SHOWN | LATER


@pytest.mark.parametrize("flag", ["blocked", "external"])
async def test_the_published_shape_takes_and_stores_the_later_flags_without_showing_them(homs, flag):
    user = await entered(homs, **{flag: True})

    assert tuple(user) == USER_KEYS
    assert (await user_shown(homs.current, PAT_HILL["email"])) == PAT_HILL_SHOWN | LATER | {flag: True}

    await homs.put(f"/api/users/{PAT_HILL['email']}", json={"user": {flag: False}})
    assert (await user_shown(homs.current, PAT_HILL["email"])) == PAT_HILL_SHOWN | LATER


@pytest.mark.parametrize("flag", ["blocked", "external"])
async def test_the_current_shape_takes_the_later_flags(homs, flag):
    answer = await homs.current.put(f"/api/users/{JOHNSON}", json={"user": {flag: True}})

    assert answer.json() == {"user": JOHNSON_SHOWN | LATER | {flag: True}}


async def test_an_order_of_the_current_shape_can_be_put_back_as_it_was_shown(homs):
    await placed(homs, WITHOUT_FIELDS, estimated_exec_date=MOMENT)
    order = await shown(homs.current, "ORD-1")

    assert await changed(homs.current, "ORD-1", **order) == order


async def test_what_one_generation_wrote_the_other_reads(homs):
    await placed(homs.current, "vacation_request", data={"employeeFirstName": "Ann"})

    assert (await shown(homs, "ORD-1"))["data"]["employeeFirstName"] == "Ann"
    await changed(homs, "ORD-1", state="done")
    assert (await shown(homs.current, "ORD-1"))["state"] == "done"
