"""Facilities: the warehouses that goods come to."""

from typing import Final

import msgspec

from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import required_fault

# A name stands in an index, whose entries have a bound in bytes.
MAX_NAME: Final = 255


class Facility(msgspec.Struct, frozen=True, kw_only=True):
    """A warehouse."""

    id: int = 0
    name: str
    deactivated: bool = False


FIELDS: Final = tuple(field for field in Facility.__struct_fields__ if field != "id")
"""What can be said of a facility."""


def check(facility: Facility) -> None:
    """Raises BadInput for a name that cannot be entered."""
    if reason := required_fault(facility.name, MAX_NAME):
        raise BadInput(Fault("name", reason, value=facility.name))
