"""Reading items, and the paths they have. Source: contract sections 1, 3, 5.2, 5.5 and 7."""

import re

import pytest

from .given_items import (
    DEMO,
    FULL,
    ITEM,
    ITEM_KEYS,
    ITEMS,
    NEW,
    OPERATIONS,
    STAMP,
    changed,
    entered,
    ids_of,
    is_refused,
    items_of,
    no_effect,
    ordered,
    page_of,
    shown,
)

NO_ID = (
    "99999999",
    "0",
    "-370",
    "abc",
    "370a",
    "a370",
    "370.0",
    "3.7e2",
    "0x172",
    "3_70",
    "%20370",
    "370%20",
    "370%00",
    "%D9%A3%D9%A7%D9%A0",
    "null",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999999999999999",
    "9" * 3000,
)
OTHER_METHODS = (
    ("DELETE", ITEM),
    ("POST", ITEM),
    ("OPTIONS", ITEM),
    ("DELETE", ITEMS),
    ("PUT", ITEMS),
    ("PATCH", ITEMS),
    ("OPTIONS", ITEMS),
)


@pytest.mark.parametrize("path", [ITEM, ITEMS])
async def test_a_stranger_reads_no_item(intouch, path):
    answer = await intouch.get(path, auth=None)

    assert is_refused(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="InTouch CRM"'
    assert "margar" not in answer.text


@pytest.mark.parametrize("method, path, body", OPERATIONS)
async def test_a_stranger_is_401_before_anything_else_is_looked_at(intouch, demo_book, method, path, body):
    unknown = path.replace("241", "99999999")

    async with no_effect(demo_book):
        for target, content in ((unknown, b"{"), (path, b"{"), (f"{path}?size=x&position=-1", b'{"locked":null}')):
            answer = await intouch.request(method, target, content=content, auth=None)
            assert is_refused(answer, 401)


async def test_a_stranger_is_401_before_405(intouch):
    assert is_refused(await intouch.delete(ITEM, auth=None), 401)


async def test_the_neighbours_items_do_not_exist(intouch):
    theirs = await ordered(intouch.neighbour)
    item = await entered(intouch.neighbour, theirs["id"])

    assert is_refused(await intouch.get(items_of(theirs["id"])), 404)
    assert is_refused(await intouch.get(items_of(theirs["id"], item["id"])), 404)
    assert is_refused(await intouch.get(items_of(241, item["id"])), 404)


async def test_the_margarine_has_every_named_attribute(intouch):
    item = await shown(intouch)

    assert item == {
        "id": 370,
        "buscase": 241,
        "title": "Dodávka margarínu",
        "locked": True,
        "enteredBy": "gregor",
        "entered": item["entered"],
        "modified": item["modified"],
        "modifiedBy": item["modifiedBy"],
        "quantity": 40,
        "price": None,
        "totalPrice": None,
        "unit": "kg",
        "note": None,
        "product": None,
    }
    assert re.fullmatch(STAMP, item["entered"])
    assert re.fullmatch(STAMP, item["modified"])


async def test_the_answer_is_json_in_utf_8(intouch):
    answer = await intouch.get(ITEM)

    assert answer.headers["Content-Type"].startswith("application/json")
    assert "Dodávka margarínu" in answer.content.decode("utf-8")


async def test_numbers_are_json_numbers(intouch):
    item = await shown(intouch)

    assert type(item["id"]) is type(item["buscase"]) is int
    assert isinstance(item["quantity"], (int, float))


async def test_the_demo_orders_have_their_items(intouch):
    assert await ids_of(intouch) == [370, 371, 372]
    assert await ids_of(intouch, items_of(147)) == [2015]
    assert (await shown(intouch, 2015, 147))["buscase"] == 147
    for order in (1, 10008229):
        assert await ids_of(intouch, items_of(order)) == []


async def test_the_demo_orders_are_as_agreed(intouch):
    baking, service = [(await intouch.get(f"/api/buscases/{order}")).json() for order in (241, 147)]

    assert (baking["customer"], baking["caseType"], baking["totalPrice"]) == (2168, 1, 10500)
    assert not baking["name"].isascii()
    assert (service["customer"], service["caseType"]) == (2168, 2)
    assert is_refused(await intouch.get("/api/buscases/99999999"), 404)


async def test_a_line_without_a_title_shows_the_sku_of_its_item(intouch):
    item = await shown(intouch, 2016, 10008376)

    assert item["title"] == "SKU-1"
    assert item["product"] == 1
    assert item["quantity"] == 5
    assert set(item) == ITEM_KEYS
    assert (await page_of(intouch, items_of(10008376)))["items"] == [item]


async def test_an_item_is_the_same_alone_and_in_the_list(intouch):
    new = await entered(intouch, **FULL, barva="modrá")

    page = (await intouch.get(ITEMS)).json()["items"]

    assert page == [await shown(intouch, item["id"]) for item in page]
    assert page[-1] == new


async def test_an_unknown_item_is_404(intouch):
    for item in NO_ID:
        assert is_refused(await intouch.get(items_of(241, item)), 404), item


async def test_an_item_of_an_unknown_order_is_404(intouch):
    for order in NO_ID:
        assert is_refused(await intouch.get(items_of(order, 370)), 404), order
        assert is_refused(await intouch.get(items_of(order)), 404), order


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_no_write_reaches_or_makes_an_unknown_item(intouch, demo_book, method):
    async with no_effect(demo_book):
        for unknown in NO_ID:
            for path in (items_of(241, unknown), items_of(unknown, 370)):
                assert is_refused(await intouch.request(method, path, json=NEW), 404), unknown


@pytest.mark.parametrize("order, item", [(147, 370), (241, 2015), (10008376, 370), (241, 2016), (1, 371)])
async def test_an_item_is_found_below_its_own_order_alone(intouch, demo_book, order, item):
    async with no_effect(demo_book):
        assert is_refused(await intouch.get(items_of(order, item)), 404)
        for method in ("PUT", "PATCH"):
            assert is_refused(await intouch.request(method, items_of(order, item), json=NEW), 404)


@pytest.mark.parametrize("method, path", OTHER_METHODS)
async def test_other_methods_are_405_and_change_nothing(intouch, demo_book, method, path):
    async with no_effect(demo_book):
        answer = await intouch.request(method, path, json=NEW)

    assert is_refused(answer, 405)
    methods = {each.strip() for each in answer.headers["Allow"].split(",")}
    expected = {"GET", "PUT", "PATCH"} if path == ITEM else {"GET", "POST"}
    assert methods - {"HEAD", "OPTIONS"} == expected


@pytest.mark.parametrize(
    "path",
    [
        "/api/buscaseitems",
        "/api/buscaseitems/370",
        "/api/buscases/241/items",
        "/api/buscases/241/buscaseitems/370/title",
        "/api/buscases/buscaseitems",
        "/api/buscases//buscaseitems",
        "/api/buscases/241/BuscaseItems",
    ],
)
async def test_there_are_no_other_item_paths(intouch, path):
    assert is_refused(await intouch.get(path), 404)


async def test_a_trailing_slash_is_the_list_or_404(intouch):
    assert (await intouch.get(f"{ITEMS}/")).status_code in (200, 307, 308, 404)


async def test_reading_changes_nothing(intouch, demo_book):
    async with no_effect(demo_book):
        for path in (ITEM, ITEMS, f"{ITEMS}?orderBy=title", items_of(10008376, 2016)):
            assert (await intouch.get(path)).status_code == 200


async def test_another_faces_update_of_the_order_leaves_its_items(intouch, demo_homs):
    items = (await page_of(intouch))["items"]

    answer = await demo_homs.put("/api/orders/ORD-2", json={"order": {"ext_code": "E-1", "state": "done"}})

    assert answer.json()["order"]["id"] == 241
    assert (await page_of(intouch))["items"] == items


async def test_a_replaced_order_keeps_its_items(intouch):
    items = (await page_of(intouch))["items"]

    answer = await intouch.put("/api/buscases/241", json={"customer": 2168, "name": "Nový název"})

    assert answer.status_code == 200
    assert (await page_of(intouch))["items"] == items


async def test_the_items_of_an_order_that_another_face_deleted_are_gone(intouch, demo_homs):
    assert (await demo_homs.delete("/api/orders/ORD-2")).status_code == 204

    assert is_refused(await intouch.get(ITEM), 404)
    assert is_refused(await intouch.get(ITEMS), 404)
    assert is_refused(await intouch.post(ITEMS, json=NEW), 404)


async def test_a_written_item_is_read_at_once(intouch):
    for number in range(10):
        await changed(intouch, 371, quantity=number)
        assert (await shown(intouch, 371))["quantity"] == number
    assert (await shown(intouch, 371))["modifiedBy"] == DEMO
