"""What the tests of orders start from, and the few questions that all of them ask."""

import re
from contextlib import asynccontextmanager
from urllib.parse import quote, urlencode

import httpx

from tests.conformance.rows import rows

ORDERS = "/v1/orders"
PROBLEM = "application/problem+json"
KINDS = {400: "bad-request", 401: "unauthorized", 404: "not-found", 405: "method-not-allowed", 409: "conflict"}
KINDS |= {412: "stale", 413: "too-large", 415: "unsupported-type", 422: "invalid", 429: "too-many"}
# The fields of an order that stand as they are given, each with a value.
PLAIN = {
    "number": "PO-7",
    "title": "Židle a stoly",
    "external_id": "SAP-1",
    "supplier_reference": "A-17",
    "process_id": "p:1",
    "process_state": "schváleno",
    "notes": "Zvonit\ndvakrát",
    "issued_at": "2026-03-01T08:30:00Z",
    "required_on": "2026-04-30",
    "done_at": "2026-05-01T00:00:00.000001Z",
    "estimated_at": "2026-02-28T23:59:59Z",
    "price_total": "1234.50",
    "price_currency": "CZK",
}
STORED_DATA = {"aString": "x", "aNumber": 1.5, "aBoolean": True, "aDate": "2026-01-31T12:00:00.000Z", "aJson": "[1]"}
ORDER_MEMBERS = re.findall(
    r"\w+",
    """id uuid code type type_version kind state archived number title external_id supplier_reference process_id
    process_state notes customer_id supplier_id case_id responsible issued_at required_on done_at estimated_at
    price_total price_currency data costing lines external_ids leftovers created_at created_by modified_at modified_by
    version""",
)
LINE_MEMBERS = re.findall(
    r"\w+",
    """id title item_id sku qualifier quantity unit price price_total locked facility_id expected_at cancel_at notes
    external_id leftovers created_at created_by modified_at modified_by""",
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


def path(order):
    """The path of an order: one that was shown, or what it is called."""
    called = order["id"] if isinstance(order, dict) else order
    return f"{ORDERS}/{quote(str(called), safe='')}"


def by_source(source, their_id):
    return f"{ORDERS}/by/{quote(source, safe='')}/{quote(their_id, safe='')}"


def listing(**query):
    """The path of a list; `title__in` is the parameter `title.in`."""
    given = {name.replace("__", "."): value for name, value in query.items()}
    return f"{ORDERS}?{urlencode(given)}" if given else ORDERS


async def post(v1, **members):
    return await v1.post(ORDERS, json={"type": "purchase_order", **members})


async def entered(v1, **members):
    """A new order as it was answered: a purchase, unless another type is given."""
    answer = await post(v1, **members)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def patch(v1, order, /, *, headers=None, **members):
    return await v1.patch(path(order), json=members, headers=headers)


async def changed(v1, order, /, **members):
    """The order after a change that was accepted."""
    answer = await patch(v1, order, **members)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def shown(v1, order, query=""):
    """The order as it is."""
    answer = await v1.get(f"{path(order)}{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def part(v1, **query):
    """A part of a list: the orders, and the cursor of the part behind."""
    answer = await v1.get(listing(**query))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert sorted(body) == ["next", "orders"]
    return body["orders"], body["next"]


async def parts(v1, **query):
    """All parts of a list, one after the other."""
    orders, cursor = await part(v1, **query)
    yield orders
    while cursor is not None:
        orders, cursor = await part(v1, **query, cursor=cursor)
        yield orders


async def ids(v1, **query):
    """The ids of all orders of a list, read in as few parts as there may be."""
    query = {"limit": 200, "fields": "id"} | query
    return [order["id"] async for orders in parts(v1, **query) for order in orders]


def problem(answer, status):
    """The body of a refusal, which is one as it should be."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers["Content-Type"] == PROBLEM
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "request_id", "errors"}
    assert body["type"] == f"urn:orderloom:problem:{KINDS[status]}"
    assert body["status"] == status
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert body["title"]
    assert body["detail"]
    for error in body["errors"]:
        assert error["code"]
        assert error["detail"]
        assert (error["pointer"] is None) is not (error["parameter"] is None)
    return body


def pointers(answer, status=422):
    """What is wrong with the values of a body: a word for each pointer. None is named twice."""
    errors = problem(answer, status)["errors"]
    assert len({error["pointer"] for error in errors}) == len(errors), errors
    return {error["pointer"]: error["code"] for error in errors}


def parameters(answer):
    """The parameters that a request was refused for."""
    return [error["parameter"] for error in problem(answer, 400)["errors"]]


def apart(order, *names):
    """The order without these members, and without what every write moves."""
    moved = {"version", "modified_at", "modified_by"}
    return {name: value for name, value in order.items() if name not in moved.union(names)}


def plain_client(v1):
    """A plain client for the tenant of the fixture: generated examples cannot await."""
    return httpx.Client(base_url=v1.base_url, headers=v1.headers, auth=v1.auth, timeout=30)


@asynccontextmanager
async def no_trace(book):
    """Fails if the block adds, changes or takes away anything of the tenant."""
    before = await rows(book.desk.pool, book.tenant_id)
    yield
    after = await rows(book.desk.pool, book.tenant_id)
    assert {"gone": before - after, "new": after - before} == {"gone": {}, "new": {}}
