"""The rules that hold across all five faces, besides those that have a file of their own. Source: design."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from orderloom.demo.people import DEMO_USER
from tests.conformance.face import Tenant
from tests.conformance.faces import OTHER_USER
from tests.conformance.matrix.conftest import add_stocked
from tests.conformance.matrix.five import Five, Snapshot, assert_accepted, first_line, full_order
from tests.conformance.matrix.hands import HANDS, Hand
from tests.conformance.matrix.table import DATA_FIELDS, EXTENSIV, HOMS, IINSIGHT, INTOUCH, STOCKED, SYNERGIST

FACES = [hand.face.name for hand in HANDS]


async def assert_refused(
    five: Five, order_id: int, answer: httpx.Response, before: Snapshot, status: int, words: str
) -> None:
    """Fails unless the answer is this refusal, in these words, and every face shows the order as it was."""
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert await five.shown(order_id) == before


# Versions


def version_in(snapshot: Snapshot) -> int:
    return int(snapshot[SYNERGIST]["poRecordVersionNumber"])


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_a_write_to_an_item_raises_the_version_and_leaves_when_the_order_was_modified(
    method: str, five: Five, stocked: Tenant
) -> None:
    order_id = await full_order(five)
    other = (await Five.of(stocked, OTHER_USER)).intouch
    path = other.items(order_id) + ("" if method == "POST" else f"/{await first_line(five, order_id)}")
    before = await five.shown(order_id)

    assert_accepted(other, await other.sent(method, path, {"title": "x", "note": "x"}))

    after = await five.shown(order_id)
    assert version_in(after) == version_in(before) + 1
    assert after[EXTENSIV]["ETag"] != before[EXTENSIV]["ETag"]
    assert after[EXTENSIV]["readOnly"] == before[EXTENSIV]["readOnly"]
    assert after[SYNERGIST]["poTimeStampModified"] == before[SYNERGIST]["poTimeStampModified"]
    order = {name: value for name, value in before[INTOUCH].items() if name != "buscaseitems"}
    assert {name: after[INTOUCH][name] for name in order} == order


async def test_a_write_that_alters_no_value_raises_the_version_and_tells_who_it_was(
    five: Five, stocked: Tenant
) -> None:
    order_id = await full_order(five)
    others = await Five.of(stocked, OTHER_USER)
    for hand, attributes in (
        (others.homs, {"state": "in_progress"}),
        (others.extensiv, {}),
        (others.intouch, {}),
        (others.synergist, {"poInternal": order_id, "poInvest": False}),
    ):
        before = await five.shown(order_id)
        assert_accepted(hand, await hand.change(order_id, attributes))
        after = await five.shown(order_id)
        assert version_in(after) == version_in(before) + 1
        assert after[INTOUCH]["modifiedBy"] == OTHER_USER
        assert after[EXTENSIV]["readOnly"]["lastModifiedDate"] > before[EXTENSIV]["readOnly"]["lastModifiedDate"]


async def test_a_version_that_one_face_shows_is_stale_after_a_write_through_any_other(five: Five) -> None:
    order_id = await full_order(five)
    writes: dict[str, Any] = {
        HOMS: {"bp_state": "x"},
        SYNERGIST: {"poTheirRef": "x"},
        EXTENSIV: {"externalId": "x"},
        INTOUCH: {"comment": "x"},
    }
    for face, attributes in writes.items():
        seen = await five.shown(order_id)
        assert_accepted(five.hands[face], await five.hands[face].change(order_id, attributes))
        before = await five.shown(order_id)
        stale = await five.extensiv.replace(order_id, seen[EXTENSIV], seen[EXTENSIV]["ETag"])
        await assert_refused(five, order_id, stale, before, 412, "")
        lock = {"poTheirRef": "y", "poRecordVersionNumber": version_in(seen)}
        stale = await five.synergist.change(order_id, lock)
        await assert_refused(five, order_id, stale, before, 404, "poRecordVersionNumber")


# Leftovers


async def test_a_login_that_nobody_has_stays_until_somebody_answers_for_the_order(five: Five) -> None:
    order_id = await full_order(five)
    for value in ("gregor", "", OTHER_USER.upper(), "x" * 2_000):
        assert_accepted(five.intouch, await five.intouch.change(order_id, {"ownerUser": value}))
        snapshot = await five.shown(order_id)
        assert (snapshot[INTOUCH]["ownerUser"], snapshot[HOMS]["user_email"]) == (value, None)
    await five.change(HOMS, order_id, responsible=OTHER_USER)
    snapshot = await five.shown(order_id)
    assert (snapshot[INTOUCH]["ownerUser"], snapshot[HOMS]["user_email"]) == (OTHER_USER, OTHER_USER)


async def test_a_login_that_somebody_has_takes_the_place_of_one_that_nobody_has(five: Five) -> None:
    order_id = await full_order(five)
    for value in ("gregor", DEMO_USER):
        assert_accepted(five.intouch, await five.intouch.change(order_id, {"ownerUser": value}))
    await five.change(INTOUCH, order_id, responsible=None)
    snapshot = await five.shown(order_id)
    assert (snapshot[INTOUCH]["ownerUser"], snapshot[HOMS]["user_email"]) == (None, None)


async def test_a_product_that_the_customer_does_not_have_stays_until_the_line_gets_an_item(five: Five) -> None:
    order_id = await five.enter(IINSIGHT)
    line_id = await five.enter_line(INTOUCH, order_id, quantity=Decimal(1))
    for value in (0, -1, 99999999, 2**63 - 1):
        assert_accepted(five.intouch, await five.intouch.change_line(order_id, line_id, {"product": value}))
        snapshot = await five.shown(order_id)
        assert snapshot[INTOUCH]["buscaseitems"][0]["product"] == value
        assert "itemIdentifier" not in snapshot[EXTENSIV]["lineItems"][0]
    await five.change_line(EXTENSIV, order_id, line_id, item=1)
    assert (await five.intouch.show(order_id))["buscaseitems"][0]["product"] == 1
    await five.change_line(INTOUCH, order_id, line_id, item=None)
    snapshot = await five.shown(order_id)
    assert snapshot[INTOUCH]["buscaseitems"][0]["product"] is None
    assert "itemIdentifier" not in snapshot[EXTENSIV]["lineItems"][0]


# Types


@pytest.mark.parametrize("face", FACES)
async def test_no_purchase_becomes_anything_else(face: str, five: Five) -> None:
    order_id = await five.enter(face)
    before = await five.shown(order_id)
    answer = await five.homs.change(order_id, {"order_type_code": "support_request", "ext_code": "x"})
    await assert_refused(five, order_id, answer, before, 422, '"order_type"')
    for number in (1, 1002, 77):
        answer = await five.intouch.change(order_id, {"caseType": number, "comment": "x"})
        await assert_refused(five, order_id, answer, before, 400, '"value"')


@pytest.mark.parametrize("face", [HOMS, INTOUCH])
async def test_nothing_else_becomes_a_purchase(face: str, five: Five) -> None:
    order_id = await five.enter(face, type={HOMS: "support_request", INTOUCH: "case_type_7"}[face])
    before = await five.shown(order_id)
    assert [before[name] for name in (IINSIGHT, EXTENSIV, SYNERGIST)] == [None] * 3
    for code, number in (("purchase_order", 1000), (STOCKED, 1006)):
        answer = await five.homs.change(order_id, {"order_type_code": code, "ext_code": "x"})
        await assert_refused(five, order_id, answer, before, 422, '"order_type"')
        answer = await five.intouch.change(order_id, {"caseType": number, "comment": "x"})
        await assert_refused(five, order_id, answer, before, 400, '"value"')
    await five.change(HOMS, order_id, type="vacation_request")
    await five.change(INTOUCH, order_id, type="case_type_8")
    assert (await five.homs.show(order_id))["order_type_code"] == "case_type_8"


async def test_custom_fields_outlive_a_change_of_type_through_intouch_and_not_through_homs(five: Five) -> None:
    data = dict.fromkeys(DATA_FIELDS) | {"aString": "kept", "aNumber": 7}
    order_id = await five.enter(HOMS, type=STOCKED, data=data)
    await five.change(INTOUCH, order_id, type="purchase_order")
    assert (await five.homs.show(order_id))["data"] == []
    await five.change(INTOUCH, order_id, type=STOCKED)
    assert (await five.homs.show(order_id))["data"] == data

    await five.change(HOMS, order_id, type="purchase_order")
    await five.change(INTOUCH, order_id, type=STOCKED)
    assert (await five.homs.show(order_id))["data"] == dict.fromkeys(DATA_FIELDS)


async def test_a_purchase_whose_lines_name_items_stays_with_its_customer(five: Five) -> None:
    order_id = await full_order(five)
    before = await five.shown(order_id)
    for attributes in ({"customer": 2}, {"customer": 2, "comment": "x"}):
        answer = await five.intouch.change(order_id, attributes)
        await assert_refused(five, order_id, answer, before, 400, '"value"')
    for line in before[INTOUCH]["buscaseitems"]:
        await five.change_line(INTOUCH, order_id, line["id"], item=None)
    await five.change(INTOUCH, order_id, customer=2)
    assert (await five.extensiv.show(order_id))["customerIdentifier"]["id"] == 2


# Numbers


async def test_promotion_passes_by_every_number_that_a_purchase_has_in_any_face(five: Five) -> None:
    first = await promoted(five)
    assert len(first) == 6
    taken = [f"{int(first) + step:06}" for step in (1, 2, 4)]
    assert_accepted(five.iinsight, await five.iinsight.enter({"purchase_order": taken[0]}))
    await five.enter(EXTENSIV, number=taken[1], customer=2)
    estimated = await five.enter(SYNERGIST)
    await five.change(EXTENSIV, estimated, number=taken[2])
    assert [await promoted(five) for _ in range(2)] == [f"{int(first) + step:06}" for step in (3, 5)]


async def promoted(five: Five) -> str:
    """The number that a new estimate gets when it is made real."""
    order_id = await five.enter(SYNERGIST)
    assert_accepted(five.synergist, await five.synergist.promote(order_id))
    snapshot = await five.shown(order_id)
    assert snapshot[SYNERGIST]["poPONumber"] == snapshot[EXTENSIV]["purchaseOrderNumber"]
    return str(snapshot[SYNERGIST]["poPONumber"])


async def test_promotion_keeps_the_number_that_a_purchase_has(five: Five) -> None:
    order_id = await five.enter(SYNERGIST)
    await five.change(EXTENSIV, order_id, number="OWN")
    assert_accepted(five.synergist, await five.synergist.promote(order_id))
    snapshot = await five.shown(order_id)
    assert {snapshot[SYNERGIST]["poPONumber"], snapshot[EXTENSIV]["purchaseOrderNumber"]} == {"OWN"}


@pytest.mark.parametrize("entering", [IINSIGHT, EXTENSIV, SYNERGIST])
async def test_extensiv_refuses_a_number_that_a_purchase_of_the_customer_has_whoever_entered_it(
    entering: str, five: Five
) -> None:
    if entering == SYNERGIST:
        number = await promoted(five)
    else:
        number = "Straße 7"
        await five.enter(entering, number=number)
    order_id = await full_order(five)
    before = await five.shown(order_id)
    for spelled in (number, number.upper(), number.replace("ß", "SS")):
        answer = await five.extensiv.enter({"purchaseOrderNumber": spelled})
        await assert_refused(five, order_id, answer, before, 400, "Duplicate")
        answer = await five.extensiv.change(order_id, {"purchaseOrderNumber": spelled, "notes": "x"})
        await assert_refused(five, order_id, answer, before, 400, "Duplicate")
    await five.enter(EXTENSIV, number=number, customer=2)
    assert_accepted(five.iinsight, await five.iinsight.enter({"purchase_order": number}))


async def test_a_number_is_free_once_its_purchase_is_gone_or_has_another(five: Five) -> None:
    first = await five.enter(EXTENSIV, number="N")
    await five.change(EXTENSIV, first, number="M")
    second = await five.enter(EXTENSIV, number="n")
    assert_accepted(five.homs, await five.homs.delete(second))
    await five.enter(EXTENSIV, number="N")


# Deleting, and what is somebody else's


@pytest.mark.parametrize("face", FACES)
async def test_what_is_being_received_no_face_deletes(face: str, five: Five, stocked: Tenant) -> None:
    order_id = await five.enter(face)
    await stocked.book.open_receipt(order_id)
    before = await five.shown(order_id)
    for name, status, words in (
        (HOMS, 422, '{"base":["Cannot delete record because dependent records exist"]}'),
        (IINSIGHT, 409, '"conflict"'),
        (EXTENSIV, 403, '"InUse"'),
        (SYNERGIST, 404, "404500"),
        (INTOUCH, 405, ""),
    ):
        if before[name] is not None:
            answer = await five.hands[name].delete(order_id)
            await assert_refused(five, order_id, answer, before, status, words)
    await stocked.book.close_receipts(order_id)
    assert_accepted(five.homs, await five.homs.delete(order_id))
    assert set((await five.shown(order_id)).values()) == {None}


@pytest.mark.parametrize("face", FACES)
async def test_what_one_tenant_enters_no_face_of_another_shows_or_touches(
    face: str, five: Five, next_door: Tenant
) -> None:
    await add_stocked(next_door)
    theirs = await Five.of(next_door)
    order_id = await five.enter(face)
    before = await five.shown(order_id)
    assert set((await theirs.shown(order_id)).values()) == {None}
    theirs.homs.codes[order_id] = before[HOMS]["code"]
    for hand in theirs.hands.values():
        assert order_id not in await hand.show_all()
        answers = [await hand.delete(order_id)]
        if hand.changes:
            answers.append(await changed(hand, order_id))
        assert all(hand.face.refusing(answer) for answer in answers), [answer.text for answer in answers]
    assert await five.shown(order_id) == before


async def changed(hand: Hand, order_id: int) -> httpx.Response:
    """The answer to a change of a text."""
    attribute = {HOMS: "bp_state", EXTENSIV: "notes", SYNERGIST: "poTheirRef", INTOUCH: "comment"}[hand.name]
    if hand.name == EXTENSIV:
        given = {"purchaseOrderNumber": "x", "customerIdentifier": {"id": 1}, attribute: "x"}
        return await hand.replace(order_id, given)
    return await hand.change(order_id, {attribute: "x"})
