"""Supply types: what kinds of things are bought."""

from typing import Final

import msgspec

from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import code_fault, required_fault

MAX_CODE: Final = 50
MAX_NAME: Final = 500


class SupplyType(msgspec.Struct, frozen=True, gc=False):
    """A supply type by its code."""

    code: str
    name: str


def check(supply_type: SupplyType) -> None:
    """Raises BadInput with every fault of a new supply type."""
    faults = []
    if fault := code_fault(supply_type.code, MAX_CODE):
        faults.append(fault)
    if reason := required_fault(supply_type.name, MAX_NAME):
        faults.append(Fault("name", reason))
    if faults:
        raise BadInput(*faults)
