"""The lines of an order: a change gives all that it shall have."""

import pytest

from .given import LINE_MEMBERS, apart, changed, entered, no_trace, patch, path, pointers, post, shown

# Each test looks at orders of its own.
ONE_TENANT = True

FIELDS = {
    "title": "Rohlík",
    "quantity": "40",
    "unit": "kg",
    "price": "12.50",
    "price_total": "500.00",
    "locked": True,
    "facility_id": 1,
    "expected_at": "2026-03-01T08:30:00Z",
    "cancel_at": "2026-04-01T08:30:00Z",
    "notes": "křehké",
    "external_id": "L-1",
}
OTHER = {
    "title": "Houska",
    "quantity": "41",
    "unit": "",
    "price": "12.51",
    "price_total": "-1",
    "locked": False,
    "facility_id": 2,
    "expected_at": "2027-03-01T08:30:00Z",
    "cancel_at": "2027-04-01T08:30:00Z",
    "notes": "čerstvé",
    "external_id": "L-2",
}


def titles(order):
    return [line["title"] for line in order["lines"]]


async def of(v1, *names, **members):
    """A new order with lines of these titles."""
    return await entered(v1, lines=[{"title": name} for name in names], **members)


async def test_lines_with_an_id_stay_those_without_are_new_and_missing_ones_go(v1):
    order = await of(v1, "a", "b", "c")
    a, b, c = order["lines"]

    after = await changed(v1, order, lines=[{"id": c["id"]}, {"title": "new"}, {"id": a["id"], "title": "A"}])

    assert titles(after) == ["c", "new", "A"]
    new = after["lines"][1]
    assert [line["id"] for line in after["lines"]] == [c["id"], new["id"], a["id"]]
    assert new["id"] > c["id"]
    assert after["lines"][0] | {"modified_at": ""} == c | {"modified_at": ""}
    assert after["lines"][2]["modified_at"] > a["modified_at"]
    assert await shown(v1, order) == after
    assert b["id"] not in [line["id"] for line in after["lines"]]


async def test_a_line_that_went_does_not_come_back(v1, demo_book):
    order = await of(v1, "a", "b")
    a, b = order["lines"]
    await changed(v1, order, lines=[{"id": a["id"]}])

    async with no_trace(demo_book):
        assert pointers(await patch(v1, order, lines=[{"id": a["id"]}, {"id": b["id"]}])) == {"/lines/1/id": "unknown"}


async def test_an_empty_list_takes_all_lines_away_and_none_given_leaves_them(v1):
    order = await of(v1, "a", "b")

    assert (await changed(v1, order, title="x"))["lines"] == order["lines"]
    assert (await changed(v1, order, lines=[]))["lines"] == []


@pytest.mark.parametrize("names", ["cba", "bac", "acb", "cab"])
async def test_lines_stand_as_they_were_given_last(v1, names):
    order = await of(v1, *"abc")
    by_title = {line["title"]: line["id"] for line in order["lines"]}

    after = await changed(v1, order, lines=[{"id": by_title[name]} for name in names])

    assert titles(after) == [*names]
    assert titles(await changed(v1, order, title="x")) == [*names]
    after = await changed(v1, order, lines=[{"title": "0"}, *({"id": line["id"]} for line in after["lines"])])
    assert titles(after) == ["0", *names]
    assert titles(await changed(v1, after, lines=after["lines"][1:])) == [*names]


async def test_what_is_given_of_a_line_is_changed_and_the_rest_stays(v1):
    order = await entered(v1, customer_id=1, lines=[FIELDS | {"item_id": 1, "qualifier": "Blue"}, {"title": "x"}])
    for field, value in OTHER.items():
        before, second = order["lines"]
        order = await changed(v1, order, lines=[{"id": before["id"], field: value}, {"id": second["id"]}])

        after = order["lines"][0]
        assert after == before | {field: value, "modified_at": after["modified_at"]}, field
        assert after["modified_at"] > before["modified_at"]
        assert order["lines"][1] == second


async def test_null_clears_a_field_of_a_line(v1):
    order = await entered(v1, customer_id=1, lines=[FIELDS | {"item_id": 1, "qualifier": "Blue"}])
    for field in (name for name in FIELDS if name != "locked"):
        (before,) = order["lines"]
        order = await changed(v1, order, lines=[{"id": before["id"], field: None}])

        (after,) = order["lines"]
        assert after == before | {field: None, "modified_at": after["modified_at"]}, field
    line_id = order["lines"][0]["id"]
    assert pointers(await patch(v1, order, lines=[{"id": line_id, "locked": None}])).keys() == {"/lines/0/locked"}


async def test_whole_lines_sent_back_change_nothing(v1):
    order = await entered(v1, customer_id=1, lines=[FIELDS | {"item_id": 1, "qualifier": "Blue"}, {"title": "x"}])

    after = await changed(v1, order, lines=order["lines"])

    assert after["lines"] == order["lines"]
    assert [list(line) for line in after["lines"]] == [LINE_MEMBERS] * 2


async def test_an_item_may_be_taken_exchanged_and_given(v1):
    order = await entered(v1, customer_id=1, lines=[{"title": "x"}])
    line = order["lines"][0]["id"]

    for given, shown_as in (
        ({"item_id": 1}, (1, "SKU-1", "")),
        ({"item_id": 1, "qualifier": "blue"}, (1, "SKU-1", "Blue")),
        ({"title": "y"}, (1, "SKU-1", "Blue")),
        ({"qualifier": ""}, (1, "SKU-1", "")),
        ({"qualifier": "BLUE"}, (1, "SKU-1", "Blue")),
        ({"qualifier": None}, (1, "SKU-1", "")),
        ({"item_id": 2}, (2, "SKU-2", "")),
        ({"item_id": 1, "qualifier": "Blue"}, (1, "SKU-1", "Blue")),
        ({"item_id": 2, "qualifier": None}, (2, "SKU-2", "")),
    ):
        after = await changed(v1, order, lines=[{"id": line, **given}])
        told = after["lines"][0]
        assert (told["item_id"], told["sku"], told["qualifier"]) == shown_as, given
    told = (await changed(v1, order, lines=[{"id": line, "item_id": None}]))["lines"][0]
    assert (told["item_id"], told["sku"]) == (None, None)


@pytest.mark.parametrize("given", [{"qualifier": "Green"}, {"item_id": 1, "qualifier": "Green"}])
async def test_a_qualifier_is_one_of_the_items(v1, demo_book, given):
    order = await entered(v1, customer_id=1, lines=[{"item_id": 1}])

    async with no_trace(demo_book):
        answer = await patch(v1, order, lines=[{"id": order["lines"][0]["id"], **given}])
        assert pointers(answer) == {"/lines/0/qualifier": "unknown"}


async def test_an_item_of_another_customer_is_unknown(v1, demo_book):
    theirs = await demo_book.add_item(2, "SKU-9")
    order = await entered(v1, customer_id=1, lines=[{"item_id": 1}])
    line = order["lines"][0]["id"]

    async with no_trace(demo_book):
        for lines in ([{"item_id": theirs}], [{"id": line, "item_id": theirs}], [{"id": line, "item_id": 99999}]):
            assert pointers(await patch(v1, order, lines=lines)) == {"/lines/0/item_id": "unknown"}


async def test_what_a_line_shows_can_be_sent_back_although_its_item_is_not_the_customers(v1, demo_book):
    order = await entered(v1, type="pizza_order", customer_id=1, lines=[{"item_id": 1, "qualifier": "Blue"}])
    order = await changed(v1, order, customer_id=2)

    after = await changed(v1, order, **order)

    assert apart(after) == apart(order)
    assert after["lines"][0]["item_id"] == 1


@pytest.mark.parametrize("line_id", [370, 99999999, 2**63 - 1])
async def test_a_line_of_another_order_is_unknown(v1, demo_book, line_id):
    order = await of(v1, "a")

    async with no_trace(demo_book):
        answer = await patch(v1, order, lines=[{"id": order["lines"][0]["id"]}, {"id": line_id, "title": "x"}])
        assert pointers(answer) == {"/lines/1/id": "unknown"}
        assert pointers(await post(v1, lines=[{"id": line_id}])) == {"/lines/0/id": "unknown"}


async def test_one_line_cannot_stand_at_two_places(v1, demo_book):
    order = await of(v1, "a", "b")
    a, b = (line["id"] for line in order["lines"])

    async with no_trace(demo_book):
        assert pointers(await patch(v1, order, lines=[{"id": a}, {"id": b}, {"id": a}])) == {"/lines/2/id": "taken"}


@pytest.mark.parametrize("line_id", [0, -1, 2**63, "370", 1.5, True])
async def test_an_id_that_is_none_is_refused(v1, line_id):
    assert list(pointers(await post(v1, lines=[{"title": "x"}, {"id": line_id}]))) == ["/lines/1/id"]


async def test_every_fault_of_every_line_is_told(v1, demo_book):
    order = await entered(v1, customer_id=1, lines=[{"item_id": 1}])
    lines = [
        {"item_id": 99999},
        {"facility_id": 99999, "quantity": "NaN"},
        {"id": 370},
        {},
        {"id": order["lines"][0]["id"], "qualifier": "Green", "title": "a\x00", "unit": "x" * 2001},
        {"notes": "x" * 100_001, "price": "1e999"},
    ]
    async with no_trace(demo_book):
        told = pointers(await patch(v1, order, lines=lines, responsible="nobody@example.com"))

    assert sorted(told) == [
        "/lines/0/item_id",
        "/lines/1/facility_id",
        "/lines/1/quantity",
        "/lines/2/id",
        "/lines/4/qualifier",
        "/lines/4/title",
        "/lines/4/unit",
        "/lines/5/notes",
        "/lines/5/price",
        "/responsible",
    ]


async def test_lines_of_a_general_order_are_changed_alike(v1):
    order = await of(v1, "a", "b", type="pizza_order", customer_id=1)

    after = await changed(
        v1, order, lines=[{"item_id": 1, "quantity": "2", "price": "3"}, {"id": order["lines"][0]["id"]}]
    )

    assert [line["title"] for line in after["lines"]] == [None, "a"]
    assert after["costing"] is None


async def test_a_locked_line_is_a_line_like_others(v1):
    order = await entered(v1, lines=[{"title": "x", "locked": True}])

    assert titles(await changed(v1, order, lines=[{"id": order["lines"][0]["id"], "title": "y"}])) == ["y"]
    assert (await v1.delete(path(order))).status_code == 204


async def test_many_lines_are_changed_at_once(v1):
    order = await of(v1, *map(str, range(500)))
    lines = [{"id": line["id"], "title": f"{line['title']}!"} for line in order["lines"]]

    after = await changed(v1, order, lines=[*lines[::-2], {"title": "new"}])

    assert titles(after) == [f"{n}!" for n in range(499, -1, -2)] + ["new"]
    assert after["version"] == 2
