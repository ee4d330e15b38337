"""Which purchases, in which order, how many. Source: contracts/synergist.md section 6."""

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from orderloom.book.costed import Chosen
from orderloom.book.lists import Cut, Sort
from orderloom.book.text import storable
from orderloom.desk.costed import MAX_RECORDS
from orderloom.dialects.synergist import reading
from orderloom.dialects.synergist.errors import Wrong, quoted
from orderloom.dialects.synergist.parameters import Parameters
from orderloom.wire.paging import offset_of
from orderloom.wire.paging import whole as whole_number

# Every purchase of the company.
ALL: Final = -2004
SORTS: Final = {
    "unique": "id",
    "handler": "created_by",
    "description": "title",
    "supplytype": "supply_type",
    "jobphase": "case_code",
    "theirref": "supplier_reference",
    "cost actual": "cost",
    "cost estimate": "estimate_cost",
    "completed": "done",
    "required": "required_on",
    "finalinv": "final_invoice_on",
    "created": "created_on",
    "sent": "sent_on",
}
_WAYS: Final = {"": False, "asc": False, "desc": True}
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)


class Part(NamedTuple):
    """The part of a list that is asked for: `rows` a page, 0 for all, and which page, from 1."""

    rows: int
    page: int

    @property
    def cut(self) -> Cut:
        """What to ask the book for: one more than an answer may hold, so that too many are noticed."""
        return Cut(
            min(self.rows or MAX_RECORDS + 1, MAX_RECORDS + 1), offset_of(self.page, self.rows or MAX_RECORDS + 1)
        )

    def pages(self, total: int) -> int:
        """How many pages there are."""
        return max(1, ceil(total / self.rows)) if self.rows else 1

    def check(self, found: int) -> None:
        """Raises Wrong if an answer cannot hold so many."""
        if found > MAX_RECORDS:
            raise Wrong(f"an answer holds {MAX_RECORDS} purchases at most: ask for pages with rows and page")


def part(asked: Parameters) -> Part:
    """The part of the list that is asked for; `page=0` is another name of the first page. Raises Wrong."""
    return Part(_count(asked, "rows"), _count(asked, "page") or 1)


def sorts(asked: Parameters) -> list[Sort]:
    """What the list is sorted by, ties by id. Raises Wrong."""
    code, way = (asked.text(name).strip().lower() for name in ("sort", "dir"))
    if way not in _WAYS:
        raise Wrong("dir must be ASC or DESC")
    field = SORTS.get(code or "unique")
    if field is None:
        raise Wrong(f"unknown sort: it is one of {', '.join(each.upper() for each in SORTS)}")
    return [Sort((field,), descending=_WAYS[way])]


def chosen(asked: Parameters) -> Chosen | None:
    """What the list is narrowed to, None if no purchase can be meant. Raises Wrong."""
    _check_view(asked)
    names = ("jobphase", "job", "supplier", "search")
    texts = {name: asked.text(name) for name in names}
    first, last = _seconds(asked, "timestampfrom"), _seconds(asked, "timestampto")
    uuid = asked.text("uuid")
    unique = reading.uuid(uuid.strip())
    if (uuid and unique is None) or not all(map(storable, texts.values())):
        return None
    return Chosen(
        case_code=texts["jobphase"] or None,
        job_code=texts["job"] or None,
        supplier_code=texts["supplier"] or None,
        uuid=unique,
        containing=texts["search"] or None,
        modified_from=None if first is None else _moment(first),
        modified_before=None if last is None else _moment(last + 1),
    )


def _check_view(asked: Parameters) -> None:
    for name in ("view", "views"):
        given = asked.text(name).strip()
        if given and whole_number(given) != ALL:
            raise Wrong(f"unknown {name} {quoted(given)}")


def _count(asked: Parameters, name: str) -> int:
    given = asked.text(name).strip()
    number = whole_number(given) if given else 0
    if number is None or number < 0:
        raise Wrong(f"{name} must be a whole number from 0")
    return number


def _seconds(asked: Parameters, name: str) -> int | None:
    given = asked.text(name).strip()
    number = whole_number(given) if given else None
    if given and number is None:
        raise Wrong(f"{name} must be whole seconds since 1970")
    return number


def _moment(seconds: int) -> datetime:
    """The moment, or the end of time that is nearest to it."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return _LAST if seconds > 0 else _FIRST
