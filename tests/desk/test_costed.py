"""Purchases with what they cost, at the desk: who follows whom, whole calls, numbers, races, what history tells."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.conformance.rows import rows
from tests.given_books import Book, altered, new_tenant

from orderloom.book.costed import EVERY, Chosen, Costed, CostedWish, EstimateWish
from orderloom.book.costing import CostWish
from orderloom.book.errors import BadInput, IllegalMove, InUse, OrderNotFound
from orderloom.book.lines import LineWish
from orderloom.book.lists import Cut, Sort
from orderloom.book.orders import Wish
from orderloom.book.purchase_wishes import GoodsWish, PurchaseWish, Reference
from orderloom.desk import costed, lines, orders, purchases
from orderloom.desk.costed import Asked, Deletion
from orderloom.store import purchase_numbers

REAL = 10008229
ESTIMATE = 10008233
LOCKED = 10008376


def to(**amounts: Any) -> Any:
    """The change to these amounts."""
    wish = CostedWish(cost=CostWish(**amounts))
    return lambda _: wish


async def changed(book: Book, key: int, **amounts: Any) -> Costed:
    (amended,) = await costed.amend_all(book.desk, book.caller, [Asked(key, to(**amounts))])
    return amended.costed


async def shown(book: Book, key: int) -> Costed:
    return await costed.show(book.desk, book.caller, key)


async def told(book: Book, order_id: int) -> list[tuple[str, int, dict[str, Any]]]:
    """The events of the order: name, version, changes."""
    found = await book.desk.pool.fetch(
        """select name, version, changes from events
            where tenant_id = $1 and noun = 'order' and noun_id = $2 order by id""",
        book.tenant_id,
        order_id,
    )
    return [(row[0], row[1], msgspec.json.decode(row[2])) for row in found]


def agreed(_: Costed) -> None:
    """Whatever it is, it may go."""


def estimate(**amounts: Any) -> EstimateWish:
    return EstimateWish(
        case_code="1/00001076.002",
        supplier_code="1/AAMATT2",
        supply_type="1/ENG",
        head=Wish(title="Plates"),
        cost=CostWish(**amounts),
    )


def goods(quantity: str, price: str | None, line_id: int | None = None) -> GoodsWish:
    wish = LineWish(quantity=Decimal(quantity), price=None if price is None else Decimal(price))
    return GoodsWish(id=line_id, wish=wish, item=Reference("sku", "sku-1", "lineItems"))


async def placed(book: Book, *wanted: GoodsWish) -> int:
    """The id of a new purchase with these lines."""
    wish = PurchaseWish(head=Wish(number="PO-77"), customer=Reference("id", 1, "customer"), goods=wanted)
    return (await purchases.place(book.desk, book.caller, wish)).id


async def cost(book: Book, order_id: int) -> Decimal:
    return (await shown(book, order_id)).costing.actual.cost


async def test_a_change_is_one_version_and_one_event_that_tells_the_amounts(demo_book: Book) -> None:
    after = await changed(demo_book, REAL, estimate_cost=Decimal(33))

    assert after.order.version == 17
    assert await shown(demo_book, REAL) == after
    (name, version, changes) = (await told(demo_book, REAL))[-1]
    assert (name, version) == ("OrderAmended", 17)
    assert altered(changes) == {
        "costing": {
            "estimate_cost": ["0", "33.00"],
            "estimate_currency_cost": ["0", "33.00"],
            "estimate_charge": ["0", "42.90"],
            "estimate_job_charge": ["0", "42.90"],
        }
    }


async def test_an_estimate_is_entered_whole_and_charged_to_the_customer_of_its_case(demo_book: Book) -> None:
    wishes = [estimate(estimate_cost=Decimal(100))]
    (entered,) = await costed.estimate_all(demo_book.desk, demo_book.caller, wishes)

    assert await shown(demo_book, entered.costed.order.id) == entered.costed
    assert (entered.costed.order.customer_id, entered.costed.order.supplier_id) == (2, 2)
    assert entered.costed.costing.estimate.charge == Decimal(130)
    assert entered.costed.uuid.int
    ((name, version, changes),) = await told(demo_book, entered.costed.order.id)
    assert (name, version) == ("OrderPlaced", 1)
    assert changes["costing"]["supply_type"] == [None, "1/ENG"]
    assert changes["costing"]["is_estimate"] == [False, True]


async def test_the_cost_of_a_purchase_follows_its_lines(demo_book: Book) -> None:
    order_id = await placed(demo_book, goods("2.5", "4.25"), goods("2", None), goods("3", "0.333"))
    assert await cost(demo_book, order_id) == Decimal("11.62")

    before = (await shown(demo_book, order_id)).order.version
    line = (await purchases.show(demo_book.desk, demo_book.caller, order_id)).goods[0].id
    await purchases.amend(
        demo_book.desk, demo_book.caller, order_id, lambda _: PurchaseWish(goods=[goods("1", "4.25", line)])
    )
    after = await shown(demo_book, order_id)
    assert (after.costing.actual.cost, after.order.version) == (Decimal("4.25"), before + 1)
    assert after.costing.source == "lines"
    assert (await told(demo_book, order_id))[-1][2]["costing"]["cost"] == ["11.62", "4.25"]


async def test_lines_that_are_entered_one_by_one_count_too(demo_book: Book) -> None:
    order_id = await placed(demo_book, goods("1", "10"))
    wish = LineWish(title="Fuel", quantity=Decimal(2), price=Decimal("1.5"))
    entered = await lines.enter(demo_book.desk, demo_book.caller, order_id, wish)
    assert await cost(demo_book, order_id) == 13
    dearer = LineWish(price=Decimal(2))
    await lines.amend(demo_book.desk, demo_book.caller, order_id, entered.id, lambda _: dearer)
    assert await cost(demo_book, order_id) == 14
    assert (await told(demo_book, order_id))[-1][2]["costing"]["cost"] == ["13.00", "14.00"]


async def test_many_who_enter_lines_at_once_lose_none_of_their_costs(demo_book: Book) -> None:
    order_id = await placed(demo_book, goods("1", "1"))
    wish = LineWish(title="Fuel", quantity=Decimal(1), price=Decimal(2))
    await asyncio.gather(*(lines.enter(demo_book.desk, demo_book.caller, order_id, wish) for _ in range(20)))
    assert await cost(demo_book, order_id) == 41
    assert (await shown(demo_book, order_id)).order.version == 21


async def test_a_line_of_an_order_that_is_no_purchase_costs_nothing(demo_book: Book) -> None:
    wish = LineWish(title="Fuel", quantity=Decimal(1), price=Decimal(2))
    entered = await lines.enter(demo_book.desk, demo_book.caller, 241, wish)
    dearer = LineWish(price=Decimal(3))
    await lines.amend(demo_book.desk, demo_book.caller, 241, entered.id, lambda _: dearer)
    found = await demo_book.desk.pool.fetch(
        "select from costings where tenant_id = $1 and order_id = 241", demo_book.tenant_id
    )
    assert found == []


@pytest.mark.parametrize("amounts", [{"charge": Decimal(50)}, {"cost": Decimal(9)}, {"markup": Decimal(1)}])
async def test_a_cost_that_was_entered_stays_when_lines_change(demo_book: Book, amounts: dict[str, Decimal]) -> None:
    order_id = await placed(demo_book, goods("1", "10"))
    entered = (await changed(demo_book, order_id, **amounts)).costing
    assert entered.source == "entered"
    await lines.enter(
        demo_book.desk, demo_book.caller, order_id, LineWish(title="x", quantity=Decimal(1), price=Decimal(5))
    )
    assert (await shown(demo_book, order_id)).costing == entered


async def test_a_currency_or_an_estimate_does_not_stop_the_cost_from_following(demo_book: Book) -> None:
    order_id = await placed(demo_book, goods("1", "10"))
    await changed(demo_book, order_id, currency="1/EUR", estimate_cost=Decimal(5))
    await lines.enter(
        demo_book.desk, demo_book.caller, order_id, LineWish(title="x", quantity=Decimal(1), price=Decimal(5))
    )
    costing = (await shown(demo_book, order_id)).costing
    assert (costing.actual.cost, costing.actual.currency_cost) == (15, Decimal("18.15"))


async def test_an_estimate_does_not_follow_its_lines_and_neither_does_what_was_promoted(demo_book: Book) -> None:
    dear = LineWish(title="x", quantity=Decimal(1), price=Decimal(5))
    await lines.enter(demo_book.desk, demo_book.caller, ESTIMATE, dear)
    assert await cost(demo_book, ESTIMATE) == 0
    await costed.promote(demo_book.desk, demo_book.caller, ESTIMATE)
    await lines.enter(demo_book.desk, demo_book.caller, ESTIMATE, dear)
    assert await cost(demo_book, ESTIMATE) == 200


async def test_a_sum_beyond_the_limit_leaves_the_cost_as_it_was_and_is_flagged(demo_book: Book) -> None:
    order_id = await placed(demo_book, goods("1", "10"))
    huge = LineWish(title="x", quantity=Decimal("1e12"), price=Decimal("1e12"))
    entered = await lines.enter(demo_book.desk, demo_book.caller, order_id, huge)
    costing = (await shown(demo_book, order_id)).costing
    assert (costing.actual.cost, costing.over_limit) == (10, True)
    small = LineWish(price=Decimal("1e-12"))
    await lines.amend(demo_book.desk, demo_book.caller, order_id, entered.id, lambda _: small)
    costing = (await shown(demo_book, order_id)).costing
    assert (costing.actual.cost, costing.over_limit) == (11, False)


async def test_the_largest_amounts_that_lines_may_have_are_no_failure(demo_book: Book) -> None:
    order_id = await placed(demo_book, goods("1", "10"))
    largest = Decimal("9" * 308)
    for quantity, price in ((largest, largest), (Decimal("1e-900"), Decimal("1e-900")), (-largest, largest)):
        wish = LineWish(title="x", quantity=quantity, price=price)
        await lines.enter(demo_book.desk, demo_book.caller, order_id, wish)
    assert (await shown(demo_book, order_id)).costing.actual.cost == 10


async def test_what_others_do_leaves_a_cost_that_was_entered(demo_book: Book) -> None:
    before = (await shown(demo_book, REAL)).costing
    await orders.amend(demo_book.desk, demo_book.caller, REAL, lambda _: Wish(state="done", notes="n"))
    assert (await shown(demo_book, REAL)).costing == before


async def test_the_same_purchase_twice_in_a_call_is_changed_twice(demo_book: Book) -> None:
    asked = [
        Asked(REAL, to(cost=Decimal(100))),
        Asked(ESTIMATE, to(estimate_cost=Decimal(5))),
        Asked((await shown(demo_book, REAL)).uuid, to(markup=Decimal(50))),
    ]
    first, other, second = await costed.amend_all(demo_book.desk, demo_book.caller, asked)

    assert [each.costed.order.version for each in (first, other, second)] == [17, 2, 18]
    assert (first.costed.costing.actual.charge, second.costed.costing.actual.charge) == (130, 150)
    assert await shown(demo_book, REAL) == second.costed
    assert [(name, version) for name, version, _ in await told(demo_book, REAL)][-2:] == [
        ("OrderAmended", 17),
        ("OrderAmended", 18),
    ]
    assert second.costed.order.modified_at > first.costed.order.modified_at


async def test_each_event_of_a_large_change_has_the_moment_of_its_own_order(demo_book: Book) -> None:
    pool = demo_book.desk.pool
    # What a clock leaves behind that was far ahead for a while.
    ahead = "update orders set modified_at = now() + interval '5 hours' where tenant_id = $1 and id = $2"
    await pool.execute(ahead, demo_book.tenant_id, ESTIMATE)
    for keys in ((ESTIMATE, REAL), (REAL, ESTIMATE, ESTIMATE, REAL)):
        asked = [Asked(key, to(estimate_cost=Decimal(7))) for key in keys]
        done = await costed.amend_all(demo_book.desk, demo_book.caller, asked)
        moments = [event["at"] for event in (await demo_book.events())[-len(keys) :]]
        assert moments == [each.costed.order.modified_at for each in done]


async def test_no_purchase_is_deleted_before_its_last_change(demo_book: Book) -> None:
    pool = demo_book.desk.pool
    ahead = "update orders set modified_at = now() + interval '5 hours' where tenant_id = $1 and id = $2"
    await pool.execute(ahead, demo_book.tenant_id, ESTIMATE)
    last = (await shown(demo_book, ESTIMATE)).order.modified_at
    await costed.delete_all(demo_book.desk, demo_book.caller, [Deletion(ESTIMATE, agreed)])
    assert (await demo_book.events())[-1]["at"] == last


async def test_a_call_in_which_one_change_cannot_be_made_changes_nothing(demo_book: Book) -> None:
    before = await rows(demo_book.desk.pool, demo_book.tenant_id)
    good = Asked(REAL, to(cost=Decimal(1)))
    for wrong, refusal in (
        (Asked(ESTIMATE, to(rate=Decimal(-1))), BadInput),
        (Asked(99999999, to(cost=Decimal(1))), OrderNotFound),
        (Asked(241, to(cost=Decimal(1))), OrderNotFound),
    ):
        with pytest.raises(refusal):
            await costed.amend_all(demo_book.desk, demo_book.caller, [good, wrong])
    with pytest.raises(BadInput) as refused:
        await costed.estimate_all(
            demo_book.desk, demo_book.caller, [estimate(), estimate(estimate_cost=Decimal("1e13"))]
        )
    assert refused.value.faults[0].line == 1
    with pytest.raises(InUse):
        await costed.delete_all(demo_book.desk, demo_book.caller, [Deletion(REAL, agreed), Deletion(LOCKED, agreed)])
    assert await rows(demo_book.desk.pool, demo_book.tenant_id) == before


async def test_many_changes_at_once_are_all_made(demo_book: Book) -> None:
    await asyncio.gather(*(changed(demo_book, REAL, cost=Decimal(number)) for number in range(25)))
    assert (await shown(demo_book, REAL)).order.version == 16 + 25
    assert [version for _, version, _ in await told(demo_book, REAL)] == list(range(17, 17 + 25))


async def test_large_calls_over_the_same_purchases_do_not_wait_for_each_other_in_a_circle(demo_book: Book) -> None:
    wishes = [estimate(estimate_cost=Decimal(1)) for _ in range(40)]
    ids = [each.costed.order.id for each in await costed.estimate_all(demo_book.desk, demo_book.caller, wishes)]

    async def change(order: list[int], amount: int) -> None:
        asked = [Asked(key, to(estimate_cost=Decimal(amount))) for key in order]
        await costed.amend_all(demo_book.desk, demo_book.caller, asked)

    await asyncio.gather(*(change(ids if each % 2 else ids[::-1], each + 2) for each in range(8)))
    assert {(await shown(demo_book, key)).order.version for key in ids} == {9}


async def test_promoting_gives_the_next_number_and_passes_by_those_that_are_taken(demo_book: Book) -> None:
    amended = await costed.promote(demo_book.desk, demo_book.caller, ESTIMATE)
    assert amended.costed.order.number == "012084"
    assert amended.costed.costing.actual == amended.costed.costing.estimate
    assert (await told(demo_book, ESTIMATE))[-1][:2] == ("OrderPromoted", 2)

    for number in ("012085", "012086", "700000"):
        await orders.place(demo_book.desk, demo_book.caller, Wish(type_code="purchase_order", number=number))
    (new,) = await costed.estimate_all(demo_book.desk, demo_book.caller, [estimate()])
    later = await costed.promote(demo_book.desk, demo_book.caller, new.costed.order.id)
    assert later.costed.order.number == "012087"


async def test_promoting_keeps_a_number_that_the_purchase_has(demo_book: Book) -> None:
    await orders.amend(demo_book.desk, demo_book.caller, ESTIMATE, lambda _: Wish(number="MY-1"))
    amended = await costed.promote(demo_book.desk, demo_book.caller, ESTIMATE)
    assert amended.costed.order.number == "MY-1"
    (new,) = await costed.estimate_all(demo_book.desk, demo_book.caller, [estimate()])
    assert (await costed.promote(demo_book.desk, demo_book.caller, new.costed.order.id)).costed.order.number == "012084"


async def test_of_those_who_promote_at_once_one_does(demo_book: Book) -> None:
    tries = [costed.promote(demo_book.desk, demo_book.caller, ESTIMATE) for _ in range(8)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, IllegalMove) for each in found) == 7
    assert (await shown(demo_book, ESTIMATE)).order.version == 2


async def test_those_who_promote_at_once_get_different_numbers(demo_book: Book) -> None:
    entered = await costed.estimate_all(demo_book.desk, demo_book.caller, [estimate() for _ in range(12)])
    done = await asyncio.gather(
        *(costed.promote(demo_book.desk, demo_book.caller, each.costed.order.id) for each in entered)
    )
    assert len({each.costed.order.number for each in done}) == 12


async def test_another_tenants_purchases_are_not_there(demo_book: Book, desk: Any) -> None:
    stranger, _ = await new_tenant(desk)
    other = Book(desk, stranger)
    uuid = (await shown(demo_book, REAL)).uuid
    for key in (REAL, uuid):
        for use in (
            shown(other, key),
            costed.amend_all(desk, stranger, [Asked(key, to(cost=Decimal(1)))]),
            costed.amend_all(desk, stranger, [Asked(key, to(cost=Decimal(1)))] * 2),
            costed.promote(desk, stranger, key),
            costed.delete_all(desk, stranger, [Deletion(key, agreed)]),
        ):
            with pytest.raises(OrderNotFound):
                await use
    page = await costed.page(desk, stranger, EVERY, [Sort()], Cut(10))
    assert (page.total, page.records) == (0, [])


async def test_a_list_is_narrowed_by_codes_exactly(demo_book: Book) -> None:
    async def found(**chosen: Any) -> list[int]:
        page = await costed.page(demo_book.desk, demo_book.caller, Chosen(**chosen), [Sort()], Cut(10))
        assert page.total == len(page.records)
        return [each.id for each in page.records]

    of_phase = [10008229, 10008233, 10008375]
    assert await found(case_code="1/00001076.002") == of_phase
    assert await found(job_code="1/00001076") == of_phase
    assert await found(job_code="1/0000107") == await found(job_code="1/00001076.00") == []
    assert await found(job_code="1/00001076.002") == [], "a phase is no job"
    assert await found(supplier_code="1/AAMATT2") == of_phase
    assert await found(supplier_code="1/aamatt2") == []
    assert await found(containing="ENGRAVED") == await found(containing="{est}") == [10008233]
    assert await found(containing="0120") == [10008229, 10008375]


async def test_thousands_of_changes_are_one_transaction(demo_book: Book) -> None:
    wishes = [estimate(estimate_cost=Decimal(1)) for _ in range(2_000)]
    entered = await costed.estimate_all(demo_book.desk, demo_book.caller, wishes)
    asked = [Asked(each.costed.order.id, to(estimate_cost=Decimal(7))) for each in entered]

    done = await costed.amend_all(demo_book.desk, demo_book.caller, asked)

    assert {each.costed.costing.estimate.charge for each in done} == {Decimal("9.10")}
    moments = await demo_book.desk.pool.fetch(
        "select distinct xmin::text from orders where tenant_id = $1 and id = any($2::bigint[])",
        demo_book.tenant_id,
        [each.costed.order.id for each in done],
    )
    assert len(moments) == 1


async def test_more_than_a_call_may_change_is_refused(demo_book: Book) -> None:
    asked = [Asked(REAL, to(cost=Decimal(1)))] * (costed.MAX_RECORDS + 1)
    with pytest.raises(BadInput) as refused:
        await costed.amend_all(demo_book.desk, demo_book.caller, asked)
    assert refused.value.faults[0].expected == "10000"


async def test_one_change_and_many_are_written_alike(demo_book: Book) -> None:
    """What is entered is in the rows, and nothing else is touched, however many come along."""
    wish = CostedWish(head=Wish(external_id="E-1", required_on=date(2027, 1, 2), title="ÄÖ"))
    await costed.amend_all(demo_book.desk, demo_book.caller, [Asked(REAL, lambda _: wish)])
    await costed.amend_all(
        demo_book.desk, demo_book.caller, [Asked(LOCKED, lambda _: wish), Asked(ESTIMATE, lambda _: wish)]
    )
    found = await demo_book.desk.pool.fetch(
        """select o.id, o.external_id, o.required_on, o.title, o.folded, o.modified_by from orders o
            where o.tenant_id = $1 and o.id = any($2::bigint[])""",
        demo_book.tenant_id,
        [REAL, LOCKED, ESTIMATE],
    )
    assert len(found) == 3
    assert {tuple(row)[1:] for row in found} == {("E-1", date(2027, 1, 2), "ÄÖ", '{"title": "äö"}', "tests")}
    costings = await demo_book.desk.pool.fetch(
        "select from costings where tenant_id = $1 and order_id = $2", demo_book.tenant_id, LOCKED
    )
    assert costings == [], "a purchase that costs nothing has no row"


async def test_those_who_list_do_not_wait_while_many_are_decided(demo_book: Book) -> None:
    """Only the writing of new purchases keeps lists in the order of ids waiting."""
    wishes = [estimate(estimate_cost=Decimal(1)) for _ in range(3_000)]
    entering = asyncio.create_task(costed.estimate_all(demo_book.desk, demo_book.caller, wishes))
    listed = 0
    while not entering.done():
        await costed.page(demo_book.desk, demo_book.caller, EVERY, [Sort()], Cut(1))
        listed += 1
    assert len(await entering) == 3_000
    assert listed > 3


async def test_a_number_that_somebody_claims_meanwhile_is_not_given(
    demo_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = purchase_numbers.free
    given = []

    async def overtaken(db: Any, tenant_id: int) -> str:
        number = await free(db, tenant_id)
        if not given:
            wish = PurchaseWish(head=Wish(number=number), customer=Reference("id", 2, "customer"))
            await purchases.place(demo_book.desk, demo_book.caller, wish)
        given.append(number)
        return number

    monkeypatch.setattr(purchase_numbers, "free", overtaken)
    amended = await costed.promote(demo_book.desk, demo_book.caller, ESTIMATE)
    assert (given, amended.costed.order.number) == (["012084", "012085"], "012085")


async def test_what_is_no_estimate_uses_up_no_number(demo_book: Book) -> None:
    with pytest.raises(IllegalMove):
        await costed.promote(demo_book.desk, demo_book.caller, REAL)
    amended = await costed.promote(demo_book.desk, demo_book.caller, ESTIMATE)
    assert amended.costed.order.number == "012084"


async def test_what_is_deleted_is_kept_whole_in_history(demo_book: Book) -> None:
    await costed.delete_all(demo_book.desk, demo_book.caller, [Deletion(REAL, agreed), Deletion(ESTIMATE, agreed)])
    name, version, changes = (await told(demo_book, REAL))[-1]
    assert (name, version) == ("OrderDeleted", 16)
    assert (changes["order"]["title"], changes["costing"]["cost"]) == ("Brochure printing", 150)
    assert set(changes) == {"order", "costing"}
    for key in (REAL, ESTIMATE):
        with pytest.raises(OrderNotFound):
            await shown(demo_book, key)


async def test_one_that_is_named_twice_is_not_deleted(demo_book: Book) -> None:
    uuid = (await shown(demo_book, REAL)).uuid
    with pytest.raises(OrderNotFound):
        await costed.delete_all(demo_book.desk, demo_book.caller, [Deletion(REAL, agreed), Deletion(uuid, agreed)])
    assert (await shown(demo_book, REAL)).order.version == 16
