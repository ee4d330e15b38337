"""The operations of orders and of their history, with what their description tells."""

from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import Meta

from orderloom.api import history, orders, shapes
from orderloom.api.cursors import MAX_CURSOR
from orderloom.api.errors import TYPE, Problem
from orderloom.api.filters import MAX_LIMIT
from orderloom.api.history import GivenMoment, History, Provenance
from orderloom.api.operations import (
    CREATES,
    DELETES,
    ETAG_ORDER,
    IF_MATCH,
    IF_NONE_MATCH_ORDER,
    LISTS,
    LOCATION,
    READS,
    WRITES,
    of_list,
    of_record,
)
from orderloom.api.orders import AS, BY_SOURCE, EXPANDABLE, FIELDS, MANY, MEMBERS, ONE, ORDERS
from orderloom.api.shapes import GivenChanges, GivenOrder, GivenOrders, Order, Results, Source, TheirId
from orderloom.dialects.contract import Operation
from orderloom.dialects.description import Answer, Example, Link, Media, Parameter

GROUP: Final = "Orders"
HISTORY: Final = "History"
_ORDER: Final = Parameter("order", "path", str, "The id of the order, its code, or its UUID.", required=True)
_ORDER_OR_DELETED: Final = _ORDER._replace(about="The id, the code or the UUID; of a deleted order the id alone.")
_DIALECT: Final = Parameter("dialect", "path", str, "The name of a vendor's API, such as `homs`.", required=True)
_SOURCE: Final = Parameter("source", "path", Source, "The other system.", required=True)
_THEIR_ID: Final = Parameter("their_id", "path", TheirId, "What that calls the order.", required=True)
_LOOK: Final = (*of_record(MEMBERS, EXPANDABLE), IF_NONE_MATCH_ORDER)
_NEW: Final[dict[str, Any]] = {
    "type": "purchase_order",
    "customer_id": 1,
    "number": "PO-2026-1",
    "title": "Koláče",
    "lines": [
        {"item_id": 1, "qualifier": "Blue", "quantity": "2.5", "price": "4.25"},
        {"title": "Delivery", "quantity": "1", "price": "9.00"},
    ],
}
_NOT_NOW: Final = (
    "503 says of one that it was not done, or that nobody knows; with an `Idempotency-Key` all of the call comes true "
    "together, and it can be sent again."
)
_KNOWN: Final = f"{ORDERS}/10008229"
_THEIRS: Final = f"{ORDERS}/by/erp/SO-8375"
_LINKS: Final = tuple(
    Link(operation, {"order": "$response.body#/id"})
    for operation in ("showOrder", "amendOrder", "deleteOrder", "listEvents", "showProvenance")
)

OF_ORDERS: Final = (
    Operation(
        ("GET",),
        (ORDERS,),
        orders.list_orders,
        "List orders",
        shapes.Orders,
        200,
        LISTS,
        "orders",
        parameters=of_list(FIELDS, MEMBERS, EXPANDABLE, searches=True),
        examples=(
            Example("The newest", ORDERS, (("limit", "2"),)),
            Example(
                "Purchases of a customer", ORDERS, (("kind", "purchase"), ("customer_id", "1"), ("state.ne", "done"))
            ),
            Example(
                "Words, accents and case apart", ORDERS, (("search", "BROCHURE print*"), ("fields", "id,code,title"))
            ),
            Example("With its customer", ORDERS, (("code", "ORD-4"), ("expand", "customer,supplier"))),
        ),
        links=(Link("showOrder", {"order": "$response.body#/orders/0/id"}),),
        group=GROUP,
    ),
    Operation(
        ("POST",),
        (ORDERS,),
        orders.create_order,
        "Enter an order",
        Order,
        201,
        CREATES,
        "orders",
        takes=GivenOrder,
        examples=(
            Example("A purchase with two lines", ORDERS, body=_NEW),
            Example("With what the shop calls it", ORDERS, body={**_NEW, "external_ids": {"shop": "2026-1"}}),
            Example(
                "Custom fields of a type",
                ORDERS,
                body={"type": "pizza_order", "data": {"customerName": "Ann", "pizzaPrice": 12.5}},
            ),
        ),
        tells=(ETAG_ORDER, LOCATION),
        links=_LINKS,
        group=GROUP,
    ),
    Operation(
        ("POST",),
        (MANY,),
        orders.create_many,
        "Enter many orders",
        Results,
        200,
        CREATES,
        "orders",
        takes=GivenOrders,
        examples=(Example("Two, one of which is refused", MANY, body={"orders": [_NEW, {"type": "nothing"}]}),),
        group=GROUP,
        about=f"Each is entered or refused for itself; what became of it stands at its place. {_NOT_NOW}",
        each_for_itself=True,
    ),
    Operation(
        ("PATCH",),
        (MANY,),
        orders.amend_many,
        "Change many orders",
        Results,
        200,
        CREATES,
        "orders",
        takes=GivenChanges,
        examples=(Example("Two", MANY, body={"orders": [{"id": 241, "notes": "a"}, {"id": 147, "archived": True}]}),),
        group=GROUP,
        about="One after the other, each for itself; `version` guards a change as `If-Match` does. " + _NOT_NOW,
        each_for_itself=True,
    ),
    Operation(
        ("GET",),
        (ONE,),
        orders.show_order,
        "Show an order",
        Order,
        200,
        READS,
        "orders",
        parameters=(_ORDER, *_LOOK),
        examples=(Example("By its id", _KNOWN), Example("By its code", f"{ORDERS}/ORD-1")),
        tells=(ETAG_ORDER,),
        group=GROUP,
    ),
    Operation(
        ("GET",),
        (AS,),
        orders.show_as,
        "Show an order as a vendor's API does",
        Any,
        200,
        (400, 401, 403, 404, 405),
        "orders",
        parameters=(_ORDER, _DIALECT),
        also=(
            Answer(304, None, "Where the vendor's API knows `If-None-Match`: it is as the caller knows it."),
            Answer(
                404, Media({TYPE: Problem, "application/json": Any}), "There is none; a vendor says so in its own way."
            ),
        ),
        examples=(Example("As Synergist does", f"{_KNOWN}/as/synergist"), Example("As HOMS does", f"{_KNOWN}/as/homs")),
        group=GROUP,
        about="The answer is the one that the vendor's client would get, refusals included; where the vendor's API has "
        "several forms, such as `application/hal+json` at Extensiv, the one that `Accept` asks for.",
    ),
    Operation(
        ("PATCH",),
        (ONE,),
        orders.amend_order,
        "Change an order",
        Order,
        200,
        WRITES,
        "orders",
        takes=GivenOrder,
        parameters=(_ORDER, IF_MATCH),
        examples=(
            Example("Some fields", f"{ORDERS}/241", body={"notes": "Call first", "state": "in_progress"}),
            Example("What it costs", _KNOWN, body={"costing": {"charge": "210.00"}}),
        ),
        tells=(ETAG_ORDER,),
        group=GROUP,
    ),
    Operation(
        ("DELETE",),
        (ONE,),
        orders.delete_order,
        "Delete an order",
        None,
        204,
        DELETES,
        "orders",
        parameters=(_ORDER, IF_MATCH),
        examples=(
            Example("One of them", f"{ORDERS}/147"),
            Example("One for which goods are being received", f"{ORDERS}/ORD-7", status=409),
        ),
        group=GROUP,
        about="It goes from every face, and can be restored whole.",
    ),
    Operation(
        ("GET",),
        (BY_SOURCE,),
        orders.show_by_source,
        "Show an order by another's id",
        Order,
        200,
        READS,
        "orders",
        parameters=(_SOURCE, _THEIR_ID, *_LOOK),
        examples=(Example("What the accounting calls SO-8375", _THEIRS),),
        tells=(ETAG_ORDER,),
        operation_id="showOrderBySource",
        group=GROUP,
    ),
    Operation(
        ("PATCH",),
        (BY_SOURCE,),
        orders.amend_by_source,
        "Change an order by another's id",
        Order,
        200,
        WRITES,
        "orders",
        takes=GivenOrder,
        parameters=(_SOURCE, _THEIR_ID, IF_MATCH),
        examples=(Example("A note", _THEIRS, body={"notes": "call first"}),),
        tells=(ETAG_ORDER,),
        operation_id="amendOrderBySource",
        group=GROUP,
    ),
    Operation(
        ("DELETE",),
        (BY_SOURCE,),
        orders.delete_by_source,
        "Delete an order by another's id",
        None,
        204,
        DELETES,
        "orders",
        parameters=(_SOURCE, _THEIR_ID, IF_MATCH),
        examples=(Example("What the accounting calls SO-8375", _THEIRS),),
        operation_id="deleteOrderBySource",
        group=GROUP,
    ),
)

OF_HISTORY: Final = (
    Operation(
        ("GET",),
        (history.HISTORY,),
        history.list_events,
        "List the changes of an order",
        History,
        200,
        (*LISTS, 404),
        "history",
        parameters=(
            _ORDER_OR_DELETED,
            Parameter("limit", "query", Annotated[int, Meta(ge=1, le=MAX_LIMIT)], "How many at most."),
            Parameter("cursor", "query", Annotated[str, Meta(max_length=MAX_CURSOR)], "The `next` of the part before."),
        ),
        examples=(Example("The newest changes", f"{_KNOWN}/history", (("limit", "5"),)),),
        group=HISTORY,
    ),
    Operation(
        ("GET",),
        (history.EARLIER,),
        history.show_state,
        "Show an earlier state of an order",
        Order,
        200,
        (*LISTS, 404),
        "history",
        parameters=(
            _ORDER_OR_DELETED,
            Parameter("version", "query", Annotated[int, Meta(ge=1, le=2**63 - 1)], "The state after this version."),
            Parameter("at", "query", Annotated[datetime, Meta(tz=True)], "The state at this moment."),
        ),
        examples=(Example("After a version", f"{_KNOWN}/state", (("version", "16"),)),),
        group=HISTORY,
    ),
    Operation(
        ("GET",),
        (history.PROVENANCE,),
        history.show_provenance,
        "Show who set what of an order",
        Provenance,
        200,
        (*LISTS, 404),
        "history",
        parameters=(_ORDER_OR_DELETED,),
        examples=(Example("Who set what", f"{_KNOWN}/provenance"),),
        group=HISTORY,
    ),
    Operation(
        ("POST",),
        (history.RESTORE,),
        history.restore_order,
        "Restore an order",
        Order,
        200,
        (*WRITES, 409),
        "history",
        takes=GivenMoment,
        parameters=(_ORDER_OR_DELETED, IF_MATCH),
        examples=(Example("One that was not deleted", f"{_KNOWN}/restore", body={}, status=409),),
        tells=(ETAG_ORDER,),
        group=HISTORY,
        about="A deleted order comes back whole; of one that is there, an earlier state comes back as a new change. "
        "What another order is called elsewhere by now it does not get back. "
        "What the order refers to has to be there still; a receipt of it comes back without what is gone, and a "
        "`ReceiptAmended` event tells of it.",
    ),
)
