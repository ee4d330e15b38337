"""What others call records."""

from orderloom.book.errors import Fault
from orderloom.book.external_ids import MAX_SOURCES, faults

MANY = {f"s{number}": "1" for number in range(MAX_SOURCES + 3)}
TOO_MANY = [Fault("external_ids", "too_long", expected=f"{MAX_SOURCES} at most")]


def test_what_has_too_many_names_already_gets_no_more_and_may_lose_some() -> None:
    assert faults(MANY, {"other": "1"}) == TOO_MANY
    assert faults(MANY, {"other": "1", "s1": None}) == []
    assert faults(MANY, {"s1": None}) == []


def test_a_name_that_comes_back_as_it_is_is_not_checked() -> None:
    assert faults({"shop": " "}, {"shop": " "}) == []
    assert faults({"shop": "1"}, {"shop": " "}) == [Fault("external_ids", "blank", "shop", " ")]


def test_a_name_that_a_path_would_take_for_another_place_is_refused() -> None:
    assert faults({}, {"shop": "..", "web": "a..b", "..": "1"}) == [
        Fault("external_ids", "illegal", "shop", ".."),
        Fault("external_ids", "illegal", "..", "1"),
    ]
