"""Use-cases on orders: history, concurrent writers, retired types, deletion."""

import asyncio
import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from msgspec import UNSET, Raw
from msgspec.structs import replace
from tests.given_books import Book, altered

from orderloom.book.errors import BadInput, InUse, OrderNotFound, OrderTypeNotFound, UserNotFound
from orderloom.book.orders import Wish
from orderloom.desk import orders, types, users
from orderloom.desk.desk import Desk
from orderloom.store.pool import connect

SUPPORT = Wish(type_code="support_request", external_id="E-1", data={"subject": "Printer"})


async def test_each_change_writes_its_event_with_who_where_when_and_what(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, SUPPORT)
    await orders.amend(book.desk, book.caller, placed.code, lambda _: Wish(state="done", data={"subject": None}))

    first, second = await book.events()
    assert [first["name"], second["name"]] == ["OrderPlaced", "OrderAmended"]
    assert (first["noun_id"], first["actor"], first["face"]) == (placed.id, "tests", "tests")
    assert (first["version"], second["version"]) == (1, 2)
    assert json.loads(first["changes"])["external_id"] == [None, "E-1"]
    changes = json.loads(second["changes"])
    assert changes["state"] == ["to_execute", "done"]
    assert set(changes) == {"state", "data", "modified_at"}
    assert abs((second["at"] - datetime.now(UTC)).total_seconds()) < 60


async def test_a_refused_change_writes_no_event(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, SUPPORT)
    before = await book.counts()
    with pytest.raises(UserNotFound):
        await orders.amend(book.desk, book.caller, placed.code, lambda _: Wish(responsible_email="nobody@example.com"))
    with pytest.raises(OrderNotFound):
        await orders.amend(book.desk, book.caller, "ORD-99", lambda _: Wish(state="done"))
    assert await book.counts() == before


async def test_concurrent_writers_of_one_order_all_succeed_and_none_is_lost(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, Wish(type_code="all_kinds"))
    fields = ["aString", "aJson"]

    async def write(number: int) -> int:
        wish = Wish(process_state=str(number)) if number % 3 else Wish(data={fields[number % 2]: f'"{number}"'})
        return (await orders.amend(book.desk, book.caller, placed.code, lambda _: wish)).version

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
    assert (await orders.amend(book.desk, book.caller, placed.code, lambda _: Wish(external_id="E-1"))).version == 2


async def test_codes_count_up_from_one_in_each_tenant_and_are_not_given_again(book: Book) -> None:
    codes = [(await orders.place(book.desk, book.caller, SUPPORT)).code for _ in range(3)]
    await orders.delete(book.desk, book.caller, codes[-1])
    again = await orders.place(book.desk, book.caller, SUPPORT)
    assert codes == ["ORD-1", "ORD-2", "ORD-3"]
    assert again.code == "ORD-4"


async def test_a_type_retired_behind_the_desks_back_is_not_used(book: Book) -> None:
    other = Desk(book.desk.pool)
    placed = await orders.place(other, book.caller, SUPPORT)
    await orders.amend(other, book.caller, placed.code, lambda _: Wish(type_code="pizza_order"))
    await types.retire(book.desk, book.caller, "support_request")

    with pytest.raises(OrderTypeNotFound):
        await orders.place(other, book.caller, SUPPORT)
    with pytest.raises(OrderTypeNotFound):
        await orders.amend(other, book.caller, placed.code, lambda _: Wish(type_code="support_request"))


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
    with pytest.raises(BadInput, match="type: illegal"):
        await orders.amend(book.desk, book.caller, placed.code, lambda _: Wish(type_code="purchase_order"))


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


async def test_a_desk_with_one_connection_serves_many_at_once(book: Book, database_url: str) -> None:
    """Nobody who holds a connection asks for another: two such callers would wait for each other for ever."""
    codes = [(await orders.place(book.desk, book.caller, SUPPORT)).code for _ in range(12)]
    pool = await connect(database_url, size=1)
    try:
        desk = Desk(pool)  # it knows no types yet
        async with asyncio.timeout(20):
            await asyncio.gather(*(orders.delete(desk, book.caller, code) for code in codes[:6]))
            await asyncio.gather(
                *(
                    orders.amend(desk, book.caller, codes[-1], lambda _: Wish(type_code="pizza_order", state="done"))
                    for _ in range(12)
                )
            )
    finally:
        await pool.close()


async def test_nothing_is_refused_on_the_word_of_a_type_that_is_not_active_any_more(book: Book) -> None:
    other = Desk(book.desk.pool)
    await book.add_type("order_type: {code: claim, name: C, fields: {}}")
    first = await orders.place(other, book.caller, Wish(type_code="claim"))
    placed = await orders.place(other, book.caller, SUPPORT)
    assert first.type.version == 1
    await book.add_type("order_type: {code: claim, name: C, fields: {value: {type: number, label: V}}}")

    wish = Wish(type_code="claim", data={"value": "7"})
    assert (await orders.place(other, book.caller, wish)).data == '{"value":7}'
    third = Desk(book.desk.pool)
    third.types = other.types
    await book.add_type("order_type: {code: claim, name: C, fields: {size: {type: string, label: S}}}")
    changed = await orders.amend(
        third, book.caller, placed.code, lambda _: Wish(type_code="claim", data={"size": "XL"})
    )
    assert (changed.type.version, changed.data) == (3, '{"size":"XL"}')


async def test_custom_fields_of_an_order_have_a_limit_all_together(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, Wish(type_code="all_kinds"))
    with pytest.raises(BadInput, match="data: too_long"):
        await orders.amend(book.desk, book.caller, placed.code, lambda _: Wish(data={"aString": ["x" * 1000] * 101}))


async def test_history_tells_members_of_data_and_the_type_by_its_code(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, SUPPORT)
    await orders.amend(book.desk, book.caller, placed.code, lambda _: Wish(data={"subject": "Phone"}))
    await orders.amend(book.desk, book.caller, placed.code, lambda _: Wish(type_code="pizza_order"))

    first, second, third = (json.loads(event["changes"]) for event in await book.events())
    assert first["type"] == [None, {"code": "support_request", "version": 1}]
    assert first["data"] == {"subject": [None, "Printer"]}
    assert altered(second) == {"data": {"subject": ["Printer", "Phone"]}}
    assert third["type"][1] == {"code": "pizza_order", "version": 1}
    assert third["data"] == {"subject": ["Phone", None]}


async def test_a_change_tells_when_and_by_whom_the_order_was_changed_before(demo_book: Book) -> None:
    before = await orders.show(demo_book.desk, demo_book.caller, 241)
    first = await orders.amend(demo_book.desk, demo_book.caller, 241, lambda _: Wish(state="done"))
    second = await orders.amend(demo_book.desk, demo_book.caller, 241, lambda _: Wish())

    told = [json.loads(event["changes"]) for event in await demo_book.events()]
    assert [each["modified_by"] for each in told if "modified_by" in each] == [[before.modified_by, "tests"]]
    moments = [[datetime.fromisoformat(each) for each in changes["modified_at"]] for changes in told]
    assert moments == [[before.modified_at, first.modified_at], [first.modified_at, second.modified_at]]


async def test_history_tells_who_answers_for_an_order_by_id_too_for_e_mails_change(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, replace(SUPPORT, responsible_email="demo@example.com"))
    other = await users.show(book.desk, book.caller, "c.johnson@example.com")
    await orders.amend(book.desk, book.caller, placed.id, lambda _: Wish(responsible_email=other.email))
    await orders.amend(book.desk, book.caller, placed.id, lambda _: Wish(responsible_email=None))

    told = [json.loads(event["changes"]) for event in await book.events()]
    ids = [None, placed.responsible_id, other.id, None]
    assert [each["responsible_id"] for each in told] == [list(pair) for pair in pairwise(ids)]
    assert told[1]["responsible"] == ["demo@example.com", other.email]


async def test_history_tells_a_leftover_that_was_null_from_one_that_was_absent(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, replace(SUPPORT, leftovers={"a": Raw(b"null")}))
    wish = Wish(leftovers={"a": Raw(b"1"), "b": Raw(b"2")})
    await orders.amend(book.desk, book.caller, placed.id, lambda _: wish)

    first, second = (json.loads(event["changes"]) for event in await book.events())
    assert first["leftovers"] == {"a": [None, None]}
    assert (second["leftovers"], second["nulls"]) == ({"a": [None, 1], "b": [None, 2]}, ["a"])
    assert "nulls" not in first


async def test_the_event_of_a_deletion_names_who_answered_for_the_order(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, replace(SUPPORT, responsible_email="demo@example.com"))
    await orders.delete(book.desk, book.caller, placed.id)
    assert json.loads((await book.events())[-1]["changes"])["responsible"] == "demo@example.com"


async def test_data_near_its_limit_does_not_keep_an_order_from_being_changed(book: Book) -> None:
    """The database writes the data with more blanks than it was given."""
    wish = Wish(type_code="all_kinds", data={"aString": ["x"] * 24_000})
    placed = await orders.place(book.desk, book.caller, wish)
    changed = await orders.amend(book.desk, book.caller, placed.code, lambda _: Wish(state="done"))
    assert changed.state == "done"
    smaller = await orders.amend(book.desk, book.caller, placed.code, lambda _: Wish(data={"aNumber": 1}))
    assert '"aNumber":1' in smaller.data.replace(" ", "")


async def test_a_new_type_tells_only_members_that_differ_and_keeps_what_was_given(book: Book) -> None:
    placed = await orders.place(book.desk, book.caller, Wish(type_code="support_request", data={"resolution": "ok"}))
    wish = Wish(type_code="vacation_request", data={"resolution": "ok"})
    changed = await orders.amend(book.desk, book.caller, placed.code, lambda _: wish)
    assert json.loads(changed.data) == {"resolution": "ok"}
    assert json.loads((await orders.show(book.desk, book.caller, placed.code)).data) == {"resolution": "ok"}
    assert "data" not in json.loads((await book.events())[-1]["changes"])
