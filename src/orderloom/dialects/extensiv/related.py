"""What Extensiv's purchase orders lead to, as it is shown. Source: contracts/extensiv.md section 4."""

from collections.abc import Sequence
from typing import Any

from orderloom.book.contacts import ContactOf
from orderloom.book.facilities import Facility
from orderloom.book.items import ItemOf
from orderloom.book.parties import Customer
from orderloom.book.receipts import STATUSES, Receipt
from orderloom.dialects.extensiv import hal, moments
from orderloom.dialects.extensiv.representations import Representation
from orderloom.dialects.extensiv.shapes import Link
from orderloom.dialects.extensiv.translate import contact_values


def customer(each: Customer, form: Representation, facilities: Sequence[Facility]) -> Any:
    """A customer; every facility serves every customer."""
    make = form.shapes
    created_at = None if each.created_at is None else moments.shown(each.created_at)
    own = f"{hal.CUSTOMERS_PATH}/{each.id}"
    return make.Customer(
        make.CustomerReadOnly(each.id, created_at, each.deactivated),
        make.CompanyInfo(each.whole_name),
        each.external_id,
        [make.FacilityIdentifier(facility.name, facility.id) for facility in facilities],
        form.links((("self", Link(own)), (hal.ITEM, [Link(hal.items_path(each.id))]))),
    )


def item(each: ItemOf, form: Representation) -> Any:
    """An item of a customer."""
    make, own = form.shapes, each.item
    owner = make.CustomerIdentifier(each.customer_external_id, each.customer_name, own.customer_id)
    links = (
        ("self", Link(f"{hal.items_path(own.customer_id)}/{own.id}")),
        (hal.CUSTOMER, Link(f"{hal.CUSTOMERS_PATH}/{own.customer_id}")),
    )
    return make.Item(
        make.ItemReadOnly(owner, own.id, own.deactivated),
        own.id,
        own.sku,
        own.description,
        [make.Qualifier(name) for name in own.qualifiers],
        form.links(links),
    )


def facility(each: Facility, form: Representation) -> Any:
    """A facility."""
    links = form.links((("self", Link(f"{hal.FACILITIES_PATH}/{each.id}")),))
    return form.shapes.Facility(each.id, each.name, each.deactivated, links)


def contact(each: ContactOf, form: Representation) -> Any:
    """A contact with the customer whose it is."""
    own = each.contact
    links: list[tuple[str, Link | list[Link]]] = [("self", Link(f"{hal.CONTACTS_PATH}/{own.id}"))]
    if own.customer_id is not None:
        links.append((hal.CUSTOMER, Link(f"{hal.CUSTOMERS_PATH}/{own.customer_id}")))
    owner = _customer(form, own.customer_id, each.customer_name, each.customer_external_id)
    values = (*contact_values(own), owner, form.links(links))
    return form.shapes.CustomersContact(*values)


def receiver(each: Receipt, form: Representation) -> Any:
    """A receiver."""
    make = form.shapes
    place = None if each.facility_id is None else make.FacilityIdentifier(each.facility_name, each.facility_id)
    links = (
        ("self", Link(f"{hal.RECEIVERS_PATH}/{each.id}")),
        (hal.PURCHASE_ORDER, Link(f"{hal.PURCHASE_ORDERS_PATH}/{each.order_id}")),
    )
    owner = _customer(form, each.customer_id, each.customer_name, each.customer_external_id)
    return make.Receiver(
        make.ReceiverReadOnly(
            each.id,
            owner,
            place,
            STATUSES.index(each.status),
            moments.shown(each.created_at),
            each.order_id,
        ),
        each.reference,
        each.order_number,
        form.links(links),
    )


def _customer(form: Representation, customer_id: int | None, name: str | None, external_id: str | None) -> Any:
    return None if customer_id is None else form.shapes.CustomerIdentifier(external_id, name, customer_id)
