"""A few values are parameters one by one, in few numbers of places; many are one array."""

from itertools import count

import pytest

from orderloom.store import several


@pytest.mark.parametrize(
    "values, places, spread, sql",
    [
        ([7], 1, [7], "array[$1]"),
        ([7, 8], 2, [7, 8], "array[$1, $2]"),
        ([7, 8, 9], 4, [7, 8, 9, 9], "array[$1, $2, $3, $4]"),
        (list(range(8)), 8, list(range(8)), "array[$1, $2, $3, $4, $5, $6, $7, $8]"),
        (list(range(9)), several.ARRAY, [list(range(9))], "$1"),
        ([], several.ARRAY, [[]], "$1"),
    ],
)
def test_values_take_as_many_places_as_the_sql_has(
    values: list[int], places: int, spread: list[object], sql: str
) -> None:
    assert several.places(values) == places
    assert several.spread(values, places) == spread
    assert several.array(places, (f"${place}" for place in count(1))) == sql
