"""Entering an order. Source: contract sections 1, 3, 3.1, 3.3, 5.1 and 6."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from tests.harness import FaceClient, serving

from .given import (
    BAKERY,
    DEFAULTS,
    DEMO,
    JOHNSON,
    LINKS,
    LONGEST,
    MAX_INT,
    MIN_INT,
    NEW,
    NOWHERE,
    ORDER_ATTRIBUTES,
    ORDERS,
    PASSWORD,
    PURCHASE,
    TEXTS,
    UNKNOWN_TYPE,
    WHOLE,
    assert_refusal,
    body,
    codes,
    exact,
    homs_order,
    listed,
    moment,
    no_trace,
    placed,
    problems,
    sent,
    shown,
    version,
)

AMOUNTS = (
    "0",
    "10500",
    "-10500",
    "0.01",
    "0.1",
    "-0.05",
    "1234.5",
    "10.10",
    "999999999999999",
    "1234567890123.45",
    "-9999999999999.99",
    "0.29",
    "1.1",
    "1e3",
)


@pytest.fixture(scope="module")
def proxied(database_url):
    """A server that trusts what a proxy on this machine says."""
    with serving(database_url=database_url, trusted_proxies="192.0.2.7, 127.0.0.0/8") as server:
        yield server


async def test_a_stranger_cannot_enter_an_order(intouch, demo_book):
    async with no_trace(demo_book):
        assert_refusal(await intouch.post(ORDERS, json=NEW, auth=None), 401)


async def test_an_order_entered_next_door_does_not_exist_here(intouch, demo_book):
    async with no_trace(demo_book):
        theirs = await placed(intouch.neighbour)

    assert_refusal(await intouch.get(f"{ORDERS}/{theirs['id']}"), 404)
    assert theirs["id"] not in await listed(intouch)


async def test_customer_and_name_are_enough_and_the_rest_gets_its_default(intouch):
    order = await placed(intouch)

    assert set(order) == set(ORDER_ATTRIBUTES)
    assert {name: order[name] for name in (*NEW, *DEFAULTS)} == NEW | DEFAULTS
    assert (order["enteredBy"], order["modifiedBy"]) == (DEMO, DEMO)


async def test_every_attribute_is_taken(intouch):
    order = await placed(intouch, **WHOLE)

    assert {name: order[name] for name in WHOLE} == WHOLE
    assert await shown(intouch, order["id"]) == order


async def test_the_answer_is_the_record_as_it_is_read_later(intouch):
    answer = await intouch.post(ORDERS, json=NEW | {"barva": {"odstín": "žlutá"}})

    order = body(answer, 201)
    assert "Pečivo na pondělí".encode() in answer.content
    assert await shown(intouch, order["id"]) == order


async def test_the_new_id_is_an_integer_larger_than_all_before(intouch):
    before = await listed(intouch)
    ids = [(await placed(intouch))["id"] for _ in range(3)]

    assert all(type(each) is int for each in ids)
    assert max(before) < ids[0] < ids[1] < ids[2]


async def test_the_id_of_a_deleted_order_is_never_given_again(intouch, demo_homs):
    order = await placed(intouch)
    code = (await homs_order(demo_homs, order["id"]))["code"]
    assert (await demo_homs.delete(f"/api/orders/{code}")).status_code == 204
    assert_refusal(await intouch.get(f"{ORDERS}/{order['id']}"), 404)

    assert (await placed(intouch))["id"] > order["id"]


async def test_equal_content_is_entered_as_often_as_it_is_sent(intouch):
    first, second = await placed(intouch, **WHOLE), await placed(intouch, **WHOLE)

    assert first["id"] != second["id"]
    assert {name: first[name] for name in WHOLE} == {name: second[name] for name in WHOLE}


async def test_orders_entered_at_once_get_an_id_each(intouch):
    entered = await asyncio.gather(*(placed(intouch, name=f"Zakázka {number}") for number in range(12)))

    assert len({order["id"] for order in entered}) == 12
    assert {order["name"] for order in entered} == {f"Zakázka {number}" for number in range(12)}


async def test_read_only_attributes_in_the_body_are_ignored(intouch):
    last = (await placed(intouch))["id"]
    for value in (1, 241, "text", None, True, -5, [1], {"a": 1}, 1.5, "2001-01-01T00:00:00.000Z", 10**30):
        ignored = dict.fromkeys(("id", "buscase", "entered", "enteredBy", "modified", "modifiedBy"), value)
        order = await placed(intouch, **ignored)
        assert set(order) == set(ORDER_ATTRIBUTES)
        assert order["id"] > last
        assert (order["enteredBy"], order["modifiedBy"]) == (DEMO, DEMO)
        assert moment(order["entered"]).year > 2001
        last = order["id"]


async def test_the_time_of_entry_is_now_in_utc_with_milliseconds(intouch):
    before = datetime.now(UTC)
    order = await placed(intouch)

    assert abs(moment(order["entered"]) - before) < timedelta(seconds=30)
    assert order["modified"] == order["entered"]


async def test_who_enters_is_the_user_of_the_credentials(intouch):
    order = body(await intouch.post(ORDERS, json=NEW, auth=(JOHNSON, PASSWORD)), 201)

    assert (order["enteredBy"], order["modifiedBy"], order["ownerUser"]) == (JOHNSON, JOHNSON, JOHNSON)


async def test_an_owner_may_be_any_text(intouch):
    for owner in (DEMO, JOHNSON, "gregor", "", "  ", "DEMO@EXAMPLE.COM", " demo@example.com", *TEXTS):
        order = await placed(intouch, ownerUser=owner, ownerGroup=owner)
        assert (order["ownerUser"], order["ownerGroup"]) == (owner, owner)
        assert await shown(intouch, order["id"]) == order


async def test_each_customer_of_the_book_may_order(intouch, demo_book):
    added = await demo_book.add_customer("Mlékárna")

    for customer in (1, 2, BAKERY, added):
        assert (await placed(intouch, customer=customer))["customer"] == customer


async def test_an_unknown_customer_is_refused(intouch, demo_book):
    async with no_trace(demo_book):
        for customer in (NOWHERE, 0, -1, -BAKERY, 2**31, MAX_INT):
            answer = await intouch.post(ORDERS, json=NEW | {"customer": customer})
            assert problems(answer) == {("customer", "unknown_reference")}


async def test_the_customer_of_a_neighbour_is_unknown(intouch, demo_book):
    added = await demo_book.add_customer("Mlékárna")

    answer = await intouch.neighbour.post(ORDERS, json=NEW | {"customer": added})

    assert problems(answer) == {("customer", "unknown_reference")}


async def test_a_missing_required_attribute_is_refused(intouch, demo_book):
    async with no_trace(demo_book):
        for missing in NEW:
            rest = {name: value for name, value in NEW.items() if name != missing}
            assert problems(await intouch.post(ORDERS, json=rest)) == {(missing, "required")}
            answer = await intouch.post(ORDERS, json=NEW | {missing: None})
            assert problems(answer) == {(missing, "required")}
        assert problems(await intouch.post(ORDERS, json={})) == {("customer", "required"), ("name", "required")}


async def test_a_blank_name_is_refused(intouch, demo_book):
    async with no_trace(demo_book):
        for name in ("", " ", "   ", "\t\r\n "):
            assert problems(await intouch.post(ORDERS, json=NEW | {"name": name})) == {("name", "required")}


async def test_a_name_may_have_2000_characters_and_no_more(intouch, demo_book):
    for name in ("x" * 255, "x" * LONGEST, "ž" * LONGEST, "😀" * LONGEST):
        assert (await placed(intouch, name=name))["name"] == name

    async with no_trace(demo_book):
        for name in ("x" * (LONGEST + 1), "ž" * 5000):
            assert problems(await intouch.post(ORDERS, json=NEW | {"name": name})) == {("name", "value")}


async def test_text_of_any_script_is_kept_as_sent(intouch):
    for text in TEXTS:
        order = await placed(intouch, name=text, comment=text, ownerGroup=text)
        assert (order["name"], order["comment"], order["ownerGroup"]) == (text, text, text)
        assert await shown(intouch, order["id"]) == order


async def test_an_empty_comment_is_not_the_same_as_none(intouch):
    assert (await placed(intouch, comment=""))["comment"] == ""
    assert (await placed(intouch, comment=None))["comment"] is None


async def test_null_leaves_an_optional_attribute_null(intouch):
    order = await placed(intouch, **dict.fromkeys(("totalPrice", "comment", "ownerGroup", *LINKS)))

    assert {name: order[name] for name in DEFAULTS} == DEFAULTS


async def test_a_null_type_or_currency_is_refused(intouch, demo_book):
    async with no_trace(demo_book):
        answer = await intouch.post(ORDERS, json=NEW | {"caseType": None, "currency": None})

    assert problems(answer) == {("caseType", "type"), ("currency", "type")}


async def test_a_price_is_kept_to_the_last_digit(intouch):
    for amount in AMOUNTS:
        answer = await sent(intouch, "POST", ORDERS, f'{{"customer":2168,"name":"x","totalPrice":{amount}}}')
        assert answer.status_code == 201, (amount, answer.text)
        price = exact(answer)["totalPrice"]
        assert isinstance(price, int | Decimal)
        assert price == Decimal(amount)
        again = exact(await intouch.get(f"{ORDERS}/{answer.json()['id']}"))["totalPrice"]
        assert again == Decimal(amount)


async def test_a_price_of_15_digits_survives_wherever_its_point_is(intouch):
    digits = "123456789012345"
    for place in range(1, 15):
        amount = f"{digits[:place]}.{digits[place:]}"
        answer = await sent(intouch, "POST", ORDERS, f'{{"customer":2168,"name":"x","totalPrice":{amount}}}')
        assert exact(answer)["totalPrice"] == Decimal(amount)


async def test_a_price_is_not_computed_from_the_items(intouch):
    order = await placed(intouch, totalPrice=5)
    item = {"title": "Mouka", "quantity": 10, "price": 100, "totalPrice": 1000}
    body(await intouch.post(f"{ORDERS}/{order['id']}/buscaseitems", json=item), 201)

    assert (await shown(intouch, order["id"])) == order


async def test_a_currency_is_three_ascii_letters_kept_as_sent(intouch, demo_book):
    for currency in ("CZK", "EUR", "usd", "xYz"):
        assert (await placed(intouch, currency=currency))["currency"] == currency

    async with no_trace(demo_book):
        for currency in ("", "C", "CZ", "CZKK", "C1K", "   ", "CZ ", " CZK", "ČZK", "€€€", "CZK\n", "ＣＺＫ"):
            answer = await intouch.post(ORDERS, json=NEW | {"currency": currency})
            assert problems(answer) == {("currency", "value")}, currency


async def test_a_link_may_be_any_64_bit_integer(intouch):
    for number in (0, 1, -1, NOWHERE, MAX_INT, MIN_INT):
        order = await placed(intouch, **dict.fromkeys(LINKS, number))
        assert {order[name] for name in LINKS} == {number}
        assert await shown(intouch, order["id"]) == order


async def test_a_type_up_to_999_that_was_never_seen_is_entered(intouch, demo_book):
    types = (await demo_book.counts())["order_types"]

    for number in (777, 999):
        assert (await placed(intouch, caseType=number))["caseType"] == number
        assert (await placed(intouch, caseType=number))["caseType"] == number

    assert (await demo_book.counts())["order_types"] == types + 2


async def test_a_new_type_entered_at_once_by_many_is_entered_once(intouch, demo_book):
    types = (await demo_book.counts())["order_types"]

    entered = await asyncio.gather(*(placed(intouch, caseType=555) for _ in range(8)))

    assert {order["caseType"] for order in entered} == {555}
    assert (await demo_book.counts())["order_types"] == types + 1


async def test_a_type_from_1000_must_exist(intouch, demo_book):
    assert (await placed(intouch, caseType=PURCHASE))["caseType"] == PURCHASE
    general = (await shown(intouch, 1))["caseType"]
    assert general > PURCHASE
    assert (await placed(intouch, caseType=general))["caseType"] == general

    async with no_trace(demo_book):
        for number in (UNKNOWN_TYPE, 2**31, 2**62):
            answer = await intouch.post(ORDERS, json=NEW | {"caseType": number})
            assert problems(answer) == {("caseType", "unknown_reference")}


async def test_a_type_below_1_is_refused(intouch, demo_book):
    async with no_trace(demo_book):
        for number in (0, -1, -1000, MIN_INT):
            assert problems(await intouch.post(ORDERS, json=NEW | {"caseType": number})) == {("caseType", "value")}


async def test_a_refused_order_enters_no_type(intouch, demo_book):
    async with no_trace(demo_book):
        answer = await intouch.post(ORDERS, json=NEW | {"caseType": 778, "customer": NOWHERE})

    assert codes(answer) == {"unknown_reference"}


async def test_an_order_begins_at_version_1_with_one_event(intouch, demo_book):
    events = len(await demo_book.events("order"))
    order = await placed(intouch, **WHOLE)

    assert await version(demo_book, order["id"]) == 1
    assert len(await demo_book.events("order")) == events + 1


# Location


def location(answer):
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


async def test_the_location_is_where_the_order_can_be_read(intouch):
    answer = await intouch.post(ORDERS, json=NEW)

    order = body(answer, 201)
    assert location(answer) == f"http://{intouch.host}/api/buscases/{order['id']}"
    assert body(await intouch.get(urlsplit(location(answer)).path)) == order


async def test_the_location_keeps_the_port_of_the_host(intouch):
    answer = await intouch.post(ORDERS, json=NEW, headers={"Host": f"{intouch.host}:8080"})

    assert location(answer) == f"http://{intouch.host}:8080/api/buscases/{answer.json()['id']}"


async def test_what_a_peer_says_that_is_no_proxy_is_ignored(intouch):
    said = (
        {"X-Forwarded-Proto": "https", "X-Forwarded-Host": intouch.neighbour.host},
        {"Forwarded": f"for=192.0.2.60;proto=https;host={intouch.neighbour.host}"},
        {"Forwarded": "host=evil.test", "X-Forwarded-Host": "evil.test"},
    )
    for headers in said:
        answer = await intouch.post(ORDERS, json=NEW, headers=headers)
        order_id = body(answer, 201)["id"]
        assert location(answer) == f"http://{intouch.host}/api/buscases/{order_id}"
        assert order_id in await listed(intouch)


async def test_behind_a_trusted_proxy_the_location_is_the_one_outside(intouch, proxied, http):
    inside = FaceClient(proxied.url, intouch.host, http, intouch.auth)
    host, internal = intouch.host, "orders.internal"
    cases = (
        ({"X-Forwarded-Proto": "https"}, f"https://{host}"),
        ({"X-Forwarded-Host": host, "Host": internal}, f"http://{host}"),
        ({"X-Forwarded-Proto": "https", "X-Forwarded-Host": host, "Host": internal}, f"https://{host}"),
        ({"Forwarded": "proto=https"}, f"https://{host}"),
        ({"Forwarded": f"for=192.0.2.60;proto=https;host={host}", "Host": internal}, f"https://{host}"),
        ({"Forwarded": f'host="{host}:8443";proto=https', "Host": internal}, f"https://{host}:8443"),
        ({"Forwarded": "for=192.0.2.60"}, f"http://{host}"),
        (
            {
                "Forwarded": f"proto=https;host={host}",
                "X-Forwarded-Proto": "http",
                "X-Forwarded-Host": intouch.neighbour.host,
                "Host": internal,
            },
            f"https://{host}",
        ),
        ({}, f"http://{host}"),
    )
    for headers, base in cases:
        answer = await inside.post(ORDERS, json=NEW, headers=headers)
        assert answer.status_code == 201, (headers, answer.text)
        assert location(answer) == f"{base}/api/buscases/{answer.json()['id']}", headers
        assert body(await intouch.get(f"{ORDERS}/{answer.json()['id']}")) == answer.json()


async def test_a_trusted_proxy_that_talks_nonsense_causes_no_server_error(intouch, proxied, http):
    inside = FaceClient(proxied.url, intouch.host, http, intouch.auth)
    for nonsense in ("", ";;;", '="', 'host="', "proto=https;host=", ",,,", "host=a b", "x" * 4000, b"\xff"):
        for name in ("Forwarded", "X-Forwarded-Proto", "X-Forwarded-Host"):
            assert (await inside.get("/api/buscases/241", headers={name: nonsense})).status_code < 500
