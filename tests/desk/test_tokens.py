"""Tokens and time: when they end, asked over HTTP with a clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.given_books import Book

from orderloom.book.users import Profile
from orderloom.demo.people import DEMO_CLIENT, DEMO_PASSWORD, DEMO_SECRET, DEMO_USER
from orderloom.desk import clients, users
from orderloom.desk.desk import Desk
from orderloom.desk.tokens import ACCESS_S, REFRESH_DAYS, _issue
from orderloom.server.app import App
from orderloom.server.settings import Settings
from orderloom.store import users as store
from orderloom.store.tokens import ENDED_AT_ONCE, KEPT

CLIENT = (DEMO_CLIENT, DEMO_SECRET)
PASSWORD = {"grant_type": "password", "username": DEMO_USER, "password": DEMO_PASSWORD}
SECOND = timedelta(seconds=1)


class Clock:
    """The time, which stands still until the test moves it."""

    def __init__(self) -> None:
        self.at = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(demo_tenant: tuple[Book, str], clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole application in this process, whose desk lives by the clock."""
    book, host = demo_tenant
    app = App(Settings(log_level="error"))
    app.lifespan.desk = Desk(book.desk.pool, now=clock)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as http:
        yield http


async def log_in(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post("/auth/login", auth=CLIENT, data=PASSWORD)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def refreshed(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/auth/refresh", auth=CLIENT, data={"grant_type": "refresh_token", "refresh_token": token})


async def status(client: httpx.AsyncClient, token: str) -> tuple[int, str]:
    answer = await client.get("/api1/purchase_orders?case_id=1", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, "" if answer.status_code == 200 else answer.json()["error"]


async def test_access_tokens_expire_after_3600_seconds_also_when_they_were_just_used(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    tokens = await log_in(client)
    assert tokens["expires_in"] == ACCESS_S == 3600

    clock.at += timedelta(seconds=ACCESS_S) - SECOND
    assert await status(client, tokens["access_token"]) == (200, "")
    assert await status(client, tokens["access_token"]) == (200, "")
    clock.at += SECOND
    assert await status(client, tokens["access_token"]) == (401, "invalid_token")


async def test_a_refresh_token_works_after_its_access_token_expired_and_for_14_days(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    first = await log_in(client)
    clock.at += timedelta(days=REFRESH_DAYS) - SECOND
    assert (await status(client, first["access_token"]))[0] == 401

    second = await refreshed(client, first["refresh_token"])
    assert second.status_code == 200
    assert await status(client, second.json()["access_token"]) == (200, "")


async def test_an_expired_refresh_token_is_an_invalid_grant(client: httpx.AsyncClient, clock: Clock) -> None:
    assert REFRESH_DAYS == 14
    tokens = await log_in(client)
    clock.at += timedelta(days=REFRESH_DAYS)

    answer = await refreshed(client, tokens["refresh_token"])

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_a_refresh_leaves_the_old_access_token_its_own_time(client: httpx.AsyncClient, clock: Clock) -> None:
    first = await log_in(client)
    clock.at += timedelta(minutes=30)
    second = (await refreshed(client, first["refresh_token"])).json()

    clock.at += timedelta(minutes=29)
    assert await status(client, first["access_token"]) == (200, "")
    clock.at += timedelta(minutes=2)
    assert (await status(client, first["access_token"]))[0] == 401
    assert await status(client, second["access_token"]) == (200, "")


async def test_expired_tokens_do_not_count_as_guesses_even_when_others_log_in(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    token = (await log_in(client))["access_token"]
    clock.at += timedelta(hours=2)
    await log_in(client)

    assert {await status(client, token) for _ in range(150)} == {(401, "invalid_token")}


async def test_tokens_that_ended_long_ago_go_when_others_are_issued(
    client: httpx.AsyncClient, clock: Clock, demo_book: Book
) -> None:
    for _ in range(6):
        await log_in(client)
    clock.at += timedelta(days=REFRESH_DAYS) + KEPT + SECOND
    before = (await demo_book.counts())["tokens"]
    await log_in(client)
    assert (await demo_book.counts())["tokens"] == before + 2 - ENDED_AT_ONCE


async def test_made_up_tokens_count_for_their_address_and_good_ones_still_work(client: httpx.AsyncClient) -> None:
    token = (await log_in(client))["access_token"]

    statuses = [(await status(client, f"{number:040x}"))[0] for number in range(103)]

    assert statuses == [401] * 100 + [429] * 3
    assert await status(client, token) == (200, "")


async def test_a_new_password_ends_the_tokens_of_the_old_one(client: httpx.AsyncClient, demo_book: Book) -> None:
    tokens = await log_in(client)
    await users.change(demo_book.desk, demo_book.caller, DEMO_USER, lambda _: Profile(password="another-password"))

    assert (await status(client, tokens["access_token"]))[0] == 401
    assert (await refreshed(client, tokens["refresh_token"])).status_code == 400


async def test_who_logs_in_with_the_old_password_while_it_changes_gets_no_tokens(
    client: httpx.AsyncClient, demo_book: Book
) -> None:
    before, pool = (await demo_book.counts())["tokens"], demo_book.desk.pool
    waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    async with pool.transaction() as db:
        user = await store.lock_user(db, demo_book.tenant_id, DEMO_USER)
        assert user is not None
        await store.save_user(db, demo_book.tenant_id, user, "another hash")
        login = asyncio.create_task(client.post("/auth/login", auth=CLIENT, data=PASSWORD))
        async with asyncio.timeout(10):
            while not await pool.fetchval(waiting):
                await asyncio.sleep(0.01)

    answer = await login
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_grant")
    assert (await demo_book.counts())["tokens"] == before


async def test_a_user_or_client_who_goes_during_a_login_gets_no_tokens(demo_book: Book) -> None:
    user_id = await demo_book.desk.pool.fetchval(
        "select id from users where tenant_id = $1 and email = 'c.johnson@example.com'", demo_book.tenant_id
    )
    client_id, _ = await demo_book.add_client()
    known = await clients.all_clients(demo_book.desk, demo_book.caller)
    found = next(each for each in known if each.client_id == client_id)
    before = (await demo_book.counts())["tokens"]

    async def issue(user: int) -> object:
        return await _issue(demo_book.desk, demo_book.desk.pool, demo_book.tenant_id, "iinsight", user, found)

    assert await issue(user_id + 10**6) is None
    await demo_book.block("c.johnson@example.com", True)
    assert await issue(user_id) is None
    await demo_book.block("c.johnson@example.com", False)
    await demo_book.revoke_client(client_id)
    assert await issue(user_id) is None
    assert (await demo_book.counts())["tokens"] == before
