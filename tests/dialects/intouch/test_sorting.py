"""The order of records in a list. Source: contract section 4."""

import random
from decimal import Decimal

import pytest

from .given_items import (
    ITEM_KEYS,
    ITEMS,
    LISTS,
    ORDER_KEYS,
    ORDERS,
    changed,
    entered,
    ids_of,
    is_refused,
    items_of,
    ordered,
    page_of,
    replaced,
    sent,
    sorted_by,
    walked,
)

EACH_LIST = pytest.mark.parametrize("path", LISTS)
BOTH_WAYS = pytest.mark.parametrize("desc", [False, True], ids=["ascending", "descending"])
NEWEST_FIRST = "?orderBy=modified&desc=true"

VARIED_ITEMS = (
    {"title": "čáp", "quantity": 10, "price": 0.1, "unit": "kg", "product": 999, "locked": True},
    {"title": "Čáp", "quantity": 9.99, "price": -1, "unit": "KG", "product": 10, "note": "b"},
    {"title": "cap", "quantity": 10, "price": 0.1, "unit": "l", "product": 9, "note": "B"},
    {"title": "Zebra", "quantity": 100, "totalPrice": 5, "unit": "", "locked": True, "note": "a"},
    {"title": "žebra", "quantity": -5, "totalPrice": 5, "product": 999},
    {"title": "10", "quantity": 0, "price": 0.1, "note": ""},
    {"title": "9", "totalPrice": 1e20, "unit": "kg", "product": 10},
    {"title": "čáp", "quantity": 2, "totalPrice": 0.01, "unit": "Kg", "locked": True},
    {"title": "_", "note": "ábel"},
    {"title": "ｚ", "note": "Ábel", "product": -3},
    {"title": "😀", "quantity": 10, "product": 2**53 + 1},
    {"title": "ﬀ", "quantity": 9, "product": 2**53},
    {"title": "οδος", "note": "a b"},
    {"title": "ΟΔΟΣ", "note": "a-b"},
    {"title": "οδοσ", "note": "aB"},
)
VARIED_ORDERS = (
    {"name": "čáp", "totalPrice": 10, "currency": "EUR", "comment": "b", "branch": 3, "caseType": 2},
    {"name": "Čáp", "totalPrice": 9.5, "currency": "CZK", "comment": "B", "branch": 20, "caseType": 10},
    {"name": "čáp", "totalPrice": 10, "person": 5, "ownerGroup": "sklad", "customer": 1},
    {"name": "Zebra", "opportunity": 9, "ownerUser": "gregor", "ownerGroup": "Sklad", "customer": 2},
    {"name": "servis pecí", "opportunity": 9, "ownerUser": "Gregor", "comment": "", "person": 5},
    {"name": "ord-1", "totalPrice": -1, "currency": "USD", "branch": 3, "caseType": 9},
    {"name": "po-locked", "totalPrice": 10500, "ownerUser": "adam", "person": 40, "opportunity": 10},
)


async def varied_items(intouch):
    """Items with many ties and many nulls, entered one after another."""
    for item in VARIED_ITEMS:
        await entered(intouch, **item)


async def varied_orders(intouch):
    """Orders with many ties and many nulls, placed one after another."""
    for order in VARIED_ORDERS:
        await ordered(intouch, **order)


def direction(desc):
    return "&desc=true" if desc else ""


@EACH_LIST
async def test_a_stranger_sorts_nothing(intouch, path):
    for query in (NEWEST_FIRST, "?orderBy=a-b"):
        assert is_refused(await intouch.get(path + query, auth=None), 401)


@EACH_LIST
async def test_the_neighbours_records_are_not_sorted_in(intouch, path):
    before = await ids_of(intouch, path, NEWEST_FIRST)

    await entered(intouch.neighbour)
    await ordered(intouch.neighbour)

    assert await ids_of(intouch, path, NEWEST_FIRST) == before


async def test_items_are_sorted_by_every_named_attribute(intouch):
    await varied_items(intouch)
    everything = (await page_of(intouch))["items"]

    for name in sorted(ITEM_KEYS):
        for desc in (False, True):
            expected = sorted_by(everything, name, desc=desc)
            assert await ids_of(intouch, ITEMS, f"?orderBy={name}{direction(desc)}") == expected, (name, desc)


async def test_orders_are_sorted_by_every_named_attribute(intouch):
    await varied_orders(intouch)
    everything = (await page_of(intouch, ORDERS))["items"]
    assert len(everything) == 14

    for name in sorted(ORDER_KEYS):
        for desc in (False, True):
            expected = sorted_by(everything, name, desc=desc)
            assert await ids_of(intouch, ORDERS, f"?orderBy={name}{direction(desc)}") == expected, (name, desc)


async def test_pages_of_sorted_items_meet_each_once(intouch):
    await varied_items(intouch)
    everything = (await page_of(intouch))["items"]

    for name in sorted(ITEM_KEYS):
        for desc in (False, True):
            met = await walked(intouch, ITEMS, f"&orderBy={name}{direction(desc)}", 4)
            assert met == sorted_by(everything, name, desc=desc), (name, desc)


async def test_pages_of_sorted_orders_meet_each_once(intouch):
    await varied_orders(intouch)
    everything = (await page_of(intouch, ORDERS))["items"]

    for name in sorted(ORDER_KEYS):
        for desc in (False, True):
            met = await walked(intouch, ORDERS, f"&orderBy={name}{direction(desc)}", 3)
            assert met == sorted_by(everything, name, desc=desc), (name, desc)


@BOTH_WAYS
async def test_case_makes_no_difference_and_ties_go_by_id(intouch, desc):
    order = (await ordered(intouch))["id"]
    ids = [(await entered(intouch, order, title=title))["id"] for title in ("Čáp", "čáp", "ČÁP", "čáP", "Cap", "dub")]

    expected = [ids[4], ids[5], ids[0], ids[1], ids[2], ids[3]]
    assert await ids_of(intouch, items_of(order), f"?orderBy=title{direction(desc)}") == (
        expected[::-1] if desc else expected
    )


@BOTH_WAYS
@pytest.mark.parametrize("name", ["quantity", "price", "totalPrice", "product", "unit", "note", "neznamy"])
async def test_null_comes_first_ascending_and_last_descending(intouch, name, desc):
    order = (await ordered(intouch))["id"]
    value = "text" if name in ("unit", "note", "neznamy") else -5
    ids = [(await entered(intouch, order, **({name: value} if n % 2 else {})))["id"] for n in range(6)]

    expected = [*ids[::2], *ids[1::2]]
    assert await ids_of(intouch, items_of(order), f"?orderBy={name}{direction(desc)}") == (
        expected[::-1] if desc else expected
    )


async def test_numbers_are_sorted_as_numbers(intouch):
    order = (await ordered(intouch))["id"]
    numbers = ["10", "9", "100", "-1", "0.5", "9.0", "1e3", "-10", "99999999999999e6", "0.3"]
    for number in numbers:
        body = f'{{"title": "x", "quantity": {number}, "mira": {number}}}'
        assert (await sent(intouch, "POST", items_of(order), body)).status_code == 201

    for name in ("quantity", "mira"):
        page = await page_of(intouch, items_of(order), f"?orderBy={name}")
        got = [item[name] for item in page["items"]]
        assert got == sorted(Decimal(number) for number in numbers)


async def test_false_comes_before_true(intouch):
    order = (await ordered(intouch))["id"]
    ids = [(await entered(intouch, order, locked=locked, udaj=locked))["id"] for locked in (True, False, True, False)]

    expected = [ids[1], ids[3], ids[0], ids[2]]
    for name in ("locked", "udaj"):
        assert await ids_of(intouch, items_of(order), f"?orderBy={name}") == expected
        assert await ids_of(intouch, items_of(order), f"?orderBy={name}&desc=true") == expected[::-1]


@BOTH_WAYS
async def test_a_further_attribute_of_mixed_types_has_one_order(intouch, desc):
    order = (await ordered(intouch))["id"]
    values = ["b", 10, True, None, "A", 9.5, {"a": 1}, False, "10", "a", -1, "B", True]
    for value in values:
        await entered(intouch, order, udaj=value)
    await entered(intouch, order)
    everything = (await page_of(intouch, items_of(order)))["items"]

    expected = sorted_by(everything, "udaj", desc=desc)
    query = f"orderBy=udaj{direction(desc)}"
    assert await ids_of(intouch, items_of(order), f"?{query}") == expected
    assert await walked(intouch, items_of(order), f"&{query}", 3) == expected


async def test_arrays_and_objects_come_last_and_each_once(intouch):
    order = (await ordered(intouch))["id"]
    others = [[], {}, [2, 1], {"b": 1}, ["x"], [[]], {"a": {"b": []}}, [], {}]
    for value in (*others, True, "z", 5):
        await entered(intouch, order, udaj=value)
    everything = await ids_of(intouch, items_of(order))

    ascending = await walked(intouch, items_of(order), "&orderBy=udaj", 2)
    descending = await walked(intouch, items_of(order), "&orderBy=udaj&desc=true", 2)

    assert ascending[:3] == everything[:-4:-1]
    assert sorted(ascending) == sorted(descending) == everything
    assert descending[-3:] == everything[-3:]


@BOTH_WAYS
async def test_orders_are_sorted_by_a_further_attribute(intouch, desc):
    for value in ("jaro", None, 5, "Jaro", "léto", 40):
        await ordered(intouch, caseType=77, sezona=value)
    everything = (await page_of(intouch, ORDERS, "?caseType=77"))["items"]

    query = f"?caseType=77&orderBy=sezona{direction(desc)}"
    assert await ids_of(intouch, ORDERS, query) == sorted_by(everything, "sezona", desc=desc)


async def test_a_further_attribute_that_the_list_does_not_show_breaks_no_list(intouch):
    for value in ("b", "a", 1):
        await ordered(intouch, sezona=value)

    everything = await ids_of(intouch, ORDERS)
    assert sorted(await walked(intouch, ORDERS, "&orderBy=sezona", 4)) == everything


async def test_the_shown_value_is_what_counts(intouch):
    for title, product in (("sku-0", 999), ("SKU-1", None), ("sku-2", 2), ("Sku", 1)):
        await entered(intouch, 10008376, title=title, product=product)
    path = items_of(10008376)
    everything = (await page_of(intouch, path))["items"]
    assert everything[0]["title"] == "SKU-1"

    for name in ("title", "product"):
        for desc in (False, True):
            expected = sorted_by(everything, name, desc=desc)
            assert await ids_of(intouch, path, f"?orderBy={name}{direction(desc)}") == expected, (name, desc)


UNUSED = (
    "neznamy",
    "TITLE",
    "Name",
    "tenant_id",
    "leftovers",
    "order_id",
    "position",
    "version",
    "_",
    "a1",
    "x" * 500,
)


@EACH_LIST
async def test_a_name_that_no_record_has_leaves_the_order_by_id(intouch, path):
    everything = await ids_of(intouch, path)

    for name in UNUSED:
        assert await ids_of(intouch, path, f"?orderBy={name}") == everything, name
        assert await ids_of(intouch, path, f"?orderBy={name}&desc=true") == everything[::-1], name


@EACH_LIST
async def test_no_name_is_a_server_error(intouch, path):
    for name in ("%C5%BElu%C5%A5", "1", "__proto__", "null", "true", "select", "%D9%A3"):
        answer = await intouch.get(f"{path}?orderBy={name}")
        assert answer.status_code in (200, 400), name
        if answer.status_code == 200:
            assert sorted(record["id"] for record in answer.json()["items"]) == await ids_of(intouch, path)


async def test_the_items_of_one_order_are_by_id_when_sorted_by_it(intouch):
    assert await ids_of(intouch, ITEMS, "?orderBy=buscase") == [370, 371, 372]
    assert await ids_of(intouch, ITEMS, "?orderBy=buscase&desc=true") == [372, 371, 370]


# The most recently changed first


async def test_the_item_written_last_comes_first(intouch):
    for _ in range(10):
        a, b, c = [(await entered(intouch, title=title))["id"] for title in "ABC"]
        assert (await ids_of(intouch, ITEMS, NEWEST_FIRST))[:3] == [c, b, a]

        await changed(intouch, a, note="x")
        assert (await ids_of(intouch, ITEMS, NEWEST_FIRST))[:3] == [a, c, b]

        await replaced(intouch, b, title="B")
        assert (await ids_of(intouch, ITEMS, NEWEST_FIRST))[:3] == [b, a, c]


async def test_the_order_written_last_comes_first(intouch):
    for _ in range(10):
        a, b, c = [(await ordered(intouch, name=name))["id"] for name in "ABC"]
        assert (await ids_of(intouch, ORDERS, NEWEST_FIRST))[:3] == [c, b, a]

        await intouch.patch(f"{ORDERS}/{a}", json={"comment": "x"})
        assert (await ids_of(intouch, ORDERS, NEWEST_FIRST))[:3] == [a, c, b]

        await intouch.put(f"{ORDERS}/{b}", json={"customer": 2168, "name": "B"})
        assert (await ids_of(intouch, ORDERS, NEWEST_FIRST))[:3] == [b, a, c]


async def test_the_order_of_many_quick_writes_is_the_true_one(intouch):
    items = [(await entered(intouch))["id"] for _ in range(25)]
    random.Random(5).shuffle(items)  # noqa: S311 - any order will do, but the same each time

    for item in items:
        await changed(intouch, item)

    assert (await ids_of(intouch, ITEMS, f"{NEWEST_FIRST}&size=25")) == items[::-1]
    oldest_first = await walked(intouch, ITEMS, "&orderBy=modified", 7)
    assert oldest_first == [370, 371, 372, *items]


async def test_an_item_write_does_not_move_its_order(intouch):
    before = await ids_of(intouch, ORDERS, NEWEST_FIRST)

    await entered(intouch, 147)
    await changed(intouch, 370, note="x")

    assert await ids_of(intouch, ORDERS, NEWEST_FIRST) == before


async def test_a_change_through_another_face_counts(intouch, demo_homs):
    await demo_homs.put("/api/orders/ORD-1", json={"order": {"ext_code": "x"}})

    assert (await ids_of(intouch, ORDERS, NEWEST_FIRST))[0] == 1


async def test_a_refused_write_does_not_move_the_item(intouch):
    before = await ids_of(intouch, ITEMS, NEWEST_FIRST)

    await intouch.patch(f"{ITEMS}/370", json={"title": ""})

    assert await ids_of(intouch, ITEMS, NEWEST_FIRST) == before
