"""Between Extensiv's purchase orders and the book: pure, no request, no database.

Source: contracts/extensiv.md sections 3.2 and 6.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec import UNSET

from orderloom.book.contacts import STATUSES, TEXTS, UNCONFIRMED, Contact
from orderloom.book.items import PLAIN
from orderloom.book.lines import LineWish
from orderloom.book.orders import Wish
from orderloom.book.purchase_wishes import GoodsWish, PurchaseWish, Reference
from orderloom.book.purchases import MAX_LINES, MAX_NUMBER, Goods, Purchase
from orderloom.book.text import MAX_NOTES, MAX_TEXT
from orderloom.dialects.extensiv import hal, moments
from orderloom.dialects.extensiv.errors import pascal
from orderloom.dialects.extensiv.reading import CUSTOMER_WORDS, FACILITY_WORDS, ITEM_WORDS, Members, Reader
from orderloom.dialects.extensiv.representations import Representation

DONE: Final = "done"
_UNSET_AMOUNT: Final = Decimal(0)
_STATUS_NAMES: Final = {"unconfirmed": 0, "confirmed": 1, "useraccepted": 2}
_CONTACT_TEXTS: Final = {pascal(field).lower(): field for field in TEXTS}


def number_of(purchase: Purchase) -> str:
    """What Extensiv calls the purchase."""
    return purchase.code if purchase.number is None else purchase.number


def shown(purchase: Purchase, form: Representation) -> Any:
    """The purchase order in this representation. Source: section 3.2."""
    make, customer, supplier = form.shapes, purchase.customer, purchase.supplier
    return make.PurchaseOrder(
        make.PurchaseOrderReadOnly(
            purchase.id,
            moments.shown(purchase.created_at),
            moments.shown(purchase.modified_at),
            purchase.state == DONE,
        ),
        number_of(purchase),
        None if customer is None else make.CustomerIdentifier(customer.external_id, customer.name, customer.id),
        None if purchase.issued_at is None else moments.shown(purchase.issued_at),
        None if supplier is None else make.Contact(*contact_values(supplier)),
        purchase.notes,
        purchase.external_id,
        [_line(goods, form) for goods in purchase.goods],
        form.links(hal.of_purchase(purchase)),
    )


def contact_values(contact: Contact) -> tuple[Any, ...]:
    """The values of a contact in the order of Extensiv's members."""
    return (
        contact.id,
        contact.company_name,
        contact.name,
        contact.title,
        contact.address1,
        contact.address2,
        contact.city,
        contact.state,
        contact.zip,
        contact.country,
        contact.phone_number,
        contact.fax,
        contact.email_address,
        contact.dept,
        contact.is_address_residential,
        contact.code,
        contact.address_status,
    )


def _line(goods: Goods, form: Representation) -> Any:
    make = form.shapes
    return make.LineItem(
        goods.id,
        None if goods.item_id is None else make.ItemIdentifier(goods.sku, goods.item_id),
        goods.qualifier or PLAIN,
        goods.quantity,
        None if goods.facility_id is None else make.FacilityIdentifier(goods.facility, goods.facility_id),
        None if goods.expected_at is None else moments.shown(goods.expected_at),
        None if goods.cancel_at is None else moments.shown(goods.cancel_at),
        goods.notes,
        goods.external_id,
        goods.price,
    )


def to_purchase(given: Members, before: Purchase | None) -> PurchaseWish:
    """What a body wishes a purchase to be that is shown like this, or a new one.

    Whatever is equal to what was shown is neither checked nor spoken of: a face never refuses what it showed.
    """
    read = Reader()
    customer = _customer(read, given.get("customeridentifier"), before)
    supplier = _supplier(read, given.get("supplier"), before)
    goods = _goods(read, given.get("lineitems"), before)
    head: dict[str, Any] = {
        "issued_at": read.moment(given.get("issuedate"), "IssueDate"),
        "notes": read.text(given.get("notes"), "Notes", MAX_NOTES),
        "external_id": read.text(given.get("externalid"), "ExternalId", MAX_TEXT),
    }
    number = given.get("purchaseordernumber")
    if before is None or number != number_of(before):
        if _is_blank(number):
            read.fault("PurchaseOrderNumber", "blank", number)
        else:
            head["number"] = read.text(number, "PurchaseOrderNumber", MAX_NUMBER)
    return PurchaseWish(
        head=Wish(**head, faults=tuple(read.faults)),
        customer=UNSET if customer is None else customer,
        supplier=supplier,
        goods=goods,
    )


def _customer(read: Reader, value: object, before: Purchase | None) -> Reference | None:
    """The customer that is named, None if it is the one that is shown."""
    before_faults = len(read.faults)
    named = read.reference(read.members(value, "CustomerIdentifier"), "CustomerIdentifier", CUSTOMER_WORDS)
    if named is None:
        if len(read.faults) == before_faults and not (before is not None and before.customer is None):
            read.fault("CustomerIdentifier", "blank")
        return None
    if before is not None and before.customer is not None:
        customer = before.customer
        if _is_same(named, {"id": customer.id, "external_id": customer.external_id, "name": customer.name}):
            return None
    return named


def _supplier(read: Reader, value: object, before: Purchase | None) -> Any:
    """A reference, a new contact, None for nobody, or UNSET for the one that is shown. Source: section 6.1."""
    given = read.members(value, "Supplier")
    contact_id = read.id(given.get("contactid"), "Supplier.ContactId")
    if contact_id is not None:
        if before is not None and before.supplier is not None and before.supplier.id == contact_id:
            return UNSET
        return Reference("id", contact_id, "Supplier.ContactId")
    texts = {name: value for name in _CONTACT_TEXTS if not _is_blank(value := given.get(name))}
    residential = given.get("isaddressresidential")
    is_residential = residential is not None and residential is not False
    has_status = _status(given.get("addressstatus")) != UNCONFIRMED
    if set(texts) == {"code"} and not is_residential and not has_status:
        return _by_code(read, texts["code"])
    if not texts and not is_residential and not has_status:
        return None
    return _new_contact(read, given, texts)


def _by_code(read: Reader, value: object) -> Reference | None:
    code = read.text(value, "Supplier.Code", MAX_TEXT)
    return None if code is None else Reference("code", code, "Supplier.Code")


def _new_contact(read: Reader, given: Members, texts: Mapping[str, object]) -> Contact:
    values: dict[str, Any] = {}
    for name, value in texts.items():
        field = _CONTACT_TEXTS[name]
        values[field] = read.text(value, f"Supplier.{pascal(field)}", MAX_TEXT)
    return Contact(
        **values,
        is_address_residential=read.truth(given.get("isaddressresidential"), "Supplier.IsAddressResidential"),
        address_status=_address_status(read, given.get("addressstatus")),
    )


def _address_status(read: Reader, value: object) -> int:
    status = _status(value)
    if status is None:
        read.fault("Supplier.AddressStatus", "inclusion", value)
    return status or UNCONFIRMED


def _status(value: object) -> int | None:
    """The status by its number or its name; None if it is neither."""
    if value is None:
        return UNCONFIRMED
    if isinstance(value, str):
        return _STATUS_NAMES.get(value.lower())
    return value if isinstance(value, int) and not isinstance(value, bool) and value in STATUSES else None


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _goods(read: Reader, value: object, before: Purchase | None) -> list[GoodsWish]:
    if value is None:
        return []
    if not isinstance(value, list):
        read.fault("LineItems", "type", value)
        return []
    if len(value) > max(MAX_LINES, 0 if before is None else len(before.goods)):
        read.fault("LineItems", "too_long")
        return []
    stored = {} if before is None else {goods.id: goods for goods in before.goods}
    return [_one(read, each, f"LineItems[{place}]", before, stored) for place, each in enumerate(value)]


def _one(read: Reader, value: object, path: str, before: Purchase | None, stored: Mapping[int, Goods]) -> GoodsWish:
    if not isinstance(value, dict):
        read.fault(path, "type", value)
        return GoodsWish()
    line_id = None
    if before is not None:
        line_id = read.id(value.get("purchaseorderlineitemid"), f"{path}.PurchaseOrderLineItemId")
    goods = stored.get(line_id) if line_id is not None else None
    fields: dict[str, Any] = {
        "expected_at": read.moment(value.get("expecteddate"), f"{path}.ExpectedDate"),
        "cancel_at": read.moment(value.get("canceldate"), f"{path}.CancelDate"),
        "notes": read.text(value.get("notes"), f"{path}.Notes", MAX_NOTES),
        "external_id": read.text(value.get("externallineid"), f"{path}.ExternalLineId", MAX_TEXT),
    }
    fields |= _amounts(read, value, path, goods)
    item = _item(read, value, path, goods, fields)
    return GoodsWish(
        id=line_id,
        wish=LineWish(**fields),
        item=UNSET if item is None else item,
        facility=_facility(read, value, path, goods),
    )


def _amounts(read: Reader, value: Members, path: str, goods: Goods | None) -> dict[str, Decimal | None]:
    """Quantity and price where they differ from what is shown."""
    found: dict[str, Decimal | None] = {}
    quantity = value.get("quantity")
    if goods is not None and goods.quantity is None and _is_same_amount(quantity, _UNSET_AMOUNT):
        quantity = None  # what typed clients write where nothing was shown
    if goods is None or not _is_same_amount(quantity, goods.quantity):
        found["quantity"] = amount = read.amount(quantity, f"{path}.Quantity")
        if quantity is None:
            read.fault(f"{path}.Quantity", "blank")
        elif amount is not None and amount <= 0:
            read.fault(f"{path}.Quantity", "invalid", amount)
    price = value.get("price")
    if goods is None or not _is_same_amount(price, goods.price):
        found["price"] = amount = read.amount(price, f"{path}.Price")
        if amount is not None and amount < 0:
            read.fault(f"{path}.Price", "invalid", amount)
    return found


def _item(read: Reader, value: Members, path: str, goods: Goods | None, fields: dict[str, Any]) -> Reference | None:
    """The item that a line names, None if it is the one that is shown, with the same qualifier.

    A qualifier is one of the item's: where it differs, it is told together with its item.
    """
    before = len(read.faults)
    place = f"{path}.ItemIdentifier"
    named = read.reference(read.members(value.get("itemidentifier"), place), place, ITEM_WORDS)
    qualifier = read.text(value.get("qualifier"), f"{path}.Qualifier", MAX_TEXT) or PLAIN
    if len(read.faults) > before:
        return None
    if named is None and (goods is None or goods.item_id is not None):
        read.fault(place, "blank")
        return None
    if goods is not None and (named is None or _is_same(named, {"id": goods.item_id, "sku": goods.sku})):
        if qualifier == (goods.qualifier or PLAIN):
            return None
        if named is None:
            read.fault(f"{path}.Qualifier", "unknown", qualifier)
            return None
    fields["qualifier"] = qualifier
    return named


def _facility(read: Reader, value: Members, path: str, goods: Goods | None) -> Any:
    """The facility that a line names, None for none, UNSET if it is the one that is shown."""
    place = f"{path}.ExpectedFacility"
    named = read.reference(read.members(value.get("expectedfacility"), place), place, FACILITY_WORDS)
    if named is None:
        return None if goods is not None and goods.facility_id is not None else UNSET
    if goods is not None and _is_same(named, {"id": goods.facility_id, "name": goods.facility}):
        return UNSET
    return named


def _is_same(named: Reference, own: Mapping[str, object]) -> bool:
    """Whether a thing is named as it is shown."""
    return named.value == own[named.by]


def _is_same_amount(value: object, own: Decimal | None) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | Decimal | None) and value == own
