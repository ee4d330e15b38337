"""Purchases at the desk: numbers and who claims them, writers at one moment, history, deletion, pages, neighbours."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from tests.given_books import Book, altered, columns_of, new_tenant

from orderloom.book.conditions import ALWAYS
from orderloom.book.contacts import Contact
from orderloom.book.errors import BadInput, Fault, InUse, OrderNotFound
from orderloom.book.lines import LineWish
from orderloom.book.lists import Cut, Sort
from orderloom.book.orders import Wish
from orderloom.book.purchase_wishes import GoodsWish, PurchaseWish, Reference
from orderloom.book.purchases import Purchase
from orderloom.book.types import PURCHASE_ORDER
from orderloom.desk import orders, purchases
from orderloom.desk.desk import Desk
from orderloom.desk.tries import TRIES_WITHOUT_LOCK
from orderloom.store import references

LOCKED = 10008376  # of customer 1, with a line and an open receipt
BOLT = Reference("id", 1, "Item.Id")
NEW_SUPPLIER = Contact(company_name="Bolt Works", code="B-7")


def wish(number: str = "PO-1", customer: int = 1, **more: Any) -> PurchaseWish:
    """A purchase of the customer with this number."""
    return PurchaseWish(head=Wish(number=number), customer=Reference("id", customer, "Customer.Id"), **more)


def goods(line_id: int | None = None, **told: Any) -> GoodsWish:
    """A line of the first item."""
    return GoodsWish(id=line_id, item=BOLT, wish=LineWish(**({"quantity": Decimal(1)} | told)))


def keeping(purchase: Purchase) -> list[GoodsWish]:
    """The lines as they are."""
    return [GoodsWish(id=each.id) for each in purchase.goods]


async def placed(book: Book, number: str = "PO-1", **more: Any) -> Purchase:
    return await purchases.place(book.desk, book.caller, wish(number, **more))


async def amended(book: Book, order_id: int, change: Callable[[Purchase], PurchaseWish]) -> Purchase:
    return await purchases.amend(book.desk, book.caller, order_id, change)


async def renamed(book: Book, order_id: int, number: str, **more: Any) -> Purchase:
    """The purchase with another number."""
    return await amended(
        book, order_id, lambda found: PurchaseWish(head=Wish(number=number), goods=keeping(found), **more)
    )


async def renamed_elsewhere(book: Book, order_id: int, number: str | None) -> None:
    """Another face, which minds no claims, gives the purchase another number."""
    await orders.amend(book.desk, book.caller, order_id, lambda _: Wish(number=number))


async def claims(book: Book) -> dict[str, int]:
    """Who claims which number of customer 1, those of the demo book apart."""
    rows = await book.desk.pool.fetch(
        """select number_folded, order_id from number_claims
            where tenant_id = $1 and customer_id = 1 and number_folded <> 'po-locked'""",
        book.tenant_id,
    )
    return {row["number_folded"]: row["order_id"] for row in rows}


async def numbers(book: Book) -> list[str | None]:
    """The numbers of all purchases, oldest first, those of the demo book apart."""
    page = await purchases.page(book.desk, book.caller, where=ALWAYS, sorts=(), cut=Cut(1000))
    return [each.number for each in page.records][4:]


async def told(book: Book) -> dict[str, Any]:
    """What the newest event tells."""
    found: dict[str, Any] = json.loads((await book.events())[-1]["changes"])
    return found


def entered(changes: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """The lines that an event tells as entered, each with its id."""
    return list(zip(changes["entered_ids"], changes["entered"], strict=True))


def is_taken(refusal: BaseException | object, number: str = "PO-1") -> bool:
    return isinstance(refusal, BadInput) and refusal.faults == (Fault("number", "taken", value=number),)


@asynccontextmanager
async def placing(book: Book, number: str = "PO-1", *, fails: bool = False) -> AsyncIterator[Purchase]:
    """Somebody has entered a purchase with this number and commits at the end of the block, or takes it back."""
    desk, caller = book.desk, book.caller
    order_type = await desk.types.active(desk.pool, caller.tenant_id, PURCHASE_ORDER)
    try:
        async with desk.pool.transaction() as db:
            yield await purchases._place(desk, db, caller, wish(number), order_type)
            if fails:
                raise _TakenBack
    except _TakenBack:
        pass


@asynccontextmanager
async def renaming(book: Book, order_id: int, number: str) -> AsyncIterator[None]:
    """Somebody has given the purchase this number and commits at the end of the block."""
    async with book.desk.pool.transaction() as db:
        await purchases._amend(
            book.desk,
            db,
            book.caller,
            order_id,
            lambda found: PurchaseWish(head=Wish(number=number), goods=keeping(found)),
            lock=True,
        )
        yield


class _TakenBack(Exception):
    pass


async def waiting(book: Book, *works: Coroutine[Any, Any, Any]) -> list[asyncio.Task[Any]]:
    """These as tasks, once each of them waits at the database for a lock."""
    tasks = [asyncio.create_task(work) for work in works]
    async with asyncio.timeout(10):
        while await book.desk.pool.fetchval(_WAITING) < len(tasks):
            assert not any(task.done() for task in tasks), [task.result() for task in tasks if task.done()]
            await asyncio.sleep(0.01)
    return tasks


_WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


async def outcome(task: asyncio.Task[Any]) -> Any:
    """What the task gives or raises."""
    async with asyncio.timeout(10):
        return (await asyncio.gather(task, return_exceptions=True))[0]


# Numbers and claims


async def test_a_new_purchase_claims_its_number(demo_book: Book) -> None:
    purchase = await placed(demo_book, "Číslo-1")

    assert await claims(demo_book) == {"číslo-1": purchase.id}
    with pytest.raises(BadInput, match="number: taken"):
        await placed(demo_book, "ČÍSLO-1")


async def test_a_number_that_somebody_is_entering_is_waited_for_and_taken_then(demo_book: Book) -> None:
    async with placing(demo_book) as first:
        (other,) = await waiting(demo_book, placed(demo_book, "po-1"))

    assert is_taken(await outcome(other), "po-1")
    assert await claims(demo_book) == {"po-1": first.id}
    assert await numbers(demo_book) == ["PO-1"]


async def test_a_number_whose_entering_is_taken_back_is_free(demo_book: Book) -> None:
    async with placing(demo_book, fails=True):
        (other,) = await waiting(demo_book, placed(demo_book))

    assert (await outcome(other)).number == "PO-1"
    assert await numbers(demo_book) == ["PO-1"]


async def test_a_purchase_with_a_new_supplier_waits_too_and_leaves_no_contact(demo_book: Book) -> None:
    before = (await demo_book.counts())["contacts"]
    async with placing(demo_book):
        (other,) = await waiting(demo_book, placed(demo_book, supplier=NEW_SUPPLIER))

    assert is_taken(await outcome(other))
    assert (await demo_book.counts())["contacts"] == before


async def test_the_claim_of_a_purchase_that_another_face_renamed_holds_nobody_off(demo_book: Book) -> None:
    first = await placed(demo_book)
    await renamed_elsewhere(demo_book, first.id, "PO-2")
    assert await claims(demo_book) == {"po-1": first.id}

    second = await placed(demo_book)

    assert await claims(demo_book) == {"po-1": second.id}
    assert is_taken(await outcome(asyncio.create_task(placed(demo_book, "PO-2"))), "PO-2")


async def test_an_amendment_ends_a_stale_claim_and_its_own_old_one(demo_book: Book) -> None:
    first, second = await placed(demo_book), await placed(demo_book, "PO-2")
    await renamed_elsewhere(demo_book, first.id, None)

    await renamed(demo_book, second.id, "PO-1")

    assert await claims(demo_book) == {"po-1": second.id}
    assert (await placed(demo_book, "PO-2")).number == "PO-2"


async def test_a_number_that_another_face_gave_without_a_claim_is_taken_all_the_same(demo_book: Book) -> None:
    first, second = await placed(demo_book), await placed(demo_book, "PO-2")
    await renamed_elsewhere(demo_book, first.id, "PO-9")

    for act in (placed(demo_book, "po-9"), renamed(demo_book, second.id, "po-9")):
        assert is_taken(await outcome(asyncio.create_task(act)), "po-9")


async def test_of_two_who_take_over_a_stale_claim_one_gets_it(demo_book: Book) -> None:
    first = await placed(demo_book)
    await renamed_elsewhere(demo_book, first.id, "PO-2")

    outcomes = await asyncio.gather(*(placed(demo_book) for _ in range(4)), return_exceptions=True)

    (winner,) = [each for each in outcomes if isinstance(each, Purchase)]
    assert sum(is_taken(each) for each in outcomes) == 3
    assert await claims(demo_book) == {"po-1": winner.id}


async def test_a_stale_claim_that_somebody_is_taking_over_is_waited_for(demo_book: Book) -> None:
    first, second = await placed(demo_book), await placed(demo_book, "PO-3")
    await renamed_elsewhere(demo_book, first.id, "PO-2")

    async with renaming(demo_book, second.id, "PO-1"):
        (other,) = await waiting(demo_book, placed(demo_book))

    assert is_taken(await outcome(other))
    assert await claims(demo_book) == {"po-1": second.id}


async def test_a_number_that_its_purchase_is_leaving_is_taken_until_it_has_left(demo_book: Book) -> None:
    first, second = await placed(demo_book), await placed(demo_book, "PO-3")

    async with renaming(demo_book, first.id, "PO-2"):
        entered = asyncio.create_task(placed(demo_book))
        (moved,) = await waiting(demo_book, renamed(demo_book, second.id, "PO-2"))

        assert is_taken(await outcome(entered))
    assert is_taken(await outcome(moved), "PO-2")
    assert (await placed(demo_book)).number == "PO-1"


async def test_two_purchases_moved_to_one_number_wait_for_each_other_and_one_gets_it(demo_book: Book) -> None:
    first, second = await placed(demo_book, "PO-2"), await placed(demo_book, "PO-3")

    async with renaming(demo_book, first.id, "PO-1"):
        (other,) = await waiting(demo_book, renamed(demo_book, second.id, "po-1"))

    assert is_taken(await outcome(other), "po-1")
    assert await claims(demo_book) == {"po-1": first.id, "po-3": second.id}


async def test_a_customer_given_to_a_purchase_claims_the_number_that_it_has(demo_book: Book) -> None:
    await placed(demo_book)
    homeless = await orders.place(
        demo_book.desk, demo_book.caller, Wish(type_code=PURCHASE_ORDER, number="PO-1", notes="homeless")
    )
    customer = Reference("id", 1, "Customer.Id")

    with pytest.raises(BadInput, match="number: taken"):
        await amended(demo_book, homeless.id, lambda _: PurchaseWish(customer=customer))
    after = await amended(demo_book, homeless.id, lambda _: PurchaseWish(customer=customer, head=Wish(number="PO-2")))

    assert (after.customer and after.customer.id, after.number) == (1, "PO-2")
    assert (await claims(demo_book))["po-2"] == homeless.id


async def test_a_customer_is_not_given_to_a_purchase_whose_code_is_a_number_of_the_customer(demo_book: Book) -> None:
    homeless = await orders.place(demo_book.desk, demo_book.caller, Wish(type_code=PURCHASE_ORDER))
    await placed(demo_book, homeless.code)

    with pytest.raises(BadInput, match="number: taken"):
        await amended(demo_book, homeless.id, lambda _: PurchaseWish(customer=Reference("id", 1, "Customer.Id")))


async def test_a_customer_of_its_own_has_numbers_of_its_own(demo_book: Book) -> None:
    assert (await placed(demo_book)).id != (await placed(demo_book, customer=2)).id


# More to write


async def test_a_new_number_and_a_new_supplier_are_written_together(demo_book: Book) -> None:
    purchase = await placed(demo_book, goods=[goods()])

    after = await renamed(demo_book, purchase.id, "PO-2", supplier=NEW_SUPPLIER)

    assert after.supplier is not None
    assert (after.number, after.supplier.code, after.supplier.customer_id) == ("PO-2", "B-7", 1)
    assert await purchases.show(demo_book.desk, demo_book.caller, purchase.id) == after
    assert await claims(demo_book) == {"po-2": purchase.id}


async def test_a_new_supplier_is_not_there_before_its_purchase_is(demo_book: Book) -> None:
    purchase, before = await placed(demo_book, "PO-2"), (await demo_book.counts())["contacts"]

    async with placing(demo_book):
        (other,) = await waiting(demo_book, renamed(demo_book, purchase.id, "PO-1", supplier=NEW_SUPPLIER))
        assert (await demo_book.counts())["contacts"] == before

    assert is_taken(await outcome(other))
    assert (await demo_book.counts())["contacts"] == before
    assert (await purchases.show(demo_book.desk, demo_book.caller, purchase.id)).supplier is None


async def test_what_needs_a_transaction_is_seen_once_before_it_and_once_under_the_lock(demo_book: Book) -> None:
    purchase = await placed(demo_book)
    seen: list[str | None] = []

    def change(found: Purchase) -> PurchaseWish:
        seen.append(found.notes)
        return PurchaseWish(head=Wish(number="PO-2"), supplier=NEW_SUPPLIER)

    async with demo_book.desk.pool.transaction() as db:
        await db.execute(
            "update orders set notes = 'x', version = version + 1 where tenant_id = $1 and id = $2",
            demo_book.tenant_id,
            purchase.id,
        )
        (other,) = await waiting(demo_book, amended(demo_book, purchase.id, change))
    after = await outcome(other)

    assert seen == [None, "x"]
    assert (after.number, after.version) == ("PO-2", 3)


# Several at once


async def test_of_two_amendments_at_once_the_second_is_made_of_what_the_first_left(demo_book: Book) -> None:
    purchase = await placed(demo_book, goods=[goods()])
    seen: list[int] = []

    def add(found: Purchase) -> PurchaseWish:
        seen.append(len(found.goods))
        return PurchaseWish(goods=[*keeping(found), goods(notes="new")])

    async with demo_book.desk.pool.transaction() as db:
        await db.execute(
            "select from orders where tenant_id = $1 and id = $2 for update", demo_book.tenant_id, purchase.id
        )
        both = await waiting(demo_book, *(amended(demo_book, purchase.id, add) for _ in range(2)))
    results = [await outcome(each) for each in both]

    assert sorted(len(each.goods) for each in results) == [2, 3]
    assert sorted(each.version for each in results) == [2, 3]
    assert seen == [1, 1, 2]
    assert len((await purchases.show(demo_book.desk, demo_book.caller, purchase.id)).goods) == 3


async def test_who_is_overtaken_again_and_again_waits_for_the_lock_and_succeeds(
    demo_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    purchase = await placed(demo_book)
    look_up, overtaken = references.find, []

    async def then_somebody_writes(*arguments: Any, **named: Any) -> Any:
        found = await look_up(*arguments, **named)
        if len(overtaken) < TRIES_WITHOUT_LOCK:
            overtaken.append(
                await orders.amend(demo_book.desk, demo_book.caller, purchase.id, lambda _: Wish(title="x"))
            )
        return found

    monkeypatch.setattr(references, "find", then_somebody_writes)
    after = await amended(demo_book, purchase.id, lambda _: PurchaseWish(head=Wish(notes="n")))

    assert len(overtaken) == TRIES_WITHOUT_LOCK
    assert after.version == 2 + len(overtaken)


async def test_many_amendments_at_once_lose_nothing(demo_book: Book) -> None:
    purchase = await placed(demo_book)

    await asyncio.gather(
        *(
            amended(
                demo_book,
                purchase.id,
                lambda found, number=number: PurchaseWish(goods=[*keeping(found), goods(notes=str(number))]),  # type: ignore[misc]
            )
            for number in range(12)
        )
    )

    after = await purchases.show(demo_book.desk, demo_book.caller, purchase.id)
    assert {each.notes for each in after.goods} == {str(number) for number in range(12)}
    assert (len(after.goods), after.version) == (12, 13)
    assert [event["version"] for event in await demo_book.events()] == list(range(1, 14))


async def test_a_purchase_that_is_deleted_before_the_write_is_not_there(demo_book: Book) -> None:
    purchase = await placed(demo_book, goods=[goods()])

    async with demo_book.desk.pool.transaction() as db:
        await orders.remove(demo_book.desk, db, demo_book.caller, purchase.id)
        (other,) = await waiting(demo_book, amended(demo_book, purchase.id, lambda _: PurchaseWish(goods=[goods()])))

    assert isinstance(await outcome(other), OrderNotFound)


async def test_a_new_version_of_the_type_made_behind_the_desks_back_is_used(demo_book: Book) -> None:
    other = Desk(demo_book.desk.pool)
    await purchases.place(other, demo_book.caller, wish())
    await demo_book.desk.pool.execute(
        """with old as (
               update order_types set active = false where tenant_id = $1 and code = 'purchase_order' and active
               returning *
           )
           insert into order_types as t (tenant_id, code, version, number, kind, name, active, created_at)
           select tenant_id, code, version + 1, number, kind, name, true, now() from old""",
        demo_book.tenant_id,
    )

    purchase = await purchases.place(other, demo_book.caller, wish("PO-2"))

    order = await orders.show(demo_book.desk, demo_book.caller, purchase.id)
    assert order.type.version == 2


# History


async def test_the_event_of_a_placement_tells_each_line_under_its_id(demo_book: Book) -> None:
    lines = [goods(quantity=Decimal("2.50"), qualifier="blue"), goods(notes="b")]
    purchase = await placed(demo_book, goods=lines)

    changes = await told(demo_book)

    assert [event["name"] for event in await demo_book.events()] == ["OrderPlaced"]
    assert (changes["number"], changes["customer_id"]) == ([None, "PO-1"], [None, 1])
    assert entered(changes) == [
        (
            purchase.goods[0].id,
            {"item_id": [None, 1], "quantity": [None, "2.50"], "qualifier": [None, "Blue"]},
        ),
        (
            purchase.goods[1].id,
            {"item_id": [None, 1], "quantity": [None, "1"], "qualifier": [None, ""], "notes": [None, "b"]},
        ),
    ]


async def test_the_event_of_a_placement_without_lines_tells_of_none(demo_book: Book) -> None:
    await placed(demo_book)

    assert {"entered", "entered_ids"}.isdisjoint(await told(demo_book))


async def test_the_event_of_an_amendment_tells_lines_entered_altered_and_removed_whole(demo_book: Book) -> None:
    before = await placed(demo_book, goods=[goods(notes="a"), goods(notes="b", price=Decimal("4.25")), goods()])
    first, second, third = (each.id for each in before.goods)

    after = await amended(
        demo_book,
        before.id,
        lambda _: PurchaseWish(
            head=Wish(notes="n"), goods=[goods(first, notes="new"), GoodsWish(id=third), goods(notes="d")]
        ),
    )

    changes = await told(demo_book)
    assert changes["notes"] == [None, "n"]
    assert [altered(each) for each in changes["altered"]] == [{"line": first, "notes": ["a", "new"]}]
    ((new, line),) = entered(changes)
    assert (new, line["notes"]) == (after.goods[2].id, [None, "d"])
    (removed,) = changes["removed"]
    assert (removed["id"], removed["order_id"], removed["notes"], removed["price"]) == (second, before.id, "b", "4.25")
    assert (removed["item_id"], removed["sku"], removed["created_by"]) == (1, "SKU-1", "tests")
    assert changes["costing"]["cost"] == ["4.25", "0"]
    assert set(altered(changes)) == {"notes", "altered", "entered", "entered_ids", "removed", "costing"}


async def test_an_amount_that_is_equal_stays_as_it_is_written_whatever_else_changes(demo_book: Book) -> None:
    before = await placed(demo_book, goods=[goods(quantity=Decimal(5))])
    (line,) = (each.id for each in before.goods)
    wish = PurchaseWish(goods=[goods(line, quantity=Decimal("5.00"), notes="n")])

    after = await amended(demo_book, before.id, lambda _: wish)

    assert str(after.goods[0].quantity) == "5"
    assert await purchases.show(demo_book.desk, demo_book.caller, before.id) == after
    stored = await demo_book.desk.pool.fetchval(
        "select quantity from lines where tenant_id = $1 and id = $2", demo_book.tenant_id, line
    )
    assert str(stored) == "5"


async def test_lines_that_moved_are_told_with_their_positions(demo_book: Book) -> None:
    before = await placed(demo_book, goods=[goods(), goods()])
    first, second = (each.id for each in before.goods)

    after = await amended(
        demo_book, before.id, lambda _: PurchaseWish(goods=[GoodsWish(id=second), goods(), GoodsWish(id=first)])
    )

    changes = await told(demo_book)
    assert [altered(each) for each in changes["altered"]] == [
        {"line": second, "position": [None, 0]},
        {"line": first, "position": [None, 2]},
    ]
    assert [each.id for each in after.goods] == [second, *changes["entered_ids"], first]
    assert await purchases.show(demo_book.desk, demo_book.caller, before.id) == after


async def test_the_ids_of_many_new_lines_stand_in_their_order(demo_book: Book) -> None:
    purchase = await placed(demo_book, goods=[goods(notes=str(number)) for number in range(300)])

    assert await purchases.show(demo_book.desk, demo_book.caller, purchase.id) == purchase
    assert [each.notes for each in purchase.goods] == [str(number) for number in range(300)]
    assert [(line_id, line["notes"][1]) for line_id, line in entered(await told(demo_book))] == [
        (each.id, each.notes) for each in purchase.goods
    ]


async def test_a_line_that_did_not_change_is_not_written(demo_book: Book) -> None:
    purchase = await placed(demo_book, goods=[goods(), goods()])
    first, second = (each.id for each in purchase.goods)

    await amended(demo_book, purchase.id, lambda _: PurchaseWish(goods=[GoodsWish(id=first), goods(second, notes="x")]))

    rows = await demo_book.desk.pool.fetch(
        "select id, created_at, modified_at from lines where tenant_id = $1 and order_id = $2 order by id",
        demo_book.tenant_id,
        purchase.id,
    )
    assert [row["modified_at"] > row["created_at"] for row in rows] == [False, True]


async def test_a_refused_wish_leaves_nothing_behind(demo_book: Book) -> None:
    purchase, before = await placed(demo_book, goods=[goods()]), await demo_book.counts()

    for bad in (goods(notes="\x00"), goods(qualifier="Red"), GoodsWish(item=Reference("id", 77, "x"))):
        with pytest.raises(BadInput):
            await placed(demo_book, "PO-2", supplier=NEW_SUPPLIER, goods=[goods(), bad])
        with pytest.raises(BadInput):
            await renamed_with(demo_book, purchase.id, bad)

    assert await demo_book.counts() == before
    assert await purchases.show(demo_book.desk, demo_book.caller, purchase.id) == purchase


async def renamed_with(book: Book, order_id: int, line: GoodsWish) -> None:
    await amended(book, order_id, lambda _: PurchaseWish(head=Wish(number="PO-2"), supplier=NEW_SUPPLIER, goods=[line]))


# Deletion


class _NotAgreed(Exception):
    pass


def disagree(_: Purchase) -> None:
    raise _NotAgreed


async def test_a_deletion_that_is_not_agreed_to_changes_nothing(demo_book: Book) -> None:
    purchase = await placed(demo_book, goods=[goods()])
    before = await demo_book.counts()

    for order_id in (purchase.id, LOCKED):
        with pytest.raises(_NotAgreed):
            await purchases.delete(demo_book.desk, demo_book.caller, order_id, disagree)

    assert await demo_book.counts() == before
    assert await purchases.show(demo_book.desk, demo_book.caller, purchase.id) == purchase


async def test_who_deletes_is_shown_the_purchase_as_it_is_once_it_is_theirs(demo_book: Book) -> None:
    purchase = await placed(demo_book)
    seen: list[Purchase] = []

    async with demo_book.desk.pool.transaction() as db:
        await db.execute(
            "update orders set notes = 'newer', version = version + 1 where tenant_id = $1 and id = $2",
            demo_book.tenant_id,
            purchase.id,
        )
        (other,) = await waiting(
            demo_book, purchases.delete(demo_book.desk, demo_book.caller, purchase.id, seen.append)
        )
    await outcome(other)

    assert [(each.notes, each.version) for each in seen] == [("newer", 2)]
    assert await claims(demo_book) == {}
    with pytest.raises(OrderNotFound):
        await purchases.show(demo_book.desk, demo_book.caller, purchase.id)


async def test_a_purchase_that_is_being_received_is_not_deleted(demo_book: Book) -> None:
    with pytest.raises(InUse):
        await purchases.delete(demo_book.desk, demo_book.caller, LOCKED, lambda _: None)


async def test_what_is_no_purchase_is_not_there(demo_book: Book) -> None:
    before = await demo_book.counts()
    for order_id in (241, 99999999, 0, -1):
        with pytest.raises(OrderNotFound):
            await purchases.show(demo_book.desk, demo_book.caller, order_id)
        with pytest.raises(OrderNotFound):
            await amended(demo_book, order_id, lambda _: PurchaseWish())
        with pytest.raises(OrderNotFound):
            await purchases.delete(demo_book.desk, demo_book.caller, order_id, lambda _: None)
    assert await demo_book.counts() == before


# Pages


@pytest.mark.parametrize("sorts", [(), (Sort(("id",)),), (Sort(("id",), descending=True),)], ids=["none", "id", "-id"])
async def test_who_pages_by_id_waits_for_those_who_are_entering(demo_book: Book, sorts: tuple[Sort, ...]) -> None:
    async with placing(demo_book) as entering:
        later = await placed(demo_book, "PO-2")
        (reading,) = await waiting(
            demo_book, purchases.page(demo_book.desk, demo_book.caller, where=ALWAYS, sorts=sorts, cut=Cut(1000))
        )
    page = await outcome(reading)

    assert {entering.id, later.id} <= {each.id for each in page.records}
    assert page.total == len(page.records) == 6


async def test_who_sorts_by_something_else_waits_for_nobody(demo_book: Book) -> None:
    async with placing(demo_book) as entering, asyncio.timeout(5):
        page = await purchases.page(
            demo_book.desk, demo_book.caller, where=ALWAYS, sorts=(Sort(("number",)),), cut=Cut(1000)
        )

    assert entering.id not in {each.id for each in page.records}


# Neighbours


@pytest.fixture
async def neighbour(demo_book: Book) -> Book:
    """Another tenant, whose purchases, lines, customers, items and contacts have the same ids."""
    caller, _ = await new_tenant(demo_book.desk, whole=True)
    for table, column in (("customers", "name"), ("contacts", "company_name"), ("facilities", "name")):
        await demo_book.desk.pool.execute(
            f"update {table} set {column} = 'Theirs ' || id where tenant_id = $1",  # noqa: S608 - three names
            caller.tenant_id,
        )
    await demo_book.desk.pool.execute("update items set sku = 'THEIRS-' || id where tenant_id = $1", caller.tenant_id)
    return Book(demo_book.desk, caller)


async def twin(book: Book, purchase: Purchase) -> None:
    """Give the tenant a purchase with the same ids, number and claim."""
    for table, id_of_order in (("orders", "id"), ("lines", "order_id"), ("number_claims", "order_id")):
        columns = await columns_of(book.desk, table)
        rows = await book.desk.pool.fetch(
            f"select to_jsonb(r)::text from {table} r where {id_of_order} = $1",  # noqa: S608 - three names
            purchase.id,
        )
        for (row,) in rows:
            own = json.loads(row) | {"tenant_id": book.tenant_id}
            if table == "orders":
                own["type_id"] = await book.desk.pool.fetchval(
                    "select id from order_types where tenant_id = $1 and code = 'purchase_order' and active",
                    book.tenant_id,
                )
            await book.desk.pool.execute(
                f"""insert into {table} ({columns})
                    select {columns} from jsonb_populate_record(null::{table}, $1::jsonb)""",  # noqa: S608
                json.dumps(own),
            )


async def everything(book: Book) -> list[str]:
    """Every row of the tenant that a purchase has to do with."""
    return [
        row[0]
        for table in ("orders", "lines", "number_claims", "contacts", "events", "receipts")
        for row in await book.desk.pool.fetch(
            f"select to_jsonb(r)::text from {table} r where tenant_id = $1 order by 1",  # noqa: S608 - from above
            book.tenant_id,
        )
    ]


async def test_a_purchase_of_the_same_id_in_another_tenant_is_never_changed(demo_book: Book, neighbour: Book) -> None:
    purchase = await placed(demo_book, goods=[goods(notes="a"), goods(notes="b")])
    await twin(neighbour, purchase)
    theirs, before = await everything(neighbour), purchase.goods[0].id

    def change(found: Purchase) -> PurchaseWish:
        return PurchaseWish(
            head=Wish(number="PO-2", notes="ours"), supplier=NEW_SUPPLIER, goods=[goods(), goods(before, notes="ours")]
        )

    await amended(demo_book, purchase.id, change)
    assert await everything(neighbour) == theirs
    await amended(demo_book, purchase.id, lambda _: PurchaseWish(goods=[goods(before, quantity=Decimal(9))]))
    await placed(demo_book)
    assert await everything(neighbour) == theirs
    await purchases.delete(demo_book.desk, demo_book.caller, purchase.id, lambda _: None)
    assert await everything(neighbour) == theirs


async def test_a_purchase_of_the_same_id_in_another_tenant_is_never_seen(demo_book: Book, neighbour: Book) -> None:
    purchase = await placed(
        demo_book,
        supplier=Reference("id", 1, "Supplier.Id"),
        goods=[GoodsWish(item=BOLT, facility=Reference("id", 1, "F"), wish=LineWish(quantity=Decimal(1)))],
    )
    await twin(neighbour, purchase)

    ours = await purchases.show(demo_book.desk, demo_book.caller, purchase.id)
    theirs = await purchases.show(neighbour.desk, neighbour.caller, purchase.id)
    (listed,) = [
        each
        for each in (
            await purchases.page(neighbour.desk, neighbour.caller, where=ALWAYS, sorts=(), cut=Cut(1000))
        ).records
        if each.id == purchase.id
    ]

    assert ours == purchase
    assert theirs == listed
    assert theirs.customer is not None
    assert theirs.supplier is not None
    assert (theirs.customer.name, theirs.supplier.company_name) == ("Theirs 1", "Theirs 1")
    assert [(each.sku, each.facility) for each in theirs.goods] == [("THEIRS-1", "Theirs 1")]


async def test_a_purchase_that_only_the_neighbour_has_is_not_there(demo_book: Book, neighbour: Book) -> None:
    purchase = await placed(demo_book, goods=[goods()])
    before = await everything(demo_book)

    with pytest.raises(OrderNotFound):
        await purchases.show(neighbour.desk, neighbour.caller, purchase.id)
    with pytest.raises(OrderNotFound):
        await renamed(neighbour, purchase.id, "PO-2")
    with pytest.raises(OrderNotFound):
        await purchases.delete(neighbour.desk, neighbour.caller, purchase.id, lambda _: None)
    assert (await placed(neighbour)).number == "PO-1"

    assert await everything(demo_book) == before
