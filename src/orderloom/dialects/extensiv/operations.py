"""The operation tables of Extensiv. Source: contracts/extensiv.md section 1."""

from typing import Any, Final

from orderloom.dialects.contract import Operation
from orderloom.dialects.description import Example, Link, Parameter
from orderloom.dialects.extensiv import auth, described, hal, properties, routes, shapes
from orderloom.dialects.extensiv.lists import DEFAULT_SIZE
from orderloom.dialects.extensiv.representations import HAL_TYPE
from orderloom.dialects.extensiv.routes import CUSTOMERS_SIZE, ITEMS_SIZE

_POS: Final = hal.PURCHASE_ORDERS_PATH
_ONE: Final = f"{_POS}/{{id}}"
_ITEMS: Final = f"{hal.CUSTOMERS_PATH}/{{id}}/items"
_READ: Final = (400, 401, 403, 404, 405)
_LIST: Final = (304, 400, 401, 403, 405, 414, 431)
_WRITE: Final = (400, 401, 403, 404, 405, 412, 413, 415, 428)
_AS_HAL: Final = (("Accept", HAL_TYPE),)
_ANY: Final = (("If-Match", "*"),)
_PO: Final = (described.path_id("purchase order"),)
_OF_PURCHASE: Final = (
    *(
        Link(operation, {"id": "$response.body#/ReadOnly/PurchaseOrderId"})
        for operation in ("showPurchase", "replacePurchase", "deletePurchase")
    ),
    Link("listReceivers", {"purchaseorderid": "$response.body#/ReadOnly/PurchaseOrderId"}),
)
_ORDERED: Final = {
    "purchaseOrderNumber": "PO-8",
    "customerIdentifier": {"name": "Demo Customer"},
    "supplier": {"code": "SUP-1"},
    "lineItems": [{"itemIdentifier": {"sku": "SKU-1"}, "qualifier": "Blue", "quantity": 2.5, "price": 4.25}],
}
_REPLACED: Final = {
    "PurchaseOrderNumber": "PO-LOCKED",
    "CustomerIdentifier": {"Id": 1},
    "Notes": "call first",
    "LineItems": [{"ItemIdentifier": {"Sku": "SKU-2"}, "Quantity": 3}],
}


def _lists(
    path: str,
    handler: Any,
    summary: str,
    name: str,
    rel: str,
    known: Any,
    size: int = DEFAULT_SIZE,
    *,
    parameters: tuple[Parameter, ...] = (),
    refuses: tuple[int, ...] = (),
    **more: Any,
) -> Operation:
    """The operation of a list, whose records are of the shape with this name."""
    asked = (*parameters, *described.list_parameters(known, size))
    return Operation(
        ("GET",),
        (path,),
        handler,
        summary,
        described.page(name, rel),
        200,
        (*refuses, *_LIST),
        "1",
        parameters=asked,
        tells=(described.ETAG,),
        **more,
    )


def _shows(path: str, handler: Any, summary: str, name: str, *refuses: int, **more: Any) -> Operation:
    """The operation of one thing."""
    return Operation(("GET",), (path,), handler, summary, described.one(name), 200, (*_READ, *refuses), "1", **more)


OPERATIONS: Final = (
    _lists(
        _POS,
        routes.list_purchases,
        "List purchase orders",
        "PurchaseOrder",
        hal.PURCHASE_ORDER,
        properties.PURCHASE_ORDERS,
        examples=(
            Example(
                "Those from a supplier that are open",
                _POS,
                query=(("rql", "supplier.code==SUP-1;readonly.closed==false"), ("sort", "-issuedate")),
            ),
            Example("As HAL, two a page", _POS, query=(("pgsiz", "2"), ("pgnum", "1")), headers=_AS_HAL),
        ),
        group="Purchase orders",
    ),
    Operation(
        ("POST",),
        (_POS,),
        routes.create_purchase,
        "Create a purchase order",
        described.one("PurchaseOrder"),
        201,
        (400, 401, 403, 405, 413, 415),
        "6.2",
        takes=described.NEW_PURCHASE_ORDER,
        examples=(Example("Two and a half of something blue", _POS, body=_ORDERED, media_type=HAL_TYPE),),
        tells=(described.ETAG, described.LOCATION),
        links=_OF_PURCHASE,
        group="Purchase orders",
        about="A number that another purchase order of the customer has is refused, case ignored.",
    ),
    _shows(
        f"{_POS}/index",
        routes.index_of_purchase,
        "Find a number in a list",
        "Place",
        414,
        431,
        parameters=(described.NUMBER, described.SELECTION),
        examples=(
            Example(
                "Where it stands among those of a customer",
                f"{_POS}/index",
                query=(("ponum", "PO-LOCKED"), ("rql", "customeridentifier.id==1")),
            ),
        ),
        group="Purchase orders",
        about="The list is that of the `rql`, by id.",
    ),
    Operation(
        ("GET",),
        (_ONE,),
        routes.show_purchase,
        "Show a purchase order",
        described.one("PurchaseOrder"),
        200,
        (304, *_READ),
        "1",
        parameters=(*_PO, described.IF_NONE_MATCH),
        examples=(
            Example("A purchase order", f"{_POS}/10008376"),
            Example("The same as HAL", f"{_POS}/10008376", headers=_AS_HAL),
            Example("Only if it changed", f"{_POS}/10008376", headers=(("If-None-Match", "*"),), status=304),
        ),
        tells=(described.ETAG,),
        links=_OF_PURCHASE[3:],
        group="Purchase orders",
    ),
    Operation(
        ("PUT",),
        (_ONE,),
        routes.replace_purchase,
        "Replace a purchase order",
        described.one("PurchaseOrder"),
        200,
        _WRITE,
        "6.3",
        takes=described.WHOLE_PURCHASE_ORDER,
        parameters=(*_PO, described.IF_MATCH),
        examples=(Example("Other goods", f"{_POS}/10008376", headers=_ANY, body=_REPLACED),),
        tells=(described.ETAG,),
        links=_OF_PURCHASE[:1],
        group="Purchase orders",
        about="Replaces what Extensiv shows and nothing else. The customer may not change.",
    ),
    Operation(
        ("DELETE",),
        (_ONE,),
        routes.delete_purchase,
        "Delete a purchase order",
        None,
        204,
        (401, 403, 404, 405, 412, 413, 428),
        "6.4",
        parameters=(*_PO, described.IF_MATCH),
        examples=(Example("Delete a purchase order", f"{_POS}/10008375", headers=_ANY),),
        group="Purchase orders",
        about="Refused with 403 while a receiver of it is open; its `edit` link says so.",
    ),
    _lists(
        hal.CUSTOMERS_PATH,
        routes.list_customers,
        "List customers",
        "Customer",
        hal.CUSTOMER,
        properties.CUSTOMERS,
        CUSTOMERS_SIZE,
        examples=(
            Example("Customers called so", hal.CUSTOMERS_PATH, query=(("rql", "companyinfo.companyname==Demo*"),)),
        ),
        group="Customers",
    ),
    _shows(
        f"{hal.CUSTOMERS_PATH}/{{id}}",
        routes.show_customer,
        "Show a customer",
        "Customer",
        parameters=(described.path_id("customer"),),
        examples=(Example("A customer", f"{hal.CUSTOMERS_PATH}/1"),),
        links=(Link("listItems", {"id": "$response.body#/ReadOnly/CustomerId"}),),
        group="Customers",
    ),
    _lists(
        _ITEMS,
        routes.list_items,
        "List a customer's items",
        "Item",
        hal.ITEM,
        properties.ITEMS,
        ITEMS_SIZE,
        parameters=(described.path_id("customer"),),
        refuses=(404,),
        examples=(Example("The items of a customer", hal.items_path(1), headers=_AS_HAL),),
        group="Customers",
    ),
    _shows(
        f"{_ITEMS}/{{iid}}",
        routes.show_item,
        "Show an item",
        "Item",
        parameters=(described.path_id("customer"), described.path_id("item", "iid")),
        examples=(Example("An item", f"{hal.items_path(1)}/1"),),
        group="Customers",
    ),
    _lists(
        hal.FACILITIES_PATH,
        routes.list_facilities,
        "List facilities",
        "Facility",
        hal.FACILITY,
        properties.FACILITIES,
        examples=(Example("All facilities", hal.FACILITIES_PATH),),
        group="Facilities and contacts",
    ),
    _shows(
        f"{hal.FACILITIES_PATH}/{{id}}",
        routes.show_facility,
        "Show a facility",
        "Facility",
        parameters=(described.path_id("facility"),),
        examples=(Example("A facility", f"{hal.FACILITIES_PATH}/1"),),
        group="Facilities and contacts",
    ),
    _lists(
        hal.CONTACTS_PATH,
        routes.list_contacts,
        "List contacts",
        "CustomersContact",
        hal.CONTACT,
        properties.CONTACTS,
        examples=(Example("A contact by its code", hal.CONTACTS_PATH, query=(("rql", "code==SUP-1"),)),),
        group="Facilities and contacts",
    ),
    _shows(
        f"{hal.CONTACTS_PATH}/{{id}}",
        routes.show_contact,
        "Show a contact",
        "CustomersContact",
        parameters=(described.path_id("contact"),),
        examples=(Example("A contact", f"{hal.CONTACTS_PATH}/1"),),
        group="Facilities and contacts",
    ),
    _lists(
        hal.RECEIVERS_PATH,
        routes.list_receivers,
        "List receivers",
        "Receiver",
        hal.RECEIVER,
        properties.RECEIVERS,
        parameters=(described.PURCHASE_ORDER_OF_RECEIVERS,),
        examples=(
            Example("The receivers of a purchase order", hal.RECEIVERS_PATH, query=(("purchaseorderid", "10008376"),)),
        ),
        group="Receivers",
    ),
    _shows(
        f"{hal.RECEIVERS_PATH}/{{id}}",
        routes.show_receiver,
        "Show a receiver",
        "Receiver",
        parameters=(described.path_id("receiver"),),
        examples=(Example("A receiver", f"{hal.RECEIVERS_PATH}/1"),),
        group="Receivers",
    ),
)
TOKENS: Final = (
    Operation(
        ("POST",),
        ("/AuthServer/api/Token",),
        auth.issue,
        "Get a token",
        shapes.Token,
        200,
        (400, 401, 405, 413, 415),
        "2",
        open=True,
        tells_secret=True,
        takes=described.TOKEN,
        examples=(
            Example(
                "A token in a user's name",
                "/AuthServer/api/Token",
                body={"grant_type": "client_credentials", "user_login": "{email}"},
            ),
        ),
        tells=described.NOT_STORED,
        group="Tokens",
        security=described.TOKENS.security,
    ),
)
