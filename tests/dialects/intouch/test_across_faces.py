"""What InTouch and the other faces write on one order. Source: contract section 3.1; design, one field, five names."""

from .given import (
    BAKERY,
    DEMO,
    JOHNSON,
    NEW,
    NEW_ITEM,
    ORDERS,
    PURCHASE,
    WHOLE,
    assert_refusal,
    body,
    homs_changed,
    homs_order,
    items_of,
    listed,
    moment,
    no_trace,
    patched,
    placed,
    replaced,
    shown,
    stored,
    timeless,
    version,
)

FULL = WHOLE | {"caseType": 1, "ownerUser": DEMO, "barva": {"odstín": ["žlutá", None, 10**20]}, "locked": "ne"}
VACATION = {
    "employeeFirstName": "James",
    "employeeLastName": "Žák",
    "motivationText": "I had a lot of work",
    "resolution": "approved",
}


async def vacation(homs, **attributes):
    """A vacation request entered through HOMS, as HOMS shows it."""
    entered = {"order_type_code": "vacation_request", "data": VACATION} | attributes
    answer = await homs.post("/api/orders", json={"order": entered})
    assert answer.status_code == 201, answer.text
    return answer.json()["order"]


async def purchase(iinsight, name):
    """The id of a purchase order entered through iinsight on case 1."""
    answer = await iinsight.post(f"/api1/purchase_orders/new?case_id=1&purchase_order={name}")
    assert answer.status_code == 200, answer.text
    return answer.json()["purchase_order_id"]


async def test_a_stranger_is_seen_in_no_face(intouch, demo_book):
    async with no_trace(demo_book):
        assert_refusal(await intouch.post(ORDERS, json=FULL, auth=None), 401)


async def test_the_neighbours_order_is_in_no_face_here(intouch, demo_homs):
    theirs = await placed(intouch.neighbour, **FULL)

    assert await homs_order(demo_homs, theirs["id"]) is None
    assert theirs["id"] not in await listed(intouch)


async def test_an_order_entered_through_intouch_is_in_the_homs_list(intouch, demo_homs):
    order = await placed(intouch, **FULL)

    in_homs = await homs_order(demo_homs, order["id"])

    assert in_homs["code"].startswith("ORD-")
    assert (in_homs["state"], in_homs["archived"], in_homs["ext_code"]) == ("to_execute", False, None)
    assert in_homs["user_email"] == DEMO
    assert (await demo_homs.get(f"/api/orders/{in_homs['code']}")).json() == {"order": in_homs}


async def test_the_demo_orders_of_intouch_are_in_the_homs_list(intouch, demo_homs):
    for order_id in (241, 147):
        order = await homs_order(demo_homs, order_id)
        assert order["user_email"] is None
        assert (await demo_homs.get(f"/api/orders/{order['code']}")).json() == {"order": order}


async def test_every_order_of_homs_is_in_the_intouch_list(intouch, demo_homs):
    await vacation(demo_homs)

    answer = await demo_homs.get("/api/orders?page_size=1000")

    assert sorted(order["id"] for order in answer.json()["orders"]) == await listed(intouch)


async def test_an_order_entered_through_homs_shows_its_code_and_no_customer(intouch, demo_homs):
    entered = await vacation(demo_homs)

    order = await shown(intouch, entered["id"])

    assert (order["name"], order["customer"], order["currency"]) == (entered["code"], None, None)
    assert (order["totalPrice"], order["comment"]) == (None, None)
    assert order["enteredBy"] == DEMO
    assert order["caseType"] > PURCHASE


async def test_the_four_purchases_of_the_demo_data_are_of_type_1000(intouch):
    page = body(await intouch.get(f"{ORDERS}?caseType={PURCHASE}"))

    assert page["total"] == 4
    assert {order["caseType"] for order in page["items"]} == {PURCHASE}


async def test_a_homs_change_leaves_what_homs_cannot_see(intouch, demo_homs):
    order = await placed(intouch, **FULL)
    for title in ("Mouka", "Droždí"):
        body(
            await intouch.post(f"{ORDERS}/{order['id']}/buscaseitems", json=NEW_ITEM | {"title": title, "x": [1]}), 201
        )
    items = await items_of(intouch, order["id"])
    code = (await homs_order(demo_homs, order["id"]))["code"]

    await homs_changed(demo_homs, code, state="done", ext_code="X-1", bp_id="p", bp_state="q", archived=True)

    after = await shown(intouch, order["id"])
    assert timeless(after) == timeless(order)
    assert moment(after["modified"]) >= moment(order["modified"])
    assert await items_of(intouch, order["id"]) == items


async def test_an_intouch_change_leaves_what_intouch_cannot_see(intouch, demo_homs):
    entered = await vacation(
        demo_homs,
        state="in_progress",
        ext_code="X-1",
        bp_id="p",
        bp_state="q",
        archived=True,
        done_at="2016-05-16T13:52:48+03:00",
        user_email=JOHNSON,
    )
    assert entered["data"]["employeeLastName"] == "Žák"

    await patched(intouch, entered["id"], {"name": "Dovolená", "customer": BAKERY, "comment": "x", "totalPrice": 5})
    await replaced(intouch, entered["id"], NEW | {"ownerUser": JOHNSON, "barva": 1})

    assert await homs_order(demo_homs, entered["id"]) == entered


async def test_custom_data_survives_a_replacement_that_changes_the_type(intouch, demo_homs, demo_book):
    entered = await vacation(demo_homs)
    order = await shown(intouch, entered["id"])
    data = (await stored(demo_book, entered["id"]))["data"]
    assert "Žák" in str(data)

    for number in (1, 2, 654):
        await replaced(intouch, entered["id"], NEW | {"caseType": number})
        assert (await stored(demo_book, entered["id"]))["data"] == data
        in_homs = await homs_order(demo_homs, entered["id"])
        assert in_homs["order_type_code"] != "vacation_request"
    await replaced(intouch, entered["id"], NEW | {"caseType": order["caseType"], "ownerUser": None})

    assert await homs_order(demo_homs, entered["id"]) == entered


async def test_a_homs_type_change_is_the_type_in_intouch_and_leaves_the_rest(intouch, demo_homs):
    entered = await vacation(demo_homs)
    order = await placed(intouch, **FULL)
    code = (await homs_order(demo_homs, order["id"]))["code"]

    await homs_changed(demo_homs, code, order_type_code="vacation_request", data=VACATION)

    after = await shown(intouch, order["id"])
    assert after["caseType"] == (await shown(intouch, entered["id"]))["caseType"]
    assert timeless(after) | {"caseType": 1} == timeless(order)


async def test_price_comment_and_customer_survive_homs_changes(intouch, demo_homs):
    order = await shown(intouch, 241)
    await patched(intouch, 241, {"comment": "Zvonit", "ownerGroup": "OBCHOD", "branch": 5})
    items = await items_of(intouch, 241)
    code = (await homs_order(demo_homs, 241))["code"]

    for state in ("in_progress", "done", "to_execute"):
        await homs_changed(demo_homs, code, state=state)

    changes = {"comment": "Zvonit", "ownerGroup": "OBCHOD", "branch": 5}
    assert timeless(await shown(intouch, 241)) == timeless(order) | changes
    assert await items_of(intouch, 241) == items


async def test_the_owner_is_the_responsible_user_of_homs(intouch, demo_homs):
    order = await placed(intouch, ownerUser=JOHNSON)
    in_homs = await homs_order(demo_homs, order["id"])
    assert in_homs["user_email"] == JOHNSON

    await homs_changed(demo_homs, in_homs["code"], user_email=DEMO)
    assert (await shown(intouch, order["id"]))["ownerUser"] == DEMO

    await patched(intouch, order["id"], {"ownerUser": JOHNSON})
    assert (await homs_order(demo_homs, order["id"]))["user_email"] == JOHNSON

    await patched(intouch, order["id"], {"ownerUser": None})
    assert (await homs_order(demo_homs, order["id"]))["user_email"] is None


async def test_an_owner_that_is_no_user_is_nobody_in_homs(intouch, demo_homs):
    order = await placed(intouch, ownerUser=JOHNSON)

    await patched(intouch, order["id"], {"ownerUser": "gregor"})
    assert (await homs_order(demo_homs, order["id"]))["user_email"] is None
    assert (await shown(intouch, order["id"]))["ownerUser"] == "gregor"

    in_homs = await homs_order(demo_homs, order["id"])
    await homs_changed(demo_homs, in_homs["code"], state="done")
    assert (await shown(intouch, order["id"]))["ownerUser"] == "gregor"

    await homs_changed(demo_homs, in_homs["code"], user_email=JOHNSON)
    assert (await shown(intouch, order["id"]))["ownerUser"] == JOHNSON


async def test_a_user_of_the_neighbour_is_only_a_text(intouch, demo_homs):
    person = {"name": "N", "last_name": "D", "company": "C", "department": "D", "password": "long enough"}
    answer = await demo_homs.post("/api/users", json={"user": person | {"email": "ours@example.com"}})
    assert answer.status_code == 201

    theirs = await placed(intouch.neighbour, ownerUser="ours@example.com")

    assert theirs["ownerUser"] == "ours@example.com"
    assert (await shown(intouch.neighbour, theirs["id"]))["ownerUser"] == "ours@example.com"


async def test_who_writes_through_homs_is_who_changed_it_here(intouch, demo_homs, demo_book):
    order = await placed(intouch)
    code = (await homs_order(demo_homs, order["id"]))["code"]
    await demo_book.set_token(JOHNSON, "johnson-token")

    answer = await demo_homs.put(
        f"/api/orders/{code}", json={"order": {"state": "done"}}, auth=(JOHNSON, "johnson-token")
    )
    assert answer.status_code == 200

    after = await shown(intouch, order["id"])
    assert (after["enteredBy"], after["modifiedBy"]) == (DEMO, JOHNSON)
    assert moment(after["modified"]) >= moment(order["modified"])
    assert await version(demo_book, order["id"]) == 2


async def test_an_order_deleted_through_homs_is_gone_here(intouch, demo_homs):
    order = await placed(intouch, **FULL)
    body(await intouch.post(f"{ORDERS}/{order['id']}/buscaseitems", json=NEW_ITEM), 201)
    code = (await homs_order(demo_homs, order["id"]))["code"]
    assert (await demo_homs.delete(f"/api/orders/{code}")).status_code == 204

    for method in ("GET", "PUT", "PATCH"):
        assert_refusal(await intouch.request(method, f"{ORDERS}/{order['id']}", json=NEW), 404)
    assert_refusal(await intouch.get(f"{ORDERS}/{order['id']}/buscaseitems"), 404)
    assert order["id"] not in await listed(intouch)


async def test_a_purchase_of_iinsight_shows_its_number_as_name_and_the_customer_of_its_case(intouch, iinsight):
    order = await shown(intouch, await purchase(iinsight, "PO-77"))

    assert (order["name"], order["caseType"], order["customer"]) == ("PO-77", PURCHASE, 1)
    assert order["enteredBy"] == DEMO


async def test_a_title_given_here_leaves_the_number_of_a_purchase(intouch, iinsight):
    order_id = await purchase(iinsight, "PO-77")

    assert (await patched(intouch, order_id, {"name": "Mouka hladká"}))["name"] == "Mouka hladká"

    answer = await iinsight.get("/api1/purchase_orders?case_id=1")
    assert {"record_id": str(order_id), "purchase_order": "PO-77"} in answer.json()


async def test_a_shown_number_that_is_put_back_is_not_stored_as_title(intouch, iinsight, demo_book):
    order_id = await purchase(iinsight, "PO-78")
    before, row = await shown(intouch, order_id), await stored(demo_book, order_id)

    await replaced(intouch, order_id, before)
    await patched(intouch, order_id, {"name": "PO-78"})

    assert await stored(demo_book, order_id) == row


async def test_a_replacement_here_leaves_a_purchase_in_its_case(intouch, iinsight):
    order_id = await purchase(iinsight, "PO-79")

    await replaced(intouch, order_id, NEW | {"customer": 1})

    answer = await iinsight.get("/api1/purchase_orders?case_id=1")
    assert {"record_id": str(order_id), "purchase_order": "PO-79"} in answer.json()


async def test_a_purchase_entered_here_is_in_no_case(intouch, iinsight):
    order = await placed(intouch, caseType=PURCHASE, customer=1)

    for case in (1, 2, 3):
        answer = await iinsight.get(f"/api1/purchase_orders?case_id={case}")
        assert str(order["id"]) not in [each["record_id"] for each in answer.json()]
