"""Changing some attributes of an item. Source: contract sections 3.3, 5.4 and 5.5."""

import pytest

from .given_items import (
    DEMO,
    FULL,
    ITEM,
    ITEM_KEYS,
    JOHNSON,
    NEW,
    OPTIONAL,
    READ_ONLY,
    changed,
    entered,
    ids_of,
    is_refused,
    items_of,
    no_effect,
    ordered,
    page_of,
    problems,
    row_of,
    sent,
    shown,
    without_stamps,
    writes_counted,
)

OTHER = {
    "title": "Jiný název",
    "locked": False,
    "quantity": 3,
    "price": 0.5,
    "totalPrice": -1,
    "unit": "t",
    "note": "",
    "product": 777002,
}


async def test_a_stranger_cannot_change_an_item(intouch, demo_book):
    async with no_effect(demo_book):
        answer = await intouch.patch(ITEM, json=NEW, auth=None)

    assert is_refused(answer, 401)


async def test_the_neighbours_item_cannot_be_changed(intouch):
    theirs = await ordered(intouch.neighbour)
    item = await entered(intouch.neighbour, theirs["id"])

    for path in (items_of(theirs["id"], item["id"]), items_of(241, item["id"])):
        assert is_refused(await intouch.patch(path, json=NEW), 404)
    assert await shown(intouch.neighbour, item["id"], theirs["id"]) == item


async def test_the_answer_is_the_new_version(intouch):
    answer = await intouch.patch(ITEM, json={"title": "Margarín", "barva": "žlutá"})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    item = answer.json()
    assert set(item) == {*ITEM_KEYS, "barva"}
    assert await shown(intouch) == item


@pytest.mark.parametrize("name, value", OTHER.items())
async def test_only_the_attribute_in_the_body_changes(intouch, name, value):
    before = await entered(intouch, **FULL, barva="modrá")

    item = await changed(intouch, before["id"], **{name: value})

    assert without_stamps(item) == without_stamps(before) | {name: value}
    assert await shown(intouch, before["id"]) == item


async def test_all_attributes_may_change_at_once(intouch):
    before = await entered(intouch, **FULL)

    item = await changed(intouch, before["id"], **OTHER)

    assert without_stamps(item) == without_stamps(before) | OTHER


async def test_a_first_value_can_be_given(intouch):
    before = await entered(intouch)

    item = await changed(intouch, before["id"], **FULL)

    assert without_stamps(item) == without_stamps(before) | FULL


@pytest.mark.parametrize("name", [name for name, default in OPTIONAL.items() if default is None])
async def test_null_sets_an_optional_attribute_to_null(intouch, name):
    before = await entered(intouch, **FULL)

    item = await changed(intouch, before["id"], **{name: None})

    assert without_stamps(item) == without_stamps(before) | {name: None}
    assert await shown(intouch, before["id"]) == item


async def test_null_removes_a_further_attribute(intouch):
    before = await entered(intouch, barva="modrá", vaha=5)

    item = await changed(intouch, before["id"], barva=None)

    assert "barva" not in item
    assert without_stamps(item) == {name: value for name, value in without_stamps(before).items() if name != "barva"}


async def test_null_for_a_further_attribute_that_is_not_there_changes_nothing(intouch):
    before = await shown(intouch)

    assert without_stamps(await changed(intouch, 370, barva=None)) == without_stamps(before)


@pytest.mark.parametrize("title", [None, "", " ", "\t\n "])
async def test_the_title_cannot_be_taken_away(intouch, demo_book, title):
    async with no_effect(demo_book):
        assert problems(await intouch.patch(ITEM, json={"title": title, "note": "x"})) == {("title", "required")}


async def test_locked_cannot_be_null(intouch, demo_book):
    async with no_effect(demo_book):
        assert problems(await intouch.patch(ITEM, json={"locked": None, "note": "x"})) == {("locked", "type")}


async def test_an_empty_object_is_valid_and_leaves_the_data(intouch, demo_book):
    before = await shown(intouch)

    async with writes_counted(demo_book, 1):
        item = await changed(intouch, 370)

    assert without_stamps(item) == without_stamps(before)
    assert item["modified"] > before["modified"]
    assert item["modifiedBy"] == DEMO


@pytest.mark.parametrize(
    "old, new",
    [
        ({"a": 1, "b": {"c": 2}}, {"b": {"d": 3}}),
        ({"a": 1}, {}),
        ([1, 2, 3], [4]),
        ({"a": 1}, "text"),
        (5, {"a": None}),
    ],
)
async def test_a_further_attribute_is_replaced_as_a_whole(intouch, old, new):
    before = await entered(intouch, udaj=old, jiny=old)

    item = await changed(intouch, before["id"], udaj=new)

    assert item["udaj"] == new
    assert item["jiny"] == old
    assert await shown(intouch, before["id"]) == item


async def test_what_is_read_only_is_ignored(intouch):
    before = await shown(intouch)

    item = await changed(
        intouch,
        370,
        id=371,
        buscase=147,
        entered="2001-01-01T00:00:00.000Z",
        enteredBy="x",
        modified="x",
        modifiedBy="x",
    )

    assert without_stamps(item) == without_stamps(before)
    assert item["modified"] > before["modified"]
    assert item["modifiedBy"] == DEMO
    assert await ids_of(intouch) == [370, 371, 372]
    assert await ids_of(intouch, items_of(147)) == [2015]


@pytest.mark.parametrize("value", [None, True, -1, 10**30, 0.5, "x", [1], {"a": {}}])
async def test_what_is_read_only_is_ignored_whatever_its_value(intouch, value):
    before = await shown(intouch)

    item = await changed(intouch, 370, **dict.fromkeys(READ_ONLY, value))

    assert without_stamps(item) == without_stamps(before)


async def test_a_locked_item_can_be_changed(intouch):
    assert (await changed(intouch, 370, title="x"))["locked"] is True
    assert (await changed(intouch, 370, locked=False))["locked"] is False
    assert (await changed(intouch, 370, locked=True))["locked"] is True
    assert (await changed(intouch, 370, title="y"))["title"] == "y"


async def test_every_change_sets_modified_and_by_whom(intouch):
    before = await shown(intouch)
    first = (await intouch.patch(ITEM, json={"title": before["title"]}, auth=JOHNSON)).json()
    second = (await intouch.patch(ITEM, json={"title": before["title"]})).json()

    assert before["modified"] < first["modified"] <= second["modified"]
    assert (first["modifiedBy"], second["modifiedBy"]) == (JOHNSON[0], DEMO)
    assert first["entered"] == second["entered"] == before["entered"]
    assert first["enteredBy"] == second["enteredBy"] == "gregor"


async def test_changing_moves_the_version_of_the_order_and_nothing_it_shows(intouch, demo_book):
    order = (await intouch.get("/api/buscases/241")).json()

    async with writes_counted(demo_book, 3):
        await changed(intouch, 370, totalPrice=99)
        await changed(intouch, 371, totalPrice=98)
        await changed(intouch, 371, totalPrice=98)

    assert (await intouch.get("/api/buscases/241")).json() == order


async def test_the_event_tells_the_face_and_the_caller(intouch, demo_book):
    await changed(intouch, 370, quantity=41)

    event = (await demo_book.events("order"))[-1]
    assert (event["face"], event["actor"], event["noun_id"]) == ("intouch", DEMO, 241)


async def test_the_other_items_stay_as_they_are(intouch):
    before = (await page_of(intouch))["items"]

    await changed(intouch, 371, **OTHER)

    after = (await page_of(intouch))["items"]
    assert [after[0], after[2]] == [before[0], before[2]]


async def test_a_change_of_something_else_does_not_store_the_sku_as_a_title(intouch, demo_book):
    item = await changed(intouch, 2016, 10008376, note="x")

    assert item["title"] == "SKU-1"
    assert (await row_of(demo_book, 2016))["title"] is None


async def test_the_shown_sku_sent_back_is_not_stored(intouch, demo_book):
    await changed(intouch, 2016, 10008376, title="SKU-1", quantity=7)

    row = await row_of(demo_book, 2016)
    assert (row["title"], row["quantity"]) == (None, 7)


async def test_a_title_of_its_own_comes_before_the_sku(intouch, demo_book):
    assert (await changed(intouch, 2016, 10008376, title="Vlastní"))["title"] == "Vlastní"
    assert (await row_of(demo_book, 2016))["title"] == "Vlastní"


async def test_without_a_title_the_sku_follows_the_product(intouch):
    item = await changed(intouch, 2016, 10008376, product=2)

    assert (item["product"], item["title"]) == (2, "SKU-2")


async def test_what_this_dialect_cannot_see_is_kept(intouch, demo_book):
    before = await row_of(demo_book, 2016)

    await changed(intouch, 2016, 10008376, title="x", quantity=6, qualifier="Blue", facility=2, external_id="E")

    after = await row_of(demo_book, 2016)
    for name in ("position", "qualifier", "facility_id", "expected_at", "cancel_at", "external_id", "item_id"):
        assert after[name] == before[name]


async def test_a_product_changes_between_known_unknown_and_none(intouch):
    for product in (2, 999, 1, None, 998, 997, 2):
        item = await changed(intouch, 2016, 10008376, title="x", product=product)
        assert item["product"] == product
        assert await shown(intouch, 2016, 10008376) == item
    assert (await changed(intouch, 2016, 10008376, note="y"))["product"] == 2


async def test_an_unknown_product_stays_through_other_changes(intouch):
    item = await entered(intouch, product=999)

    assert (await changed(intouch, item["id"], note="y", barva="modrá"))["product"] == 999
    assert (await changed(intouch, item["id"], barva=None))["product"] == 999


async def test_the_body_needs_no_content_type(intouch):
    answer = await intouch.request("PATCH", ITEM, content='{"title":"Žlutý"}'.encode())

    assert answer.json()["title"] == "Žlutý"


async def test_an_attribute_named_twice_is_no_server_error(intouch):
    answer = await sent(intouch, "PATCH", ITEM, '{"title":"a","title":"b"}')

    assert answer.status_code in (200, 400)
