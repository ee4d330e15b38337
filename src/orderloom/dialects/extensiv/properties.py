"""The properties of Extensiv's models that lists are filtered and sorted by. Source: sections 3.2, 4 and 5.2."""

from typing import Final

from orderloom.book.contacts import TEXTS
from orderloom.dialects.extensiv.errors import pascal
from orderloom.dialects.extensiv.rql import BOOL, DECIMAL, INT, MOMENT, OF_LINES, TEXT, Properties, Property


def _identifier(name: str, thing: str) -> Properties:
    """A customer by every name; `thing` is how the book's fields begin."""
    return {
        f"{name}.id": Property(f"{thing}id", INT),
        f"{name}.name": Property(f"{thing}name", TEXT),
        f"{name}.externalid": Property(f"{thing}external_id", TEXT),
    }


def _contact(name: str, thing: str, *, nullable: bool) -> Properties:
    return {
        f"{name}contactid": Property(f"{thing}id", INT, nullable),
        **{f"{name}{pascal(field).lower()}": Property(f"{thing}{field}", TEXT) for field in TEXTS},
        f"{name}isaddressresidential": Property(f"{thing}is_address_residential", BOOL, nullable),
        f"{name}addressstatus": Property(f"{thing}address_status", INT, nullable),
    }


PURCHASE_ORDERS: Final[Properties] = {
    "readonly.purchaseorderid": Property("id", INT, nullable=False),
    "readonly.creationdate": Property("created_at", MOMENT, nullable=False),
    "readonly.lastmodifieddate": Property("modified_at", MOMENT, nullable=False),
    "readonly.closed": Property("done", BOOL, nullable=False),
    "purchaseordernumber": Property("number", TEXT, nullable=False),
    **_identifier("customeridentifier", "customer."),
    "issuedate": Property("issued_at", MOMENT),
    **_contact("supplier.", "supplier.", nullable=True),
    "notes": Property("notes", TEXT),
    "externalid": Property("external_id", TEXT),
    f"{OF_LINES}purchaseorderlineitemid": Property("lines.id", INT, nullable=False),
    f"{OF_LINES}itemidentifier.sku": Property("lines.sku", TEXT),
    f"{OF_LINES}itemidentifier.id": Property("lines.item_id", INT),
    f"{OF_LINES}qualifier": Property("lines.qualifier", TEXT, nullable=False),
    f"{OF_LINES}quantity": Property("lines.quantity", DECIMAL),
    f"{OF_LINES}expectedfacility.name": Property("lines.facility", TEXT),
    f"{OF_LINES}expectedfacility.id": Property("lines.facility_id", INT),
    f"{OF_LINES}expecteddate": Property("lines.expected_at", MOMENT),
    f"{OF_LINES}canceldate": Property("lines.cancel_at", MOMENT),
    f"{OF_LINES}notes": Property("lines.notes", TEXT),
    f"{OF_LINES}externallineid": Property("lines.external_id", TEXT),
    f"{OF_LINES}price": Property("lines.price", DECIMAL),
}
CUSTOMERS: Final[Properties] = {
    "readonly.customerid": Property("id", INT, nullable=False),
    "readonly.creationdate": Property("created_at", MOMENT, nullable=False),
    "readonly.deactivated": Property("deactivated", BOOL, nullable=False),
    "companyinfo.companyname": Property("name", TEXT, nullable=False),
    "externalid": Property("external_id", TEXT),
}
ITEMS: Final[Properties] = {
    "itemid": Property("id", INT, nullable=False),
    "readonly.itemid": Property("id", INT, nullable=False),
    "readonly.deactivated": Property("deactivated", BOOL, nullable=False),
    "sku": Property("sku", TEXT, nullable=False),
    "description": Property("description", TEXT),
}
FACILITIES: Final[Properties] = {
    "facilityid": Property("id", INT, nullable=False),
    "name": Property("name", TEXT, nullable=False),
    "deactivated": Property("deactivated", BOOL, nullable=False),
}
CONTACTS: Final[Properties] = {
    **_contact("", "", nullable=False),
    **_identifier("customeridentifier", "customer_"),
}
RECEIVERS: Final[Properties] = {
    "readonly.receiverid": Property("id", INT, nullable=False),
    **_identifier("readonly.customeridentifier", "customer_"),
    "readonly.facilityidentifier.id": Property("facility_id", INT),
    "readonly.facilityidentifier.name": Property("facility_name", TEXT),
    "readonly.status": Property("status_number", INT, nullable=False),
    "readonly.creationdate": Property("created_at", MOMENT, nullable=False),
    "readonly.purchaseorderid": Property("order_id", INT, nullable=False),
    "referencenum": Property("reference", TEXT, nullable=False),
    "ponum": Property("order_number", TEXT, nullable=False),
}
