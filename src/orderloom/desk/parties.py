"""Customers: show, list, add."""

from msgspec.structs import replace

from orderloom.book import parties as book
from orderloom.book.events import Event, as_json
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.parties import Customer
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.store import events
from orderloom.store import parties as store


async def show(desk: Desk, caller: Caller, customer_id: int) -> Customer:
    """The customer with this id. Raises CustomerNotFound."""
    return await store.customer(desk.pool, caller.tenant_id, customer_id)


async def page(desk: Desk, caller: Caller, sort: Sort, cut: Cut) -> Page[Customer]:
    """A page of customers, and how many there are."""
    return await store.page(desk.pool, caller.tenant_id, sort, cut)


async def add(desk: Desk, caller: Caller, customer: Customer) -> Customer:
    """Enter a new customer and return it with its id. Raises BadInput with every fault."""
    book.check(customer)
    at = desk.now()
    async with desk.pool.transaction() as db:
        customer_id = await store.insert(db, caller.tenant_id, customer, at)
        told = Event("CustomerAdded", "customer", None, as_json({"kind": customer.kind, "name": customer.name}))
        await events.append(db, caller.tenant_id, customer_id, told, caller.author, at)
    return replace(customer, id=customer_id)
