"""Further attributes of an item: whatever the contract does not name. Source: contract sections 3, 5.3 and 5.4."""

import json
from decimal import Decimal

import pytest

from .given_items import (
    ITEM,
    ITEM_KEYS,
    ITEMS,
    NEW,
    canonical,
    changed,
    entered,
    exact,
    is_refused,
    items_of,
    no_effect,
    ordered,
    problems,
    replaced,
    row_of,
    sent,
    shown,
)

VALUES = (
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    '""',
    '"text"',
    '"5"',
    "[]",
    "{}",
    "[null]",
    '{"a":null}',
    '[1,"1",true,null,1.0,{"1":1}]',
    '{"a":{"b":[{"c":[[],{},"\\u017e"]}]},"title":"x","id":1,"":0}',
    '"2025-03-01T09:30:00.125Z"',
    "9007199254740993",
    "18446744073709551617",
    "-123456789012345678901234567890",
    "1000000000000000000000000000000000000000",
    "0.1",
    "3.14159265358979",
    "1e21",
    "1e300",
    "-1e308",
    "1e-300",
    '{"deep":[12345678901234567890,0.000001,1e100]}',
)
NAMES = (
    "barva",
    "sezona_attr",
    "Title",
    "TITLE",
    "title ",
    "ID",
    "Id",
    "order_id",
    "tenant_id",
    "version",
    "position",
    "leftovers",
    "item_id",
    "price_total",
    "notes",
    "quantity_attr",
    "qualifier",
    "facility",
    "external_id",
    "createdAt",
    "customer",
    "caseType",
    "__proto__",
    "constructor",
    "__class__",
    "self",
    "",
    " ",
    "a.b",
    "a b",
    "$ref",
    "č",
    "😀",
    "a'b\"c",
    "x" * 1000,
)


async def test_a_stranger_leaves_no_further_attribute(intouch, demo_book):
    async with no_effect(demo_book):
        for method, path in (("POST", ITEMS), ("PUT", ITEM), ("PATCH", ITEM)):
            answer = await intouch.request(method, path, json=NEW | {"barva": "modrá"}, auth=None)
            assert is_refused(answer, 401)


async def test_the_neighbour_sees_no_further_attribute(intouch):
    await changed(intouch, 370, barva="modrá")

    assert "barva" not in await shown(intouch.neighbour)


@pytest.mark.parametrize("value", VALUES)
async def test_any_json_value_is_returned_equal(intouch, value):
    created = await sent(intouch, "POST", ITEMS, f'{{"title": "x", "udaj": {value}}}')
    patched = await sent(intouch, "PATCH", ITEM, f'{{"udaj": {value}}}')
    put = await sent(intouch, "PUT", items_of(147, 2015), f'{{"title": "x", "udaj": {value}}}')
    read = await intouch.get(ITEM)
    listed = await intouch.get(ITEMS)

    assert (created.status_code, patched.status_code, put.status_code) == (201, 200, 200)
    expected = canonical(json.loads(value, parse_float=Decimal))
    for answer in (created, patched, put, read):
        assert canonical(exact(answer)["udaj"]) == expected
    (in_list,) = [item for item in exact(listed)["items"] if item["id"] == 370]
    assert canonical(in_list["udaj"]) == expected


async def test_a_number_of_any_precision_is_returned_equal(intouch):
    number = "3.141592653589793238462643383279502884197169399375105820974944592307816406286"

    answer = await sent(intouch, "PATCH", ITEM, f'{{"pi": {number}, "slovo": [{number}]}}')

    assert answer.status_code == 200
    assert exact(await intouch.get(ITEM))["pi"] == Decimal(number)
    assert exact(await intouch.get(ITEM))["slovo"] == [Decimal(number)]


@pytest.mark.parametrize("name", NAMES)
async def test_any_other_name_is_a_further_attribute(intouch, demo_book, name):
    before = await shown(intouch, 2016, 10008376)
    row = await row_of(demo_book, 2016)

    item = await changed(intouch, 2016, 10008376, **{name: "hodnota"})

    assert item[name] == "hodnota"
    assert {other: item[other] for other in before if other not in ("modified", "modifiedBy")} == {
        other: before[other] for other in before if other not in ("modified", "modifiedBy")
    }
    after = await row_of(demo_book, 2016)
    assert {each for each in row if row[each] != after[each]} <= {"leftovers", "modified_at", "modified_by"}
    assert await shown(intouch, 2016, 10008376) == item
    assert set(await replaced(intouch, 2016, 10008376, title="x")) == ITEM_KEYS


async def test_many_further_attributes_are_kept(intouch):
    many = {f"udaj{number}": number for number in range(1000)}

    item = await changed(intouch, 370, **many)

    assert {name: item[name] for name in many} == many
    assert set(item) == {*ITEM_KEYS, *many}


async def test_null_as_a_further_attribute_is_null_or_absent(intouch):
    item = await entered(intouch, barva=None)

    assert item.get("barva") is None
    assert (await shown(intouch, item["id"])).get("barva") is None


async def test_null_inside_a_further_attribute_stays(intouch):
    item = await entered(intouch, udaj={"a": None, "b": [None]})

    assert item["udaj"] == {"a": None, "b": [None]}
    assert (await changed(intouch, item["id"], udaj={"a": None}))["udaj"] == {"a": None}


async def test_a_change_keeps_the_others_and_adds_its_own(intouch):
    await changed(intouch, 370, barva="modrá", vaha=1)
    await changed(intouch, 370, vaha=2, delka=3)
    item = await changed(intouch, 370, title="Margarín")

    assert (item["barva"], item["vaha"], item["delka"]) == ("modrá", 2, 3)


async def test_items_have_their_own_further_attributes(intouch):
    await changed(intouch, 370, barva="modrá")
    await changed(intouch, 371, barva="žlutá")

    assert [item.get("barva") for item in (await intouch.get(ITEMS)).json()["items"]] == ["modrá", "žlutá", None]
    assert "barva" not in (await intouch.get("/api/buscases/241")).json()


async def test_an_orders_further_attributes_are_not_its_items(intouch):
    order = await ordered(intouch, sezona="podzim")

    item = await entered(intouch, order["id"], barva="modrá")

    assert "sezona" not in item
    assert (await intouch.get(f"/api/buscases/{order['id']}")).json()["sezona"] == "podzim"


async def test_nesting_of_50_levels_is_kept(intouch):
    deep = "[" * 50 + '{"a":1}' + "]" * 50

    answer = await sent(intouch, "PATCH", ITEM, f'{{"udaj": {deep}}}')

    assert answer.json()["udaj"] == json.loads(deep)
    assert (await shown(intouch))["udaj"] == json.loads(deep)


# Together up to 100,000 characters


@pytest.mark.parametrize("letter", ["x", "č", "😀"])
async def test_99000_characters_of_further_attributes_are_kept(intouch, letter):
    item = await entered(intouch, udaj=letter * 99_000)

    assert item["udaj"] == letter * 99_000


async def test_all_further_attributes_count_together(intouch, demo_book):
    halves = {"prvni": "x" * 60_000, "druhy": "y" * 60_000}

    async with no_effect(demo_book):
        for method, path in (("POST", ITEMS), ("PUT", ITEM), ("PATCH", ITEM)):
            answer = await intouch.request(method, path, json=NEW | halves)
            assert {code for _, code in problems(answer)} == {"value"}


@pytest.mark.parametrize(
    "value", ["x" * 100_001, ["x"] * 50_000, {f"k{number}": number for number in range(20_000)}], ids=["s", "a", "o"]
)
async def test_more_than_100000_characters_are_refused(intouch, demo_book, value):
    async with no_effect(demo_book):
        assert {code for _, code in problems(await intouch.patch(ITEM, json={"udaj": value}))} == {"value"}


async def test_what_is_there_counts_when_more_is_added(intouch, demo_book):
    await changed(intouch, 370, prvni="x" * 60_000)

    async with no_effect(demo_book):
        answer = await intouch.patch(ITEM, json={"druhy": "y" * 60_000})
        assert {code for _, code in problems(answer)} == {"value"}

    assert (await changed(intouch, 370, prvni="z" * 60_000))["prvni"] == "z" * 60_000
    assert (await changed(intouch, 370, prvni=None, druhy="y" * 60_000))["druhy"] == "y" * 60_000


async def test_the_named_attributes_do_not_count(intouch):
    item = await entered(intouch, udaj="x" * 99_000, note="y" * 5_000, title="z" * 2_000)

    assert len(item["udaj"]) == 99_000


async def test_an_item_with_long_attributes_takes_further_ones_and_gives_them_up(intouch):
    path = "/api/buscases/241/buscaseitems"
    item = (await intouch.post(path, json={"title": "x", "long": [1] * 45_000})).json()
    for more in ({"b": 1}, {"b": None}, {"long": None}):
        assert (await intouch.patch(f"{path}/{item['id']}", json=more)).status_code == 200


async def test_equal_numbers_are_ties_however_they_are_written(intouch):
    path = "/api/buscases/147/buscaseitems"
    for raw in ("1.0", "1", "1.00", "1e0", "2", "1.000"):
        assert (await intouch.post(path, content=f'{{"title": "x", "n": {raw}}}')).status_code == 201
    for more, way in (("", 1), ("&desc=true", -1)):
        shown = (await intouch.get(f"{path}?orderBy=n{more}")).json()["items"]
        keys = [(each.get("n") or 0, each["id"]) for each in shown]
        assert keys == sorted(keys)[::way]
