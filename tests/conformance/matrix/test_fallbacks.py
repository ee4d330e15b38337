"""What a face shows where a field has no value: what the table says comes in its place, in that order.

Source: design, "One field, five names", the rows of `code`, `number`, `title`, and of the line's `title`.
"""

from typing import Any

import pytest

from tests.conformance.matrix.five import Five, assert_accepted
from tests.conformance.matrix.table import EXTENSIV, HEAD, HOMS, IINSIGHT, INTOUCH, LINE, SYNERGIST

FALLING_BACK = [
    (name, face, word) for name, field in HEAD.items() for face, word in field.words.items() if word.else_shows
]


async def assert_named(five: Five, order_id: int, **values: Any) -> None:
    """Fails unless each face calls the order what it has to, given its number and title, and if it is an estimate."""
    snapshot = await five.shown(order_id)
    known = values | {"code": snapshot[HOMS]["code"]}
    for name, face, word in FALLING_BACK:
        shown = snapshot[face]
        assert shown is None or word.shown_in(shown) == word.spelled_of(known, name), (name, face)


def test_what_falls_back_is_what_the_design_says() -> None:
    assert {(name, face): word.else_shows for name, face, word in FALLING_BACK} == {
        ("number", IINSIGHT): ("title", "code"),
        ("number", EXTENSIV): ("code",),
        ("number", SYNERGIST): ("code",),
        ("title", INTOUCH): ("number", "code"),
    }
    assert LINE["title"].words[INTOUCH].else_shows == ("sku",)


async def test_a_purchase_that_homs_entered_is_called_by_its_code(five: Five) -> None:
    order_id = await five.enter(HOMS)
    await assert_named(five, order_id)
    await five.change(INTOUCH, order_id, title="Titled")
    await assert_named(five, order_id, title="Titled")


async def test_a_general_order_that_homs_entered_is_called_by_its_code(five: Five) -> None:
    order_id = await five.enter(HOMS, type="support_request")
    await assert_named(five, order_id)


async def test_a_purchase_of_iinsight_is_called_by_its_name(five: Five) -> None:
    order_id = await five.enter(IINSIGHT, number="Named")
    await assert_named(five, order_id, number="Named")


async def test_a_purchase_of_intouch_is_called_by_its_code_where_numbers_are_shown(five: Five) -> None:
    order_id = await five.enter(INTOUCH, title="Titled")
    await assert_named(five, order_id, title="Titled")


async def test_what_an_estimate_is_called_follows_its_number_and_its_title(five: Five) -> None:
    order_id = await five.enter(SYNERGIST, title="Titled")
    await assert_named(five, order_id, title="Titled", is_estimate=True)
    await five.change(SYNERGIST, order_id, title=None)
    await assert_named(five, order_id, is_estimate=True)
    await five.change(EXTENSIV, order_id, number="N-1")
    await assert_named(five, order_id, number="N-1", is_estimate=True)
    await five.change(INTOUCH, order_id, title="Titled again")
    await assert_named(five, order_id, number="N-1", title="Titled again", is_estimate=True)
    assert_accepted(five.synergist, await five.synergist.promote(order_id))
    await assert_named(five, order_id, number="N-1", title="Titled again")
    await five.change(SYNERGIST, order_id, title=None)
    await assert_named(five, order_id, number="N-1")


async def test_the_number_of_a_promoted_estimate_is_its_name_in_every_face(five: Five) -> None:
    order_id = await five.enter(SYNERGIST, title="Titled")
    assert_accepted(five.synergist, await five.synergist.promote(order_id))
    number = (await five.synergist.show(order_id))["poPONumber"]
    await assert_named(five, order_id, number=number, title="Titled")


async def test_what_was_shown_in_the_place_of_a_value_is_not_entered_when_it_comes_back(five: Five) -> None:
    order_id = await five.enter(SYNERGIST)
    await five.change(SYNERGIST, order_id, title=None)
    for hand in (five.intouch, five.extensiv, five.homs, five.synergist):
        for answer in await hand.put_back(order_id, await hand.show(order_id)):
            assert_accepted(hand, answer)
    await assert_named(five, order_id, is_estimate=True)
    await five.change(EXTENSIV, order_id, number="N-1")
    await assert_named(five, order_id, number="N-1", is_estimate=True)


@pytest.mark.parametrize(
    "members, shown",
    [
        ({"name": "Jan"}, ("", "Jan")),
        ({"companyName": "C", "name": "Jan"}, ("", "C")),
        ({"companyName": "C", "code": "S-1"}, ("S-1", "C")),
        ({"city": "Brno"}, ("", "")),
    ],
    ids=str,
)
async def test_synergist_calls_a_supplier_by_its_company_or_else_its_name(
    members: dict[str, str], shown: tuple[str, str], five: Five
) -> None:
    order_id = await five.enter("iinsight")
    assert_accepted(five.extensiv, await five.extensiv.change(order_id, {"supplier": members}))
    assert HEAD["supplier"].words[SYNERGIST].shown_in(await five.synergist.show(order_id)) == shown


async def test_synergist_and_homs_show_what_is_empty_in_their_own_way(five: Five) -> None:
    order_id = await five.enter("iinsight")
    await five.change(EXTENSIV, order_id, notes="")
    snapshot = await five.shown(order_id)
    assert (snapshot[EXTENSIV]["notes"], snapshot[INTOUCH]["comment"], snapshot[SYNERGIST]["poOrderText"]) == ("",) * 3
    await five.change(EXTENSIV, order_id, notes=None)
    snapshot = await five.shown(order_id)
    assert "notes" not in snapshot[EXTENSIV]
    assert (snapshot[INTOUCH]["comment"], snapshot[SYNERGIST]["poOrderText"]) == (None, "")
    assert snapshot[HOMS]["data"] == []
