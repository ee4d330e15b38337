"""A tenant in which everybody writes: changes through every use-case that there is, chosen by a die."""

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from msgspec import UNSET, Raw
from tests.given_books import Book

from orderloom.book.costed import CostedWish, EstimateWish
from orderloom.book.costing import CostWish
from orderloom.book.errors import Refusal
from orderloom.book.events import Author
from orderloom.book.lines import LineWish
from orderloom.book.orders import Wish
from orderloom.book.purchase_wishes import GoodsWish, PurchaseWish, Reference
from orderloom.book.whole_orders import OrderWish
from orderloom.desk import costed, history, lines, many_orders, orders, purchases, whole_orders
from orderloom.desk.caller import Caller
from orderloom.desk.costed import Asked

TEXTS = (None, "", "a", "Žitná mouka ß", 'x "y"', "b" * 300)
AMOUNTS = (None, *map(Decimal, ("0", "5", "5.00", "1E+2", "0.333", "123456789012345678901234567890.5")))
PRICES = tuple(map(Decimal, ("0", "4.25", "1000000", "0.005")))
# Without the first and the last moment, which the driver takes for something else and no face lets through.
MOMENTS = (
    None,
    datetime(2025, 3, 1, 9, 30, 0, 7, tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC) - datetime.resolution,
    datetime(1, 1, 2, tzinfo=UTC),
)
DAYS = (None, date(2025, 3, 1), date.min, date.max)
LEFT = (None, *map(Raw, (b"null", b"1.50", b'"a"', b'{"b":[1e2,{}],"a":1}', b"[]", b"12345678901234567890.123")))
CURRENCIES = ("", "1/EUR", "1/USD")
PEOPLE = (None, "demo@example.com", "c.johnson@example.com")
NUMBERS = (None, "PO-1", "po-2", "PO-LOCKED", "12")
AUTHORS = tuple(Author(name, f"face of {name}") for name in ("ann", "ben", "cy"))
TYPES = ("purchase_order", "purchase_order", "vacation_request", "support_request", "all_kinds")
DATA = {
    "aString": (None, "x", ["y", "z"]),
    "aNumber": (None, "1.5", 10**40, "-0.1"),
    "aBoolean": (None, True, False),
    "subject": (None, "Printer", ["a"]),
    "motivationText": (None, "Sun"),
}


class Busy:
    """Who throws the die, and what the changes are about."""

    def __init__(self, book: Book, seed: int) -> None:
        self.book = book
        self.die = Random(seed)  # noqa: S311 - a test's, so that it can be repeated
        self.done: Counter[str] = Counter()

    async def step(self) -> None:
        """Make some change; what is refused is passed over."""
        act = self.die.choice(STEPS)
        with suppress(Refusal):
            await act(self, self.book.caller._replace(author=self.die.choice(AUTHORS)))
            self.done[act.__name__] += 1

    def some(self, **fields: tuple[Any, ...]) -> dict[str, Any]:
        """A few of these fields."""
        names = self.die.sample([*fields], self.die.randint(0, min(4, len(fields))))
        return {name: self.die.choice(fields[name]) for name in names}

    async def an_order(self, table: str = "orders", *, ever: bool = False) -> int:
        """The id of some order, or of one that has ever been there; 0 if there is none."""
        ids = f"select id from {table} where tenant_id = $1"  # noqa: S608 - two names
        if ever:
            ids = "select distinct noun_id from events where tenant_id = $1 and noun = 'order'"
        found = await self.book.desk.pool.fetch(f"{ids} order by 1", self.book.tenant_id)
        return int(self.die.choice(found)[0]) if found else 0

    async def a_deleted_one(self) -> int:
        """The id of an order that has been deleted; 0 if there is none."""
        found = await self.book.desk.pool.fetch(
            """select distinct e.noun_id from events e
                where e.tenant_id = $1 and e.name = 'OrderDeleted'
                  and not exists (select from orders o where o.tenant_id = $1 and o.id = e.noun_id) order by 1""",
            self.book.tenant_id,
        )
        return int(self.die.choice(found)[0]) if found else 0

    def head(self) -> dict[str, Any]:
        return self.some(
            title=TEXTS,
            notes=TEXTS,
            number=NUMBERS,
            external_id=TEXTS,
            process_state=TEXTS,
            supplier_reference=TEXTS,
            supplier_id=(None, 1, 2),
            issued_at=MOMENTS,
            required_on=DAYS,
            done_at=MOMENTS,
            estimated_at=MOMENTS,
            price_total=AMOUNTS,
            price_currency=TEXTS,
            state=("to_execute", "in_progress", "done"),
            archived=(True, False),
        )

    def members(self) -> dict[str, Any]:
        return {
            "leftovers": self.some(x=LEFT, y=LEFT, line=LEFT),
            "data": self.some(**DATA) if self.die.random() < 0.3 else {},
            "keeps_data": self.die.choice((True, False)),
        }

    def line(self) -> dict[str, Any]:
        return self.some(
            quantity=AMOUNTS,
            price=(None, *PRICES),
            price_total=AMOUNTS,
            title=TEXTS,
            notes=TEXTS,
            unit=TEXTS,
            external_id=TEXTS,
            locked=(True, False),
            expected_at=MOMENTS,
            cancel_at=MOMENTS,
        )

    def costs(self) -> dict[str, Any]:
        return self.some(
            cost=PRICES,
            currency_cost=PRICES,
            charge=PRICES,
            markup=PRICES,
            estimate_cost=PRICES,
            original_cost=PRICES,
            currency=CURRENCIES,
            invest=(True, False),
        )

    def names(self) -> dict[str, Any]:
        """What others shall call an order; few names, so that some are taken."""
        names = (None, "1", "2", "3")
        return {"external_ids": self.some(erp=names, shop=names) if self.die.random() < 0.4 else {}}

    async def goods(self, order_id: int | None, by: str) -> list[GoodsWish]:
        """Some of the lines that an order has and new ones, in any order."""
        there: list[int | None] = []
        if order_id is not None:
            rows = await self.book.desk.pool.fetch(
                "select id from lines where tenant_id = $1 and order_id = $2 order by id", self.book.tenant_id, order_id
            )
            there = [row[0] for row in rows if self.die.random() < 0.8]
        wanted = [*there, *[None] * self.die.randint(0, 2)]
        if self.die.random() < 0.4:
            self.die.shuffle(wanted)
        return [self._goods(each, by) for each in wanted]

    def _goods(self, line_id: int | None, by: str) -> GoodsWish:
        words = (("SKU-1", "SKU-2"), ("Main",)) if by == "sku" else ((1, 2), (1, 2))
        items = [UNSET, *(Reference(by, word, "item") for word in words[0]), *([None] if by == "id" else [])]
        facility = "name" if by == "sku" else "id"
        facilities = [UNSET, None, *(Reference(facility, word, "facility") for word in words[1])]
        wish = LineWish(**self.line()) if self.die.random() < 0.6 else LineWish()
        return GoodsWish(id=line_id, wish=wish, item=self.die.choice(items), facility=self.die.choice(facilities))


async def place(busy: Busy, caller: Caller) -> None:
    wish = Wish(
        **busy.head(),
        **busy.members(),
        **busy.some(customer_id=(None, 1, 2), case_id=(None, 1, 5), responsible_email=PEOPLE),
        type_code=busy.die.choice(TYPES),
    )
    await orders.place(busy.book.desk, caller, wish)


async def amend(busy: Busy, caller: Caller) -> None:
    named = busy.some(customer_id=(None, 1, 2), case_id=(None, 1, 5), responsible_email=PEOPLE)
    typed = {"type_code": busy.die.choice(TYPES)} if busy.die.random() < 0.3 else {}
    wish = Wish(**busy.head(), **busy.members(), **named, **typed, unknown_responsible="owner")
    await orders.amend(busy.book.desk, caller, await busy.an_order(), lambda _: wish)


async def place_purchase(busy: Busy, caller: Caller) -> None:
    head = Wish(**(busy.head() | {"number": f"PO-{busy.die.randint(1, 10**9)}"}))
    wish = PurchaseWish(
        head=head, customer=Reference("id", busy.die.choice((1, 1, 2)), "c"), goods=await busy.goods(None, "sku")
    )
    await purchases.place(busy.book.desk, caller, wish)


async def amend_purchase(busy: Busy, caller: Caller) -> None:
    order_id = await busy.an_order()
    wish = PurchaseWish(head=Wish(**busy.head()), goods=await busy.goods(order_id, "sku"))
    await purchases.amend(busy.book.desk, caller, order_id, lambda _: wish)


async def place_whole(busy: Busy, caller: Caller) -> None:
    members = {name: each for name, each in busy.members().items() if name != "keeps_data"}
    named = busy.some(customer_id=(1,), case_id=(None, 1, 5), responsible_email=PEOPLE)
    head = Wish(**busy.head(), **members, **named, type_code=busy.die.choice(TYPES))
    wish = OrderWish(
        head=head,
        goods=await busy.goods(None, "id"),
        cost=CostWish(**(busy.costs() if busy.die.random() < 0.3 else {})),
        **busy.names(),
    )
    await whole_orders.place(busy.book.desk, caller, wish)


async def place_many(busy: Busy, caller: Caller) -> None:
    wishes = []
    for _ in range(busy.die.randint(1, 3)):
        head = Wish(**busy.head(), **busy.some(customer_id=(1,)), type_code=busy.die.choice(TYPES))
        wishes.append(OrderWish(head=head, goods=await busy.goods(None, "id"), **busy.names()))
    await many_orders.place_all(busy.book.desk, caller, wishes)


async def amend_whole(busy: Busy, caller: Caller) -> None:
    order_id = await busy.an_order()
    named = busy.some(customer_id=(1,), case_id=(None, 1, 5), responsible_email=PEOPLE)
    head = Wish(**busy.head(), **busy.members(), **named)
    goods = await busy.goods(order_id, "id") if busy.die.random() < 0.7 else UNSET
    costs = busy.costs() if busy.die.random() < 0.3 else {}
    wish = OrderWish(head=head, goods=goods, cost=CostWish(**costs), **busy.names())
    await whole_orders.amend(busy.book.desk, caller, order_id, lambda _: wish)


async def enter_line(busy: Busy, caller: Caller) -> None:
    wish = LineWish(**busy.line(), leftovers=busy.some(x=LEFT, y=LEFT), **_item(busy))
    await lines.enter(busy.book.desk, caller, await busy.an_order(), wish)


async def amend_line(busy: Busy, caller: Caller) -> None:
    line_id = await busy.an_order("lines")
    order_id = await busy.book.desk.pool.fetchval(
        "select order_id from lines where tenant_id = $1 and id = $2", busy.book.tenant_id, line_id
    )
    wish = LineWish(**busy.line(), leftovers=busy.some(x=LEFT, y=LEFT), **_item(busy))
    await lines.amend(busy.book.desk, caller, order_id, line_id, lambda _: wish)


def _item(busy: Busy) -> dict[str, Any]:
    return {"item_id": busy.die.choice((None, 1, 2, 77)), "unknown_item": "product"} if busy.die.random() < 0.5 else {}


async def estimate(busy: Busy, caller: Caller) -> None:
    wishes = [
        EstimateWish(
            case_code=busy.die.choice(("1/00001076.002", "1/00002001.001")),
            supplier_code="1/AAMATT2",
            supply_type="1/ENG",
            head=Wish(**busy.some(title=TEXTS, notes=TEXTS)),
            cost=CostWish(**busy.some(estimate_cost=PRICES, currency=CURRENCIES)),
        )
        for _ in range(busy.die.randint(1, 2))
    ]
    await costed.estimate_all(busy.book.desk, caller, wishes)


async def price(busy: Busy, caller: Caller) -> None:
    """One or several changes, now and then of one purchase twice."""
    keys = [await busy.an_order() for _ in range(busy.die.randint(1, 2))]
    wishes = [
        CostedWish(head=Wish(**busy.head()), cost=CostWish(**busy.costs()))
        for _ in range(len(keys) + busy.die.randint(0, 1))
    ]
    asked = [Asked(busy.die.choice(keys), lambda _, wish=wish: wish) for wish in wishes]  # type: ignore[misc]
    await costed.amend_all(busy.book.desk, caller, asked)


async def promote(busy: Busy, caller: Caller) -> None:
    await costed.promote(busy.book.desk, caller, await busy.an_order())


async def delete(busy: Busy, caller: Caller) -> None:
    await orders.delete(busy.book.desk, caller, await busy.an_order())


async def restore(busy: Busy, caller: Caller) -> None:
    await history.restore(busy.book.desk, caller, await busy.a_deleted_one())


async def restore_version(busy: Busy, caller: Caller) -> None:
    order_id = await busy.an_order(ever=busy.die.random() < 0.7)
    now = await history.state(busy.book.desk, caller, order_id)
    version = busy.die.randint(max(1, now.version - 6), now.version)
    await history.restore(busy.book.desk, caller, order_id, version=version)


STEPS: tuple[Callable[[Busy, Caller], Awaitable[None]], ...] = (
    place,
    place,
    *[amend] * 4,
    place_purchase,
    *[amend_purchase] * 3,
    *[place_whole] * 2,
    place_many,
    *[amend_whole] * 4,
    *[enter_line] * 2,
    *[amend_line] * 3,
    estimate,
    *[price] * 3,
    *[promote] * 2,
    *[delete] * 2,
    *[restore] * 3,
    *[restore_version] * 3,
)
