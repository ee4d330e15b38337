"""Deleting a purchase. Source: contract section 6.4; the design's rules for all faces."""

import pytest

from .given_writes import (
    FULL,
    LOCKED,
    NEW,
    NOWHERE,
    POS,
    changed,
    delete,
    entered,
    homs_order,
    homs_purchase,
    in_use,
    intouch_item,
    is_empty,
    last_event,
    no_trace,
    order_id,
    path,
    put,
    rows,
    shown,
    tag_of,
)


async def ids_listed(extensiv):
    answer = await extensiv.get(f"{POS}?pgsiz=1000")
    assert answer.status_code == 200
    return [order["ReadOnly"]["PurchaseOrderId"] for order in answer.json()["ResourceList"]]


async def test_a_stranger_deletes_nothing(extensiv, demo_book):
    order = await entered(extensiv)

    async with no_trace(demo_book):
        answer = await extensiv.delete(path(order_id(order)), headers={"If-Match": "*"}, auth=None)

    assert is_empty(answer, 401)


async def test_the_neighbours_purchase_does_not_exist(extensiv):
    theirs = await entered(extensiv.neighbour)

    assert is_empty(await delete(extensiv, order_id(theirs)), 404)
    assert await shown(extensiv.neighbour, order_id(theirs)) == theirs


async def test_a_deletion_is_204_without_a_body(extensiv):
    order = await entered(extensiv)

    assert is_empty(await delete(extensiv, order_id(order), await tag_of(extensiv, order_id(order))), 204)


async def test_a_deleted_purchase_is_gone(extensiv):
    order, kept = await entered(extensiv, **FULL), await entered(extensiv)
    assert (await delete(extensiv, order_id(order))).status_code == 204

    assert is_empty(await extensiv.get(path(order_id(order))), 404)
    for tag in (None, "*", '"x"'):
        assert is_empty(await put(extensiv, order_id(order), NEW, tag), 404)
        assert is_empty(await delete(extensiv, order_id(order), tag), 404)
    listed = await ids_listed(extensiv)
    assert order_id(order) not in listed
    assert order_id(kept) in listed


async def test_a_deletion_takes_the_lines_and_the_claim_and_leaves_an_event(extensiv, demo_book):
    order = await entered(extensiv, **FULL)
    before = await demo_book.counts()

    assert (await delete(extensiv, order_id(order))).status_code == 204

    after = await demo_book.counts()
    moved = {name: after[name] - before[name] for name in before if after[name] != before[name]}
    moved.pop("costings", None)
    assert moved == {"orders": -1, "lines": -2, "number_claims": -1, "events": 1}
    assert not await rows(demo_book, "lines", f"order_id = {order_id(order)}")


async def test_the_event_of_a_deletion_keeps_the_order(extensiv, demo_book):
    order = await entered(extensiv, **FULL)

    await delete(extensiv, order_id(order))

    kept = await last_event(demo_book)
    for text in ("PO-7002", "ring twice", "EXT-1", "handle with care"):
        assert text in kept


async def test_the_number_of_a_deleted_purchase_is_free(extensiv):
    order = await entered(extensiv)
    await delete(extensiv, order_id(order))

    again = await entered(extensiv)

    assert order_id(again) > order_id(order)


async def test_a_purchase_deleted_through_homs_is_gone_here_and_its_number_is_free(extensiv, demo_homs):
    order = await entered(extensiv)
    code = (await homs_order(demo_homs, order_id(order)))["code"]
    assert (await demo_homs.delete(f"/api/orders/{code}")).status_code == 204

    assert is_empty(await extensiv.get(path(order_id(order))), 404)
    assert is_empty(await put(extensiv, order_id(order), NEW, "*"), 404)
    await entered(extensiv)


async def test_a_purchase_deleted_here_is_gone_in_every_face(extensiv, demo_homs, intouch, iinsight):
    order = await entered(extensiv, **FULL)
    assert (await delete(extensiv, order_id(order))).status_code == 204

    assert await homs_order(demo_homs, order_id(order)) is None
    assert (await intouch.get(f"/api/buscases/{order_id(order)}")).status_code == 404
    for case in (1, 2, 3):
        records = (await iinsight.get(f"/api1/purchase_orders?case_id={case}")).json()
        assert str(order_id(order)) not in [each["record_id"] for each in records]


async def test_purchases_of_other_faces_can_be_deleted(extensiv, demo_homs, intouch):
    order = await homs_purchase(demo_homs)
    await intouch_item(intouch, order["id"])

    for number in (order["id"], 10008229, 10008233):
        assert is_empty(await delete(extensiv, number, await tag_of(extensiv, number)), 204)


@pytest.mark.parametrize("number", [NOWHERE, 1, 241, "abc", "-1", "0", str(2**63), "1.0", "%00"])
async def test_what_is_no_purchase_is_404(extensiv, demo_book, number):
    async with no_trace(demo_book):
        for tag in (None, "*"):
            assert is_empty(await delete(extensiv, number, tag), 404)


# Open receipts


async def test_the_locked_purchase_cannot_be_deleted(extensiv, demo_book):
    before = await shown(extensiv, LOCKED)

    async with no_trace(demo_book):
        for tag in ("*", await tag_of(extensiv, LOCKED)):
            assert in_use(await delete(extensiv, LOCKED, tag))

    assert await shown(extensiv, LOCKED) == before


async def test_a_purchase_with_an_open_receipt_is_in_use_until_it_is_closed(extensiv, demo_book):
    order = await entered(extensiv)
    await demo_book.open_receipt(order_id(order))

    async with no_trace(demo_book):
        assert in_use(await delete(extensiv, order_id(order)))
    await demo_book.close_receipts(order_id(order))
    assert is_empty(await delete(extensiv, order_id(order)), 204)


async def test_one_open_receipt_among_closed_ones_is_enough(extensiv, demo_book):
    order = await entered(extensiv)
    await demo_book.open_receipt(order_id(order))
    await demo_book.close_receipts(order_id(order))
    await demo_book.open_receipt(order_id(order))

    async with no_trace(demo_book):
        assert in_use(await delete(extensiv, order_id(order)))


async def test_an_open_receipt_of_another_purchase_does_not_matter(extensiv, demo_book):
    order, other = await entered(extensiv), await entered(extensiv, purchaseOrderNumber="OTHER")
    await demo_book.open_receipt(order_id(other))

    assert is_empty(await delete(extensiv, order_id(order)), 204)


async def test_a_purchase_in_use_can_still_be_changed(extensiv):
    after = await changed(extensiv, LOCKED, notes="still coming", lineItems=[])

    assert (after["notes"], after["lineItems"]) == ("still coming", [])


async def test_an_open_receipt_hinders_every_face(extensiv, demo_book, demo_homs):
    order = await entered(extensiv)
    await demo_book.open_receipt(order_id(order))
    code = (await homs_order(demo_homs, order_id(order)))["code"]

    async with no_trace(demo_book):
        assert in_use(await delete(extensiv, order_id(order)))
        answer = await demo_homs.delete(f"/api/orders/{code}")

    assert answer.status_code == 422
    assert "Cannot delete record because dependent records exist" in answer.text
