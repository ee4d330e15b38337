"""Which numbers the book keeps."""

from decimal import Decimal

import pytest

from orderloom.book.amounts import is_amount, plain


@pytest.mark.parametrize("text", ["0", "-0.00", "1e308", "-1e308", "0.1", "1e-999", "9" * 308, "1." + "1" * 300])
def test_a_number_within_the_range_of_json_readers_is_an_amount(text: str) -> None:
    assert is_amount(Decimal(text))


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity", "1.1e308", "1e309", "1e-1001", "1" * 401])
def test_what_could_not_be_kept_or_read_is_none(text: str) -> None:
    assert not is_amount(Decimal(text))


@pytest.mark.parametrize("text, shown", [("1E+4", "10000"), ("-0.0", "0.0"), ("1.50", "1.50"), ("1E-3", "0.001")])
def test_a_plain_number_has_no_exponent_and_zero_no_sign(text: str, shown: str) -> None:
    assert str(plain(Decimal(text))) == shown
