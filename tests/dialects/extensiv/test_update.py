"""Replacing a purchase. Source: contract section 6.3."""

import pytest

from .given_writes import (
    FORMS,
    FULL,
    LINE,
    LOCKED,
    NEW,
    NOWHERE,
    body,
    business,
    changed,
    delete,
    entered,
    fault,
    iinsight_purchase,
    is_empty,
    line_ids,
    no_trace,
    order_id,
    put,
    put_back,
    read,
    sendable,
    shown,
    stored,
    tag_of,
    timeless,
    version,
)

OTHER_LINE = LINE | {"quantity": 9, "notes": "another"}
NO_IDS = ("abc", "1.5", "-1", "0", "10008376.0", "1e3", str(2**31), str(2**63), str(10**30), "%00", "%20", "x%FFx")


async def test_a_stranger_changes_nothing(extensiv, demo_book):
    tag = await tag_of(extensiv, LOCKED)

    async with no_trace(demo_book):
        answer = await extensiv.put(f"/inventory/pos/{LOCKED}", json=NEW, headers={"If-Match": tag}, auth=None)

    assert is_empty(answer, 401)


async def test_the_neighbours_purchase_does_not_exist(extensiv):
    theirs = await entered(extensiv.neighbour)

    for tag in (None, "*", await tag_of(extensiv.neighbour, order_id(theirs))):
        assert is_empty(await put(extensiv, order_id(theirs), NEW, tag), 404)
    assert await shown(extensiv.neighbour, order_id(theirs)) == theirs


@pytest.mark.parametrize("number", NO_IDS)
async def test_what_is_no_id_of_a_purchase_is_404(extensiv, demo_book, number):
    async with no_trace(demo_book):
        for tag in (None, "*"):
            assert is_empty(await put(extensiv, number, NEW, tag), 404)


@pytest.mark.parametrize("number", [NOWHERE, 1, 241, 147])
async def test_an_order_that_is_no_purchase_is_404_and_nothing_is_entered(extensiv, demo_book, number):
    async with no_trace(demo_book):
        assert is_empty(await put(extensiv, number, NEW, "*"), 404)


@pytest.mark.parametrize("accept", FORMS)
async def test_the_answer_is_the_purchase_as_it_is_read_later(extensiv, accept):
    order = await entered(extensiv)

    answer = await put(extensiv, order_id(order), FULL, "*", accept)

    assert answer.headers["Content-Type"].replace(" ", "").lower() == f"{accept};charset=utf-8"
    assert await read(extensiv, order_id(order), accept) == (body(answer), answer.headers["ETag"])


async def test_every_writable_member_is_replaced(extensiv):
    order = await entered(extensiv, notes="old", externalId="old", supplier={"contactId": 2}, lineItems=[OTHER_LINE])

    after = body(await put(extensiv, order_id(order), FULL, "*"))

    assert business(after) == FULL


async def test_what_is_absent_becomes_null_or_its_default(extensiv):
    order = await entered(extensiv, **FULL)

    after = body(await put(extensiv, order_id(order), NEW, "*"))

    assert business(after) == NEW | {"customerIdentifier": FULL["customerIdentifier"], "lineItems": []}


@pytest.mark.parametrize("member", ["issueDate", "supplier", "notes", "externalId"])
async def test_each_member_alone_goes_when_it_is_absent_or_null(extensiv, member):
    order = await entered(extensiv, **FULL)
    without = {name: value for name, value in business(order).items() if name != member}

    assert business(await changed(extensiv, order_id(order), **{member: None})) == without
    body(await put(extensiv, order_id(order), FULL, "*"))
    assert business(body(await put(extensiv, order_id(order), FULL | {member: None}, "*"))) == without


@pytest.mark.parametrize("lines", [None, []])
async def test_no_lines_remove_every_line(extensiv, lines):
    order = await entered(extensiv, **FULL)

    after = body(await put(extensiv, order_id(order), FULL | {"lineItems": lines}, "*"))

    assert after["lineItems"] == []


async def test_server_owned_members_stay_whatever_is_sent(extensiv):
    order = await entered(extensiv)
    own = {
        "purchaseOrderId": NOWHERE,
        "creationDate": "1999-01-01T00:00:00",
        "lastModifiedDate": "1999-01-01T00:00:00",
        "closed": True,
    }

    after = body(await put(extensiv, order_id(order), NEW | {"readOnly": own}, "*"))

    assert timeless(after) == timeless(order)
    assert after["readOnly"]["lastModifiedDate"] >= order["readOnly"]["lastModifiedDate"]
    assert (await extensiv.get(f"/inventory/pos/{NOWHERE}")).status_code == 404


async def test_the_last_modification_rises_with_each_update(extensiv):
    order = await entered(extensiv)
    seen = [order["readOnly"]["lastModifiedDate"]]
    for number in range(3):
        after = await changed(extensiv, order_id(order), notes=f"{number}")
        assert after["readOnly"]["creationDate"] == order["readOnly"]["creationDate"]
        seen.append(after["readOnly"]["lastModifiedDate"])

    # A fraction of zero is not written: instants in this form compare as texts only with one.
    padded = [each if "." in each else f"{each}." for each in seen]
    assert padded == sorted(set(padded))


async def test_an_update_raises_the_version_by_one_and_leaves_one_event(extensiv, demo_book):
    order = await entered(extensiv, **FULL)
    before, events = await demo_book.counts(), len(await demo_book.events())

    await changed(extensiv, order_id(order), notes="x", lineItems=[LINE, LINE, LINE])

    assert await version(demo_book, order_id(order)) == 2
    assert len(await demo_book.events()) == events + 1
    assert (await demo_book.counts())["lines"] == before["lines"] + 1


@pytest.mark.parametrize("accept", FORMS)
async def test_what_is_put_back_unchanged_changes_no_business_value(extensiv, demo_book, accept):
    order = await entered(extensiv, **FULL)
    before = await shown(extensiv, order_id(order), accept)

    after = body(await put_back(extensiv, order_id(order), accept))

    assert timeless(after) == timeless(before)
    assert await version(demo_book, order_id(order)) == 2


@pytest.mark.parametrize("accept", FORMS)
@pytest.mark.parametrize("number", [LOCKED, 10008229, 10008375, 10008233])
async def test_every_demo_purchase_can_be_put_back(extensiv, demo_book, number, accept):
    before, row = await shown(extensiv, number, accept), await stored(demo_book, number)

    after = body(await put_back(extensiv, number, accept))

    assert timeless(after) == timeless(before)
    moved = ("version", "modified", "changed", "written")
    kept = {name: value for name, value in row.items() if not name.startswith(moved)}
    assert kept.items() <= (await stored(demo_book, number)).items()


@pytest.mark.parametrize("member", ["purchaseOrderNumber", "customerIdentifier"])
async def test_a_missing_null_or_blank_required_member_is_refused(extensiv, demo_book, member):
    order = await entered(extensiv, **FULL)
    without = {name: value for name, value in sendable(order).items() if name != member}
    blanks = ("", "  ") if member == "purchaseOrderNumber" else ({}, {"id": 0})
    expected = "Required", {member[0].upper() + member[1:]}

    async with no_trace(demo_book):
        assert fault(await put(extensiv, order_id(order), without, "*")) == expected
        for value in (None, *blanks):
            assert fault(await put(extensiv, order_id(order), without | {member: value}, "*")) == expected


@pytest.mark.parametrize("identifier", [{"id": 2}, {"name": "Second Customer"}, {"id": 2168, "name": "Demo Customer"}])
async def test_the_customer_may_not_change(extensiv, demo_book, identifier):
    order = await entered(extensiv)

    async with no_trace(demo_book):
        answer = await put(extensiv, order_id(order), NEW | {"customerIdentifier": identifier}, "*")

    assert fault(answer) == ("Incompatible", {"CustomerIdentifier"})


@pytest.mark.parametrize("identifier", [{"id": 1}, {"externalId": "demo-cust"}, {"name": "DEMO CUSTOMER"}])
async def test_the_same_customer_may_be_named_in_another_way(extensiv, identifier):
    order = await entered(extensiv)

    assert (await changed(extensiv, order_id(order), customerIdentifier=identifier))["customerIdentifier"]["id"] == 1


async def test_the_number_may_change(extensiv):
    order = await entered(extensiv)

    assert (await changed(extensiv, order_id(order), purchaseOrderNumber="B"))["purchaseOrderNumber"] == "B"
    assert (await shown(extensiv, order_id(order)))["purchaseOrderNumber"] == "B"


async def test_the_case_of_the_own_number_may_change(extensiv):
    order = await entered(extensiv, purchaseOrderNumber="Order-é")

    assert (await changed(extensiv, order_id(order), purchaseOrderNumber="ORDER-É"))["purchaseOrderNumber"] == "ORDER-É"


@pytest.mark.parametrize("number", ["PO-LOCKED", "po-locked"])
async def test_the_number_of_another_purchase_is_a_duplicate(extensiv, demo_book, number):
    order = await entered(extensiv, **FULL)

    async with no_trace(demo_book):
        answer = await put(extensiv, order_id(order), FULL | {"purchaseOrderNumber": number}, "*")

    assert fault(answer) == ("Duplicate", {"PurchaseOrderNumber"})


async def test_a_number_left_behind_is_free_and_cannot_be_taken_back(extensiv):
    first = await entered(extensiv, purchaseOrderNumber="A")
    await changed(extensiv, order_id(first), purchaseOrderNumber="B")
    second = await entered(extensiv, purchaseOrderNumber="a")

    record = NEW | {"purchaseOrderNumber": "A"}
    assert fault(await put(extensiv, order_id(first), record, "*")) == ("Duplicate", {"PurchaseOrderNumber"})
    assert (await delete(extensiv, order_id(second))).status_code == 204
    assert body(await put(extensiv, order_id(first), record, "*"))["purchaseOrderNumber"] == "A"


async def test_a_refused_update_leaves_the_number_claimed(extensiv):
    first = await entered(extensiv, purchaseOrderNumber="A")
    bad = NEW | {"purchaseOrderNumber": "B", "lineItems": [{}]}
    assert fault(await put(extensiv, order_id(first), bad, "*"))

    assert fault(await put(extensiv, LOCKED, NEW | {"purchaseOrderNumber": "A"}, "*"))[0] == "Duplicate"
    await entered(extensiv, purchaseOrderNumber="B")


async def test_two_numbers_can_be_exchanged_through_a_third(extensiv):
    ids = [order_id(await entered(extensiv, purchaseOrderNumber=number)) for number in "AB"]

    for which, number in ((0, "C"), (1, "A"), (0, "B")):
        await changed(extensiv, ids[which], purchaseOrderNumber=number)

    assert [(await shown(extensiv, each))["purchaseOrderNumber"] for each in ids] == ["B", "A"]


# Numbers that repeat


async def test_a_number_that_repeats_can_be_put_back_unchanged(extensiv, iinsight):
    twins = [await iinsight_purchase(iinsight, "TWIN") for _ in range(2)]

    for each in twins:
        for accept in FORMS:
            assert (await put_back(extensiv, each, accept)).status_code == 200
        assert (await changed(extensiv, each, notes="x"))["purchaseOrderNumber"] == "TWIN"


async def test_a_number_that_repeats_can_be_left_but_not_taken(extensiv, iinsight):
    first, second = [await iinsight_purchase(iinsight, "TWIN") for _ in range(2)]

    await changed(extensiv, first, purchaseOrderNumber="ALONE")
    answer = await put(extensiv, first, NEW | {"purchaseOrderNumber": "twin"}, "*")

    assert fault(answer) == ("Duplicate", {"PurchaseOrderNumber"})
    assert (await put_back(extensiv, second)).status_code == 200


async def test_a_number_repeated_after_ours_does_not_hinder_us(extensiv, iinsight):
    ours = await entered(extensiv, purchaseOrderNumber="OURS")
    await iinsight_purchase(iinsight, "OURS")

    assert (await put_back(extensiv, order_id(ours))).status_code == 200
    assert (await changed(extensiv, order_id(ours), notes="x"))["purchaseOrderNumber"] == "OURS"


async def test_a_number_is_taken_until_its_last_twin_is_gone(extensiv, iinsight):
    first, second = [await iinsight_purchase(iinsight, "TWIN") for _ in range(2)]
    record = NEW | {"purchaseOrderNumber": "TWIN"}

    assert (await delete(extensiv, first)).status_code == 204
    assert fault(await extensiv.post("/inventory/pos", json=record))[0] == "Duplicate"
    assert (await delete(extensiv, second)).status_code == 204
    await entered(extensiv, purchaseOrderNumber="TWIN")


async def test_lines_keep_their_ids_when_only_the_head_changes(extensiv):
    order = await entered(extensiv, **FULL)

    after = await changed(extensiv, order_id(order), notes="x", externalId="y")

    assert line_ids(after) == line_ids(order)
    assert after["lineItems"] == order["lineItems"]
