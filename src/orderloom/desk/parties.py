"""Customers: show, list, search, add; see `orderloom.desk.records` for the rest."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from orderloom.book import parties as book
from orderloom.book.conditions import Condition
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.parties import FIELDS, Customer
from orderloom.book.records import Rules
from orderloom.book.text import folded
from orderloom.desk import entering
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.entering import Entry
from orderloom.desk.records import Kind, amended
from orderloom.store import parties as store
from orderloom.store.pool import Db


async def show(desk: Desk, caller: Caller, customer_id: int) -> Customer:
    """The customer with this id. Raises CustomerNotFound."""
    return await store.customer(desk.pool, caller.tenant_id, customer_id)


async def page(desk: Desk, caller: Caller, sort: Sort, cut: Cut) -> Page[Customer]:
    """A page of customers, and how many there are."""
    return await store.page(desk.pool, caller.tenant_id, sort, cut)


async def search(desk: Desk, caller: Caller, where: Condition, sorts: Sequence[Sort], cut: Cut) -> Page[Customer]:
    """A page of the customers for whom the condition holds, and how many those are."""
    return await store.search(desk.pool, caller.tenant_id, where, sorts, cut)


async def by_external_ids(desk: Desk, caller: Caller, external_ids: Sequence[str]) -> dict[str, list[int]]:
    """The ids of the customers who have these external ids, by external id as it is compared."""
    found: dict[str, list[int]] = {}
    for start in range(0, len(external_ids), entering.BATCH):
        batch = external_ids[start : start + entering.BATCH]
        for external_id, customer_id in await store.by_external_ids(desk.pool, caller.tenant_id, batch):
            found.setdefault(external_id, []).append(customer_id)
    return found


async def add(desk: Desk, caller: Caller, customer: Customer) -> Customer:
    """Enter a new customer and return it with its id. Raises BadInput with every fault."""
    return replace(customer, id=await entering.add(desk, caller, ENTRY, customer))


async def _taken(db: Db, tenant_id: int, external_ids: Sequence[str]) -> set[str]:
    return {each for each, _ in await store.by_external_ids(db, tenant_id, external_ids)}


RULES: Final = Rules(book.check, FIELDS)
ENTRY: Final = Entry[Customer, str](
    event="CustomerAdded",
    noun="customer",
    rules=RULES,
    field="external_id",
    # `add` takes an external id that another customer has; who enters a list twice has made a mistake.
    key=lambda customer: folded(customer.external_id) if customer.external_id else None,
    taken=_taken,
    insert=store.insert,
    insert_many=store.insert_many,
)
KIND: Final = Kind(store.KEPT, ENTRY, RULES, amended("customer"))
