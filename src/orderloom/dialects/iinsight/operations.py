"""The operation tables of iinsight. Source: contracts/iinsight.md section 1."""

from typing import Final

from orderloom.dialects.contract import Operation
from orderloom.dialects.description import FORM_TYPE, Example, Link
from orderloom.dialects.iinsight import auth, described, routes, shapes

_PURCHASES: Final = "/api1/purchase_orders"
_READ: Final = (400, 401, 403, 404, 405, 429)
_CASES: Final = (400, 401, 403, 405, 429)
_TOKENS: Final = (400, 401, 405, 413, 429)
_GET: Final = ("GET",)
_POST: Final = ("POST",)
_CASE_FIELDS: Final = ("fields", "case_number,case_n,client_name")

OPERATIONS: Final = (
    Operation(
        _GET,
        (_PURCHASES,),
        routes.list_purchase_orders,
        "List a case's purchase orders",
        list[shapes.PurchaseOrder],
        200,
        _READ,
        "4",
        parameters=(described.CASE_ID,),
        examples=(Example("The purchase orders of a case", _PURCHASES, query=(("case_id", "5"),)),),
        group="Purchase orders",
        about="All of them, oldest first.",
    ),
    Operation(
        _POST,
        (f"{_PURCHASES}/new",),
        routes.create_purchase_order,
        "Create a purchase order",
        shapes.Created,
        200,
        (*_READ, 413),
        "5.1",
        parameters=(described.CASE_ID, described.NAME),
        examples=(
            Example("A purchase order", f"{_PURCHASES}/new", query=(("case_id", "1"), ("purchase_order", "PO-7"))),
        ),
        links=(
            Link(
                "deletePurchaseOrder",
                {"case_id": "$request.query.case_id", "purchase_order_id": "$response.body#/purchase_order_id"},
            ),
            Link("listPurchaseOrders", {"case_id": "$request.query.case_id"}),
        ),
        group="Purchase orders",
    ),
    Operation(
        ("DELETE",),
        (f"{_PURCHASES}/delete",),
        routes.delete_purchase_order,
        "Delete a purchase order",
        shapes.Deleted,
        200,
        (*_READ, 409, 413),
        "5.3",
        parameters=(described.CASE_ID, *described.RECORD),
        examples=(
            Example(
                "One of several",
                f"{_PURCHASES}/delete",
                query=(("case_id", "5"), ("purchase_order_id", "10008375")),
            ),
        ),
        group="Purchase orders",
        about="The one that is named, else the only one that the case has; with several it is refused.",
    ),
    Operation(
        _GET,
        ("/api1/cases",),
        routes.list_cases,
        "List cases",
        list[shapes.Case],
        200,
        _CASES,
        "7",
        parameters=described.CASES,
        examples=(Example("Open cases", "/api1/cases", query=(_CASE_FIELDS, ("status", "opened"))),),
        group="Cases",
    ),
    Operation(
        _GET,
        ("/api2/cases",),
        routes.list_cases_v2,
        "List cases, with their number",
        shapes.CasesPage,
        200,
        _CASES,
        "7",
        parameters=described.CASES,
        examples=(
            Example(
                "Cases whose client is called so",
                "/api2/cases",
                query=(_CASE_FIELDS, ("search_criteria", '{"client_name": "Anna"}'), ("limit", "10")),
            ),
        ),
        group="Cases",
    ),
)
TOKENS: Final = (
    Operation(
        _POST,
        ("/auth/login",),
        auth.log_in,
        "Get tokens",
        shapes.Tokens,
        200,
        _TOKENS,
        "2.1",
        open=True,
        tells_secret=True,
        takes=described.LOGIN,
        examples=(
            Example(
                "Tokens for a password",
                "/auth/login",
                body=(("grant_type", "password"), ("username", "{email}"), ("password", "{password}")),
                media_type=FORM_TYPE,
            ),
        ),
        tells=described.NOT_STORED,
        links=(Link("refresh", {}, "`refresh_token` is what that one takes."),),
        group="Tokens",
        security=described.TOKENS.security,
    ),
    Operation(
        _POST,
        ("/auth/refresh",),
        auth.refresh,
        "Renew tokens",
        shapes.Tokens,
        200,
        _TOKENS,
        "2.2",
        open=True,
        tells_secret=True,
        takes=described.REFRESH,
        examples=(
            Example(
                "New tokens",
                "/auth/refresh",
                body=(("grant_type", "refresh_token"), ("refresh_token", "{refresh_token}")),
                media_type=FORM_TYPE,
            ),
        ),
        tells=described.NOT_STORED,
        group="Tokens",
        security=described.TOKENS.security,
    ),
)
