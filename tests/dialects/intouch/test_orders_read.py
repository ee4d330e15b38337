"""Reading one order, and the demo orders. Source: contract sections 1, 3, 3.1, 5.2, 5.5 and 7."""

from tests.harness import FaceClient, serving

from .given import (
    BAKERY,
    DEMO,
    NEW_ITEM,
    NOWHERE,
    ORDER_ATTRIBUTES,
    ORDER_ENDPOINTS,
    ORDERS,
    PASSWORD,
    WHOLE,
    assert_refusal,
    body,
    exact,
    items_of,
    listed,
    moment,
    no_trace,
    placed,
    shown,
    timeless,
)

NO_IDS = (
    "0",
    str(NOWHERE),
    "-1",
    "-241",
    "+241",
    "241.0",
    "241a",
    "a241",
    "0x1",
    "2e2",
    "2_41",
    "%20241",
    "241%20",
    "241%0a",
    "%D9%A2%D9%A4%D9%A1",
    "%C2%B2",
    "%E2%91%A0",
    "%EF%BC%92%EF%BC%94%EF%BC%91",
    "%00",
    "241%00",
    "%ff",
    "null",
    "NaN",
    "true",
    "undefined",
    "id",
    "ORD-1",
    "2147483648",
    "4294967537",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551857",
    "1" * 30,
    "9" * 400,
    "9" * 5000,
)


async def test_a_stranger_cannot_read_an_order(intouch):
    for order_id in (241, NOWHERE):
        assert_refusal(await intouch.get(f"{ORDERS}/{order_id}", auth=None), 401)


async def test_the_neighbours_order_is_404_for_every_method_and_stays_as_it_is(intouch, demo_book):
    theirs = await placed(intouch.neighbour, **WHOLE)

    async with no_trace(demo_book):
        for method, path, content in ORDER_ENDPOINTS:
            if path.endswith("/241"):
                answer = await intouch.request(method, f"{ORDERS}/{theirs['id']}", json=content)
                assert_refusal(answer, 404)

    assert await shown(intouch.neighbour, theirs["id"]) == theirs


async def test_each_tenant_has_its_own_order_of_the_same_id(intouch):
    theirs = await shown(intouch.neighbour, 241)
    await intouch.patch("/api/buscases/241", json={"name": "Jen u nás"})

    assert (await shown(intouch, 241))["name"] == "Jen u nás"
    assert await shown(intouch.neighbour, 241) == theirs


async def test_the_login_of_the_demo_data_opens_the_api(intouch):
    assert (await intouch.get(ORDERS, auth=("demo@example.com", "demo-password"))).status_code == 200
    assert (DEMO, PASSWORD) == ("demo@example.com", "demo-password")


async def test_order_241_is_as_the_contract_tells(intouch):
    order = await shown(intouch, 241)

    assert (order["id"], order["customer"], order["caseType"]) == (241, BAKERY, 1)
    assert order["totalPrice"] == 10500
    assert not isinstance(order["totalPrice"], str)
    assert order["name"].strip()
    assert not order["name"].isascii()


async def test_order_241_has_its_items(intouch):
    items = {item["id"]: item for item in await items_of(intouch, 241)}

    assert len(items) >= 3
    assert items[370]["title"] == "Dodávka margarínu"
    assert items[370]["locked"] is True
    assert items[370]["enteredBy"] == "gregor"


async def test_order_147_is_as_the_contract_tells(intouch):
    order = await shown(intouch, 147)

    assert (order["id"], order["customer"], order["caseType"]) == (147, BAKERY, 2)
    assert 2015 in [item["id"] for item in await items_of(intouch, 147)]


async def test_nothing_has_the_id_99999999(intouch):
    assert_refusal(await intouch.get(f"/api/parties/{NOWHERE}"), 404)
    assert_refusal(await intouch.get(f"{ORDERS}/{NOWHERE}"), 404)
    assert_refusal(await intouch.get(f"{ORDERS}/241/buscaseitems/{NOWHERE}"), 404)


async def test_an_order_shows_every_named_attribute_with_its_json_type(intouch):
    for order_id in await listed(intouch):
        order = await shown(intouch, order_id)
        assert set(ORDER_ATTRIBUTES) <= set(order), order_id
        assert type(order["id"]) is int
        assert type(order["caseType"]) is int
        assert isinstance(order["name"], str)
        assert isinstance(order["enteredBy"], str)
        assert isinstance(order["modifiedBy"], str)
        assert order["customer"] is None or type(order["customer"]) is int
        assert order["currency"] is None or len(order["currency"]) == 3
        assert moment(order["entered"]) <= moment(order["modified"])


async def test_an_order_is_one_flat_object_with_camel_case_names(intouch):
    order = await placed(intouch, **WHOLE)

    assert all(name.isalnum() and name[0].islower() for name in order)
    assert not any(isinstance(value, dict | list) for value in order.values())


async def test_money_is_a_json_number(intouch):
    order = await placed(intouch, totalPrice=10500.25)
    answer = await intouch.get(f"{ORDERS}/{order['id']}")

    assert '"10500.25"' not in answer.text
    assert str(exact(answer)["totalPrice"]) == "10500.25"


async def test_an_answer_is_json_in_utf_8(intouch):
    order = await placed(intouch, name="Žluťoučký kůň 😀")
    for accept in ("application/json", "*/*", "text/html", "application/xml", "nonsense"):
        answer = await intouch.get(f"{ORDERS}/{order['id']}", headers={"Accept": accept})
        assert body(answer) == order
        assert answer.headers["Content-Type"].startswith("application/json")


async def test_one_order_is_shown_whole_with_its_further_attributes(intouch):
    order = await placed(intouch, barva="modrá")

    assert (await shown(intouch, order["id"]))["barva"] == "modrá"


async def test_reading_changes_nothing(intouch, demo_book):
    async with no_trace(demo_book):
        for _ in range(3):
            await shown(intouch, 241)
            await intouch.head("/api/buscases/241")


async def test_a_query_on_one_order_is_ignored(intouch):
    order = await shown(intouch, 241)

    assert body(await intouch.get("/api/buscases/241?caseType=2&size=x&position=-1&foo=bar")) == order


async def test_head_answers_like_get_without_a_body(intouch):
    for path in (ORDERS, "/api/buscases/241", f"{ORDERS}/{NOWHERE}", "/api/parties", "/api/anything"):
        get, head = await intouch.get(path), await intouch.head(path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers["Content-Type"] == get.headers["Content-Type"]
        assert head.headers["Content-Length"] == get.headers["Content-Length"]


async def test_an_id_that_is_no_plain_decimal_integer_or_too_large_is_404(intouch, demo_book):
    async with no_trace(demo_book):
        for order_id in NO_IDS:
            answer = await intouch.get(f"{ORDERS}/{order_id}")
            assert answer.status_code == 404, order_id
            assert_refusal(answer, 404)


async def test_writing_to_an_id_that_is_no_plain_decimal_integer_or_too_large_is_404(intouch, demo_book):
    async with no_trace(demo_book):
        for order_id in NO_IDS:
            for method in ("PUT", "PATCH"):
                answer = await intouch.request(method, f"{ORDERS}/{order_id}", json=WHOLE)
                assert answer.status_code == 404, (method, order_id)
                assert_refusal(answer, 404)


async def test_what_was_stored_survives_a_restart(intouch, demo_book, database_url, http):
    order = await placed(intouch, **WHOLE, barva=["modrá", {"odstín": 5}])
    with serving(database_url=database_url) as first:
        there = FaceClient(first.url, intouch.host, http, intouch.auth)
        assert await shown(there, order["id"]) == order
        second_order = await placed(there, name="Před restartem", další=None)
        item = body(await there.post(f"{ORDERS}/{second_order['id']}/buscaseitems", json=NEW_ITEM), 201)
    with serving(database_url=database_url) as again:
        here = FaceClient(again.url, intouch.host, http, intouch.auth)
        assert await shown(here, second_order["id"]) == second_order
        assert await items_of(here, second_order["id"]) == [item]
        assert timeless(await shown(here, order["id"])) == timeless(order)
        assert (await placed(here))["id"] > second_order["id"]
