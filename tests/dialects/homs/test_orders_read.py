"""Reading one order, and what an order looks like. Source: contract sections 1, 3, 4 and 6 (Show)."""

import pytest

from .given import (
    FIELDS,
    JAMES_CARTER_SHOWN,
    JSON_TYPE,
    ORDER_ENDPOINTS,
    ORDER_KEYS,
    WITHOUT_FIELDS,
    compact,
    is_empty,
    james_carters_order,
    listed,
    placed,
    sent,
    shown,
)


@pytest.mark.parametrize("method, path, body", ORDER_ENDPOINTS)
async def test_a_stranger_is_refused_at_every_order_endpoint(homs, book, method, path, body):
    await placed(homs)
    before = await book.counts()

    answer = await homs.request(method, path, json=body, auth=None)

    assert answer.status_code == 401
    assert await book.counts() == before


@pytest.mark.parametrize("method, path, body", [each for each in ORDER_ENDPOINTS if each[1].endswith("-1")])
async def test_the_neighbours_order_does_not_exist(homs, method, path, body):
    theirs = await placed(homs.neighbour)
    assert path.endswith(theirs["code"])

    answer = await homs.request(method, path, json=body)

    assert is_empty(answer, 404)
    assert await shown(homs.neighbour, theirs["code"]) == theirs


async def test_an_order_is_shown_by_its_code(homs):
    order = await james_carters_order(homs)

    answer = await homs.get("/api/orders/ORD-1")

    assert answer.status_code == 200
    assert answer.json() == {"order": order}
    assert order["data"] == JAMES_CARTER_SHOWN


async def test_an_order_is_never_addressed_by_its_id(homs):
    order = await placed(homs)

    assert is_empty(await homs.get(f"/api/orders/{order['id']}"), 404)


@pytest.mark.parametrize("method, path, body", [each for each in ORDER_ENDPOINTS if each[1].endswith("-1")])
@pytest.mark.parametrize("code", ["ORD-99", "ord-1", "ORD-01", "ORD-", "ORD-1x", "x", "ORD-1%20", "%20ORD-1"])
async def test_an_unknown_code_is_404_and_empty(homs, book, method, path, body, code):
    order = await placed(homs)
    before = await book.counts()

    answer = await homs.request(method, path.replace("ORD-1", code), json=body)

    assert is_empty(answer, 404)
    assert await book.counts() == before
    assert await shown(homs, order["code"]) == order


async def test_a_code_may_be_percent_encoded(homs):
    order = await placed(homs)

    assert (await homs.get("/api/orders/%4FRD%2D1")).json() == {"order": order}


@pytest.mark.parametrize("path", ["/api/orders/ORD-1.json", "/api/orders.json"])
async def test_the_json_suffix_means_the_same(homs, path):
    await placed(homs)

    plain = await homs.get(path.removesuffix(".json"))
    suffixed = await homs.get(path)

    assert suffixed.status_code == 200
    assert suffixed.json() == plain.json()


async def test_the_json_suffix_works_with_a_query(homs):
    await placed(homs)
    await placed(homs)

    assert await listed(homs, ".json?page_size=1&page=2") == ["ORD-1"]


@pytest.mark.parametrize(
    "accept",
    ["application/json", "application/homs.api.v1", "*/*", "text/html", "application/xml", "nonsense", ""],
)
async def test_the_answer_is_json_whatever_is_accepted(homs, accept):
    order = await placed(homs)

    answer = await homs.request("GET", "/api/orders/ORD-1", headers={"Accept": accept})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == JSON_TYPE
    assert answer.json() == {"order": order}


@pytest.mark.parametrize("path", ["/api/orders", "/api/orders/ORD-1", "/api/users", "/api/users/demo@example.com"])
async def test_an_answer_is_compact_json_with_its_length(homs, path):
    await james_carters_order(homs)

    answer = await homs.get(path)

    assert answer.headers["Content-Type"] == JSON_TYPE
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert answer.text == compact(answer.json())


async def test_the_length_counts_bytes_not_characters(homs):
    await placed(homs, ext_code="Příkaz № 7 – 急")

    answer = await homs.get("/api/orders/ORD-1")

    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert answer.json()["order"]["ext_code"] == "Příkaz № 7 – 急"


@pytest.mark.parametrize(
    "text",
    [
        "Ørsted & Söhne",
        '<b>"x"</b>',
        "a\\b",
        "line\nbreak\ttab",
        "😀",
        "\u2028",
        "'; drop table orders; --",
        "",
    ],
)
async def test_free_text_comes_back_as_it_was_sent(homs, text):
    order = await placed(homs, ext_code=text, bp_id=text, bp_state=text, data={"subject": text})

    again = await shown(homs, order["code"])

    assert (again["ext_code"], again["bp_id"], again["bp_state"]) == (text, text, text)
    assert again["data"]["subject"] == text


async def test_an_order_shows_exactly_the_eleven_keys_of_the_page(homs):
    await placed(homs)

    assert tuple(await shown(homs, "ORD-1")) == ORDER_KEYS


@pytest.mark.parametrize("hidden", ["created_at", "updated_at", "user_id", "order_type_id"])
async def test_what_the_page_does_not_print_is_not_shown(homs, hidden):
    assert hidden not in await placed(homs)


async def test_the_json_types_of_an_untouched_order(homs):
    order = await placed(homs)

    assert type(order["id"]) is int
    assert order["archived"] is False
    assert isinstance(order["data"], dict)
    assert [key for key in ORDER_KEYS if order[key] is None] == [
        "ext_code",
        "bp_id",
        "bp_state",
        "done_at",
        "user_email",
    ]


@pytest.mark.parametrize("code", FIELDS)
async def test_a_type_shows_all_of_its_fields_in_their_order_and_no_other(homs, code):
    assert tuple((await placed(homs, code))["data"]) == FIELDS[code]


async def test_a_type_without_fields_shows_an_empty_array(homs):
    order = await placed(homs, WITHOUT_FIELDS)

    assert order["order_type_code"] == "Without custom fields"
    assert order["data"] == []


async def test_head_is_get_without_the_body(homs):
    await placed(homs)

    for path in ("/api/orders", "/api/orders/ORD-1"):
        answer = await homs.head(path)
        assert is_empty(answer, 200)


async def test_a_body_sent_with_a_read_is_not_looked_at(homs):
    order = await placed(homs)

    answer = await sent(homs, "GET", "/api/orders/ORD-1", b"{not json")

    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or answer.json() == {"order": order}


async def test_reading_changes_nothing(homs, book):
    await placed(homs)
    before = await book.counts()

    await homs.get("/api/orders")
    await homs.get("/api/orders/ORD-1")

    assert await book.counts() == before


async def test_numbers_in_free_text_come_back_as_their_text(homs):
    order = await placed(homs, ext_code=42, bp_id=7, bp_state=1.5)

    assert [order["ext_code"], order["bp_id"], order["bp_state"]] == ["42", "7", "1.5"]


async def test_profiles_are_not_part_of_this_dialect(homs):
    assert (await homs.get("/api/profiles")).status_code in (401, 404)
