"""Contacts: show, list, add, change the default markup; see `orderloom.desk.records` for the rest."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from msgspec.structs import asdict, replace

from orderloom.book import contacts as book
from orderloom.book.conditions import Condition
from orderloom.book.contacts import Contact, ContactOf, ContactWithMarkup
from orderloom.book.errors import BadInput
from orderloom.book.events import Event, as_json
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.money import money
from orderloom.book.records import Rules
from orderloom.book.text import folded
from orderloom.desk import entering
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.entering import Entry
from orderloom.desk.records import Kind, amended
from orderloom.store import contacts as store
from orderloom.store import events
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
    return replace(contact, id=await entering.add(desk, caller, ENTRY, contact))


async def enter(db: Db, caller: Caller, contact: Contact, at: datetime) -> Contact:
    """The same for a contact that was checked, inside a transaction of the caller's."""
    return replace(contact, id=await entering.enter(db, caller, ENTRY, contact, at))


async def set_markup(desk: Desk, caller: Caller, contact_id: int, percent: Decimal) -> Decimal:
    """Give the contact another default markup; the markup as it is kept. Purchases stay as they are.

    Raises ContactNotFound, or BadInput.
    """
    if fault := book.markup_fault(percent):
        raise BadInput(fault)
    markup = money(percent)
    async with desk.pool.transaction() as db:
        before = await store.lock_markup(db, caller.tenant_id, contact_id)
        if before != markup:
            await store.save_markup(db, caller.tenant_id, contact_id, markup)
            told = Event("ContactAmended", "contact", None, as_json({"default_markup": [before, markup]}))
            await events.append(db, caller.tenant_id, contact_id, told, caller.author, desk.now())
    return markup


def _kept(contact: Contact) -> ContactWithMarkup:
    """A new contact as the book keeps it: with a default markup, also if nothing was said of one."""
    return ContactWithMarkup(**asdict(contact) | {"default_markup": book.default_markup(contact)})


async def _taken(db: Db, tenant_id: int, keys: Sequence[Key]) -> set[Key]:
    return await store.taken(db, tenant_id, [code for _, code in keys])


ENTRY: Final = Entry[Contact, Key](
    event="ContactAdded",
    noun="contact",
    rules=Rules(book.check, book.FIELDS, _kept),
    field="code",
    # `add` takes a code that the customer has a contact with already; who enters a list twice has made a mistake.
    key=lambda contact: (contact.customer_id, folded(contact.code)) if contact.code else None,
    taken=_taken,
    insert=store.insert,
    insert_many=store.insert_many,
    customer_id=lambda contact: contact.customer_id,
)
KIND: Final = Kind(store.KEPT, ENTRY, Rules(book.check, book.FIELDS, book.kept), amended("contact"))
