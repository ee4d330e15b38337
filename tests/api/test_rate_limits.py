"""Every answer of our own API tells how many requests are left in this minute."""

import httpx

from orderloom.api.rate_limits import MAX_CALLERS, WINDOW_S, Limits
from tests.conftest import PASSWORD
from tests.given_books import Book
from tests.harness import serving


def test_a_minute_begins_with_the_first_request_and_ends() -> None:
    moment = [100.0]
    limits = Limits(lambda: moment[0])
    assert limits.count(1, "a") == (1, WINDOW_S)
    moment[0] += 20
    assert limits.count(1, "a") == (2, WINDOW_S - 20)
    assert limits.count(1, "b") == (1, WINDOW_S)
    assert limits.count(2, "a") == (1, WINDOW_S)
    moment[0] += WINDOW_S - 20
    assert limits.count(1, "a") == (1, WINDOW_S)


def test_callers_that_come_and_go_take_no_more_memory() -> None:
    limits = Limits(lambda: 0.0)
    for number in range(MAX_CALLERS + 5):
        limits.count(1, str(number))
    assert len(limits._counts) <= MAX_CALLERS


async def test_who_sends_more_than_the_limit_is_told_to_wait(database_url: str, demo_tenant: tuple[Book, str]) -> None:
    host = {"Host": demo_tenant[1]}
    with serving(database_url=database_url, v1_rate_limit="3") as server:
        async with httpx.AsyncClient(auth=PASSWORD, headers=host) as client:
            paths = ("ORD-1", "nothing", "x", "ORD-1")
            answers = [await client.get(f"{server.url}/v1/orders/{path}") for path in paths]
    statuses = [answer.status_code for answer in answers]
    assert statuses == [200, 404, 404, 429]
    assert [answer.headers["ratelimit-policy"] for answer in answers] == ['"default";q=3;w=60'] * 4
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert 0 < int(answers[3].headers["retry-after"]) <= WINDOW_S
    assert answers[3].json()["type"] == "urn:orderloom:problem:too-many"


async def test_a_repeated_write_counts_and_what_the_limit_refused_is_done_when_it_comes_again(
    database_url: str, demo_tenant: tuple[Book, str]
) -> None:
    host = {"Host": demo_tenant[1]}
    order = {"type": "purchase_order", "title": "a"}
    async with httpx.AsyncClient(auth=PASSWORD, headers=host) as client:

        async def sent(key: str) -> httpx.Response:
            return await client.post(f"{server.url}/v1/orders", json=order, headers={"Idempotency-Key": key})

        with serving(database_url=database_url, v1_rate_limit="2") as server:
            first, again, refused = [await sent(key) for key in ("one", "one", "two")]
        with serving(database_url=database_url, v1_rate_limit="2") as server:  # which has counted nothing yet
            done = await sent("two")
    assert [first.status_code, again.status_code, refused.status_code, done.status_code] == [201, 201, 429, 201]
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    told = [answer.headers.get_list("ratelimit") for answer in (first, again, refused)]
    assert [[each.split(";")[1] for each in headers] for headers in told] == [["r=1"], ["r=0"], ["r=0"]]
    assert "idempotency-replayed" not in done.headers
