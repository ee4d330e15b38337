"""What Schemathesis has to know of the demo book: how to sign in, and what exists.

A document says which values are well formed, not which ones name something. So a request that is meant to be accepted
gets names of things that exist, and texts that nobody else has, in the places of those that were made up; one that is
meant to be refused stays as it is.
"""

import os
from functools import cache
from itertools import count
from typing import Any

import httpx
import schemathesis
from schemathesis import Case, HookContext
from schemathesis.generation import GenerationMode

from orderloom.api.filters import MAX_FILTERS
from orderloom.demo.people import DEMO_CLIENT, DEMO_PASSWORD, DEMO_SECRET, DEMO_TOKEN, DEMO_USER

CLIENT = (DEMO_CLIENT, DEMO_SECRET)
numbers = count(1)


@cache
def access_token(url: str) -> str:
    """A token of the face whose operation of tokens is at this address."""
    form = {"grant_type": "password", "username": DEMO_USER, "password": DEMO_PASSWORD}
    if url.endswith("/AuthServer/api/Token"):
        form = {"grant_type": "client_credentials", "user_login": DEMO_USER}
    answer = httpx.post(url, auth=CLIENT, data=form, headers={"Host": os.environ["PROBED_HOST"]})
    return str(answer.json()["access_token"])


@schemathesis.auth(refresh_interval=None)
class Demo:
    """The demo user's and the demo client's credentials, by the names of the documents."""

    def get(self, case: Case, _: Any) -> dict[str, Any]:
        found: dict[str, Any] = {"headers": {}, "query": {}}
        ways_in = case.operation.definition.raw.get("security", ())
        # The user is kept, see below; a key might be revoked by one of the calls.
        for name in next((way for way in ways_in if "apiKey" not in way), ()):
            scheme = case.operation.schema.raw_schema["components"]["securitySchemes"][name]
            if scheme["type"] == "oauth2":
                (flow,) = scheme["flows"].values()
                token = access_token(case.operation.base_url.rstrip("/") + flow["tokenUrl"])
                found["headers"]["Authorization"] = f"Bearer {token}"
            elif scheme["type"] == "apiKey":
                found["query"][name] = DEMO_USER if name == "user" else DEMO_PASSWORD
            else:
                pair = {"apiToken": (DEMO_USER, DEMO_TOKEN), "password": (DEMO_USER, DEMO_PASSWORD), "client": CLIENT}
                header = httpx.BasicAuth(*pair[name])._auth_header
                found["headers"]["Authorization"] = header
        return found

    def set(self, case: Case, data: dict[str, Any], _: Any) -> None:
        case.headers.update(data["headers"])
        case.query.update(data["query"])


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Keep the demo user, who makes all calls; name what exists where a request is meant to be accepted."""
    path = case.path_parameters
    if case.method != "GET" and str(path.get("email", "")).lower() == DEMO_USER:
        path["email"] = "nobody@example.com"
    if case.method != "GET" and str(path.get("user", "")).lower() in ("1", DEMO_USER):
        path["user"] = 99999999
    # A cursor is one that was given; and whoever asks for some members alone gets those alone.
    for name in ("cursor", "fields") if case.path.startswith("/v1/") else ():
        case.query.pop(name, None)
    if "Idempotency-Key" in case.headers:  # one that no other request has had
        case.headers["Idempotency-Key"] = f"key-{next(numbers)}"
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    case.query.pop("record_id", None)  # the second name of another parameter
    name = case.operation.definition.raw["operationId"]
    if case.path.startswith("/v1/"):
        few(case.query)
        if name == "showState":  # it takes one of two
            case.query.pop("at" if "version" in case.query else "version", None)
            if not case.query:
                case.query["version"] = 1
    else:
        for language in {"search_criteria", "rql", "sort"} & case.query.keys():
            case.query[language] = LANGUAGES.get((name, language), case.query[language])
    if "If-Match" in case.headers:
        case.headers["If-Match"] = "*"
    if isinstance(case.body, dict):
        body = keepable(case.body)
        BODIES.get(name, unchanged)(body, path)
        case.body = body


Body = dict[str, Any]


def keepable(value: Any) -> Any:
    """A copy of the value, of whose parts others are made; no number of the book is beyond 1e308."""
    if isinstance(value, dict):
        return {name: keepable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [keepable(inner) for inner in value]
    return 1e308 if isinstance(value, int | float) and abs(value) > 1e308 else value


def few(query: Body) -> None:
    """A list takes so many filters and no more."""
    for name in list(query)[MAX_FILTERS:]:
        del query[name]


def unchanged(body: Body, path: Body) -> None:
    """Nothing has to be known of these."""


def new_user(body: Body, _: Body) -> None:
    """An e-mail is one user's alone."""
    user = body.get("user")
    if isinstance(user, dict) and "email" in user:
        user["email"] = f"user-{next(numbers)}@example.com"


def homs_order(body: Body, path: Body) -> None:
    """What `data` may hold the order's type says, and to which type an order may change the one that it has."""
    order = body.get("order")
    if isinstance(order, dict):
        order.pop("data", None)
        order["user_email"] = None
        if path:
            order.pop("order_type_code", None)


def intouch_order(body: Body, path: Body) -> None:
    """A customer has to exist, and has to stay where lines name his items; types above 999 are made by the operator."""
    if "customer" in body:
        body["customer"] = 1 if path.get("id") == LOCKED else 2168
    if "caseType" in body:
        body["caseType"] = body["caseType"] % 999 + 1
    if path:
        body.pop("caseType", None)


def purchase_order(body: Body, path: Body) -> None:
    """Whom and what it names has to exist, and its number has to be one that no other has."""
    in_pascal = "PurchaseOrderNumber" in body

    def spelled(*names: str) -> list[str]:
        return [name[:1].upper() + name[1:] if in_pascal else name for name in names]

    number, customer, supplier, lines, issued = spelled(
        "purchaseOrderNumber", "customerIdentifier", "supplier", "lineItems", "issueDate"
    )
    id_, contact_id, item, sku, facility = spelled("id", "contactId", "itemIdentifier", "sku", "expectedFacility")
    body[number] = f"PROBE-{next(numbers)}"
    body[customer] = {id_: 2 if path.get("id") in OF_CUSTOMER_2 else 1}
    if supplier in body:
        body[supplier] = {contact_id: 1}
    if isinstance(body.get(issued), str):
        body[issued] = "2025-02-28T23:59"  # a pattern knows no calendar
    if path:
        body.pop(lines, None)
    for line in body.get(lines) or ():
        kept = {name: value for name, value in line.items() if name.lower() in ("quantity", "price", "notes")}
        line.clear()
        line.update(kept | {item: {sku: "SKU-1"}, facility: {id_: 2}})


# Parameters that are languages of their own.
LANGUAGES = {
    ("listCases", "search_criteria"): '{"client_name": "Anna"}',
    ("listCasesV2", "search_criteria"): '{"client_name": "Anna"}',
    ("listPurchases", "rql"): "readonly.closed==false;lineitems.quantity=gt=1",
    ("listPurchases", "sort"): "-readonly.creationdate,purchaseordernumber",
    ("indexOfPurchase", "rql"): "customeridentifier.id==1",
    ("listCustomers", "rql"): "readonly.deactivated==false",
    ("listCustomers", "sort"): "externalid",
    ("listItems", "rql"): "sku==SKU*",
    ("listItems", "sort"): "-sku",
    ("listFacilities", "rql"): "name=in=(Main, Overflow)",
    ("listFacilities", "sort"): "name",
    ("listContacts", "rql"): "code==SUP-1,isaddressresidential==true",
    ("listContacts", "sort"): "companyname",
    ("listReceivers", "rql"): "readonly.status==0",
    ("listReceivers", "sort"): "referencenum",
}
LOCKED = 10008376
OF_CUSTOMER_2 = (10008229, 10008233, 10008375)
BODIES = {
    "createUser": new_user,
    "updateUser": new_user,
    "updateUserByPatch": new_user,
    "createOrder": lambda body, path: homs_order(body, path) if "order" in body else intouch_order(body, path),
    "updateOrder": homs_order,
    "updateOrderByPatch": homs_order,
    "replaceOrder": intouch_order,
    "patchOrder": intouch_order,
    "createPurchase": purchase_order,
    "replacePurchase": purchase_order,
}
