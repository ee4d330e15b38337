"""Replacing an item. Source: contract sections 3.3, 5.3 and 5.5."""

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
    entered,
    ids_of,
    is_refused,
    items_of,
    no_effect,
    ordered,
    page_of,
    problems,
    replaced,
    row_of,
    shown,
    without_stamps,
    writes_counted,
)


async def test_a_stranger_cannot_replace_an_item(intouch, demo_book):
    async with no_effect(demo_book):
        answer = await intouch.put(ITEM, json=NEW, auth=None)

    assert is_refused(answer, 401)


async def test_the_neighbours_item_cannot_be_replaced(intouch):
    theirs = await ordered(intouch.neighbour)
    item = await entered(intouch.neighbour, theirs["id"])

    for path in (items_of(theirs["id"], item["id"]), items_of(241, item["id"])):
        assert is_refused(await intouch.put(path, json=FULL), 404)
    assert await shown(intouch.neighbour, item["id"], theirs["id"]) == item


async def test_my_write_does_not_reach_the_neighbours_item_of_the_same_id(intouch):
    before = await shown(intouch.neighbour)

    await replaced(intouch, 370, **NEW)

    assert await shown(intouch.neighbour) == before


async def test_the_answer_is_the_new_version(intouch):
    answer = await intouch.put(ITEM, json=FULL)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    item = answer.json()
    assert {name: item[name] for name in FULL} == FULL
    assert set(item) == ITEM_KEYS
    assert await shown(intouch) == item


async def test_the_body_is_the_whole_record(intouch):
    before = await entered(intouch, **FULL, barva="modrá", slevy=[1, 2])

    item = await replaced(intouch, before["id"], title="Jen název")

    assert without_stamps(item) == without_stamps(
        {name: before[name] for name in ITEM_KEYS} | OPTIONAL | {"title": "Jen název"}
    )
    assert await shown(intouch, before["id"]) == item


@pytest.mark.parametrize("name", OPTIONAL)
async def test_an_optional_attribute_that_is_absent_goes_back_to_its_default(intouch, name):
    before = await entered(intouch, **FULL)

    item = await replaced(intouch, before["id"], **{other: FULL[other] for other in FULL if other != name})

    assert without_stamps(item) == without_stamps(before) | {name: OPTIONAL[name]}


@pytest.mark.parametrize("name", [name for name, default in OPTIONAL.items() if default is None])
async def test_null_replaces_an_optional_attribute_by_null(intouch, name):
    before = await entered(intouch, **FULL)

    item = await replaced(intouch, before["id"], **FULL | {name: None})

    assert without_stamps(item) == without_stamps(before) | {name: None}


async def test_a_further_attribute_that_is_absent_is_removed(intouch):
    before = await entered(intouch, barva="modrá", vaha=5)

    item = await replaced(intouch, before["id"], title="x", vaha=6)

    assert "barva" not in item
    assert item["vaha"] == 6
    assert await shown(intouch, before["id"]) == item


@pytest.mark.parametrize("body", [{}, {"locked": True}, {"title": None}, {"title": ""}, {"title": " \t\n"}])
async def test_the_title_is_required_and_without_it_nothing_changes(intouch, demo_book, body):
    async with no_effect(demo_book):
        assert problems(await intouch.put(ITEM, json=body)) == {("title", "required")}


async def test_an_unknown_item_is_not_created(intouch, demo_book):
    async with no_effect(demo_book):
        assert is_refused(await intouch.put(items_of(241, 99999999), json=FULL | {"id": 99999999}), 404)


async def test_what_is_read_only_is_ignored(intouch):
    before = await shown(intouch)

    item = await replaced(
        intouch,
        370,
        id=371,
        buscase=147,
        title="Margarín",
        entered="2001-01-01T00:00:00.000Z",
        enteredBy="nobody",
        modified="2001-01-01T00:00:00.000Z",
        modifiedBy="nobody",
    )

    assert {name: item[name] for name in ("id", "buscase", "entered", "enteredBy")} == {
        name: before[name] for name in ("id", "buscase", "entered", "enteredBy")
    }
    assert item["modified"] > before["modified"]
    assert item["modifiedBy"] == DEMO
    assert await ids_of(intouch) == [370, 371, 372]
    assert (await shown(intouch, 371))["title"] == "Žitná mouka"


@pytest.mark.parametrize("value", [None, False, -1, 10**30, 2.5, "x", [], {}])
async def test_what_is_read_only_is_ignored_whatever_its_value(intouch, value):
    item = await replaced(intouch, 370, title="x", **dict.fromkeys(READ_ONLY, value))

    assert set(item) == ITEM_KEYS
    assert (item["id"], item["buscase"], item["enteredBy"]) == (370, 241, "gregor")


async def test_what_was_fetched_can_be_put_back(intouch):
    new = await entered(intouch, **FULL, barva="modrá", slevy=[{"od": 10}], nic=0)

    for order, number in ((241, 370), (241, 371), (147, 2015), (10008376, 2016), (241, new["id"])):
        before = await shown(intouch, number, order)
        item = await replaced(intouch, number, order, **before)
        assert without_stamps(item) == without_stamps(before)
        assert item["modified"] >= before["modified"]
        assert item["modifiedBy"] == DEMO
        assert await shown(intouch, number, order) == item


async def test_what_was_shown_and_is_put_back_stores_nothing_but_the_change_itself(intouch, demo_book):
    before = await row_of(demo_book, 2016)

    async with writes_counted(demo_book, 1, order=10008376):
        await replaced(intouch, 2016, 10008376, **await shown(intouch, 2016, 10008376))

    after = await row_of(demo_book, 2016)
    assert after["title"] is None
    assert {name for name in after if after[name] != before[name]} <= {"modified_at", "modified_by"}


async def test_what_this_dialect_cannot_see_is_kept(intouch, demo_book):
    before = await row_of(demo_book, 2016)

    item = await replaced(intouch, 2016, 10008376, title="Vlastní název", product=1, quantity=6, note="x", price=2)

    assert item["title"] == "Vlastní název"
    after = await row_of(demo_book, 2016)
    for name in ("position", "qualifier", "facility_id", "expected_at", "cancel_at", "external_id", "item_id"):
        assert after[name] == before[name]
    assert (after["title"], after["quantity"], after["notes"], after["price"]) == ("Vlastní název", 6, "x", 2)


async def test_a_locked_item_can_be_replaced(intouch):
    assert (await shown(intouch))["locked"] is True

    assert (await replaced(intouch, 370, title="x", locked=True))["locked"] is True
    assert (await replaced(intouch, 370, title="y"))["locked"] is False


async def test_every_replacement_sets_modified_and_by_whom(intouch):
    before = await shown(intouch)
    first = (await intouch.put(ITEM, json=before, auth=JOHNSON)).json()
    second = (await intouch.put(ITEM, json=before)).json()

    assert before["modified"] < first["modified"] <= second["modified"]
    assert (first["modifiedBy"], second["modifiedBy"]) == (JOHNSON[0], DEMO)
    assert first["enteredBy"] == second["enteredBy"] == "gregor"
    assert first["entered"] == second["entered"] == before["entered"]


async def test_replacing_moves_the_version_of_the_order_and_nothing_it_shows(intouch, demo_book):
    order = (await intouch.get("/api/buscases/241")).json()

    async with writes_counted(demo_book, 2):
        await replaced(intouch, 370, **FULL)
        await replaced(intouch, 370, **FULL)

    assert (await intouch.get("/api/buscases/241")).json() == order


async def test_the_other_items_stay_as_they_are(intouch):
    before = (await page_of(intouch))["items"]

    await replaced(intouch, 371, **FULL)

    after = (await page_of(intouch))["items"]
    assert [after[0], after[2]] == [before[0], before[2]]


async def test_a_product_is_replaced_by_any_other(intouch):
    for product in (999, 2, 1, 998, None, 2):
        item = await replaced(intouch, 2016, 10008376, title="x", product=product)
        assert item["product"] == product
        assert await shown(intouch, 2016, 10008376) == item


async def test_the_last_write_wins(intouch):
    await replaced(intouch, 371, title="první", quantity=1, barva="modrá")

    item = await replaced(intouch, 371, title="druhý", unit="t")

    assert (item["title"], item["unit"], item["quantity"]) == ("druhý", "t", None)
    assert "barva" not in item
