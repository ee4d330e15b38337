"""Many callers at once, and more than one server process. Source: contract sections 3.3, 4, 5.1 and 5.5."""

import asyncio

import pytest

from tests.harness import FaceClient, serving

from .given_items import (
    FULL,
    ITEM,
    ITEMS,
    NEW,
    changed,
    entered,
    ids_of,
    is_refused,
    items_of,
    no_effect,
    order_version,
    ordered,
    page_of,
    problems,
    replaced,
    shown,
    without_stamps,
    writes_counted,
)

CALLERS = 20


@pytest.fixture(scope="module")
def second_server(database_url):
    """A further server process on the same database."""
    with serving(database_url=database_url) as server:
        yield server


@pytest.fixture
def second(intouch, second_server, http):
    """The same caller at the further server."""
    return FaceClient(second_server.url, intouch.host, http, intouch.auth)


async def test_strangers_at_once_change_nothing(intouch, demo_book):
    async with no_effect(demo_book):
        answers = await asyncio.gather(*(intouch.patch(ITEM, json=NEW, auth=None) for _ in range(CALLERS)))

    assert all(is_refused(answer, 401) for answer in answers)


async def test_neighbours_at_once_do_not_meet(intouch):
    await asyncio.gather(
        *(
            changed(client, 370, **{f"udaj{number}": client.host})
            for number in range(CALLERS)
            for client in (intouch, intouch.neighbour)
        )
    )

    for client in (intouch, intouch.neighbour):
        item = await shown(client)
        assert {item[f"udaj{number}"] for number in range(CALLERS)} == {client.host}


async def test_changes_of_different_attributes_at_once_all_survive(intouch, demo_book):
    changes = [{name: value} for name, value in FULL.items()]
    changes += [{f"udaj{number}": number} for number in range(CALLERS - len(changes))]

    async with writes_counted(demo_book, CALLERS):
        answers = await asyncio.gather(*(intouch.patch(ITEM, json=change) for change in changes))

    assert [answer.status_code for answer in answers] == [200] * CALLERS
    item = await shown(intouch)
    for change in changes:
        assert item.items() >= change.items()
    versions = [event["version"] for event in (await demo_book.events("order"))[-CALLERS:]]
    assert len(set(versions)) == CALLERS


async def test_changes_of_different_items_at_once_all_survive(intouch, demo_book):
    numbers = [370, 371, 372] * 7

    async with writes_counted(demo_book, len(numbers)):
        await asyncio.gather(*(changed(intouch, item, **{f"udaj{place}": place}) for place, item in enumerate(numbers)))

    for item in (370, 371, 372):
        found = await shown(intouch, item)
        assert {name for name in found if name.startswith("udaj")} == {
            f"udaj{place}" for place, each in enumerate(numbers) if each == item
        }


async def test_items_created_at_once_are_all_there(intouch, demo_book):
    async with writes_counted(demo_book, CALLERS):
        items = await asyncio.gather(*(entered(intouch, title=f"č. {number}") for number in range(CALLERS)))

    page = await page_of(intouch, ITEMS, "?size=1000")
    assert page["total"] == CALLERS + 3
    assert {item["title"] for item in page["items"][3:]} == {f"č. {number}" for number in range(CALLERS)}
    assert len({item["id"] for item in items}) == CALLERS
    assert min(item["id"] for item in items) > 372


async def test_items_created_at_once_in_several_orders_have_ids_of_their_own(intouch):
    orders = [241, 147, 10008376, 1] * 6

    items = await asyncio.gather(*(entered(intouch, order) for order in orders))

    assert len({item["id"] for item in items}) == len(orders)
    assert [item["buscase"] for item in items] == orders


async def test_every_kind_of_write_at_once_is_counted(intouch, demo_book):
    async with writes_counted(demo_book, 18):
        await asyncio.gather(
            *(entered(intouch) for _ in range(6)),
            *(replaced(intouch, 371, title=f"č. {number}") for number in range(6)),
            *(changed(intouch, 372, quantity=number) for number in range(6)),
        )


async def test_refusals_between_the_writes_are_not_counted(intouch, demo_book):
    async with writes_counted(demo_book, 10):
        answers = await asyncio.gather(
            *(
                intouch.patch(ITEM, json={"quantity": number} if number % 2 else {"quantity": "x"})
                for number in range(20)
            )
        )

    for number, answer in enumerate(answers):
        if number % 2:
            assert answer.status_code == 200
        else:
            assert problems(answer) == {("quantity", "type")}


async def test_a_reader_never_sees_half_a_write(intouch):
    halves = [{"title": letter, "note": letter, "unit": letter, "udaj": letter} for letter in "AB"]
    await replaced(intouch, 371, **halves[0])

    async def write(half):
        for _ in range(10):
            await replaced(intouch, 371, **half)

    async def read():
        for _ in range(15):
            item = await shown(intouch, 371)
            assert len({item[name] for name in halves[0]}) == 1
            listed = (await page_of(intouch))["items"][1]
            assert len({listed[name] for name in halves[0]}) == 1

    await asyncio.gather(*(write(half) for half in halves), *(read() for _ in range(4)))


async def test_a_replacement_and_a_change_at_once_leave_one_of_the_two_sequences(intouch):
    for _ in range(10):
        await replaced(intouch, 371, title="začátek", quantity=1)
        await asyncio.gather(
            replaced(intouch, 371, title="celý", unit="kg"),
            changed(intouch, 371, quantity=5, udaj="změna"),
        )
        item = await shown(intouch, 371)
        assert (item["title"], item["unit"]) == ("celý", "kg")
        assert (item["quantity"], item.get("udaj")) in ((5, "změna"), (None, None))


async def test_item_writes_and_order_writes_at_once_do_not_harm_each_other(intouch, demo_book):
    version = await order_version(demo_book)

    answers = await asyncio.gather(
        *(intouch.patch("/api/buscases/241", json={f"udaj{number}": number}) for number in range(10)),
        *(intouch.patch(ITEM, json={f"udaj{number}": number}) for number in range(10)),
        *(intouch.post(ITEMS, json=NEW) for _ in range(5)),
    )

    assert {answer.status_code for answer in answers} == {200, 201}
    order, item = (await intouch.get("/api/buscases/241")).json(), await shown(intouch)
    for record in (order, item):
        assert [record[f"udaj{number}"] for number in range(10)] == list(range(10))
    assert await order_version(demo_book) == version + 25
    assert (await page_of(intouch))["total"] == 8


async def test_two_processes_write_one_item(intouch, second, demo_book):
    async with writes_counted(demo_book, CALLERS):
        await asyncio.gather(
            *(changed((intouch, second)[number % 2], 370, **{f"udaj{number}": number}) for number in range(CALLERS))
        )

    for client in (intouch, second):
        item = await shown(client)
        assert [item[f"udaj{number}"] for number in range(CALLERS)] == list(range(CALLERS))


async def test_two_processes_give_each_item_its_own_id(intouch, second):
    items = await asyncio.gather(*(entered((intouch, second)[number % 2]) for number in range(CALLERS)))

    ids = sorted(item["id"] for item in items)
    assert len(set(ids)) == CALLERS
    assert (await ids_of(intouch, ITEMS, "?size=100"))[3:] == (await ids_of(second, ITEMS, "?size=100"))[3:] == ids


async def test_ids_go_up_across_processes(intouch, second):
    ids = [(await entered((intouch, second)[number % 2]))["id"] for number in range(10)]

    assert ids == sorted(set(ids))


async def test_the_true_order_of_writes_holds_across_processes(intouch, second):
    items = [(await entered(intouch))["id"] for _ in range(12)]
    for number, item in enumerate(items):
        await changed((intouch, second)[number % 2], item)

    for client in (intouch, second):
        assert await ids_of(client, ITEMS, "?orderBy=modified&desc=true&size=12") == items[::-1]


async def test_what_one_process_wrote_another_reads_the_same(intouch, second):
    order = await ordered(intouch, name="Zakázka", sezona="podzim")
    item = await entered(intouch, order["id"], **FULL, barva="modrá", slevy=[{"od": 10**20}])

    assert await shown(second, item["id"], order["id"]) == item
    assert await page_of(second, items_of(order["id"])) == await page_of(intouch, items_of(order["id"]))
    put_back = await replaced(second, item["id"], order["id"], **item)
    assert without_stamps(put_back) == without_stamps(item)
    assert await shown(intouch, item["id"], order["id"]) == put_back


async def test_data_survive_the_end_of_the_process_that_wrote_them(intouch, second, http, database_url):
    with serving(database_url=database_url) as short_lived:
        client = FaceClient(short_lived.url, intouch.host, http, intouch.auth)
        created = await entered(client, **FULL, barva="modrá")
        replacement = await replaced(client, 371, title="Celozrnná mouka", udaj=[1, {"a": None}])
        change = await changed(client, 370, note="změna")

    for reader in (intouch, second):
        for item in (created, replacement, change):
            assert await shown(reader, item["id"]) == item
    assert (await entered(second))["id"] > created["id"]
