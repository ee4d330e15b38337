"""Cases."""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from orderloom.api import resource_operations
from orderloom.api.filters import Field
from orderloom.api.parties import CUSTOMERS
from orderloom.api.resources import Examples, Resource, said
from orderloom.api.shapes import Amount, GivenNames, Id, ReadOnly, Text
from orderloom.book import cases as book
from orderloom.book.cases import CLOSED, OPEN
from orderloom.book.records import Wanted, Whole
from orderloom.desk.cases import KIND


class Case(msgspec.Struct, frozen=True, gc=False):
    """A case, or the phase of a job; no two have the same `code`.

    `job_rate` is what one unit of the base currency is worth in the job's, a decimal number as text. `external_ids` is
    what others call the case, by source.
    """

    id: int
    code: str
    name: str
    type: str
    status: str
    customer_id: int | None
    job_rate: str
    external_ids: dict[str, str]
    created_at: datetime


class GivenCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case as somebody wants it; what is left out stays as it is. A new one needs a code and a name.

    What was charged at another rate stays as it is.
    """

    code: Text | UnsetType = UNSET
    name: Text | UnsetType = UNSET
    type: Text | UnsetType = UNSET
    status: Literal["open", "closed"] | UnsetType = UNSET
    customer_id: Id | None | UnsetType = UNSET
    job_rate: Amount | UnsetType = UNSET
    external_ids: GivenNames | UnsetType = UNSET
    id: ReadOnly | UnsetType = UNSET
    created_at: ReadOnly | UnsetType = UNSET


class Cases(msgspec.Struct, frozen=True):
    """A part of the cases; `next` is the cursor of the part behind it, null at the end."""

    cases: list[Any]
    next: str | None


def shown(whole: Whole[book.Case]) -> Case:
    """The case as it is shown."""
    case = whole.record
    return Case(
        case.id,
        case.code,
        case.name,
        case.type,
        case.status,
        case.customer_id,
        f"{case.job_rate:f}",
        dict(whole.external_ids),
        whole.created_at,
    )


def wanted(given: GivenCase, before: book.Case | None) -> Wanted[book.Case]:
    """What is wanted of a case, or of a new one."""
    case = replace(before or book.Case(code="", name=""), **said(given, book.FIELDS))
    return Wanted(case, given.external_ids or {})


CASES: Final = Resource(
    kind=KIND,
    noun="case",
    plural="cases",
    about="What purchases are charged to. The purchases of a case that is closed, or opened again, stay as they are.",
    shape=Case,
    page=Cases,
    takes=GivenCase,
    shown=shown,
    wanted=wanted,
    fields={
        "id": Field("integer", optional=False),
        "code": Field("text", optional=False),
        "name": Field("text", optional=False),
        "type": Field("text", optional=False),
        "status": Field("text", optional=False, values=(OPEN, CLOSED)),
        "customer_id": Field("integer"),
        "job_rate": Field("decimal", optional=False),
        "created_at": Field("moment", optional=False),
    },
    examples=Examples(
        query=(("code.like", "1/00001076.*"), ("status", "open"), ("sort", "code")),
        new={"code": "1/00003000.001", "name": "Spring catalogue", "customer_id": 2, "job_rate": "1.21"},
        known_id=5,
        change={"name": "Brochure, printing", "status": "open"},
        their_id="J-2001",
        theirs_is_used=False,
    ),
    expandable={"customer": CUSTOMERS.expansion("customer_id")},
)
OPERATIONS: Final = resource_operations.of(CASES)
