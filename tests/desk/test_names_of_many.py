"""What others call many new orders: looked up, and entered, all at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import copy
from typing import Any

import pytest
from tests.given_books import Book, CountingPool

from orderloom.book.errors import BadInput, Fault
from orderloom.book.orders import Wish
from orderloom.book.whole_orders import OrderWish
from orderloom.desk import many_orders
from orderloom.desk.desk import Desk
from orderloom.store import external_ids


class Counting(CountingPool):
    """Counts what passes through its transactions too."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        async with self._pool.transaction() as db:
            inside = CountingPool(db)
            yield inside
            self.statements += inside.statements


def counted(book: Book) -> tuple[Desk, Counting]:
    desk = copy(book.desk)
    desk.pool = pool = Counting(book.desk.pool)  # type: ignore[assignment]
    return desk, pool


def named(*names: dict[str, str | None]) -> list[OrderWish]:
    return [OrderWish(head=Wish(type_code="purchase_order"), goods=[], external_ids=each) for each in names]


async def names_of(book: Book) -> list[tuple[str, str, int]]:
    rows = await book.desk.pool.fetch(
        """select source, their_id, our_id from external_ids
            where tenant_id = $1 and kind = 'order' order by our_id, source""",
        book.tenant_id,
    )
    return [tuple(row) for row in rows]


async def test_the_names_of_many_are_entered_in_one_statement(book: Book) -> None:
    wishes = named(*({"shop": f"S-{number}", "erp": f"E-{number}"} for number in range(20)))
    desk, pool = counted(book)

    told = await many_orders.place_all(desk, book.caller, wishes)

    ids = [each.id for each in told if isinstance(each, many_orders.Entered)]
    expected = [
        (source, f"{letter}-{n}", ids[n]) for n in range(20) for source, letter in (("erp", "E"), ("shop", "S"))
    ]
    assert await names_of(book) == expected
    # What is called so, the type, ids, the orders, and their names.
    assert pool.statements <= 5


async def test_those_that_are_sent_again_are_found_all_at_once_and_the_new_ones_entered(book: Book) -> None:
    wishes = named(*({"shop": f"S-{number}"} for number in range(20)))
    await many_orders.place_all(book.desk, book.caller, wishes)
    desk, pool = counted(book)

    told = await many_orders.place_all(desk, book.caller, [*wishes, *named({"shop": "S-20"}, {"erp": "S-0"}, {})])

    refused = [each.faults for each in told if isinstance(each, BadInput)]
    assert refused == [(Fault("external_ids", "taken", "shop", f"S-{number}"),) for number in range(20)]
    assert [type(each) for each in told[20:]] == [many_orders.Entered] * 3
    assert pool.statements <= 5


async def test_of_those_that_want_one_name_the_first_that_can_be_entered_has_it(book: Book) -> None:
    faulty = OrderWish(head=Wish(type_code="nothing"), goods=[], external_ids={"shop": "same"})
    desk, pool = counted(book)

    told = await many_orders.place_all(
        desk, book.caller, [faulty, *named({"shop": "same", "erp": "1"}, {"shop": "same", "erp": "2"}, {"erp": "2"})]
    )

    assert [type(each).__name__ for each in told] == ["BadInput", "Entered", "BadInput", "Entered"]
    # The type that is not there is looked up too.
    assert pool.statements <= 7


async def test_every_name_that_somebody_has_just_entered_is_told(book: Book) -> None:
    await many_orders.place_all(book.desk, book.caller, named({"a": "1", "b": "1", "c": "1"}))
    before = await names_of(book)

    with pytest.raises(BadInput) as refusal:
        async with book.desk.pool.transaction() as db:
            await external_ids.enter_all(db, book.tenant_id, "order", [(77, {"d": "1", "c": "1", "a": "1", "b": None})])

    assert refusal.value.faults == (
        Fault("external_ids", "taken", "a", "1"),
        Fault("external_ids", "taken", "c", "1"),
    )
    assert await names_of(book) == before
