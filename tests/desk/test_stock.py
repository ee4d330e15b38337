"""Items, facilities, contacts, receipts and customers at the desk."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import psycopg
import pytest
from tests.given_books import Book, new_tenant

from orderloom.book.conditions import ALWAYS, Operator, Pattern
from orderloom.book.conditions import Test as Asked
from orderloom.book.contacts import TEXTS, Contact
from orderloom.book.errors import (
    BadInput,
    ContactNotFound,
    CustomerNotFound,
    FacilityNotFound,
    Fault,
    InUse,
    ItemNotFound,
    OrderNotFound,
    ReceiptNotFound,
    Refusal,
)
from orderloom.book.facilities import Facility
from orderloom.book.items import MAX_QUALIFIERS, StockItem
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.parties import INDIVIDUAL, MAX_NAME, Customer
from orderloom.desk import contacts, entering, facilities, items, orders, parties, receipts
from orderloom.desk.desk import Desk
from orderloom.desk.entering import BadRecords, Repeat
from orderloom.store import receipts as receipt_store

PURCHASE: Final = 10008229
WHOLE: Final = Cut(100)


def equals(field: str, value: Any) -> Asked:
    return Asked(field, Operator.EQUAL, value)


def faults(error: BadInput) -> list[tuple[str, str]]:
    return [(fault.field, fault.reason) for fault in error.faults]


async def told(book: Book, noun: str) -> list[tuple[str, int, dict[str, Any]]]:
    """The events about this noun: name, id, changes."""
    return [(row["name"], row["noun_id"], json.loads(row["changes"])) for row in await book.events(noun)]


async def test_an_item_is_shown_with_its_qualifiers_and_its_customers_names(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    item = StockItem(customer_id=1, sku="Čaj-1", description="Green", qualifiers=("Red", "", "blue"), deactivated=True)

    added = await items.add(desk, caller, item)
    shown = await items.show(desk, caller, 1, added.id)

    assert shown.item == StockItem(**{**fields(added), "qualifiers": ("", "blue", "Red")})
    assert shown[1:] == ("Demo Customer", "DEMO-CUST")
    changes = {
        "customer_id": 1,
        "sku": "Čaj-1",
        "description": "Green",
        "qualifiers": ["", "blue", "Red"],
        "deactivated": True,
    }
    assert await told(demo_book, "item") == [("ItemAdded", added.id, changes)]


def fields(record: Any) -> dict[str, Any]:
    return {field: getattr(record, field) for field in record.__struct_fields__}


async def test_an_item_is_found_under_its_own_customer_alone(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    assert (await items.show(desk, caller, 1, 1)).item.sku == "SKU-1"
    for customer_id, item_id in ((2, 1), (1, 999), (999, 1)):
        with pytest.raises(ItemNotFound):
            await items.show(desk, caller, customer_id, item_id)


async def test_a_sku_is_taken_for_its_customer_whatever_its_case(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    await items.add(desk, caller, StockItem(customer_id=1, sku="Čaj"))
    for sku in ("sku-1", "ČAJ"):
        with pytest.raises(BadInput) as refused:
            await items.add(desk, caller, StockItem(customer_id=1, sku=sku))
        assert refused.value.faults == (Fault("sku", "taken", value=sku),)
    await items.add(desk, caller, StockItem(customer_id=2, sku="sku-1"))
    with pytest.raises(BadInput) as refused:
        await items.add(desk, caller, StockItem(customer_id=999, sku="x"))
    assert refused.value.faults == (Fault("customer_id", "unknown", value=999),)
    assert len(await demo_book.events("item")) == 2


@pytest.mark.parametrize(
    "item, expected",
    [
        (StockItem(customer_id=1, sku=" "), ("sku", "blank")),
        (StockItem(customer_id=1, sku="\x00"), ("sku", "invalid")),
        (StockItem(customer_id=1, sku="x" * 256), ("sku", "too_long")),
        (StockItem(customer_id=1, sku="x", qualifiers=("a", "A")), ("qualifiers", "taken")),
        (
            StockItem(customer_id=1, sku="x", qualifiers=tuple(map(str, range(MAX_QUALIFIERS + 1)))),
            ("qualifiers", "too_long"),
        ),
    ],
)
async def test_an_item_that_cannot_be_entered_is_refused(
    demo_book: Book, item: StockItem, expected: tuple[str, str]
) -> None:
    before = await demo_book.counts()
    with pytest.raises(BadInput) as refused:
        await items.add(demo_book.desk, demo_book.caller, item)
    assert faults(refused.value) == [expected]
    assert await demo_book.counts() == before


async def test_a_customers_items_are_narrowed_sorted_and_cut(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    for sku, deactivated in (("b", False), ("Č", True), ("a", True)):
        await items.add(desk, caller, StockItem(customer_id=2, sku=sku, deactivated=deactivated))

    async def skus(where: Any, *sorts: Sort, cut: Cut = WHOLE) -> tuple[int, list[str]]:
        page = await items.page(desk, caller, 2, where, sorts, cut)
        return page.total, [each.item.sku for each in page.records]

    assert await skus(ALWAYS) == (3, ["b", "Č", "a"])
    assert await skus(ALWAYS, Sort(("sku",))) == (3, ["a", "b", "Č"])
    assert await skus(ALWAYS, Sort(("deactivated",)), Sort(("sku",), descending=True)) == (3, ["b", "Č", "a"])
    assert await skus(equals("sku", "č")) == (1, ["Č"])
    assert await skus(equals("deactivated", True), Sort(("sku",))) == (2, ["a", "Č"])
    assert await skus(ALWAYS, Sort(("sku",)), cut=Cut(1, 1)) == (3, ["b"])
    assert await skus(ALWAYS, cut=Cut(5, 3)) == (3, [])
    assert await skus(equals("sku", "sku-1")) == (0, [])
    assert await skus(equals("customer_id", 1)) == (0, [])
    with pytest.raises(CustomerNotFound):
        await items.page(desk, caller, 999, ALWAYS, (), WHOLE)
    assert await items.page(desk, caller, 2168, ALWAYS, (), WHOLE) == Page(0, [])


async def test_a_facility_is_added_once(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    added = await facilities.add(desk, caller, Facility(name="Über", deactivated=True))

    assert await facilities.show(desk, caller, added.id) == Facility(id=added.id, name="Über", deactivated=True)
    for name in ("ÜBER", "main"):
        with pytest.raises(BadInput) as refused:
            await facilities.add(desk, caller, Facility(name=name))
        assert refused.value.faults == (Fault("name", "taken", value=name),)
    with pytest.raises(FacilityNotFound):
        await facilities.show(desk, caller, 999)
    page = await facilities.page(desk, caller, ALWAYS, [Sort(("name",), descending=True)], Cut(2))
    assert (page.total, [each.name for each in page.records]) == (3, ["Über", "Overflow"])
    page = await facilities.page(desk, caller, equals("name", "üBER"), (), WHOLE)
    assert [each.id for each in page.records] == [added.id]
    assert await told(demo_book, "facility") == [("FacilityAdded", added.id, {"name": "Über", "deactivated": True})]


async def test_a_contact_is_shown_as_it_was_entered(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    whole = Contact(
        customer_id=1, is_address_residential=True, address_status=2, **{field: f"Ž {field}" for field in TEXTS}
    )
    own = await contacts.add(desk, caller, whole)
    nobodys = await contacts.add(desk, caller, Contact(name="Nobody's"))

    shown = await contacts.show(desk, caller, own.id)
    assert shown.contact == own
    assert shown[1:] == ("Demo Customer", "DEMO-CUST", 0)
    assert (await contacts.show(desk, caller, nobodys.id))[1:] == (None, None, 0)
    with pytest.raises(ContactNotFound):
        await contacts.show(desk, caller, 999)
    said = {field: value for field, value in fields(own).items() if field != "id"} | {"default_markup": "0"}
    nothing = {"is_address_residential": False, "address_status": 0, "default_markup": "0"}
    assert await told(demo_book, "contact") == [
        ("ContactAdded", own.id, said),
        ("ContactAdded", nobodys.id, {"name": "Nobody's"} | nothing),
    ]


@pytest.mark.parametrize("field", TEXTS)
async def test_contacts_are_found_by_each_of_their_texts_whatever_its_case(demo_book: Book, field: str) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    added = await contacts.add(desk, caller, Contact(**{field: "Čaj & CO"}))  # type: ignore[arg-type]
    for where in (equals(field, "čAJ & co"), Asked(field, Operator.LIKE, Pattern("ČAJ", False, True))):
        page = await contacts.page(desk, caller, where, [Sort((field,))], WHOLE)
        assert [each.contact.id for each in page.records] == [added.id]


async def test_contacts_are_found_by_their_customer_and_their_address(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    person = await parties.add(
        desk, caller, Customer(kind=INDIVIDUAL, first_name="Žofie", name="Nováková", external_id="Ext-Ž")
    )
    added = await contacts.add(
        desk, caller, Contact(name="x", customer_id=person.id, is_address_residential=True, address_status=1)
    )

    async def ids(where: Any, *sorts: Sort) -> list[int]:
        page = await contacts.page(desk, caller, where, sorts, WHOLE)
        assert page.total == len(page.records)
        return [each.contact.id for each in page.records]

    assert (await contacts.show(desk, caller, added.id)).customer_name == "Žofie Nováková"
    assert await ids(equals("customer_id", person.id)) == [added.id]
    assert await ids(equals("customer_name", "žofie nováková")) == [added.id]
    assert await ids(equals("customer_external_id", "EXT-ž")) == [added.id]
    assert await ids(equals("is_address_residential", True)) == [added.id]
    assert await ids(Asked("address_status", Operator.AT_LEAST, 1)) == [added.id]
    assert await ids(equals("code", "sup-1")) == [1]
    assert await ids(ALWAYS, Sort(("customer_name",), descending=True)) == [added.id, 1, 2]
    assert await ids(ALWAYS, Sort(("customer_name",))) == [2, 1, added.id]


async def test_a_contact_that_says_nothing_or_is_an_unknown_customers_is_refused(demo_book: Book) -> None:
    for contact, expected in (
        (Contact(customer_id=1), ("company_name", "blank")),
        (Contact(name="x", customer_id=999), ("customer_id", "unknown")),
        (Contact(name="x", address_status=3), ("address_status", "inclusion")),
    ):
        with pytest.raises(BadInput) as refused:
            await contacts.add(demo_book.desk, demo_book.caller, contact)
        assert faults(refused.value) == [expected]
    assert await demo_book.events("contact") == []


async def test_customers_are_searched_by_their_whole_name(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    person = await parties.add(
        desk, caller, Customer(kind=INDIVIDUAL, first_name="Žofie", name="Čapková", external_id="X-1", deactivated=True)
    )

    async def ids(where: Any, *sorts: Sort) -> list[int]:
        return [each.id for each in (await parties.search(desk, caller, where, sorts, WHOLE)).records]

    assert await ids(equals("name", "ŽOFIE ČAPKOVÁ")) == [person.id]
    assert await ids(equals("name", "čapková")) == []
    assert await ids(equals("external_id", "x-1")) == [person.id]
    assert await ids(equals("deactivated", True)) == [person.id]
    created_at = (await parties.show(desk, caller, person.id)).created_at
    assert await ids(Asked("created_at", Operator.LESS, created_at)) == [1, 2, 2168]
    assert await ids(Asked("created_at", Operator.AT_LEAST, created_at)) == [person.id]
    assert (await ids(ALWAYS, Sort(("name",))))[-1] == person.id
    assert await ids(ALWAYS, Sort(("id",), descending=True)) == [person.id, 2168, 2, 1]


async def test_last_names_and_companies_are_sorted_without_first_names(book: Book) -> None:
    desk, caller = book.desk, book.caller
    for first_name, name in (("Zoe", "Adams"), ("Adam", "Čech"), (None, "Beta"), ("Ben", "čapek"), (None, "ALPHA")):
        kind = "organisation" if first_name is None else INDIVIDUAL
        await parties.add(desk, caller, Customer(kind=kind, name=name, first_name=first_name))

    async def names(field: str) -> list[str]:
        page = await parties.page(desk, caller, Sort((field,), descending=True), WHOLE)
        return [each.name for each in page.records]

    assert (await names("last_name"))[:3] == ["Čech", "čapek", "Adams"]
    assert (await names("company"))[:2] == ["Beta", "ALPHA"]


async def test_a_whole_name_has_to_fit_into_its_index(book: Book) -> None:
    half = "x" * (MAX_NAME // 2)
    with pytest.raises(BadInput) as refused:
        await parties.add(book.desk, book.caller, Customer(kind=INDIVIDUAL, name=half, first_name=half))
    assert faults(refused.value) == [("first_name", "too_long")]
    await parties.add(book.desk, book.caller, Customer(kind=INDIVIDUAL, name=half, first_name=half[1:]))


async def test_a_receipt_is_opened_for_the_purchases_customer_and_closed_once(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    receipt = await receipts.begin(desk, caller, PURCHASE, "Truck 7", 2)

    assert (receipt.order_id, receipt.order_number, receipt.status) == (PURCHASE, "012082", "open")
    assert (receipt.customer_id, receipt.customer_name, receipt.customer_external_id) == (2, "Second Customer", None)
    assert (receipt.facility_id, receipt.facility_name, receipt.reference) == (2, "Overflow", "Truck 7")
    assert await receipts.show(desk, caller, receipt.id) == receipt
    await receipts.end(desk, caller, receipt.id)
    await receipts.end(desk, caller, receipt.id)
    assert (await receipts.show(desk, caller, receipt.id)).status == "closed"
    opened = {"order_id": PURCHASE, "customer_id": 2, "facility_id": 2, "reference": "Truck 7", "status": "open"}
    assert await told(demo_book, "receipt") == [
        ("ReceiptOpened", receipt.id, opened),
        ("ReceiptClosed", receipt.id, {"status": ["open", "closed"]}),
    ]


async def test_a_receipt_for_what_is_not_there_is_refused(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    no_purchase = 1
    for order_id, reference, facility_id, refusal in (
        (999, "R", None, OrderNotFound),
        (no_purchase, "R", None, OrderNotFound),
        (PURCHASE, "R", 999, FacilityNotFound),
        (PURCHASE, " ", None, BadInput),
    ):
        with pytest.raises(refusal):
            await receipts.begin(desk, caller, order_id, reference, facility_id)
    for ask in (receipts.show, receipts.end):
        with pytest.raises(ReceiptNotFound):
            await ask(desk, caller, 999)
    assert (await demo_book.counts())["receipts"] == 1
    assert await demo_book.events("receipt") == []


async def test_receipts_are_narrowed_by_what_they_name(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    nameless = 10008233
    first = await receipts.begin(desk, caller, PURCHASE, "Truck", None)
    second = await receipts.begin(desk, caller, nameless, "van", 2)
    await receipts.end(desk, caller, second.id)
    code = (await receipts.show(desk, caller, second.id)).order_number

    async def ids(where: Any, *sorts: Sort, order_id: int | None = None) -> list[int]:
        page = await receipts.page(desk, caller, where, sorts, WHOLE, order_id=order_id)
        assert page.total == len(page.records)
        return [each.id for each in page.records]

    assert code.startswith("ORD-")
    assert await ids(ALWAYS) == [1, first.id, second.id]
    assert await ids(ALWAYS, order_id=PURCHASE) == [first.id]
    assert await ids(ALWAYS, order_id=999) == []
    assert await ids(equals("status_number", 0), order_id=nameless) == []
    assert await ids(equals("status_number", 1)) == [second.id]
    assert await ids(equals("reference", "TRUCK")) == [first.id]
    assert await ids(equals("order_id", nameless)) == [second.id]
    assert await ids(equals("order_number", "012082")) == [first.id]
    assert await ids(equals("order_number", code.lower())) == [second.id]
    assert await ids(equals("customer_id", 1)) == [1]
    assert await ids(equals("customer_name", "demo customer")) == [1]
    assert await ids(equals("customer_external_id", "demo-cust")) == [1]
    assert await ids(equals("facility_id", 2)) == [second.id]
    assert await ids(equals("facility_name", "MAIN")) == [1]
    assert await ids(Asked("facility_id", Operator.EMPTY)) == [first.id]
    assert await ids(ALWAYS, Sort(("status_number",), descending=True), Sort(("created_at",))) == [
        second.id,
        1,
        first.id,
    ]


async def test_who_deletes_a_purchase_waits_for_the_receipt_that_is_being_opened(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    code = await demo_book.desk.pool.fetchval(
        "select code from orders where tenant_id = $1 and id = $2", caller.tenant_id, PURCHASE
    )
    async with desk.pool.transaction() as db:
        customer_id = await receipt_store.lock_purchase(db, caller.tenant_id, PURCHASE)
        deletion = asyncio.create_task(orders.delete(desk, caller, code))
        await asyncio.sleep(0.3)
        assert not deletion.done()
        await receipt_store.insert(
            db,
            caller.tenant_id,
            order_id=PURCHASE,
            customer_id=customer_id,
            facility_id=None,
            reference="R",
            at=desk.now(),
        )
    with pytest.raises(InUse):
        await deletion


async def test_a_receipt_of_a_purchase_that_is_being_deleted_is_refused(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    async with desk.pool.transaction() as db:
        await db.execute("delete from orders where tenant_id = $1 and id = $2", caller.tenant_id, PURCHASE)
        opening = asyncio.create_task(receipts.begin(desk, caller, PURCHASE, "R"))
        await asyncio.sleep(0.3)
        assert not opening.done()
    with pytest.raises(OrderNotFound):
        await opening


async def test_the_neighbours_things_are_not_there(demo_book: Book, desk: Desk) -> None:
    caller, _ = await new_tenant(desk)
    receipt = await receipts.begin(desk, demo_book.caller, PURCHASE, "R")
    contact = await contacts.add(desk, demo_book.caller, Contact(name="x", code="mine"))
    for show, key in ((facilities.show, 1), (contacts.show, contact.id), (receipts.show, receipt.id)):
        with pytest.raises(Refusal):
            await show(desk, caller, key)
    for refusal, attempt in (
        (ItemNotFound, items.show(desk, caller, 1, 1)),
        (CustomerNotFound, items.page(desk, caller, 1, ALWAYS, (), WHOLE)),
        (BadInput, items.add(desk, caller, StockItem(customer_id=1, sku="x"))),
        (BadInput, contacts.add(desk, caller, Contact(name="x", customer_id=1))),
        (OrderNotFound, receipts.begin(desk, caller, PURCHASE, "R")),
        (ReceiptNotFound, receipts.end(desk, caller, receipt.id)),
    ):
        with pytest.raises(refusal):
            await attempt
    for page in (parties.search, facilities.page, contacts.page, receipts.page):
        assert await page(desk, caller, ALWAYS, (), WHOLE) == Page(0, [])
    own = Customer(name="Own", external_id="DEMO-CUST")
    assert len(await entering.add_all(desk, caller, parties.ENTRY, [own])) == 1
    assert await entering.add_all(desk, caller, facilities.ENTRY, [Facility(name="Main")])


KINDS: Final[dict[str, tuple[Any, Callable[[int], Any]]]] = {
    "customer": (parties, lambda n: Customer(name=f"C{n}", external_id=f"x-{n}")),
    "item": (items, lambda n: StockItem(customer_id=1, sku=f"new-{n}", qualifiers=("", f"q{n}"))),
    "facility": (facilities, lambda n: Facility(name=f"F{n}")),
    "contact": (contacts, lambda n: Contact(customer_id=1, company_name=f"K{n}", code=f"k-{n}")),
}
every_kind = pytest.mark.parametrize("noun", KINDS)


@every_kind
async def test_many_are_entered_in_the_order_of_the_list_each_with_its_event(
    demo_book: Book, noun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "BATCH", 4)
    kind, made = KINDS[noun]
    records = [made(n) for n in range(10)]
    moves: list[int] = []

    ids = await entering.add_all(demo_book.desk, demo_book.caller, kind.ENTRY, records, moves.append)

    assert moves == [4, 4, 2, 4, 4, 2]
    assert ids == sorted(set(ids)), "a list stands in the order of the file"
    assert len(ids) == 10
    events = await told(demo_book, noun)
    assert [noun_id for _, noun_id, _ in events] == ids
    one = await kind.add(demo_book.desk, demo_book.caller, made(10))
    assert [name for name, _, _ in await told(demo_book, noun)] == [events[0][0]] * 11
    for record, record_id in zip((*records, made(10)), (*ids, one.id), strict=True):
        shown = await show(demo_book, noun, record_id)
        assert fields(shown) == fields(record) | {"id": record_id} | (
            {"created_at": shown.created_at} if noun == "customer" else {}
        )


async def show(book: Book, noun: str, record_id: int) -> Any:
    if noun == "item":
        return (await items.show(book.desk, book.caller, 1, record_id)).item
    shown = await KINDS[noun][0].show(book.desk, book.caller, record_id)
    return shown.contact if noun == "contact" else shown


@every_kind
async def test_one_bad_record_keeps_all_of_them_out(
    demo_book: Book, noun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "BATCH", 2)
    kind, made = KINDS[noun]
    await kind.add(demo_book.desk, demo_book.caller, made(99))
    before = await demo_book.counts()
    records = [made(1), made(2), made(3), made(99), made(2)]

    with pytest.raises(BadRecords) as refused:
        await entering.add_all(demo_book.desk, demo_book.caller, kind.ENTRY, records)

    by_place = refused.value.by_place
    assert {place: [fault.reason for fault in each] for place, each in by_place.items()} == {3: ["taken"], 4: ["taken"]}
    assert not isinstance(by_place[3][0], Repeat)
    repeat = by_place[4][0]
    assert isinstance(repeat, Repeat)
    assert repeat.first == 1
    assert await entering.faults(demo_book.desk, demo_book.caller, kind.ENTRY, records) == by_place
    assert await demo_book.counts() == before


async def test_every_fault_of_every_record_is_found(demo_book: Book) -> None:
    records = [
        StockItem(customer_id=999, sku="a"),
        StockItem(customer_id=1, sku=" ", description="\x00"),
        StockItem(customer_id=1, sku="SKU-1"),
        StockItem(customer_id=2, sku="SKU-1"),
        StockItem(customer_id=2, sku="sku-1"),
        StockItem(customer_id=1, sku="\x00"),
    ]
    found = await entering.faults(demo_book.desk, demo_book.caller, items.ENTRY, records)
    assert {place: [(fault.field, fault.reason) for fault in each] for place, each in found.items()} == {
        0: [("customer_id", "unknown")],
        1: [("description", "invalid"), ("sku", "blank")],
        2: [("sku", "taken")],
        4: [("sku", "taken")],
        5: [("sku", "invalid")],
    }
    unknown = await entering.faults(
        demo_book.desk, demo_book.caller, contacts.ENTRY, [Contact(name="x", customer_id=999)]
    )
    assert [fault.field for fault in unknown[0]] == ["customer_id"]


async def test_what_has_nothing_to_be_found_by_may_be_there_many_times(demo_book: Book) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    assert len(await entering.add_all(desk, caller, parties.ENTRY, [Customer(name="Same"), Customer(name="Same")])) == 2
    assert len(await entering.add_all(desk, caller, contacts.ENTRY, [Contact(name="Same"), Contact(name="Same")])) == 2
    same_code = [Contact(name="x", code="c", customer_id=each) for each in (None, 1, 2)]
    assert len(await entering.add_all(desk, caller, contacts.ENTRY, same_code)) == 3


async def test_a_list_may_be_empty_but_not_endless(demo_book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, caller = demo_book.desk, demo_book.caller
    assert await entering.add_all(desk, caller, facilities.ENTRY, []) == []
    monkeypatch.setattr(entering, "MAX_RECORDS", 1)
    with pytest.raises(BadInput) as refused:
        await entering.add_all(desk, caller, facilities.ENTRY, [Facility(name="a"), Facility(name="b")])
    assert faults(refused.value) == [("records", "too_long")]


async def test_somebody_quicker_is_told_of_and_nothing_stays(
    demo_book: Book, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "BATCH", 2)
    records = [Facility(name=f"F{n}") for n in range(6)]
    moves: list[int] = []

    def moved(count: int) -> None:
        """Enters the fifth itself when the first of them are entered and all are checked."""
        moves.append(count)
        if len(moves) == 4:
            with psycopg.connect(database_url) as other:
                other.execute(
                    "insert into facilities (tenant_id, name, name_folded, created_at) values (%s, 'f4', 'f4', now())",
                    (demo_book.tenant_id,),
                )

    with pytest.raises(BadRecords) as refused:
        await entering.add_all(demo_book.desk, demo_book.caller, facilities.ENTRY, records, moved)

    assert refused.value.by_place == {4: [Fault("name", "taken", value="F4")]}
    page = await facilities.page(demo_book.desk, demo_book.caller, ALWAYS, (), WHOLE)
    assert [each.name for each in page.records] == ["Main", "Overflow", "f4"]
    assert await demo_book.events("facility") == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda book, sort: items.page(book.desk, book.caller, 1, ALWAYS, [sort], Cut(1)),
        lambda book, sort: contacts.page(book.desk, book.caller, ALWAYS, [sort], Cut(1)),
        lambda book, sort: facilities.page(book.desk, book.caller, ALWAYS, [sort], Cut(1)),
        lambda book, sort: parties.search(book.desk, book.caller, ALWAYS, [sort], Cut(1)),
    ],
    ids=["items", "contacts", "facilities", "customers"],
)
@pytest.mark.parametrize("descending", [False, True])
async def test_every_list_can_be_sorted_by_id_either_way(
    demo_book: Book, ask: Callable[[Book, Sort], Awaitable[Page[Any]]], descending: bool
) -> None:
    page = await ask(demo_book, Sort(("id",), descending=descending))
    assert (key_of(page.records) == [1]) is not descending
    assert page.total > 1


def key_of(records: Sequence[Any]) -> list[int]:
    """The ids, of whatever kind the records are."""
    return [(each[0] if isinstance(each, tuple) else each).id for each in records]
