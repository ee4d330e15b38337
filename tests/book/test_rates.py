"""Which rates and markups the book keeps, and the codes that they are found by."""

from decimal import Decimal
from typing import Any

import pytest

from orderloom.book import cases, contacts, currencies, rates, supply_types
from orderloom.book.cases import Case
from orderloom.book.contacts import Contact, ContactWithMarkup
from orderloom.book.currencies import Currency
from orderloom.book.errors import BadInput
from orderloom.book.supply_types import SupplyType


def faults(check: Any, record: Any) -> list[tuple[str, str]]:
    """The faults that the check finds."""
    with pytest.raises(BadInput) as refused:
        check(record)
    assert all(fault.reason in fault.REASONS for fault in refused.value.faults)
    return [(fault.field, fault.reason) for fault in refused.value.faults]


@pytest.mark.parametrize("text", ["1", "1.21", "0.000001", "0.0000005", "9999999999999.999999", "1." + "1" * 300])
def test_a_rate_is_above_zero_and_below_the_limit_once_it_is_rounded(text: str) -> None:
    assert rates.fault("rate", Decimal(text)) is None


@pytest.mark.parametrize(
    "text", ["0", "-1", "0.0000004", "1e-999", "1e13", "9999999999999.9999995", "1e999999", "NaN", "sNaN", "Infinity"]
)
def test_what_is_no_rate_is_told_with_what_it_has_to_be(text: str) -> None:
    fault = rates.fault("job_rate", Decimal(text))
    assert fault is not None
    assert (fault.field, fault.reason) == ("job_rate", "inclusion")
    assert fault.expected == "at least 0.000001 and below 10000000000000"
    assert faults(cases.check, Case(code="x", name="x", job_rate=Decimal(text))) == [("job_rate", "inclusion")]
    assert faults(currencies.check, Currency("x", Decimal(text))) == [("rate", "inclusion")]


@pytest.mark.parametrize(
    "code, reason",
    [
        ("", "blank"),
        (" \t", "blank"),
        (" 1/X", "invalid"),
        ("1/X\u2003", "invalid"),
        ("1\x00", "invalid"),
        ("\udcff", "invalid"),
        ("x" * 51, "too_long"),
    ],
)
def test_a_code_says_something_and_has_no_blanks_around_it(code: str, reason: str) -> None:
    assert faults(currencies.check, Currency(code, Decimal(1))) == [("code", reason)]
    assert faults(supply_types.check, SupplyType(code, "x")) == [("code", reason)]


def test_every_fault_is_told_at_once() -> None:
    assert faults(currencies.check, Currency("", Decimal(0))) == [("code", "blank"), ("rate", "inclusion")]
    assert faults(supply_types.check, SupplyType("", "x" * 501)) == [("code", "blank"), ("name", "too_long")]
    currencies.check(Currency("1/ E" + "x" * 46, Decimal(1)))
    supply_types.check(SupplyType("x" * 50, "x" * 500))


@pytest.mark.parametrize("text", ["1e13", "-1e13", "9999999999999.995", "-9999999999999.995", "NaN", "-Infinity"])
def test_a_default_markup_is_nearer_to_zero_than_the_limit(text: str) -> None:
    contact = ContactWithMarkup(name="x", default_markup=Decimal(text))
    assert faults(contacts.check, contact) == [("default_markup", "inclusion")]


@pytest.mark.parametrize(
    "text, kept",
    [
        ("30", "30.00"),
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("-0.004", "0"),
        ("9999999999999.994", "9999999999999.99"),
    ],
)
def test_a_default_markup_is_kept_to_two_decimals(text: str, kept: str) -> None:
    contact = ContactWithMarkup(name="x", default_markup=Decimal(text))
    contacts.check(contact)
    assert str(contacts.default_markup(contact)) == kept


def test_a_purchase_knows_nothing_of_its_suppliers_markup() -> None:
    assert "default_markup" not in Contact.__struct_fields__
    assert ContactWithMarkup.__struct_fields__ == (*Contact.__struct_fields__, "default_markup")
    assert contacts.default_markup(Contact(name="x")) == 0
