"""Cases: list, add, close, change the rate of the job's currency, and the purchases charged to one."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from orderloom.book import cases as book
from orderloom.book import rates
from orderloom.book.cases import Case, Purchase
from orderloom.book.errors import BadInput
from orderloom.book.events import Event, as_json
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.money import rounded_rate
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.store import cases as store
from orderloom.store import events


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
    case = replace(case, job_rate=rounded_rate(case.job_rate))
    at = desk.now()
    async with desk.pool.transaction() as db:
        case_id = await store.insert(db, caller.tenant_id, case, at)
        changes = {field: getattr(case, field) for field in ("code", "name", "type", "job_rate")}
        told = Event("CaseAdded", "case", None, as_json(changes))
        await events.append(db, caller.tenant_id, case_id, told, caller.author, at)
    return replace(case, id=case_id)


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
