"""Lines at the desk: what other writers do between the look and the write."""

import asyncio
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec import UNSET, Raw
from tests.given_books import Book, altered

from orderloom.book.errors import BadInput, OrderNotFound
from orderloom.book.lines import LineWish
from orderloom.book.orders import Order, Wish
from orderloom.desk import lines, orders, tries
from orderloom.desk.desk import Desk
from orderloom.store import lines as line_store
from orderloom.store.pool import connect

PURCHASE = 10008376  # of customer 1, whose items are 1 and 2


async def test_a_line_never_names_an_item_of_another_customer_however_the_order_moves(
    demo_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    order = await orders.place(desk, caller, Wish(type_code="purchase_order", customer_id=1))
    look_up = line_store.customers_item
    moved = []

    async def then_the_order_moves(*arguments: Any) -> Any:
        item = await look_up(*arguments)
        if not moved:
            moved.append(await orders.amend(desk, caller, order.id, lambda _: Wish(customer_id=2)))
        return item

    monkeypatch.setattr(line_store, "customers_item", then_the_order_moves)
    line = await lines.enter(desk, caller, order.id, LineWish(title="x", item_id=1, unknown_item="product"))

    assert moved
    assert line.item_id is None
    assert "product" in line.leftovers


async def test_an_unknown_item_is_refused_where_nothing_takes_its_place(demo_book: Book) -> None:
    with pytest.raises(BadInput, match="item_id: unknown"):
        await lines.enter(demo_book.desk, demo_book.caller, PURCHASE, LineWish(title="x", item_id=77))
    with pytest.raises(BadInput, match="item_id: unknown"):
        await lines.amend(demo_book.desk, demo_book.caller, PURCHASE, 2016, lambda _: LineWish(item_id=77))


async def test_a_line_on_no_order_is_told_before_what_is_wrong_with_it(demo_book: Book) -> None:
    for wish in (LineWish(title="\x00"), LineWish(title="x"), LineWish(item_id=1, unknown_item="product")):
        with pytest.raises(OrderNotFound):
            await lines.enter(demo_book.desk, demo_book.caller, 99999999, wish)


async def test_one_who_waited_for_an_order_sees_who_became_responsible_meanwhile(demo_book: Book) -> None:
    """The reader that takes the lock must not go on with the users as they were before it waited."""
    desk, caller = Desk(demo_book.desk.pool), demo_book.caller
    seen: list[str | None] = []

    def look(order: Order) -> Wish:
        seen.append(order.responsible)
        return Wish(type_number=77, keeps_data=True)  # never seen: needs the lock

    async with demo_book.desk.pool.transaction() as db:
        await db.execute(
            """update orders set responsible_id = (select id from users where tenant_id = $1 and email = $2),
                                 version = version + 1
                where tenant_id = $1 and id = 241""",
            demo_book.tenant_id,
            "c.johnson@example.com",
        )
        waiting = asyncio.create_task(orders.amend(desk, caller, 241, look))
        await asyncio.sleep(0.2)
    order = await waiting

    assert seen[-1] == order.responsible == "c.johnson@example.com"


async def test_a_user_who_goes_between_look_and_write_is_an_unknown_login_then(
    demo_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    find = orders._responsible
    gone = []

    async def then_they_go(*arguments: Any) -> Any:
        found = await find(*arguments)
        if not gone:
            gone.append(found)
            await desk.pool.execute(
                "delete from users where tenant_id = $1 and email = 'c.johnson@example.com'", demo_book.tenant_id
            )
        return found

    monkeypatch.setattr(orders, "_responsible", then_they_go)
    wish = Wish(responsible_email="c.johnson@example.com", unknown_responsible="owner")
    amended = await orders.amend(desk, caller, 241, lambda _: wish)
    assert gone[0] is not None
    assert amended.responsible is None
    assert "c.johnson@example.com" in amended.leftovers
    assert wish.leftovers is UNSET


async def test_a_change_of_a_line_tells_when_and_by_whom_it_was_changed_before(demo_book: Book) -> None:
    before = await lines.show(demo_book.desk, demo_book.caller, 241, 370)
    after = await lines.amend(demo_book.desk, demo_book.caller, 241, 370, lambda _: LineWish(locked=False))

    (event,) = await demo_book.events()
    changes = json.loads(event["changes"])
    assert changes["modified_by"] == ["gregor", "tests"]
    assert [datetime.fromisoformat(each) for each in changes["modified_at"]] == [before.modified_at, after.modified_at]
    assert altered(changes) == {"line": 370, "locked": [True, False]}


async def test_a_leftover_of_a_line_that_was_null_is_told_from_one_that_was_absent(demo_book: Book) -> None:
    for wish in (LineWish(leftovers={"a": Raw(b"null")}), LineWish(leftovers={"a": Raw(b"1"), "b": Raw(b"2")})):
        await lines.amend(demo_book.desk, demo_book.caller, 241, 370, lambda _, wish=wish: wish)
    changes = json.loads((await demo_book.events())[-1]["changes"])
    assert changes["nulls"] == ["a"]
    assert (await lines.show(demo_book.desk, demo_book.caller, 241, 370)).leftovers == '{"tests": {"a": 1, "b": 2}}'


async def test_the_try_that_holds_a_connection_needs_no_second_one(
    demo_book: Book, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "TRIES_WITHOUT_LOCK", 0)
    pool = await connect(database_url, size=1)
    try:
        alone = Desk(pool)
        for wish in (LineWish(title="x"), LineWish(title="x", quantity=Decimal(1), price=Decimal(1))):
            async with asyncio.timeout(5):
                assert (await lines.enter(alone, demo_book.caller, 241, wish)).id
                with pytest.raises(OrderNotFound):
                    await lines.enter(alone, demo_book.caller, 99999999, wish)
    finally:
        await pool.close()
