"""Deleting orders, and what history keeps of everything that was done."""

import json

import pytest

from tests.given_books import altered

from .given import by_source, changed, entered, no_trace, patch, path, problem

LOCKED = 10008376


async def history(book, order):
    return [event for event in await book.events() if event["noun_id"] == order["id"]]


async def test_a_deleted_order_is_gone_with_all_that_belongs_to_it(v1, demo_book):
    before = await demo_book.counts()
    order = await entered(v1, lines=[{"quantity": "1", "price": "2"}], external_ids={"sap": "A1"})

    answer = await v1.delete(path(order["code"]))

    assert (answer.status_code, answer.content) == (204, b"")
    assert await demo_book.counts() == before | {"events": before["events"] + 2}
    for at in (path(order), path(order["code"]), path(order["uuid"]), by_source("sap", "A1")):
        problem(await v1.get(at), 404)
    again = await entered(v1, external_ids={"sap": "A1"})
    assert again["id"] > order["id"]
    assert again["code"] != order["code"]


async def test_an_order_that_is_being_received_stays(v1, demo_book):
    async with no_trace(demo_book):
        problem(await v1.delete(path(LOCKED)), 409)
        problem(await v1.delete(path(LOCKED), headers={"If-Match": "*"}), 409)
    order = await entered(v1, external_ids={"sap": "A1"})
    await demo_book.open_receipt(order["id"])
    async with no_trace(demo_book):
        problem(await v1.delete(by_source("sap", "A1")), 409)
    await demo_book.close_receipts(order["id"])
    assert (await v1.delete(by_source("sap", "A1"))).status_code == 204


async def test_each_write_is_one_event_of_this_face(v1, demo_book):
    order = await entered(v1, title="x", lines=[{"title": "l"}], external_ids={"sap": "A1"}, costing={"cost": "5"})
    order = await changed(v1, order, title="y")
    order = await changed(v1, order)
    order = await changed(v1, order, external_ids={"sap": "A2", "erp": "1"})
    order = await changed(v1, order, lines=[{"title": "m"}], costing={"cost": "6"})
    assert (await patch(v1, order, state="nonsense")).status_code == 422
    assert (await v1.delete(path(order))).status_code == 204

    events = await history(demo_book, order)
    assert [event["name"] for event in events] == ["OrderPlaced", *["OrderAmended"] * 4, "OrderDeleted"]
    assert [event["version"] for event in events] == [1, 2, 3, 4, 5, 5]
    assert {(event["face"], event["actor"]) for event in events} == {("v1", "demo@example.com")}
    told = [altered(json.loads(event["changes"])) for event in events]
    assert told[0]["title"] == [None, "x"]
    assert told[0]["external_ids"] == {"sap": [None, "A1"]}
    assert told[1] == {"title": ["x", "y"]}
    assert told[2] == {}
    assert told[3] == {"external_ids": {"sap": ["A1", "A2"], "erp": [None, "1"]}}
    assert set(told[4]) >= {"entered", "removed", "costing"}
    kept = told[5]
    assert "A2" in json.dumps(kept)
    assert '"m"' in json.dumps(kept)


@pytest.mark.parametrize("version", [None, 1])
async def test_what_is_told_of_a_change_is_what_differs(v1, demo_book, version):
    order = await entered(v1, title="x", customer_id=1, type="all_kinds", data={"aString": "a"}, lines=[{"title": "l"}])
    sent = order | {"title": "y", "data": {"aString": "b"}}
    if version is None:
        del sent["version"]

    await changed(v1, order, **sent)

    told = altered(json.loads((await history(demo_book, order))[-1]["changes"]))
    assert told == {"title": ["x", "y"], "data": {"aString": ["a", "b"]}}
