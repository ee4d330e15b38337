"""What Extensiv gives, in two representations. Source: contracts/extensiv.md sections 3 and 4.

The classes are those of HAL: camelCase, without what is null. From each the plain one is made: PascalCase, with it.
"""

import operator
from collections.abc import Mapping
from functools import reduce
from types import UnionType
from typing import Annotated, Any, Final, NamedTuple, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta

from orderloom.dialects.description import AMOUNT, AMOUNT_OR_NULL, one_of

LINKS: Final = "_links"
Id = Annotated[int, Meta(ge=1)]
Moment = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?$")]
"""At UTC, without a zone."""
Status = Annotated[int, one_of(0, 1, 2)]


class Token(msgspec.Struct):
    """The answer to a client that may come in; the same in both representations."""

    access_token: str
    token_type: Annotated[str, one_of("Bearer")]
    expires_in: int
    refresh_token: None
    scope: None


class Link(msgspec.Struct, omit_defaults=True, gc=False):
    """A way to something, as HAL writes it under its rel."""

    href: str
    name: str | None = None


class PlainLink(msgspec.Struct, omit_defaults=True, gc=False):
    """A link in the plain representation."""

    Rel: str
    Href: str
    Name: str | None = None


class Shape(msgspec.Struct, rename="camel", omit_defaults=True, gc=False):
    """A thing in HAL: members that are null are left out."""


def _given() -> Any:
    raise TypeError("a member that is always there was not given")


def _always(name: str | None = None) -> Any:
    """A member that is never null and never left out, behind some that may be."""
    return msgspec.field(default_factory=_given, name=name)


HalLinks = dict[str, Link | list[Link]]


class CustomerIdentifier(Shape):
    """A customer by every name."""

    external_id: str | None = None
    name: str | None = None
    id: Id = _always()


class ItemIdentifier(Shape):
    """An item by its SKU and id."""

    sku: str | None = None
    id: Id = _always()


class FacilityIdentifier(Shape):
    """A facility by its name and id."""

    name: str | None = None
    id: Id = _always()


class PurchaseOrderReadOnly(Shape):
    """What the server alone says of a purchase order."""

    purchase_order_id: Id
    creation_date: Moment
    last_modified_date: Moment
    closed: bool


class Contact(Shape):
    """A contact; as the supplier of a purchase order without its customer."""

    contact_id: Id
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
    is_address_residential: bool = _always()
    code: str | None = None
    address_status: Status = _always()


class LineItem(Shape):
    """A line of a purchase order."""

    purchase_order_line_item_id: Id
    item_identifier: ItemIdentifier | None = None
    qualifier: str = _always()
    quantity: AMOUNT = None
    expected_facility: FacilityIdentifier | None = None
    expected_date: Moment | None = None
    cancel_date: Moment | None = None
    notes: str | None = None
    external_line_id: str | None = None
    price: AMOUNT = None


class PurchaseOrder(Shape):
    """A purchase order. Source: section 3.2."""

    read_only: PurchaseOrderReadOnly
    purchase_order_number: str
    customer_identifier: CustomerIdentifier | None = None
    issue_date: Moment | None = None
    supplier: Contact | None = None
    notes: str | None = None
    external_id: str | None = None
    line_items: list[LineItem] = _always()
    links: HalLinks = _always(LINKS)


class CustomerReadOnly(Shape):
    """What the server alone says of a customer."""

    customer_id: Id
    creation_date: Moment | None = None
    deactivated: bool = _always()


class CompanyInfo(Shape):
    """Who a customer is."""

    company_name: str


class Customer(Shape):
    """A customer. Source: section 4, as of all that follow."""

    read_only: CustomerReadOnly
    company_info: CompanyInfo
    external_id: str | None = None
    facilities: list[FacilityIdentifier] = _always()
    links: HalLinks = _always(LINKS)


class ItemReadOnly(Shape):
    """What the server alone says of an item."""

    customer_identifier: CustomerIdentifier
    item_id: Id
    deactivated: bool


class Qualifier(Shape):
    """One of an item's qualifiers."""

    qualifier: str


class Item(Shape):
    """An item of a customer."""

    read_only: ItemReadOnly
    item_id: Id
    sku: str
    description: str | None = None
    qualifiers: list[Qualifier] = _always()
    links: HalLinks = _always(LINKS)


class Facility(Shape):
    """A facility."""

    facility_id: Id
    name: str
    deactivated: bool
    links: HalLinks = _always(LINKS)


class CustomersContact(Contact):
    """A contact by itself."""

    customer_identifier: CustomerIdentifier | None = None
    links: HalLinks = _always(LINKS)


class ReceiverReadOnly(Shape):
    """What the server alone says of a receiver; status is 0 open, 1 closed, 2 canceled."""

    receiver_id: Id
    customer_identifier: CustomerIdentifier | None = None
    facility_identifier: FacilityIdentifier | None = None
    status: Status = _always()
    creation_date: Moment = _always()
    purchase_order_id: Id = _always()


class Receiver(Shape):
    """A receiver."""

    read_only: ReceiverReadOnly
    reference_num: str
    po_num: str
    links: HalLinks = _always(LINKS)


class Place(Shape):
    """Where a number stands in a list, counted from 0."""

    index: Annotated[int, Meta(ge=0)]


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
    Place: type[Place]


def plain(shape: type[msgspec.Struct], twins: Mapping[Any, Any]) -> Any:
    """The same members in PascalCase, null ones too, and of the types that are the twins of theirs."""
    fields = msgspec.structs.fields(shape)
    members: list[Any] = []
    for field in fields:
        default = [] if field.required or field.default is NODEFAULT else [field.default]
        kept = [msgspec.field(default_factory=_given)] if field.default_factory is not NODEFAULT else default
        members.append((field.name, _twin(field.type, twins), *kept))
    names = {each.name: LINKS if each.encode_name == LINKS else pascal(each.encode_name) for each in fields}
    about = {"__doc__": shape.__doc__, "__module__": shape.__module__}
    return msgspec.defstruct(f"Plain{shape.__name__}", members, rename=names, namespace=about, gc=False)


def _twin(kind: Any, twins: Mapping[Any, Any]) -> Any:
    """The type with the twins in the places of those that have one."""
    if any(kind == each for each in twins):
        return next(twin for each, twin in twins.items() if kind == each)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return Annotated.__class_getitem__((_twin(parts[0], twins), *parts[1:]))
    if origin in (UnionType, Union):
        return reduce(operator.or_, [_twin(each, twins) for each in parts])
    return list.__class_getitem__(_twin(parts[0], twins)) if origin is list else kind


def pascal(camel: str) -> str:
    """The name of a member in the plain representation."""
    return camel[:1].upper() + camel[1:]


def _plain_shapes() -> Shapes:
    twins: dict[Any, Any] = {HalLinks: list[PlainLink], AMOUNT: AMOUNT_OR_NULL}
    for shape in HAL:
        twins[shape] = plain(shape, twins)
    return Shapes(*(twins[shape] for shape in HAL))


HAL: Final = Shapes(*(globals()[name] for name in Shapes._fields))
PLAIN: Final = _plain_shapes()

encode: Final = msgspec.json.Encoder(decimal_format="number").encode
"""JSON bytes; amounts are JSON numbers with every digit they have."""
