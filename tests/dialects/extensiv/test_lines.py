"""How the lines of an update are matched with those that are stored. Source: contract section 6.3."""

import pytest

from .given_writes import (
    FORMS,
    FULL,
    FULL_LINE,
    LINE,
    LINE_DEFAULTS,
    LOCKED,
    NEW,
    NOWHERE,
    body,
    changed,
    entered,
    fault,
    intouch_items,
    line_ids,
    no_trace,
    order_id,
    put,
    put_back,
    sendable,
    shown,
    skus,
)


async def three_lines(extensiv):
    """A new purchase with three lines named a, b and c."""
    return await entered(extensiv, lineItems=[FULL_LINE | {"externalLineId": name} for name in "abc"])


async def replaced(extensiv, order, lines):
    """The purchase after an accepted PUT of it with these lines."""
    return body(await put(extensiv, order_id(order), sendable(order) | {"lineItems": sendable(lines)}, "*"))


async def refused(extensiv, book, order, lines):
    async with no_trace(book):
        return fault(await put(extensiv, order_id(order), sendable(order) | {"lineItems": sendable(lines)}, "*"))


def known(line, **members):
    """A line that is meant for this stored one."""
    return LINE | {"purchaseOrderLineItemId": line["purchaseOrderLineItemId"]} | members


def names(order):
    return [line.get("externalLineId") for line in order["lineItems"]]


async def test_a_known_line_is_updated_and_keeps_its_id(extensiv):
    order = await three_lines(extensiv)
    first, second, third = order["lineItems"]

    after = await replaced(extensiv, order, [first, second | {"quantity": 99, "notes": "more"}, third])

    assert after["lineItems"] == [first, second | {"quantity": 99, "notes": "more"}, third]
    assert (await shown(extensiv, order_id(order)))["lineItems"] == after["lineItems"]


async def test_a_known_line_may_get_another_item(extensiv):
    order = await three_lines(extensiv)

    after = await replaced(extensiv, order, [known(order["lineItems"][0], itemIdentifier={"sku": "SKU-2"})])

    assert line_ids(after) == line_ids(order)[:1]
    assert skus(after) == ["SKU-2"]


async def test_what_a_known_line_does_not_say_becomes_null_or_its_default(extensiv):
    order = await entered(extensiv, lineItems=[FULL_LINE])

    (line,) = (await replaced(extensiv, order, [known(order["lineItems"][0])]))["lineItems"]

    assert line == {
        "purchaseOrderLineItemId": line_ids(order)[0],
        "itemIdentifier": {"sku": "SKU-1", "id": 1},
        "qualifier": "",
        "quantity": 2,
    }


@pytest.mark.parametrize("name", LINE_DEFAULTS)
async def test_each_member_of_a_line_alone_goes_when_it_is_null(extensiv, name):
    order = await entered(extensiv, lineItems=[FULL_LINE])
    (line,) = order["lineItems"]

    after = await replaced(extensiv, order, [line | {name: None}])

    assert after["lineItems"] == [{key: value for key, value in line.items() if key != name}]


@pytest.mark.parametrize("no_id", [{}, {"purchaseOrderLineItemId": None}, {"purchaseOrderLineItemId": 0}])
async def test_a_line_without_an_id_is_a_new_line(extensiv, no_id):
    order = await three_lines(extensiv)

    after = await replaced(extensiv, order, [*order["lineItems"], LINE | no_id, LINE | no_id])

    assert line_ids(after)[:3] == line_ids(order)
    assert len(set(line_ids(after))) == 5
    assert min(line_ids(after)[3:]) > max(line_ids(order))


async def test_a_stored_line_that_is_not_in_the_body_is_removed(extensiv):
    order = await three_lines(extensiv)
    first, _, third = order["lineItems"]

    after = await replaced(extensiv, order, [first, third])

    assert after["lineItems"] == [first, third]


async def test_a_line_like_a_stored_one_but_without_its_id_takes_its_place(extensiv):
    order = await three_lines(extensiv)
    alike = [
        {name: value for name, value in line.items() if name != "purchaseOrderLineItemId"}
        for line in order["lineItems"]
    ]

    after = await replaced(extensiv, order, alike)

    assert names(after) == ["a", "b", "c"]
    assert not set(line_ids(after)) & set(line_ids(order))


async def test_a_removed_line_does_not_come_back(extensiv, demo_book):
    order = await three_lines(extensiv)
    first, second, third = order["lineItems"]
    after = await replaced(extensiv, order, [first, third])

    assert await refused(extensiv, demo_book, after, [first, second]) == (
        "DoesNotExist",
        {"LineItems[1].PurchaseOrderLineItemId"},
    )


async def test_lines_take_the_order_of_the_body(extensiv):
    order = await three_lines(extensiv)
    a, b, c = order["lineItems"]
    new = FULL_LINE | {"externalLineId": "new"}

    for lines in ([c, b, a], [b, new, a, c], [new, c], [c, new]):
        current = await shown(extensiv, order_id(order))
        wanted = [line for line in lines if line is new or line["purchaseOrderLineItemId"] in line_ids(current)]
        after = await replaced(extensiv, order, wanted)
        assert names(after) == [line["externalLineId"] for line in wanted]
        assert await shown(extensiv, order_id(order)) == after


async def test_many_lines_are_reversed_with_their_ids(extensiv):
    order = await entered(extensiv, lineItems=[LINE | {"externalLineId": f"L-{number}"} for number in range(120)])

    after = await replaced(extensiv, order, order["lineItems"][::-1])

    assert after["lineItems"] == order["lineItems"][::-1]


@pytest.mark.parametrize("number", [NOWHERE, -1])
async def test_an_id_that_is_no_line_is_refused(extensiv, demo_book, number):
    order = await three_lines(extensiv)
    lines = [*order["lineItems"], LINE | {"purchaseOrderLineItemId": number}]

    assert await refused(extensiv, demo_book, order, lines) == (
        "DoesNotExist",
        {"LineItems[3].PurchaseOrderLineItemId"},
    )


async def test_the_line_of_another_order_is_refused_and_stays_there(extensiv, demo_book):
    order, locked = await three_lines(extensiv), await shown(extensiv, LOCKED)

    for number in (2016, 370):
        found = await refused(extensiv, demo_book, order, [LINE | {"purchaseOrderLineItemId": number}])
        assert found == ("DoesNotExist", {"LineItems[0].PurchaseOrderLineItemId"})
    assert await shown(extensiv, LOCKED) == locked


async def test_the_neighbours_line_is_refused(extensiv, demo_book):
    theirs = await three_lines(extensiv.neighbour)
    order = await entered(extensiv)

    found = await refused(extensiv, demo_book, order, theirs["lineItems"])

    assert found[0] == "DoesNotExist"
    assert await shown(extensiv.neighbour, order_id(theirs)) == theirs


async def test_an_id_that_appears_twice_is_refused(extensiv, demo_book):
    order = await three_lines(extensiv)
    first, second, _ = order["lineItems"]

    code, blamed = await refused(extensiv, demo_book, order, [first, second, first | {"quantity": 1}])

    assert code == "Duplicate"
    assert blamed <= {f"LineItems[{place}].PurchaseOrderLineItemId" for place in (0, 2)}


@pytest.mark.parametrize(
    "members, expected",
    [
        ({"itemIdentifier": None}, ("Required", "ItemIdentifier")),
        ({"quantity": None}, ("Required", "Quantity")),
        ({"quantity": 0}, ("ValueNotSupported", "Quantity")),
        ({"price": -1}, ("ValueNotSupported", "Price")),
        ({"qualifier": "Green"}, ("DoesNotExist", "Qualifier")),
        ({"expectedDate": "soon"}, ("ValueNotSupported", "ExpectedDate")),
        ({"purchaseOrderLineItemId": "1"}, ("ValueNotSupported", "PurchaseOrderLineItemId")),
        ({"purchaseOrderLineItemId": True}, ("ValueNotSupported", "PurchaseOrderLineItemId")),
    ],
)
async def test_a_bad_known_line_refuses_the_whole_update(extensiv, demo_book, members, expected):
    order = await three_lines(extensiv)
    first, second, third = order["lineItems"]

    found = await refused(extensiv, demo_book, order, [first | {"quantity": 50}, LINE, second | members, third])

    assert found == (expected[0], {f"LineItems[2].{expected[1]}"})


@pytest.mark.parametrize("accept", FORMS)
async def test_lines_put_back_unchanged_stay_as_they_are(extensiv, accept):
    order = await entered(extensiv, **FULL)

    assert (await put_back(extensiv, order_id(order), accept)).status_code == 200
    assert (await shown(extensiv, order_id(order)))["lineItems"] == order["lineItems"]


async def test_every_face_sees_the_lines_that_are_left(extensiv, intouch):
    order = await three_lines(extensiv)
    first, _, third = order["lineItems"]

    after = await replaced(extensiv, order, [third, first, LINE])

    assert sorted(item["id"] for item in await intouch_items(intouch, order_id(order))) == sorted(line_ids(after))


async def test_a_line_may_stand_alone_many_times(extensiv):
    order = await entered(extensiv, lineItems=[LINE] * 4)

    assert len(set(line_ids(order))) == 4
    assert line_ids(await changed(extensiv, order_id(order), **NEW)) == line_ids(order)
