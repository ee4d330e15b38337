"""Pages of orders and items. Source: contract section 4."""

import asyncio

import pytest

from .given_items import (
    DEMO,
    FULL,
    ITEM_KEYS,
    ITEMS,
    LISTS,
    MAX_INT,
    NEW,
    ORDERS,
    copied,
    entered,
    ids_of,
    is_refused,
    items_of,
    ordered,
    page_of,
    walked,
)

EACH_LIST = pytest.mark.parametrize("path", LISTS)


@EACH_LIST
async def test_a_stranger_sees_no_list(intouch, path):
    answer = await intouch.get(path, auth=None)

    assert is_refused(answer, 401)
    assert "items" not in answer.json()


async def test_the_neighbours_records_are_not_listed(intouch):
    theirs = await ordered(intouch.neighbour)
    await entered(intouch.neighbour, theirs["id"])
    await entered(intouch.neighbour)

    assert (await page_of(intouch, ORDERS))["total"] == 7
    assert await ids_of(intouch) == [370, 371, 372]
    assert is_refused(await intouch.get(items_of(theirs["id"])), 404)


@EACH_LIST
async def test_without_parameters_it_is_the_first_20_records_by_id(intouch, demo_book, path):
    for _ in range(20):
        await (ordered(intouch) if path == ORDERS else entered(intouch))
    everything = await ids_of(intouch, path, "?size=1000")

    page = await page_of(intouch, path)

    assert (page["total"], page["position"], page["size"]) == (len(everything), 0, 20)
    assert [record["id"] for record in page["items"]] == everything[:20]
    assert everything == sorted(everything)


async def test_the_orders_of_all_faces_are_in_the_list(intouch):
    page = await page_of(intouch, ORDERS)

    assert page["total"] == 7
    assert [record["id"] for record in page["items"]] == [1, 147, 241, 10008229, 10008233, 10008375, 10008376]


async def test_only_the_orders_own_items_are_counted(intouch):
    new = await ordered(intouch)

    for order, total in ((241, 3), (147, 1), (10008376, 1), (1, 0), (new["id"], 0)):
        page = await page_of(intouch, items_of(order))
        assert page["total"] == len(page["items"]) == total
        assert {item["buscase"] for item in page["items"]} <= {order}


async def test_an_order_without_items_has_an_empty_page(intouch):
    assert await page_of(intouch, items_of(1)) == {"total": 0, "position": 0, "size": 20, "items": []}


@pytest.mark.parametrize("query", ["", "?size=1", "?orderBy=title", "?position=5"])
async def test_the_list_of_an_unknown_order_is_404(intouch, query):
    assert is_refused(await intouch.get(items_of(99999999) + query), 404)


async def test_the_size_is_the_one_used_and_not_the_number_of_items(intouch):
    page = await page_of(intouch, ITEMS, "?size=2&position=2")

    assert (page["total"], page["position"], page["size"]) == (3, 2, 2)
    assert [item["id"] for item in page["items"]] == [372]


@EACH_LIST
async def test_pages_meet_each_record_once(intouch, path):
    everything = await ids_of(intouch, path, "?size=1000")

    for size in (1, 2, 3, 7, 8, 1000):
        assert await walked(intouch, path, "", size) == everything
        assert await walked(intouch, path, "&desc=true", size) == everything[::-1]


@EACH_LIST
async def test_the_page_starts_at_the_position(intouch, path):
    everything = await ids_of(intouch, path, "?size=1000")

    for position in (0, 1, 2):
        page = await page_of(intouch, path, f"?position={position}&size=1")
        assert page["position"] == position
        assert page["total"] == len(everything)
        assert [record["id"] for record in page["items"]] == [everything[position]]


@EACH_LIST
async def test_at_the_end_and_past_it_the_page_is_empty_and_the_total_right(intouch, path):
    total = (await page_of(intouch, path))["total"]

    for position in (total, total + 1, 10_000, 2**31, 2**32 + 1, MAX_INT):
        page = await page_of(intouch, path, f"?position={position}")
        assert page == {"total": total, "position": position, "size": 20, "items": []}
    page = await page_of(intouch, path, f"?position={MAX_INT}&size={MAX_INT}&orderBy=modified&desc=true")
    assert (page["total"], page["items"]) == (total, [])


@EACH_LIST
async def test_a_size_of_zero_is_an_empty_page(intouch, path):
    total = (await page_of(intouch, path))["total"]

    assert await page_of(intouch, path, "?size=0") == {"total": total, "position": 0, "size": 0, "items": []}
    assert (await page_of(intouch, path, "?size=0&position=2"))["position"] == 2


@EACH_LIST
async def test_a_size_above_1000_is_reduced_to_1000(intouch, path):
    for size in (1001, 5000, 2**31, 2**32 + 5, MAX_INT):
        page = await page_of(intouch, path, f"?size={size}")
        assert page["size"] == 1000
        assert len(page["items"]) == page["total"]


async def test_a_page_never_has_more_than_1000_items(intouch, demo_book):
    await copied(demo_book, 371, 1010)

    for size in (1000, 1001, 100_000):
        page = await page_of(intouch, ITEMS, f"?size={size}")
        assert (page["total"], page["size"], len(page["items"])) == (1013, 1000, 1000)
    rest = await page_of(intouch, ITEMS, "?size=5000&position=1000")
    assert (rest["total"], rest["position"], rest["size"], len(rest["items"])) == (1013, 1000, 1000, 13)
    ids = [item["id"] for item in (page["items"] + rest["items"])]
    assert ids == sorted(set(ids))
    assert sorted(await walked(intouch, ITEMS, "&orderBy=title&desc=true", 333)) == ids
    assert sorted(await walked(intouch, ITEMS, "&orderBy=quantity", 500)) == ids


@EACH_LIST
@pytest.mark.parametrize("number", ["9223372036854775808", "99999999999999999999999999", "9" * 400])
async def test_a_position_beyond_64_bits_is_400_or_an_empty_page(intouch, path, number):
    answer = await intouch.get(f"{path}?position={number}")

    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert answer.json()["items"] == []


@EACH_LIST
@pytest.mark.parametrize("number", ["9223372036854775808", "99999999999999999999999999", "9" * 400])
async def test_a_size_beyond_64_bits_is_no_server_error(intouch, path, number):
    answer = await intouch.get(f"{path}?size={number}")

    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert len(answer.json()["items"]) in (0, answer.json()["total"])


@EACH_LIST
async def test_an_empty_value_counts_as_absent(intouch, path):
    usual = await page_of(intouch, path)

    for query in ("position=", "size=", "orderBy=", "desc=", "caseType=", "position=&size=&orderBy=&desc=&caseType="):
        assert await page_of(intouch, path, f"?{query}") == usual


@EACH_LIST
async def test_unknown_parameters_are_ignored(intouch, path):
    usual = await page_of(intouch, path)

    for query in ("foo=1", "page=2", "limit=1", "Size=1", "POSITION=2", "sort=title", "q=x", "id=370", "a[b]=1"):
        assert await page_of(intouch, path, f"?{query}") == usual, query


@EACH_LIST
async def test_a_repeated_parameter_counts_by_its_last_value(intouch, path):
    assert (await page_of(intouch, path, "?size=1&size=2"))["size"] == 2
    assert (await page_of(intouch, path, "?size=x&size=2"))["size"] == 2
    assert (await page_of(intouch, path, "?position=5&position=1"))["position"] == 1
    assert await ids_of(intouch, path, "?desc=true&desc=false") == await ids_of(intouch, path)
    assert await ids_of(intouch, path, "?desc=x&desc=true") == (await ids_of(intouch, path))[::-1]
    assert (await intouch.get(f"{path}?size=2&size=x")).status_code == 400


@EACH_LIST
async def test_desc_without_order_by_is_by_id_descending(intouch, path):
    for yes in ("true", "True", "TRUE", "tRuE"):
        assert await ids_of(intouch, path, f"?desc={yes}") == (await ids_of(intouch, path))[::-1], yes


@EACH_LIST
async def test_desc_false_is_ascending(intouch, path):
    for no in ("false", "False", "FALSE", "fAlSe"):
        assert await ids_of(intouch, path, f"?desc={no}") == await ids_of(intouch, path), no


async def test_item_lists_show_complete_items(intouch):
    new = await entered(intouch, **FULL, barva="modrá")

    items = (await intouch.get(ITEMS)).json()["items"]

    assert items[-1] == new
    assert set(new) == {*ITEM_KEYS, "barva"}


async def test_the_item_list_knows_no_case_type(intouch):
    usual = await page_of(intouch)

    for value in ("0", "1", "2", "999", "abc", "-1", "1.5"):
        assert await page_of(intouch, ITEMS, f"?caseType={value}") == usual


async def test_parameters_may_be_percent_encoded(intouch):
    page = await page_of(intouch, ITEMS, "?s%69ze=%32&p%6Fsition=%31")

    assert (page["size"], page["position"]) == (2, 1)


async def test_items_appended_meanwhile_are_met_once_at_the_end(intouch):
    for _ in range(20):
        await entered(intouch)
    before = await ids_of(intouch, ITEMS, "?size=1000")
    done = asyncio.Event()

    async def append():
        appended = []
        while not done.is_set():
            appended.append((await entered(intouch))["id"])
        return appended

    appending = [asyncio.create_task(append()) for _ in range(3)]
    met, position = [], 0
    while position < 60 and (page := await ids_of(intouch, ITEMS, f"?position={position}&size=3")):
        met += page
        position += 3
    done.set()
    appended = [each for task in appending for each in await task]

    assert appended
    assert met[: len(before)] == before
    assert len(met) == len(set(met))
    assert set(met) <= {*before, *appended}


async def test_orders_placed_meanwhile_are_met_once_at_the_end(intouch):
    before = await ids_of(intouch, ORDERS, "?size=1000")
    met, position = [], 0
    while position < 30 and (page := await ids_of(intouch, ORDERS, f"?position={position}&size=2")):
        met += page
        position += 2
        await ordered(intouch)

    assert met[: len(before)] == before
    assert len(met) == len(set(met))


async def test_paging_is_read_from_the_query_only(intouch):
    answer = await intouch.request("GET", ITEMS, content=b'{"size":1,"position":2}')

    assert [item["id"] for item in answer.json()["items"]] == [370, 371, 372]


async def test_a_created_order_shows_up_with_its_items(intouch):
    order = await ordered(intouch, name="Nová zakázka")
    item = (await intouch.post(items_of(order["id"]), json=NEW)).json()

    assert (await page_of(intouch, ORDERS))["total"] == 8
    assert (await page_of(intouch, items_of(order["id"])))["items"] == [item]
    assert item["enteredBy"] == DEMO


async def test_a_reader_meets_each_order_once_while_several_clients_enter_others(intouch):
    stop = asyncio.Event()

    async def keep_entering():
        while not stop.is_set():
            answer = await intouch.post("/api/buscases", json={"customer": 2168, "name": "another"})
            assert answer.status_code == 201

    writers = [asyncio.create_task(keep_entering()) for _ in range(6)]
    met = []
    while len(met) < 400:
        answer = await intouch.get(f"/api/buscases?position={len(met)}&size=7")
        met += [each["id"] for each in answer.json()["items"]]
    stop.set()
    await asyncio.gather(*writers)

    everything = [each["id"] for each in (await intouch.get("/api/buscases?size=1000")).json()["items"]]
    assert met == everything[: len(met)]


async def test_what_a_client_entered_is_in_its_next_list_while_others_enter_too(intouch):
    async def enter_and_look():
        entered = (await intouch.post("/api/buscases", json={"customer": 2168, "name": "mine"})).json()["id"]
        listed = (await intouch.get("/api/buscases?desc=true&size=100")).json()["items"]
        assert entered in [each["id"] for each in listed]

    await asyncio.gather(*(enter_and_look() for _ in range(20)))
