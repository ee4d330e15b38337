"""Receipts."""

from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from orderloom.api import bodies, filters, replies
from orderloom.api.facilities import FACILITIES
from orderloom.api.filters import Field
from orderloom.api.operations import (
    CREATES,
    ETAG,
    IF_MATCH,
    IF_NONE_MATCH,
    LISTS,
    LOCATION,
    READS,
    WRITES,
    of_list,
    of_record,
)
from orderloom.api.orders import whole_order
from orderloom.api.parties import CUSTOMERS
from orderloom.api.shapes import Id, ReadOnly, Text
from orderloom.book import receipts as book
from orderloom.book.errors import BadInput, FacilityNotFound, Fault, OrderNotFound, ReceiptNotFound, collecting
from orderloom.book.receipts import STATUSES
from orderloom.desk import receipts as desk
from orderloom.dialects.contract import Call, Operation, Reply
from orderloom.dialects.description import Example, Link, Parameter

RECEIPTS: Final = "/v1/receipts"
ONE: Final = f"{RECEIPTS}/{{receipt}}"


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """Goods that arrive for a purchase, which cannot be deleted while the receipt is open."""

    id: int
    order_id: int
    customer_id: int | None
    facility_id: int | None
    reference: str
    status: str
    created_at: datetime


class GivenReceipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A receipt to open; it needs a purchase, whose customer at that moment it is of, and a reference."""

    order_id: Id | UnsetType = UNSET
    facility_id: Id | None | UnsetType = UNSET
    reference: Text | UnsetType = UNSET
    id: ReadOnly | UnsetType = UNSET
    customer_id: ReadOnly | UnsetType = UNSET
    status: ReadOnly | UnsetType = UNSET
    created_at: ReadOnly | UnsetType = UNSET


class Receipts(msgspec.Struct, frozen=True):
    """A part of the receipts; `next` is the cursor of the part behind it, null at the end."""

    receipts: list[Any]
    next: str | None


MEMBERS: Final = Receipt.__struct_fields__
FIELDS: Final = {
    "id": Field("integer", optional=False),
    "order_id": Field("integer", optional=False),
    "customer_id": Field("integer"),
    "facility_id": Field("integer"),
    "reference": Field("text", optional=False),
    "status": Field("text", optional=False, values=STATUSES),
    "created_at": Field("moment", optional=False),
}
EXPANDABLE: Final = {
    "order": whole_order("order_id"),
    "customer": CUSTOMERS.expansion("customer_id"),
    "facility": FACILITIES.expansion("facility_id"),
}


async def list_receipts(call: Call) -> Reply:
    """A part of the receipts, the newest first unless another order is asked for."""
    asked = filters.asked(call, FIELDS, members=MEMBERS, expandable=EXPANDABLE)
    part = await desk.part(call.desk, call.caller, asked.where, asked.stretch)
    return await replies.part(call, asked, [shown(each) for each in part.records], part.end, Receipts, EXPANDABLE)


async def show_receipt(call: Call) -> Reply:
    """One receipt."""
    return await replies.one(
        call,
        shown(await desk.show(call.desk, call.caller, replies.id_of(call, "receipt", ReceiptNotFound))),
        EXPANDABLE,
    )


async def open_receipt(call: Call) -> Reply:
    """Begin to receive the goods of a purchase."""
    filters.only(call)
    given = bodies.decode(call, GivenReceipt)
    order_id, reference = _needed(given)
    try:
        receipt = await desk.begin(call.desk, call.caller, order_id, reference, given.facility_id or None)
    except OrderNotFound:
        raise BadInput(Fault("order_id", "unknown", value=order_id, expected="a purchase")) from None
    except FacilityNotFound:
        raise BadInput(Fault("facility_id", "unknown", value=given.facility_id)) from None
    return replies.told(201, shown(receipt), ("Location", f"{RECEIPTS}/{receipt.id}"))


async def close_receipt(call: Call) -> Reply:
    """End the receiving; nothing happens to a receipt that is not open."""
    filters.only(call)

    def agree(before: book.Receipt) -> None:
        replies.require(call, shown(before))

    return replies.told(
        200, shown(await desk.end(call.desk, call.caller, replies.id_of(call, "receipt", ReceiptNotFound), agree))
    )


def shown(receipt: book.Receipt) -> Receipt:
    """The receipt as it is shown."""
    return Receipt(**{member: getattr(receipt, member) for member in MEMBERS})


def _needed(given: GivenReceipt) -> tuple[int, str]:
    faults = [Fault("order_id", "blank")] if given.order_id is UNSET else []
    with collecting(faults):
        book.check("" if given.reference is UNSET else given.reference)
    if faults or given.order_id is UNSET or given.reference is UNSET:
        raise BadInput(*faults)
    return given.order_id, given.reference


_NAMED: Final = Parameter("receipt", "path", Id, "The id of the receipt.", required=True)
_SHOWS: Final = Link("showReceipt", {"receipt": "$response.body#/id"})
OPERATIONS: Final = (
    Operation(
        ("GET",),
        (RECEIPTS,),
        list_receipts,
        "List receipts",
        Receipts,
        200,
        LISTS,
        "receipts",
        parameters=of_list(FIELDS, MEMBERS, EXPANDABLE),
        examples=(
            Example("All", RECEIPTS),
            Example("Some", RECEIPTS, (("status", "open"), ("expand", "order,facility"), ("sort", "reference"))),
        ),
        links=(Link("showReceipt", {"receipt": "$response.body#/receipts/0/id"}),),
        group="Receipts",
        about="The arrivals of the goods that were purchased.",
    ),
    Operation(
        ("POST",),
        (RECEIPTS,),
        open_receipt,
        "Open a receipt",
        Receipt,
        201,
        CREATES,
        "receipts",
        takes=GivenReceipt,
        examples=(Example("A new one", RECEIPTS, body={"order_id": 10008229, "reference": "GRN-7", "facility_id": 1}),),
        tells=(ETAG, LOCATION),
        links=(_SHOWS, Link("closeReceipt", {"receipt": "$response.body#/id"})),
        group="Receipts",
    ),
    Operation(
        ("GET",),
        (ONE,),
        show_receipt,
        "Show a receipt",
        Receipt,
        200,
        READS,
        "receipts",
        parameters=(_NAMED, *of_record(MEMBERS, EXPANDABLE), IF_NONE_MATCH),
        examples=(Example("One of them", f"{RECEIPTS}/1"),),
        tells=(ETAG,),
        group="Receipts",
    ),
    Operation(
        ("POST",),
        (f"{ONE}/close",),
        close_receipt,
        "Close a receipt",
        Receipt,
        200,
        WRITES,
        "receipts",
        parameters=(_NAMED, IF_MATCH),
        examples=(Example("One of them", f"{RECEIPTS}/1/close"),),
        tells=(ETAG,),
        group="Receipts",
    ),
)
