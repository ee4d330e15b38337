"""Cases: list, add, close, change the rate of the job's currency, and the purchases charged to one.

See `orderloom.desk.records` for the rest.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from orderloom.book import cases as book
from orderloom.book import rates
from orderloom.book.cases import Case, Purchase
from orderloom.book.errors import BadInput
from orderloom.book.events import Event, as_json
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.money import rounded_rate
from orderloom.book.records import Rules
from orderloom.desk import entering
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.entering import Entry
from orderloom.desk.records import Kind
from orderloom.store import cases as store
from orderloom.store import events
from orderloom.store.pool import Db


async def page(
    desk: Desk,
    caller: Caller,
    *,
    status: str | None = None,
    containing: Mapping[str, Sequence[str]] | None = None,
    sort: Sort,
    cut: Cut,
) -> Page[Case]:
    """A page of cases, and how many there are; see `orderloom.store.cases.page`."""
    return await store.page(desk.pool, caller.tenant_id, status=status, containing=containing or {}, sort=sort, cut=cut)


async def purchases(desk: Desk, caller: Caller, case_id: int) -> Sequence[Purchase]:
    """The purchases charged to the case, oldest first. Raises CaseNotFound."""
    return await store.purchases(desk.pool, caller.tenant_id, case_id)


async def add(desk: Desk, caller: Caller, case: Case) -> Case:
    """Enter a new case and return it with its id. Raises BadInput with every fault."""
    book.check(case)
    case = book.kept(case)
    return replace(case, id=await entering.add(desk, caller, ENTRY, case))


async def close(desk: Desk, caller: Caller, case_id: int) -> None:
    """Close the case; nothing happens to one that is closed. Raises CaseNotFound."""
    async with desk.pool.transaction() as db:
        case = await store.case(db, caller.tenant_id, case_id)
        if await store.close(db, caller.tenant_id, case_id):
            told = Event("CaseClosed", "case", None, as_json({"status": [case.status, book.CLOSED]}))
            await events.append(db, caller.tenant_id, case_id, told, caller.author, desk.now())


async def set_rate(desk: Desk, caller: Caller, case_id: int, rate: Decimal) -> Decimal:
    """Give the job's currency another rate; the rate as it is kept. What was charged at the old one stays as it is.

    Raises CaseNotFound, or BadInput.
    """
    if fault := rates.fault("job_rate", rate):
        raise BadInput(fault)
    rate = rounded_rate(rate)
    async with desk.pool.transaction() as db:
        before = await store.lock_rate(db, caller.tenant_id, case_id)
        if before != rate:
            await store.save_rate(db, caller.tenant_id, case_id, rate)
            told = Event("CaseAmended", "case", None, as_json({"job_rate": [before, rate]}))
            await events.append(db, caller.tenant_id, case_id, told, caller.author, desk.now())
    return rate


async def _taken(db: Db, tenant_id: int, codes: Sequence[str]) -> set[str]:
    return {case.code for case in await store.with_codes(db, tenant_id, codes)}


RULES: Final = Rules(book.check, book.FIELDS, book.kept)
ENTRY: Final = Entry[Case, str](
    event="CaseAdded",
    noun="case",
    rules=RULES,
    field="code",
    key=lambda case: case.code,
    taken=_taken,
    insert=store.insert,
    insert_many=store.insert_many,
    customer_id=lambda case: case.customer_id,
)
KIND: Final = Kind(store.KEPT, ENTRY, RULES, book.called)
