"""What Extensiv does for each operation. Source: contracts/extensiv.md."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from orderloom.book.conditions import ALWAYS
from orderloom.book.errors import (
    ContactNotFound,
    CustomerNotFound,
    FacilityNotFound,
    ItemNotFound,
    NotFound,
    OrderNotFound,
    ReceiptNotFound,
)
from orderloom.book.facilities import Facility
from orderloom.book.lists import Cut
from orderloom.book.purchase_wishes import PurchaseWish
from orderloom.book.purchases import Purchase
from orderloom.desk import contacts, facilities, items, parties, purchases, receipts
from orderloom.dialects.contract import Call, Refused, Reply
from orderloom.dialects.extensiv import (
    bodies,
    errors,
    etags,
    hal,
    lists,
    properties,
    related,
    representations,
    translate,
)
from orderloom.dialects.extensiv.errors import BadParameter
from orderloom.dialects.extensiv.reading import Members
from orderloom.dialects.extensiv.representations import Representation
from orderloom.wire.paging import record_id

MAX_FACILITIES: Final = 100
CUSTOMERS_SIZE: Final = 20
ITEMS_SIZE: Final = 10


async def list_purchases(call: Call) -> Reply:
    """A page of purchase orders. Source: section 5."""
    query = lists.Query(call, properties.PURCHASE_ORDERS)
    page = await purchases.page(call.desk, call.caller, where=query.where, sorts=query.sorts, cut=query.cut)
    return query.reply(call, hal.PURCHASE_ORDERS_PATH, hal.PURCHASE_ORDER, page, translate.shown)


async def create_purchase(call: Call) -> Reply:
    """Enter a purchase order. Source: section 6.2."""
    purchase = await purchases.place(call.desk, call.caller, translate.to_purchase(bodies.decode(call), None))
    return _told(call, 201, purchase, ("Location", f"{hal.PURCHASE_ORDERS_PATH}/{purchase.id}"))


async def show_purchase(call: Call) -> Reply:
    """One purchase order."""
    purchase = await purchases.show(call.desk, call.caller, _id(call, OrderNotFound))
    return etags.unchanged(call, etags.of_purchase(purchase)) or _told(call, 200, purchase)


async def replace_purchase(call: Call) -> Reply:
    """Overwrite a purchase order that is as the client saw it. Source: sections 6.3 and 6.5."""
    order_id = await _seen(call)

    @cache
    def given() -> Members:
        return bodies.decode(call)

    def change(purchase: Purchase) -> PurchaseWish:
        etags.require_match(call, etags.of_purchase(purchase))
        return translate.to_purchase(given(), purchase)

    return _told(call, 200, await purchases.amend(call.desk, call.caller, order_id, change))


async def delete_purchase(call: Call) -> Reply:
    """Delete a purchase order that is as the client saw it. Source: sections 6.4 and 6.5."""
    order_id = await _seen(call)

    def agree(purchase: Purchase) -> None:
        etags.require_match(call, etags.of_purchase(purchase))

    await purchases.delete(call.desk, call.caller, order_id, agree)
    return errors.empty(204)


async def index_of_purchase(call: Call) -> Reply:
    """The place of a number in the list that an `rql` gives. Source: section 1."""
    given = lists.parameters(call)
    for name in ("ponum", "rql"):
        if name not in given:
            raise BadParameter(name, f"{name} is required", "Required")
    where = lists.condition(given["rql"], properties.PURCHASE_ORDERS)
    if "\0" in given["ponum"]:
        raise OrderNotFound(given["ponum"])
    place = await purchases.place_of_number(call.desk, call.caller, given["ponum"], where)
    if place is None:
        raise OrderNotFound(given["ponum"])
    form = representations.chosen(call)
    return form.reply(200, form.shapes.Place(place))


async def list_customers(call: Call) -> Reply:
    """A page of customers."""
    query = lists.Query(call, properties.CUSTOMERS, size=CUSTOMERS_SIZE)
    page = await parties.search(call.desk, call.caller, query.where, query.sorts, query.cut)
    places = await _places(call)
    return query.reply(
        call, hal.CUSTOMERS_PATH, hal.CUSTOMER, page, lambda each, form: related.customer(each, form, places), places
    )


async def show_customer(call: Call) -> Reply:
    """One customer."""
    found = await parties.show(call.desk, call.caller, _id(call, CustomerNotFound))
    places = await _places(call)
    return _shown(call, lambda each, form: related.customer(each, form, places), found)


async def _places(call: Call) -> Sequence[Facility]:
    """The facilities with which each customer is shown: all, up to MAX_FACILITIES."""
    return (await facilities.page(call.desk, call.caller, ALWAYS, (), Cut(MAX_FACILITIES))).records


async def list_items(call: Call) -> Reply:
    """A page of a customer's items."""
    customer_id = _id(call, CustomerNotFound)
    query = lists.Query(call, properties.ITEMS, size=ITEMS_SIZE)
    page = await items.page(call.desk, call.caller, customer_id, query.where, query.sorts, query.cut)
    return query.reply(call, hal.items_path(customer_id), hal.ITEM, page, related.item)


async def show_item(call: Call) -> Reply:
    """One item of a customer."""
    customer_id, item_id = _id(call, CustomerNotFound), _id(call, ItemNotFound, "iid")
    return _shown(call, related.item, await items.show(call.desk, call.caller, customer_id, item_id))


async def list_facilities(call: Call) -> Reply:
    """A page of facilities."""
    query = lists.Query(call, properties.FACILITIES)
    page = await facilities.page(call.desk, call.caller, query.where, query.sorts, query.cut)
    return query.reply(call, hal.FACILITIES_PATH, hal.FACILITY, page, related.facility)


async def show_facility(call: Call) -> Reply:
    """One facility."""
    found = await facilities.show(call.desk, call.caller, _id(call, FacilityNotFound))
    return _shown(call, related.facility, found)


async def list_contacts(call: Call) -> Reply:
    """A page of contacts."""
    query = lists.Query(call, properties.CONTACTS)
    page = await contacts.page(call.desk, call.caller, query.where, query.sorts, query.cut)
    return query.reply(call, hal.CONTACTS_PATH, hal.CONTACT, page, related.contact)


async def show_contact(call: Call) -> Reply:
    """One contact."""
    found = await contacts.show(call.desk, call.caller, _id(call, ContactNotFound))
    return _shown(call, related.contact, found)


async def list_receivers(call: Call) -> Reply:
    """A page of receivers, of all purchase orders or of one."""
    query = lists.Query(call, properties.RECEIVERS)
    order_id = query.whole("purchaseorderid")
    page = await receipts.page(call.desk, call.caller, query.where, query.sorts, query.cut, order_id=order_id)
    return query.reply(call, hal.RECEIVERS_PATH, hal.RECEIVER, page, related.receiver)


async def show_receiver(call: Call) -> Reply:
    """One receiver."""
    found = await receipts.show(call.desk, call.caller, _id(call, ReceiptNotFound))
    return _shown(call, related.receiver, found)


async def _seen(call: Call) -> int:
    """The id of the purchase order that a write is about. Raises OrderNotFound, or Refused with 428.

    What is not there is told first, so that a client that asks for nothing learns that.
    """
    order_id = _id(call, OrderNotFound)
    if not etags.is_conditional(call):
        await purchases.show(call.desk, call.caller, order_id)
        raise Refused(errors.empty(428))
    return order_id


def _id(call: Call, unknown: type[NotFound], name: str = "id") -> int:
    """The id in the path. One that no record can have is unknown."""
    found = record_id(call.path[name])
    if found is None:
        raise unknown(call.path[name])
    return found


def _told(call: Call, status: int, purchase: Purchase, *headers: tuple[str, str]) -> Reply:
    form = representations.chosen(call)
    tag = ("ETag", etags.of_purchase(purchase))
    return form.reply(status, translate.shown(purchase, form), tag, *headers)


def _shown(call: Call, show: Any, record: Any) -> Reply:
    form: Representation = representations.chosen(call)
    return form.reply(200, show(record, form))
