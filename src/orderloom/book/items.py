"""Items: what a customer keeps in a warehouse, each with its qualifiers."""

from typing import Final, NamedTuple

import msgspec

from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import folded, required_fault, text_fault, text_faults

# SKUs and qualifiers stand in indexes, whose entries have a bound in bytes.
MAX_SKU: Final = 255
MAX_DESCRIPTION: Final = 2_000
MAX_QUALIFIERS: Final = 100
# The qualifier of an item that comes in one kind only.
PLAIN: Final = ""


class StockItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a customer."""

    id: int = 0
    customer_id: int
    sku: str
    description: str | None = None
    qualifiers: tuple[str, ...] = (PLAIN,)
    deactivated: bool = False


FIELDS: Final = tuple(field for field in StockItem.__struct_fields__ if field != "id")
"""What can be said of an item."""


class ItemOf(NamedTuple):
    """An item, and what the customer whose it is is called."""

    item: StockItem
    customer_name: str
    customer_external_id: str | None


def check(item: StockItem) -> None:
    """Raises BadInput with every fault of a new item."""
    faults = text_faults(item, {"description": MAX_DESCRIPTION})
    if reason := required_fault(item.sku, MAX_SKU):
        faults.append(Fault("sku", reason, value=item.sku))
    if len(item.qualifiers) > MAX_QUALIFIERS:
        faults.append(Fault("qualifiers", "too_long"))
    seen = set()
    for name in item.qualifiers:
        if reason := text_fault(name, MAX_SKU):
            faults.append(Fault("qualifiers", reason, value=name))
        elif folded(name) in seen:
            faults.append(Fault("qualifiers", "taken", value=name))
        seen.add(folded(name))
    if faults:
        raise BadInput(*faults)
