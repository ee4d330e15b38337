"""Several values of one kind as parameters of a statement, so that connections keep its plan.

PostgreSQL does not know how long an array is when it makes a plan for any values. That plan then looks so costly that
it makes another one at each call, which takes longer than finding what is asked for. So a few values are parameters
one by one, in one of a few numbers of places; many are one array.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

MOST_PLACES: Final = 8
ARRAY: Final = 0
"""The number of places of values that are one array."""


def places(values: Sequence[Any]) -> int:
    """How many parameters these values become."""
    return 1 << (len(values) - 1).bit_length() if 0 < len(values) <= MOST_PLACES else ARRAY


def spread(values: list[Any], places: int) -> list[Any]:
    """The values as so many parameters, the last one again where there are more places."""
    return [values] if places == ARRAY else values + values[-1:] * (places - len(values))


def array(places: int, parameters: Iterator[str]) -> str:
    """SQL for the values as an array, given the next parameters of the statement."""
    return next(parameters) if places == ARRAY else f"array[{', '.join(islice(parameters, places))}]"
