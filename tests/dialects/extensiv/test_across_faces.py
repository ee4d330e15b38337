"""What Extensiv and the other faces write on one purchase. Source: design, one field, five names, and its rules."""

import json

import pytest
from msgspec.structs import replace

from orderloom.desk import types
from tests.given_books import ALL_KINDS

from .given_writes import (
    COSTED,
    FORMS,
    FULL,
    FULL_LINE,
    LINE,
    LOCKED,
    NEW,
    UNNUMBERED,
    body,
    business,
    changed,
    entered,
    fault,
    homs_changed,
    homs_order,
    homs_purchase,
    iinsight_purchase,
    intouch_changed,
    intouch_item,
    intouch_items,
    intouch_order,
    items_of,
    last_event,
    line_ids,
    no_trace,
    order_id,
    put,
    put_back,
    read,
    rows,
    sendable,
    shown,
    stored,
    tag_of,
    timeless,
    version,
)

JOHNSON = "c.johnson@example.com"
DATA = {"aString": "text", "aNumber": 1.5, "aBoolean": True, "aJson": '{"a":1}'}
IN_INTOUCH = {
    "name": "Paper for spring",
    "totalPrice": 1234.56,
    "currency": "EUR",
    "branch": 11,
    "person": 12,
    "opportunity": 13,
    "ownerUser": JOHNSON,
    "ownerGroup": "SALES",
    "colour": {"shade": ["yellow", None, 10**20]},
    "locked": "no",
}
ON_AN_ITEM = {
    "title": "A box of paper",
    "locked": True,
    "unit": "kg",
    "totalPrice": 99.5,
    "colour": ["blue", {"deep": True}],
}


async def item_changed(intouch, order, item, /, **attributes):
    answer = await intouch.patch(items_of(order, item), json=attributes)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def records_of(iinsight, case_id):
    answer = await iinsight.get(f"/api1/purchase_orders?case_id={case_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def put_back_in_every_form(extensiv, number):
    """Put a purchase back as it is shown in each form; fails if one is refused or changes what is shown."""
    for accept in FORMS:
        before = await shown(extensiv, number, accept)
        answer = await put_back(extensiv, number, accept)
        assert timeless(body(answer)) == timeless(before), accept


def still(row):
    """A stored order without what every write moves."""
    return {name: value for name, value in row.items() if not name.startswith(("version", "modified", "written"))}


# What Extensiv cannot see, it cannot harm


async def test_a_stranger_and_a_neighbour_move_nothing_in_any_face(extensiv, demo_book):
    async with no_trace(demo_book):
        await extensiv.put(f"/inventory/pos/{LOCKED}", json=NEW, headers={"If-Match": "*"}, auth=None)
        body(await put(extensiv.neighbour, LOCKED, NEW, "*"))


async def test_an_update_keeps_what_homs_wrote(extensiv, demo_homs):
    order = await entered(extensiv)
    before = await homs_changed(
        demo_homs,
        order_id(order),
        state="in_progress",
        bp_id="p-1",
        bp_state="approved",
        archived=True,
        done_at="2016-05-16T13:52:48+03:00",
        user_email=JOHNSON,
    )

    await changed(extensiv, order_id(order), notes="x", purchaseOrderNumber="OTHER", lineItems=[LINE])
    body(await put(extensiv, order_id(order), NEW, "*"))

    assert await homs_order(demo_homs, order_id(order)) == before


async def test_an_update_keeps_the_data_of_a_purchase_type_with_fields(extensiv, demo_homs, demo_book):
    kind = replace(ALL_KINDS, code="stocked_purchase", name="Stocked purchase", kind="purchase")
    await types.add(demo_book.desk, demo_book.caller, kind, activate=True)
    before = await homs_purchase(demo_homs, order_type_code="stocked_purchase", data=DATA)
    assert before["data"]["aString"] == "text"

    body(await put(extensiv, before["id"], FULL | {"externalId": None}, "*"))
    body(await put(extensiv, before["id"], NEW, "*"))

    assert await homs_order(demo_homs, before["id"]) == before


async def test_an_update_keeps_the_case(extensiv, iinsight, demo_book):
    number = await iinsight_purchase(iinsight, "ON-CASE", 2)
    case = (await stored(demo_book, number))["case_id"]

    body(await put(extensiv, number, FULL, "*"))
    body(await put(extensiv, number, NEW, "*"))

    assert (await stored(demo_book, number))["case_id"] == case == 2
    assert {"record_id": str(number), "purchase_order": "PO-7001"} in await records_of(iinsight, 2)


@pytest.mark.parametrize("number", [COSTED, 10008375, UNNUMBERED])
async def test_an_update_keeps_the_costing(extensiv, demo_book, number):
    item = await demo_book.add_item(2, "PAPER")
    before = await rows(demo_book, "costings")
    assert any(json.loads(row)["order_id"] == number for row in before)

    line = {"itemIdentifier": {"id": item}, "quantity": 3, "price": 12.5}
    await changed(extensiv, number, notes="x", lineItems=[line])
    await changed(extensiv, number, supplier=None, lineItems=[])

    assert await rows(demo_book, "costings") == before


async def test_an_update_keeps_what_intouch_wrote(extensiv, intouch):
    order = await entered(extensiv)
    await intouch_changed(intouch, order_id(order), **IN_INTOUCH)
    before = await intouch_order(intouch, order_id(order))
    assert before.items() >= IN_INTOUCH.items()

    body(await put(extensiv, order_id(order), FULL, "*"))
    assert await intouch_order(intouch, order_id(order)) == before | {"comment": "ring twice"}
    body(await put(extensiv, order_id(order), NEW, "*"))
    assert await intouch_order(intouch, order_id(order)) == before


async def test_an_update_keeps_a_responsible_whom_nobody_knows(extensiv, intouch):
    order = await entered(extensiv)
    await intouch_changed(intouch, order_id(order), ownerUser="gregor")

    body(await put(extensiv, order_id(order), FULL, "*"))

    assert (await intouch_order(intouch, order_id(order)))["ownerUser"] == "gregor"


async def test_an_update_of_a_line_keeps_what_intouch_wrote_on_it(extensiv, intouch):
    order = await entered(extensiv, lineItems=[FULL_LINE, LINE])
    first, _ = line_ids(order)
    await item_changed(intouch, order_id(order), first, **ON_AN_ITEM)
    before = {item["id"]: item for item in await intouch_items(intouch, order_id(order))}
    assert before[first].items() >= ON_AN_ITEM.items()

    lines = [LINE | {"purchaseOrderLineItemId": first, "quantity": 12, "notes": "by hand"}]
    after = await changed(extensiv, order_id(order), lineItems=lines)

    assert line_ids(after) == [first]
    (item,) = await intouch_items(intouch, order_id(order))
    assert item == before[first] | {"quantity": 12, "note": "by hand", "price": None}


async def test_an_unchanged_line_is_the_same_item_in_intouch(extensiv, intouch):
    order = await entered(extensiv, lineItems=[FULL_LINE, LINE, LINE])
    for item in line_ids(order):
        await item_changed(intouch, order_id(order), item, **ON_AN_ITEM)
    before = await intouch_items(intouch, order_id(order))

    await put_back_in_every_form(extensiv, order_id(order))

    assert await intouch_items(intouch, order_id(order)) == before


# One meaning


async def test_a_purchase_entered_here_is_read_everywhere(extensiv, demo_homs, intouch):
    order = await entered(extensiv, **FULL)

    in_homs = await homs_order(demo_homs, order_id(order))
    assert (in_homs["state"], in_homs["archived"], in_homs["ext_code"]) == ("to_execute", False, "EXT-1")
    assert in_homs["order_type_code"] == "purchase_order"
    in_intouch = await intouch_order(intouch, order_id(order))
    assert (in_intouch["customer"], in_intouch["caseType"]) == (1, 1000)
    assert (in_intouch["name"], in_intouch["comment"]) == ("PO-7002", "ring twice")
    items = {item["id"]: item for item in await intouch_items(intouch, order_id(order))}
    first, second = [items[number] for number in line_ids(order)]
    assert (first["title"], first["product"], first["note"]) == ("SKU-1", 1, "handle with care")
    assert (first["quantity"], first["price"]) == (2.5, 4.25)
    assert (second["title"], second["product"], second["quantity"], second["price"]) == ("SKU-2", 2, 7, None)


async def test_an_order_that_is_done_in_homs_is_closed_here(extensiv, demo_homs):
    order = await entered(extensiv)
    for state, closed in (("in_progress", False), ("done", True), ("to_execute", False), ("done", True)):
        await homs_changed(demo_homs, order_id(order), state=state)
        assert (await shown(extensiv, order_id(order)))["readOnly"]["closed"] is closed


async def test_no_write_here_opens_or_closes(extensiv, demo_homs):
    order = await entered(extensiv)
    await homs_changed(demo_homs, order_id(order), state="done")

    after = await changed(extensiv, order_id(order), readOnly={"closed": False}, notes="x")

    assert after["readOnly"]["closed"] is True
    assert (await homs_order(demo_homs, order_id(order)))["state"] == "done"
    await homs_changed(demo_homs, order_id(order), state="in_progress")
    assert (await changed(extensiv, order_id(order), readOnly={"closed": True}))["readOnly"]["closed"] is False
    assert (await homs_order(demo_homs, order_id(order)))["state"] == "in_progress"


async def test_the_external_id_is_the_ext_code_of_homs(extensiv, demo_homs):
    order = await entered(extensiv, externalId="E-1")
    assert (await homs_order(demo_homs, order_id(order)))["ext_code"] == "E-1"

    await homs_changed(demo_homs, order_id(order), ext_code="E-2")
    assert (await shown(extensiv, order_id(order)))["externalId"] == "E-2"
    await changed(extensiv, order_id(order), externalId=None)
    assert (await homs_order(demo_homs, order_id(order)))["ext_code"] is None


async def test_the_notes_are_the_comment_of_intouch(extensiv, intouch):
    order = await entered(extensiv, notes="N-1")
    await intouch_changed(intouch, order_id(order), comment="N-2")

    assert (await shown(extensiv, order_id(order)))["notes"] == "N-2"
    await changed(extensiv, order_id(order), notes=None)
    assert (await intouch_order(intouch, order_id(order)))["comment"] is None


async def test_the_values_of_an_item_are_those_of_the_line(extensiv, intouch):
    order = await entered(extensiv, lineItems=[FULL_LINE])
    (item,) = line_ids(order)

    await item_changed(intouch, order_id(order), item, quantity=8.25, price=None, note="N", product=2)

    (line,) = (await shown(extensiv, order_id(order)))["lineItems"]
    assert (line["quantity"], line.get("price"), line["notes"]) == (8.25, None, "N")
    assert line["itemIdentifier"] == {"sku": "SKU-2", "id": 2}


async def test_an_item_entered_through_intouch_is_a_line_here(extensiv, intouch):
    order = await entered(extensiv, lineItems=[LINE])
    item = await intouch_item(intouch, order_id(order), product=2, quantity=3, price=1.5)

    line = (await shown(extensiv, order_id(order)))["lineItems"][1]

    assert line["purchaseOrderLineItemId"] == item["id"]
    assert line["itemIdentifier"] == {"sku": "SKU-2", "id": 2}
    assert (line["quantity"], line["price"]) == (3, 1.5)


async def test_a_new_number_is_the_name_on_the_case(extensiv, iinsight):
    number = await iinsight_purchase(iinsight, "OLD-NAME", 3)

    await changed(extensiv, number, purchaseOrderNumber="NEW-NAME")

    assert await records_of(iinsight, 3) == [{"record_id": str(number), "purchase_order": "NEW-NAME"}]


async def test_each_accepted_write_is_one_version_whichever_face_it_came_through(
    extensiv, demo_homs, intouch, demo_book
):
    order = await entered(extensiv, lineItems=[LINE])
    number = order_id(order)
    assert await version(demo_book, number) == 1

    await homs_changed(demo_homs, number, bp_state="x")
    await put_back(extensiv, number)
    await intouch_item(intouch, number)
    await intouch_changed(intouch, number, ownerGroup="X")
    await changed(extensiv, number, notes="x")

    assert await version(demo_book, number) == 6


# A face never refuses what it showed


async def test_a_purchase_without_customer_and_number_can_be_put_back(extensiv, demo_homs, demo_book):
    order = await homs_purchase(demo_homs)
    before = await stored(demo_book, order["id"])
    assert (await shown(extensiv, order["id"]))["purchaseOrderNumber"] == order["code"]

    await put_back_in_every_form(extensiv, order["id"])

    assert still(await stored(demo_book, order["id"])) == still(before)
    assert await homs_order(demo_homs, order["id"]) == order


async def test_a_shown_code_that_is_put_back_is_not_stored_as_number(extensiv, demo_book):
    before, row = await shown(extensiv, UNNUMBERED), await stored(demo_book, UNNUMBERED)
    assert before["purchaseOrderNumber"] == "ORD-6"
    claims = (await demo_book.counts())["number_claims"]

    await put_back_in_every_form(extensiv, UNNUMBERED)
    await changed(extensiv, UNNUMBERED, notes="x")

    assert row["number"] is None
    assert (await stored(demo_book, UNNUMBERED))["number"] is None
    assert (await demo_book.counts())["number_claims"] == claims
    assert (await shown(extensiv, UNNUMBERED))["purchaseOrderNumber"] == "ORD-6"


async def test_a_purchase_without_number_may_get_one(extensiv, demo_book):
    after = await changed(extensiv, UNNUMBERED, purchaseOrderNumber="012099")

    assert after["purchaseOrderNumber"] == "012099"
    assert (await stored(demo_book, UNNUMBERED))["number"] == "012099"


async def test_a_shown_code_that_is_left_out_is_a_missing_number(extensiv, demo_book):
    order, tag = await read(extensiv, UNNUMBERED)
    record = {name: value for name, value in sendable(order).items() if name != "purchaseOrderNumber"}

    async with no_trace(demo_book):
        for each in (record, record | {"purchaseOrderNumber": None}, record | {"purchaseOrderNumber": " "}):
            assert fault(await put(extensiv, UNNUMBERED, each, tag)) == ("Required", {"PurchaseOrderNumber"})


async def test_a_purchase_without_customer_may_change_and_stay_without(extensiv, demo_homs):
    order = await homs_purchase(demo_homs)

    after = await changed(extensiv, order["id"], notes="x", purchaseOrderNumber="FREE-1")

    assert (after["notes"], after["purchaseOrderNumber"]) == ("x", "FREE-1")
    assert "customerIdentifier" not in after


async def test_a_purchase_without_customer_may_get_one_and_lines_at_once(extensiv, demo_homs, intouch):
    order = await homs_purchase(demo_homs)

    after = body(await put(extensiv, order["id"], FULL, "*"))

    assert business(after) == FULL
    assert (await intouch_order(intouch, order["id"]))["customer"] == 1
    other = FULL | {"customerIdentifier": {"id": 2}, "lineItems": []}
    assert fault(await put(extensiv, order["id"], other, "*")) == ("Incompatible", {"CustomerIdentifier"})


async def test_a_customer_given_later_claims_the_number(extensiv, iinsight, demo_book):
    number = await iinsight_purchase(iinsight, "LATER", await demo_book.add_case("FREE", "Nobody's"))
    assert "customerIdentifier" not in await shown(extensiv, number)

    await changed(extensiv, number, customerIdentifier={"id": 1})

    answer = await extensiv.post("/inventory/pos", json=NEW | {"purchaseOrderNumber": "later"})
    assert fault(answer) == ("Duplicate", {"PurchaseOrderNumber"})


async def test_a_customer_that_does_not_exist_cannot_be_given(extensiv, demo_homs, demo_book):
    order = await homs_purchase(demo_homs)
    tag = await tag_of(extensiv, order["id"])

    async with no_trace(demo_book):
        answer = await put(extensiv, order["id"], NEW | {"customerIdentifier": {"name": "Nobody"}}, tag)

    assert fault(answer) == ("DoesNotExist", {"CustomerIdentifier.Name"})


ODD_ITEMS = {
    "neither item nor quantity": {},
    "no item": {"quantity": 5, "price": 2.5},
    "no quantity": {"product": 1},
    "an unknown product": {"product": 777001, "quantity": 1},
    "a quantity of zero": {"product": 1, "quantity": 0},
    "a negative quantity": {"product": 2, "quantity": -3.5},
    "a negative price": {"product": 1, "quantity": 1, "price": -0.01},
    "many digits": {"product": 1, "quantity": 123456789.012345, "price": 0.0000001},
    "a long note": {"quantity": 1, "note": "x" * 2000},
    "an empty note": {"quantity": 1, "note": ""},
}


@pytest.mark.parametrize("odd", ODD_ITEMS)
async def test_a_line_of_intouch_that_our_rules_would_not_allow_can_be_put_back(extensiv, intouch, odd):
    order = await entered(extensiv, lineItems=[LINE])
    await intouch_item(intouch, order_id(order), **ODD_ITEMS[odd], unit="kg", colour="blue")
    before = await intouch_items(intouch, order_id(order))

    await put_back_in_every_form(extensiv, order_id(order))

    assert await intouch_items(intouch, order_id(order)) == before


@pytest.mark.parametrize("odd", ODD_ITEMS)
async def test_beside_such_a_line_anything_else_may_change(extensiv, intouch, odd):
    order = await entered(extensiv, lineItems=[LINE])
    item = await intouch_item(intouch, order_id(order), **ODD_ITEMS[odd])
    before = await shown(extensiv, order_id(order))
    ours, odd_line = before["lineItems"]

    after = await changed(extensiv, order_id(order), notes="x", lineItems=[odd_line, ours | {"quantity": 4}, LINE])

    assert after["lineItems"][:2] == [odd_line, ours | {"quantity": 4}]
    assert line_ids(after)[0] == item["id"]
    again = await changed(extensiv, order_id(order), lineItems=[odd_line | {"externalLineId": "X"}])
    assert again["lineItems"] == [odd_line | {"externalLineId": "X"}]


async def test_a_line_without_item_and_quantity_may_get_them_one_by_one(extensiv, intouch):
    order = await entered(extensiv)
    await intouch_item(intouch, order_id(order))

    for members in ({"quantity": 3}, {"itemIdentifier": {"sku": "SKU-1"}}, {"qualifier": "blue"}):
        (line,) = (await shown(extensiv, order_id(order)))["lineItems"]
        await changed(extensiv, order_id(order), lineItems=[line | members])

    (line,) = (await shown(extensiv, order_id(order)))["lineItems"]
    assert line["quantity"] == 3
    assert line["itemIdentifier"] == {"sku": "SKU-1", "id": 1}
    assert line["qualifier"] == "Blue"
    assert (await intouch_items(intouch, order_id(order)))[0]["title"] == "Krabice"


async def test_what_such_a_line_newly_says_is_judged(extensiv, intouch, demo_book):
    order = await entered(extensiv)
    await intouch_item(intouch, order_id(order), quantity=0, price=-1)
    before, tag = await read(extensiv, order_id(order))
    (line,) = before["lineItems"]

    async with no_trace(demo_book):
        for members, expected in (
            ({"quantity": -1}, ("ValueNotSupported", {"LineItems[0].Quantity"})),
            ({"price": -2}, ("ValueNotSupported", {"LineItems[0].Price"})),
            ({"itemIdentifier": {"sku": "NOPE"}}, ("DoesNotExist", {"LineItems[0].ItemIdentifier.Sku"})),
            ({"quantity": None}, ("Required", {"LineItems[0].Quantity"})),
        ):
            record = sendable(before) | {"lineItems": [sendable(line) | members]}
            assert fault(await put(extensiv, order_id(order), record, tag)) == expected


async def test_what_another_line_may_show_a_new_line_may_not_say(extensiv, intouch, demo_book):
    order = await entered(extensiv)
    await intouch_item(intouch, order_id(order))
    before, tag = await read(extensiv, order_id(order))
    (line,) = sendable(before)["lineItems"]
    new = {name: value for name, value in line.items() if name != "purchaseOrderLineItemId"}

    async with no_trace(demo_book):
        code, names = fault(await put(extensiv, order_id(order), sendable(before) | {"lineItems": [line, new]}, tag))

    assert code == "Required"
    assert names <= {"LineItems[1].ItemIdentifier", "LineItems[1].Quantity"}


async def test_an_item_of_another_customer_set_through_intouch_can_be_put_back(extensiv, intouch):
    order = await entered(extensiv, customerIdentifier={"id": 2})
    await intouch_item(intouch, order_id(order), product=1, quantity=2)
    before = await intouch_items(intouch, order_id(order))

    await put_back_in_every_form(extensiv, order_id(order))

    assert await intouch_items(intouch, order_id(order)) == before


async def test_a_long_name_given_elsewhere_can_be_put_back(extensiv, iinsight, intouch):
    number = await iinsight_purchase(iinsight, "L" * 200)
    await intouch_changed(intouch, number, comment="x" * 4000, name="y" * 2000)
    order = await intouch_order(intouch, number)

    await put_back_in_every_form(extensiv, number)

    assert await intouch_order(intouch, number) == order


# A refused request changes nothing, in any face


async def test_a_refused_update_is_seen_in_no_face(extensiv, demo_homs, intouch, demo_book):
    order = await entered(extensiv, **FULL)
    seen = [
        await shown(extensiv, order_id(order)),
        await homs_order(demo_homs, order_id(order)),
        await intouch_order(intouch, order_id(order)),
        await intouch_items(intouch, order_id(order)),
    ]
    record = NEW | {"notes": "other", "externalId": "other", "lineItems": [LINE, LINE | {"quantity": -1}]}

    async with no_trace(demo_book):
        for tag, status in (("*", 400), ('"stale"', 412), (None, 428)):
            assert (await put(extensiv, order_id(order), record, tag)).status_code == status

    assert seen == [
        await shown(extensiv, order_id(order)),
        await homs_order(demo_homs, order_id(order)),
        await intouch_order(intouch, order_id(order)),
        await intouch_items(intouch, order_id(order)),
    ]


async def test_the_event_of_an_update_tells_the_face_and_what_changed(extensiv, demo_book):
    order = await entered(extensiv, notes="before the change")

    await changed(extensiv, order_id(order), notes="after the change")

    last = await last_event(demo_book)
    assert json.loads(last)["face"] == "extensiv"
    assert json.loads(last)["noun_id"] == order_id(order)
    assert "before the change" in last
    assert "after the change" in last


@pytest.mark.parametrize("quantity", [0, 0.0, None])
async def test_a_line_without_quantity_can_be_put_back_with_none_or_zero(extensiv, intouch, quantity):
    order = await entered(extensiv, lineItems=[LINE])
    item = await intouch_item(intouch, order_id(order))
    before = await intouch_items(intouch, order_id(order))
    seen = await shown(extensiv, order_id(order))
    assert "quantity" not in seen["lineItems"][1]

    lines = [seen["lineItems"][0], seen["lineItems"][1] | {"quantity": quantity}]
    after = await changed(extensiv, order_id(order), lineItems=lines)

    assert line_ids(after) == [*line_ids(order), item["id"]]
    assert "quantity" not in after["lineItems"][1]
    assert await intouch_items(intouch, order_id(order)) == before


async def test_a_line_with_a_quantity_cannot_be_put_back_with_zero(extensiv, demo_book):
    order = await entered(extensiv, lineItems=[LINE])
    lines = [sendable(order["lineItems"][0]) | {"quantity": 0}]

    async with no_trace(demo_book):
        answer = await put(extensiv, order_id(order), NEW | {"lineItems": lines}, "*")

    assert fault(answer) == ("ValueNotSupported", {"LineItems[0].Quantity"})
