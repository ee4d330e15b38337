"""What an order is about to refer to goes at that moment: it is refused as if it had gone a moment earlier."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
from tests.given_books import Book

from orderloom.book.costed import EstimateWish
from orderloom.book.costing import CostWish
from orderloom.book.errors import BadInput, CaseNotFound, Fault, UserNotFound
from orderloom.book.lines import LineWish
from orderloom.book.orders import Wish
from orderloom.book.purchase_wishes import GoodsWish, PurchaseWish, Reference
from orderloom.book.whole_orders import OrderWish
from orderloom.desk import costed, lines, many_orders, orders, purchases, whole_orders

THINGS = {
    "customer_id": """insert into customers as t (tenant_id, name, name_folded, created_at)
                      values ($1, 'Gone', 'gone', now()) returning t.id""",
    "supplier_id": """insert into contacts as t (tenant_id, company_name, created_at) values ($1, 'Gone', now())
                      returning t.id""",
    "case_id": """insert into cases as t (tenant_id, code, name, created_at) values ($1, 'GONE', 'Gone', now())
                  returning t.id""",
    "responsible": """insert into users as t (tenant_id, email, first_name, last_name, company, department, created_at,
                                              modified_at)
                      values ($1, 'gone@example.com', 'G', 'G', '', '', now(), now()) returning t.email""",
    "item": """insert into items as t (tenant_id, customer_id, sku, sku_folded, created_at)
               values ($1, 1, 'GONE', 'gone', now()) returning t.id""",
    "facility": """insert into facilities as t (tenant_id, name, name_folded, created_at)
                   values ($1, 'Gone', 'gone', now()) returning t.id""",
    "supply_type": "insert into supply_types as t (tenant_id, code, name) values ($1, 'GONE', 'Gone') returning t.code",
}
TABLES = {
    "customer_id": ("customers", "id"),
    "supplier_id": ("contacts", "id"),
    "case_id": ("cases", "id"),
    "responsible": ("users", "email"),
    "item": ("items", "id"),
    "facility": ("facilities", "id"),
    "supply_type": ("supply_types", "code"),
}
OF_ORDERS = tuple(name for name in TABLES if name != "supply_type")
WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


async def going(book: Book, name: str, work: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
    """What the work returns or raises, when the thing that it names goes after it was looked up."""
    table, key = TABLES[name]
    thing = await book.desk.pool.fetchval(THINGS[name], book.tenant_id)
    async with book.desk.pool.transaction() as db:
        statement = f"delete from {table} where tenant_id = $1 and {key} = $2"  # noqa: S608 - of TABLES
        assert await db.execute(statement, book.tenant_id, thing) == "DELETE 1"
        task = asyncio.create_task(work(thing))
        async with asyncio.timeout(10):
            while not await book.desk.pool.fetchval(WAITING):
                assert not task.done(), task.result()
                await asyncio.sleep(0.01)
    async with asyncio.timeout(10):
        return (await asyncio.gather(task, return_exceptions=True))[0]


async def faults(doing: Awaitable[Any]) -> list[tuple[str, str]]:
    """What is wrong, as it is told."""
    refusal = await doing
    assert isinstance(refusal, BadInput), repr(refusal)
    return [(fault.field, fault.reason) for fault in refusal.faults]


def naming(name: str, thing: Any, **more: Any) -> OrderWish:
    head: dict[str, Any] = {"title": "x", **more}
    if name == "responsible":
        head["responsible_email"] = thing
    elif name in ("item", "facility"):
        line = GoodsWish(**{name: Reference("id", thing, f"/lines/0/{name}_id")})
        return OrderWish(head=Wish(**({"customer_id": 1} | head)), goods=[line])
    else:
        head[name] = thing
    return OrderWish(head=Wish(**head))


@pytest.mark.parametrize("name", OF_ORDERS)
async def test_a_new_order_of_any_kind(demo_book: Book, name: str) -> None:
    def place(thing: Any) -> Coroutine[Any, Any, Any]:
        wish = naming(name, thing, type_code="purchase_order")
        return whole_orders.place(demo_book.desk, demo_book.caller, wish)

    before = await demo_book.counts()
    assert await faults(going(demo_book, name, place)) == [(name, "unknown")]
    assert await demo_book.counts() == before


@pytest.mark.parametrize("name", OF_ORDERS)
@pytest.mark.parametrize("names", [{}, {"shop": "A-1"}], ids=["freely", "locked"])
async def test_a_change_of_an_order_of_any_kind(demo_book: Book, name: str, names: dict[str, str | None]) -> None:
    head = Wish(type_code="purchase_order", **({"customer_id": 1} if name in ("item", "facility") else {}))
    order = (await whole_orders.place(demo_book.desk, demo_book.caller, OrderWish(head=head, goods=[]))).order

    def amend(thing: Any) -> Coroutine[Any, Any, Any]:
        wish = naming(name, thing)
        wish = OrderWish(head=wish.head, goods=wish.goods, external_ids=names)
        return whole_orders.amend(demo_book.desk, demo_book.caller, order.id, lambda _: wish)

    assert await faults(going(demo_book, name, amend)) == [(name, "unknown")]


@pytest.mark.parametrize("name", OF_ORDERS)
async def test_one_of_many_is_refused_and_the_others_are_entered(demo_book: Book, name: str) -> None:
    wishes = [OrderWish(head=Wish(type_code="purchase_order", title="other"), goods=[]) for _ in range(2)]

    def place(thing: Any) -> Coroutine[Any, Any, Any]:
        wish = naming(name, thing, type_code="purchase_order")
        return many_orders.place_all(demo_book.desk, demo_book.caller, [wishes[0], wish, wishes[1]])

    before = (await demo_book.counts())["orders"]
    first, second, third = await going(demo_book, name, place)
    assert [(fault.field, fault.reason) for fault in second.faults] == [(name, "unknown")]
    assert first.id < third.id
    assert (await demo_book.counts())["orders"] == before + 2


@pytest.mark.parametrize("name", ["item", "facility", "supplier_id"])
async def test_a_new_purchase_by_the_words_of_a_face(demo_book: Book, name: str) -> None:
    def place(thing: Any) -> Coroutine[Any, Any, Any]:
        reference = Reference("id", thing, name)
        supplier = {"supplier": reference} if name == "supplier_id" else {}
        goods = GoodsWish(**({} if supplier else {name: reference}), wish=LineWish(quantity=None))
        wish = PurchaseWish(head=Wish(number="PO-GONE"), customer=Reference("id", 1, "c"), goods=[goods], **supplier)
        return purchases.place(demo_book.desk, demo_book.caller, wish)

    earlier = await asyncio.gather(place(4711), return_exceptions=True)
    assert isinstance(earlier[0], BadInput)
    told = [(fault.field, fault.reason) for fault in earlier[0].faults]
    assert await faults(going(demo_book, name, place)) == told


@pytest.mark.parametrize(
    ("name", "refusal"), [("customer_id", BadInput), ("case_id", CaseNotFound), ("responsible", UserNotFound)]
)
async def test_an_order_alone(demo_book: Book, name: str, refusal: type[Exception]) -> None:
    order = await orders.place(demo_book.desk, demo_book.caller, Wish(type_code="purchase_order"))

    def place(thing: Any) -> Coroutine[Any, Any, Any]:
        return orders.place(demo_book.desk, demo_book.caller, naming(name, thing, type_code="purchase_order").head)

    def amend(thing: Any) -> Coroutine[Any, Any, Any]:
        return orders.amend(demo_book.desk, demo_book.caller, order.id, lambda _: naming(name, thing).head)

    assert isinstance(await going(demo_book, name, place), refusal)
    assert isinstance(await going(demo_book, name, amend), refusal)


async def test_a_user_who_may_be_unknown_is_kept_in_words(demo_book: Book) -> None:
    def place(thing: Any) -> Coroutine[Any, Any, Any]:
        wish = Wish(type_code="purchase_order", responsible_email=thing, unknown_responsible="owner")
        return orders.place(demo_book.desk, demo_book.caller, wish)

    entered = await going(demo_book, "responsible", place)
    assert (entered.responsible, entered.leftovers) == (None, '{"tests":{"owner":"gone@example.com"}}')


async def test_a_line_alone(demo_book: Book) -> None:
    wish = Wish(type_code="vacation_request", customer_id=1)
    order = await orders.place(demo_book.desk, demo_book.caller, wish)

    def enter(thing: Any) -> Coroutine[Any, Any, Any]:
        return lines.enter(demo_book.desk, demo_book.caller, order.id, LineWish(item_id=thing))

    assert await faults(going(demo_book, "item", enter)) == [("item_id", "unknown")]


async def test_an_estimate(demo_book: Book) -> None:
    def estimate(thing: Any) -> Coroutine[Any, Any, Any]:
        wish = EstimateWish(
            case_code="1/00001076.002", supplier_code="1/AAMATT2", supply_type=thing, head=Wish(), cost=CostWish()
        )
        return costed.estimate_all(demo_book.desk, demo_book.caller, [wish])

    refusal = await going(demo_book, "supply_type", estimate)
    assert refusal.faults == (Fault("supply_type", "unknown", value="GONE", line=0),)
