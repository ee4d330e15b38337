"""Receipts: show, list, begin and end receiving."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec.structs import replace

from orderloom.book import receipts as book
from orderloom.book.conditions import Condition
from orderloom.book.events import Event, as_json
from orderloom.book.keysets import Part, Stretch
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.receipts import Receipt
from orderloom.book.records import said
from orderloom.desk import records
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.store import events
from orderloom.store import receipts as store

FIELDS: Final = ("order_id", "customer_id", "facility_id", "reference", "status")
"""What a receipt says of itself; the rest is said of it by what it names."""


async def show(desk: Desk, caller: Caller, receipt_id: int) -> Receipt:
    """The receipt with this id. Raises ReceiptNotFound."""
    return await store.one(desk.pool, caller.tenant_id, receipt_id)


async def page(
    desk: Desk, caller: Caller, where: Condition, sorts: Sequence[Sort], cut: Cut, *, order_id: int | None = None
) -> Page[Receipt]:
    """A page of the receipts, of any order or of this one, for which the condition holds, and how many those are."""
    return await store.page(desk.pool, caller.tenant_id, where, sorts, cut, order_id=order_id)


async def part(desk: Desk, caller: Caller, where: Condition, stretch: Stretch) -> Part[Receipt]:
    """A part of the receipts for which the condition holds."""
    where = await records.settled(desk, "receipts", where, stretch)
    return await store.part(desk.pool, caller.tenant_id, where, stretch)


async def begin(desk: Desk, caller: Caller, order_id: int, reference: str, facility_id: int | None = None) -> Receipt:
    """Begin to receive goods for this purchase, whose customer's the receipt is.

    Raises BadInput, OrderNotFound, also for an order that is no purchase, or FacilityNotFound.
    """
    book.check(reference)
    at = desk.now()
    async with desk.pool.transaction() as db:
        # Locked before anything is read: who deletes the order at this moment has either seen the receipt or is done.
        customer_id = await store.lock_purchase(db, caller.tenant_id, order_id)
        receipt_id = await store.insert(
            db,
            caller.tenant_id,
            order_id=order_id,
            customer_id=customer_id,
            facility_id=facility_id,
            reference=reference,
            at=at,
        )
        receipt = await store.one(db, caller.tenant_id, receipt_id)
        told = Event("ReceiptOpened", "receipt", None, as_json(said(receipt, FIELDS)))
        await events.append(db, caller.tenant_id, receipt_id, told, caller.author, at)
        return receipt


async def end(
    desk: Desk, caller: Caller, receipt_id: int, agree: Callable[[Receipt], None] = lambda _: None
) -> Receipt:
    """End the receiving, unless `agree` raises when it is given the receipt; nothing happens to one that is not open.

    Raises ReceiptNotFound.
    """
    async with desk.pool.transaction() as db:
        receipt = await store.locked(db, caller.tenant_id, receipt_id)
        agree(receipt)
        if not await store.close(db, caller.tenant_id, receipt_id):
            return receipt
        told = Event("ReceiptClosed", "receipt", None, as_json({"status": [receipt.status, book.CLOSED]}))
        await events.append(db, caller.tenant_id, receipt_id, told, caller.author, desk.now())
    return replace(receipt, status=book.CLOSED)
