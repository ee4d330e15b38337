"""The operation table of InTouch. Source: contracts/intouch.md section 1."""

from typing import Final

from orderloom.dialects.contract import Operation
from orderloom.dialects.description import Example, Link
from orderloom.dialects.intouch import described, routes, shapes
from orderloom.dialects.intouch.routes import ITEMS, ORDERS, PARTIES

_ORDER: Final = (f"{ORDERS}/{{id}}",)
_ITEM: Final = (f"{ITEMS}/{{id}}",)
_GET: Final = ("GET",)
_POST: Final = ("POST",)
_PUT: Final = ("PUT",)
_PATCH: Final = ("PATCH",)
_READ: Final = (401, 403, 404, 405, 429)
_LIST: Final = (400, 401, 403, 405, 429)
_CREATE: Final = (400, 401, 403, 405, 413, 429)
_CHANGE: Final = (400, 401, 403, 404, 405, 413, 429)
_ONE_ITEM: Final = (described.ORDER_OF_ITEMS, described.ITEM)
_OF_ORDER: Final = tuple(
    Link(operation, {"id": "$response.body#/id"}) for operation in ("showOrder", "replaceOrder", "patchOrder")
)
_ITS_ITEMS: Final = tuple(
    Link(operation, {"buscaseId": "$response.body#/id"}) for operation in ("listItems", "createItem")
)
_OF_ITEM: Final = tuple(
    Link(operation, {"buscaseId": "$response.body#/buscase", "id": "$response.body#/id"})
    for operation in ("showItem", "replaceItem", "patchItem")
)
_FLOUR: Final = {"customer": 2168, "name": "Mouka na zimu", "totalPrice": 4200, "season": "winter"}
_YEAST: Final = {"title": "Droždí", "quantity": 12, "unit": "kg"}

OPERATIONS: Final = (
    Operation(
        _GET,
        (ORDERS,),
        routes.list_orders,
        "List orders",
        shapes.Page[shapes.Order],
        200,
        _LIST,
        "4",
        parameters=(*described.PAGING, described.CASE_TYPE),
        examples=(
            Example("What changed last", ORDERS, query=(("orderBy", "modified"), ("desc", "true"), ("size", "3"))),
            Example("Orders of one type, complete", ORDERS, query=(("caseType", "1"),)),
        ),
        group="Orders",
    ),
    Operation(
        _POST,
        (ORDERS,),
        routes.create_order,
        "Create an order",
        shapes.Order,
        201,
        _CREATE,
        "5.1",
        takes=described.WholeOrder,
        examples=(Example("Flour", ORDERS, body=_FLOUR),),
        tells=(described.LOCATION,),
        links=(*_OF_ORDER, *_ITS_ITEMS),
        group="Orders",
        about="`season` is an attribute that nobody has named before; it is kept.",
    ),
    Operation(
        _GET,
        _ORDER,
        routes.show_order,
        "Show an order",
        shapes.Order,
        200,
        _READ,
        "5.2",
        parameters=(described.ORDER,),
        examples=(Example("An order", f"{ORDERS}/241"),),
        links=_ITS_ITEMS[:1],
        group="Orders",
    ),
    Operation(
        _PUT,
        _ORDER,
        routes.replace_order,
        "Replace an order",
        shapes.Order,
        200,
        _CHANGE,
        "5.3",
        takes=described.WholeOrder,
        parameters=(described.ORDER,),
        examples=(Example("Flour instead", f"{ORDERS}/241", body=_FLOUR),),
        links=_OF_ORDER[:1],
        group="Orders",
        about="The body is the whole record: what it leaves out takes its default, further attributes are gone.",
    ),
    Operation(
        _PATCH,
        _ORDER,
        routes.patch_order,
        "Change an order",
        shapes.Order,
        200,
        _CHANGE,
        "5.4",
        takes=described.OrderPart,
        parameters=(described.ORDER,),
        examples=(Example("A comment", f"{ORDERS}/241", body={"comment": "Volat předem"}),),
        links=_OF_ORDER[:1],
        group="Orders",
        about="What the body leaves out stays. Null clears an attribute that is not required.",
    ),
    Operation(
        _GET,
        (ITEMS,),
        routes.list_items,
        "List an order's items",
        shapes.Page[shapes.Item],
        200,
        (*_LIST, 404),
        "4",
        parameters=(described.ORDER_OF_ITEMS, *described.PAGING),
        examples=(Example("The items of an order", f"{ORDERS}/241/buscaseitems", query=(("orderBy", "title"),)),),
        group="Items",
    ),
    Operation(
        _POST,
        (ITEMS,),
        routes.create_item,
        "Create an item",
        shapes.Item,
        201,
        _CHANGE,
        "5.1",
        takes=described.WholeItem,
        parameters=(described.ORDER_OF_ITEMS,),
        examples=(Example("Yeast", f"{ORDERS}/241/buscaseitems", body=_YEAST),),
        tells=(described.LOCATION,),
        links=_OF_ITEM,
        group="Items",
    ),
    Operation(
        _GET,
        _ITEM,
        routes.show_item,
        "Show an item",
        shapes.Item,
        200,
        _READ,
        "5.2",
        parameters=_ONE_ITEM,
        examples=(Example("An item", f"{ORDERS}/241/buscaseitems/370"),),
        group="Items",
    ),
    Operation(
        _PUT,
        _ITEM,
        routes.replace_item,
        "Replace an item",
        shapes.Item,
        200,
        _CHANGE,
        "5.3",
        takes=described.WholeItem,
        parameters=_ONE_ITEM,
        examples=(Example("Yeast instead", f"{ORDERS}/241/buscaseitems/370", body=_YEAST),),
        links=_OF_ITEM[:1],
        group="Items",
    ),
    Operation(
        _PATCH,
        _ITEM,
        routes.patch_item,
        "Change an item",
        shapes.Item,
        200,
        _CHANGE,
        "5.4",
        takes=described.ItemPart,
        parameters=_ONE_ITEM,
        examples=(Example("Another quantity", f"{ORDERS}/241/buscaseitems/371", body={"quantity": 12.5}),),
        links=_OF_ITEM[:1],
        group="Items",
    ),
    Operation(
        _GET,
        (PARTIES,),
        routes.list_parties,
        "List parties",
        shapes.Page[shapes.Party],
        200,
        _LIST,
        "1",
        parameters=described.PAGING,
        examples=(Example("All parties", PARTIES),),
        group="Parties",
    ),
    Operation(
        _GET,
        (f"{PARTIES}/{{id}}",),
        routes.show_party,
        "Show a party",
        shapes.Party,
        200,
        _READ,
        "1",
        parameters=(described.PARTY,),
        examples=(Example("The bakery", f"{PARTIES}/2168"),),
        group="Parties",
    ),
    Operation(
        _GET,
        ("/api/about",),
        routes.about,
        "Tell that the system is up",
        shapes.About,
        200,
        (405,),
        "1",
        open=True,
        examples=(Example("Is it up?", "/api/about"),),
        group="System",
        about="Anybody may ask.",
    ),
)
