"""Attributes the book has no word for, on orders. Source: contract sections 3 (further attributes), 5.3 and 5.4."""

import json
from decimal import Decimal

from .given import (
    NEW,
    ORDER_ATTRIBUTES,
    ORDERS,
    TEXTS,
    WHOLE,
    assert_refusal,
    body,
    codes,
    exact,
    listed,
    no_trace,
    patched,
    placed,
    replaced,
    same,
    sent,
    shown,
    timeless,
)

ROOM = 100_000
VALUES = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2**63,
    10**30,
    -(10**40) + 1,
    0.1,
    -2.5,
    1.0,
    1e-7,
    1e22,
    123456789012.345,
    "",
    " ",
    "null",
    "5",
    "2025-03-01",
    *TEXTS,
    [],
    {},
    [[]],
    [{}],
    {"a": {}},
    {"": ""},
    {"a": None},
    [None, None],
    [1, "1", True, 1.5, None],
    [True, 1, False, 0],
    {"a": [1, {"b": [2, {"c": [None, 10**25, 0.5]}]}]},
    {"š": {"😀": ["<b>", {"x y": -0.125}]}},
    {"id": 5, "name": None, "modified": "x"},
)
NAMES = (
    "barva",
    "česky",
    "日本",
    "😀",
    "",
    " ",
    "a b",
    "a.b",
    "a/b",
    "a,b",
    "a'b",
    'a"b',
    "a\\b",
    "a\nb",
    "{a}",
    "$a",
    "%s",
    "<b>",
    "5",
    "__proto__",
    "constructor",
    "Name",
    "NAME",
    "casetype",
    "CaseType",
    "total_price",
    "title",
    "locked",
    "quantity",
    "price",
    "unit",
    "note",
    "product",
    "code",
    "number",
    "state",
    "data",
    "notes",
    "version",
    "uuid",
    "tenant_id",
    "items",
    "total",
    "position",
    "size",
    "errors",
    "x" * 300,
)


async def test_a_stranger_leaves_no_attribute(intouch, demo_book):
    async with no_trace(demo_book):
        assert_refusal(await intouch.patch("/api/buscases/241", json={"barva": 1}, auth=None), 401)


async def test_the_neighbours_order_of_the_same_id_gets_no_attribute(intouch):
    await patched(intouch, 241, {"barva": "modrá"})

    assert "barva" not in await shown(intouch.neighbour, 241)


async def test_any_json_value_comes_back_equal(intouch):
    for value in VALUES:
        order = await placed(intouch, barva=value)
        assert same(order["barva"], value), value
        again = await shown(intouch, order["id"])
        assert same(again["barva"], value), value
        assert same(again, order)


async def test_any_json_value_comes_back_equal_after_put_and_patch(intouch):
    order = await placed(intouch)
    for value in VALUES:
        after = await replaced(intouch, order["id"], NEW | {"barva": value})
        assert same(after["barva"], value), value
        if value is not None:
            after = await patched(intouch, order["id"], {"barva": "x"})
            after = await patched(intouch, order["id"], {"barva": value})
            assert same(after["barva"], value), value
        assert same(await shown(intouch, order["id"]), after)


async def test_many_values_are_kept_beside_each_other(intouch):
    many = {f"údaj {number}": value for number, value in enumerate(VALUES)}

    order = await placed(intouch, **many)

    assert same({name: order[name] for name in many}, many)
    assert same(await shown(intouch, order["id"]), order)


async def test_an_attribute_may_have_any_name(intouch):
    many = {name: [name, number] for number, name in enumerate(NAMES)}

    order = body(await intouch.post(ORDERS, json=NEW | many), 201)

    assert {name: value for name, value in order.items() if name not in ORDER_ATTRIBUTES} == many
    assert await shown(intouch, order["id"]) == order
    for name in NAMES:
        order = await patched(intouch, order["id"], {name: None})
        assert name not in order
    assert set(order) == set(ORDER_ATTRIBUTES)


async def test_a_name_that_only_looks_like_a_named_one_has_no_rules(intouch):
    odd = {"Customer": "x", "NAME": None, "casetype": "a", "Currency": 5, "locked": "maybe", "title": ""}

    order = await placed(intouch, **odd)

    assert {name: order[name] for name in odd} == odd


async def test_the_order_link_of_items_is_no_attribute_of_an_order(intouch):
    for value in (5, "x", None, {"a": 1}):
        order = await placed(intouch, buscase=value)
        assert "buscase" not in order
        assert "buscase" not in await patched(intouch, order["id"], {"buscase": value})
        assert "buscase" not in await replaced(intouch, order["id"], NEW | {"buscase": value})


async def test_numbers_are_kept_to_15_digits(intouch):
    for raw in ("0.1", "1.10", "123456789012.345", "-0.000123456789012345", "98765432109876.5", "1e-9", "12345e-7"):
        content = json.dumps(NEW)[:-1] + f', "číslo": {raw}, "seznam": [{raw}]}}'
        answer = await sent(intouch, "POST", ORDERS, content)
        assert answer.status_code == 201
        again = exact(await intouch.get(f"{ORDERS}/{answer.json()['id']}"))
        assert Decimal(again["číslo"]) == Decimal(raw)
        assert Decimal(again["seznam"][0]) == Decimal(raw)


async def test_large_integers_are_kept_to_the_last_digit(intouch):
    for number in (2**63, -(2**63) - 1, 2**64, 10**30 + 1, int("123456789" * 20), -int("987654321" * 20)):
        order = await placed(intouch, číslo=number, seznam=[{"a": number}])
        again = await shown(intouch, order["id"])
        assert again["číslo"] == number
        assert again["seznam"] == [{"a": number}]


async def test_put_removes_what_is_absent_and_keeps_what_is_sent(intouch):
    order = await placed(intouch, barva="modrá", tvar={"a": 1}, nic=None)

    after = await replaced(intouch, order["id"], WHOLE | {"tvar": {"b": 2}, "nové": []})

    assert "barva" not in after
    assert "nic" not in after
    assert after["tvar"] == {"b": 2}
    assert after["nové"] == []
    assert await shown(intouch, order["id"]) == after


async def test_patch_adds_replaces_removes_and_leaves_the_rest(intouch):
    order = await placed(intouch, barva="modrá", tvar={"a": 1, "b": 2}, nic=None, seznam=[1, 2])

    after = await patched(intouch, order["id"], {"barva": None, "tvar": {"c": {"d": None}}, "nové": False})

    assert timeless(after) == {
        **{name: value for name, value in timeless(order).items() if name != "barva"},
        "tvar": {"c": {"d": None}},
        "nové": False,
    }
    assert await shown(intouch, order["id"]) == after


async def test_a_removed_attribute_can_come_back(intouch):
    order = await placed(intouch, barva="modrá")
    await patched(intouch, order["id"], {"barva": None})

    assert (await patched(intouch, order["id"], {"barva": 5}))["barva"] == 5


async def test_attributes_of_one_order_are_not_those_of_another(intouch):
    first = await placed(intouch, barva="modrá")
    second = await placed(intouch, tvar="kulatý")
    await patched(intouch, second["id"], {"barva": "žlutá"})

    assert await shown(intouch, first["id"]) == first
    assert "tvar" not in first


async def test_every_order_may_have_further_attributes(intouch):
    for order_id in await listed(intouch):
        before = await shown(intouch, order_id)
        after = await patched(intouch, order_id, {"barva": {"odstín": order_id}})
        assert timeless(after) == timeless(before) | {"barva": {"odstín": order_id}}


async def test_an_owner_that_nobody_knows_is_kept_like_a_further_attribute(intouch):
    order = await placed(intouch, ownerUser="gregor", barva="modrá")

    after = await patched(intouch, order["id"], {"barva": None})

    assert after["ownerUser"] == "gregor"
    assert "barva" not in after


async def test_there_is_room_for_100_000_characters_and_no_more(intouch, demo_book):
    order = await placed(intouch, text="x" * (ROOM - 1000), tvar="kulatý")
    assert len(order["text"]) == ROOM - 1000
    assert await shown(intouch, order["id"]) == order

    async with no_trace(demo_book):
        for further in (
            {"text": "x" * (ROOM + 100)},
            {"a": "x" * (ROOM // 2 + 100), "b": "x" * (ROOM // 2 + 100)},
            {"seznam": ["x" * 1000] * 101},
            {"objekt": {f"k{number}": "x" * 1000 for number in range(101)}},
            {"k" * (ROOM + 100): 1},
        ):
            assert codes(await intouch.post(ORDERS, json=NEW | further)) == {"value"}
            assert codes(await intouch.put(f"{ORDERS}/{order['id']}", json=NEW | further)) == {"value"}
            assert codes(await intouch.patch(f"{ORDERS}/{order['id']}", json=further)) == {"value"}
    assert await shown(intouch, order["id"]) == order


async def test_the_room_is_for_all_attributes_of_a_record_together(intouch, demo_book):
    order = await placed(intouch, a="x" * 60_000)

    async with no_trace(demo_book):
        assert codes(await intouch.patch(f"{ORDERS}/{order['id']}", json={"b": "x" * 60_000})) == {"value"}
    after = await patched(intouch, order["id"], {"a": None, "b": "x" * 60_000})
    assert "a" not in after
    assert len(after["b"]) == 60_000
    assert len((await replaced(intouch, order["id"], NEW | {"c": "x" * 60_000}))["c"]) == 60_000
    assert len((await placed(intouch, b="x" * 60_000))["b"]) == 60_000


async def test_what_is_kept_is_bounded_in_the_length_in_which_it_is_shown(intouch):
    short = "{" + ",".join(f'"a{place}":1e308' for place in range(400)) + "}"
    assert (await intouch.patch("/api/buscases/241", content=short)).status_code == 400
    some = "{" + ",".join(f'"a{place}":1e308' for place in range(300)) + "}"
    assert (await intouch.patch("/api/buscases/241", content=some)).status_code == 200

    shown = (await intouch.get("/api/buscases/241")).content
    assert (await intouch.put("/api/buscases/241", content=shown)).status_code == 200
    assert (await intouch.patch("/api/buscases/241", json={"b": 1})).status_code == 200


async def test_attributes_named_like_words_of_the_book_are_told_by_their_own_name(intouch):
    for name in ("type", "title", "price_total", "leftovers", "customer_id"):
        answer = await intouch.patch("/api/buscases/241", content=f'{{"{name}": 1e999}}')
        assert answer.status_code == 400
        assert [each["field"] for each in answer.json()["errors"]] == [name]
        kept = await intouch.patch("/api/buscases/241", json={name: "x"})
        assert (kept.status_code, kept.json()[name]) == (200, "x")


async def test_a_client_that_drops_nulls_can_put_back_an_order_without_customer(intouch):
    shown = (await intouch.get("/api/buscases/1")).json()
    assert shown["customer"] is None
    answer = await intouch.put(
        "/api/buscases/1", json={name: value for name, value in shown.items() if value is not None}
    )
    assert answer.status_code == 200
    assert answer.json()["customer"] is None
