"""What Extensiv gives, in two representations. Source: contracts/extensiv.md sections 3 and 4.

The classes are those of HAL: camelCase, without what is null. From each the plain one is made: PascalCase, with it.
"""

from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec

LINKS: Final = "_links"


class Shape(msgspec.Struct, rename="camel", omit_defaults=True, gc=False):
    """A thing in HAL: members that are null are left out."""


class Token(msgspec.Struct):
    """The answer to a client that may come in; the same in both representations."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: None
    scope: None


class CustomerIdentifier(Shape):
    """A customer by every name."""

    external_id: str | None = None
    name: str | None = None
    id: int | None = None


class ItemIdentifier(Shape):
    """An item by its SKU and id."""

    sku: str | None = None
    id: int | None = None


class FacilityIdentifier(Shape):
    """A facility by its name and id."""

    name: str | None = None
    id: int | None = None


class PurchaseOrderReadOnly(Shape):
    """What the server alone says of a purchase order."""

    purchase_order_id: int
    creation_date: str
    last_modified_date: str
    closed: bool


class Contact(Shape):
    """A contact; as the supplier of a purchase order without its customer."""

    contact_id: int
    company_name: str | None = None
    name: str | None = None
    title: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    phone_number: str | None = None
    fax: str | None = None
    email_address: str | None = None
    dept: str | None = None
    is_address_residential: bool | None = None
    code: str | None = None
    address_status: int | None = None


class LineItem(Shape):
    """A line of a purchase order."""

    purchase_order_line_item_id: int
    item_identifier: Any = None
    qualifier: str | None = None
    quantity: Decimal | None = None
    expected_facility: Any = None
    expected_date: str | None = None
    cancel_date: str | None = None
    notes: str | None = None
    external_line_id: str | None = None
    price: Decimal | None = None


class PurchaseOrder(Shape):
    """A purchase order. Source: section 3.2."""

    read_only: Any
    purchase_order_number: str
    customer_identifier: Any = None
    issue_date: str | None = None
    supplier: Any = None
    notes: str | None = None
    external_id: str | None = None
    line_items: Any = None
    links: Any = msgspec.field(name=LINKS, default=None)


class CustomerReadOnly(Shape):
    """What the server alone says of a customer."""

    customer_id: int
    creation_date: str | None = None
    deactivated: bool | None = None


class CompanyInfo(Shape):
    """Who a customer is."""

    company_name: str


class Customer(Shape):
    """A customer. Source: section 4, as of all that follow."""

    read_only: Any
    company_info: Any
    external_id: str | None = None
    facilities: Any = None
    links: Any = msgspec.field(name=LINKS, default=None)


class ItemReadOnly(Shape):
    """What the server alone says of an item."""

    customer_identifier: Any
    item_id: int
    deactivated: bool


class Qualifier(Shape):
    """One of an item's qualifiers."""

    qualifier: str


class Item(Shape):
    """An item of a customer."""

    read_only: Any
    item_id: int
    sku: str
    description: str | None = None
    qualifiers: Any = None
    links: Any = msgspec.field(name=LINKS, default=None)


class Facility(Shape):
    """A facility."""

    facility_id: int
    name: str
    deactivated: bool
    links: Any = msgspec.field(name=LINKS, default=None)


class CustomersContact(Contact):
    """A contact by itself."""

    customer_identifier: Any = None
    links: Any = msgspec.field(name=LINKS, default=None)


class ReceiverReadOnly(Shape):
    """What the server alone says of a receiver; status is 0 open, 1 closed, 2 canceled."""

    receiver_id: int
    customer_identifier: Any = None
    facility_identifier: Any = None
    status: int | None = None
    creation_date: str | None = None
    purchase_order_id: int | None = None


class Receiver(Shape):
    """A receiver."""

    read_only: Any
    reference_num: str
    po_num: str
    links: Any = msgspec.field(name=LINKS, default=None)


class Shapes(NamedTuple):
    """The classes of one representation; those of the other are built in the same way."""

    CustomerIdentifier: type[CustomerIdentifier]
    ItemIdentifier: type[ItemIdentifier]
    FacilityIdentifier: type[FacilityIdentifier]
    PurchaseOrderReadOnly: type[PurchaseOrderReadOnly]
    Contact: type[Contact]
    LineItem: type[LineItem]
    PurchaseOrder: type[PurchaseOrder]
    CustomerReadOnly: type[CustomerReadOnly]
    CompanyInfo: type[CompanyInfo]
    Customer: type[Customer]
    ItemReadOnly: type[ItemReadOnly]
    Qualifier: type[Qualifier]
    Item: type[Item]
    Facility: type[Facility]
    CustomersContact: type[CustomersContact]
    ReceiverReadOnly: type[ReceiverReadOnly]
    Receiver: type[Receiver]


def _plain(shape: type[msgspec.Struct]) -> Any:
    """The same members in PascalCase, null ones too."""
    fields = msgspec.structs.fields(shape)
    members = [(field.name, field.type, *([] if field.required else [field.default])) for field in fields]
    names = {each.name: LINKS if each.encode_name == LINKS else _pascal(each.encode_name) for each in fields}
    return msgspec.defstruct(shape.__name__, members, rename=names, gc=False)


def _pascal(camel: str) -> str:
    return camel[:1].upper() + camel[1:]


HAL: Final = Shapes(*(globals()[name] for name in Shapes._fields))
PLAIN: Final = Shapes(*map(_plain, HAL))

encode: Final = msgspec.json.Encoder(decimal_format="number").encode
"""JSON bytes; amounts are JSON numbers with every digit they have."""
