"""What the Extensiv writing tests start from, and the few questions that all of them ask.

Bodies are sent and read in the HAL spelling unless a test says otherwise.
"""

import json
from contextlib import asynccontextmanager
from decimal import Decimal

POS = "/inventory/pos"
CONTACTS = "/properties/contacts"
NOWHERE = 99999999
LOCKED = 10008376
UNNUMBERED = 10008233
COSTED = 10008229

HAL, PLAIN = "application/hal+json", "application/json"
FORMS = (HAL, PLAIN)
VALIDATION = "WMS.V2.Generic.Models.Exceptions.ModelValidationException, WMS.V2.Generic.Models"
OPERATION = "WMS.V2.Generic.Models.Exceptions.OperationException, WMS.V2.Generic.Models"
AUTHORIZATION = "WMS.V2.Generic.Models.Exceptions.AuthorizationException, WMS.V2.Generic.Models"

NEW = {"purchaseOrderNumber": "PO-7001", "customerIdentifier": {"id": 1}}
LINE = {"itemIdentifier": {"sku": "SKU-1"}, "quantity": 2}
FULL_LINE = {
    "itemIdentifier": {"sku": "SKU-1", "id": 1},
    "qualifier": "Blue",
    "quantity": 2.5,
    "expectedFacility": {"name": "Main", "id": 1},
    "expectedDate": "2025-04-01T08:00:00",
    "cancelDate": "2025-05-01T00:00:00",
    "notes": "handle with care",
    "externalLineId": "L-1",
    "price": 4.25,
}
FULL = {
    "purchaseOrderNumber": "PO-7002",
    "customerIdentifier": {"externalId": "DEMO-CUST", "name": "Demo Customer", "id": 1},
    "issueDate": "2025-03-01T09:30:00",
    "supplier": {
        "contactId": 1,
        "companyName": "Acme Supply",
        "isAddressResidential": False,
        "code": "SUP-1",
        "addressStatus": 0,
    },
    "notes": "ring twice",
    "externalId": "EXT-1",
    "lineItems": [FULL_LINE, {"itemIdentifier": {"sku": "SKU-2", "id": 2}, "qualifier": "", "quantity": 7}],
}
SUPPLIER_TEXTS = (
    "companyName",
    "name",
    "title",
    "address1",
    "address2",
    "city",
    "state",
    "zip",
    "country",
    "phoneNumber",
    "fax",
    "emailAddress",
    "dept",
)
LINE_DEFAULTS = ("expectedFacility", "expectedDate", "cancelDate", "notes", "externalLineId", "price")

TEXTS = (
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "日本語 العربية עברית ไทย",
    "😀👩‍👩‍👧‍👦🇨🇿",
    "<b>&amp; \"x\" 'y'</b><script>alert(1)</script>",
    "a\\b/c",
    "two  inner   blanks",
    "e\u0301 is not \u00e9",
    "'; drop table orders; --",
    "%s {0} $1 ${x} %2C",
    "\U0010ffff",
    "null",
)


async def post(extensiv, record, accept=HAL, **options):
    """The answer to the creation of this purchase."""
    return await extensiv.post(POS, json=record, headers={"Accept": accept}, **options)


async def put(extensiv, order_id, record, tag, accept=HAL):
    """The answer to a replacement under this tag, or under none."""
    return await extensiv.put(path(order_id), json=record, headers=under(tag, accept))


async def delete(extensiv, order_id, tag="*"):
    """The answer to a deletion under this tag, or under none."""
    return await extensiv.delete(path(order_id), headers=under(tag))


def under(tag, accept=HAL):
    """The headers of a write that is meant for the state with this tag."""
    return {"Accept": accept} | ({} if tag is None else {"If-Match": tag})


def path(order_id):
    return f"{POS}/{order_id}"


def body(answer, status=200):
    """The parsed body of an accepted request, its fractions as decimals."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers["ETag"]
    return json.loads(answer.content.decode("utf-8"), parse_float=Decimal)


async def entered(extensiv, /, **members):
    """A new purchase as the server answers it."""
    return body(await post(extensiv, NEW | members), 201)


async def read(extensiv, order_id, accept=HAL):
    """A purchase as the server shows it now, and its tag."""
    answer = await extensiv.get(path(order_id), headers={"Accept": accept})
    return body(answer), answer.headers["ETag"]


async def shown(extensiv, order_id, accept=HAL):
    """A purchase as the server shows it now."""
    return (await read(extensiv, order_id, accept))[0]


async def tag_of(extensiv, order_id):
    """The tag of a purchase now."""
    return (await read(extensiv, order_id))[1]


async def changed(extensiv, order_id, /, **members):
    """The purchase after an accepted PUT of what is shown with these members in place; None takes one out."""
    order, tag = await read(extensiv, order_id)
    record = {name: value for name, value in (order | members).items() if value is not None}
    return body(await put(extensiv, order_id, sendable(record), tag))


async def put_back(extensiv, order_id, accept=HAL):
    """The answer to a PUT of exactly what is shown."""
    answer = await extensiv.get(path(order_id), headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    headers = {"Accept": accept, "Content-Type": accept, "If-Match": answer.headers["ETag"]}
    return await extensiv.put(path(order_id), content=answer.content, headers=headers)


def sendable(value):
    """A parsed body with its decimals as numbers that can be sent again."""
    if isinstance(value, dict):
        return {name: sendable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [sendable(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value


async def sent(extensiv, method, where, content, content_type=HAL, tag="*"):
    """The answer to a body sent as these very bytes."""
    headers = under(tag if method == "PUT" else None)
    if content_type is not None:
        headers["Content-Type"] = content_type
    packed = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return await extensiv.request(method, where, content=packed, headers=headers)


def order_id(order):
    """The id of a purchase in either spelling."""
    return order["readOnly"]["purchaseOrderId"] if "readOnly" in order else order["ReadOnly"]["PurchaseOrderId"]


def line_ids(order):
    return [line["purchaseOrderLineItemId"] for line in order["lineItems"]]


def skus(order):
    return [line["itemIdentifier"]["sku"] for line in order["lineItems"]]


def timeless(order):
    """A purchase in either spelling without the time of its last change."""
    name, modified = ("readOnly", "lastModifiedDate") if "readOnly" in order else ("ReadOnly", "LastModifiedDate")
    return order | {name: {key: value for key, value in order[name].items() if key != modified}}


def business(order):
    """What a client wrote: without server-owned members, links and the ids of lines."""
    lines = [
        {name: value for name, value in line.items() if name != "purchaseOrderLineItemId"}
        for line in order["lineItems"]
    ]
    return {name: value for name, value in order.items() if name not in ("readOnly", "_links")} | {"lineItems": lines}


def is_empty(answer, status):
    """Whether this is that status without a body."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    return answer.content == b""


def fault(answer):
    """The code of a 400 and the names it blames, after a look at the shape that all of them share."""
    assert answer.status_code == 400, (answer.status_code, answer.text)
    told = exception(answer)
    assert told["$type"] == VALIDATION
    assert set(told) == {"$type", "ModelType", "Properties", "ErrorCode", "Hint"}
    assert type(told["ModelType"]) is int
    assert told["ModelType"] in (0, 1, 2)
    assert told["Properties"]
    for each in told["Properties"]:
        assert set(each) == {"Name", "Value"}
        assert isinstance(each["Name"], str)
        assert each["Value"] is None or isinstance(each["Value"], str)
    return told["ErrorCode"], {each["Name"] for each in told["Properties"]}


def exception(answer):
    """The body of a refusal: PascalCase JSON whose first member is the type."""
    assert answer.headers["Content-Type"].replace(" ", "").lower() == "application/json;charset=utf-8"
    told = json.loads(answer.content.decode("utf-8"))
    assert next(iter(told)) == "$type"
    assert isinstance(told["ErrorCode"], str)
    assert told["ErrorCode"]
    assert isinstance(told["Hint"], str)
    return told


def in_use(answer):
    """Whether this refuses a deletion because goods are still being received."""
    assert answer.status_code == 403, (answer.status_code, answer.text)
    told = exception(answer)
    assert set(told) == {"$type", "ActionNameType", "ActionName", "ErrorCode", "Hint"}
    assert told["$type"] == OPERATION
    assert type(told["ActionNameType"]) is int
    assert isinstance(told["ActionName"], str)
    return told["ErrorCode"] == "InUse"


async def rows(book, table, condition="true"):
    """The tenant's rows of a table as JSON texts."""
    found = await book.desk.pool.fetch(
        f"select to_jsonb(r)::text from {table} r where tenant_id = $1 and {condition} order by 1",  # noqa: S608
        book.tenant_id,
    )
    return [each[0] for each in found]


async def last_event(book):
    """The newest event about an order as a JSON text."""
    (row,) = await rows(book, "events", "id = (select max(id) from events where tenant_id = $1 and noun = 'order')")
    return row


async def stored(book, order_id):
    """The row of an order."""
    (row,) = await rows(book, "orders", f"id = {order_id}")
    return json.loads(row)


async def version(book, order_id):
    """How often an order was written."""
    return (await stored(book, order_id))["version"]


async def _state(book):
    tables = ("orders", "lines", "contacts", "number_claims")
    return await book.counts(), [await rows(book, table) for table in tables]


@asynccontextmanager
async def no_trace(book):
    """Fails if the block leaves one row more, less or other than before."""
    before = await _state(book)
    yield
    assert await _state(book) == before


async def homs_order(homs, order_id):
    """The order with this id as HOMS shows it, or None."""
    answer = await homs.get("/api/orders?page_size=1000")
    assert answer.status_code == 200, answer.text
    return next((each for each in answer.json()["orders"] if each["id"] == order_id), None)


async def homs_changed(homs, order_id, /, **attributes):
    """The order after an accepted HOMS update."""
    code = (await homs_order(homs, order_id))["code"]
    answer = await homs.put(f"/api/orders/{code}", json={"order": attributes})
    assert answer.status_code == 200, answer.text
    return answer.json()["order"]


async def homs_purchase(homs, **attributes):
    """A purchase entered through HOMS: without number, customer and lines."""
    answer = await homs.post("/api/orders", json={"order": {"order_type_code": "purchase_order"} | attributes})
    assert answer.status_code == 201, answer.text
    return answer.json()["order"]


async def iinsight_purchase(iinsight, name, case_id=1):
    """The id of a purchase entered through iinsight."""
    answer = await iinsight.post(f"/api1/purchase_orders/new?case_id={case_id}&purchase_order={name}")
    assert answer.status_code == 200, answer.text
    return int(answer.json()["purchase_order_id"])


async def intouch_order(intouch, order_id):
    """The order as InTouch shows it, without the stamps of its last change."""
    answer = await intouch.get(f"/api/buscases/{order_id}")
    assert answer.status_code == 200, answer.text
    return {name: value for name, value in answer.json().items() if name not in ("modified", "modifiedBy")}


async def intouch_changed(intouch, order_id, /, **attributes):
    """The order after an accepted InTouch change."""
    answer = await intouch.patch(f"/api/buscases/{order_id}", json=attributes)
    assert answer.status_code == 200, answer.text
    return answer.json()


def items_of(order_id, item=None):
    """The InTouch path of an order's items, or of one of them."""
    return f"/api/buscases/{order_id}/buscaseitems" + ("" if item is None else f"/{item}")


async def intouch_items(intouch, order_id):
    """The items of an order as InTouch shows them, without the stamps of their last change."""
    answer = await intouch.get(f"{items_of(order_id)}?size=1000")
    assert answer.status_code == 200, answer.text
    return [
        {name: value for name, value in item.items() if name not in ("modified", "modifiedBy")}
        for item in answer.json()["items"]
    ]


async def intouch_item(intouch, order_id, /, **attributes):
    """A new item entered through InTouch."""
    answer = await intouch.post(items_of(order_id), json={"title": "Krabice"} | attributes)
    assert answer.status_code == 201, answer.text
    return answer.json()
