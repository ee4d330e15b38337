"""Order types: numbers and versions that count up, and those that are not the company's to change."""

import asyncio

import pytest
from tests.given_books import Book

from orderloom.book.errors import BadInput, IllegalMove
from orderloom.book.types import OrderType, parse_definition
from orderloom.desk import types


async def test_types_added_at_once_get_numbers_and_versions_of_their_own(book: Book) -> None:
    added = await asyncio.gather(
        *(
            types.add(book.desk, book.caller, OrderType(code=f"type_{n % 4}", name="T"), activate=True)
            for n in range(12)
        )
    )
    known = await types.all_versions(book.desk, book.caller)

    expected = [(f"type_{n}", version) for n in range(4) for version in (1, 2, 3)]
    assert sorted((each.code, each.version) for each in added) == expected
    numbers = {each.code: each.number for each in known}
    assert len(set(numbers.values())) == len(numbers)
    assert [each.version for each in known if each.code == "type_1" and each.active] == [3]


async def test_the_type_that_always_exists_has_the_first_number_and_stays(book: Book) -> None:
    always = [each for each in await types.all_versions(book.desk, book.caller) if each.code == "purchase_order"]
    assert [(each.number, each.kind, each.active, each.fields) for each in always] == [(1000, "purchase", True, ())]
    with pytest.raises(IllegalMove):
        await types.retire(book.desk, book.caller, "purchase_order")


@pytest.mark.parametrize("code", ["purchase_order", "case_type_1", "case_type_5000"])
def test_reserved_codes_cannot_be_defined(code: str) -> None:
    with pytest.raises(BadInput, match="taken"):
        parse_definition({"order_type": {"code": code, "name": "X", "fields": {}}})
