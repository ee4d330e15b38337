"""The operation table of HOMS. Source: contracts/homs.md section 1."""

from typing import Final

from orderloom.dialects.contract import Operation
from orderloom.dialects.description import Example, Link
from orderloom.dialects.homs import described, routes, shapes
from orderloom.dialects.homs.routes import ORDERS, USERS

_ORDER: Final = (f"{ORDERS}/{{code}}",)
_ORDERS: Final = (ORDERS, f"{ORDERS}.json")  # Rails accepts the format as a suffix
_USER: Final = (f"{USERS}/{{email}}",)
_USERS: Final = (USERS, f"{USERS}.json")
_GET: Final = ("GET",)
_POST: Final = ("POST",)
_CHANGE: Final = ("PUT", "PATCH")
_DELETE: Final = ("DELETE",)
_READ: Final = (401, 403, 404, 429)
_LIST: Final = (400, 401, 403, 429)
_WRITE: Final = (400, 401, 403, 404, 413, 422, 429)
_ORDER_LINKS: Final = tuple(
    Link(operation, {"code": "$response.body#/order/code"})
    for operation in ("showOrder", "updateOrder", "updateOrderByPatch", "deleteOrder")
)
_USER_LINKS: Final = tuple(
    Link(operation, {"email": "$response.body#/user/email"})
    for operation in ("showUser", "updateUser", "updateUserByPatch", "deleteUser")
)
_COLLEAGUE: Final = f"{USERS}/c.johnson@example.com"

OPERATIONS: Final = (
    Operation(
        _GET,
        _ORDERS,
        routes.list_orders,
        "List orders",
        shapes.Orders,
        200,
        _LIST,
        "5",
        parameters=described.PAGING,
        examples=(Example("The two newest orders", ORDERS, query=(("page", "1"), ("page_size", "2"))),),
        group="Orders",
        about="A page of orders, newest first. A page past the last one is empty.",
    ),
    Operation(
        _POST,
        _ORDERS,
        routes.create_order,
        "Create an order",
        shapes.OneOrder,
        201,
        _WRITE,
        "6",
        takes=described.OrderBody,
        examples=(
            Example(
                "A pizza",
                ORDERS,
                body={
                    "order": {
                        "order_type_code": "pizza_order",
                        "ext_code": "web-17",
                        "data": {"customerName": "Ann", "pizzaPrice": "12.50", "ingredientOlives": "on"},
                    }
                },
            ),
        ),
        links=_ORDER_LINKS,
        group="Orders",
        about="Nobody is responsible for it unless `user_email` says so. An unknown type is answered 404.",
    ),
    Operation(
        _GET,
        _ORDER,
        routes.show_order,
        "Show an order",
        shapes.OneOrder,
        200,
        _READ,
        "6",
        parameters=(described.CODE,),
        examples=(Example("The vacation request", f"{ORDERS}/ORD-1"),),
        group="Orders",
    ),
    Operation(
        _CHANGE,
        _ORDER,
        routes.update_order,
        "Update an order",
        shapes.OneOrder,
        200,
        _WRITE,
        "6",
        takes=described.OrderChange,
        parameters=(described.CODE,),
        examples=(
            Example(
                "Grant the vacation",
                f"{ORDERS}/ORD-1",
                body={
                    "order": {
                        "state": "done",
                        "done_at": "2016-05-17T09:00:00Z",
                        "data": {"resolution": "granted", "adjustResult": None},
                    }
                },
            ),
            Example("Archive it", f"{ORDERS}/ORD-1", body={"order": {"archived": True}}, method="PATCH"),
        ),
        links=_ORDER_LINKS[:1],
        group="Orders",
        about="Changes what is passed, all of it or nothing. PUT and PATCH do the same.",
    ),
    Operation(
        _DELETE,
        _ORDER,
        routes.delete_order,
        "Delete an order",
        None,
        204,
        (*_READ, 413, 422),
        "6",
        parameters=(described.CODE,),
        examples=(Example("Delete an order", f"{ORDERS}/ORD-3"),),
        group="Orders",
        about="It is gone from every face; its code is never given again. Refused with 422 while a receipt is open.",
    ),
    Operation(
        _GET,
        _USERS,
        routes.list_users,
        "List users",
        shapes.Users,
        200,
        _LIST,
        "5",
        parameters=described.PAGING,
        examples=(Example("All users", USERS),),
        group="Users",
        about="A page of users by last, first and middle name.",
    ),
    Operation(
        _POST,
        _USERS,
        routes.create_user,
        "Create a user",
        shapes.OneUser,
        201,
        _WRITE,
        "7",
        takes=described.UserBody,
        examples=(
            Example(
                "A colleague",
                USERS,
                body={
                    "user": {
                        "email": "p.hill@example.com",
                        "name": "Pat",
                        "last_name": "Hill",
                        "company": "Acme",
                        "department": "Sales",
                        "password": "correct horse",
                    }
                },
            ),
        ),
        links=_USER_LINKS,
        group="Users",
        about="A new user has no API token; the operator makes one.",
    ),
    Operation(
        _GET,
        _USER,
        routes.show_user,
        "Show a user",
        shapes.OneUser,
        200,
        _READ,
        "7",
        parameters=(described.EMAIL,),
        examples=(Example("A colleague", _COLLEAGUE),),
        group="Users",
    ),
    Operation(
        _CHANGE,
        _USER,
        routes.update_user,
        "Update a user",
        shapes.OneUser,
        200,
        _WRITE,
        "7",
        takes=described.UserChange,
        parameters=(described.EMAIL,),
        examples=(
            Example("Another department", _COLLEAGUE, body={"user": {"department": "Purchasing", "role": "vip"}}),
            Example("A middle name", _COLLEAGUE, body={"user": {"middle_name": "Jay"}}, method="PATCH"),
        ),
        links=_USER_LINKS[:1],
        group="Users",
        about="Changes what is passed. PUT and PATCH do the same.",
    ),
    Operation(
        _DELETE,
        _USER,
        routes.delete_user,
        "Delete a user",
        None,
        204,
        (*_READ, 413, 422),
        "7",
        parameters=(described.EMAIL,),
        examples=(Example("Delete a colleague", _COLLEAGUE),),
        group="Users",
        about="Refused with 422 while the user is responsible for orders.",
    ),
)
