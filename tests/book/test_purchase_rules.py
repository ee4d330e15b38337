"""Purchases: what a wish makes of one and of its lines, and everything that it is refused for."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import perf_counter
from typing import Any

import pytest
from msgspec.structs import asdict, replace
from tests.given_books import altered

from orderloom.book import purchases
from orderloom.book.contacts import Contact
from orderloom.book.errors import BadInput, Fault
from orderloom.book.events import Author
from orderloom.book.lines import LineWish
from orderloom.book.orders import RESOLUTION, Wish
from orderloom.book.purchase_wishes import (
    CustomerName,
    FacilityName,
    Found,
    GoodsWish,
    KnownItem,
    PurchaseWish,
    Reference,
)
from orderloom.book.purchases import Amended, Standing, StandingLine
from orderloom.book.types import PURCHASE, PURCHASE_ORDER, OrderType

AT = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
AUTHOR = Author("tests", "tests")
TYPE = OrderType(id=7, code=PURCHASE_ORDER, kind=PURCHASE, name="Purchase order", active=True)
CUSTOMER = CustomerName(1, "Demo Customer", "DEMO-CUST")
OTHER = CustomerName(2, "Second Customer", None)
ACME = Contact(id=1, company_name="Acme Supply", code="SUP-1")
THE_CUSTOMER = Reference("id", 1, "Customer.Id")
BOLT = Reference("sku", "bolt", "Item.Sku")
NUT = Reference("id", 12, "Item.Id")
MAIN = Reference("name", "main", "Facility.Name")
NOWHERE = Reference("name", "Atlantis", "Facility.Name")
FOUND = Found(
    CUSTOMER,
    None,
    {BOLT: KnownItem(11, "BOLT", ("", "Blue")), NUT: KnownItem(12, "NUT", ())},
    {MAIN: FacilityName(21, "Main")},
)
ONE = LineWish(quantity=Decimal(1))


def goods(line_id: int | None = None, item: Any = BOLT, **wish: Any) -> GoodsWish:
    """A line that is wished for."""
    return GoodsWish(id=line_id, item=item, wish=LineWish(**({"quantity": Decimal(1)} | wish)))


def kept(line_id: int, **wish: Any) -> GoodsWish:
    """A line that shall stay, of which nothing else is said."""
    return GoodsWish(id=line_id, wish=LineWish(**wish))


def place(*lines: GoodsWish, found: Found = FOUND, **more: Any) -> Amended:
    """A new purchase of the customer with these lines."""
    told: dict[str, Any] = {"head": Wish(number="PO-1"), "customer": THE_CUSTOMER} | more
    return purchases.place(PurchaseWish(goods=lines, **told), TYPE, found, at=AT, author=AUTHOR)


def standing(*lines: GoodsWish, first_id: int = 101, receiving: bool = False, **more: Any) -> Standing:
    """A purchase as it stands once it was entered with these lines, whose ids count up from the first."""
    placed = place(*lines, **more)
    order = replace(placed.order, id=5)
    numbered = [each._replace(line=replace(each.line, id=number)) for number, each in enumerate(placed.lines, first_id)]
    ids = [each.line.id for each in numbered]
    purchase = purchases.shown(placed, None, order_id=5, code="ORD-1", line_ids=ids)
    stored = [StandingLine(**asdict(each.line), facility=each.facility) for each in numbered]
    return Standing(replace(purchase, is_receiving=receiving), replace(order, code="ORD-1"), stored)


def three() -> Standing:
    """A purchase with the lines 101, 102 and 103."""
    return standing(goods(notes="a"), goods(notes="b"), goods(notes="c"))


def amend(before: Standing, *lines: GoodsWish, found: Found = FOUND, at: datetime = LATER, **more: Any) -> Amended:
    """The purchase with these lines instead of its own."""
    return purchases.amend(before, PurchaseWish(goods=lines, **more), found, at=at, author=AUTHOR)


def refused(act: Any) -> Sequence[Fault]:
    """Everything that is told of a wish that is refused."""
    with pytest.raises(BadInput) as refusal:
        act()
    return refusal.value.faults


def ids(amended: Amended) -> list[int]:
    return [each.line.id for each in amended.lines]


def positions(amended: Amended) -> list[int | None]:
    return [each.line.position for each in amended.lines]


# Placing


def test_a_new_purchase_has_its_head_its_customer_and_its_lines_in_order() -> None:
    placed = place(goods(qualifier="Blue", price=Decimal("4.25"), facility_id=None), goods(item=NUT))

    assert (placed.order.number, placed.order.customer_id, placed.order.version) == ("PO-1", 1, 1)
    assert placed.customer == CUSTOMER
    assert [(each.line.item_id, each.line.sku, each.line.qualifier) for each in placed.lines] == [
        (11, "BOLT", "Blue"),
        (12, "NUT", ""),
    ]
    assert placed.changes["customer_id"] == [None, 1]
    assert placed.entered == placed.lines
    assert (placed.altered, placed.removed) == ([], ())


def test_what_a_new_line_is_told_as_begins_with_nothing() -> None:
    (line,) = place(goods(notes="x")).lines

    assert line.changes == {
        "item_id": [None, 11],
        "qualifier": [None, ""],
        "quantity": [None, Decimal(1)],
        "notes": [None, "x"],
    }
    assert line.line.created_at == line.line.modified_at == AT


def test_new_lines_stand_as_they_were_sent_without_positions() -> None:
    assert positions(place(goods(), goods(), goods())) == [None] * 3


def test_a_new_purchase_knows_no_line_by_an_id() -> None:
    assert refused(lambda: place(goods(101))) == (Fault("id", "unknown", value=101, line=0),)


def test_a_purchase_without_lines_is_one() -> None:
    assert place().lines == []


def test_the_line_is_expected_at_the_facility_that_is_named() -> None:
    named = GoodsWish(item=BOLT, facility=MAIN, wish=ONE)

    (line,) = place(named).lines

    assert (line.line.facility_id, line.facility) == (21, "Main")
    assert purchases.goods_of(line.line, line.facility, line.line.id).facility == "Main"


# Lines that stay, come, go and move


def test_lines_that_are_named_stay_and_the_others_go() -> None:
    amended = amend(three(), kept(101), kept(103))

    assert ids(amended) == [101, 103]
    assert [line.id for line in amended.removed] == [102]
    assert (amended.entered, amended.altered) == ([], [])


def test_without_lines_all_go() -> None:
    amended = amend(three())

    assert amended.lines == []
    assert [line.id for line in amended.removed] == [101, 102, 103]


def test_a_line_that_is_not_named_is_new_even_if_it_looks_like_one_that_goes() -> None:
    amended = amend(three(), goods(notes="a"), goods(notes="b"), goods(notes="c"))

    assert ids(amended) == [0, 0, 0]
    assert len(amended.entered) == len(amended.removed) == 3


def test_a_line_that_stays_is_altered_only_where_it_differs() -> None:
    amended = amend(three(), kept(101), kept(102, notes="new"), kept(103, notes="c", quantity=Decimal("1.00")))

    assert [(each.line.id, altered(each.changes)) for each in amended.altered] == [(102, {"notes": ["b", "new"]})]


def test_a_line_that_does_not_change_keeps_the_time_of_its_last_change() -> None:
    before = three()

    amended = amend(before, kept(101, notes="a"), kept(102, notes="new"), goods(103, notes="c"))

    assert amended.lines[0].line is before.lines[0]
    assert [each.line.modified_at for each in amended.lines] == [AT, LATER, AT]
    assert amended.order.modified_at == LATER


def test_of_two_changes_at_one_moment_the_later_is_later() -> None:
    amended = amend(three(), kept(101, notes="new"), at=AT)

    assert amended.order.modified_at == amended.lines[0].line.modified_at == AT + RESOLUTION


@pytest.mark.parametrize(
    "wished",
    [(101, 102, 103), (101, 103), (103,), (), (101, 102, 103, None), (102, None, None), (None, None)],
    ids=str,
)
def test_lines_that_stand_as_wished_by_themselves_get_no_positions(wished: tuple[int | None, ...]) -> None:
    amended = amend(three(), *(goods() if each is None else kept(each) for each in wished))

    assert positions(amended) == [None] * len(wished)


@pytest.mark.parametrize(
    "wished",
    [(102, 101, 103), (103, 101), (None, 101, 102, 103), (101, None, 102), (None, 103), (101, 103, None, 102)],
    ids=str,
)
def test_lines_that_move_get_positions_all_of_them(wished: tuple[int | None, ...]) -> None:
    amended = amend(three(), *(goods() if each is None else kept(each) for each in wished))

    assert ids(amended) == [each or 0 for each in wished]
    assert positions(amended) == list(range(len(wished)))
    assert all("position" in each.changes for each in amended.altered)


def test_a_line_whose_position_is_right_already_is_not_altered_by_a_move() -> None:
    before = three()
    placed = [replace(line, position=place) for place, line in enumerate(before.lines)]

    amended = amend(before._replace(lines=placed), kept(101), kept(103), kept(102))

    assert positions(amended) == [0, 1, 2]
    assert [each.line.id for each in amended.altered] == [103, 102]


def test_a_new_line_at_the_end_stands_behind_those_with_positions() -> None:
    before = three()
    placed = [replace(line, position=place) for place, line in enumerate(before.lines)]

    amended = amend(before._replace(lines=placed), kept(101), kept(102), kept(103), goods())

    assert positions(amended) == [0, 1, 2, None]
    assert amended.altered == []


def test_a_line_that_is_not_of_this_purchase_is_unknown_and_one_named_twice_is_taken() -> None:
    faults = refused(lambda: amend(three(), kept(101), kept(999), kept(101), kept(102, notes="\x00")))

    assert faults[:2] == (Fault("id", "unknown", value=999, line=1), Fault("id", "taken", value=101, line=2))
    assert [(each.field, each.line) for each in faults[2:]] == [("notes", 3)]


@pytest.mark.parametrize("number", [2_000, 20_000])
@pytest.mark.parametrize("backwards", [False, True])
def test_thousands_of_lines_take_a_moment(number: int, backwards: bool) -> None:
    before = standing(*[goods(qualifier="blue")] * number)
    wished = [kept(line.id, notes="new") for line in before.lines]

    began = perf_counter()
    amended = amend(before, *(wished[::-1] if backwards else wished))

    assert perf_counter() - began < number / 2_000
    assert len(amended.altered) == number


# What lines name


@pytest.mark.parametrize("given, own", [("blue", "Blue"), ("BLUE", "Blue"), ("", ""), (None, "")])
def test_a_qualifier_has_the_items_own_spelling(given: str | None, own: str) -> None:
    assert place(goods(qualifier=given)).lines[0].line.qualifier == own


def test_an_item_without_qualifiers_has_the_plain_one() -> None:
    assert place(goods(item=NUT, qualifier="")).lines[0].line.qualifier == ""
    assert refused(lambda: place(goods(item=NUT, qualifier="Blue"))) == (
        Fault("qualifier", "unknown", value="Blue", line=0),
    )


def test_a_line_whose_item_is_not_spoken_of_keeps_it_with_its_qualifier() -> None:
    before = standing(goods(qualifier="Blue"))

    (line,) = amend(before, kept(101, quantity=Decimal(9))).lines

    assert (line.line.item_id, line.line.sku, line.line.qualifier) == (11, "BOLT", "Blue")
    assert altered(line.changes) == {"quantity": [Decimal(1), Decimal(9)]}


def test_a_line_may_get_another_item() -> None:
    (line,) = amend(three(), goods(101, item=NUT)).lines

    assert (line.line.item_id, line.line.sku) == (12, "NUT")
    assert line.changes["item_id"] == [11, 12]


def test_a_line_is_not_expected_anywhere_once_it_is_told_so() -> None:
    before = standing(GoodsWish(item=BOLT, facility=MAIN, wish=ONE))
    assert amend(before, kept(101)).lines[0].facility == "Main"

    (line,) = amend(before, GoodsWish(id=101, facility=None)).lines

    assert (line.line.facility_id, line.facility) == (None, None)
    assert altered(line.changes) == {"facility_id": [21, None]}


def test_what_is_not_in_the_book_is_told_with_its_place() -> None:
    nothing = Reference("sku", "NOPE", "LineItems[1].Item.Sku")
    lines = (goods(), goods(item=nothing), GoodsWish(item=BOLT, facility=NOWHERE, wish=ONE))

    assert refused(lambda: place(*lines)) == (
        Fault("item", "unknown", part="LineItems[1].Item.Sku", value="NOPE"),
        Fault("facility", "unknown", part="Facility.Name", value="Atlantis"),
    )


def test_the_faults_of_several_lines_are_told_at_once_each_with_its_line() -> None:
    lines = (
        goods(notes="\x00"),
        goods(),
        goods(qualifier="Red", external_id="x" * 5000),
        goods(quantity=Decimal("NaN")),
    )

    faults = refused(lambda: place(*lines, head=Wish(number="x" * 5000)))

    assert [(each.field, each.line) for each in faults] == [
        ("number", None),
        ("notes", 0),
        ("qualifier", 2),
        ("external_id", 2),
        ("quantity", 3),
    ]


# The head


def test_of_an_unknown_customer_nothing_is_said_of_items() -> None:
    nobody = Found(items={}, facilities=FOUND.facilities)

    assert refused(lambda: place(goods(), goods(qualifier="Red"), found=nobody)) == (
        Fault("customer", "unknown", part="Customer.Id", value=1),
    )


def test_of_an_unknown_customer_the_rest_of_the_lines_is_told() -> None:
    lines = (goods(notes="\x00"), GoodsWish(item=BOLT, facility=NOWHERE, wish=ONE))

    faults = refused(lambda: place(*lines, found=Found()))

    assert [each.field for each in faults] == ["customer", "notes", "facility"]


def test_an_unknown_supplier_is_told_with_its_place() -> None:
    named = Reference("code", "SUP-9", "Supplier.Code")

    assert refused(lambda: place(supplier=named)) == (
        Fault("supplier", "unknown", part="Supplier.Code", value="SUP-9"),
    )


def test_a_new_supplier_that_is_too_long_is_told_once_under_its_field() -> None:
    long = Contact(company_name="x" * 501)

    assert refused(lambda: place(goods(), supplier=long)) == (Fault("supplier.company_name", "too_long"),)
    assert [each.field for each in refused(lambda: amend(three(), supplier=replace(long, code="x" * 256)))] == [
        "supplier.company_name",
        "supplier.code",
    ]


def test_a_supplier_is_set_kept_and_taken_away() -> None:
    before = standing(supplier=Reference("id", 1, "Supplier.Id"), found=FOUND._replace(supplier=ACME))
    assert before.purchase.supplier == ACME

    kept_on = amend(before)
    gone = amend(before, supplier=None)

    assert (kept_on.supplier, kept_on.order.supplier_id, altered(kept_on.changes)) == (ACME, 1, {})
    assert (gone.supplier, gone.order.supplier_id, altered(gone.changes)) == (None, None, {"supplier_id": [1, None]})


def test_a_new_supplier_is_the_orders_once_it_was_entered() -> None:
    entered = Contact(id=9, company_name="New")

    placed = place(supplier=Contact(company_name="New"), found=FOUND._replace(supplier=entered))

    assert (placed.supplier, placed.order.supplier_id) == (entered, 9)


def test_a_customer_given_to_a_purchase_that_had_none_is_its_customer() -> None:
    before = three()
    homeless = before._replace(
        purchase=replace(before.purchase, customer=None), order=replace(before.order, customer_id=None)
    )

    amended = amend(homeless, kept(101), customer=THE_CUSTOMER)

    assert (amended.customer, amended.order.customer_id) == (CUSTOMER, 1)
    assert altered(amended.changes) == {"customer_id": [None, 1]}


def test_the_customer_named_again_is_no_change_and_another_is_not_allowed() -> None:
    assert altered(amend(three(), customer=THE_CUSTOMER).changes) == {}

    another = Reference("name", "Second Customer", "Customer.Name")
    assert refused(lambda: amend(three(), customer=another, found=FOUND._replace(customer=OTHER))) == (
        Fault("customer", "illegal", value="Second Customer"),
    )


def test_a_customer_that_is_not_spoken_of_stays() -> None:
    assert amend(three(), found=Found()).customer == CUSTOMER


def test_faults_of_the_head_and_of_the_face_come_before_those_of_lines() -> None:
    wish = Wish(number="\x00", faults=(Fault("body", "invalid", "IssueDate"),))

    faults = refused(lambda: amend(three(), goods(101, notes="\x00"), head=wish))

    assert [each.field for each in faults] == ["body", "number", "notes"]


def test_an_amendment_is_one_version_on_even_if_it_alters_nothing() -> None:
    amended = amend(three(), kept(101), kept(102), kept(103))

    assert (amended.order.version, altered(amended.changes)) == (2, {})
    assert (amended.entered, amended.altered, amended.removed) == ([], [], [])


# As it is shown


def test_after_a_change_goods_are_still_being_received_if_they_were() -> None:
    for receiving in (False, True):
        before = standing(goods(), receiving=receiving)
        amended = amend(before, kept(101))
        assert (
            purchases.shown(amended, before.purchase, order_id=5, code="ORD-1", line_ids=()).is_receiving is receiving
        )


def test_a_purchase_is_shown_as_it_is_after_the_change() -> None:
    before = standing(goods(notes="a"))

    amended = amend(before, kept(101, notes="b"), head=Wish(notes="n", external_id="E", issued_at=AT))
    shown = purchases.shown(amended, before.purchase, order_id=5, code="ORD-1", line_ids=())

    assert (shown.id, shown.code, shown.number, shown.state) == (5, "ORD-1", "PO-1", "to_execute")
    assert (shown.notes, shown.external_id, shown.issued_at) == ("n", "E", AT)
    assert (shown.created_at, shown.modified_at, shown.version) == (AT, LATER, 2)
    assert [(each.id, each.sku, each.notes) for each in shown.goods] == [(101, "BOLT", "b")]


def test_the_entered_lines_are_shown_with_the_ids_that_they_got_in_their_order() -> None:
    before = standing(goods())

    amended = amend(before, goods(), kept(101), goods())
    shown = purchases.shown(amended, before.purchase, order_id=5, code="ORD-1", line_ids=(201, 202))

    assert [each.id for each in shown.goods] == [201, 101, 202]
