"""Many callers at one moment."""

import asyncio
from collections import Counter

from .given import ORDERS, by_source, changed, entered, ids, listing, patch, path, pointers, post, problem, shown

# Each test looks at orders of its own.
ONE_TENANT = True

MANY = 20


def statuses(answers):
    return Counter(answer.status_code for answer in answers)


async def history(book, order):
    return [event for event in await book.events() if event["noun_id"] == order["id"]]


async def test_many_changes_of_one_order_all_come_true_and_none_is_lost(v1, demo_book):
    order = await entered(v1, type="pizza_order", data={"pizzaType": "x"})
    fields = ["number", "title", "notes", "process_id", "process_state", "external_id", "supplier_reference"]

    answers = await asyncio.gather(
        *(patch(v1, order, **{fields[n % len(fields)]: str(n)}) for n in range(MANY)),
        *(patch(v1, order, data={f"ingredient{name}": True}) for name in ("Cheese", "Salami", "Pepper", "Olives")),
        patch(v1, order, lines=[{"title": "x"}]),
    )

    assert statuses(answers) == {200: 25}
    assert sorted(answer.json()["version"] for answer in answers)[-1] == 26
    after = await shown(v1, order)
    assert after["version"] == 26
    assert after["data"].keys() == {"pizzaType", *(f"ingredient{n}" for n in ("Cheese", "Salami", "Pepper", "Olives"))}
    assert len(after["lines"]) == 1
    assert all(after[field] is not None for field in fields)
    assert [event["version"] for event in await history(demo_book, order)] == list(range(1, 27))


async def test_of_many_who_read_the_same_version_one_wins(v1, demo_book):
    order = await entered(v1)

    answers = await asyncio.gather(
        *(patch(v1, order, title=str(n), headers={"If-Match": '"1"'}) for n in range(MANY // 2)),
        *(patch(v1, order, title=str(n), version=1) for n in range(MANY // 2, MANY)),
    )

    assert statuses(answers) == {200: 1, 412: MANY - 1}
    for answer in answers:
        if answer.status_code == 412:
            problem(answer, 412)
            assert answer.headers["ETag"] == '"2"'
    (won,) = [answer.json() for answer in answers if answer.status_code == 200]
    assert await shown(v1, order) == won
    assert len(await history(demo_book, order)) == 2


async def test_who_reads_and_tries_again_adds_to_what_others_did(v1):
    order = await entered(v1, notes="")

    async def add(word):
        while True:
            seen = await shown(v1, order)
            answer = await patch(
                v1, order, notes=f"{seen['notes']}{word}", headers={"If-Match": f'"{seen["version"]}"'}
            )
            if answer.status_code == 200:
                return
            problem(answer, 412)

    await asyncio.gather(*(add(word) for word in "abcdefghijkl"))

    after = await shown(v1, order)
    assert sorted(after["notes"]) == [*"abcdefghijkl"]
    assert after["version"] == 13


async def test_many_add_a_line_to_what_they_have_read(v1):
    order = await entered(v1)

    async def add(title):
        while True:
            seen = await shown(v1, order)
            lines = [*seen["lines"], {"title": title, "quantity": "1", "price": "2"}]
            answer = await patch(v1, order, lines=lines, version=seen["version"])
            if answer.status_code == 200:
                return
            problem(answer, 412)

    await asyncio.gather(*(add(title) for title in "abcdefgh"))

    after = await shown(v1, order)
    assert sorted(line["title"] for line in after["lines"]) == [*"abcdefgh"]
    assert float(after["costing"]["cost"]) == 16


async def test_a_line_given_without_its_version_goes_with_what_is_there(v1):
    """Lines are all that the order shall have: of two who give them the later one's are there."""
    order = await entered(v1, lines=[{"title": "x"}])

    answers = await asyncio.gather(*(patch(v1, order, lines=[{"title": str(n)}]) for n in range(MANY)))

    assert statuses(answers) == {200: MANY}
    (line,) = (await shown(v1, order))["lines"]
    assert line["title"] in map(str, range(MANY))


async def test_of_many_who_change_a_line_that_goes_the_later_ones_are_refused(v1):
    order = await entered(v1, lines=[{"title": "x"}])
    line = order["lines"][0]["id"]

    answers = await asyncio.gather(
        *(patch(v1, order, lines=[{"id": line, "title": str(n)}]) for n in range(8)), patch(v1, order, lines=[])
    )

    assert answers[-1].status_code == 200
    assert set(statuses(answers)) <= {200, 422}
    for answer in answers:
        if answer.status_code == 422:
            assert pointers(answer) == {"/lines/0/id": "unknown"}
    assert (await shown(v1, order))["lines"] == []


async def test_an_id_elsewhere_goes_to_one_of_many(v1):
    order = await entered(v1)

    answers = await asyncio.gather(
        *(post(v1, external_ids={"sap": "A1", "own": str(n)}) for n in range(10)),
        patch(v1, order, external_ids={"sap": "A1"}),
    )

    won = [answer for answer in answers if answer.status_code < 300]
    assert len(won) == 1
    for answer in answers:
        if answer not in won:
            assert pointers(answer) == {"/external_ids/sap": "taken"}
    found = (await v1.get(by_source("sap", "A1"))).json()
    assert found["id"] == won[0].json()["id"]


async def test_many_give_one_order_ids_elsewhere(v1):
    order = await entered(v1)

    answers = await asyncio.gather(*(patch(v1, order, external_ids={f"s{n}": "x"}) for n in range(MANY)))

    assert statuses(answers) == {200: MANY}
    after = await shown(v1, order)
    assert after["external_ids"] == {f"s{n}": "x" for n in range(MANY)}
    assert after["version"] == MANY + 1


async def test_an_order_is_deleted_once(v1, demo_book):
    order = await entered(v1)

    answers = await asyncio.gather(*(v1.delete(path(order)) for _ in range(8)), patch(v1, order, title="x"))

    assert statuses(answers[:-1]) == {204: 1, 404: 7}
    assert answers[-1].status_code in (200, 404)
    assert [event["name"] for event in await history(demo_book, order)][-1] == "OrderDeleted"


async def test_many_new_orders_at_once_have_ids_and_codes_of_their_own(v1):
    answers = await asyncio.gather(*(post(v1, title=str(n)) for n in range(MANY)))

    assert statuses(answers) == {201: MANY}
    orders = [answer.json() for answer in answers]
    for name in ("id", "uuid", "code"):
        assert len({order[name] for order in orders}) == MANY
    for n, order in enumerate(orders):
        assert order["title"] == str(n)
    assert await ids(v1, limit=MANY, id__gte=min(order["id"] for order in orders)) == sorted(
        (order["id"] for order in orders), reverse=True
    )


async def test_a_list_read_amid_changes_shows_each_order_whole(v1):
    orders = [await entered(v1, lines=[{"title": "0"}], title="0") for _ in range(4)]

    async def write(order):
        for n in map(str, range(1, 8)):
            await changed(v1, order, title=n, lines=[{"title": n}] * int(n))

    async def read():
        for _ in range(12):
            answer = await v1.get(listing(limit=4))
            for order in answer.json()["orders"]:
                count = int(order["title"])
                assert [line["title"] for line in order["lines"]] == [order["title"]] * (count or 1)
                assert order["version"] == count + 1

    await asyncio.gather(*map(write, orders), read(), read())


async def test_changes_through_all_names_of_an_order_count_alike(v1):
    order = await entered(v1, external_ids={"sap": "1"})
    at = [path(order), path(order["code"]), path(order["uuid"]), by_source("sap", "1")]

    answers = await asyncio.gather(*(v1.patch(at[n % 4], json={"title": str(n)}) for n in range(12)))

    assert statuses(answers) == {200: 12}
    assert (await shown(v1, order))["version"] == 13
    assert (await v1.get(ORDERS)).status_code == 200
