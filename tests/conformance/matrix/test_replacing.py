"""What a face cannot see, it cannot harm: a write that replaces the whole record replaces what its own face shows.

Source: design, "What a dialect cannot see, it cannot harm"; contracts/extensiv.md 6.3, contracts/intouch.md 5.3.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.conformance.matrix.five import Five, assert_accepted, first_line, full_order
from tests.conformance.matrix.snapshots import (
    expected_of,
    line_expected_of,
    line_of,
    line_shown_of,
    rest,
    rest_of_lines,
    shown_of,
)
from tests.conformance.matrix.table import EXTENSIV, HEAD, HOMS, INTOUCH, LINE, SYNERGIST
from tests.conformance.matrix.words import Field, without

# What stays though a whole record leaves it out. Source: contracts/intouch.md 3.1.
STAYS = {INTOUCH: {"type"}, EXTENSIV: set()}
MINIMAL = {
    EXTENSIV: (
        {"number": "Replaced", "customer": 1},
        {"purchaseOrderNumber": "Replaced", "customerIdentifier": {"id": 1}},
    ),
    INTOUCH: ({"title": "Replaced", "customer": 1}, {"name": "Replaced", "customer": 1}),
}


def replaced(fields: Mapping[str, Field], face: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What becomes of each field that a whole record of this face speaks of, whether it names it or not."""
    words = {name: field.words[face] for name, field in fields.items() if face in field.words}
    return {
        name: given.get(name, word.default)
        for name, word in words.items()
        if (word.changes or name in given) and name not in STAYS[face]
    }


@pytest.mark.parametrize("face", [EXTENSIV, INTOUCH])
async def test_a_whole_record_replaces_what_its_face_shows_and_leaves_the_rest(face: str, five: Five) -> None:
    order_id = await full_order(five)
    before = await five.shown(order_id)
    given, attributes = MINIMAL[face]

    assert_accepted(five.hands[face], await five.hands[face].replace(order_id, attributes))

    after = await five.shown(order_id)
    values = replaced(HEAD, face, given)
    for name, value in values.items():
        assert shown_of(HEAD[name], after) == expected_of(HEAD[name], after, value, number=given.get("number")), name
    lines = {EXTENSIV: "lineItems", INTOUCH: "buscaseitems"} if face == EXTENSIV else {}
    fields = [HEAD[name] for name in values]
    # A number shows in InTouch and iinsight where they have no other name for the order; both have one here.
    left = [
        {name: without(shown, [lines.get(name, "")]) for name, shown in rest(each, *fields).items()}
        for each in (before, after)
    ]
    assert left[0] == left[1]
    if face == EXTENSIV:
        assert (after[EXTENSIV]["lineItems"], after[INTOUCH]["buscaseitems"]) == ([], [])


async def test_a_line_that_extensiv_replaces_keeps_what_intouch_wrote_on_it(five: Five) -> None:
    order_id = await full_order(five)
    line_id = await first_line(five, order_id)
    before = await five.shown(order_id)
    given = {"item": 1, "quantity": 7}
    line = {"purchaseOrderLineItemId": line_id, "itemIdentifier": {"id": 1}, "quantity": 7}
    lines = [line, *before[EXTENSIV]["lineItems"][1:]]

    assert_accepted(five.extensiv, await five.extensiv.change(order_id, {"lineItems": lines}))

    await assert_replaced(five, order_id, line_id, EXTENSIV, given, before)


async def test_an_item_that_intouch_replaces_keeps_what_extensiv_wrote_on_it(five: Five) -> None:
    order_id = await full_order(five)
    line_id = await first_line(five, order_id)
    before = await five.shown(order_id)

    assert_accepted(five.intouch, await five.intouch.replace_line(order_id, line_id, {"title": "Replaced"}))

    await assert_replaced(five, order_id, line_id, INTOUCH, {"title": "Replaced"}, before)


async def assert_replaced(
    five: Five, order_id: int, line_id: int, face: str, given: Mapping[str, Any], before: Any
) -> None:
    """Fails unless the line has what was given, nothing else that its face shows, and all the rest."""
    after = await five.shown(order_id)
    values = replaced(LINE, face, given)
    line = line_of(five, after, line_id)
    for name, value in values.items():
        assert line_shown_of(LINE[name], line) == line_expected_of(LINE[name], line, value), name
    fields = [LINE[name] for name in values]
    assert rest_of_lines(five, after, line_id, *fields) == rest_of_lines(five, before, line_id, *fields)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_homs_changes_what_it_names_and_nothing_else(method: str, five: Five) -> None:
    order_id = await full_order(five)
    before = await five.shown(order_id)
    answer = await five.homs.sent(method, await five.homs.path(order_id), {"order": {"bp_state": "approved"}})
    assert_accepted(five.homs, answer)
    after = await five.shown(order_id)
    assert after[HOMS] == before[HOMS] | {"bp_state": "approved"}
    assert rest(after, HEAD["process_state"]) == rest(before, HEAD["process_state"])


async def test_actions_of_synergist_leave_what_it_cannot_see(five: Five) -> None:
    order_id = await five.enter(SYNERGIST)
    await five.change(HOMS, order_id, process_id="p-1", external_id="E", archived=True)
    await five.enter_line(EXTENSIV, order_id, quantity=2, price=3, notes="n")
    await five.change(INTOUCH, order_id, price_total=5, **{"leftover colour": "yellow"})
    before = await five.shown(order_id)
    for answer in (
        await five.synergist.promote(order_id),
        await five.synergist.invest(order_id, on=True),
        await five.synergist.invest(order_id, on=False),
    ):
        assert_accepted(five.synergist, answer)
    after = await five.shown(order_id)
    moved = ("number", "costing cost")
    assert rest(after, *map(HEAD.get, moved)) == rest(before, *map(HEAD.get, moved))
