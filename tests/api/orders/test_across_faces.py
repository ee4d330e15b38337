"""What our own API writes every dialect shows, and the other way round. Source: design, one field, five names."""

import asyncio
import json
from urllib.parse import urlencode

import httpx
import pytest

from orderloom.demo.people import DEMO_PASSWORD, DEMO_USER
from tests.given_books import Book
from tests.harness import FaceClient, Server

from .given import PLAIN, apart, changed, entered, ids, patch, path, problem, shown

# Each test looks at orders of its own.
ONE_TENANT = True
IN_SYNERGIST = {"user": DEMO_USER, "password": DEMO_PASSWORD, "version": "3.3"}
WHOLE = PLAIN | {
    "state": "done",
    "archived": True,
    "case_id": 3,
    "supplier_id": 1,
    "responsible": "c.johnson@example.com",
    "lines": [
        {
            "item_id": 1,
            "qualifier": "Blue",
            "quantity": "2.5",
            "price": "4",
            "facility_id": 2,
            "expected_at": "2026-03-01T08:30:00Z",
            "notes": "křehké",
            "external_id": "L-1",
            "unit": "kg",
            "price_total": "10",
            "locked": True,
        },
        {"title": "Doprava", "quantity": "1", "price": "7"},
    ],
}
# A member of an order, and the attribute that a dialect shows it as, with what it shows.
SHOWN = {
    "homs": {
        "ext_code": "SAP-1",
        "bp_id": "p:1",
        "bp_state": "schváleno",
        "state": "done",
        "archived": True,
        "done_at": "2026-05-01T03:00:00+03:00",
        "order_type_code": "purchase_order",
        "user_email": "c.johnson@example.com",
    },
    "intouch": {
        "name": "Židle a stoly",
        "caseType": 1000,
        "comment": "Zvonit\ndvakrát",
        "customer": 1,
        "ownerUser": "c.johnson@example.com",
        "totalPrice": 1234.5,
        "currency": "CZK",
        "enteredBy": DEMO_USER,
    },
    "iinsight": {"purchase_order": "PO-7"},
    "extensiv": {
        "PurchaseOrderNumber": "PO-7",
        "ExternalId": "SAP-1",
        "Notes": "Zvonit\ndvakrát",
        "IssueDate": "2026-03-01T08:30:00",
    },
    "synergist": {
        "poPONumber": "PO-7",
        "poDescription": "Židle a stoly",
        "poTheirRef": "A-17",
        "poOrderText": "Zvonit\ndvakrát",
        "poDateRequired": "2026-04-30",
        "poCompleted": True,
        "poSupplierCode": "SUP-1",
        "poJobandPhase": "ACB3",
        "poCost": 17,
        "poCharge": 17,
        "poRecordVersionNumber": 1,
    },
}


@pytest.fixture
def synergist(demo_tenant: tuple[Book, str], http: httpx.AsyncClient, published: Server) -> FaceClient:
    """A Synergist client in this test's demo tenant."""
    return FaceClient(published.url, demo_tenant[1], http, IN_SYNERGIST)


@pytest.fixture
def dialects(demo_homs, intouch, iinsight, extensiv, synergist):
    """A client of each dialect in this test's demo tenant."""
    return Dialects(demo_homs, intouch, iinsight, extensiv, synergist)


class Dialects:
    """What each dialect shows of an order, and one write through each."""

    def __init__(self, homs, intouch, iinsight, extensiv, synergist):
        self.clients = {"homs": homs, "intouch": intouch, "iinsight": iinsight}
        self.clients |= {"extensiv": extensiv, "synergist": synergist}

    async def show(self, name, order):
        answer = await self.clients[name].get(self.at(name, order))
        assert answer.status_code == 200, answer.text
        body = answer.json()
        if name == "iinsight":
            return next((each for each in body if int(each["record_id"]) == order["id"]), None)
        return {"homs": lambda: body["order"], "synergist": lambda: body["data"][0]}.get(name, lambda: body)()

    def at(self, name, order):
        return {
            "homs": f"/api/orders/{order['code']}",
            "intouch": f"/api/buscases/{order['id']}",
            "iinsight": "/api1/purchase_orders?case_id=3",
            "extensiv": f"/inventory/pos/{order['id']}",
            "synergist": f"/jsonapi/purchases.json?purchase={order['id']}",
        }[name]

    async def write(self, name, order, attributes):
        client, at = self.clients[name], self.at(name, order)
        if name == "homs":
            answer = await client.put(at, json={"order": attributes})
        elif name == "intouch":
            answer = await client.patch(at, json=attributes)
        elif name == "extensiv":
            kept = await client.get(at)
            headers = {"If-Match": kept.headers["ETag"], "Content-Type": "application/json"}
            answer = await client.put(at, json=kept.json() | attributes, headers=headers)
        else:
            record = json.dumps({"data": [{"poInternal": order["id"], **attributes}]})
            answer = await client.get(f"/jsonapi/purchases.json?{urlencode({'action': 'update', 'input': record})}")
        assert answer.status_code == 200, answer.text


async def test_what_is_entered_here_every_dialect_shows(v1, dialects):
    order = await entered(v1, **WHOLE)

    for name, expected in SHOWN.items():
        look = await dialects.show(name, order)
        assert {attribute: look[attribute] for attribute in expected} == expected, name


async def test_lines_that_are_entered_here_are_shown_in_their_order(v1, dialects):
    order = await entered(v1, **WHOLE)
    first, second = (line["id"] for line in order["lines"])

    items = (await dialects.clients["intouch"].get(f"/api/buscases/{order['id']}/buscaseitems")).json()["items"]
    assert [item["id"] for item in items] == [first, second]
    told = {name: items[0][name] for name in ("title", "quantity", "price", "unit", "totalPrice", "locked", "note")}
    assert told == {
        "title": "SKU-1",
        "quantity": 2.5,
        "price": 4,
        "unit": "kg",
        "totalPrice": 10,
        "locked": True,
        "note": "křehké",
    }
    assert items[1]["title"] == "Doprava"
    line = (await dialects.show("extensiv", order))["LineItems"][0]
    assert line["PurchaseOrderLineItemId"] == first
    assert (line["ItemIdentifier"]["Sku"], line["Qualifier"], line["Quantity"]) == ("SKU-1", "Blue", 2.5)
    assert line["ExpectedFacility"]["Name"] == "Overflow"
    assert (line["ExternalLineId"], line["Notes"]) == ("L-1", "křehké")


async def test_custom_fields_go_both_ways_with_homs(v1, dialects):
    order = await entered(
        v1, type="pizza_order", data={"pizzaType": "Q", "pizzaPrice": 129.5, "ingredientOlives": True}
    )
    assert order["data"].items() <= (await dialects.show("homs", order))["data"].items()

    await dialects.write("homs", order, {"data": {"pizzaType": "R", "ingredientOlives": None}})
    assert (await shown(v1, order))["data"] == {"pizzaType": "R", "pizzaPrice": 129.5}


WRITTEN = [
    ("homs", {"ext_code": "X"}, {"external_id": "X"}),
    ("homs", {"bp_id": "b", "bp_state": "s"}, {"process_id": "b", "process_state": "s"}),
    ("homs", {"state": "in_progress", "archived": False}, {"state": "in_progress", "archived": False}),
    ("homs", {"user_email": "demo@example.com"}, {"responsible": "demo@example.com"}),
    ("homs", {"done_at": "2026-06-01T00:00:00+03:00"}, {"done_at": "2026-05-31T21:00:00Z"}),
    ("intouch", {"name": "Jinak", "comment": "x"}, {"title": "Jinak", "notes": "x"}),
    ("intouch", {"totalPrice": 7.25, "currency": "EUR"}, {"price_total": "7.25", "price_currency": "EUR"}),
    ("intouch", {"ownerUser": "demo@example.com"}, {"responsible": "demo@example.com"}),
    ("intouch", {"colour": {"a": [1]}}, {"leftovers": {"intouch": {"colour": {"a": [1]}}}}),
    ("extensiv", {"Notes": "N", "ExternalId": "E"}, {"notes": "N", "external_id": "E"}),
    ("extensiv", {"PurchaseOrderNumber": "PO-99"}, {"number": "PO-99"}),
    ("extensiv", {"IssueDate": "2027-01-01T00:00:00"}, {"issued_at": "2027-01-01T00:00:00Z"}),
    ("synergist", {"poDescription": "D", "poTheirRef": "R"}, {"title": "D", "supplier_reference": "R"}),
    ("synergist", {"poDateRequired": "2027-01-01"}, {"required_on": "2027-01-01"}),
    ("synergist", {"poOrderText": ""}, {"notes": ""}),
]


@pytest.mark.parametrize("name, attributes, members", WRITTEN, ids=[f"{n}: {' '.join(a)}" for n, a, _ in WRITTEN])
async def test_what_a_dialect_writes_is_shown_here_and_nothing_else_moves(v1, dialects, name, attributes, members):
    order = await entered(v1, **WHOLE)

    await dialects.write(name, order, attributes)

    after = await shown(v1, order)
    assert {member: after[member] for member in members} in (members, {**members, "notes": None})
    assert apart(after, *members, "lines") == apart(order, *members, "lines")
    assert [apart(line) for line in after["lines"]] == [apart(line) for line in order["lines"]]
    assert after["version"] == 2
    assert (await ids(v1, modified_at__gte=after["modified_at"])) == [order["id"]]


async def test_what_a_dialect_keeps_for_itself_outlives_a_change_here(v1, dialects):
    order = await entered(v1, case_id=3, customer_id=1, lines=[{"title": "x"}])
    await dialects.write("intouch", order, {"colour": "blue"})
    order = await shown(v1, order)

    after = await changed(v1, order, **order | {"title": "y", "leftovers": {}})

    assert after["leftovers"] == {"intouch": {"colour": "blue"}}
    assert (await dialects.show("intouch", order))["colour"] == "blue"


async def test_a_cost_entered_in_synergist_ends_what_lines_come_to(v1, dialects):
    order = await entered(v1, case_id=3, lines=[{"quantity": "2", "price": "10"}])
    await dialects.write("synergist", order, {"poCost": 50})

    after = await changed(v1, order, lines=[{"quantity": "3", "price": "10"}])

    assert (after["costing"]["source"], float(after["costing"]["cost"])) == ("entered", 50)
    await changed(v1, order, costing={"charge": "75"})
    look = await dialects.show("synergist", order)
    assert (look["poCost"], look["poMarkup"], look["poCharge"]) == (50, 50, 75)


async def test_a_line_entered_in_a_dialect_moves_the_cost_and_the_version(v1, dialects):
    order = await entered(v1, case_id=3)
    items = f"/api/buscases/{order['id']}/buscaseitems"
    answer = await dialects.clients["intouch"].post(items, json={"title": "x", "quantity": 2, "price": 3.5})
    assert answer.status_code == 201, answer.text

    after = await shown(v1, order)

    assert (after["version"], after["lines"][0]["title"]) == (2, "x")
    assert float(after["costing"]["cost"]) == 7
    assert after["lines"][0]["id"] == answer.json()["id"]


async def test_an_order_deleted_here_is_gone_everywhere(v1, dialects):
    order = await entered(v1, **WHOLE)
    assert (await v1.delete(path(order))).status_code == 204

    assert await dialects.show("iinsight", order) is None
    for name in ("homs", "intouch", "extensiv", "synergist"):
        assert (await dialects.clients[name].get(dialects.at(name, order))).status_code == 404, name


async def test_a_type_that_a_dialect_does_not_show_is_not_there(v1, dialects):
    order = await entered(v1, type="pizza_order", customer_id=1)

    for name in ("extensiv", "synergist"):
        assert (await dialects.clients[name].get(dialects.at(name, order))).status_code == 404
    for name in ("homs", "intouch"):
        await dialects.show(name, order)


async def test_writers_of_all_faces_at_once_do_not_lose_each_others_changes(v1, dialects, demo_book):
    order = await entered(v1, case_id=3, number="PO-1", title="t")

    await asyncio.gather(
        *(changed(v1, order, notes=f"n{n}", process_id="v1") for n in range(4)),
        *(dialects.write("homs", order, {"bp_state": f"s{n}"}) for n in range(4)),
        *(dialects.write("synergist", order, {"poTheirRef": f"r{n}"}) for n in range(4)),
        *(dialects.write("intouch", order, {"name": f"m{n}"}) for n in range(4)),
    )

    after = await shown(v1, order)
    assert after["version"] == 17
    assert all(after[member] for member in ("notes", "process_id", "process_state", "supplier_reference", "title"))
    events = [event for event in await demo_book.events() if event["noun_id"] == order["id"]]
    assert [event["version"] for event in events] == list(range(1, 18))
    assert sorted(event["face"] for event in events[1:]) == [
        face for face in ("homs", "intouch", "synergist", "v1") for _ in range(4)
    ]


async def test_a_version_read_here_is_another_once_a_dialect_has_written(v1, dialects):
    order = await entered(v1)
    await dialects.write("homs", order, {"bp_state": "x"})

    problem(await patch(v1, order, title="y", headers={"If-Match": '"1"'}), 412)
    assert (await v1.get(path(order), headers={"If-None-Match": '"1"'})).status_code == 200
    assert (await patch(v1, order, title="y", headers={"If-Match": '"2"'})).status_code == 200
