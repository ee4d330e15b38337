"""JSON whose numbers keep every digit."""

import pytest

from orderloom.wire.exact_json import decode, same


@pytest.mark.parametrize(
    "one, other, equal",
    [
        ("1", "1.0", True),
        ("1e2", "100", True),
        ("0.1", "0.10000000000000000000000000000001", False),
        ("1", "true", False),
        ("0", "false", False),
        ("true", "true", True),
        ("null", "false", False),
        ('"1"', "1", False),
        ("[1, true]", "[1.0, true]", True),
        ("[1, true]", "[1, 1]", False),
        ("[1]", "[1, 2]", False),
        ('{"a": [0], "b": null}', '{"b": null, "a": [-0.0]}', True),
        ('{"a": 1}', '{"a": true}', False),
        ('{"a": 1}', '{"a": 1, "b": null}', False),
        ("[]", "{}", False),
    ],
)
def test_values_are_the_same_if_they_are_equal_as_json(one: str, other: str, equal: bool) -> None:
    assert same(decode(one), decode(other)) is same(decode(other), decode(one)) is equal
