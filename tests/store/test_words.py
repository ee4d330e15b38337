"""What is searched for is folded as what is stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.given_books import Book

from orderloom.book.cases import Case
from orderloom.book.contacts import Contact
from orderloom.book.items import StockItem
from orderloom.book.orders import Wish
from orderloom.book.parties import Customer
from orderloom.book.words import Word, folded, searched
from orderloom.desk import cases, contacts, items, orders, parties


@pytest.mark.parametrize(
    "search, words",
    [
        ("Koláč", (Word("kolac"),)),
        ("ПОДЪЕЗД Ёл*", (Word("подъезд"), Word("ел", True))),
        ("PO-8/b", (Word("po"), Word("8"), Word("b"))),
        ("PO-8/b*", (Word("po"), Word("8"), Word("b", True))),
        ("Łódź _ * ** -", (Word("lodz"),)),
        ("", ()),
    ],
)
def test_a_search_is_words_without_accents_and_case(search: str, words: tuple[Word, ...]) -> None:
    assert searched(search) == words


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


TEXTS = (
    "Droždí na ŽLUŤOUČKÝ koláč",
    "Йога, Ёлка и ПОДЪЕЗД",
    "Øster Łódź straße x²",
    "l'été (abc) [x] «y» – „z“",
    "plain ascii PO-8/A 12.5 a@b.cz foo_bar v1.2",
    "Ψυχή ΚΑΛΟΣ",
)


@pytest.mark.parametrize("text", TEXTS)
async def test_the_database_folds_the_words_of_an_order_in_the_same_way(book: Book, text: str) -> None:
    wish = Wish(type_code="purchase_order", title=text)
    order = await orders.place(book.desk, book.caller, wish)
    stored = await book.desk.pool.fetchval(
        "select tsvector_to_array(words) from orders where tenant_id = $1 and id = $2", book.tenant_id, order.id
    )
    own = {f"={book.tenant_id}", "ord", order.code.removeprefix("ORD-")}
    assert {word.text for word in searched(text)} <= set(stored)
    assert set(stored) == {word.text for word in searched(text)} | own


@pytest.mark.parametrize("text", TEXTS)
async def test_the_words_of_what_orders_refer_to_are_folded_in_the_same_way(book: Book, text: str) -> None:
    desk, caller = book.desk, book.caller
    customer = await parties.add(desk, caller, Customer(name=text))
    entered = (
        ("customers", customer.id),
        ("cases", (await cases.add(desk, caller, Case(code="-", name=text))).id),
        ("items", (await items.add(desk, caller, StockItem(customer_id=customer.id, sku="-", description=text))).id),
        ("contacts", (await contacts.add(desk, caller, Contact(name=text))).id),
    )

    for table, record_id in entered:
        stored = await desk.pool.fetchval(
            f"select tsvector_to_array(words) from {table} where tenant_id = $1 and id = $2",  # noqa: S608
            book.tenant_id,
            record_id,
        )
        assert set(stored) == {word.text for word in searched(text)} | {f"={book.tenant_id}"}, table
