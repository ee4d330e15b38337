"""Items: show, list, add; see `orderloom.desk.records` for the rest."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from orderloom.book import items as book
from orderloom.book.conditions import Condition
from orderloom.book.errors import BadInput, Fault
from orderloom.book.items import ItemOf, StockItem
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.records import Rules
from orderloom.book.text import folded
from orderloom.desk import entering
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.entering import Entry
from orderloom.desk.records import Kind, amended
from orderloom.store import items as store
from orderloom.store import records
from orderloom.store.pool import Db
from orderloom.store.records import Kept


async def show(desk: Desk, caller: Caller, customer_id: int, item_id: int) -> ItemOf:
    """The item with this id if it is this customer's. Raises ItemNotFound."""
    return await store.one(desk.pool, caller.tenant_id, customer_id, item_id)


async def page(
    desk: Desk, caller: Caller, customer_id: int, where: Condition, sorts: Sequence[Sort], cut: Cut
) -> Page[ItemOf]:
    """A page of those of the customer's items for which the condition holds. Raises CustomerNotFound."""
    return await store.page(desk.pool, caller.tenant_id, customer_id, where, sorts, cut)


async def add(desk: Desk, caller: Caller, item: StockItem) -> StockItem:
    """Enter a new item and return it with its id. Raises BadInput with every fault."""
    return replace(item, id=await entering.add(desk, caller, ENTRY, item))


def _kept(item: StockItem) -> StockItem:
    """An item that was checked as the book keeps it: its qualifiers stand in the order in which they are compared.

    History would else tell another order than the item is shown with, and an order alone is no change.
    """
    return replace(item, qualifiers=tuple(sorted(item.qualifiers, key=folded)))


RULES: Final = Rules(book.check, book.FIELDS, _kept)
ENTRY: Final = Entry[StockItem, tuple[int, str]](
    event="ItemAdded",
    noun="item",
    rules=RULES,
    field="sku",
    key=lambda item: (item.customer_id, folded(item.sku)),
    taken=store.taken,
    insert=store.insert,
    insert_many=store.insert_many,
    customer_id=lambda item: item.customer_id,
)


async def _save(
    db: Db, kept: Kept[StockItem], tenant_id: int, item_id: int, item: StockItem, entered_at: datetime
) -> None:
    """Write the item back. Raises BadInput also for a qualifier that is left out while lines use it."""
    await records.save(db, kept, tenant_id, item_id, item, entered_at)
    used = await store.qualify(db, tenant_id, item_id, item.qualifiers)
    if used:
        raise BadInput(*(Fault("qualifiers", "illegal", value=name, expected="all that lines use") for name in used))


KIND: Final = Kind(store.KEPT, ENTRY, RULES, amended("item"), _save)
