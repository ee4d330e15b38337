"""The history of the book: the list, and following it."""

import asyncio
import json
from datetime import UTC, datetime

from orderloom.api.events import EVENTS, FIELDS
from orderloom.book.events import Author, Event
from orderloom.store import events as store

from .given import CUSTOMERS, entered, faults, is_problem
from .lists import MEANINGLESS, check_filters, listed

AUTHOR = Author("Straße@example.com", "tests")


async def tell(db, book, name: str, noun_id: int = 1, changes: str = "{}", at: datetime | None = None) -> None:
    event = Event(name, "thing", None, changes)
    await store.append(db, book.tenant_id, noun_id, event, AUTHOR, at or datetime.now(UTC))


def names(events: list[dict]) -> list[str]:
    return [each["name"] for each in events]


async def test_a_stranger_sees_nothing(v1):
    assert is_problem(await v1.get(EVENTS, auth=None), 401, "unauthorized")


async def test_a_neighbours_events_are_not_told(v1, demo_book):
    await tell(demo_book.desk.pool, demo_book, "Mine")

    assert "Mine" in names(await listed(v1, EVENTS))
    assert "Mine" not in names(await listed(v1.neighbour, EVENTS))


async def test_whatever_is_changed_through_any_face_is_told_the_newest_first(v1, intouch):
    order = (await v1.post("/v1/orders", json={"type": "purchase_order", "title": "Paper"})).json()["id"]
    customer = await entered(v1, CUSTOMERS)
    assert (await intouch.patch("/api/buscases/241", json={"name": "Other"})).status_code == 200
    await v1.delete(f"/v1/customers/{customer['id']}")

    found = await listed(v1, EVENTS, limit=3)

    told = [(each["name"], each["noun"], each["noun_id"], each["face"], each["actor"]) for each in found[:4]]
    assert told == [
        ("CustomerDeleted", "customer", customer["id"], "v1", "demo@example.com"),
        ("OrderAmended", "order", 241, "intouch", "demo@example.com"),
        ("CustomerAdded", "customer", customer["id"], "v1", "demo@example.com"),
        ("OrderPlaced", "order", order, "v1", "demo@example.com"),
    ]
    assert found[0]["changes"]["name"] == customer["name"]
    assert (found[3]["version"], found[3]["changes"]["title"]) == (1, [None, "Paper"])
    assert [each["id"] for each in found] == sorted((each["id"] for each in found), reverse=True)


async def test_a_deleted_order_is_told_without_the_rows_that_are_kept_of_it(v1):
    order = (await v1.post("/v1/orders", json={"type": "purchase_order", "title": "Paper"})).json()["id"]
    await v1.delete(f"/v1/orders/{order}")

    deleted, placed = await listed(v1, EVENTS, noun="order", noun_id=order)

    assert (deleted["name"], deleted["changes"]) == ("OrderDeleted", {})
    assert (placed["name"], placed["changes"]["title"]) == ("OrderPlaced", [None, "Paper"])


async def test_filters_do_what_plain_python_does(v1, demo_book):
    for number in range(4):
        at = datetime(2020, 1, 1 + number, tzinfo=UTC)
        await tell(demo_book.desk.pool, demo_book, ("Made", "made", "*")[number % 3], number, at=at)
    await v1.patch("/v1/orders/10008229", json={"title": "x"})
    everything = await listed(v1, EVENTS)

    await check_filters(v1, EVENTS, FIELDS, everything)
    rising = await listed(v1, EVENTS, sort="id", limit=3)
    assert rising == everything[::-1]


async def test_parameters_that_mean_nothing_are_refused(v1):
    for query, told in (*MEANINGLESS, ("sort=at", ("sort", "inclusion")), ("search=x", ("search", "unexpected"))):
        answer = await v1.get(f"{EVENTS}?{query}")
        assert is_problem(answer, 400, "bad-request"), query
        assert faults(answer) == {told}


async def test_a_part_of_very_long_events_is_shorter_and_none_is_left_out(v1, demo_book):
    # However little room the database needs for it.
    long = json.dumps({"x": "x" * 1_500_000})
    for number in range(6):
        await tell(demo_book.desk.pool, demo_book, f"Long{number}", changes=long)
    await tell(demo_book.desk.pool, demo_book, "Short")

    first = (await v1.get(f"{EVENTS}?limit=5")).json()

    assert 0 < len(first["events"]) < 5
    assert first["next"] is not None
    for sort in ("id", "-id"):
        found = [each for each in await listed(v1, EVENTS, sort=sort, limit=5) if each["noun"] == "thing"]
        expected = [*(f"Long{number}" for number in range(6)), "Short"]
        assert names(found) == (expected if sort == "id" else expected[::-1])
    assert [len(each["changes"]["x"]) for each in found if "x" in each["changes"]] == [1_500_000] * 6


async def test_who_follows_misses_none_that_is_committed_late(v1, demo_book):
    await tell(demo_book.desk.pool, demo_book, "Before")
    query = f"{EVENTS}?sort=id&noun=thing"
    assert names((await v1.get(query)).json()["events"]) == ["Before"]

    async with demo_book.desk.pool.transaction() as db:
        await tell(db, demo_book, "Slow")
        await tell(demo_book.desk.pool, demo_book, "Quick")
        assert names((await v1.get(query)).json()["events"]) == ["Before"]
        assert names((await v1.get(f"{EVENTS}?noun=thing")).json()["events"]) == ["Quick", "Before"]

    assert names((await v1.get(query)).json()["events"]) == ["Before", "Slow", "Quick"]


async def test_who_follows_while_many_write_meets_each_event_once(v1, demo_book):
    writers = 8
    done = asyncio.Event()
    first = (await listed(v1, EVENTS, limit=1))[0]["id"]
    followed: list[dict] = []

    async def follow() -> None:
        last, idle = first, 0
        while idle < 2:
            answer = await v1.get(f"{EVENTS}?sort=id&id.gt={last}&limit=7")
            assert answer.status_code == 200, answer.text
            found = answer.json()["events"]
            followed.extend(found)
            last = found[-1]["id"] if found else last
            idle = idle + 1 if done.is_set() and not found else 0

    async def write(number: int) -> None:
        for turn in range(6):
            if number % 2:
                await v1.post("/v1/orders", json={"type": "purchase_order", "title": f"{number}/{turn}"})
            else:
                async with demo_book.desk.pool.transaction() as db:
                    await tell(db, demo_book, f"{number}/{turn}")
                    await asyncio.sleep(0.02)

    following = asyncio.create_task(follow())
    await asyncio.gather(*(write(number) for number in range(writers)))
    done.set()
    await following

    everything = [each for each in await listed(v1, EVENTS, limit=200) if each["id"] > first]
    assert followed == everything[::-1]
    assert len(followed) == writers * 6
