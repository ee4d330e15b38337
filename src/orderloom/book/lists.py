"""How lists are asked for, and what one page of a list is."""

from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Leftover(NamedTuple):
    """An attribute that is kept for a face."""

    face: str
    attribute: str


class Sort(NamedTuple):
    """What a list is sorted by: the first of `fields` that a record has set, else the leftover.

    What nothing is set in comes first; numbers are compared as such and texts without case; false is before true.
    Ties are broken by id, in the same direction.
    """

    fields: tuple[str, ...] = ("id",)
    leftover: Leftover | None = None
    descending: bool = False

    @property
    def is_by_id(self) -> bool:
        """Whether the list stands in the order in which its records were entered, or the reverse."""
        return self.fields == ("id",)


class Cut(NamedTuple):
    """The part of a list that is wanted."""

    limit: int
    offset: int = 0


class Page(NamedTuple, Generic[T]):
    """A part of a list, and how many records the whole list has."""

    total: int
    records: list[T]
