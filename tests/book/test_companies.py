"""What a company may be."""

from typing import Any

import pytest

from orderloom.book.companies import Company, CompanyWish, amended
from orderloom.book.errors import BadInput

OURS = Company(1, "Ours", "GBP", "£")


def test_what_is_not_spoken_of_stays() -> None:
    assert amended(OURS, CompanyWish()) == OURS
    assert amended(OURS, CompanyWish(number=2**31 - 1)) == Company(2**31 - 1, "Ours", "GBP", "£")
    assert amended(OURS, CompanyWish(base_currency="czk", base_symbol="Kč")) == Company(1, "Ours", "CZK", "Kč")


@pytest.mark.parametrize(
    "given, expected",
    [
        ({"number": 0}, ("number", "inclusion")),
        ({"number": -1}, ("number", "inclusion")),
        ({"number": 2**31}, ("number", "inclusion")),
        ({"name": " "}, ("name", "blank")),
        ({"name": "x" * 501}, ("name", "too_long")),
        ({"name": "\x00"}, ("name", "invalid")),
        ({"base_currency": ""}, ("base_currency", "invalid")),
        ({"base_currency": "EURO"}, ("base_currency", "invalid")),
        ({"base_currency": "EU1"}, ("base_currency", "invalid")),
        ({"base_currency": "EUR\n"}, ("base_currency", "invalid")),
        ({"base_currency": "ßs"}, ("base_currency", "invalid")),
        ({"base_symbol": ""}, ("base_symbol", "blank")),
        ({"base_symbol": "x" * 9}, ("base_symbol", "too_long")),
        ({"base_symbol": "\udcff"}, ("base_symbol", "invalid")),
    ],
)
def test_what_a_company_cannot_be_is_refused(given: dict[str, Any], expected: tuple[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        amended(OURS, CompanyWish(**given))
    assert [(fault.field, fault.reason) for fault in refused.value.faults] == [expected]


def test_what_a_company_is_already_is_not_held_against_it() -> None:
    older = Company(1, "x" * 600, "GBP", "£")
    assert amended(older, CompanyWish(number=2)).number == 2


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        amended(OURS, CompanyWish(number=0, name="", base_currency="", base_symbol=""))
    assert [fault.field for fault in refused.value.faults] == ["number", "name", "base_currency", "base_symbol"]
