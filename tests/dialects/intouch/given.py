"""What the InTouch tests start from, and the few questions that all of them ask."""

import base64
import json
import re
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal

DEMO = "demo@example.com"
JOHNSON = "c.johnson@example.com"
PASSWORD = "demo-password"
CHALLENGE = 'Basic realm="InTouch CRM"'
CODES = {"required", "type", "value", "json", "unknown_reference"}
RAISED = ("version", "modified", "changed", "written")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

ORDERS = "/api/buscases"
NOWHERE = 99999999
BAKERY = 2168
PURCHASE = 1000
UNKNOWN_TYPE = 999999
LONGEST = 2000
MIN_INT, MAX_INT = -(2**63), 2**63 - 1

REQUIRED = ("customer", "name")
READ_ONLY = ("id", "entered", "enteredBy", "modified", "modifiedBy")
LINKS = ("branch", "person", "opportunity")
DEFAULTS = {
    "caseType": 1,
    "totalPrice": None,
    "currency": "CZK",
    "comment": None,
    "branch": None,
    "person": None,
    "opportunity": None,
    "ownerUser": DEMO,
    "ownerGroup": None,
}
ORDER_ATTRIBUTES = (*REQUIRED, *DEFAULTS, *READ_ONLY)

NEW = {"customer": BAKERY, "name": "Pečivo na pondělí"}
WHOLE = {
    "customer": 1,
    "name": "Rohlíky a housky",
    "caseType": 2,
    "totalPrice": 1234.56,
    "currency": "EUR",
    "comment": "Zvonit dvakrát",
    "branch": 11,
    "person": 12,
    "opportunity": 13,
    "ownerUser": "gregor",
    "ownerGroup": "OBCHOD",
}
NEW_ITEM = {"title": "Dodávka másla"}

ORDER_ENDPOINTS = (
    ("GET", "/api/buscases", None),
    ("POST", "/api/buscases", NEW),
    ("GET", "/api/buscases/241", None),
    ("PUT", "/api/buscases/241", NEW),
    ("PATCH", "/api/buscases/241", {"name": "Jinak"}),
)
ITEM_ENDPOINTS = (
    ("GET", "/api/buscases/241/buscaseitems", None),
    ("POST", "/api/buscases/241/buscaseitems", NEW_ITEM),
    ("GET", "/api/buscases/241/buscaseitems/370", None),
    ("PUT", "/api/buscases/241/buscaseitems/370", NEW_ITEM),
    ("PATCH", "/api/buscases/241/buscaseitems/370", {"title": "Jinak"}),
)
PARTY_ENDPOINTS = (
    ("GET", "/api/parties", None),
    ("GET", "/api/parties/2168", None),
)

TEXTS = (
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "日本語 العربية עברית ไทย",
    "😀👩‍👩‍👧‍👦🇨🇿",
    "<b>&amp; \"x\" 'y'</b><script>alert(1)</script>",
    "a\\b/c",
    "řádek\nza\třádkem\r\n.",
    "  two  inner   blanks  ",
    "e\u0301 is not \u00e9",
    "\u2028\u2029\u200b\ufeff.",
    "'; drop table orders; --",
    "%s {0} $1 ${x}",
    "\x01\x1f\x7f.",
    "\U0010ffff",
    "null",
)


async def placed(intouch, /, **attributes):
    """A new order as the server answers it."""
    return body(await intouch.post(ORDERS, json=NEW | attributes), 201)


async def shown(intouch, order_id):
    """The order as the server shows it now."""
    return body(await intouch.get(f"{ORDERS}/{order_id}"))


async def replaced(intouch, order_id, record, **options):
    """The answer to an accepted PUT of this record."""
    return body(await intouch.put(f"{ORDERS}/{order_id}", json=record, **options))


async def patched(intouch, order_id, attributes, **options):
    """The answer to an accepted PATCH of these attributes."""
    return body(await intouch.patch(f"{ORDERS}/{order_id}", json=attributes, **options))


async def listed(intouch, query="?size=1000"):
    """The ids on a page of the order list, in its order."""
    return [each["id"] for each in body(await intouch.get(ORDERS + query))["items"]]


async def items_of(intouch, order_id):
    """All items of an order as the server shows them now."""
    return body(await intouch.get(f"{ORDERS}/{order_id}/buscaseitems?size=1000"))["items"]


def body(answer, status=200):
    """The parsed body of an accepted request."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].split(";")[0].strip() == "application/json"
    return json.loads(answer.content.decode("utf-8"))


def exact(answer):
    """A parsed body with its fractions as decimals."""
    return json.loads(answer.content.decode("utf-8"), parse_float=Decimal)


async def sent(intouch, method, path, content, content_type="application/json", **options):
    """The answer to a body sent as these very bytes."""
    packed = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return await intouch.request(method, path, content=packed, headers={"Content-Type": content_type}, **options)


def same(one, other):
    """Whether two parsed values are equal as JSON: `1` is `1.0`, but neither is `true`."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return set(one) == set(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*both) for both in zip(one, other, strict=True))
    return one == other


def timeless(record):
    """A record without what every write changes."""
    return {name: value for name, value in record.items() if name not in ("modified", "modifiedBy")}


def moment(text):
    """A timestamp of this dialect as an instant."""
    assert MOMENT.fullmatch(text), text
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def assert_refusal(answer, status):
    """It is that status with the error body, which names no single problems."""
    assert answer.status_code == status, answer.text
    assert error_body(answer)["errors"] == []


def error_body(answer):
    """The body of a refusal, its shape checked."""
    assert answer.headers["Content-Type"].split(";")[0].strip() == "application/json"
    told = json.loads(answer.content.decode("utf-8"))
    assert set(told) == {"error", "errors"}
    assert isinstance(told["error"], str)
    assert told["error"].strip()
    assert isinstance(told["errors"], list)
    return told


def problems(answer):
    """The problems that a 400 answer names, as pairs of field and code."""
    assert answer.status_code == 400, (answer.status_code, answer.text)
    errors = error_body(answer)["errors"]
    assert errors
    for each in errors:
        assert set(each) == {"field", "code", "message"}
        assert each["field"] is None or isinstance(each["field"], str)
        assert each["code"] in CODES
        assert isinstance(each["message"], str)
        assert each["message"].strip()
    return {(each["field"], each["code"]) for each in errors}


def codes(answer):
    """The codes that a 400 answer gives."""
    return {code for _, code in problems(answer)}


async def snapshot(book):
    """Everything that a refused request must leave alone."""
    rows = [
        await book.desk.pool.fetch(
            f"select to_jsonb(r)::text from {table} r where tenant_id = $1 order by id",  # noqa: S608 - two names
            book.tenant_id,
        )
        for table in ("orders", "lines")
    ]
    return await book.counts(), [[each[0] for each in table] for table in rows]


@asynccontextmanager
async def no_trace(book):
    """Fails if the block leaves one row more or less in any table, or one order or line different."""
    before = await snapshot(book)
    yield
    assert await snapshot(book) == before


async def stored(book, order_id):
    """The row of an order, without what every write raises."""
    row = await book.desk.pool.fetchval(
        "select to_jsonb(o)::text from orders o where tenant_id = $1 and id = $2", book.tenant_id, order_id
    )
    return {name: value for name, value in json.loads(row).items() if not name.startswith(RAISED)}


async def version(book, order_id):
    """How often an order was written."""
    return await book.desk.pool.fetchval(
        "select version from orders where tenant_id = $1 and id = $2", book.tenant_id, order_id
    )


def basic(credentials):
    """An Authorization header with these credentials, whatever their shape."""
    packed = credentials if isinstance(credentials, bytes) else credentials.encode()
    return {"Authorization": "Basic " + base64.b64encode(packed).decode()}


async def homs_order(homs, order_id):
    """The order with this id as HOMS shows it."""
    answer = await homs.get("/api/orders?page_size=1000")
    assert answer.status_code == 200, answer.text
    found = [order for order in answer.json()["orders"] if order["id"] == order_id]
    return found[0] if found else None


async def homs_changed(homs, code, /, **attributes):
    """The order after an accepted HOMS update."""
    answer = await homs.put(f"/api/orders/{code}", json={"order": attributes})
    assert answer.status_code == 200, answer.text
    return answer.json()["order"]
