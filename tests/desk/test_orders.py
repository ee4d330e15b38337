"""Use-cases on orders: history, concurrent writers, retired types, deletion."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from msgspec import UNSET
from tests.given_books import Book

from orderloom.book.errors import IllegalMove, InUse, OrderNotFound, OrderTypeNotFound, UserNotFound
from orderloom.book.orders import Wish
from orderloom.desk import orders, types
from orderloom.desk.desk import Desk

SUPPORT = Wish(type_code="support_request", external_id="E-1", data={"subject": "Printer"})


async def test_each_change_writes_its_event_with_who_where_when_and_what(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, SUPPORT)
    await orders.amend(book.desk, book.caller, placed.code, Wish(state="done", data={"subject": None}))

    first, second = await book.events()
    assert [first["name"], second["name"]] == ["OrderPlaced", "OrderAmended"]
    assert (first["noun_id"], first["actor"], first["face"]) == (placed.id, "tests", "tests")
    assert (first["version"], second["version"]) == (1, 2)
    assert json.loads(first["changes"])["external_id"] == [None, "E-1"]
    changes = json.loads(second["changes"])
    assert changes["state"] == ["to_execute", "done"]
    assert set(changes) == {"state", "data"}
    assert abs((second["at"] - datetime.now(UTC)).total_seconds()) < 60


async def test_a_refused_change_writes_no_event(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, SUPPORT)
    before = await book.counts()
    with pytest.raises(UserNotFound):
        await orders.amend(book.desk, book.caller, placed.code, Wish(responsible_email="nobody@example.com"))
    with pytest.raises(OrderNotFound):
        await orders.amend(book.desk, book.caller, "ORD-99", Wish(state="done"))
    assert await book.counts() == before


async def test_concurrent_writers_of_one_order_all_succeed_and_none_is_lost(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, Wish(type_code="all_kinds"))
    fields = ["aString", "aJson"]

    async def write(number: int) -> int:
        wish = Wish(process_state=str(number)) if number % 3 else Wish(data={fields[number % 2]: f'"{number}"'})
        return (await orders.amend(book.desk, book.caller, placed.code, wish)).version

    versions = await asyncio.gather(*(write(number) for number in range(40)))

    assert sorted(versions) == list(range(2, 42))
    events = await book.events()
    assert [event["version"] for event in events] == list(range(1, 42))
    # Each event continues where the one before it ended, so no change was made from a stale reading.
    state = None
    for event in events:
        change = json.loads(event["changes"]).get("process_state")
        if change:
            assert change[0] == state
            state = change[1]


async def test_a_write_that_alters_nothing_still_raises_the_version(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, SUPPORT)
    assert (await orders.amend(book.desk, book.caller, placed.code, Wish(external_id="E-1"))).version == 2


async def test_codes_count_up_from_one_in_each_tenant_and_are_not_given_again(book: Book) -> None:
    codes = [(await orders.place(book.desk, book.caller, SUPPORT)).code for _ in range(3)]
    await orders.delete(book.desk, book.caller, codes[-1])
    again = await orders.place(book.desk, book.caller, SUPPORT)
    assert codes == ["ORD-1", "ORD-2", "ORD-3"]
    assert again.code == "ORD-4"


async def test_a_type_retired_behind_the_desks_back_is_not_used(book: Book) -> None:
    other = Desk(book.desk.pool)
    placed = await orders.place(other, book.caller, SUPPORT)
    await orders.amend(other, book.caller, placed.code, Wish(type_code="pizza_order"))
    await types.retire(book.desk, book.caller, "support_request")

    with pytest.raises(OrderTypeNotFound):
        await orders.place(other, book.caller, SUPPORT)
    with pytest.raises(OrderTypeNotFound):
        await orders.amend(other, book.caller, placed.code, Wish(type_code="support_request"))


async def test_a_new_version_made_behind_the_desks_back_is_used_for_new_orders(book: Book) -> None:
    other = Desk(book.desk.pool)
    old = await orders.place(other, book.caller, SUPPORT)
    await book.add_type("order_type: {code: support_request, name: S, fields: {only: {type: string, label: Only}}}")
    new = await orders.place(other, book.caller, Wish(type_code="support_request", data={"only": "x"}))
    assert [old.type.version, new.type.version] == [1, 2]
    shown = await orders.show(other, book.caller, old.code)
    assert shown.type.version == 1
    assert json.loads(shown.data) == {"subject": "Printer"}


async def test_an_order_does_not_leave_its_kind(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, SUPPORT)
    with pytest.raises(IllegalMove):
        await orders.amend(book.desk, book.caller, placed.code, Wish(type_code="purchase_order"))


async def test_an_order_with_an_open_receipt_is_kept_and_goes_when_it_is_closed(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, SUPPORT)
    await book.desk.pool.execute(
        """insert into receipts (tenant_id, order_id, reference, created_at) values ($1, $2, 'R', now())""",
        book.tenant_id,
        placed.id,
    )
    with pytest.raises(InUse):
        await orders.delete(book.desk, book.caller, placed.code)
    assert (await orders.show(book.desk, book.caller, placed.code)).id == placed.id

    await book.desk.pool.execute("update receipts set status = 'closed' where tenant_id = $1", book.tenant_id)
    await orders.delete(book.desk, book.caller, placed.code)
    with pytest.raises(OrderNotFound):
        await orders.show(book.desk, book.caller, placed.code)


async def test_the_event_of_a_deletion_keeps_the_whole_order(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, SUPPORT)
    await book.desk.pool.execute(
        """insert into lines (tenant_id, order_id, position, title, created_at, created_by, modified_at, modified_by)
           values ($1, $2, 0, 'Žitná mouka', now(), 'a', now(), 'a')""",
        book.tenant_id,
        placed.id,
    )
    await orders.delete(book.desk, book.caller, placed.code)

    kept = json.loads((await book.events())[-1]["changes"])
    assert kept["order"]["code"] == placed.code
    assert kept["order"]["data"] == {"subject": "Printer"}
    assert kept["lines"][0]["title"] == "Žitná mouka"


async def test_two_deletions_at_once_are_one_deletion(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, SUPPORT)
    outcomes = await asyncio.gather(
        *(orders.delete(book.desk, book.caller, placed.code) for _ in range(5)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType"] + ["OrderNotFound"] * 4
    assert [event["name"] for event in await book.events()] == ["OrderPlaced", "OrderDeleted"]


async def test_a_wish_without_a_type_is_no_order(book: Book) -> None:
    assert Wish().type_code is UNSET
    with pytest.raises(Exception, match="blank"):
        await orders.place(book.desk, book.caller, Wish())
