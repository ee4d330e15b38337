"""Changing orders: what is given is changed, null clears, and the rest stays."""

from itertools import count

import pytest

from orderloom.book.external_ids import MAX_SOURCES

from .given import (
    ORDERS,
    PLAIN,
    STORED_DATA,
    apart,
    by_source,
    changed,
    entered,
    no_trace,
    patch,
    path,
    pointers,
    problem,
    shown,
)

# Each test looks at orders of its own.
ONE_TENANT = True

OTHER = {
    "number": "PO-8",
    "title": "Stůl",
    "external_id": "",
    "supplier_reference": "B",
    "process_id": "q",
    "process_state": "x",
    "notes": "y",
    "issued_at": "2027-03-01T08:30:00Z",
    "required_on": "2027-04-30",
    "done_at": "2027-05-01T00:00:00Z",
    "estimated_at": "2027-02-28T23:59:59Z",
    "price_total": "0",
    "price_currency": "EUR",
    "state": "done",
    "archived": True,
    "customer_id": 2,
    "supplier_id": 2,
    "case_id": 5,
    "responsible": "demo@example.com",
}


_numbers = count(1)


async def whole(v1, **members):
    """A new order that has something everywhere."""
    given = PLAIN | {"type": "all_kinds", "customer_id": 1, "supplier_id": 1, "case_id": 1, "data": STORED_DATA}
    given |= {"responsible": "c.johnson@example.com", "external_ids": {"whole": f"A{next(_numbers)}"}}
    given |= {"lines": [{"item_id": 1, "quantity": "2", "price": "1.50"}, {"title": "x", "unit": "kg"}]}
    return await entered(v1, **given | members)


@pytest.mark.parametrize("member", OTHER)
async def test_what_is_given_is_changed_and_the_rest_stays(v1, member):
    order = await whole(v1)

    after = await changed(v1, order, **{member: OTHER[member]})

    assert after == order | {
        member: OTHER[member],
        "version": 2,
        "modified_at": after["modified_at"],
    }
    assert after["modified_at"] > order["modified_at"]
    assert await shown(v1, order) == after


@pytest.mark.parametrize("member", [*PLAIN, "customer_id", "supplier_id", "case_id", "responsible"])
async def test_null_clears(v1, member):
    order = await whole(v1)

    after = await changed(v1, order, **{member: None})

    assert apart(after) == apart(order) | {member: None}


@pytest.mark.parametrize("member", ["type", "state", "archived", "data", "lines", "external_ids", "version"])
async def test_what_every_order_has_cannot_be_taken_away(v1, demo_book, member):
    order = await whole(v1)

    async with no_trace(demo_book):
        assert list(pointers(await patch(v1, order, **{member: None}))) == [f"/{member}"]


async def test_nothing_given_raises_the_version_and_alters_nothing(v1):
    order = await whole(v1)

    after = await changed(v1, order)

    assert apart(after) == apart(order)
    assert (after["version"], after["modified_at"] > order["modified_at"]) == (2, True)


@pytest.mark.parametrize("order_type", ["all_kinds", "purchase_order", "case_type_1"])
async def test_a_whole_order_sent_back_is_accepted_and_changes_nothing(v1, order_type):
    given = {} if order_type == "all_kinds" else {"data": {}}
    if order_type == "purchase_order":
        given["costing"] = {"currency": "1/EUR", "charge": "100.10"}
    order = await whole(v1, type=order_type, **given)

    after = await changed(v1, order, **order)

    assert apart(after) == apart(order)
    assert after["version"] == 2
    assert apart(await changed(v1, after, **after)) == apart(order)


async def test_every_order_of_the_demo_book_can_be_sent_back(v1):
    listed = (await v1.get(f"{ORDERS}?created_by=demo")).json()["orders"]
    assert len(listed) == 7
    for order in listed:
        assert apart(await changed(v1, order, **order)) == apart(order)


async def test_a_change_leads_to_any_name_of_the_order(v1):
    order = await whole(v1)
    elsewhere = by_source("whole", order["external_ids"]["whole"])

    for place, called in enumerate((order["id"], order["code"], order["uuid"].upper()), start=1):
        assert (await changed(v1, called, title=str(called)))["title"] == str(called)
        assert (await shown(v1, order))["version"] == place + 1
    answer = await v1.patch(elsewhere, json={"title": "by"})
    assert (answer.status_code, answer.json()["title"], answer.headers["ETag"]) == (200, "by", '"5"')
    assert (await v1.delete(elsewhere)).status_code == 204
    problem(await v1.get(path(order)), 404)


async def test_an_answer_to_a_change_is_the_order(v1):
    order = await whole(v1)
    answer = await patch(v1, order, title="x")

    assert answer.headers["ETag"] == '"2"'
    assert answer.headers["Content-Type"] == "application/json"
    assert "Location" not in answer.headers
    assert answer.json() == await shown(v1, order)


# The type -----------------------------------------------------------------------------------------------------------


async def test_a_type_may_be_changed_within_its_kind(v1):
    order = await whole(v1)

    after = await changed(v1, order, type="pizza_order", data={"pizzaType": "Q"})

    assert apart(after) == apart(order) | {"type": "pizza_order", "data": {"pizzaType": "Q"}}
    assert (await changed(v1, order, type="support_request"))["data"] == {}


@pytest.mark.parametrize("order_type, other", [("purchase_order", "pizza_order"), ("pizza_order", "purchase_order")])
async def test_a_purchase_stays_one_and_nothing_else_becomes_one(v1, demo_book, order_type, other):
    order = await entered(v1, type=order_type)

    async with no_trace(demo_book):
        assert pointers(await patch(v1, order, type=other)) == {"/type": "illegal"}
        assert pointers(await patch(v1, order, type="nothing")) == {"/type": "unknown"}


async def test_a_retired_type_can_be_sent_back(v1, demo_book):
    await demo_book.add_type("order_type: {code: gone, name: G, fields: {}}")
    order = await entered(v1, type="gone")
    await demo_book.retire_type("gone")

    assert apart(await changed(v1, order, **order)) == apart(order)
    assert (await changed(v1, order, title="x"))["title"] == "x"


# Custom fields ------------------------------------------------------------------------------------------------------


async def test_custom_fields_are_merged(v1):
    order = await whole(v1)

    after = await changed(v1, order, data={"aString": "y", "aNumber": None})

    assert after["data"] == {name: value for name, value in STORED_DATA.items() if name != "aNumber"} | {"aString": "y"}
    assert apart(await changed(v1, order, data={}))["data"] == after["data"]


async def test_what_a_custom_field_was_before_a_newer_definition_can_be_sent_back(v1, demo_book):
    await demo_book.add_type(
        "order_type: {code: t, name: T, fields: {a: {type: string, label: A}, b: {type: string, label: B}}}"
    )
    order = await entered(v1, type="t", data={"a": "text", "b": "x"})
    await demo_book.add_type("order_type: {code: t, name: T, fields: {a: {type: number, label: A}}}")

    after = await changed(v1, order, **order)
    assert apart(after) == apart(order)
    assert apart(await changed(v1, after, **after | {"title": "y"})) == apart(order) | {"title": "y"}


async def test_a_custom_value_that_its_field_would_not_take_can_be_sent_back(v1, demo_book):
    order = await whole(v1)
    await demo_book.desk.pool.execute(
        """update orders set data = '{"aNumber": "seven", "aDate": "soon", "strange": {"a": [1]}}'
            where tenant_id = $1 and id = $2""",
        demo_book.tenant_id,
        order["id"],
    )
    order = await shown(v1, order)
    assert order["data"] == {"aNumber": "seven", "aDate": "soon", "strange": {"a": [1]}}

    assert apart(await changed(v1, order, **order)) == apart(order)
    assert pointers(await patch(v1, order, data=order["data"] | {"aDate": "later"})) == {"/data/aDate": "type"}
    assert pointers(await patch(v1, order, data={"strange": {"a": [1, 2]}})) == {"/data/strange": "unexpected"}
    assert (await changed(v1, order, data=order["data"] | {"aNumber": 7}))["data"]["aNumber"] == 7


async def test_a_custom_number_sent_back_keeps_every_digit(v1, demo_book):
    order = await whole(v1)
    for number in ("0.1234567890123456789012345678901234567890", "123456789012345678901234567890", "1.10"):
        await demo_book.desk.pool.execute(
            "update orders set data = $3 where tenant_id = $1 and id = $2",
            demo_book.tenant_id,
            order["id"],
            f'{{"aNumber": {number}}}',
        )
        text = (await v1.get(path(order))).text
        assert f'"aNumber": {number}' in text

        answer = await v1.patch(path(order), content=text.encode(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 200
        assert f'"aNumber": {number}' in answer.text


# Customers and items ------------------------------------------------------------------------------------------------


async def test_a_purchase_whose_lines_name_items_keeps_its_customer(v1, demo_book):
    order = await entered(v1, customer_id=1, lines=[{"item_id": 1}])

    async with no_trace(demo_book):
        assert pointers(await patch(v1, order, customer_id=2)) == {"/customer_id": "illegal"}
        assert pointers(await patch(v1, order, customer_id=None)) == {"/customer_id": "illegal"}
    assert (await changed(v1, order, customer_id=1))["customer_id"] == 1
    assert (await changed(v1, order, lines=[], customer_id=2))["customer_id"] == 2


async def test_a_customer_may_be_given_to_an_order_that_had_none(v1, demo_book):
    order = await entered(v1)
    theirs = await demo_book.add_item(2, "SKU-9")

    assert pointers(await patch(v1, order, lines=[{"item_id": theirs}])) == {"/lines/0/item_id": "unknown"}
    after = await changed(v1, order, customer_id=2, lines=[{"item_id": theirs}])
    assert (after["customer_id"], after["lines"][0]["sku"]) == (2, "SKU-9")


async def test_a_change_of_the_case_leaves_the_customer(v1):
    order = await entered(v1, case_id=1)

    assert (await changed(v1, order, case_id=5))["customer_id"] == 1
    assert (await changed(v1, await entered(v1), case_id=5))["customer_id"] is None


# What others call an order ------------------------------------------------------------------------------------------


async def test_ids_elsewhere_are_merged(v1, demo_book):
    order = await entered(v1, external_ids={"sap": "A1", "erp": "7"})

    after = await changed(v1, order, external_ids={"erp": "8", "new": "N"})
    assert after["external_ids"] == {"erp": "8", "new": "N", "sap": "A1"}
    after = await changed(v1, order, external_ids={"sap": None, "unheard": None})
    assert after["external_ids"] == {"erp": "8", "new": "N"}
    assert (await changed(v1, order, external_ids={}))["external_ids"] == after["external_ids"]
    problem(await v1.get(by_source("sap", "A1")), 404)
    assert (await entered(v1, external_ids={"sap": "A1", "erp": "7"}))["external_ids"] == {"erp": "7", "sap": "A1"}


async def test_an_id_elsewhere_of_another_order_is_refused(v1, demo_book):
    other = await entered(v1, external_ids={"sap": "B1", "erp": "B7"})
    order = await entered(v1, external_ids={"sap": "B2"})

    async with no_trace(demo_book):
        answer = await patch(v1, order, external_ids={"sap": "B1", "erp": "B7", "free": "1"}, title="x")
        assert pointers(answer) == {"/external_ids/erp": "taken", "/external_ids/sap": "taken"}
    assert (await changed(v1, other, external_ids={"sap": None}))["external_ids"] == {"erp": "B7"}
    assert (await changed(v1, order, external_ids={"sap": "B1"}))["external_ids"] == {"sap": "B1"}


async def test_ids_elsewhere_can_be_exchanged_only_one_after_the_other(v1):
    one, other = await entered(v1, external_ids={"sap": "1"}), await entered(v1, external_ids={"sap": "2"})

    assert pointers(await patch(v1, one, external_ids={"sap": "2"})) == {"/external_ids/sap": "taken"}
    await changed(v1, other, external_ids={"sap": "3"})
    await changed(v1, one, external_ids={"sap": "2"})
    assert (await v1.get(by_source("sap", "2"))).json()["id"] == one["id"]


async def test_two_sources_of_one_order_can_exchange_their_ids(v1):
    order = await entered(v1, external_ids={"a": "1", "b": "2"})

    assert (await changed(v1, order, external_ids={"a": "2", "b": "1"}))["external_ids"] == {"a": "2", "b": "1"}


async def test_an_id_elsewhere_that_says_nothing_is_refused(v1, demo_book):
    order = await entered(v1, external_ids={"said": "1"})
    new = {"type": "purchase_order", "external_ids": {"a": " \t", "said": "2"}}

    async with no_trace(demo_book):
        assert pointers(await v1.post(ORDERS, json=new)) == {"/external_ids/a": "blank"}
        assert pointers(await patch(v1, order, external_ids=new["external_ids"])) == {"/external_ids/a": "blank"}
        for method, one in (("POST", new), ("PATCH", {"id": order["id"], "external_ids": {"a": " "}})):
            (result,) = (await v1.request(method, f"{ORDERS}/bulk", json={"orders": [one]})).json()["results"]
            assert [error["code"] for error in result["problem"]["errors"]] == ["blank"]


async def test_an_order_has_no_more_ids_elsewhere_than_one_call_can_give(v1, demo_book):
    order = await entered(v1, external_ids={f"s{n}": f"full {n}" for n in range(MAX_SOURCES)})

    async with no_trace(demo_book):
        answer = await patch(v1, order, external_ids={"other": "full", "s1": "another"})
        assert pointers(answer) == {"/external_ids": "too_long"}
    after = await changed(v1, order, external_ids={"other": "full", "s1": None, "s2": "full 2"})
    assert len(after["external_ids"]) == MAX_SOURCES


async def test_a_refused_change_changes_nothing(v1, demo_book):
    order = await whole(v1)
    async with no_trace(demo_book):
        for wrong in (
            {"state": "x"},
            {"responsible": "nobody@example.com"},
            {"data": {"aNumber": "x"}},
            {"lines": [{"id": 370}]},
            {"lines": [{"item_id": 99999}]},
            {"costing": {"cost": "1"}},
            {"external_ids": {"": "x"}},
            {"version": 7},
        ):
            answer = await patch(v1, order, **{"title": "y", "external_ids": {"new": "N"}, **wrong})
            assert answer.status_code in (412, 422), wrong
