"""Receipts: opening, closing, and the list."""

import json

from orderloom.api.receipts import FIELDS, RECEIPTS

from .given import faults, is_problem
from .lists import MEANINGLESS, check_filters, check_orders, listed

PURCHASE = 10008229
OPERATIONS = (
    ("GET", RECEIPTS, None),
    ("POST", RECEIPTS, {"order_id": PURCHASE, "reference": "R"}),
    ("GET", f"{RECEIPTS}/1", None),
    ("POST", f"{RECEIPTS}/1/close", None),
)


async def opened(client, **more):
    answer = await client.post(RECEIPTS, json={"order_id": PURCHASE, "reference": "R", **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_stranger_sees_and_changes_nothing(v1, demo_book):
    before = await demo_book.counts()

    for method, path, body in OPERATIONS:
        assert is_problem(await v1.request(method, path, json=body, auth=None), 401, "unauthorized")

    assert await demo_book.counts() == before
    assert (await v1.get(f"{RECEIPTS}/1")).json()["status"] == "open"


async def test_a_neighbours_receipts_do_not_exist(v1):
    mine = await opened(v1)

    assert mine["id"] not in [each["id"] for each in await listed(v1.neighbour, RECEIPTS)]
    assert is_problem(await v1.neighbour.get(f"{RECEIPTS}/{mine['id']}"), 404, "not-found")
    assert is_problem(await v1.neighbour.post(f"{RECEIPTS}/{mine['id']}/close"), 404, "not-found")
    assert (await v1.get(f"{RECEIPTS}/{mine['id']}")).json() == mine


async def test_a_receipt_is_opened_for_a_purchase_and_its_customer(v1, demo_book):
    order = (await v1.get(f"/v1/orders/{PURCHASE}")).json()
    answer = await v1.post(RECEIPTS, json={"order_id": PURCHASE, "reference": "Ř-1", "facility_id": 2, "status": "x"})
    receipt = answer.json()

    assert answer.status_code == 201, answer.text
    assert receipt == {
        "id": receipt["id"],
        "order_id": PURCHASE,
        "customer_id": order["customer_id"],
        "facility_id": 2,
        "reference": "Ř-1",
        "status": "open",
        "created_at": receipt["created_at"],
    }
    shown = await v1.get(answer.headers["location"])
    assert (shown.json(), shown.headers["etag"]) == (receipt, answer.headers["etag"])
    told = (await demo_book.events("receipt"))[-1]
    assert (told["name"], told["noun_id"], told["at"].isoformat()) == (
        "ReceiptOpened",
        receipt["id"],
        receipt["created_at"].replace("Z", "+00:00"),
    )
    said = {name: value for name, value in receipt.items() if name not in ("id", "created_at")}
    assert json.loads(told["changes"]) == said


async def test_an_order_with_an_open_receipt_cannot_be_deleted_until_it_is_closed(v1, demo_book):
    receipt = await opened(v1)
    assert is_problem(await v1.delete(f"/v1/orders/{PURCHASE}"), 409, "conflict")

    answer = await v1.post(f"{RECEIPTS}/{receipt['id']}/close")

    assert answer.json() == {**receipt, "status": "closed"}
    told = (await demo_book.events("receipt"))[-1]
    assert (told["name"], json.loads(told["changes"])) == ("ReceiptClosed", {"status": ["open", "closed"]})
    assert (await v1.delete(f"/v1/orders/{PURCHASE}")).status_code == 204
    assert is_problem(await v1.get(f"{RECEIPTS}/{receipt['id']}"), 404, "not-found")


async def test_closing_twice_changes_nothing(v1, demo_book):
    closed = await v1.post(f"{RECEIPTS}/1/close")
    before = await demo_book.counts()

    again = await v1.post(f"{RECEIPTS}/1/close")

    assert (again.status_code, again.json(), again.headers["etag"]) == (200, closed.json(), closed.headers["etag"])
    assert await demo_book.counts() == before


async def test_an_old_look_is_refused_and_a_known_one_not_told_again(v1):
    old = (await v1.get(f"{RECEIPTS}/1")).headers["etag"]
    assert (await v1.get(f"{RECEIPTS}/1", headers={"If-None-Match": old})).status_code == 304
    now = (await v1.post(f"{RECEIPTS}/1/close", headers={"If-Match": old})).headers["etag"]

    answer = await v1.post(f"{RECEIPTS}/1/close", headers={"If-Match": old})

    assert is_problem(answer, 412, "stale")
    assert answer.headers["etag"] == now


REFUSED = (
    ({}, {("/order_id", "blank"), ("/reference", "blank")}),
    ({"order_id": PURCHASE, "reference": " "}, {("/reference", "blank")}),
    ({"order_id": PURCHASE, "reference": "x" * 256}, {("/reference", "too_long")}),
    ({"order_id": PURCHASE, "reference": "\0"}, {("/reference", "invalid")}),
    ({"order_id": 999, "reference": "x"}, {("/order_id", "unknown")}),
    ({"order_id": 241, "reference": "no purchase"}, {("/order_id", "unknown")}),
    ({"order_id": 0, "reference": None}, {("/order_id", "invalid"), ("/reference", "invalid")}),
    ({"order_id": PURCHASE, "reference": "x", "facility_id": 999}, {("/facility_id", "unknown")}),
    ({"order_id": PURCHASE, "reference": "x", "lines": []}, {("/lines", "unexpected")}),
)


async def test_what_cannot_be_opened_is_told_with_its_place(v1, demo_book):
    before = await demo_book.counts()

    for body, told in REFUSED:
        answer = await v1.post(RECEIPTS, json=body)
        assert is_problem(answer, 422, "invalid"), body
        assert faults(answer) == told

    assert await demo_book.counts() == before


async def test_what_is_not_there_is_not_found(v1):
    for name in ("0", "999", "x", "99999999999999999999", "%00"):
        assert is_problem(await v1.get(f"{RECEIPTS}/{name}"), 404, "not-found")
        assert is_problem(await v1.post(f"{RECEIPTS}/{name}/close"), 404, "not-found")


async def test_lists_do_what_plain_python_does(v1):
    for number, (order_id, facility) in enumerate(((PURCHASE, 1), (PURCHASE, 2), (10008376, None), (10008233, None))):
        receipt = await opened(v1, order_id=order_id, facility_id=facility, reference=("é", "É", "*", "b")[number])
        if number % 2:
            await v1.post(f"{RECEIPTS}/{receipt['id']}/close")
    everything = await listed(v1, RECEIPTS)

    assert len(everything) == 5
    await check_filters(v1, RECEIPTS, FIELDS, everything)
    await check_orders(v1, RECEIPTS, FIELDS, everything)


async def test_parameters_that_mean_nothing_are_refused(v1):
    for query, told in (*MEANINGLESS, ("search=x", ("search", "unexpected"))):
        answer = await v1.get(f"{RECEIPTS}?{query}")
        assert is_problem(answer, 400, "bad-request"), query
        assert faults(answer) == {told}
    for method, path, body in OPERATIONS[1:]:
        answer = await v1.request(method, f"{path}?nonsense=1", json=body)
        assert faults(answer) == {("nonsense", "unexpected")}


async def test_what_a_receipt_names_is_shown_whole_if_asked_for(v1):
    answer = await v1.get(f"{RECEIPTS}?expand=order,customer,facility&fields=id")

    (receipt,) = answer.json()["receipts"]
    assert receipt == {
        "id": 1,
        "order": (await v1.get("/v1/orders/10008376")).json(),
        "customer": (await v1.get("/v1/customers/1")).json(),
        "facility": (await v1.get("/v1/facilities/1")).json(),
    }
    bare = await opened(v1)
    shown = (await v1.get(f"{RECEIPTS}/{bare['id']}?expand=facility")).json()
    assert shown == {**bare, "facility": None}
