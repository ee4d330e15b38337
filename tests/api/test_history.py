"""What an order was, who made it so, and bringing it back, over HTTP."""

from typing import Any

import pytest

from orderloom.api.filters import MAX_LIMIT
from orderloom.book.orders import Wish
from orderloom.demo.people import DEMO_TOKEN, DEMO_USER
from orderloom.desk import orders
from tests.given_books import Book
from tests.harness import FaceClient

NEW = {
    "type": "purchase_order",
    "customer_id": 1,
    "title": "First",
    "lines": [{"item_id": 1, "qualifier": "Blue", "quantity": "2.50", "price": "4.25"}, {"title": "Doprava"}],
    "external_ids": {"shop": "7"},
}


@pytest.fixture
def homs(v1: FaceClient) -> FaceClient:
    """A HOMS client in the same tenant."""
    return FaceClient(v1.base_url, v1.host, v1._http, (DEMO_USER, DEMO_TOKEN))


async def shown(v1: FaceClient, order_id: int) -> dict[str, Any]:
    answer = await v1.get(f"/v1/orders/{order_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def a_life(v1: FaceClient, homs: FaceClient) -> tuple[int, list[dict[str, Any]]]:
    """An order that several faces have changed; its id, and how it was shown after each version."""
    order = (await v1.post("/v1/orders", json=NEW)).json()
    states = [order]
    order_id, code = order["id"], order["code"]
    assert (await homs.put(f"/api/orders/{code}", json={"order": {"bp_state": "approved"}})).status_code == 200
    states.append(await shown(v1, order_id))
    lines = [{"id": order["lines"][1]["id"], "title": "Doprava domů"}, {"title": "New", "quantity": 3}]
    states.append((await v1.patch(f"/v1/orders/{order_id}", json={"lines": lines, "title": "Second"})).json())
    change = {"state": "done", "costing": {"charge": "50"}, "responsible": DEMO_USER}
    states.append((await v1.patch(f"/v1/orders/{order_id}", json=change)).json())
    return order_id, states


async def test_every_earlier_state_is_shown_as_it_was(v1: FaceClient, homs: FaceClient) -> None:
    order_id, states = await a_life(v1, homs)
    for state in states:
        by_version = await v1.get(f"/v1/orders/{order_id}/state?version={state['version']}")
        assert by_version.json() == state
        moment = state["modified_at"].replace("+", "%2B")
        assert (await v1.get(f"/v1/orders/{order_id}/state?at={moment}")).json() == state


async def test_the_history_is_read_part_by_part_newest_first(v1: FaceClient, homs: FaceClient) -> None:
    order_id, _ = await a_life(v1, homs)
    found, cursor = [], ""
    while cursor is not None:
        part = (await v1.get(f"/v1/orders/{order_id}/history?limit=3{cursor and '&cursor=' + cursor}")).json()
        found += part["events"]
        cursor = part["next"]
    assert [(event["version"], event["face"], event["actor"]) for event in found] == [
        (4, "v1", DEMO_USER),
        (3, "v1", DEMO_USER),
        (2, "homs", DEMO_USER),
        (1, "v1", DEMO_USER),
    ]
    assert found[2]["changes"]["process_state"] == [None, "approved"]


async def test_the_largest_part_tells_that_there_is_more_behind_it(v1: FaceClient, demo_book: Book) -> None:
    for _ in range(MAX_LIMIT + 1):
        await orders.amend(demo_book.desk, demo_book.caller, 10008229, lambda _: Wish())
    first = (await v1.get(f"/v1/orders/10008229/history?limit={MAX_LIMIT}")).json()
    rest = (await v1.get(f"/v1/orders/10008229/history?limit={MAX_LIMIT}&cursor={first['next']}")).json()
    versions = [event["version"] for event in first["events"] + rest["events"]]
    assert (versions, rest["next"]) == (list(range(MAX_LIMIT + 17, 16, -1)), None)


async def test_provenance_names_face_version_and_person_of_each_field(v1: FaceClient, homs: FaceClient) -> None:
    order_id, states = await a_life(v1, homs)
    found = (await v1.get(f"/v1/orders/{order_id}/provenance")).json()
    told = {name: (set_by["face"], set_by["version"]) for name, set_by in found["fields"].items()}
    assert told["process_state"] == ("homs", 2)
    assert told["title"] == ("v1", 3)
    assert told["state"] == ("v1", 4)
    assert told["customer_id"] == ("v1", 1)
    kept = str(states[-1]["lines"][0]["id"])
    assert found["lines"][kept]["fields"]["title"]["version"] == 3
    assert found["costing"]["charge"]["actor"] == DEMO_USER


async def test_a_deleted_order_comes_back_whole(v1: FaceClient, homs: FaceClient) -> None:
    order_id, states = await a_life(v1, homs)
    assert (await v1.delete(f"/v1/orders/{order_id}")).status_code == 204
    assert (await v1.get(f"/v1/orders/{order_id}")).status_code == 404
    assert (await v1.get("/v1/orders/by/shop/7")).status_code == 404
    events = (await v1.get(f"/v1/orders/{order_id}/history")).json()["events"]
    assert events[0]["name"] == "OrderDeleted"

    answer = await v1.post(f"/v1/orders/{order_id}/restore")
    assert answer.status_code == 200, answer.text
    moved = ("version", "modified_at", "modified_by")
    assert {name: value for name, value in answer.json().items() if name not in moved} == {
        name: value for name, value in states[-1].items() if name not in moved
    }
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    assert (await v1.get("/v1/orders/by/shop/7")).json()["id"] == order_id


async def test_a_line_whose_qualifier_is_gone_is_told_by_its_place(v1: FaceClient, demo_book: Book) -> None:
    item = await demo_book.add_item(1, "SKU-B", ("", "Blue"))
    lines = [{"title": "x"}, {"item_id": item, "qualifier": "Blue"}]
    order = (await v1.post("/v1/orders", json={**NEW, "lines": lines})).json()
    path = f"/v1/orders/{order['id']}"
    assert (await v1.delete(path)).status_code == 204
    assert (await v1.patch(f"/v1/items/{item}", json={"qualifiers": [""]})).status_code == 200

    answer = await v1.post(f"{path}/restore", json={})

    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/lines/1/qualifier", "unknown")]
    placed = (await v1.post("/v1/orders", json={**NEW, "lines": lines, "external_ids": {}})).json()
    assert answer.json()["errors"] == placed["errors"]
    assert (await v1.get(path)).status_code == 404
    assert (await v1.patch(f"/v1/items/{item}", json={"qualifiers": ["", "Blue"]})).status_code == 200
    assert (await v1.post(f"{path}/restore", json={})).json()["lines"] == order["lines"]


async def test_a_receipt_that_comes_back_without_its_facility_tells_so(v1: FaceClient) -> None:
    order = (await v1.post("/v1/orders", json=NEW)).json()
    facility = (await v1.post("/v1/facilities", json={"name": "Depot"})).json()["id"]
    given = {"order_id": order["id"], "reference": "R", "facility_id": facility}
    receipt = (await v1.post("/v1/receipts", json=given)).json()["id"]
    assert (await v1.post(f"/v1/receipts/{receipt}/close")).status_code == 200
    for path in (f"/v1/orders/{order['id']}", f"/v1/facilities/{facility}"):
        assert (await v1.delete(path)).status_code == 204

    restored = (await v1.post(f"/v1/orders/{order['id']}/restore", json={})).json()

    assert (await v1.get(f"/v1/receipts/{receipt}")).json()["facility_id"] is None
    told = (await v1.get(f"/v1/events?noun=receipt&noun_id={receipt}")).json()["events"]
    assert [each["name"] for each in told] == ["ReceiptAmended", "ReceiptClosed", "ReceiptOpened"]
    assert (told[0]["changes"], told[0]["at"]) == ({"facility_id": [facility, None]}, restored["modified_at"])


async def test_an_earlier_state_comes_back_as_a_new_change(v1: FaceClient, homs: FaceClient) -> None:
    order_id, states = await a_life(v1, homs)
    answer = await v1.post(f"/v1/orders/{order_id}/restore", json={"version": 1})
    assert answer.status_code == 200, answer.text
    order = answer.json()
    assert order["version"] == 5
    moved = ("version", "modified_at", "modified_by", "lines")
    assert {name: value for name, value in order.items() if name not in moved} == {
        name: value for name, value in states[0].items() if name not in moved
    }
    assert [line["id"] for line in order["lines"]] == [line["id"] for line in states[0]["lines"]]
    assert (await v1.get(f"/v1/orders/{order_id}/state?version=4")).json() == states[3]


@pytest.mark.parametrize(
    "query", ["", "version=0", "version=x", "at=yesterday", "version=1&at=2026-01-01T00:00:00Z", "x=1"]
)
async def test_a_state_that_is_not_named_rightly_is_refused(v1: FaceClient, query: str) -> None:
    answer = await v1.get(f"/v1/orders/10008229/state?{query}")
    assert answer.status_code == 400, answer.text


async def test_what_never_was_is_not_there(v1: FaceClient, homs: FaceClient) -> None:
    order_id, _ = await a_life(v1, homs)
    assert (await v1.get(f"/v1/orders/{order_id}/state?version=99")).status_code == 404
    assert (await v1.get(f"/v1/orders/{order_id}/state?at=2001-01-01T00:00:00Z")).status_code == 404
    assert (await v1.post(f"/v1/orders/{order_id}/restore", json={"version": 99})).status_code == 404
    assert (await v1.post(f"/v1/orders/{order_id}/restore")).status_code == 409
    both = {"version": 1, "at": "2026-01-01T00:00:00Z"}
    assert (await v1.post(f"/v1/orders/{order_id}/restore", json=both)).status_code == 422
    for path in ("history", "provenance", "state?version=1"):
        assert (await v1.get(f"/v1/orders/4711/{path}")).status_code == 404


async def test_a_stranger_and_a_neighbour_learn_nothing(v1: FaceClient, homs: FaceClient, demo_book: Book) -> None:
    order_id, _ = await a_life(v1, homs)
    for path in ("history", "provenance", "state?version=1"):
        assert (await v1.neighbour.get(f"/v1/orders/{order_id}/{path}")).status_code == 404
    assert (await v1.neighbour.post(f"/v1/orders/{order_id}/restore", json={"version": 1})).status_code == 404
    v1.auth = None
    for path in ("history", "provenance", "state?version=1"):
        assert (await v1.get(f"/v1/orders/{order_id}/{path}")).status_code == 401


async def test_a_restore_is_refused_if_somebody_was_quicker(v1: FaceClient) -> None:
    order = (await v1.post("/v1/orders", json=NEW)).json()
    path = f"/v1/orders/{order['id']}"
    assert (await v1.patch(path, json={"title": "Second"})).status_code == 200

    stale = await v1.post(f"{path}/restore", json={"version": 1}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412, stale.text
    assert (await shown(v1, order["id"]))["title"] == "Second"

    done = await v1.post(f"{path}/restore", json={"version": 1}, headers={"If-Match": '"2"'})
    assert (done.status_code, done.json()["title"], done.headers["ETag"]) == (200, "First", '"3"')

    assert (await v1.delete(path)).status_code == 204
    assert (await v1.post(f"{path}/restore", json={}, headers={"If-Match": '"2"'})).status_code == 412
    assert (await v1.post(f"{path}/restore", json={}, headers={"If-Match": '"3"'})).status_code == 200


async def test_a_history_of_long_changes_is_told_in_short_parts(v1: FaceClient) -> None:
    order = (await v1.post("/v1/orders", json=NEW)).json()
    path = f"/v1/orders/{order['id']}"
    for number in range(6):
        lines = [{"title": f"{number}", "notes": str(number) * 90_000} for _ in range(9)]
        assert (await v1.patch(path, json={"lines": lines})).status_code == 200

    found, cursor, lengths = [], "", []
    while cursor is not None:
        part = (await v1.get(f"{path}/history?limit=200{cursor and f'&cursor={cursor}'}")).json()
        found += [event["version"] for event in part["events"]]
        lengths.append(len(part["events"]))
        cursor = part["next"]

    assert found == list(range(7, 0, -1))
    assert len(lengths) > 1, lengths
    assert (await v1.get(f"{path}/state?version=1")).json()["lines"] == order["lines"]
