"""Cases: what purchases are charged to."""

from decimal import Decimal
from typing import Final

import msgspec

from orderloom.book import rates
from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import required_fault

OPEN: Final = "open"
CLOSED: Final = "closed"
# A code stands in an index, whose entries have a bound in bytes.
MAX_CODE: Final = 200
MAX_NAME: Final = 500


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case, or the phase of a job; `job_rate` is what one unit of the base currency is worth in the job's."""

    id: int = 0
    code: str
    name: str
    type: str = "client"
    status: str = OPEN
    customer_id: int | None = None
    job_rate: Decimal = Decimal(1)


class Purchase(msgspec.Struct, frozen=True, gc=False):
    """A purchase as the list of its case names it: by its number, else its title, else its code."""

    id: int
    name: str


def check(case: Case) -> None:
    """Raises BadInput with every fault of a new case."""
    faults = []
    for field, longest in (("code", MAX_CODE), ("name", MAX_NAME), ("type", MAX_CODE)):
        if reason := required_fault(getattr(case, field), longest):
            faults.append(Fault(field, reason))
    if fault := rates.fault("job_rate", case.job_rate):
        faults.append(fault)
    if faults:
        raise BadInput(*faults)
