"""What the Extensiv tests start from, and the few questions that all of them ask."""

import base64
import json
import re
from contextlib import asynccontextmanager
from decimal import Decimal
from urllib.parse import quote

import httpx

TOKEN = "/AuthServer/api/Token"
ORDERS = "/inventory/pos"
INDEX = "/inventory/pos/index"
CUSTOMERS = "/customers"
FACILITIES = "/properties/facilities"
CONTACTS = "/properties/contacts"
RECEIVERS = "/inventory/receivers"

CLIENT = ("demo-client", "demo-secret")
DEMO = "demo@example.com"
LOCKED = 10008376
FREE = 10008229
PURCHASES = (10008229, 10008233, 10008375, LOCKED)
NOWHERE = 99999999

HAL_TYPE = "application/hal+json"
JSON_TYPE = "application/json"
HAL = {"Accept": HAL_TYPE}
JSON = {"Accept": JSON_TYPE}
BOTH = (HAL, JSON)

RELS = "http://api.3plCentral.com/rels"
ORDER_REL = f"{RELS}/inventory/purchaseorder"
CUSTOMER_REL = f"{RELS}/customers/customer"
ITEM_REL = f"{RELS}/customers/item"
FACILITY_REL = f"{RELS}/properties/facility"
RECEIVERS_REL = f"{RELS}/inventory/receivers"
RECEIVER_REL = f"{RELS}/inventory/receiver"
CONTACT_REL = f"{RELS}/properties/contact"

# Each collection of related resources, the member of it that exists, and the rel under which a list embeds it.
RELATED = (
    ("/customers", "/customers/1", CUSTOMER_REL),
    ("/customers/1/items", "/customers/1/items/1", ITEM_REL),
    ("/properties/facilities", "/properties/facilities/1", FACILITY_REL),
    ("/properties/contacts", "/properties/contacts/1", CONTACT_REL),
    ("/inventory/receivers", "/inventory/receivers/1", RECEIVER_REL),
)
READABLE = (
    ORDERS,
    f"{ORDERS}/{LOCKED}",
    f"{INDEX}?ponum=PO-LOCKED&rql=readonly.closed==false",
    *(path for collection, single, _ in RELATED for path in (collection, single)),
)

READ_ONLY = ("purchaseOrderId", "creationDate", "lastModifiedDate", "closed")
CUSTOMER_KEYS = ("externalId", "name", "id")
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
    "code",
)
SUPPLIER_KEYS = ("contactId", *SUPPLIER_TEXTS, "isAddressResidential", "addressStatus")
LINE_KEYS = (
    "purchaseOrderLineItemId",
    "itemIdentifier",
    "qualifier",
    "quantity",
    "expectedFacility",
    "expectedDate",
    "cancelDate",
    "notes",
    "externalLineId",
    "price",
)
ORDER_KEYS = (
    "readOnly",
    "purchaseOrderNumber",
    "customerIdentifier",
    "issueDate",
    "supplier",
    "notes",
    "externalId",
    "lineItems",
)

LINE = {"itemIdentifier": {"id": 1}, "quantity": 1}
NEW = {"purchaseOrderNumber": "PO-1", "customerIdentifier": {"id": 1}}
WHOLE_SUPPLIER = {name: f"The {name}" for name in SUPPLIER_TEXTS} | {"isAddressResidential": True, "addressStatus": 2}
WHOLE_LINE = {
    "itemIdentifier": {"sku": "SKU-1", "id": 1},
    "qualifier": "Blue",
    "quantity": 2.5,
    "expectedFacility": {"name": "Main", "id": 1},
    "expectedDate": "2025-04-01T08:00:00",
    "cancelDate": "2025-05-01T17:30:15",
    "notes": "Mind the step",
    "externalLineId": "L-1",
    "price": 4.25,
}
SECOND_LINE = {
    "itemIdentifier": {"sku": "SKU-2", "id": 2},
    "qualifier": "",
    "quantity": 7,
    "expectedFacility": {"name": "Overflow", "id": 2},
    "expectedDate": "2025-04-02T00:00:00",
    "cancelDate": "2025-05-02T00:00:00",
    "notes": "Fragile",
    "externalLineId": "L-2",
    "price": 0,
}
WHOLE = {
    "purchaseOrderNumber": "PO-7001",
    "customerIdentifier": {"externalId": "DEMO-CUST", "name": "Demo Customer", "id": 1},
    "issueDate": "2025-03-01T09:30:00",
    "supplier": WHOLE_SUPPLIER,
    "notes": "Deliver in the morning",
    "externalId": "EXT-1",
    "lineItems": [WHOLE_LINE, SECOND_LINE],
}

TEXTS = (
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "日本語 العربية עברית ไทย",
    "😀👩‍👩‍👧‍👦🇨🇿",
    "<b>&amp; \"x\" 'y'</b><script>alert(1)</script>",
    "a\\b/c",
    "one\nto another\r\n.",
    "two  inner   blanks",
    "MiXeD cAsE",
    "e\u0301 is not \u00e9",
    "'; drop table orders; --",
    "%s {0} $1 ${x} %41",
    "null",
)


async def placed(extensiv, /, headers=HAL, **members):
    """A new order as the server answers it."""
    return body(await extensiv.post(ORDERS, json=NEW | members, headers=headers), 201)


async def shown(extensiv, order_id, headers=HAL):
    """The order as the server shows it now."""
    return body(await extensiv.get(f"{ORDERS}/{order_id}", headers=headers))


async def listed(extensiv, query="?pgsiz=1000"):
    """The ids on a page of the order list, in its order."""
    return [each["readOnly"]["purchaseOrderId"] for each in embedded(await page(extensiv, ORDERS + query), ORDER_REL)]


async def page(extensiv, path, headers=HAL):
    """A page of a list."""
    return body(await extensiv.get(path, headers=headers))


def embedded(listing, rel):
    """What a list in HAL form holds under this rel."""
    return listing["_embedded"][rel]


async def tag_of(extensiv, order_id):
    """The ETag of an order."""
    answer = await extensiv.get(f"{ORDERS}/{order_id}")
    assert answer.status_code == 200, answer.text
    return answer.headers["ETag"]


async def put(extensiv, order_id, record, headers=HAL):
    """The answer to a PUT with the tag of the order as it is."""
    tagged = headers | {"If-Match": await tag_of(extensiv, order_id)}
    return await extensiv.put(f"{ORDERS}/{order_id}", json=record, headers=tagged)


async def delete(extensiv, order_id, headers=HAL):
    """The answer to a DELETE with the tag of the order as it is."""
    tagged = headers | {"If-Match": await tag_of(extensiv, order_id)}
    return await extensiv.delete(f"{ORDERS}/{order_id}", headers=tagged)


def body(answer, status=200):
    """The parsed body of an accepted request, its fractions as decimals."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert media_type(answer) in (HAL_TYPE, JSON_TYPE)
    return json.loads(answer.content.decode("utf-8"), parse_float=Decimal)


def media_type(answer):
    """The media type of an answer without its parameters."""
    return answer.headers["Content-Type"].split(";")[0].strip()


def order_id_of(order):
    """The id of an order in either form."""
    return order["readOnly"]["purchaseOrderId"] if "readOnly" in order else order["ReadOnly"]["PurchaseOrderId"]


def pascal(name):
    """A member's name in JSON form."""
    return name[0].upper() + name[1:]


def pascalized(value):
    """A value with every member's name in JSON form."""
    if isinstance(value, dict):
        return {pascal(name): pascalized(each) for name, each in value.items()}
    return [pascalized(each) for each in value] if isinstance(value, list) else value


def unlinked(value):
    """A value without its links."""
    if isinstance(value, dict):
        return {name: unlinked(each) for name, each in value.items() if name != "_links"}
    return [unlinked(each) for each in value] if isinstance(value, list) else value


def without_nulls(value):
    """A value without the members that are null."""
    if isinstance(value, dict):
        return {name: without_nulls(each) for name, each in value.items() if each is not None}
    return [without_nulls(each) for each in value] if isinstance(value, list) else value


def nulls_in(value, path=""):
    """The paths of the members that are null."""
    if isinstance(value, dict):
        return [found for name, each in value.items() for found in nulls_in(each, f"{path}.{name}")]
    if isinstance(value, list):
        return [found for each in value for found in nulls_in(each, f"{path}[]")]
    return [path] if value is None else []


def same(one, other):
    """Whether two parsed values are equal as JSON: `1` is `1.0`, but neither is `true`."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return set(one) == set(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*both) for both in zip(one, other, strict=True))
    if isinstance(one, int | float | Decimal) and isinstance(other, int | float | Decimal):
        return Decimal(str(one)) == Decimal(str(other))
    return one == other


def moment(text):
    """A DateTime of this dialect, its form checked, as its seconds and its fraction."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,7})?", text, re.ASCII)
    assert found, text
    fraction = Decimal("0" + (found[2] or ""))
    assert fraction or not found[2], "a fraction is written only if it is not zero"
    return found[1], fraction


def hal_links(resource):
    """The links of a resource in HAL form as sorted triples of rel, address and name."""
    found = []
    for rel, value in resource["_links"].items():
        for link in value if isinstance(value, list) else [value]:
            found.append((rel, link["href"], link.get("name") or ""))
    return sorted(found)


def json_links(resource):
    """The same of a resource in JSON form."""
    assert isinstance(resource["_links"], list)
    for link in resource["_links"]:
        assert {"Rel", "Href"} <= set(link) <= {"Rel", "Href", "Name"}
    return sorted((link["Rel"], link["Href"], link.get("Name") or "") for link in resource["_links"])


def hrefs(value):
    """Every address anywhere in an answer, in either form."""
    if isinstance(value, dict):
        own = [each for name, each in value.items() if name in ("href", "Href")]
        return own + [found for each in value.values() for found in hrefs(each)]
    return [found for each in value for found in hrefs(each)] if isinstance(value, list) else []


def exception(answer, name, status=400):
    """The body of a refusal that is this exception, its shape checked."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers["Content-Type"].lower() == "application/json; charset=utf-8"
    told = json.loads(answer.content.decode("utf-8"))
    assert next(iter(told)) == "$type"
    assert told["$type"] == f"WMS.V2.Generic.Models.Exceptions.{name}, WMS.V2.Generic.Models"
    assert set(told) == {"$type", "ErrorCode", "Hint"} | EXCEPTION_MEMBERS[name]
    assert isinstance(told["ErrorCode"], str)
    assert told["ErrorCode"]
    assert isinstance(told["Hint"], str)
    assert told["Hint"].strip()
    return told


EXCEPTION_MEMBERS = {
    "QueryParameterException": {"Parameters"},
    "ModelValidationException": {"ModelType", "Properties"},
    "OperationException": {"ActionNameType", "ActionName"},
    "AuthorizationException": set(),
}


def faults(answer):
    """The code and the paths that a refused body is told."""
    told = exception(answer, "ModelValidationException")
    assert told["ModelType"] in (0, 1, 2)
    assert told["Properties"]
    for each in told["Properties"]:
        assert set(each) == {"Name", "Value"}
        assert isinstance(each["Name"], str)
        assert each["Value"] is None or isinstance(each["Value"], str)
    return told["ErrorCode"], [each["Name"] for each in told["Properties"]]


def bad_parameters(answer):
    """The code and the parameters that a refused query is told."""
    told = exception(answer, "QueryParameterException")
    return told["ErrorCode"], told["Parameters"]


def is_empty(answer, status):
    """Whether it is that status without a body."""
    return (answer.status_code, answer.content) == (status, b"")


def assert_challenged(answer):
    """It is the 401 of a caller without a good token."""
    assert is_empty(answer, 401), (answer.status_code, answer.text)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def sent(extensiv, method, path, content, content_type=None, headers=None):
    """The answer to a body sent as these very bytes."""
    packed = content if isinstance(content, bytes) else content.encode()
    typed = {} if content_type is None else {"Content-Type": content_type}
    return await extensiv.request(method, path, content=packed, headers=typed | (headers or {}))


async def asked(extensiv, grant, client=CLIENT, **more):
    """The answer to a request for a token."""
    return await extensiv.post(TOKEN, auth=client, json=grant, **more)


async def token(extensiv, client=CLIENT):
    """A new access token of this client."""
    answer = await asked(extensiv, {"grant_type": "client_credentials", "user_login": DEMO}, client)
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


async def limited(extensiv, book, *roles):
    """The access token of a new client with these roles only."""
    client = await book.add_client()
    await book.set_roles(client[0], *roles)
    return await token(extensiv, client)


def basic(credentials):
    """An Authorization header with these credentials, whatever their shape."""
    packed = credentials if isinstance(credentials, bytes) else credentials.encode()
    return {"Authorization": "Basic " + base64.b64encode(packed).decode()}


def encoded(text):
    """A text as it stands in a query string."""
    return quote(text, safe="")


def caller(extensiv):
    """A plain client for the tenant of the fixture: generated examples cannot await."""
    headers = {"Host": extensiv.host, "Authorization": f"Bearer {extensiv.auth}"}
    return httpx.Client(base_url=extensiv.base_url, headers=headers, timeout=30)


async def everything(book):
    """All that a refused request must leave alone."""
    rows = [
        await book.desk.pool.fetch(
            f"select to_jsonb(r)::text from {table} r where tenant_id = $1 order by id",  # noqa: S608 - three names
            book.tenant_id,
        )
        for table in ("orders", "lines", "contacts")
    ]
    return await book.counts(), [[each[0] for each in table] for table in rows]


@asynccontextmanager
async def no_trace(book):
    """Fails if the block leaves one row more or less in any table, or one order, line or contact different."""
    before = await everything(book)
    yield
    assert await everything(book) == before
