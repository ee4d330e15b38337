"""Lists that are read part by part, each from where the last one ended, so that what others enter moves nothing."""

from typing import Any, Generic, NamedTuple, TypeVar

from orderloom.book.lists import Sort

T = TypeVar("T")

BY_ID = Sort()


class Place(NamedTuple):
    """Where a part ended: the value of the field that the list is sorted by, and the id."""

    value: Any
    id: int


class Stretch(NamedTuple):
    """The part of a list that is wanted: how many records, behind which place, in the order of one field and the id."""

    limit: int
    sort: Sort = BY_ID
    after: Place | None = None


class Part(NamedTuple, Generic[T]):
    """Records, and the place at which they end if more stand behind them."""

    records: list[T]
    end: Place | None
