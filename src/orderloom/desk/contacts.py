"""Contacts: show, list, add one or many."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from orderloom.book import contacts as book
from orderloom.book.conditions import Condition
from orderloom.book.contacts import Contact, ContactOf
from orderloom.book.errors import Fault
from orderloom.book.lists import Cut, Page, Sort
from orderloom.desk import entering
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.entering import Entry, Moved
from orderloom.store import contacts as store
from orderloom.store.pool import Db

Key = tuple[int | None, str]


async def show(desk: Desk, caller: Caller, contact_id: int) -> ContactOf:
    """The contact with this id. Raises ContactNotFound."""
    return await store.one(desk.pool, caller.tenant_id, contact_id)


async def page(desk: Desk, caller: Caller, where: Condition, sorts: Sequence[Sort], cut: Cut) -> Page[ContactOf]:
    """A page of the contacts for whom the condition holds, and how many those are."""
    return await store.page(desk.pool, caller.tenant_id, where, sorts, cut)


async def add(desk: Desk, caller: Caller, contact: Contact) -> Contact:
    """Enter a new contact and return it with its id. Raises BadInput with every fault."""
    return replace(contact, id=await entering.add(desk, caller, _ENTRY, contact))


async def enter(db: Db, caller: Caller, contact: Contact, at: datetime) -> Contact:
    """The same for a contact that was checked, inside a transaction of the caller's."""
    return replace(contact, id=await entering.enter(db, caller, _ENTRY, contact, at))


async def add_all(desk: Desk, caller: Caller, contacts: Sequence[Contact], moved: Moved | None = None) -> list[int]:
    """Enter all of them or none; their ids, in the same order. Raises BadRecords.

    A code that a contact of the same customer has is refused here, although `add` takes it: who enters a list twice
    has made a mistake.
    """
    return await entering.add_all(desk, caller, _ENTRY, contacts, moved)


async def faults(
    desk: Desk, caller: Caller, contacts: Sequence[Contact], moved: Moved | None = None
) -> dict[int, list[Fault]]:
    """Why they cannot all be entered: the faults of each by its place; nothing is changed."""
    return await entering.faults(desk, caller, _ENTRY, contacts, moved)


async def _taken(db: Db, tenant_id: int, keys: Sequence[Key]) -> set[Key]:
    return await store.taken(db, tenant_id, [code for _, code in keys])


_ENTRY = Entry[Contact, Key](
    event="ContactAdded",
    noun="contact",
    changes=lambda contact: {
        field: value for field in ("customer_id", *book.TEXTS) if (value := getattr(contact, field)) is not None
    },
    check=book.check,
    field="code",
    key=lambda contact: (contact.customer_id, contact.code.casefold()) if contact.code else None,
    taken=_taken,
    insert=store.insert,
    insert_many=store.insert_many,
    customer_id=lambda contact: contact.customer_id,
)
