"""Comparing texts without case: SQL and Python agree on every text."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.given_books import Book

from orderloom.book.text import storable
from orderloom.store import folding

TEXTS = st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=12).filter(storable), min_size=1, max_size=20)


async def as_compared(book: Book, texts: list[str]) -> list[str]:
    """What SQL compares, for a column `t` with its `folded` beside it."""
    expression = folding.expression("v.t", "t", "v")
    rows = await book.desk.pool.fetch(
        f"""select {expression}
              from unnest($1::text[], $2::text[]) with ordinality u (t, f, place)
             cross join lateral (select u.t, u.f::jsonb as folded) v
             order by u.place""",  # noqa: S608
        texts,
        [folding.folded([("t", text)]) for text in texts],
    )
    return [row[0] for row in rows]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
async def test_any_text_is_compared_as_its_casefold(book: Book, texts: list[str]) -> None:
    assert await as_compared(book, texts) == [text.casefold() for text in texts]


async def test_letters_of_many_scripts_lose_their_case(book: Book) -> None:
    texts = ["ČÁP", "čáp", "Straße", "STRASSE", "ΣΊΣΥΦΟΣ", "İ", "Привет", "ABC", "ǅ"]
    assert await as_compared(book, texts) == [text.casefold() for text in texts]


def test_a_text_that_ascii_folding_settles_is_not_kept_twice() -> None:
    assert folding.folded([("a", "Dodávka"), ("b", None), ("c", "ABC"), ("d", "")]) == folding.NOTHING
    assert folding.folded([("a", "Žito"), ("b", "žito")]) == '{"a":"žito"}'


def test_leftovers_that_are_texts_are_compared_too() -> None:
    assert folding.leftover_texts('{"f":{"a":"Č","b":1,"c":["Č"]}}') == [("f/a", "Č")]
    assert folding.leftover_texts('{"f":{"a":"C"}}') == []
