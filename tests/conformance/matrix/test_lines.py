"""Every field of a line, written through each face that has lines and read through each, and what the lines cost.

Source: design, "One field, five names" and "Cost from lines".
"""

from decimal import Decimal
from typing import Any

import pytest

from tests.conformance.matrix.five import Five, assert_accepted, first_line, full_order
from tests.conformance.matrix.hands import CHANGING_LINES, WITH_LINES, Hand
from tests.conformance.matrix.snapshots import (
    line_expected_of,
    line_of,
    line_shown_of,
    rest,
    rest_of_lines,
    sent_as_shown,
)
from tests.conformance.matrix.table import EXTENSIV, INTOUCH, LINE, SYNERGIST, money
from tests.conformance.matrix.words import Field

BOTH = (EXTENSIV, INTOUCH)
COST = ("poCost", "poCurrencyCost", "poMarkup", "poCharge", "poChargeout", "poCurrencyCharge", "poCostDisplay")


def pairs(hands: tuple[type[Hand], ...], **can: bool) -> pytest.MarkDecorator:
    """Each field of a line with each hand whose face has such a word for it."""
    found = [
        pytest.param(field, hand, id=f"{field.name} by {hand.__name__}")
        for field in LINE.values()
        for hand in hands
        if (word := field.word(hand.face.name)) and all(getattr(word, name) is value for name, value in can.items())
    ]
    return pytest.mark.parametrize("field, kind", found)


@pairs(WITH_LINES, enters=True)
async def test_what_one_face_enters_on_a_line_each_shows_as_it_spells_it(
    field: Field, kind: type[Hand], five: Five
) -> None:
    face = kind.face.name
    word = field.words[face]
    order_id = await full_order(five)
    before = await five.shown(order_id)
    entered = []
    for value in field.to_enter(word):
        entered.append(await five.enter_line(face, order_id, **{field.name: value}))
        lines = line_of(five, await five.shown(order_id, BOTH), entered[-1])
        assert line_shown_of(field, lines) == line_expected_of(field, lines, word.keeps(value))
    after = await five.shown(order_id)
    for shown in WITH_LINES:
        lines_after = after[shown.face.name].pop(shown.lines)
        assert lines_after[: -len(entered)] == before[shown.face.name].pop(shown.lines)
        assert [line[shown.line_id] for line in lines_after[-len(entered) :]] == entered
    assert rest(after) == rest(before)


@pairs(CHANGING_LINES, changes=True)
async def test_what_one_face_changes_on_a_line_each_shows_as_it_spells_it_and_nothing_else_moves(
    field: Field, kind: type[Hand], five: Five
) -> None:
    face = kind.face.name
    word = field.words[face]
    order_id = await full_order(five)
    line_id = await first_line(five, order_id)
    for name, value in field.along.items():
        await five.change_line(EXTENSIV, order_id, line_id, **{name: value})
    five.hands[face] = five.as_hand(kind)
    before = await five.shown(order_id)
    for value in field.to_change(word):
        await five.change_line(face, order_id, line_id, **{field.name: value})
        lines = line_of(five, await five.shown(order_id, BOTH), line_id)
        assert line_shown_of(field, lines) == line_expected_of(field, lines, word.keeps(value))
    after = await five.shown(order_id)
    assert rest_of_lines(five, after, line_id, field) == rest_of_lines(five, before, line_id, field)


@pairs(WITH_LINES, changes=False)
async def test_what_a_face_does_not_take_of_a_line_is_refused_or_ignored(
    field: Field, kind: type[Hand], five: Five
) -> None:
    hand, word = five.hands[kind.face.name], field.words[kind.face.name]
    order_id = await full_order(five)
    line_id = await first_line(five, order_id)
    for value in field.samples:
        before = await five.shown(order_id)
        answer = await hand.change_line(order_id, line_id, sent_as_shown(word, value))
        after = await five.shown(order_id)
        if hand.accepted(answer):
            assert rest_of_lines(five, after, line_id) == rest_of_lines(five, before, line_id)
        else:
            assert hand.face.refusing(answer), answer.text
            assert after == before


async def test_a_line_that_extensiv_leaves_out_is_gone_in_intouch_and_no_other_is(five: Five) -> None:
    order_id = await full_order(five)
    last = await five.enter_line(INTOUCH, order_id, title="last")
    before = await five.shown(order_id)
    first, second, third = (line["id"] for line in before[INTOUCH]["buscaseitems"])
    assert third == last

    assert_accepted(five.extensiv, await five.extensiv.remove_line(order_id, second))

    after = await five.shown(order_id)
    assert after[INTOUCH]["buscaseitems"] == [each for each in before[INTOUCH]["buscaseitems"] if each["id"] != second]
    assert [line["purchaseOrderLineItemId"] for line in after[EXTENSIV]["lineItems"]] == [first, third]
    assert (await five.intouch.client.get(f"{five.intouch.items(order_id)}/{second}")).status_code == 404
    assert (await five.intouch.change_line(order_id, second, {"title": "x"})).status_code == 404
    assert await five.shown(order_id) == after


async def test_both_faces_show_lines_in_one_order_whatever_order_extensiv_gives_them(five: Five) -> None:
    order_id = await five.enter("iinsight")
    for number in (1, 2, 3):
        await five.enter_line(INTOUCH, order_id, title=f"line {number}", quantity=Decimal(number))
    shown = (await five.extensiv.show(order_id))["lineItems"]
    turned = [{**line, "itemIdentifier": {"id": 1}} for line in shown[::-1]]

    assert_accepted(five.extensiv, await five.extensiv.change(order_id, {"lineItems": turned}))

    assert [line["quantity"] for line in (await five.extensiv.show(order_id))["lineItems"]] == [3, 2, 1]
    # InTouch lists by id where nothing else is asked for.
    assert [line["title"] for line in (await five.intouch.show(order_id))["buscaseitems"]] == [
        "line 1",
        "line 2",
        "line 3",
    ]


async def test_a_line_without_a_title_shows_its_sku_in_intouch(five: Five) -> None:
    order_id = await full_order(five)
    line_id = await five.enter_line(EXTENSIV, order_id, item=2)
    assert line_of(five, await five.shown(order_id), line_id)[INTOUCH]["title"] == "SKU-2"
    await five.change_line(INTOUCH, order_id, line_id, title="Own")
    assert line_of(five, await five.shown(order_id), line_id)[INTOUCH]["title"] == "Own"


async def test_extensiv_shows_a_line_of_intouch_without_what_it_does_not_have(five: Five) -> None:
    order_id = await full_order(five)
    line_id = await five.enter_line(INTOUCH, order_id)
    shown = line_of(five, await five.shown(order_id), line_id)[EXTENSIV]
    assert shown == {"purchaseOrderLineItemId": line_id, "qualifier": ""}


# What lines cost


async def costs(five: Five, order_id: int) -> dict[str, Any]:
    shown = await five.synergist.show(order_id)
    return {name: shown[name] for name in COST}


def cost_of(*lines: tuple[str, str]) -> dict[str, Any]:
    """What Synergist shows for lines of these quantities and prices, in a purchase without currency or markup."""
    cost = money(sum((Decimal(quantity) * Decimal(price) for quantity, price in lines), Decimal(0)))
    sign = "-" if cost < 0 else ""
    return dict.fromkeys(COST, cost) | {"poMarkup": 0, "poCostDisplay": f"{sign}£{abs(cost):,.2f}"}


@pytest.mark.parametrize("entering", ["homs", "iinsight", "extensiv", "intouch"])
@pytest.mark.parametrize("writer", [EXTENSIV, INTOUCH])
async def test_the_cost_of_a_purchase_is_what_its_lines_come_to(writer: str, entering: str, five: Five) -> None:
    order_id = await five.enter(entering)
    if entering == "homs":
        await five.change(EXTENSIV, order_id, customer=1)
    assert await costs(five, order_id) == cost_of()
    first = await five.enter_line(writer, order_id, quantity=Decimal("2.5"), price=Decimal("4.258"))
    assert await costs(five, order_id) == cost_of(("2.5", "4.258"))
    second = await five.enter_line(writer, order_id, quantity=Decimal(3))
    assert await costs(five, order_id) == cost_of(("2.5", "4.258"))
    await five.change_line(writer, order_id, second, price=Decimal("0.0001"))
    assert await costs(five, order_id) == cost_of(("2.5", "4.258"), ("3", "0.0001"))
    await five.change_line(writer, order_id, first, quantity=Decimal("2000.5"), notes="x")
    assert await costs(five, order_id) == cost_of(("2000.5", "4.258"), ("3", "0.0001"))
    assert_accepted(five.extensiv, await five.extensiv.remove_line(order_id, first))
    assert await costs(five, order_id) == cost_of(("3", "0.0001"))


@pytest.mark.parametrize("writer", [EXTENSIV, INTOUCH])
async def test_a_cost_that_synergist_entered_stays(writer: str, five: Five) -> None:
    order_id = await five.enter("iinsight")
    await five.enter_line(writer, order_id, quantity=Decimal(2), price=Decimal(5))
    await five.change(SYNERGIST, order_id, **{"costing markup": Decimal(20)})
    before = await costs(five, order_id)
    assert (before["poCost"], before["poCharge"]) == (10, 12)
    await five.enter_line(writer, order_id, quantity=Decimal(2), price=Decimal(5))
    assert await costs(five, order_id) == before


async def test_an_estimate_costs_what_was_estimated_whatever_its_lines_come_to(five: Five) -> None:
    order_id = await five.enter(SYNERGIST, **{"costing estimate_cost": Decimal(200)})
    await five.enter_line(INTOUCH, order_id, quantity=Decimal(2), price=Decimal(5))
    assert (await costs(five, order_id))["poCost"] == 0
    assert_accepted(five.synergist, await five.synergist.promote(order_id))
    await five.enter_line(INTOUCH, order_id, quantity=Decimal(2), price=Decimal(5))
    assert (await costs(five, order_id))["poCost"] == 200
