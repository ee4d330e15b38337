"""The order list by type: basic or complete. Source: contract sections 3.1, 4 and 5."""

import pytest

from .given_items import MAX_INT, ORDER_KEYS, ORDERS, ids_of, is_refused, ordered, page_of, problems

EXTRA = {"sezona": "podzim", "slevy": [{"od": 10, "sleva": 0.05}]}


async def test_a_stranger_sees_no_orders_of_any_type(intouch):
    for query in ("", "?caseType=0", "?caseType=1", "?caseType=x"):
        assert is_refused(await intouch.get(ORDERS + query, auth=None), 401)


async def test_the_neighbours_orders_of_the_type_are_not_listed(intouch):
    await ordered(intouch.neighbour, caseType=1)

    assert await ids_of(intouch, ORDERS, "?caseType=1") == [241]


@pytest.mark.parametrize("query", ["", "?caseType=", "?caseType=0"])
async def test_without_a_type_all_orders_are_listed_with_the_basic_attributes(intouch, query):
    await ordered(intouch, **EXTRA)
    await ordered(intouch, caseType=5, **EXTRA)

    page = await page_of(intouch, ORDERS, query)

    assert page["total"] == len(page["items"]) == 9
    assert {order["caseType"] for order in page["items"]} >= {1, 2, 5, 1000}
    for order in page["items"]:
        assert set(order) == ORDER_KEYS


async def test_a_type_lists_only_its_orders_complete(intouch):
    new = await ordered(intouch, **EXTRA)
    other = await ordered(intouch, caseType=5, **EXTRA)

    answer = await intouch.get(f"{ORDERS}?caseType=1")

    assert answer.json()["total"] == 2
    assert answer.json()["items"] == [(await intouch.get(f"{ORDERS}/241")).json(), new]
    assert set(new) == {*ORDER_KEYS, *EXTRA}
    assert (await intouch.get(f"{ORDERS}?caseType=5")).json()["items"] == [other]


async def test_the_basic_attributes_are_the_same_as_in_the_complete_order(intouch):
    await ordered(intouch, caseType=5, **EXTRA)

    for order in (await intouch.get(ORDERS)).json()["items"]:
        complete = (await intouch.get(f"{ORDERS}/{order['id']}")).json()
        assert {name: complete[name] for name in ORDER_KEYS} == order


async def test_one_order_and_the_answers_to_writes_are_always_complete(intouch):
    new = await ordered(intouch, caseType=5, **EXTRA)
    path = f"{ORDERS}/{new['id']}"

    for answer in (
        await intouch.get(path),
        await intouch.get(f"{path}?caseType=0"),
        await intouch.patch(path, json={"comment": "x"}),
        await intouch.put(path, json=new),
    ):
        assert answer.status_code == 200
        assert {name: answer.json()[name] for name in EXTRA} == EXTRA


async def test_the_demo_orders_have_their_types(intouch):
    assert await ids_of(intouch, ORDERS, "?caseType=1") == [241]
    assert await ids_of(intouch, ORDERS, "?caseType=2") == [147]
    assert await ids_of(intouch, ORDERS, "?caseType=1000") == [10008229, 10008233, 10008375, 10008376]


async def test_an_order_of_another_face_is_found_by_its_type(intouch):
    number = (await intouch.get(f"{ORDERS}/1")).json()["caseType"]

    assert number > 1000
    assert await ids_of(intouch, ORDERS, f"?caseType={number}") == [1]


@pytest.mark.parametrize("number", [3, 999, 999_999, 2**31, 2**32 + 1, MAX_INT, -1, -1000, -MAX_INT])
async def test_a_type_that_no_order_has_gives_an_empty_page(intouch, number):
    page = await page_of(intouch, ORDERS, f"?caseType={number}")

    assert page == {"total": 0, "position": 0, "size": 20, "items": []}


@pytest.mark.parametrize("number", ["9223372036854775808", "99999999999999999999999", "-99999999999999999999999"])
async def test_a_type_beyond_64_bits_is_400_or_an_empty_page(intouch, number):
    answer = await intouch.get(f"{ORDERS}?caseType={number}")

    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert answer.json()["items"] == []


@pytest.mark.parametrize("value", ["abc", "1.5", "1e0", "0x1", "null", "true", "1,2", "1_0", "%00", "one", "--1"])
async def test_a_type_that_is_no_integer_is_400(intouch, value):
    found = problems(await intouch.get(f"{ORDERS}?caseType={value}"))

    assert found in ({("caseType", "type")}, {("caseType", "value")})


async def test_a_repeated_type_counts_by_its_last_value(intouch):
    assert await ids_of(intouch, ORDERS, "?caseType=1&caseType=2") == [147]
    assert await ids_of(intouch, ORDERS, "?caseType=x&caseType=2") == [147]
    assert len(await ids_of(intouch, ORDERS, "?caseType=1&caseType=0")) == 7


async def test_the_orders_of_a_type_are_paged_and_sorted(intouch):
    new = [(await ordered(intouch, caseType=5, name=name, sezona=name))["id"] for name in ("b", "C", "a", "B", "c")]

    page = await page_of(intouch, ORDERS, "?caseType=5&position=2&size=2")
    assert (page["total"], page["position"], page["size"]) == (5, 2, 2)
    assert [order["id"] for order in page["items"]] == new[2:4]
    by_name = [new[2], new[0], new[3], new[1], new[4]]
    for name in ("name", "sezona"):
        assert await ids_of(intouch, ORDERS, f"?caseType=5&orderBy={name}") == by_name
        assert await ids_of(intouch, ORDERS, f"?caseType=5&orderBy={name}&desc=true") == by_name[::-1]
    assert await page_of(intouch, ORDERS, "?caseType=5&position=5") == {
        "total": 5,
        "position": 5,
        "size": 20,
        "items": [],
    }


async def test_an_order_that_changes_its_type_moves_to_the_other_list(intouch):
    order = await ordered(intouch, caseType=5)

    assert (await intouch.patch(f"{ORDERS}/{order['id']}", json={"caseType": 6})).status_code == 200

    assert await ids_of(intouch, ORDERS, "?caseType=5") == []
    assert await ids_of(intouch, ORDERS, "?caseType=6") == [order["id"]]
