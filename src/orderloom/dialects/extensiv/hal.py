"""The links between Extensiv's things. Source: contracts/extensiv.md section 4.

A rel is the address of a page of the vendor's, and is compared byte for byte, whatever host answers.
"""

from typing import Final

from orderloom.book.purchases import Purchase
from orderloom.dialects.extensiv.representations import Links
from orderloom.dialects.extensiv.shapes import Link

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


def of_purchase(purchase: Purchase) -> Links:
    """The links of a purchase order; each can be followed as it stands."""
    own = f"{PURCHASE_ORDERS_PATH}/{purchase.id}"
    links: list[tuple[str, Link | list[Link]]] = [
        ("self", Link(own)),
        ("edit", Link(own, CANNOT_DELETE) if purchase.is_receiving else Link(own)),
    ]
    customer, goods = purchase.customer, purchase.goods
    if customer is not None:
        links.append((CUSTOMER, Link(f"{CUSTOMERS_PATH}/{customer.id}")))
        items = {each.item_id: each.sku for each in goods if each.item_id is not None}
        if items:
            path = items_path(customer.id)
            links.append((ITEM, [Link(f"{path}/{item_id}", sku) for item_id, sku in items.items()]))
    facilities = {each.facility_id: each.facility for each in goods if each.facility_id is not None}
    if facilities:
        links.append((FACILITY, [Link(f"{FACILITIES_PATH}/{place}", name) for place, name in facilities.items()]))
    links.append((RECEIVERS, Link(f"{RECEIVERS_PATH}?purchaseorderid={purchase.id}")))
    if purchase.supplier is not None:
        links.append((CONTACT, Link(f"{CONTACTS_PATH}/{purchase.supplier.id}")))
    return links


def items_path(customer_id: int) -> str:
    """Where the items of a customer are."""
    return f"{CUSTOMERS_PATH}/{customer_id}/items"
