"""History at the desk: what orders were, who made them so, and how they come back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec import UNSET, Raw
from tests.desk.watching import Watch, rows_of, told, whole
from tests.given_books import Book, new_tenant

from orderloom.book import users as book_users
from orderloom.book.costed import CostedWish
from orderloom.book.costing import CostWish
from orderloom.book.errors import BadInput, IllegalMove, OrderNotFound, StaleOrder, StateNotFound, TooCostly
from orderloom.book.events import Author
from orderloom.book.items import StockItem
from orderloom.book.lines import LineWish
from orderloom.book.orders import Wish
from orderloom.book.provenance import Origin
from orderloom.book.purchase_wishes import GoodsWish, PurchaseWish, Reference
from orderloom.book.records import Wanted, Whole
from orderloom.book.states import State
from orderloom.book.whole_orders import OrderWish
from orderloom.desk import (
    costed,
    history,
    items,
    lines,
    orders,
    purchases,
    receipts,
    records,
    references,
    types,
    users,
    whole_orders,
)
from orderloom.desk.caller import Caller
from orderloom.desk.costed import Asked
from orderloom.store import restoring

GENERAL = 241  # of the demo book: with lines, without an event
PURCHASE = 10008376  # of customer 1, whose items are 1 and 2; with a line, a claim and an open receipt
REAL = 10008229  # with costs, and at version 16
ANN = Author("ann", "face one")
BEN = Author("ben", "face two")


def by(book: Book, author: Author) -> Caller:
    """This author as a caller."""
    return book.caller._replace(author=author)


async def state(book: Book, order_id: int, version: int | None = None) -> State:
    return await history.state(book.desk, book.caller, order_id, version=version)


async def placed(book: Book, *goods: GoodsWish, **head: Any) -> int:
    """The id of a new purchase of customer 1 with these lines."""
    wish = PurchaseWish(head=Wish(**{"number": "PO-1", **head}), customer=Reference("id", 1, "customer"), goods=goods)
    return (await purchases.place(book.desk, book.caller, wish)).id


def goods(line_id: int | None = None, sku: str = "SKU-1", **wish: Any) -> GoodsWish:
    return GoodsWish(id=line_id, item=Reference("sku", sku, "item"), wish=LineWish(**({"quantity": Decimal(1)} | wish)))


async def amended(book: Book, order_id: int, author: Author = ANN, **wish: Any) -> None:
    await orders.amend(book.desk, by(book, author), order_id, lambda _: Wish(**wish))


async def rich(book: Book) -> int:
    """The id of a purchase with everything that an order can have."""
    order_id = await placed(
        book,
        goods(price=Decimal("4.25"), notes="Žitná", expected_at=datetime(2025, 3, 1, 9, tzinfo=UTC)),
        goods(sku="SKU-2", quantity=Decimal("2.50"), external_id="x"),
        required_on=date.max,
        issued_at=datetime(2025, 3, 1, 9, 30, 0, 7, tzinfo=UTC),
        notes="ß",
        price_total=Decimal("10.50"),
    )
    kept = {"n": Raw(b"null"), "d": Raw(b"1.50"), "o": Raw('{"É": ["É"]}'.encode())}
    await amended(
        book,
        order_id,
        responsible_email="c.johnson@example.com",
        case_id=7,
        leftovers=kept | {"t": Raw('"ß"'.encode())},
    )
    await lines.enter(book.desk, by(book, BEN), order_id, LineWish(title="Ž", leftovers=kept, locked=True))
    change = CostedWish(cost=CostWish(charge=Decimal(7), currency="1/EUR"))
    await costed.amend_all(book.desk, by(book, BEN), [Asked(order_id, lambda _: change)])
    receipt = await receipts.begin(book.desk, book.caller, order_id, "R-1", 1)
    await receipts.end(book.desk, book.caller, receipt.id)
    await book.desk.pool.execute(
        "insert into external_ids (tenant_id, kind, source, their_id, our_id) values ($1, 'order', 'erp', 'E-1', $2)",
        book.tenant_id,
        order_id,
    )
    return order_id


def faults(refused: pytest.ExceptionInfo[BadInput]) -> list[tuple[str, str, object, int | None]]:
    return [(fault.field, fault.reason, fault.value, fault.line) for fault in refused.value.faults]


# Reading


async def test_events_are_paged_from_the_newest_on(demo_book: Book) -> None:
    for number in range(7):
        await amended(demo_book, GENERAL, title=str(number))
    await orders.delete(demo_book.desk, demo_book.caller, GENERAL)

    async def versions(**page: Any) -> list[int]:
        found = (await history.events(demo_book.desk, demo_book.caller, GENERAL, **page)).records
        return [entry.version for entry in found]

    every = (await history.events(demo_book.desk, demo_book.caller, GENERAL, limit=50)).records
    assert [entry.version for entry in every] == [8, 8, 7, 6, 5, 4, 3, 2]
    assert [every[0].name, every[1].name] == ["OrderDeleted", "OrderAmended"]
    assert (every[1].actor, every[1].face) == ("ann", "face one")
    assert await versions(limit=2) == [8, 8]
    assert await versions(limit=2, before=every[1].id) == [7, 6]
    assert await versions(limit=3, before=every[-1].id) == await versions(limit=3, before=0) == []
    assert await versions(limit=3, before=2**70) == [8, 8, 7]
    assert await versions(limit=3, before=-(2**70)) == []


async def test_an_order_that_came_without_an_event_has_none_and_is_there_all_the_same(demo_book: Book) -> None:
    assert (await history.events(demo_book.desk, demo_book.caller, GENERAL, limit=5)).records == []
    assert told(await state(demo_book, GENERAL)) == await whole(demo_book, GENERAL)
    assert told(await state(demo_book, REAL, 16)) == await whole(demo_book, REAL)
    for version in (0, 15, 17):
        with pytest.raises(StateNotFound):
            await state(demo_book, REAL, version)


EVERYTHING: tuple[Callable[[Book, int], Awaitable[object]], ...] = (
    lambda book, key: history.events(book.desk, book.caller, key, limit=5),
    lambda book, key: history.state(book.desk, book.caller, key),
    lambda book, key: history.state(book.desk, book.caller, key, version=1),
    lambda book, key: history.provenance(book.desk, book.caller, key),
    lambda book, key: history.restore(book.desk, book.caller, key),
    lambda book, key: history.restore(book.desk, book.caller, key, version=1),
)


@pytest.mark.parametrize("ask", EVERYTHING)
async def test_a_strangers_order_is_not_there(book: Book, demo_book: Book, ask: Any) -> None:
    kept = (await orders.place(demo_book.desk, demo_book.caller, Wish(type_code="purchase_order"))).id
    gone = (await orders.place(demo_book.desk, demo_book.caller, Wish(type_code="purchase_order"))).id
    await orders.delete(demo_book.desk, demo_book.caller, gone)
    before = await book.counts()
    for key in (kept, gone, 99999999, 0, -1, 2**63, -(2**70)):
        with pytest.raises(OrderNotFound):
            await ask(book, key)
    assert await book.counts() == before


async def test_a_neighbours_order_of_the_same_id_is_another(demo_book: Book) -> None:
    caller, _ = await new_tenant(demo_book.desk, whole=True)
    neighbour = Book(demo_book.desk, caller)
    await amended(neighbour, GENERAL, title="theirs")
    await amended(demo_book, GENERAL, title="ours")
    await orders.delete(neighbour.desk, neighbour.caller, GENERAL)

    assert len((await history.events(demo_book.desk, demo_book.caller, GENERAL, limit=9)).records) == 1
    assert (await state(demo_book, GENERAL)).title == "ours"
    assert (await state(neighbour, GENERAL)).title == "theirs"
    with pytest.raises(IllegalMove):
        await history.restore(demo_book.desk, demo_book.caller, GENERAL)
    await history.restore(neighbour.desk, neighbour.caller, GENERAL)
    assert (await whole(demo_book, GENERAL))["version"] == 2


async def test_the_order_at_a_moment_is_what_it_was_then(demo_book: Book) -> None:
    order_id = await placed(demo_book)
    first = await whole(demo_book, order_id)
    await amended(demo_book, order_id, title="a")
    second = await whole(demo_book, order_id)
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    (deleted, *_) = (await history.events(demo_book.desk, demo_book.caller, order_id, limit=1)).records
    await history.restore(demo_book.desk, demo_book.caller, order_id)
    third = await whole(demo_book, order_id)

    async def at(moment: datetime) -> Any:
        return told(await history.state(demo_book.desk, demo_book.caller, order_id, at=moment))

    instant = timedelta(microseconds=1)
    assert await at(first["modified_at"]) == await at(second["modified_at"] - instant) == first
    assert await at(second["modified_at"]) == await at(deleted.at - instant) == second
    assert await at(third["modified_at"]) == await at(datetime.now(UTC) + timedelta(days=1)) == third
    for moment in (first["created_at"] - instant, deleted.at, third["modified_at"] - instant):
        with pytest.raises(StateNotFound):
            await at(moment)


async def test_a_state_tells_what_the_items_of_its_lines_are_called(demo_book: Book) -> None:
    order_id = await placed(demo_book, goods(), goods(sku="SKU-2"))
    await purchases.amend(demo_book.desk, demo_book.caller, order_id, lambda _: PurchaseWish())
    assert [line.sku for line in (await state(demo_book, order_id, 1)).lines] == ["SKU-1", "SKU-2"]


async def test_a_state_names_who_answered_for_the_order_by_the_e_mail_of_those_days(demo_book: Book) -> None:
    order_id = await placed(demo_book)
    await amended(demo_book, order_id, responsible_email="c.johnson@example.com")
    await amended(demo_book, order_id, responsible_email=None)
    await users.change(
        demo_book.desk, demo_book.caller, "c.johnson@example.com", lambda _: book_users.Profile(email="new@example.com")
    )
    assert (await state(demo_book, order_id, 2)).responsible == "c.johnson@example.com"
    restored = await history.restore(demo_book.desk, demo_book.caller, order_id, version=2)
    assert restored.responsible == (await whole(demo_book, order_id))["responsible"] == "new@example.com"


async def test_history_is_read_page_by_page_up_to_a_bound(demo_book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(demo_book)
    for number in range(12):
        await amended(demo_book, GENERAL, title=str(number), notes="n" if number else None)
        await watch.look()
    monkeypatch.setattr(history, "PAGE", 3)
    for version in range(2, 14):
        assert told(await state(demo_book, GENERAL, version)) == watch.seen[GENERAL, version]
    assert (await history.provenance(demo_book.desk, demo_book.caller, GENERAL)).fields["notes"].version == 3

    monkeypatch.setattr(history, "MAX_EVENTS", 6)
    assert (await state(demo_book, GENERAL, 8)).version == 8
    for ask in (
        history.state(demo_book.desk, demo_book.caller, GENERAL, version=2),
        history.state(demo_book.desk, demo_book.caller, GENERAL, at=datetime(2020, 1, 1, tzinfo=UTC)),
        history.provenance(demo_book.desk, demo_book.caller, GENERAL),
        history.restore(demo_book.desk, demo_book.caller, GENERAL, version=2),
    ):
        with pytest.raises(TooCostly):
            await ask


async def test_each_field_is_of_whoever_changed_it_last_and_else_of_whoever_entered_the_order(demo_book: Book) -> None:
    await amended(demo_book, GENERAL, title="a", notes="n", leftovers={"x": Raw(b"1")})
    await amended(demo_book, GENERAL, BEN, title="b")
    await lines.amend(demo_book.desk, by(demo_book, ANN), GENERAL, 370, lambda _: LineWish(price=Decimal(3)))

    found = await history.provenance(demo_book.desk, demo_book.caller, GENERAL)
    events = (await history.events(demo_book.desk, demo_book.caller, GENERAL, limit=9)).records
    third, second, first = (Origin(each.id, each.version, each.at, each.actor, each.face) for each in events)
    began = datetime(2016, 5, 17, 10, 52, 48, tzinfo=UTC)
    entered = Origin(None, None, began, "demo", None)
    assert found.fields == {
        "type": entered,
        "state": entered,
        "archived": entered,
        "title": second,
        "notes": first,
        "customer_id": entered,
        "price_total": entered,
        "price_currency": entered,
    }
    assert found.leftovers == {"face one": {"x": first}}
    of_line = Origin(None, None, began - timedelta(days=1), "gregor", None)
    fields = ("position", "title", "quantity", "unit", "locked")
    assert found.lines[370].fields == dict.fromkeys(fields, of_line) | {"price": third}
    assert (found.data, found.costing) == ({}, {})


async def test_the_origins_of_a_deleted_order_can_be_read(demo_book: Book) -> None:
    order_id = await rich(demo_book)
    before = await history.provenance(demo_book.desk, demo_book.caller, order_id)
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    assert await history.provenance(demo_book.desk, demo_book.caller, order_id) == before
    assert before.costing["charge"].actor == "ben"
    assert before.fields["notes"].actor == "tests"


# Bringing back what was deleted


async def test_a_deleted_order_comes_back_with_every_row_that_it_had(demo_book: Book) -> None:
    order_id = await rich(demo_book)
    before = await rows_of(demo_book, order_id)
    assert {table: len(rows) for table, rows in before.items()} == {
        "orders": 1,
        "lines": 3,
        "costings": 1,
        "receipts": 1,
        "number_claims": 1,
        "external_ids": 1,
    }
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    assert not any((await rows_of(demo_book, order_id)).values())

    restored = await history.restore(demo_book.desk, by(demo_book, ANN), order_id)

    after = await rows_of(demo_book, order_id)
    ((old,), (new,)) = before.pop("orders"), after.pop("orders")
    assert after == before
    assert {column for column in new if new[column] != old[column]} == {"version", "modified_at", "modified_by"}
    assert (new["version"], new["modified_by"]) == (old["version"] + 1, "ann")
    assert told(restored) == await whole(demo_book, order_id)
    (event, *_) = (await history.events(demo_book.desk, demo_book.caller, order_id, limit=1)).records
    assert (event.name, event.version, event.actor, event.face) == ("OrderRestored", new["version"], "ann", "face one")
    assert set(json.loads(event.changes)) == {"modified_at", "modified_by"}


async def test_an_order_goes_and_comes_back_as_often_as_somebody_wants(demo_book: Book) -> None:
    order_id = await rich(demo_book)
    watch = Watch(demo_book)
    for number in range(3):
        await watch.look()
        await orders.delete(demo_book.desk, demo_book.caller, order_id)
        await history.restore(demo_book.desk, demo_book.caller, order_id)
        await amended(demo_book, order_id, title=str(number))
    await watch.look()
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    for (key, version), seen in watch.seen.items():
        assert told(await state(demo_book, key, version)) == seen


async def test_an_order_comes_back_after_it_was_deleted_although_the_clock_was_set_back_meanwhile(
    demo_book: Book,
) -> None:
    await orders.delete(demo_book.desk, demo_book.caller, GENERAL)
    ahead = "update events set at = at + interval '5 hours' where tenant_id = $1 and noun_id = $2"
    await demo_book.desk.pool.execute(ahead, demo_book.tenant_id, GENERAL)
    restored = await history.restore(demo_book.desk, demo_book.caller, GENERAL)
    deleted_at, restored_at = [event["at"] for event in await demo_book.events()][-2:]
    assert restored_at == restored.modified_at > deleted_at


async def test_a_demo_order_without_any_event_comes_back_too(demo_book: Book) -> None:
    before = await rows_of(demo_book, GENERAL)
    await orders.delete(demo_book.desk, demo_book.caller, GENERAL)
    await history.restore(demo_book.desk, demo_book.caller, GENERAL)
    after = await rows_of(demo_book, GENERAL)
    assert after["lines"] == before["lines"]
    assert after["orders"][0]["version"] == 2


async def test_an_order_that_is_there_is_not_restored_without_saying_to_what(demo_book: Book) -> None:
    before = await rows_of(demo_book, GENERAL)
    with pytest.raises(IllegalMove):
        await history.restore(demo_book.desk, demo_book.caller, GENERAL)
    assert await rows_of(demo_book, GENERAL) == before
    assert await demo_book.events() == []


async def test_a_deleted_order_comes_back_in_an_earlier_state_if_that_is_asked_for(demo_book: Book) -> None:
    order_id = await rich(demo_book)
    kept = await rows_of(demo_book, order_id)
    first = told(await state(demo_book, order_id, 1))
    await orders.delete(demo_book.desk, demo_book.caller, order_id)

    await history.restore(demo_book.desk, by(demo_book, BEN), order_id, version=1)

    after = await whole(demo_book, order_id)
    assert substance(after) == substance(first)
    assert after["version"] == 5
    rows = await rows_of(demo_book, order_id)
    for table in ("receipts", "number_claims", "external_ids"):
        assert rows[table] == kept[table]
    (event, *_) = (await history.events(demo_book.desk, demo_book.caller, order_id, limit=1)).records
    assert json.loads(event.changes)["case_id"] == [7, None]


STAMPS = {"version", "modified_at", "modified_by"}


def substance(whole: Any) -> Any:
    """An order without what every change moves."""
    own = {column: value for column, value in whole.items() if column not in STAMPS}
    return own | {"lines": [{c: v for c, v in line.items() if c not in STAMPS} for line in own["lines"]]}


async def test_an_order_whose_responsible_user_is_gone_is_not_restored(demo_book: Book) -> None:
    order_id = await rich(demo_book)
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    await users.delete(demo_book.desk, demo_book.caller, "c.johnson@example.com")
    before = await demo_book.counts()

    with pytest.raises(BadInput) as refused:
        await history.restore(demo_book.desk, demo_book.caller, order_id)
    assert faults(refused) == [("responsible", "unknown", "c.johnson@example.com", None)]
    assert await demo_book.counts() == before
    # Before anybody answered for it, nobody has to be there.
    assert (await history.restore(demo_book.desk, demo_book.caller, order_id, version=1)).responsible is None


async def test_everything_that_is_gone_is_told_at_once_and_by_its_field(demo_book: Book) -> None:
    facility = await demo_book.add_facility("Gone")
    item = await demo_book.add_item(1, "GONE")
    case = await demo_book.add_case("GONE", "x")
    contact = await demo_book.add_contact("GONE", "x")
    order_id = (
        await orders.place(demo_book.desk, demo_book.caller, Wish(type_code="purchase_order", customer_id=1))
    ).id
    wish = OrderWish(
        head=Wish(case_id=case, supplier_id=contact),
        goods=[GoodsWish(), GoodsWish(item=Reference("id", item, "i"), facility=Reference("id", facility, "f"))],
    )
    await whole_orders.amend(demo_book.desk, demo_book.caller, order_id, lambda _: wish)
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    for table, key in (("facilities", facility), ("items", item), ("cases", case), ("contacts", contact)):
        await demo_book.desk.pool.execute(
            f"delete from {table} where tenant_id = $1 and id = $2",  # noqa: S608 - four names
            demo_book.tenant_id,
            key,
        )

    with pytest.raises(BadInput) as refused:
        await history.restore(demo_book.desk, demo_book.caller, order_id)
    assert faults(refused) == [
        ("supplier_id", "unknown", contact, None),
        ("case_id", "unknown", case, None),
        ("item_id", "unknown", item, 1),
        ("facility_id", "unknown", facility, 1),
    ]


async def requalified(book: Book, item_id: int, *names: str) -> None:
    """Let these be the qualifiers of the item."""

    def change(before: Whole[StockItem]) -> Wanted[StockItem]:
        return Wanted(StockItem(customer_id=1, sku=before.record.sku, qualifiers=names), {})

    await records.amend(book.desk, book.caller, items.KIND, item_id, change)


async def coloured(book: Book, *qualifiers: str) -> tuple[int, int]:
    """The ids of an item in two colours, and of an order of it with a line of each of these qualifiers."""
    item = await book.add_item(1, "TEA", ("", "Blue", "Žlutý"))
    each = [GoodsWish(item=Reference("id", item, "i"), wish=LineWish(qualifier=name)) for name in qualifiers]
    wish = OrderWish(head=Wish(type_code="purchase_order", customer_id=1), goods=each)
    return item, (await whole_orders.place(book.desk, book.caller, wish)).order.id


async def test_a_line_does_not_come_back_with_a_qualifier_that_its_item_has_no_more(demo_book: Book) -> None:
    item, order_id = await coloured(demo_book, "", "Blue", "Žlutý")
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    await requalified(demo_book, item, "BLUE")
    before = await demo_book.counts()

    with pytest.raises(BadInput) as refused:
        await history.restore(demo_book.desk, demo_book.caller, order_id)
    assert faults(refused) == [("qualifier", "unknown", "", 0), ("qualifier", "unknown", "Žlutý", 2)]
    assert await demo_book.counts() == before

    await requalified(demo_book, item, "", "blue", "žLUTÝ")
    restored = await history.restore(demo_book.desk, demo_book.caller, order_id)
    assert [line.qualifier for line in restored.lines] == ["", "Blue", "Žlutý"]


async def test_an_order_is_not_changed_back_to_a_qualifier_that_its_item_has_no_more(demo_book: Book) -> None:
    item, order_id = await coloured(demo_book, "", "Blue")
    first, second = (line["id"] for line in (await whole(demo_book, order_id))["lines"])
    again = Reference("id", item, "i")
    wish = OrderWish(
        head=Wish(title="new"),
        goods=[GoodsWish(id=first), GoodsWish(id=second, item=again, wish=LineWish(qualifier=""))],
    )
    await whole_orders.amend(demo_book.desk, demo_book.caller, order_id, lambda _: wish)
    await requalified(demo_book, item, "")
    before = await whole(demo_book, order_id)

    with pytest.raises(BadInput) as refused:
        await history.restore(demo_book.desk, demo_book.caller, order_id, version=1)
    assert faults(refused) == [("qualifier", "unknown", "Blue", 1)]
    assert await whole(demo_book, order_id) == before


async def test_what_a_face_that_knows_no_qualifiers_has_made_of_a_line_is_not_gone(demo_book: Book) -> None:
    _, order_id = await coloured(demo_book, "Blue")
    (line_id,) = (line["id"] for line in (await whole(demo_book, order_id))["lines"])
    red = await demo_book.add_item(1, "RED", ("Red",))
    await lines.amend(demo_book.desk, demo_book.caller, order_id, line_id, lambda _: LineWish(item_id=red))
    await lines.enter(demo_book.desk, demo_book.caller, order_id, LineWish(item_id=red))
    before = (await whole(demo_book, order_id))["lines"]
    assert [(line["item_id"], line["qualifier"]) for line in before] == [(red, "Blue"), (red, None)]
    await amended(demo_book, order_id, title="new")

    assert (await history.restore(demo_book.desk, demo_book.caller, order_id, version=3)).title is None
    assert (await whole(demo_book, order_id))["lines"] == before


@pytest.mark.parametrize("deleted", [True, False])
async def test_no_qualifier_is_taken_from_an_item_that_a_line_is_coming_back_with(
    demo_book: Book, monkeypatch: pytest.MonkeyPatch, deleted: bool
) -> None:
    item, order_id = await coloured(demo_book, "Blue")
    if deleted:
        await orders.delete(demo_book.desk, demo_book.caller, order_id)
    else:
        wish = OrderWish(goods=[])
        await whole_orders.amend(demo_book.desk, demo_book.caller, order_id, lambda _: wish)
    look, taking = references.of_today, []

    async def then_it_is_to_be_taken(*arguments: Any) -> Any:
        found = await look(*arguments)
        taking.append(asyncio.create_task(requalified(demo_book, item, "")))
        done, _ = await asyncio.wait(taking, timeout=0.2)
        assert not done
        return found

    monkeypatch.setattr(references, "of_today", then_it_is_to_be_taken)
    restored = await history.restore(demo_book.desk, demo_book.caller, order_id, version=1)

    assert [line.qualifier for line in restored.lines] == ["Blue"]
    with pytest.raises(BadInput, match="qualifiers: illegal"):
        await taking[0]


async def test_a_receipt_comes_back_without_the_facility_and_customer_that_are_gone(demo_book: Book) -> None:
    facility, kept = await demo_book.add_facility("Gone"), await demo_book.add_facility("Kept")
    customer = await demo_book.add_customer("Gone")
    wish = Wish(type_code="purchase_order", customer_id=customer)
    order_id = (await orders.place(demo_book.desk, demo_book.caller, wish)).id
    for reference, place in (("A", facility), ("B", None), ("C", kept)):
        receipt = await receipts.begin(demo_book.desk, demo_book.caller, order_id, reference, place)
        await receipts.end(demo_book.desk, demo_book.caller, receipt.id)
    await amended(demo_book, order_id, customer_id=None)
    before = (await rows_of(demo_book, order_id))["receipts"]
    assert [receipt["customer_id"] for receipt in before] == [customer] * 3
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    for table, key in (("facilities", facility), ("customers", customer)):
        await demo_book.desk.pool.execute(
            f"delete from {table} where tenant_id = $1 and id = $2",  # noqa: S608 - two names
            demo_book.tenant_id,
            key,
        )

    earlier = await demo_book.events("receipt")
    restored = await history.restore(demo_book.desk, by(demo_book, BEN), order_id)

    after = (await rows_of(demo_book, order_id))["receipts"]
    assert [(receipt["facility_id"], receipt["customer_id"]) for receipt in after] == [
        (None, None),
        (None, None),
        (kept, None),
    ]
    place = dict.fromkeys(("facility_id", "customer_id"))
    assert [receipt | place for receipt in after] == [receipt | place for receipt in before]
    events = (await demo_book.events("receipt"))[len(earlier) :]
    assert [(event["noun_id"], json.loads(event["changes"])) for event in events] == [
        (after[0]["id"], {"customer_id": [customer, None], "facility_id": [facility, None]}),
        (after[1]["id"], {"customer_id": [customer, None]}),
        (after[2]["id"], {"customer_id": [customer, None]}),
    ]
    for event in events:
        assert (event["name"], event["actor"], event["face"]) == ("ReceiptAmended", *BEN)
        assert (event["at"], event["version"]) == (restored.modified_at, None)


async def test_a_supply_type_that_is_gone_is_told(demo_book: Book) -> None:
    await costed.delete_all(demo_book.desk, demo_book.caller, [costed.Deletion(REAL, lambda _: None)])
    await demo_book.desk.pool.execute("delete from costings where tenant_id = $1", demo_book.tenant_id)
    await demo_book.desk.pool.execute("delete from supply_types where tenant_id = $1", demo_book.tenant_id)
    with pytest.raises(BadInput) as refused:
        await history.restore(demo_book.desk, demo_book.caller, REAL)
    assert faults(refused) == [("supply_type", "unknown", "1/ENG", None)]


async def test_an_order_of_a_retired_type_comes_back(book: Book) -> None:
    order_id = (await orders.place(book.desk, book.caller, Wish(type_code="support_request", data={"subject": "x"}))).id
    await orders.amend(book.desk, book.caller, order_id, lambda _: Wish(type_code="pizza_order"))
    await types.retire(book.desk, book.caller, "pizza_order")
    await types.retire(book.desk, book.caller, "support_request")
    await orders.delete(book.desk, book.caller, order_id)

    assert (await history.restore(book.desk, book.caller, order_id)).type.code == "pizza_order"
    restored = await history.restore(book.desk, book.caller, order_id, version=1)
    assert (restored.type.code, restored.data) == ("support_request", {"subject": Raw(b'"x"')})
    assert (await orders.show(book.desk, book.caller, order_id)).type.code == "support_request"


async def test_an_order_whose_type_is_not_there_in_that_version_is_not_restored(book: Book) -> None:
    order_id = (await orders.place(book.desk, book.caller, Wish(type_code="support_request", data={"subject": "x"}))).id
    await orders.amend(book.desk, book.caller, order_id, lambda _: Wish(type_code="pizza_order"))
    await book.desk.pool.execute(
        "delete from order_types where tenant_id = $1 and code = 'support_request'", book.tenant_id
    )
    before = await rows_of(book, order_id)

    with pytest.raises(BadInput) as refused:
        await history.restore(book.desk, book.caller, order_id, version=1)
    assert faults(refused) == [("type", "unknown", "support_request", None)]
    assert await rows_of(book, order_id) == before


async def test_a_number_is_claimed_again_where_nobody_has_claimed_it_meanwhile(demo_book: Book) -> None:
    first, second = await placed(demo_book, number="PO-A"), await placed(demo_book, number="PO-B")
    for order_id in (first, second):
        await orders.delete(demo_book.desk, demo_book.caller, order_id)
    other = await placed(demo_book, number="po-b")

    for order_id in (first, second):
        await history.restore(demo_book.desk, demo_book.caller, order_id)

    claims = await demo_book.desk.pool.fetch(
        "select number_folded, order_id from number_claims where tenant_id = $1 and number_folded <> 'po-locked'",
        demo_book.tenant_id,
    )
    assert {row[0]: row[1] for row in claims} == {"po-a": first, "po-b": other}
    assert (await whole(demo_book, second))["number"] == "PO-B"
    with pytest.raises(BadInput, match="number: taken"):
        await placed(demo_book, number="po-a")


async def test_what_others_call_an_order_comes_back_unless_it_is_another_ones_by_now(demo_book: Book) -> None:
    order_id = await rich(demo_book)
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    await demo_book.desk.pool.execute(
        "insert into external_ids (tenant_id, kind, source, their_id, our_id) values ($1, 'order', 'erp', 'E-1', 241)",
        demo_book.tenant_id,
    )
    restored = await history.restore(demo_book.desk, demo_book.caller, order_id)
    assert restored.external_ids == {}
    assert (await rows_of(demo_book, order_id))["external_ids"] == []
    assert (await state(demo_book, order_id, restored.version - 1)).external_ids == {"erp": "E-1"}
    assert len((await rows_of(demo_book, GENERAL))["external_ids"]) == 1


async def test_what_others_call_an_order_is_restored_like_everything_else(demo_book: Book) -> None:
    order_id = await placed(demo_book)
    watch = Watch(demo_book)
    for names in ({"erp": "1", "shop": "1"}, {"erp": "2", "shop": None}, {"crm": "3"}):
        wish = OrderWish(external_ids=names, goods=UNSET)
        await whole_orders.amend(demo_book.desk, by(demo_book, ANN), order_id, lambda _, wish=wish: wish)
        await watch.look()
    await history.restore(demo_book.desk, by(demo_book, BEN), order_id, version=2)
    await watch.look()
    assert (await whole(demo_book, order_id))["external_ids"] == {"erp": "1", "shop": "1"}
    found = await history.provenance(demo_book.desk, demo_book.caller, order_id)
    assert {source: origin.actor for source, origin in found.external_ids.items()} == {"erp": "ben", "shop": "ben"}
    for (key, version), seen in watch.seen.items():
        assert told(await state(demo_book, key, version)) == seen


async def test_a_name_that_is_given_to_another_order_while_one_is_restored_stays_there(
    demo_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = await rich(demo_book)
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    look, taken = references.of_today, []

    async def then_it_is_taken(*arguments: Any) -> Any:
        found = await look(*arguments)
        if not taken:
            taken.append(True)
            wish = OrderWish(external_ids={"erp": "E-1"}, goods=UNSET)
            await whole_orders.amend(demo_book.desk, demo_book.caller, GENERAL, lambda _: wish)
        return found

    monkeypatch.setattr(references, "of_today", then_it_is_taken)
    assert (await history.restore(demo_book.desk, demo_book.caller, order_id)).external_ids == {}
    assert (await whole(demo_book, GENERAL))["external_ids"] == {"erp": "E-1"}


async def test_a_column_that_orders_did_not_have_yet_when_one_was_deleted_gets_its_default(demo_book: Book) -> None:
    order_id = await rich(demo_book)
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    await demo_book.desk.pool.execute(
        """update events set changes = (changes #- '{order,archived}' #- '{order,folded}' #- '{costing,over_limit}'
                                                #- '{lines,0,locked}' #- '{lines,1,locked}' #- '{lines,2,locked}')
                                       - 'responsible'::text
            where tenant_id = $1 and name = 'OrderDeleted'""",
        demo_book.tenant_id,
    )
    restored = await history.restore(demo_book.desk, demo_book.caller, order_id)
    assert (restored.archived, [line.locked for line in restored.lines]) == (False, [False] * 3)
    assert restored.responsible == "c.johnson@example.com"


async def test_every_column_of_an_order_and_its_parts_is_known_to_whoever_puts_it_back(book: Book) -> None:
    known = {
        "orders": restoring.ORDER,
        "lines": restoring.LINES,
        "costings": restoring.COSTINGS,
        "receipts": restoring.RECEIPTS,
        "number_claims": restoring.NUMBER_CLAIMS,
        "external_ids": restoring.EXTERNAL_IDS,
    }
    for table, columns in known.items():
        rows = await book.desk.pool.fetch(
            """select a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a
                where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                  and a.attname <> 'tenant_id'""",
            table,
        )
        names = {"timestamp with time zone": "timestamptz"}
        assert columns == {row[0]: names.get(row[1], row[1]) for row in rows}, table


# Bringing an order back to what it was


async def test_an_order_is_brought_back_whole_to_an_earlier_state(demo_book: Book) -> None:
    order_id = await rich(demo_book)
    rows, seen = await rows_of(demo_book, order_id), await whole(demo_book, order_id)
    first, second, third = (line["id"] for line in seen["lines"])
    wish = OrderWish(
        head=Wish(notes=None, number="PO-X", title="t", case_id=None, leftovers={"new": Raw(b"1")}, state="done"),
        goods=[GoodsWish(id=third, wish=LineWish(title="other")), GoodsWish(), GoodsWish(id=first)],
        cost=CostWish(cost=Decimal(99), currency="1/USD"),
    )
    await whole_orders.amend(demo_book.desk, by(demo_book, ANN), order_id, lambda _: wish)
    changed = await whole(demo_book, order_id)
    assert [line["id"] for line in changed["lines"]][::2] == [third, first]

    restored = await history.restore(demo_book.desk, by(demo_book, BEN), order_id, version=seen["version"])

    after = await whole(demo_book, order_id)
    assert told(restored) == after
    assert substance(after) == substance(seen)
    assert (after["version"], after["modified_by"]) == (seen["version"] + 2, "ben")
    assert after["modified_at"] > changed["modified_at"]
    came_back = next(line for line in after["lines"] if line["id"] == second)
    assert came_back == next(line for line in seen["lines"] if line["id"] == second)
    # What is compared without case is as it was, too.
    now = await rows_of(demo_book, order_id)
    assert [folded(row) for table in ("orders", "lines") for row in now[table]] == [
        folded(row) for table in ("orders", "lines") for row in rows[table]
    ]
    assert told(await state(demo_book, order_id, changed["version"])) == changed
    assert told(await state(demo_book, order_id, seen["version"])) == seen


def folded(row: dict[str, Any]) -> tuple[int, Any]:
    return row["id"], row["folded"]


async def test_what_was_restored_can_be_undone_by_restoring(demo_book: Book) -> None:
    order_id = await rich(demo_book)
    watch = Watch(demo_book)
    await watch.look()
    for version in (1, 4, 2, 1, 3, 4):
        await history.restore(demo_book.desk, demo_book.caller, order_id, version=version)
        await watch.look()
        now = await whole(demo_book, order_id)
        assert substance(now) == substance(told(await state(demo_book, order_id, version)))
    for (key, version), seen in watch.seen.items():
        assert told(await state(demo_book, key, version)) == seen


async def test_an_order_is_brought_back_to_what_it_was_at_a_moment(demo_book: Book) -> None:
    order_id = await placed(demo_book, title="a")
    moment = (await whole(demo_book, order_id))["modified_at"]
    await amended(demo_book, order_id, title="b")
    assert (await history.restore(demo_book.desk, demo_book.caller, order_id, at=moment)).title == "a"
    with pytest.raises(StateNotFound):
        await history.restore(demo_book.desk, demo_book.caller, order_id, at=moment - timedelta(days=1))


async def test_restoring_what_an_order_is_is_a_change_like_any_other(demo_book: Book) -> None:
    before = await whole(demo_book, REAL)
    await history.restore(demo_book.desk, by(demo_book, BEN), REAL, version=16)
    after = await whole(demo_book, REAL)
    assert {column for column in after if after[column] != before[column]} == STAMPS
    (event,) = (await history.events(demo_book.desk, demo_book.caller, REAL, limit=9)).records
    assert set(json.loads(event.changes)) == {"modified_at", "modified_by"}


async def test_costs_that_an_order_did_not_have_go_and_those_that_it_had_come_back(demo_book: Book) -> None:
    order_id = (await orders.place(demo_book.desk, demo_book.caller, Wish(type_code="purchase_order"))).id
    wish = LineWish(quantity=Decimal(2), price=Decimal("4.25"))
    await lines.enter(demo_book.desk, demo_book.caller, order_id, wish)
    await history.restore(demo_book.desk, demo_book.caller, order_id, version=1)
    assert (await rows_of(demo_book, order_id, ("costings",)))["costings"] == []
    await history.restore(demo_book.desk, demo_book.caller, order_id, version=2)
    assert (await costed.show(demo_book.desk, demo_book.caller, order_id)).costing.actual.cost == Decimal("8.50")


async def test_a_number_that_is_given_back_is_claimed_if_it_is_free(demo_book: Book) -> None:
    order_id = await placed(demo_book, number="PO-A")
    for number in ("PO-B", "PO-C"):
        wish = PurchaseWish(head=Wish(number=number), customer=Reference("id", 1, "c"))
        await purchases.amend(demo_book.desk, demo_book.caller, order_id, lambda _, wish=wish: wish)
    other = await placed(demo_book, number="PO-B")

    async def claims() -> set[str]:
        rows = (await rows_of(demo_book, order_id, ("number_claims",)))["number_claims"]
        return {row["number_folded"] for row in rows}

    await history.restore(demo_book.desk, demo_book.caller, order_id, version=2)
    assert "po-b" not in await claims()  # the number is given back all the same: only one face asks for more
    assert (await whole(demo_book, order_id))["number"] == (await whole(demo_book, other))["number"] == "PO-B"
    await history.restore(demo_book.desk, demo_book.caller, order_id, version=1)
    assert "po-a" in await claims()
    with pytest.raises(BadInput, match="number: taken"):
        await placed(demo_book, number="PO-A")


async def test_an_open_receipt_stands_in_nobodys_way(demo_book: Book) -> None:
    await amended(demo_book, PURCHASE, notes="n")
    receipt = (await rows_of(demo_book, PURCHASE))["receipts"]
    await history.restore(demo_book.desk, demo_book.caller, PURCHASE, version=1)
    assert (await rows_of(demo_book, PURCHASE))["receipts"] == receipt


# At once


async def test_of_two_who_restore_a_deleted_order_at_once_one_wins(demo_book: Book) -> None:
    order_id = await rich(demo_book)
    before = await rows_of(demo_book, order_id)
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    outcomes = await asyncio.gather(
        *(history.restore(demo_book.desk, demo_book.caller, order_id) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["IllegalMove"] * 3 + ["State"]
    after = await rows_of(demo_book, order_id)
    assert after["lines"] == before["lines"]
    names = [
        entry.name for entry in (await history.events(demo_book.desk, demo_book.caller, order_id, limit=9)).records
    ]
    assert names.count("OrderRestored") == 1


async def test_who_restores_what_another_has_restored_and_deleted_again_restores_that(
    demo_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = await placed(demo_book, title="old")
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    put_back, meanwhile = restoring.put_back, []

    async def others_are_quicker(*arguments: Any) -> None:
        if not meanwhile:
            meanwhile.append(True)
            await history.restore(demo_book.desk, demo_book.caller, order_id)
            await amended(demo_book, order_id, title="new")
            await orders.delete(demo_book.desk, demo_book.caller, order_id)
        await put_back(*arguments)

    monkeypatch.setattr(restoring, "put_back", others_are_quicker)
    restored = await history.restore(demo_book.desk, demo_book.caller, order_id)
    assert (restored.title, restored.version) == ("new", 4)
    assert [
        entry.version for entry in (await history.events(demo_book.desk, demo_book.caller, order_id, limit=9)).records
    ] == [
        4,
        3,
        3,
        2,
        1,
        1,
    ]


async def test_a_user_who_goes_while_an_order_is_restored_is_told_as_gone(
    demo_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = await rich(demo_book)
    await orders.delete(demo_book.desk, demo_book.caller, order_id)
    look, gone = references.of_today, []

    async def then_they_go(*arguments: Any) -> Any:
        found = await look(*arguments)
        if not gone:
            gone.append(True)
            await users.delete(demo_book.desk, demo_book.caller, "c.johnson@example.com")
        return found

    monkeypatch.setattr(references, "of_today", then_they_go)
    with pytest.raises(BadInput, match="responsible: unknown"):
        await history.restore(demo_book.desk, demo_book.caller, order_id)
    assert not any((await rows_of(demo_book, order_id)).values())


async def test_restores_and_changes_of_one_order_at_once_all_happen_one_after_the_other(demo_book: Book) -> None:
    order_id = await rich(demo_book)

    async def act(number: int) -> None:
        match number % 4:
            case 0:
                await history.restore(demo_book.desk, demo_book.caller, order_id, version=number % 3 + 1)
            case 1:
                await amended(demo_book, order_id, title=str(number))
            case 2:
                await lines.enter(
                    demo_book.desk, demo_book.caller, order_id, LineWish(quantity=Decimal(1), price=Decimal(number))
                )
            case _:
                wish = CostedWish(cost=CostWish(estimate_cost=Decimal(number)))
                await costed.amend_all(demo_book.desk, demo_book.caller, [Asked(order_id, lambda _: wish)])

    await asyncio.gather(*(act(number) for number in range(40)))

    found = (await history.events(demo_book.desk, demo_book.caller, order_id, limit=100)).records
    assert [entry.version for entry in found] == list(range(44, 0, -1))
    # Undoing every one of them leads to the beginning, so each continued where the one before it ended.
    assert substance(told(await state(demo_book, order_id, 1)))["lines"][0]["notes"] == "Žitná"
    for entry in found[:-1]:
        if entry.name == "OrderRestored":
            before = await state(demo_book, order_id, entry.version - 1)
            after = await state(demo_book, order_id, entry.version)
            assert before.version == after.version - 1


async def test_deletions_and_restores_of_one_order_at_once_leave_it_whole(demo_book: Book) -> None:
    order_id = await rich(demo_book)
    before = await rows_of(demo_book, order_id)

    async def act(number: int) -> None:
        with suppress(OrderNotFound, IllegalMove, StaleOrder):
            if number % 2:
                await orders.delete(demo_book.desk, demo_book.caller, order_id)
            else:
                await history.restore(demo_book.desk, demo_book.caller, order_id)

    await asyncio.gather(*(act(number) for number in range(30)))
    with suppress(IllegalMove):
        await history.restore(demo_book.desk, demo_book.caller, order_id)

    after = await rows_of(demo_book, order_id)
    for table in ("lines", "costings", "receipts", "number_claims", "external_ids"):
        assert after[table] == before[table]
    names = [
        entry.name
        for entry in (await history.events(demo_book.desk, demo_book.caller, order_id, limit=100)).records
        if entry.name in ("OrderDeleted", "OrderRestored")
    ]
    assert names == ["OrderRestored", "OrderDeleted"] * (len(names) // 2)
    assert names
