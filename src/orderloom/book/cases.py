"""Cases: what purchases are charged to."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from orderloom.book import rates
from orderloom.book.errors import BadInput, Fault
from orderloom.book.money import rounded_rate
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


FIELDS: Final = tuple(field for field in Case.__struct_fields__ if field != "id")
"""What can be said of a case."""
STATUSES: Final = (OPEN, CLOSED)


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
    if case.status not in STATUSES:
        faults.append(Fault("status", "inclusion", value=case.status))
    if fault := rates.fault("job_rate", case.job_rate):
        faults.append(fault)
    if faults:
        raise BadInput(*faults)


def kept(case: Case) -> Case:
    """A case that was checked as the book keeps it."""
    return replace(case, job_rate=rounded_rate(case.job_rate))


def called(changes: Mapping[str, Any]) -> str:
    """The name of the event that tells of these changes of a case, from what to what."""
    if "status" not in changes:
        return "CaseAmended"
    return "CaseClosed" if changes["status"][1] == CLOSED else "CaseReopened"
