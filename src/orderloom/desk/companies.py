"""The company whose book it is: show, amend."""

from orderloom.book import companies as book
from orderloom.book.companies import Company, CompanyWish
from orderloom.book.events import Event, as_json, differences
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.store import companies as store
from orderloom.store import events


async def show(desk: Desk, caller: Caller) -> Company:
    """The company."""
    return await store.company(desk.pool, caller.tenant_id)


async def amend(desk: Desk, caller: Caller, wish: CompanyWish) -> Company:
    """Fulfil the wish and return the company; amounts stay as they are, whatever currency they are in from now on.

    Raises BadInput with every fault.
    """
    async with desk.pool.transaction() as db:
        before = await store.lock(db, caller.tenant_id)
        after = book.amended(before, wish)
        changes = differences(before, after, Company.__struct_fields__)
        if changes:
            await store.save(db, caller.tenant_id, after)
            told = Event("CompanyAmended", "company", None, as_json(changes))
            await events.append(db, caller.tenant_id, caller.tenant_id, told, caller.author, desk.now())
    return after
