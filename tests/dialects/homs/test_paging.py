"""Pages of orders and users. Source: contract section 5."""

import pytest

from .given import DEMO, JOHNSON, changed, entered, james_carters_order, listed, placed, sent, users_listed

ORDINARY = "p{:02d}@example.com"


async def many_orders(homs, count):
    """The codes of that many new orders, newest first."""
    return [(await placed(homs))["code"] for _ in range(count)][::-1]


@pytest.mark.parametrize("path", ["/api/orders", "/api/users"])
async def test_a_stranger_sees_no_list(homs, path):
    assert (await homs.request("GET", path, auth=None)).status_code == 401


async def test_the_neighbours_orders_and_users_are_not_listed(homs):
    await placed(homs.neighbour)
    await entered(homs.neighbour)

    assert await listed(homs) == []
    assert await users_listed(homs) == [JOHNSON, DEMO]


async def test_no_orders_are_an_empty_array(homs):
    answer = await homs.get("/api/orders")

    assert answer.status_code == 200
    assert answer.text == '{"orders":[]}'


async def test_orders_are_listed_newest_first(homs):
    codes = await many_orders(homs, 12)

    assert await listed(homs) == codes
    assert codes[0] == "ORD-12"


async def test_changing_an_order_does_not_move_it(homs):
    codes = await many_orders(homs, 3)

    await changed(homs, codes[-1], state="done", ext_code="zzz")

    assert await listed(homs) == codes


async def test_three_orders_in_pages_of_two_leave_the_first_on_page_two(homs):
    await many_orders(homs, 3)

    assert await listed(homs, "?page_size=2&page=2") == ["ORD-1"]
    assert await listed(homs, "?page=2&page_size=2") == ["ORD-1"]


async def test_a_page_holds_25_orders_unless_asked(homs):
    codes = await many_orders(homs, 27)

    assert await listed(homs) == codes[:25]
    assert await listed(homs, "?page=2") == codes[25:]
    assert await listed(homs, "?page_size=27") == codes
    for meaningless in ("", "abc", "-1", "-99999999999999999999", "%20", "null"):
        assert await listed(homs, f"?page_size={meaningless}") == codes[:25], meaningless


async def test_a_page_holds_25_users_unless_asked(homs):
    emails = [
        (await entered(homs, email=ORDINARY.format(number), last_name=f"A{number:02d}"))["email"]
        for number in range(25)
    ]

    assert await users_listed(homs) == emails
    assert await users_listed(homs, "?page=2") == [JOHNSON, DEMO]
    assert await users_listed(homs, "?page_size=abc") == emails


@pytest.mark.parametrize("page", ["", "abc", "0", "-1", "-99999999999999999999", "%20", "null"])
async def test_a_page_that_is_none_means_page_one(homs, page):
    codes = await many_orders(homs, 3)

    assert await listed(homs, f"?page_size=2&page={page}") == codes[:2]
    assert await users_listed(homs, f"?page_size=1&page={page}") == [JOHNSON]


@pytest.mark.parametrize("query", ["?page_size=0", "?page_size=0&page=2"])
async def test_pages_of_size_zero_are_empty(homs, query):
    await placed(homs)

    assert await listed(homs, query) == []
    assert await users_listed(homs, query) == []


@pytest.mark.parametrize("query", ["?page=2", "?page=99", "?page_size=1&page=3", "?page=99999999999999999999999"])
async def test_past_the_last_page_is_an_empty_array(homs, query):
    await many_orders(homs, 2)

    assert await listed(homs, query) == []
    assert await users_listed(homs, query) == []


@pytest.mark.parametrize("size", ["10000", "10001", "999999999", "99999999999999999999999"])
async def test_a_huge_page_size_is_no_error(homs, size):
    codes = await many_orders(homs, 3)

    assert await listed(homs, f"?page_size={size}") == codes
    assert await users_listed(homs, f"?page_size={size}") == [JOHNSON, DEMO]


async def test_pages_meet_each_order_once(homs):
    codes = await many_orders(homs, 7)

    for size in (1, 2, 3, 7, 8):
        pages = [await listed(homs, f"?page_size={size}&page={page}") for page in range(1, 9)]
        assert [code for page in pages for code in page] == codes


@pytest.mark.parametrize(
    "query",
    [
        "state=done",
        "archived=false",
        "order_type_code=x",
        "ext_code=x",
        "q=x",
        "sort=code",
        "order=asc",
        "per_page=1",
        "limit=1",
        "offset=1",
        "code=ORD-1",
        "foo[bar]=1",
    ],
)
async def test_there_are_no_filters_and_no_sorting(homs, query):
    codes = await many_orders(homs, 3)

    assert await listed(homs, f"?{query}") == codes
    assert await users_listed(homs, f"?{query}") == [JOHNSON, DEMO]


async def test_archived_and_done_orders_stay_in_the_list(homs):
    await placed(homs, archived=True)
    await placed(homs, state="done")

    assert await listed(homs) == ["ORD-2", "ORD-1"]


async def test_orders_of_all_types_are_in_one_list_as_they_are_shown(homs):
    orders = [
        await placed(homs, "pizza_order"),
        await james_carters_order(homs),
        await placed(homs, "Without custom fields"),
        await placed(homs, user_email=JOHNSON, done_at="2016-05-16T13:52:48+03:00"),
    ]

    assert (await homs.get("/api/orders")).json() == {"orders": orders[::-1]}


async def test_a_list_carries_nothing_but_its_records(homs):
    await many_orders(homs, 2)

    for path, root in (("/api/orders?page_size=1", "orders"), ("/api/users?page_size=1", "users")):
        answer = await homs.get(path)
        assert list(answer.json()) == [root]
        paging = {
            "link",
            "total",
            "x-total",
            "x-total-count",
            "per-page",
            "x-per-page",
            "x-page",
            "x-next-page",
        }
        assert not paging & {name.lower() for name in answer.headers}


async def test_users_are_listed_by_last_name_then_first_name_then_middle_name_then_email(homs):
    people = [
        ("e9@example.com", "Adams", "Bob", "A"),
        ("e8@example.com", "Adams", "Bob", "B"),
        ("e7@example.com", "Adams", "Carl", "A"),
        ("e5@example.com", "Baker", "Ann", "A"),
        ("e6@example.com", "Baker", "Ann", "A"),
    ]
    for email, last_name, name, middle_name in people[::-1]:
        await entered(homs, email=email, last_name=last_name, name=name, middle_name=middle_name)

    assert await users_listed(homs) == [email for email, *_ in people] + [JOHNSON, DEMO]


async def test_a_renamed_user_moves_in_the_list(homs):
    await homs.put(f"/api/users/{DEMO}", json={"user": {"last_name": "Aaron"}})

    assert await users_listed(homs) == [DEMO, JOHNSON]


async def test_the_second_of_the_two_users_is_david_jones(homs):
    assert await users_listed(homs, "?page_size=1&page=2") == [DEMO]


async def test_users_can_be_listed_with_the_json_suffix(homs):
    assert await users_listed(homs, ".json?page_size=1") == [JOHNSON]


async def test_paging_is_read_from_the_query_only(homs):
    codes = await many_orders(homs, 2)

    answer = await sent(homs, "GET", "/api/orders?page=1", b'{"page":2,"page_size":1}')

    assert [order["code"] for order in answer.json()["orders"]] == codes
