"""Cases: list, add, close, and the purchases charged to one."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from orderloom.book import cases as book
from orderloom.book.cases import Case, Purchase
from orderloom.book.events import Event, as_json
from orderloom.book.lists import Cut, Page, Sort
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
    at = desk.now()
    async with desk.pool.transaction() as db:
        case_id = await store.insert(db, caller.tenant_id, case, at)
        told = Event("CaseAdded", "case", None, as_json({"code": case.code, "name": case.name, "type": case.type}))
        await events.append(db, caller.tenant_id, case_id, told, caller.author, at)
    return replace(case, id=case_id)


async def close(desk: Desk, caller: Caller, case_id: int) -> None:
    """Close the case; nothing happens to one that is closed. Raises CaseNotFound."""
    async with desk.pool.transaction() as db:
        case = await store.case(db, caller.tenant_id, case_id)
        if await store.close(db, caller.tenant_id, case_id):
            told = Event("CaseClosed", "case", None, as_json({"status": [case.status, book.CLOSED]}))
            await events.append(db, caller.tenant_id, case_id, told, caller.author, desk.now())
