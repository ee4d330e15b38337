"""Many orders in one call, when others write at the same moment or the database goes away: each for itself still."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from tests.given_books import Book
from tests.harness import FaceClient

BULK = "/v1/orders/bulk"
WAITING = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
KEY = {"Idempotency-Key": "once"}


class _TakenBack(Exception):
    pass


async def entered(v1: FaceClient, *titles: str) -> list[int]:
    """The ids of new orders."""
    orders = [{"type": "purchase_order", "title": title} for title in titles]
    answer = await v1.post(BULK, json={"orders": orders})
    return [each["id"] for each in answer.json()["results"]]


async def statuses(task: Any) -> list[int]:
    """The status of each."""
    answer = await task
    assert answer.status_code == 200, answer.text
    return [each["status"] for each in answer.json()["results"]]


async def events_of(book: Book, order_ids: list[int]) -> list[list[str]]:
    """What history tells of each order."""
    events = await book.events()
    return [[event["name"] for event in events if event["noun_id"] == order_id] for order_id in order_ids]


async def a_waiting_one(book: Book, task: asyncio.Task[Any]) -> int:
    """The process of the database's that waits for a lock, once there is one."""
    async with asyncio.timeout(10):
        while (found := await book.desk.pool.fetchval(WAITING)) is None:
            assert not task.done(), task.result()
            await asyncio.sleep(0.01)
    return int(found)


@asynccontextmanager
async def holding(book: Book, name: str) -> AsyncIterator[Any]:
    """Somebody gives another order this name in the shop; who waits for him and is waited for loses. Taken back."""
    with suppress(_TakenBack):
        async with book.desk.pool.transaction() as db:
            await db.execute("set local deadlock_timeout = '60s'")
            await name_another(db, book, name)
            yield db
            raise _TakenBack


async def name_another(db: Any, book: Book, name: str) -> None:
    await db.execute(
        "insert into external_ids (tenant_id, kind, source, their_id, our_id) values ($1, 'order', 'shop', $2, 0)",
        book.tenant_id,
        name,
    )


@pytest.mark.parametrize("headers", [{}, KEY], ids=["each for itself", "as a whole"])
async def test_a_change_that_loses_to_another_writer_is_made_again_and_those_before_it_once(
    v1: FaceClient, demo_book: Book, headers: dict[str, str]
) -> None:
    ids = await entered(v1, "a", "b", "c")
    changes: list[dict[str, Any]] = [{"id": order_id, "version": 1, "notes": "x"} for order_id in ids]
    changes[1]["external_ids"] = {"shop": "B"}

    async with holding(demo_book, "B") as db:
        task = asyncio.create_task(v1.patch(BULK, json={"orders": changes}, headers=headers))
        await a_waiting_one(demo_book, task)
        await db.execute("select from orders where tenant_id = $1 and id = $2 for update", demo_book.tenant_id, ids[1])

    assert await statuses(task) == [200, 200, 200]
    assert await events_of(demo_book, ids) == [["OrderPlaced", "OrderAmended"]] * 3


async def test_an_order_that_loses_to_another_writer_is_entered_again_and_those_before_it_once(
    v1: FaceClient, demo_book: Book
) -> None:
    item = await demo_book.add_item(1, "GONE")
    named = {"source": "shop", "other": "a first one"}
    orders: list[dict[str, Any]] = [
        {"type": "purchase_order", "title": "of many"},
        {"type": "purchase_order", "title": "of many", "customer_id": 1, "lines": [{"item_id": item}]},
        {"type": "purchase_order", "title": "of many", "external_ids": {"other": named["other"], "shop": "B"}},
    ]

    async with holding(demo_book, "B") as db:
        async with demo_book.desk.pool.transaction() as other:
            await other.execute("delete from items where tenant_id = $1 and id = $2", demo_book.tenant_id, item)
            task = asyncio.create_task(v1.post(BULK, json={"orders": orders}))
            await a_waiting_one(demo_book, task)
        # The item has gone, so that they are entered one by one now.
        await a_waiting_one(demo_book, task)
        await db.execute(
            """insert into external_ids (tenant_id, kind, source, their_id, our_id)
               values ($1, 'order', 'other', $2, 0)""",
            demo_book.tenant_id,
            named["other"],
        )

    assert await statuses(task) == [201, 422, 201]
    titles = "select count(*) from orders where tenant_id = $1 and title = 'of many'"
    assert await demo_book.desk.pool.fetchval(titles, demo_book.tenant_id) == 2


async def test_two_that_change_the_same_orders_as_a_whole_take_them_in_the_same_order(
    v1: FaceClient, demo_book: Book
) -> None:
    """Else each would wait for the other, and so again when they are both done again."""
    first, second = ids = await entered(v1, "a", "b")
    lock = "select from orders where tenant_id = $1 and id = $2 for update nowait"
    changes = [{"id": order_id, "notes": "x"} for order_id in (second, first)]

    async with demo_book.desk.pool.transaction() as db:
        await db.execute(lock, demo_book.tenant_id, first)
        task = asyncio.create_task(v1.patch(BULK, json={"orders": changes}, headers=KEY))
        await a_waiting_one(demo_book, task)
        await db.execute(lock, demo_book.tenant_id, second)

    assert await statuses(task) == [200, 200]
    assert await events_of(demo_book, ids) == [["OrderPlaced", "OrderAmended"]] * 2


@pytest.fixture
async def losing(demo_book: Book) -> AsyncIterator[None]:
    """Whoever changes an order of the tenant loses to somebody else."""
    pool = demo_book.desk.pool
    await pool.execute(
        f"""create function lose() returns trigger language plpgsql as $$ begin
              if new.tenant_id = {demo_book.tenant_id:d} then
                raise exception 'somebody was quicker' using errcode = 'deadlock_detected';
              end if;
              return new;
            end $$"""
    )
    await pool.execute("create trigger lose before update on orders for each row execute function lose()")
    yield
    await pool.execute("drop function lose cascade")


async def test_who_loses_each_time_may_come_again(v1: FaceClient, demo_book: Book, losing: None) -> None:
    ids = await entered(v1, "a", "b")
    changes = {"orders": [{"id": order_id, "notes": "x"} for order_id in ids]}

    alone = await v1.patch(f"/v1/orders/{ids[0]}", json={"notes": "x"})
    whole = await v1.patch(BULK, json=changes, headers=KEY)

    for answer in (alone, whole):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert answer.json()["type"] == "urn:orderloom:problem:unavailable"
    assert await statuses(v1.patch(BULK, json=changes)) == [503, 503]
    assert await events_of(demo_book, ids) == [["OrderPlaced"]] * 2


async def test_what_was_changed_before_the_database_went_away_is_told(v1: FaceClient, demo_book: Book) -> None:
    ids = await entered(v1, "a", "b", "c")

    answer = await cut_off_at(ids[1], v1, demo_book, ids)

    assert [each["status"] for each in answer.json()["results"]] == [200, 503, 503]
    assert answer.json()["results"][1]["problem"]["type"] == "urn:orderloom:problem:unavailable"
    assert await events_of(demo_book, ids) == [["OrderPlaced", "OrderAmended"], ["OrderPlaced"], ["OrderPlaced"]]


async def test_with_a_key_nothing_is_changed_when_the_database_goes_away(v1: FaceClient, demo_book: Book) -> None:
    ids = await entered(v1, "a", "b", "c")

    answer = await cut_off_at(ids[1], v1, demo_book, ids, **KEY)

    assert answer.status_code == 503
    assert await events_of(demo_book, ids) == [["OrderPlaced"]] * 3


async def cut_off_at(order_id: int, v1: FaceClient, book: Book, ids: list[int], **headers: str) -> Any:
    """The answer to changes of these orders, when the connection breaks at this one."""
    changes = [{"id": each, "notes": "x"} for each in ids]
    async with book.desk.pool.transaction() as db:
        await db.execute("select from orders where tenant_id = $1 and id = $2 for update", book.tenant_id, order_id)
        task = asyncio.create_task(v1.patch(BULK, json={"orders": changes}, headers=headers))
        await db.execute("select pg_terminate_backend($1)", await a_waiting_one(book, task))
        return await task
