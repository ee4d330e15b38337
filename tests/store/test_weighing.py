"""A part of a list ends where it has become long enough, and the next one goes on from there."""

import pytest
from tests.given_books import Book

from orderloom.book.conditions import AllOf
from orderloom.book.keysets import Stretch
from orderloom.book.lists import Sort
from orderloom.book.orders import Wish
from orderloom.desk import events, orders
from orderloom.desk import whole_orders as desk
from orderloom.store import weighing

SORTS = [Sort(), Sort(descending=True), Sort(("title",)), Sort(("title",), descending=True)]


async def parts_of(book: Book, sort: Sort) -> list[list[str]]:
    """The titles of all orders, part by part."""
    parts, stretch = [], Stretch(100, sort)
    while True:
        part = await desk.part(book.desk, book.caller, AllOf(()), (), stretch, with_lines=True)
        parts.append([whole.order.title or "" for whole in part.records])
        if part.end is None:
            return parts
        stretch = Stretch(100, sort, part.end)


@pytest.mark.parametrize("sort", SORTS)
async def test_orders_are_told_as_far_as_they_fit(book: Book, monkeypatch: pytest.MonkeyPatch, sort: Sort) -> None:
    for title, size in {"a": 10, "b": 10, "c": 5000, "d": 800, "e": 10}.items():
        await orders.place(book.desk, book.caller, Wish(type_code="all_kinds", title=title, notes="x" * size))
    ((*whole,),) = await parts_of(book, sort)
    monkeypatch.setattr(weighing, "MOST_BYTES", 1000)

    assert await parts_of(book, sort) == (
        [["e", "d", "c"], ["b", "a"]] if sort.descending else [["a", "b", "c"], ["d", "e"]]
    )
    assert whole == (["e", "d", "c", "b", "a"] if sort.descending else ["a", "b", "c", "d", "e"])


async def test_each_order_is_told_however_long_it_is(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    for title in "abc":
        await orders.place(book.desk, book.caller, Wish(type_code="all_kinds", title=title, notes="x" * 5000))
    monkeypatch.setattr(weighing, "MOST_BYTES", 1)

    assert await parts_of(book, Sort()) == [["a"], ["b"], ["c"]]


async def test_long_events_make_short_parts(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        await orders.place(book.desk, book.caller, Wish(type_code="all_kinds", notes="x" * 5000))
    monkeypatch.setattr(weighing, "MOST_BYTES", 9000)

    part = await events.part(book.desk, book.caller, AllOf(()), Stretch(100, Sort(descending=True)))

    assert [event.name for event in part.records] == ["OrderPlaced", "OrderPlaced"]
    assert part.end is not None
