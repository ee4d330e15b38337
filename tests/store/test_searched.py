"""Words that few records have, and words that many have, are looked for in two ways; both find the same."""

import pytest
from tests.given_books import Book

from orderloom.book.conditions import AllOf
from orderloom.book.keysets import Stretch
from orderloom.book.lists import Sort
from orderloom.book.orders import Wish
from orderloom.book.words import MAX_WORD_BYTES
from orderloom.book.words import searched as words_of
from orderloom.desk import orders
from orderloom.desk import whole_orders as desk
from orderloom.store import searched

TITLES = ("red house", "Red barn", None, "blue house", "red", "RED mill", "black mill", "red")
SORTS = [Sort(), Sort(descending=True), Sort(("title",)), Sort(("title",), descending=True)]


async def read(book: Book, sort: Sort, words: str, limit: int = 2) -> list[str | None]:
    """The titles of all that have the words, read part by part."""
    titles: list[str | None] = []
    stretch = Stretch(limit, sort)
    while True:
        part = await desk.part(book.desk, book.caller, AllOf(()), words_of(words), stretch, with_lines=False)
        titles += [whole.order.title for whole in part.records]
        if part.end is None:
            return titles
        stretch = Stretch(limit, sort, part.end)


@pytest.mark.parametrize("sort", SORTS)
async def test_few_and_many_are_found_in_the_same_order(
    book: Book, monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    for title in TITLES:
        await orders.place(book.desk, book.caller, Wish(type_code="all_kinds", title=title, notes="painted"))
    found = {few: [] for few in (0, 3, 5, 1000)}
    for few in found:
        monkeypatch.setattr(searched, "FEW", few)
        found[few] = [await read(book, sort, "red"), await read(book, sort, "painted"), await read(book, sort, "gone")]

    red, painted, gone = found[1000]
    assert sorted(red, key=str) == ["RED mill", "Red barn", "red", "red", "red house"]
    assert (len(painted), gone) == (len(TITLES), [])
    assert all(each == found[1000] for each in found.values())


LONGEST = "\u337f" * 170 + "abcdef"  # one sign is folded to four of three bytes each


@pytest.mark.parametrize(
    "search, found",
    [(LONGEST, True), (f"{LONGEST}*", True), (f"{LONGEST}g", False), (f"{LONGEST}g*", False), ("\u337f" * 500, False)],
)
async def test_a_word_that_is_too_long_to_be_stored_finds_nothing(book: Book, search: str, found: bool) -> None:
    assert len(words_of(LONGEST)[0].text.encode()) == MAX_WORD_BYTES
    notes = f"first {search.removesuffix('*')} last"
    await orders.place(book.desk, book.caller, Wish(type_code="all_kinds", title="long", notes=notes))
    assert await read(book, Sort(), search) == (["long"] if found else [])
    assert await read(book, Sort(), f"{search} last") == (["long"] if found else [])
    assert await read(book, Sort(), "first last") == ["long"]
