"""What Synergist and the other faces write on one purchase. Source: design, one field, five names, and its rules."""

import json
import re
from decimal import Decimal

import pytest
from msgspec.structs import replace

from orderloom.desk import types
from tests.given_books import ALL_KINDS

from .given import (
    ACTUAL,
    DEMO,
    EST,
    ESTIMATE,
    EURO,
    JOHNSON,
    LOCKED,
    NEW,
    PHASE,
    PROMOTED,
    PURCHASES,
    REAL,
    SUPPLIER,
    act,
    amounts,
    asked,
    bought,
    completed,
    create,
    delete,
    deleted,
    entered,
    homs_changed,
    homs_order,
    invested,
    is_gone,
    last_event,
    listed,
    no_trace,
    promoted,
    refused,
    rows,
    shown,
    update,
    updated,
    warnings,
    written,
)

DATA = {"aString": "text", "aNumber": 1.5, "aBoolean": True, "aJson": '{"a":1}'}
PRICED = [
    {"itemIdentifier": {"id": 1}, "quantity": 2.5, "price": 4.25},
    {"itemIdentifier": {"id": 2}, "quantity": 7, "price": 3},
]
IN_INTOUCH = {
    "totalPrice": 1234.56,
    "currency": "EUR",
    "branch": 11,
    "person": 12,
    "colour": {"shade": ["yellow", None]},
}


async def extensiv_order(extensiv, purchase):
    """The purchase as Extensiv shows it, in its JSON form, and its tag."""
    answer = await extensiv.get(f"/inventory/pos/{purchase}")
    assert answer.status_code == 200, answer.text
    return answer.json(), answer.headers["ETag"]


async def in_extensiv(extensiv, **members):
    """The id of a purchase entered through Extensiv."""
    record = {"purchaseOrderNumber": "PO-9001", "customerIdentifier": {"id": 1}} | members
    answer = await extensiv.post("/inventory/pos", json=record)
    assert answer.status_code == 201, answer.text
    return answer.json()["ReadOnly"]["PurchaseOrderId"]


async def put_in_extensiv(extensiv, purchase, **members):
    """Replace what Extensiv shows of the purchase by these members."""
    record, tag = await extensiv_order(extensiv, purchase)
    kept = {name: value for name, value in record.items() if name not in ("_links", "ReadOnly")} | members
    answer = await extensiv.put(f"/inventory/pos/{purchase}", json=kept, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def in_iinsight(iinsight, name, case_id=1):
    """The id of a purchase entered through iinsight."""
    answer = await iinsight.post(f"/api1/purchase_orders/new?case_id={case_id}&purchase_order={name}")
    assert answer.status_code == 200, answer.text
    return answer.json()["purchase_order_id"]


async def iinsight_names(iinsight, case_id):
    answer = await iinsight.get(f"/api1/purchase_orders?case_id={case_id}")
    assert answer.status_code == 200, answer.text
    return {int(record["record_id"]): record["purchase_order"] for record in answer.json()}


async def in_homs(homs, **attributes):
    """A purchase entered through HOMS."""
    answer = await homs.post("/api/orders", json={"order": {"order_type_code": "purchase_order"} | attributes})
    assert answer.status_code == 201, answer.text
    return answer.json()["order"]


async def intouch_order(intouch, purchase):
    """The order as InTouch shows it, without the stamps of its last change."""
    answer = await intouch.get(f"/api/buscases/{purchase}")
    assert answer.status_code == 200, answer.text
    return {name: value for name, value in answer.json().items() if name not in ("modified", "modifiedBy")}


async def intouch_changed(intouch, purchase, **attributes):
    answer = await intouch.patch(f"/api/buscases/{purchase}", json=attributes)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def intouch_items(intouch, purchase):
    answer = await intouch.get(f"/api/buscases/{purchase}/buscaseitems?size=1000")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def without_stamps(order):
    """An Extensiv purchase without the time of its last change."""
    own = {name: value for name, value in order["ReadOnly"].items() if name != "LastModifiedDate"}
    return order | {"ReadOnly": own}


# Which orders, and what of them


async def test_all_purchases_are_shown_whoever_entered_them_and_nothing_else(
    synergist, demo_homs, intouch, extensiv, iinsight
):
    ids = [
        (await in_homs(demo_homs))["id"],
        await in_extensiv(extensiv),
        await in_iinsight(iinsight, "PO%20IX"),
        await entered(synergist),
    ]
    answer = await intouch.post("/api/buscases", json={"customer": 1, "name": "A purchase", "caseType": 1000})
    ids.append(answer.json()["id"])
    answer = await intouch.post("/api/buscases", json={"customer": 1, "name": "A case", "caseType": 1})
    general = answer.json()["id"]

    assert set(await listed(synergist)) == {*PURCHASES, *ids}
    for purchase in ids:
        assert (await shown(synergist, purchase))["poInternal"] == purchase
    refused(await asked(synergist, purchase=general))
    refused(await update(synergist, {"poInternal": general, "poCost": 1}))
    refused(await delete(synergist, general))


async def test_what_is_entered_here_is_an_order_everywhere(synergist, demo_homs, intouch, extensiv, iinsight):
    purchase = await entered(synergist, poDescription="Tisk", poOrderText="Zvonit", poTheirRef="A-17")

    in_homs_now = await homs_order(demo_homs, purchase)
    assert re.fullmatch(r"ORD-\d+", in_homs_now["code"])
    assert (in_homs_now["state"], in_homs_now["order_type_code"]) == ("to_execute", "purchase_order")
    order = await intouch_order(intouch, purchase)
    assert [order[name] for name in ("name", "comment", "customer", "enteredBy")] == ["Tisk", "Zvonit", 2, DEMO]
    record, _ = await extensiv_order(extensiv, purchase)
    assert (record["PurchaseOrderNumber"], record["Notes"]) == (in_homs_now["code"], "Zvonit")
    assert (record["CustomerIdentifier"]["Id"], record["Supplier"]["Code"]) == (2, SUPPLIER)
    assert record["ReadOnly"]["Closed"] is False
    assert (await iinsight_names(iinsight, 5))[purchase] == "Tisk"


async def test_the_fields_that_two_faces_share_are_one(synergist, intouch, extensiv):
    await updated(synergist, REAL, poDescription="one", poOrderText="two")
    order = await intouch_order(intouch, REAL)
    assert (order["name"], order["comment"]) == ("one", "two")
    assert (await extensiv_order(extensiv, REAL))[0]["Notes"] == "two"

    await intouch_changed(intouch, REAL, name="three", comment="four")
    record = await shown(synergist, REAL)
    assert (record["poDescription"], record["poOrderText"]) == ("three", "four")

    await put_in_extensiv(extensiv, REAL, Notes="five")
    assert (await shown(synergist, REAL))["poOrderText"] == "five"


async def test_cleared_texts_are_absent_elsewhere(synergist, intouch, extensiv):
    await updated(synergist, REAL, poOrderText="x")
    await updated(synergist, REAL, poOrderText="")

    assert (await intouch_order(intouch, REAL))["comment"] in (None, "")
    assert not (await extensiv_order(extensiv, REAL))[0].get("Notes")


async def test_a_supplier_of_extensiv_is_shown_here(synergist, extensiv):
    purchase = await in_extensiv(extensiv, supplier={"contactId": 1})
    record = await shown(synergist, purchase)

    assert (record["poSupplierCode"], record["poSupplierName"]) == ("SUP-1", "Acme Supply")


async def test_a_supplier_without_code_is_shown_by_name(synergist, extensiv):
    purchase = await in_extensiv(extensiv, supplier={"companyName": "No Code Ltd"})
    record = await shown(synergist, purchase)

    assert (record["poSupplierCode"], record["poSupplierName"]) == ("", "No Code Ltd")
    assert purchase not in await listed(synergist, supplier=SUPPLIER)


async def test_a_case_of_iinsight_is_a_phase_here(synergist, iinsight):
    purchase = await in_iinsight(iinsight, "PO%20IX", case_id=1)

    assert (await shown(synergist, purchase))["poJobandPhase"] == "ACB1"
    assert await listed(synergist, jobphase="ACB1") == [purchase]
    own = await entered(synergist, poJobandPhase="ACB1")
    assert own in await iinsight_names(iinsight, 1)


async def test_who_entered_an_order_elsewhere_ordered_it(synergist, demo_homs, intouch, extensiv):
    purchase = await in_extensiv(extensiv)
    assert (await shown(synergist, purchase))["poOrderedByUserName"]
    answer = await intouch.post(
        "/api/buscases", json={"customer": 1, "name": "x", "caseType": 1000}, auth=(JOHNSON, "demo-password")
    )
    assert (await shown(synergist, answer.json()["id"]))["poOrderedByUserName"] == JOHNSON


async def test_the_name_of_who_ordered_survives_the_user(synergist, demo_homs):
    (row,) = written(await create(synergist, NEW, user=JOHNSON))["data"]
    answer = await demo_homs.delete(f"/api/users/{JOHNSON}")
    assert answer.status_code in (200, 204), answer.text

    assert (await shown(synergist, row["poInternal"]))["poOrderedByUserName"] == JOHNSON


# State


async def test_done_in_homs_is_completed_here_and_back(synergist, demo_homs, extensiv):
    assert (await shown(synergist, REAL))["poCompleted"] is False
    await homs_changed(demo_homs, REAL, state="in_progress")
    assert (await shown(synergist, REAL))["poCompleted"] is False

    await completed(demo_homs, REAL)

    assert (await shown(synergist, REAL))["poCompleted"] is True
    assert (await extensiv_order(extensiv, REAL))[0]["ReadOnly"]["Closed"] is True
    assert dict(await completions(synergist))[REAL] is True
    await homs_changed(demo_homs, REAL, state="to_execute")
    assert (await shown(synergist, REAL))["poCompleted"] is False


async def completions(synergist):
    answer = await asked(synergist)
    return [(record["poInternal"], record["poCompleted"]) for record in answer.json()["data"]]


async def test_completion_cannot_be_written_here(synergist, demo_homs):
    told = written(await update(synergist, {"poInternal": REAL, "poCompleted": True}))

    assert warnings(told) == {"poCompleted"}
    assert (await homs_order(demo_homs, REAL))["state"] == "to_execute"


async def test_an_archived_order_is_still_shown(synergist, demo_homs):
    await homs_changed(demo_homs, REAL, archived=True)

    assert await listed(synergist) == list(PURCHASES)
    assert (await updated(synergist, REAL, poCost=1))["poCost"] == 1


# Numbers


async def test_an_estimate_has_est_here_and_its_code_elsewhere(synergist, extensiv, iinsight, demo_homs):
    purchase = await entered(synergist)
    code = (await homs_order(demo_homs, purchase))["code"]

    assert (await shown(synergist, purchase))["poPONumber"] == EST
    assert (await extensiv_order(extensiv, purchase))[0]["PurchaseOrderNumber"] == code
    assert await listed(synergist, search=code) == []


async def test_a_promoted_number_is_shown_everywhere(synergist, extensiv, iinsight):
    purchase = await bought(synergist)
    number = (await shown(synergist, purchase))["poPONumber"]

    assert (await extensiv_order(extensiv, purchase))[0]["PurchaseOrderNumber"] == number
    assert (await iinsight_names(iinsight, 5))[purchase] == number


async def test_a_number_given_elsewhere_is_shown_here(synergist, extensiv, iinsight):
    first, second = await in_extensiv(extensiv), await in_iinsight(iinsight, "PO%20IX")

    assert (await shown(synergist, first))["poPONumber"] == "PO-9001"
    assert (await shown(synergist, second))["poPONumber"] == "PO IX"
    assert await listed(synergist, search="po-9") == [first]
    assert await listed(synergist, search="po ix") == [second]


async def test_a_real_purchase_without_number_shows_its_code(synergist, demo_homs):
    order = await in_homs(demo_homs)

    assert (await shown(synergist, order["id"]))["poPONumber"] == order["code"]
    assert await listed(synergist, search=order["code"].lower()) == [order["id"]]


async def test_a_number_that_an_estimate_got_elsewhere_is_kept_by_promotion(synergist, extensiv):
    purchase = await entered(synergist)
    await put_in_extensiv(extensiv, purchase, PurchaseOrderNumber="OWN-1")
    assert (await shown(synergist, purchase))["poPONumber"] == EST

    assert (await promoted(synergist, purchase))["poPONumber"] == "OWN-1"


async def test_what_other_faces_enter_is_real_already(synergist, demo_homs, extensiv, iinsight):
    for purchase in (
        (await in_homs(demo_homs))["id"],
        await in_extensiv(extensiv),
        await in_iinsight(iinsight, "PO%20IX"),
    ):
        refused(await act(synergist, "promote", purchase))


# Cost from lines


async def test_the_cost_of_an_extensiv_purchase_is_the_sum_of_its_lines(synergist, extensiv):
    purchase = await in_extensiv(extensiv, lineItems=PRICED)
    record = await shown(synergist, purchase)
    assert amounts(record, *ACTUAL) == "31.63 31.63 0 31.63 31.63 31.63"
    assert record["poCostDisplay"] == "£31.63"

    await put_in_extensiv(extensiv, purchase, LineItems=PRICED[1:])
    assert amounts(await shown(synergist, purchase), "poCost") == "21"

    await put_in_extensiv(extensiv, purchase, LineItems=[PRICED[1] | {"quantity": 100}])
    assert amounts(await shown(synergist, purchase), "poCost") == "300"


async def test_lines_without_price_cost_nothing(synergist, extensiv):
    purchase = await in_extensiv(extensiv, lineItems=[{"itemIdentifier": {"id": 1}, "quantity": 3}])

    assert amounts(await shown(synergist, purchase), "poCost", "poCharge") == "0 0"


@pytest.mark.parametrize(
    "changes",
    [{"poCost": 50}, {"poCurrencyCost": 50}, {"poMarkup": 20}, {"poCharge": 90}, {"poCurrencyCharge": 90}],
    ids=str,
)
async def test_once_the_actual_group_is_entered_here_it_stays(synergist, extensiv, changes):
    purchase = await in_extensiv(extensiv, lineItems=PRICED)
    await updated(synergist, purchase, **changes)
    before = amounts(await shown(synergist, purchase), *ACTUAL)

    await put_in_extensiv(extensiv, purchase, LineItems=[PRICED[1] | {"quantity": 100}])

    assert amounts(await shown(synergist, purchase), *ACTUAL) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"poTheirRef": "x"},
        {"poEstCost": 5},
        {"poOriginalCost": 5},
        {"poDateRequired": "2025-03-01"},
        {"poCost": "31.63", "poMarkup": 0},
    ],
    ids=str,
)
async def test_what_does_not_change_the_actual_group_leaves_the_cost_to_the_lines(synergist, extensiv, changes):
    purchase = await in_extensiv(extensiv, lineItems=PRICED)
    await updated(synergist, purchase, **changes)

    await put_in_extensiv(extensiv, purchase, LineItems=PRICED[1:])

    assert amounts(await shown(synergist, purchase), "poCost") == "21"


async def test_lines_that_cost_the_same_leave_amounts_that_follow_from_them(synergist, extensiv):
    purchase = await in_extensiv(extensiv, lineItems=PRICED)
    before = amounts(await shown(synergist, purchase), *ACTUAL)
    await put_in_extensiv(extensiv, purchase, Notes="something else")

    assert amounts(await shown(synergist, purchase), *ACTUAL) == before


async def test_items_of_intouch_are_lines_too(synergist, intouch, demo_homs):
    order = await in_homs(demo_homs)
    answer = await intouch.post(
        f"/api/buscases/{order['id']}/buscaseitems", json={"title": "Box", "quantity": 3, "price": 1.5}
    )
    assert answer.status_code == 201, answer.text
    assert amounts(await shown(synergist, order["id"]), "poCost", "poCharge") == "4.5 4.5"

    item = answer.json()["id"]
    answer = await intouch.patch(f"/api/buscases/{order['id']}/buscaseitems/{item}", json={"quantity": 10})
    assert answer.status_code == 200, answer.text
    assert amounts(await shown(synergist, order["id"]), "poCost") == "15"


async def test_an_entered_cost_does_not_follow_lines(synergist, intouch):
    answer = await intouch.post(
        f"/api/buscases/{REAL}/buscaseitems", json={"title": "Box", "quantity": 3, "price": 1.5}
    )
    assert answer.status_code == 201, answer.text

    assert amounts(await shown(synergist, REAL), *ACTUAL) == "150 0 30 195 195 195"


async def test_an_estimate_does_not_follow_lines(synergist, intouch):
    purchase = await entered(synergist, poEstCost=100)
    answer = await intouch.post(
        f"/api/buscases/{purchase}/buscaseitems", json={"title": "Box", "quantity": 3, "price": 1.5}
    )
    assert answer.status_code == 201, answer.text
    assert amounts(await shown(synergist, purchase), "poCost", "poEstCost") == "0 100"

    assert amounts(await promoted(synergist, purchase), "poCost") == "100"
    item = answer.json()["id"]
    await intouch.patch(f"/api/buscases/{purchase}/buscaseitems/{item}", json={"quantity": 10})
    assert amounts(await shown(synergist, purchase), "poCost") == "100"


async def test_a_sum_beyond_the_limit_leaves_the_cost_as_it_was(synergist, extensiv):
    purchase = await in_extensiv(extensiv, lineItems=PRICED)
    huge = {"itemIdentifier": {"id": 1}, "quantity": 10_000_000, "price": 9_999_999}

    await put_in_extensiv(extensiv, purchase, LineItems=[huge, huge])

    assert amounts(await shown(synergist, purchase), "poCost") == "31.63"
    await put_in_extensiv(extensiv, purchase, LineItems=PRICED[1:])
    assert amounts(await shown(synergist, purchase), "poCost") == "21"


async def test_while_an_investment_is_on_lines_make_the_investment(synergist, extensiv):
    purchase = await in_extensiv(extensiv, lineItems=PRICED)
    await invested(synergist, purchase)

    await put_in_extensiv(extensiv, purchase, LineItems=PRICED[1:])

    assert amounts(await shown(synergist, purchase), "poCost", "poCharge", "poInvestment") == "21 0 21"


# What this face cannot see, it does not harm


async def test_a_write_here_keeps_what_homs_wrote(synergist, demo_homs, demo_book):
    kind = replace(ALL_KINDS, code="stocked_purchase", name="Stocked purchase", kind="purchase")
    await types.add(demo_book.desk, demo_book.caller, kind, activate=True)
    order = await in_homs(demo_homs, order_type_code="stocked_purchase", data=DATA, ext_code="E-1")
    before = await homs_changed(
        demo_homs,
        order["id"],
        state="done",
        bp_id="p-1",
        bp_state="approved",
        archived=True,
        done_at="2016-05-16T13:52:48+03:00",
        user_email=JOHNSON,
    )

    await updated(synergist, order["id"], poCost=5, poTheirRef="x", poCurrencyCode="1/EUR")
    await invested(synergist, order["id"])

    after = await homs_order(demo_homs, order["id"])
    assert still(after) == still(before)
    assert after["data"]["aString"] == "text"


def still(order):
    """A HOMS order without what every write moves."""
    return {name: value for name, value in order.items() if name not in ("updated_at", "version")}


async def test_a_write_here_keeps_what_intouch_wrote(synergist, intouch):
    purchase = await bought(synergist)
    await intouch_changed(intouch, purchase, **IN_INTOUCH)
    answer = await intouch.post(
        f"/api/buscases/{purchase}/buscaseitems", json={"title": "Box", "unit": "kg", "quantity": 2, "colour": ["blue"]}
    )
    assert answer.status_code == 201, answer.text
    order, items = await intouch_order(intouch, purchase), await intouch_items(intouch, purchase)
    assert order["colour"] == IN_INTOUCH["colour"]

    await updated(synergist, purchase, poCost=5, poTheirRef="x", poDateRequired="2025-03-01")
    await invested(synergist, purchase)

    assert await intouch_order(intouch, purchase) == order
    assert await intouch_items(intouch, purchase) == items


async def test_a_write_here_keeps_what_extensiv_wrote(synergist, extensiv):
    members = {"issueDate": "2025-03-01T09:30:00", "supplier": {"contactId": 1}, "externalId": "EXT-1", "notes": "n"}
    purchase = await in_extensiv(extensiv, lineItems=PRICED, **members)
    before, _ = await extensiv_order(extensiv, purchase)

    await updated(synergist, purchase, poCost=5, poTheirRef="x", poDescription="y")
    await invested(synergist, purchase)

    after, _ = await extensiv_order(extensiv, purchase)
    assert without_stamps(after) == without_stamps(before)


async def test_a_write_here_keeps_the_case_and_the_name_in_iinsight(synergist, iinsight):
    purchase = await in_iinsight(iinsight, "PO%20IX")
    await updated(synergist, purchase, poCost=5, poDescription="y")

    assert (await iinsight_names(iinsight, 1))[purchase] == "PO IX"


async def test_a_whole_record_of_another_faces_purchase_can_be_put_back(
    synergist, demo_homs, intouch, extensiv, iinsight
):
    long = await in_iinsight(iinsight, "L" * 200)
    await intouch_changed(intouch, long, name="y" * 2000, comment="z" * 2000)
    for purchase in (
        (await in_homs(demo_homs))["id"],
        await in_extensiv(extensiv, lineItems=PRICED, supplier={"companyName": "No Code Ltd"}),
        long,
        LOCKED,
    ):
        before = await shown(synergist, purchase)
        told = written(await update(synergist, before))
        assert told["warningmessage"] == ""
        after = await shown(synergist, purchase)
        assert {name for name in after if after[name] != before[name]} <= {
            "poTimeStampModified",
            "poRecordVersionNumber",
        }


async def test_other_faces_keep_what_was_written_here(synergist, demo_homs, intouch, extensiv):
    purchase = await bought(synergist, poTheirRef="A-17", poCurrencyCode="1/EUR", poEstCost=100)
    await updated(synergist, purchase, poDateRequired="2025-03-01", poOriginalCost=7)
    before = await shown(synergist, purchase)

    await homs_changed(demo_homs, purchase, bp_state="approved")
    await intouch_changed(intouch, purchase, totalPrice=5)
    await put_in_extensiv(extensiv, purchase, ExternalId="E-1")

    after = await shown(synergist, purchase)
    assert {name for name in after if after[name] != before[name]} == {
        "poTimeStampModified",
        "poRecordVersionNumber",
    } - ({"poTimeStampModified"} if after["poTimeStampModified"] == before["poTimeStampModified"] else set())


# Versions


async def test_the_version_counts_the_writes_of_every_face(synergist, demo_homs, intouch, extensiv):
    purchase = await in_extensiv(extensiv, lineItems=PRICED)
    assert (await shown(synergist, purchase))["poRecordVersionNumber"] == 1

    await homs_changed(demo_homs, purchase, bp_state="new")
    await intouch_changed(intouch, purchase, comment="x")
    await put_in_extensiv(extensiv, purchase, Notes="y")
    await updated(synergist, purchase, poTheirRef="z")

    assert (await shown(synergist, purchase))["poRecordVersionNumber"] == 5


async def test_the_version_lock_sees_the_writes_of_every_face(synergist, demo_homs):
    await homs_changed(demo_homs, REAL, bp_state="new")

    refused(await update(synergist, {"poInternal": REAL, "poCost": 1, "poRecordVersionNumber": 16}))
    assert (await updated(synergist, REAL, poCost=1, poRecordVersionNumber=17))["poRecordVersionNumber"] == 18


async def test_a_write_here_moves_the_tag_of_extensiv(synergist, extensiv):
    record, tag = await extensiv_order(extensiv, REAL)
    await updated(synergist, REAL, poEstCost=33)

    kept = {name: value for name, value in record.items() if name not in ("_links", "ReadOnly")}
    answer = await extensiv.put(f"/inventory/pos/{REAL}", json=kept, headers={"If-Match": tag})
    assert answer.status_code == 412
    assert (await extensiv_order(extensiv, REAL))[1] != tag


# Deleting


async def test_a_purchase_deleted_here_is_gone_everywhere(synergist, demo_homs, intouch, extensiv, iinsight):
    purchase = await bought(synergist)
    await deleted(synergist, purchase)

    assert await homs_order(demo_homs, purchase) is None
    assert (await intouch.get(f"/api/buscases/{purchase}")).status_code == 404
    assert (await extensiv.get(f"/inventory/pos/{purchase}")).status_code == 404
    assert purchase not in await iinsight_names(iinsight, 5)


async def test_a_purchase_deleted_elsewhere_is_gone_here(synergist, demo_homs, iinsight):
    code = (await homs_order(demo_homs, EURO))["code"]
    answer = await demo_homs.delete(f"/api/orders/{code}")
    assert answer.status_code in (200, 204), answer.text
    answer = await iinsight.delete(f"/api1/purchase_orders/delete?case_id=5&purchase_order_id={ESTIMATE}")
    assert answer.status_code == 200, answer.text

    assert await is_gone(synergist, EURO)
    assert await is_gone(synergist, ESTIMATE)
    assert await listed(synergist) == [REAL, LOCKED]


async def test_the_purchase_that_is_locked_is_locked_here(synergist, demo_book):
    assert (await shown(synergist, LOCKED))["poPONumber"] == "PO-LOCKED"
    async with no_trace(demo_book):
        refused(await delete(synergist, LOCKED), 404500)


async def test_deleting_here_frees_the_number_for_extensiv(synergist, extensiv):
    purchase = await in_extensiv(extensiv)
    await deleted(synergist, purchase)

    await in_extensiv(extensiv)


# One history


async def test_each_change_here_is_one_event_that_tells_face_and_person_and_what_changed(synergist, demo_book):
    await updated(synergist, REAL, poOrderText="before the change")
    await updated(synergist, REAL, poOrderText="after the change", poCost=4321)

    event = await last_event(demo_book)
    assert (event["face"], event["actor"], event["noun_id"]) == ("synergist", DEMO, REAL)
    text = json.dumps(event)
    for part in ("before the change", "after the change", "4321", "150"):
        assert part in text


async def test_a_refused_call_is_seen_in_no_face(synergist, demo_homs, intouch, extensiv, demo_book):
    seen = [
        await homs_order(demo_homs, REAL),
        await intouch_order(intouch, REAL),
        await extensiv_order(extensiv, REAL),
        await rows(demo_book, "events"),
    ]
    async with no_trace(demo_book):
        refused(await update(synergist, {"poInternal": REAL, "poOrderText": "x"}, {"poInternal": 1, "poCost": 1}))

    assert seen == [
        await homs_order(demo_homs, REAL),
        await intouch_order(intouch, REAL),
        await extensiv_order(extensiv, REAL),
        await rows(demo_book, "events"),
    ]


async def test_prices_of_intouch_are_not_costs(synergist, intouch):
    await intouch_changed(intouch, REAL, totalPrice=999)
    assert amounts(await shown(synergist, REAL), "poCost") == "150"

    await updated(synergist, REAL, poCost=5)
    assert Decimal(str((await intouch_order(intouch, REAL))["totalPrice"])) == 999


async def test_a_case_made_for_iinsight_can_be_charged_here(synergist, demo_book):
    await demo_book.add_case("1/00009999.001", "A new phase", 1)
    purchase = await entered(synergist, poJobandPhase="1/00009999.001", poEstCost=10)

    assert await listed(synergist, job="1/00009999") == [purchase]
    written(await act(synergist, "promote", purchase), PROMOTED)
    assert await listed(synergist, jobphase=PHASE) == [REAL, ESTIMATE, EURO]
