"""Items: show, list, add one or many."""

from collections.abc import Sequence

from msgspec.structs import replace

from orderloom.book import items as book
from orderloom.book.conditions import Condition
from orderloom.book.errors import Fault
from orderloom.book.items import ItemOf, StockItem
from orderloom.book.lists import Cut, Page, Sort
from orderloom.desk import entering
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.entering import Entry, Moved
from orderloom.store import items as store


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
    return replace(item, id=await entering.add(desk, caller, _ENTRY, item))


async def add_all(desk: Desk, caller: Caller, items: Sequence[StockItem], moved: Moved | None = None) -> list[int]:
    """Enter all of them or none; their ids, in the same order. Raises BadRecords."""
    return await entering.add_all(desk, caller, _ENTRY, items, moved)


async def faults(
    desk: Desk, caller: Caller, items: Sequence[StockItem], moved: Moved | None = None
) -> dict[int, list[Fault]]:
    """Why they cannot all be entered: the faults of each by its place; nothing is changed."""
    return await entering.faults(desk, caller, _ENTRY, items, moved)


_ENTRY = Entry[StockItem, tuple[int, str]](
    event="ItemAdded",
    noun="item",
    changes=lambda item: {"customer_id": item.customer_id, "sku": item.sku, "qualifiers": item.qualifiers},
    check=book.check,
    field="sku",
    key=lambda item: (item.customer_id, item.sku.casefold()),
    taken=store.taken,
    insert=store.insert,
    insert_many=store.insert_many,
    customer_id=lambda item: item.customer_id,
)
