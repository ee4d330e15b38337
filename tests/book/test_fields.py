"""Custom fields: which values each type accepts, and how they are kept."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.book.fields import accept
from orderloom.book.types import FieldDefinition, OrderType


def kept(kind: str, value: object) -> object:
    """The value of a field of this kind as it is kept, as JSON text."""
    definitions = OrderType(code="t", name="T", fields=(FieldDefinition("f", kind, "F"),))
    accepted, faults = accept(definitions, {"f": value})
    assert not faults, faults
    return msgspec.json.encode(accepted["f"]).decode()


def refused(kind: str, value: object) -> str:
    """Why the value is refused."""
    definitions = OrderType(code="t", name="T", fields=(FieldDefinition("f", kind, "F"),))
    accepted, faults = accept(definitions, {"f": value})
    assert accepted == {}
    assert [fault.part for fault in faults] == ["f"]
    return faults[0].reason


@pytest.mark.parametrize("kind", ["string", "number", "boolean", "datetime", "json"])
def test_null_unsets_a_field_of_any_type(kind: str) -> None:
    assert kept(kind, None) == "null"


@given(st.integers(-(10**30), 10**30))
def test_a_whole_number_and_its_text_are_the_same_number(number: int) -> None:
    assert kept("number", number) == kept("number", str(number)) == str(number)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_decimal_text_becomes_exactly_the_number_it_writes(number: Decimal) -> None:
    assert Decimal(str(kept("number", f"{number:f}"))) == number


@pytest.mark.parametrize("text", ["abc", "1e10", "+100", "00100", "", "1.", ".5", "1,5", "--1", "٣", "0x1", "1 2"])
def test_text_that_is_no_canonical_number_is_refused_or_empty(text: str) -> None:
    assert kept("number", text) == "null" if text == "" else refused("number", text) == "invalid"


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_fault_and_never_an_exception(text: str) -> None:
    definitions = OrderType(code="t", name="T", fields=(FieldDefinition("f", "number", "F"),))
    accepted, faults = accept(definitions, {"f": text})
    assert bool(faults) != ("f" in accepted)


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_a_moment_keeps_its_offset_and_has_milliseconds(moment, minutes: int) -> None:
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    text = moment.isoformat(timespec="microseconds") + offset
    assert kept("datetime", text) == f'"{text[:23]}{offset}"'


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_a_fault_and_never_an_exception(text: str) -> None:
    definitions = OrderType(code="t", name="T", fields=(FieldDefinition("f", "datetime", "F"),))
    accepted, faults = accept(definitions, {"f": text})
    assert bool(faults) != ("f" in accepted)


def test_unknown_names_are_dropped_unless_the_type_has_no_fields() -> None:
    with_fields = OrderType(code="t", name="T", fields=(FieldDefinition("f", "string", "F"),))
    without = OrderType(code="t", name="T")
    assert accept(with_fields, {"g": 1}) == ({}, [])
    accepted, faults = accept(without, {"g": 1})
    assert accepted == {}
    assert [(fault.part, fault.reason) for fault in faults] == [("g", "unexpected")]


def test_who_knows_the_fields_is_told_of_names_that_are_none() -> None:
    definitions = OrderType(code="t", name="T", fields=(FieldDefinition("f", "string", "F"),))
    accepted, faults = accept(definitions, {"f": "x", "g": None, "": 1}, knows_fields=True)
    assert accepted == {"f": "x"}
    assert [(fault.part, fault.reason) for fault in faults] == [("g", "unexpected"), ("", "unexpected")]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40, places=30))
def test_an_exact_number_keeps_every_digit(number: Decimal) -> None:
    assert Decimal(str(kept("number", number))) == number


@pytest.mark.parametrize("number", [Decimal("1e400"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e-2000")])
def test_an_exact_number_beyond_all_bounds_is_refused(number: Decimal) -> None:
    assert refused("number", number) == "invalid"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_fraction_is_written_out_without_an_exponent_and_keeps_its_value(number: float) -> None:
    written = str(kept("number", number))
    assert float(written) == number
    assert "e" not in written
    assert not written.startswith("-0.0") or number != 0
