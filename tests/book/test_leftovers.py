"""Attributes that the book has no word for."""

import msgspec

from orderloom.book.leftovers import NONE, merged, of_face


def raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())


def test_what_a_face_leaves_is_its_own() -> None:
    kept, _ = merged(NONE, "one", {"a": raw("1")})
    kept, _ = merged(kept, "other", {"a": raw('"x"')})

    assert of_face(kept, "one") == {"a": raw("1")}
    assert of_face(kept, "other") == {"a": raw('"x"')}
    assert of_face(kept, "third") == {}


def test_merging_tells_what_differs_and_keeps_what_is_not_spoken_of() -> None:
    kept, changes = merged('{"f":{"a":1,"b":2,"c":3}}', "f", {"a": raw("9"), "b": None, "c": raw("3"), "d": None})

    assert msgspec.json.decode(kept) == {"f": {"a": 9, "c": 3}}
    assert changes == {"a": [raw("1"), raw("9")], "b": [raw("2"), None]}


def test_taking_the_last_attribute_away_leaves_nothing() -> None:
    assert merged('{"f":{"a":1}}', "f", {"a": None})[0] == NONE
    assert merged(NONE, "f", {"a": None}) == (NONE, {})


def test_numbers_pass_as_the_text_they_are() -> None:
    kept, _ = merged(NONE, "f", {"a": raw("1.10000000000000000000000001"), "b": raw("[1e2, 123456789012345678901234]")})
    assert "1.10000000000000000000000001" in kept
    assert "[1e2, 123456789012345678901234]" in kept
