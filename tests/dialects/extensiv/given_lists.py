"""What the tests of lists start from, and the few questions that all of them ask."""

from decimal import Decimal
from itertools import chain, count
from urllib.parse import quote

import httpx

from orderloom.demo.people import DEMO_CLIENT, DEMO_SECRET, DEMO_TOKEN, DEMO_USER
from tests.given_books import new_tenant
from tests.harness import FaceClient

POS = "/inventory/pos"
INDEX = "/inventory/pos/index"
HAL = {"Accept": "application/hal+json"}
BOTH_TYPES = ("application/json", "application/hal+json")
REL = "http://api.3plCentral.com/rels/inventory/purchaseorder"
REFUSAL = "WMS.V2.Generic.Models.Exceptions.QueryParameterException, WMS.V2.Generic.Models"
RESERVED = "%!()*=,;"
LOCKED = 10008376
DEMO = {10008229: "d229", 10008233: "d233", 10008375: "d375", LOCKED: "locked"}

WHOLE_SUPPLIER = {
    "companyName": "Bolt Works",
    "name": "Ann",
    "title": "Clerk",
    "address1": "Mill Lane 1",
    "address2": "Floor 2",
    "city": "Leeds",
    "state": "WY",
    "zip": "01234",
    "country": "GB",
    "phoneNumber": "5550100",
    "fax": "5550101",
    "emailAddress": "ann@example.com",
    "dept": "Sales",
    "isAddressResidential": True,
    "code": "B-7",
    "addressStatus": 2,
}
PURCHASES = {
    "bare": {"purchaseOrderNumber": "PO-BARE"},
    "full": {
        "purchaseOrderNumber": "PO-FULL",
        "issueDate": "2024-04-01",
        "supplier": WHOLE_SUPPLIER,
        "notes": "Ring Twice",
        "externalId": "A1",
        "lineItems": [
            {
                "itemIdentifier": {"id": 1},
                "qualifier": "Blue",
                "quantity": 2.5,
                "expectedFacility": {"id": 1},
                "expectedDate": "2024-05-01",
                "cancelDate": "2024-06-01T18:30:00",
                "notes": "Fragile",
                "externalLineId": "L1",
                "price": 4.25,
            },
            {"itemIdentifier": {"id": 2}, "quantity": 10, "expectedFacility": {"id": 2}, "price": 0},
        ],
    },
    "noon": {
        "purchaseOrderNumber": "po-noon",
        "issueDate": "2024-04-01T12:00:00",
        "supplier": {"code": "SUP-1"},
        "notes": "ring twice",
        "externalId": "A2",
        "lineItems": [{"itemIdentifier": {"id": 2}, "quantity": 10}],
    },
    "second": {
        "purchaseOrderNumber": "PO-SECOND",
        "customerIdentifier": {"id": 2},
        "issueDate": "2019-01-01",
        "supplier": {"contactId": 2},
        "notes": "ČÁP",
        "externalId": "a10",
    },
    "closed": {
        "purchaseOrderNumber": "PO-CLOSED",
        "issueDate": "2024-12-31T23:59:59.5",
        "supplier": {"contactId": 1},
        "notes": "twice",
        "lineItems": [{"itemIdentifier": {"id": 1}, "quantity": 5, "price": 4.25}],
    },
    "odd": {
        "purchaseOrderNumber": "A,B",
        "notes": "50% off! a*b=c",
        "externalId": "x;(y)",
        "lineItems": [{"itemIdentifier": {"id": 1}, "qualifier": "Blue", "quantity": 0.0001}],
    },
}
EVERYTHING = " ".join((*DEMO.values(), *PURCHASES))

_numbers = count(1)


def encoded(text):
    """A text as one value of a query string."""
    return quote(text, safe="")


def escaped(text):
    """A text as one value inside RQL."""
    return "".join(f"%{ord(each):02X}" if each in RESERVED else each for each in text)


def query(**parameters):
    """A query string with these parameters, encoded as usual."""
    return "?" + "&".join(f"{name}={encoded(str(value))}" for name, value in parameters.items())


def exact(answer):
    """The body of an answer, its numbers as exact as they were sent."""
    return answer.json(parse_float=Decimal)


async def signed_in(http, server, host):
    """A client in this tenant with an access token of the demo client."""
    client = FaceClient(server.url, host, http, None)
    grant = {"grant_type": "client_credentials", "user_login": DEMO_USER}
    answer = await client.post("/AuthServer/api/Token", auth=(DEMO_CLIENT, DEMO_SECRET), json=grant)
    assert answer.status_code == 200, answer.text
    client.auth = answer.json()["access_token"]
    return client


async def entered(client, /, **members):
    """The id of a new purchase of customer 1."""
    body = {"purchaseOrderNumber": f"N{next(_numbers)}", "customerIdentifier": {"id": 1}} | members
    answer = await client.post(POS, json=body)
    assert answer.status_code == 201, (body, answer.text)
    return answer.json()["ReadOnly"]["PurchaseOrderId"]


async def replaced(client, purchase, /, **members):
    """Put the purchase back with these members changed."""
    shown = await client.get(f"{POS}/{purchase}")
    headers = {"If-Match": shown.headers["ETag"]}
    answer = await client.put(f"{POS}/{purchase}", json=shown.json() | members, headers=headers)
    assert answer.status_code == 200, answer.text


async def deleted(client, purchase):
    """Delete the purchase, whatever its version."""
    answer = await client.delete(f"{POS}/{purchase}", headers={"If-Match": "*"})
    assert answer.status_code == 204, answer.text


async def closed(homs, purchase):
    """Close the purchase by marking it done in HOMS."""
    orders = (await homs.get("/api/orders?page_size=1000")).json()["orders"]
    code = next(order["code"] for order in orders if order["id"] == purchase)
    answer = await homs.put(f"/api/orders/{code}", json={"order": {"state": "done"}})
    assert answer.status_code == 200, answer.text


class Stock:
    """A tenant with a few purchases of every kind, each with a short label. To be read only."""

    def __init__(self, client):
        self.client = client
        self.labels = dict(DEMO)

    async def in_order(self, **parameters):
        """The labels of what the list shows, in its order."""
        answer = await self.client.get(POS + query(pgsiz=1000, **parameters))
        assert answer.status_code == 200, (parameters, answer.text)
        page = answer.json()
        assert page["TotalResults"] == len(page["ResourceList"])
        return [self.labels[purchase] for purchase in ids_of(page)]

    async def selected(self, rql):
        """The labels of what the expression selects."""
        labels = await self.in_order(rql=rql)
        assert len(labels) == len(set(labels))
        return set(labels)

    async def raw(self, query):
        """The labels of what a query string selects, sent exactly as it is written."""
        answer = await self.client.get(f"{POS}?{query}")
        assert answer.status_code == 200, (query, answer.text)
        return {self.labels[purchase] for purchase in ids_of(answer.json())}


async def stocked(desk, http, server, purchases=None):
    """A new tenant with the demo book and these purchases; those whose label begins with `closed` are closed."""
    _, host = await new_tenant(desk, whole=True)
    stock = Stock(await signed_in(http, server, host))
    homs = FaceClient(server.url, host, http, (DEMO_USER, DEMO_TOKEN))
    for label, members in (purchases or PURCHASES).items():
        purchase = await entered(stock.client, **members)
        stock.labels[purchase] = label
        if label.startswith("closed"):
            await closed(homs, purchase)
    return stock


def labelled(text):
    """The labels in a text."""
    return set(text.split())


def ids_of(page):
    """The purchases on a page, in its order."""
    rows = page["_embedded"][REL] if "_embedded" in page else page["ResourceList"]
    return [
        row["readOnly"]["purchaseOrderId"] if "readOnly" in row else row["ReadOnly"]["PurchaseOrderId"] for row in rows
    ]


def flat(pages):
    """The rows of several pages as one list."""
    return list(chain.from_iterable(pages))


def total_of(page):
    """How many the list says there are in all."""
    return page["totalResults"] if "totalResults" in page else page["TotalResults"]


def links_of(page):
    """The addresses that a page links to, by their relation."""
    links = page["_links"]
    if isinstance(links, dict):
        return {rel: link["href"] for rel, link in links.items() if isinstance(link, dict)}
    return {link["Rel"]: link["Href"] for link in links}


async def page_at(client, path, **kwargs):
    """The page that is there."""
    answer = await client.get(path, **kwargs)
    assert answer.status_code == 200, (path, answer.text)
    return answer.json()


async def walked(client, path, rel="next", **kwargs):
    """This page and all that follow, each link requested as it stands."""
    pages = [await page_at(client, path, **kwargs)]
    while rel in links_of(pages[-1]):
        assert len(pages) < 200
        href = links_of(pages[-1])[rel]
        assert href.startswith("/")
        pages.append(await page_at(client, href, **kwargs))
    return pages


def is_refused(answer, *parameters, code="NotParsable"):
    """It is 400 with the body for a bad query parameter."""
    assert answer.status_code == 400, (answer.status_code, answer.text)
    assert answer.headers["Content-Type"].replace(" ", "").lower() == "application/json;charset=utf-8"
    body = answer.json()
    assert set(body) == {"$type", "Parameters", "ErrorCode", "Hint"}
    assert next(iter(body)) == "$type"
    assert (body["$type"], body["ErrorCode"]) == (REFUSAL, code)
    assert body["Parameters"] == list(parameters)
    assert isinstance(body["Hint"], str)
    assert body["Hint"].strip()
    return True


class Plain:
    """The same caller without a loop, for generated examples, which cannot await."""

    def __init__(self, client):
        self._base = httpx.URL(client.base_url)
        headers = {"Host": client.host, "Accept": "application/json", "Authorization": f"Bearer {client.auth}"}
        self._http = httpx.Client(headers=headers, timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._http.close()

    def get(self, path):
        return self._http.get(self._base.copy_with(raw_path=path.encode("ascii")))
