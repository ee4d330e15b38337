"""One order as it is shown: what it has, what it is called, and what of it is asked for."""

import uuid
from datetime import datetime

import pytest

from .given import (
    LINE_MEMBERS,
    MOMENT,
    ORDER_MEMBERS,
    ORDERS,
    PLAIN,
    by_source,
    changed,
    entered,
    ids,
    listing,
    parameters,
    path,
    problem,
    shown,
)

USER = {"first_name": "A", "last_name": "B", "company": "C", "department": "D", "password": "long-enough-1"}
# Each test looks at orders of its own.
ONE_TENANT = True


async def test_an_order_has_every_member_in_its_place(v1):
    order = await shown(v1, await entered(v1, lines=[{"title": "x"}], costing={"cost": "5"}))

    assert list(order) == ORDER_MEMBERS
    assert list(order["lines"][0]) == LINE_MEMBERS
    assert list(order["costing"])[:6] == ["is_estimate", "source", "over_limit", "currency", "rate", "cost"]


async def test_a_blank_order_has_nothing_but_what_every_order_has(v1):
    order = await entered(v1)

    assert {name: order[name] for name in PLAIN} == dict.fromkeys(PLAIN)
    assert {name: order[name] for name in ("customer_id", "supplier_id", "case_id", "responsible")} == (
        dict.fromkeys(("customer_id", "supplier_id", "case_id", "responsible"))
    )
    assert (order["data"], order["lines"], order["external_ids"], order["leftovers"]) == ({}, [], {}, {})
    assert (order["state"], order["archived"], order["version"]) == ("to_execute", False, 1)
    assert (order["type"], order["kind"], order["type_version"]) == ("purchase_order", "purchase", 1)
    assert order["code"] == f"ORD-{int(order['code'][4:])}"
    assert uuid.UUID(order["uuid"]).version == 4
    assert order["created_at"] == order["modified_at"]


async def test_values_are_shown_as_they_were_given(v1):
    order = await entered(v1, **PLAIN)

    assert {name: order[name] for name in PLAIN} == PLAIN
    assert await shown(v1, order) == order


async def test_moments_are_at_utc_and_end_in_z(v1):
    line = {"expected_at": "2026-03-01T10:30:00+02:00", "cancel_at": "2026-03-01T00:00:00.5-05:30"}
    order = await entered(v1, issued_at="2026-03-01T10:30:00.120+02:00", lines=[line])

    assert order["issued_at"] == "2026-03-01T08:30:00.120000Z"
    (line,) = order["lines"]
    assert line["expected_at"] == "2026-03-01T08:30:00Z"
    assert line["cancel_at"] == "2026-03-01T05:30:00.500000Z"
    for moment in (order["created_at"], order["modified_at"], line["created_at"], line["modified_at"]):
        assert MOMENT.fullmatch(moment), moment
    assert datetime.fromisoformat(order["created_at"]) <= datetime.fromisoformat(order["modified_at"])


@pytest.mark.parametrize("moment", ["0001-01-03T00:00:00Z", "9999-12-29T23:59:59.999999Z"])
async def test_moments_far_away_are_kept_and_every_face_shows_the_order(v1, demo_homs, moment):
    given = dict.fromkeys(("issued_at", "done_at", "estimated_at"), moment)
    order = await entered(v1, **given, lines=[{"expected_at": moment, "cancel_at": moment}])

    assert {name: order[name] for name in given} == given
    assert (order["lines"][0]["expected_at"], order["lines"][0]["cancel_at"]) == (moment, moment)
    after = await changed(v1, order, **order)
    assert after["lines"] == order["lines"]
    assert (await demo_homs.get("/api/orders")).status_code == 200
    assert (await v1.get(listing(sort="-done_at", id=order["id"]))).json()["orders"] == [after]


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "9999-12-31T23:59:59.5Z"])
async def test_a_moment_at_the_end_of_time_that_is_there_already_is_shown_and_can_be_sent_back(v1, demo_book, moment):
    order = await entered(v1)
    await demo_book.desk.pool.execute(
        f"update orders set issued_at = '{moment}' where tenant_id = $1 and id = $2",  # noqa: S608
        demo_book.tenant_id,
        order["id"],
    )
    order = await shown(v1, order)
    assert order["issued_at"][-1] == "Z"

    assert (await changed(v1, order, **order))["issued_at"] == order["issued_at"]
    for sort in ("issued_at", "-issued_at"):
        assert order["id"] in await ids(v1, sort=sort, limit=1)


@pytest.mark.parametrize(
    "given, told",
    [
        ("0", "0"),
        ("-0", "0"),
        ("-0.00", "0.00"),
        ("7", "7"),
        ("7.10", "7.10"),
        ("1e3", "1000"),
        ("1.5E+2", "150"),
        ("1e-7", "0.0000001"),
        ("123456789012345678901234567890.123456789012345678901234567890",) * 2,
        ("9" * 300, "9" * 300),
        (f"0.{'0' * 300}1",) * 2,
        (7, "7"),
        (7.25, "7.25"),
        (-3, "-3"),
        (1e3, "1000"),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_a_decimal_number_comes_back_as_text_with_every_digit(v1, given, told):
    if isinstance(given, float) and given == int(given):
        told = (told, f"{told}.0")
    order = await entered(v1, price_total=given, lines=[{"quantity": given, "price": given, "price_total": given}])
    (line,) = order["lines"]

    for value in (order["price_total"], line["quantity"], line["price"], line["price_total"]):
        assert value == told or value in told


async def test_a_number_of_a_body_loses_no_digit_on_its_way(v1):
    content = b'{"type":"purchase_order","price_total":0.1234567890123456789012345678901234567890}'

    answer = await v1.post(ORDERS, content=content, headers={"Content-Type": "application/json"})

    assert answer.json()["price_total"] == "0.1234567890123456789012345678901234567890"


async def test_an_order_answers_to_its_id_its_code_and_its_uuid(v1):
    order = await entered(v1, external_ids={"erp": "A1"})

    for called in (order["id"], order["code"], order["uuid"], order["uuid"].upper()):
        assert await shown(v1, called) == order, called
    assert (await v1.get(by_source("erp", "A1"))).json() == order


@pytest.mark.parametrize(
    "called",
    [
        "0",
        "-1",
        "99999999",
        "9" * 30,
        "9" * 4000,
        "1.0",
        "ORD-99999",
        "ord-1",
        "ORD-1 ",
        "00000000-0000-0000-0000-000000000000",
        "e2ba8e5cbf1a4761b2d6c17c1f7a071e",
        "x",
        "\x00",
        "\ufffd",
        "١",
        "²",
        "%",
        "a/b",
        "..",
        "by",
        "'",
    ],
    ids=lambda called: ascii(called)[:20],
)
async def test_what_is_called_otherwise_is_not_there(v1, called):
    for method in ("GET", "PATCH", "DELETE"):
        json = {"title": "x"} if method == "PATCH" else None
        problem(await v1.request(method, path(called), json=json), 404)


NAMES_OF_NOTHING = [
    ("sap", "A2"),
    ("SAP", "A1"),
    ("sap", "a1"),
    ("sap", "A1 "),
    ("sap", "x" * 201),
    ("sap", "\ufffd"),
    ("sap", "/"),
    ("s" * 51, "A1"),
    ("\x00", "\x00"),
    ("a/b", "A1"),
    ("ž", "A1"),
]


async def test_an_id_elsewhere_that_nothing_has_is_not_there(v1):
    await entered(v1, external_ids={"sap": "A1"})
    for source, their_id in NAMES_OF_NOTHING:
        for method in ("GET", "PATCH", "DELETE"):
            problem(await v1.request(method, by_source(source, their_id), json={"title": "x"}), 404)


@pytest.mark.parametrize("tail", ["/%FF", "/%ED%A0%80", "/by/sap/%FF", "/by/sap/%00", "/by/sap", "/by/a/b", "//"])
async def test_a_path_that_means_nothing_is_not_there(v1, tail):
    problem(await v1.get(f"{ORDERS}{tail}"), 404)


@pytest.mark.parametrize("their_id", ["A/1", "ž š", "a%2Fb", "x" * 200, "?&=#", ". .", "\ufffd", "🦊", " a ", "1+1"])
async def test_an_id_elsewhere_may_be_any_text(v1, their_id):
    order = await entered(v1, external_ids={"S.a_p-1": their_id})

    assert (await v1.get(by_source("S.a_p-1", their_id))).json() == order


async def test_head_tells_what_get_tells(v1):
    at = path(await entered(v1))
    got, head = await v1.get(at), await v1.head(at)

    assert (head.status_code, head.content) == (200, b"")
    for header in ("ETag", "Content-Type", "Content-Length"):
        assert head.headers[header] == got.headers[header]
    assert (await v1.head(listing(limit=1))).status_code == 200
    assert (await v1.head(path(99999999))).status_code == 404


async def test_the_entity_tag_is_the_version(v1):
    order = await entered(v1)

    assert (await v1.get(path(order))).headers["ETag"] == '"1"'
    await changed(v1, order, title="x")
    assert (await v1.get(path(order))).headers["ETag"] == '"2"'
    assert (await v1.get(path(order))).headers["Content-Type"] == "application/json"


# Choosing members ---------------------------------------------------------------------------------------------------


async def test_chosen_members_alone_are_shown(v1):
    order = await entered(v1, title="x", lines=[{"title": "y"}])

    assert await shown(v1, order, "?fields=id") == {"id": order["id"]}
    assert await shown(v1, order, "?fields=title,code") == {"title": "x", "code": order["code"]}
    assert (await shown(v1, order, "?fields=lines"))["lines"] == order["lines"]
    assert await shown(v1, order, f"?fields={','.join(ORDER_MEMBERS)}") == order
    for name in ORDER_MEMBERS:
        assert await shown(v1, order, f"?fields={name}") == {name: order[name]}


async def test_the_customer_is_shown_whole_if_asked_for(v1):
    order, without = await entered(v1, customer_id=2168), await entered(v1)

    look = await shown(v1, order, "?expand=customer")
    assert (look["customer"]["id"], look["customer"]["name"]) == (2168, "Pekárna U Zlatého klasu")
    assert {name: look[name] for name in ORDER_MEMBERS} == order
    assert (await shown(v1, without, "?expand=customer"))["customer"] is None
    look = await shown(v1, order, "?fields=id&expand=customer")
    assert sorted(look) == ["customer", "id"]
    assert look["customer"]["id"] == 2168


async def test_customers_of_a_list_are_shown_whole_if_asked_for(v1):
    for customer_id in (1, None, 2, 1):
        await entered(v1, customer_id=customer_id)

    body = (await v1.get(listing(limit=4, fields="customer_id", expand="customer"))).json()

    assert [order["customer_id"] for order in body["orders"]] == [1, 2, None, 1]
    assert [order["customer"] and order["customer"]["id"] for order in body["orders"]] == [1, 2, None, 1]


@pytest.mark.parametrize(
    "query, parameter",
    [
        ("fields=", "fields"),
        ("fields=nope", "fields"),
        ("fields=id,nope", "fields"),
        ("fields=ID", "fields"),
        ("fields=customer", "fields"),
        ("fields=lines.id", "fields"),
        ("fields=%00", "fields"),
        ("expand=", "expand"),
        ("expand=supplier_id", "expand"),
        ("expand=customer,x", "expand"),
        ("limit=5", "limit"),
        ("search=x", "search"),
        ("Fields=id", "Fields"),
        ("x", "x"),
        ("%00=1", "\x00"),
        ("=1", ""),
    ],
)
async def test_what_cannot_be_asked_of_an_order_is_refused_by_name(v1, query, parameter):
    assert parameters(await v1.get(f"{path(await entered(v1))}?{query}")) == [parameter]


# What is known already ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ['"2"', 'W/"2"', '"1", "2"', '"x","2" , "7"', "*"])
async def test_who_knows_the_version_is_not_told_it_again(v1, header):
    order = await entered(v1)
    await changed(v1, order, title="x")

    answer = await v1.get(path(order), headers={"If-None-Match": header})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == '"2"'
    assert "Content-Type" not in answer.headers


@pytest.mark.parametrize("header", ['"1"', "2", '"22"', '"2', "", '"x2"', 'W/"1"', '"*"'])
async def test_who_knows_another_version_is_told_the_new_one(v1, header):
    order = await changed(v1, await entered(v1), title="x")

    answer = await v1.get(path(order), headers={"If-None-Match": header})

    assert (answer.status_code, answer.json()) == (200, order)


async def test_who_knows_an_order_is_told_of_new_names_of_what_it_refers_to(v1):
    sku, email = f"OLD-{uuid.uuid4()}", f"{uuid.uuid4()}@example.com"
    item = (await v1.post("/v1/items", json={"customer_id": 1, "sku": sku})).json()["id"]
    user = (await v1.post("/v1/users", json=USER | {"email": email})).json()
    first = await entered(v1, type="purchase_order", customer_id=1, lines=[{"item_id": item}])
    second = await entered(v1, responsible=email)
    tags = [(await v1.get(path(order))).headers["ETag"] for order in (first, second)]
    assert (await v1.patch(f"/v1/items/{item}", json={"sku": f"{sku}-new"})).status_code == 200
    assert (await v1.patch(f"/v1/users/{user['id']}", json={"email": f"new{email}"})).status_code == 200

    one, other = [
        await v1.get(path(order), headers={"If-None-Match": tag})
        for order, tag in zip((first, second), tags, strict=True)
    ]

    assert (one.status_code, one.json()["lines"][0]["sku"]) == (200, f"{sku}-new")
    assert (other.status_code, other.json()["responsible"]) == (200, f"new{email}")
    for order, tag in zip((first, second), tags, strict=True):
        answer = await v1.patch(path(order), json={"title": "x"}, headers={"If-Match": tag})
        assert answer.status_code == 200


async def test_who_asks_for_a_customer_too_is_told_of_its_change(v1, demo_book):
    order = await entered(v1, customer_id=1)
    at = f"{path(order)}?expand=customer"
    tag = (await v1.get(at)).headers["ETag"]
    await demo_book.desk.pool.execute(
        "update customers set name = 'Renamed' where tenant_id = $1 and id = 1", demo_book.tenant_id
    )

    answer = await v1.get(at, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.json()["customer"]["name"]) == (200, "Renamed")
