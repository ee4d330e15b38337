"""Entering orders of any kind."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderloom.book.kept_answers import MAX_KEPT

from .given import (
    ORDERS,
    PLAIN,
    STORED_DATA,
    apart,
    by_source,
    entered,
    ids,
    no_trace,
    patch,
    path,
    plain_client,
    pointers,
    post,
    shown,
)

# Each test looks at orders of its own.
ONE_TENANT = True

LINE = {
    "title": "Rohlík",
    "quantity": "40",
    "unit": "kg",
    "price": "12.50",
    "price_total": "500.00",
    "locked": True,
    "expected_at": "2026-03-01T08:30:00Z",
    "cancel_at": "2026-04-01T08:30:00Z",
    "notes": "křehké",
    "external_id": "L-1",
}


texts = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12))
amounts = st.one_of(
    st.none(), st.decimals(-(10**9), 10**9, places=4).map("{:f}".format), st.sampled_from(["2.50", "1e3"])
)
days = st.dates().map(str)
moments = st.one_of(st.none(), st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat()))
good_lines = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("title", "qualifier", "unit", "notes", "external_id"), texts),
        **dict.fromkeys(("quantity", "price", "price_total"), amounts),
        **dict.fromkeys(("expected_at", "cancel_at"), moments),
        "locked": st.booleans(),
        "item_id": st.sampled_from([None, 1]),
        "facility_id": st.sampled_from([None, 1, 2]),
    },
)
good_orders = st.fixed_dictionaries(
    {"type": st.sampled_from(["purchase_order", "all_kinds"]), "customer_id": st.just(1)},
    optional={
        **dict.fromkeys(
            ("number", "title", "external_id", "supplier_reference", "process_id", "process_state", "notes"), texts
        ),
        **dict.fromkeys(("issued_at", "done_at", "estimated_at"), moments),
        "required_on": days,
        "price_total": amounts,
        "price_currency": texts,
        "archived": st.booleans(),
        "state": st.sampled_from(["to_execute", "in_progress", "done"]),
        "responsible": st.sampled_from([None, "demo@example.com"]),
        "case_id": st.sampled_from([None, 1, 2]),
        "supplier_id": st.sampled_from([None, 1]),
        "lines": st.lists(good_lines, max_size=4),
        "external_ids": st.dictionaries(st.sampled_from("abcdEFG"), st.uuids().map(str), max_size=3),
        "data": st.fixed_dictionaries({}, optional={name: st.just(value) for name, value in STORED_DATA.items()}),
        "costing": st.fixed_dictionaries({}, optional={"cost": st.just("12.5"), "markup": st.just("30")}),
    },
)


async def test_a_new_order_is_told_as_it_is_shown_from_then_on(v1):
    told = []
    with plain_client(v1) as http:

        @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
        @given(good_orders)
        def enter(order):
            answer = http.post(ORDERS, json=order)
            if answer.status_code == 201:
                told.append(answer)
                assert http.get(answer.headers["Location"]).content == answer.content
            else:
                assert answer.status_code == 422, answer.text

        enter()
    assert len(told) > 30


async def test_a_new_order_is_told_with_where_it_is_and_its_entity_tag(v1):
    answer = await post(v1, title="x")

    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["ETag"] == '"1"'
    order = answer.json()
    assert answer.headers["Location"] == f"{ORDERS}/{order['id']}"
    assert (await v1.get(answer.headers["Location"])).json() == order


async def test_an_order_is_entered_with_everything_that_it_can_have(v1):
    given = PLAIN | {
        "state": "in_progress",
        "archived": True,
        "customer_id": 1,
        "supplier_id": 1,
        "case_id": 2,
        "responsible": "c.johnson@example.com",
        "external_ids": {"other": "7", "whole": "A1"},
        "data": STORED_DATA,
    }
    order = await entered(
        v1, type="all_kinds", lines=[LINE | {"item_id": 1, "qualifier": "Blue", "facility_id": 2}], **given
    )

    assert {name: order[name] for name in given} == given
    (line,) = order["lines"]
    assert {name: line[name] for name in LINE} == LINE
    assert (line["item_id"], line["sku"], line["qualifier"], line["facility_id"]) == (1, "SKU-1", "Blue", 2)
    assert order["kind"] == "general"
    assert await shown(v1, order) == order


async def test_lines_stand_in_the_order_in_which_they_were_given(v1):
    order = await entered(v1, lines=[{"title": title} for title in "cab"])

    assert [line["title"] for line in order["lines"]] == ["c", "a", "b"]
    found = [line["id"] for line in order["lines"]]
    assert found == sorted(found)
    for line in order["lines"]:
        assert line["created_at"] == line["modified_at"] == order["created_at"]
        assert line["created_by"] == line["modified_by"] == "demo@example.com"


async def test_null_is_nothing(v1):
    nothing = dict.fromkeys([*PLAIN, "customer_id", "supplier_id", "case_id", "responsible"])
    order = await entered(v1, **nothing, lines=[dict.fromkeys([*LINE, "item_id", "id"]) | {"locked": False}])

    assert {name: order[name] for name in nothing} == nothing
    assert {**order["lines"][0]} | LINE == {**order["lines"][0]} | LINE
    assert apart(order["lines"][0], *LINE)["item_id"] is None


async def test_ids_and_codes_rise(v1):
    orders = [await entered(v1) for _ in range(3)]

    for name in ("id", "code"):
        numbers = [int(str(order[name]).removeprefix("ORD-")) for order in orders]
        assert numbers == sorted(numbers)
    assert len({order["uuid"] for order in orders}) == 3


@pytest.mark.parametrize("order_type", ["purchase_order", "vacation_request", "Without custom fields", "case_type_1"])
async def test_an_order_may_be_of_any_type(v1, order_type):
    order = await entered(v1, type=order_type)

    assert (order["type"], order["kind"]) == (order_type, "purchase" if order_type == "purchase_order" else "general")


@pytest.mark.parametrize("order_type", ["", "nothing", "PURCHASE_ORDER", "purchase_order ", "\u00e9", "1000"])
async def test_an_unknown_type_is_refused(v1, demo_book, order_type):
    async with no_trace(demo_book):
        assert pointers(await post(v1, type=order_type)) == {"/type": "unknown"}


async def test_an_order_without_a_type_is_refused(v1):
    assert pointers(await v1.post(ORDERS, json={"title": "x"})) == {"/type": "blank"}
    assert set(pointers(await post(v1, type=None))) == {"/type"}


async def test_a_retired_type_is_unknown(v1, demo_book):
    await demo_book.add_type("order_type: {code: soon_gone, name: G, fields: {}}")
    await entered(v1, type="soon_gone")
    await demo_book.retire_type("soon_gone")
    # Another process may know a type for a few seconds longer, but nothing is entered under it.
    assert pointers(await post(v1, type="soon_gone")) == {"/type": "unknown"}


# The customer of a case ---------------------------------------------------------------------------------------------


async def test_a_case_gives_its_customer_to_a_new_order(v1, demo_book):
    without = await demo_book.add_case("C-0", "No customer")

    assert (await entered(v1, case_id=5))["customer_id"] == 2
    assert (await entered(v1, case_id=5, type="pizza_order"))["customer_id"] == 2
    assert (await entered(v1, case_id=5, customer_id=1))["customer_id"] == 1
    assert (await entered(v1, case_id=5, customer_id=None))["customer_id"] is None
    assert (await entered(v1, case_id=without))["customer_id"] is None


async def test_items_are_those_of_the_customer_that_a_case_gives(v1):
    order = await entered(v1, case_id=1, lines=[{"item_id": 1}])

    assert (order["customer_id"], order["lines"][0]["item_id"]) == (1, 1)
    assert pointers(await post(v1, case_id=5, lines=[{"item_id": 1}])) == {"/lines/0/item_id": "unknown"}
    assert pointers(await post(v1, case_id=1, customer_id=2, lines=[{"item_id": 1}])) == {"/lines/0/item_id": "unknown"}


async def test_of_an_unknown_customer_nothing_is_said_of_items(v1, demo_book):
    order = await entered(v1, customer_id=1, lines=[{"item_id": 1}])
    async with no_trace(demo_book):
        for members in ({"customer_id": 99999}, {"case_id": 99999}, {"customer_id": "1"}):
            answer = await post(
                v1, **members, lines=[{"item_id": 1}, {"item_id": 99999, "qualifier": "x"}, {"id": 370}]
            )
            told = pointers(answer)
            assert told.pop(f"/{next(iter(members))}")
            assert told == {"/lines/2/id": "unknown"}
        assert pointers(await patch(v1, order, customer_id=99999)).keys() == {"/customer_id"}


async def test_an_item_needs_a_customer_and_brings_its_plain_qualifier(v1, demo_book):
    assert pointers(await post(v1, lines=[{"title": "x"}, {"item_id": 1}])) == {"/lines/1/item_id": "unknown"}
    red = await demo_book.add_item(1, "SKU-R", ("Red", "Röt"))

    order = await entered(v1, customer_id=1, lines=[{"item_id": 1}, {"item_id": 1, "qualifier": "BLUE"}])
    assert [line["qualifier"] for line in order["lines"]] == ["", "Blue"]
    order = await entered(v1, customer_id=1, lines=[{"item_id": red, "qualifier": "RÖT"}])
    assert order["lines"][0]["qualifier"] == "Röt"
    assert pointers(await post(v1, customer_id=1, lines=[{"item_id": 1, "qualifier": "Green"}])) == {
        "/lines/0/qualifier": "unknown"
    }


async def test_what_is_named_has_to_be_there(v1, demo_book):
    for member, value in (
        ("customer_id", 99999),
        ("customer_id", 2**63 - 1),
        ("supplier_id", 99999),
        ("case_id", 99999),
        ("responsible", "nobody@example.com"),
        ("responsible", ""),
        ("responsible", "\x00"),
    ):
        async with no_trace(demo_book):
            assert list(pointers(await post(v1, **{member: value}))) == [f"/{member}"], (member, value)


# Custom fields ------------------------------------------------------------------------------------------------------


async def test_custom_fields_are_kept_in_the_form_of_their_type(v1):
    data = {"aString": ["a", "b"], "aNumber": "12.50", "aBoolean": "on", "aDate": "2026-01-31", "aJson": '{"a": 1}'}
    order = await entered(v1, type="all_kinds", data=data)

    assert order["data"] == {
        "aString": ["a", "b"],
        "aNumber": 12.5,
        "aBoolean": True,
        "aDate": "2026-01-31T00:00:00.000+00:00",
        "aJson": '{"a": 1}',
    }


async def test_null_is_no_custom_field(v1):
    order = await entered(v1, type="all_kinds", data={"aString": None, "aNumber": 0})

    assert order["data"] == {"aNumber": 0}


async def test_wrong_custom_fields_are_told_each(v1, demo_book):
    data = {"aString": 5, "aNumber": "x", "aBoolean": "maybe", "aDate": "soon", "aJson": "{"}
    async with no_trace(demo_book):
        answer = await post(v1, type="all_kinds", data=data)

    assert sorted(pointers(answer)) == [f"/data/{name}" for name in sorted(data)]


async def test_a_custom_field_that_the_type_does_not_have_is_refused(v1):
    for order_type in ("all_kinds", "purchase_order", "Without custom fields"):
        answer = await post(v1, type=order_type, data={"nope": 1, "a/b~c": 2, "/x": 3})

        assert pointers(answer) == dict.fromkeys(("/data/nope", "/data/a~1b~0c", "/data/~1x"), "unexpected"), order_type


@pytest.mark.parametrize(
    "number",
    ["0.1", "12345678901234567890", "1234567890123456789.0123456789012345678901234567", "-7", "0.30000000000000004"],
)
async def test_a_custom_number_keeps_every_digit(v1, number):
    content = b'{"type":"all_kinds","data":{"aNumber":%s}}' % number.encode()
    answer = await v1.post(ORDERS, content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code == 201, answer.text
    assert f'"aNumber":{number}' in answer.text.replace(" ", "")
    again = await v1.get(path(answer.json()))
    assert f'"aNumber":{number}' in again.text.replace(" ", "")


# What others call an order ------------------------------------------------------------------------------------------


async def test_an_id_elsewhere_leads_to_one_order(v1, demo_book):
    first = await entered(v1, external_ids={"sap": "B1", "erp": "B1"})
    assert first["external_ids"] == {"erp": "B1", "sap": "B1"}
    assert (await v1.get(by_source("erp", "B1"))).json() == first

    async with no_trace(demo_book):
        assert pointers(await post(v1, external_ids={"sap": "B1"})) == {"/external_ids/sap": "taken"}
    second = await entered(v1, external_ids={"sap": "b1", "SAP": "B1"})
    assert second["external_ids"] == {"SAP": "B1", "sap": "b1"}


async def test_every_id_elsewhere_that_is_taken_is_told(v1):
    await entered(v1, external_ids={"sap": "C1", "erp": "C7"})

    answer = await post(v1, external_ids={"erp": "C7", "other": "C7", "sap": "C1"}, responsible="nobody@example.com")

    assert pointers(answer) == {
        "/external_ids/erp": "taken",
        "/external_ids/sap": "taken",
        "/responsible": "unknown",
    }


async def test_a_new_order_may_have_no_id_elsewhere(v1):
    assert (await entered(v1, external_ids={}))["external_ids"] == {}
    assert (await entered(v1, external_ids={"sap": None}))["external_ids"] == {}


@pytest.mark.parametrize("source", ["", "a b", "ž", "a/b", "x" * 51, "a\n"])
async def test_a_source_is_a_short_word(v1, source):
    answer = await post(v1, external_ids={"good": "1", source: "1"})

    assert list(pointers(answer)) == [f"/external_ids/{source.replace('/', '~1')}"]


@pytest.mark.parametrize("their_id", ["", "x" * 201, "a\x00", 5, ["a"]])
async def test_an_id_elsewhere_is_a_short_text(v1, their_id):
    assert list(pointers(await post(v1, external_ids={"good": "1", "sap": their_id}))) == ["/external_ids/sap"]


async def test_a_refused_order_leaves_nothing_and_takes_no_id_elsewhere(v1, demo_book):
    async with no_trace(demo_book):
        assert (await post(v1, external_ids={"sap": "D1"}, responsible="nobody@example.com")).status_code == 422
    assert (await entered(v1, external_ids={"sap": "D1"}))["external_ids"] == {"sap": "D1"}


async def test_what_is_only_shown_is_passed_over(v1):
    shown_only = {"id": 5, "uuid": "x", "code": "ORD-1", "kind": "general", "type_version": 9, "leftovers": {"a": 1}}
    moments = {"created_at": "soon", "created_by": "me", "modified_at": None, "modified_by": 5}
    line = {"title": "x", "sku": "S", "leftovers": [], **moments}
    order = await entered(v1, **shown_only, **moments, lines=[line], costing={"source": "entered", "supply_type": "x"})

    assert order["kind"] == "purchase"
    assert order["leftovers"] == order["lines"][0]["leftovers"] == {}
    assert order["created_by"] == "demo@example.com"


async def test_a_whole_order_can_be_entered_again_without_its_ids(v1):
    order = await entered(v1, **PLAIN, customer_id=1, lines=[LINE | {"item_id": 1}])
    copy = order | {"external_ids": {}, "lines": [line | {"id": None} for line in order["lines"]]}

    again = await entered(v1, **copy)

    own = ("id", "uuid", "code", "created_at", "lines", "leftovers")
    assert apart(again, *own) == apart(order, *own)
    assert again["id"] in await ids(v1)


async def test_an_order_may_have_as_many_lines_as_it_is_said(v1):
    order = await entered(v1, lines=[{"title": str(n)} for n in range(2_000)])

    assert [line["title"] for line in order["lines"]] == [str(n) for n in range(2_000)]
    assert list(pointers(await post(v1, lines=[{}] * 2_001))) == ["/lines"]


async def test_an_order_whose_answer_is_too_long_to_be_kept_is_entered_once_and_found_again(v1):
    order = {"type": "purchase_order", "lines": [{"title": "x" * 100}] * 2000}
    key = {"Idempotency-Key": "long"}
    first = await v1.post(ORDERS, json=order, headers=key)
    assert (first.status_code, len(first.content) > MAX_KEPT) == (201, True)

    again = await v1.post(ORDERS, json=order, headers=key)

    assert (again.status_code, again.content) == (201, b"")
    assert (again.headers["idempotency-body"], again.headers["idempotency-replayed"]) == ("left-out", "true")
    assert again.headers["etag"] == first.headers["etag"]
    assert (await v1.get(again.headers["location"])).json() == first.json()
