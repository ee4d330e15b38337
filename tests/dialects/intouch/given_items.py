"""What the InTouch item tests start from, and the few questions that all of them ask."""

import json
from contextlib import asynccontextmanager
from decimal import Decimal

ORDERS = "/api/buscases"
ITEMS = "/api/buscases/241/buscaseitems"
ITEM = "/api/buscases/241/buscaseitems/370"
LISTS = (ORDERS, ITEMS)

READ_ONLY = ("id", "buscase", "entered", "enteredBy", "modified", "modifiedBy")
NUMBERS = ("quantity", "price", "totalPrice")
TEXTS = ("unit", "note")
OPTIONAL = {
    "locked": False,
    "quantity": None,
    "price": None,
    "totalPrice": None,
    "unit": None,
    "note": None,
    "product": None,
}
ITEM_KEYS = {*READ_ONLY, "title", *OPTIONAL}
ORDER_KEYS = {
    "id",
    "customer",
    "name",
    "caseType",
    "totalPrice",
    "currency",
    "comment",
    "branch",
    "person",
    "opportunity",
    "ownerUser",
    "ownerGroup",
    "entered",
    "enteredBy",
    "modified",
    "modifiedBy",
}
STAMP = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z"

NEW = {"title": "Nová položka"}
FULL = {
    "title": "Pšeničná mouka hladká",
    "locked": True,
    "quantity": 12.5,
    "price": 19.9,
    "totalPrice": 248.75,
    "unit": "kg",
    "note": "volat předem",
    "product": 777001,
}
WRITES = (("POST", ITEMS), ("PUT", ITEM), ("PATCH", ITEM))
OPERATIONS = (
    ("GET", ITEMS, None),
    ("POST", ITEMS, NEW),
    ("GET", ITEM, None),
    ("PUT", ITEM, NEW),
    ("PATCH", ITEM, NEW),
)
CODES = {"required", "type", "value", "json", "unknown_reference"}

DEMO = "demo@example.com"
JOHNSON = ("c.johnson@example.com", "demo-password")
MIN_INT, MAX_INT = -(2**63), 2**63 - 1


def items_of(order, item=None):
    """The path of an order's items, or of one of them."""
    return f"/api/buscases/{order}/buscaseitems" + ("" if item is None else f"/{item}")


async def ordered(intouch, /, **attributes):
    """A new order as the server shows it."""
    answer = await intouch.post(ORDERS, json={"customer": 2168, "name": "Zakázka"} | attributes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def entered(intouch, order=241, /, **attributes):
    """A new item as the server shows it."""
    answer = await intouch.post(items_of(order), json=NEW | attributes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def shown(intouch, item=370, order=241):
    """The item as the server shows it now."""
    answer = await intouch.get(items_of(order, item))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def replaced(intouch, item, order=241, /, **attributes):
    """The item after an accepted PUT of these attributes."""
    answer = await intouch.put(items_of(order, item), json=attributes)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def changed(intouch, item, order=241, /, **attributes):
    """The item after an accepted PATCH of these attributes."""
    answer = await intouch.patch(items_of(order, item), json=attributes)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def page_of(intouch, path=ITEMS, query=""):
    """One page of a list, with its numbers as exact as they were sent."""
    answer = await intouch.get(f"{path}{query}")
    assert answer.status_code == 200, (query, answer.text)
    page = exact(answer)
    assert set(page) == {"total", "position", "size", "items"}
    return page


async def ids_of(intouch, path=ITEMS, query=""):
    """The ids on a page, in its order."""
    return [record["id"] for record in (await page_of(intouch, path, query))["items"]]


async def walked(intouch, path, query, size):
    """The ids of all pages one after another."""
    found, position = [], 0
    while page := await ids_of(intouch, path, f"?position={position}&size={size}{query}"):
        found += page
        position += size
    return found


async def sent(intouch, method, path, content, **headers):
    """The answer to a body sent as these very bytes."""
    raw = content if isinstance(content, bytes) else content.encode()
    return await intouch.request(method, path, content=raw, headers={"Content-Type": "application/json"} | headers)


def exact(answer):
    """The body with its numbers as decimals."""
    return json.loads(answer.text, parse_float=Decimal)


def canonical(value):
    """A value that is equal to another's exactly if the two are equal as JSON: `true` is not 1, but 1.0 is."""
    if isinstance(value, dict):
        return {name: canonical(each) for name, each in value.items()}
    if isinstance(value, list):
        return [canonical(each) for each in value]
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    return Decimal(value) if isinstance(value, int) else value


def error_of(answer, status):
    """The entries of a refusal, after a look at the shape that all refusals share."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/json")
    body = answer.json()
    assert set(body) == {"error", "errors"}
    assert isinstance(body["error"], str)
    assert body["error"].strip()
    for each in body["errors"]:
        assert set(each) == {"field", "code", "message"}
        assert each["code"] in CODES
        assert each["message"].strip()
    return body["errors"]


def problems(answer):
    """The pairs of field and code that a 400 tells of, each once."""
    found = [(each["field"], each["code"]) for each in error_of(answer, 400)]
    assert found
    assert len(set(found)) == len(found)
    return set(found)


def is_refused(answer, status):
    """Whether this is a 401, 404 or 405 without entries."""
    return error_of(answer, status) == []


async def rows(book, table):
    """The tenant's rows of a table as they are stored."""
    found = await book.desk.pool.fetch(
        f"select * from {table} where tenant_id = $1 order by id",  # noqa: S608 - from the tests alone
        book.tenant_id,
    )
    return [dict(row) for row in found]


async def row_of(book, item):
    """A stored line."""
    (row,) = [row for row in await rows(book, "lines") if row["id"] == item]
    return row


async def order_version(book, order=241):
    """The version that the book gives an order."""
    return await book.desk.pool.fetchval(
        "select version from orders where tenant_id = $1 and id = $2", book.tenant_id, order
    )


async def copied(book, item, count):
    """Enter that many copies of a line behind it, past every dialect."""
    await book.desk.pool.execute(
        """insert into lines
           select copy.* from lines original
            cross join generate_series(1, $3::int) n
            cross join lateral (select nextval('lines_id_seq') + 0 * n as id) fresh
            cross join lateral jsonb_populate_record(
                original, jsonb_build_object('id', fresh.id, 'position', original."position" + n)) copy
            where original.tenant_id = $1 and original.id = $2""",
        book.tenant_id,
        item,
        count,
    )


@asynccontextmanager
async def no_effect(book):
    """Fails if the block leaves an order, a line or the number of rows in any table other than it was."""
    before = await _state(book)
    yield
    assert await _state(book) == before


async def _state(book):
    return await book.counts(), await rows(book, "orders"), await rows(book, "lines")


@asynccontextmanager
async def writes_counted(book, count, order=241):
    """Fails unless the block raises the order's version by this many and leaves as many events."""
    version, events = await order_version(book, order), len(await book.events("order"))
    yield
    assert await order_version(book, order) == version + count
    assert len(await book.events("order")) == events + count


def without_stamps(record):
    """The record without what every write sets."""
    return {name: value for name, value in record.items() if name not in ("modified", "modifiedBy")}


def sorted_by(records, name, *, desc=False):
    """The ids of these records in the order that the contract asks for."""
    return [
        record["id"]
        for record in sorted(records, key=lambda record: (_rank(record.get(name)), record["id"]), reverse=desc)
    ]


def _rank(value):
    """Null, numbers, strings, booleans, others."""
    if value is None:
        return (0,)
    if isinstance(value, bool):
        return (3, value)
    if isinstance(value, (int, float, Decimal)):
        return (1, value)
    return (2, value.casefold()) if isinstance(value, str) else (4,)
