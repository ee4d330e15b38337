"""The links between Extensiv's things. Source: contracts/extensiv.md section 4.

A rel is the address of a page of the vendor's, and is compared byte for byte, whatever host answers.
"""

from collections.abc import Iterator
from typing import Final

from orderloom.book.purchases import Purchase
from orderloom.dialects.extensiv.representations import Link

_RELS: Final = "http://api.3plCentral.com/rels"
PURCHASE_ORDER: Final = f"{_RELS}/inventory/purchaseorder"
CUSTOMER: Final = f"{_RELS}/customers/customer"
ITEM: Final = f"{_RELS}/customers/item"
FACILITY: Final = f"{_RELS}/properties/facility"
CONTACT: Final = f"{_RELS}/properties/contact"
RECEIVER: Final = f"{_RELS}/inventory/receiver"
RECEIVERS: Final = f"{_RELS}/inventory/receivers"
PURCHASE_ORDERS_PATH: Final = "/inventory/pos"
CUSTOMERS_PATH: Final = "/customers"
FACILITIES_PATH: Final = "/properties/facilities"
CONTACTS_PATH: Final = "/properties/contacts"
RECEIVERS_PATH: Final = "/inventory/receivers"
CANNOT_DELETE: Final = "Disallow: DELETE"


def of_purchase(purchase: Purchase) -> Iterator[Link]:
    """The links of a purchase order; each can be followed as it stands."""
    own = f"{PURCHASE_ORDERS_PATH}/{purchase.id}"
    yield Link("self", own)
    yield Link("edit", own, CANNOT_DELETE if purchase.is_receiving else None)
    customer = purchase.customer
    if customer is not None:
        yield Link(CUSTOMER, f"{CUSTOMERS_PATH}/{customer.id}")
        items = {goods.item_id: goods.sku for goods in purchase.goods if goods.item_id is not None}
        for item_id, sku in items.items():
            yield Link(ITEM, f"{items_path(customer.id)}/{item_id}", sku, many=True)
    facilities = {goods.facility_id: goods.facility for goods in purchase.goods if goods.facility_id is not None}
    for facility_id, name in facilities.items():
        yield Link(FACILITY, f"{FACILITIES_PATH}/{facility_id}", name, many=True)
    yield Link(RECEIVERS, f"{RECEIVERS_PATH}?purchaseorderid={purchase.id}")
    if purchase.supplier is not None:
        yield Link(CONTACT, f"{CONTACTS_PATH}/{purchase.supplier.id}")


def items_path(customer_id: int) -> str:
    """Where the items of a customer are."""
    return f"{CUSTOMERS_PATH}/{customer_id}/items"
