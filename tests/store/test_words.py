"""What is searched for is folded as what is stored."""

import pytest
from hypothesis import HealthCheck, given, settings
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
    "20 °C × 3 – ¼ „a“ → b−c 第八號、采购订单。 ｆｕｌｌ！ \u2028 x\u0085y ¿qué?",
    "soft\u00adhyphen zero\u200bwidth \ufeffmark",
    "น้ำตาล क्रय आदेश। طلب، شراء הזמנה",
    'tab\tquote"back\\slash C:\\new\\table\r\nnext \x01one\x7ftwo',
)


@pytest.mark.parametrize("text", TEXTS)
async def test_custom_fields_are_folded_in_the_same_way(book: Book, text: str) -> None:
    wish = Wish(type_code="all_kinds", data={"aString": text})
    order = await orders.place(book.desk, book.caller, wish)
    stored = await book.desk.pool.fetchval(
        "select tsvector_to_array(words) from orders where tenant_id = $1 and id = $2", book.tenant_id, order.id
    )
    assert {word.text for word in searched(text)} <= set(stored)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=30))
async def test_each_word_of_any_text_is_stored(book: Book, text: str) -> None:
    wish = Wish(type_code="all_kinds", title=text, data={"aString": text})
    order = await orders.place(book.desk, book.caller, wish)
    stored = await book.desk.pool.fetchval(
        "select tsvector_to_array(words) from orders where tenant_id = $1 and id = $2", book.tenant_id, order.id
    )
    for word in searched(text):
        assert not set(word.spellings).isdisjoint(stored), (word, stored)


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
