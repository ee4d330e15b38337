"""Every answer of our own API tells how many requests are left in this minute."""

import httpx

from orderloom.api.limits import MAX_CALLERS, WINDOW_S, Limits
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
