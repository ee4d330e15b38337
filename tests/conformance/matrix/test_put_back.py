"""A face never refuses what it showed, and what comes back unchanged changes nothing.

Source: design, "A face never refuses what it showed" and "Versions".
"""

import pytest

from tests.conformance.matrix.five import Five, Snapshot
from tests.conformance.matrix.hands import Hand
from tests.conformance.matrix.odd_orders import ODD_ORDERS, Enter
from tests.conformance.matrix.snapshots import rest
from tests.conformance.matrix.table import HEAD, INTOUCH, ITEM_STAMPS
from tests.conformance.matrix.words import without

VERSION = HEAD["version"].words["synergist"]
PUTTING_BACK = ("homs", "extensiv", "synergist", "intouch")
every_odd_order = pytest.mark.parametrize("enter", ODD_ORDERS, ids=lambda enter: enter.__name__)


def still(snapshot: Snapshot, *, items: bool) -> dict[str, object]:
    """What is shown without what a write moves; also without what one to every item moves there, if there was one."""
    left = rest(snapshot)
    if items:
        own = left[INTOUCH]
        left[INTOUCH] = own | {"buscaseitems": [without(each, ITEM_STAMPS[INTOUCH]) for each in own["buscaseitems"]]}
    return left


async def put_back_everywhere(hand: Hand, order_id: int) -> int:
    """How often the order was put back through this face, as it was shown; fails if it is refused."""
    shown = await hand.show(order_id)
    if shown is None:
        return 0
    answers = await hand.put_back(order_id, shown)
    for answer in answers:
        assert hand.accepted(answer), (hand.name, answer.request.content, answer.status_code, answer.text)
    return len(answers)


@every_odd_order
async def test_what_a_face_showed_it_takes_back_and_nothing_changes_but_the_version(enter: Enter, five: Five) -> None:
    order_id = await enter(five)
    for name in PUTTING_BACK:
        before = await five.shown(order_id)
        times = await put_back_everywhere(five.hands[name], order_id)
        after = await five.shown(order_id)
        assert still(after, items=name == INTOUCH) == still(before, items=name == INTOUCH)
        if before["synergist"] is not None:
            assert VERSION.shown_in(after["synergist"]) == VERSION.shown_in(before["synergist"]) + times
            assert (after["extensiv"]["ETag"] == before["extensiv"]["ETag"]) == (times == 0)


@every_odd_order
async def test_what_is_put_back_beside_one_change_makes_that_change_alone(enter: Enter, five: Five) -> None:
    order_id = await enter(five)
    for name, field in (("homs", "process_state"), ("extensiv", "issued_at"), ("synergist", "supplier_reference")):
        hand, word = five.hands[name], HEAD[field].words[name]
        before = await five.shown(order_id)
        if before[name] is None:
            continue
        value = HEAD[field].samples[-1]
        answer = await hand.change(order_id, {**before[name], word.at: word.sends(value)})
        assert hand.accepted(answer), answer.text
        after = await five.shown(order_id)
        assert word.shown_in(after[name]) == word.spells(value)
        assert rest(after, HEAD[field]) == rest(before, HEAD[field])
