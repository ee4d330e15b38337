"""Who may come in, how soon a revoked right ends, and what a repeated sign-in costs."""

import asyncio
import time
from typing import Any

import pytest
from tests.given_books import Book
from tests.harness import HomsClient

from orderloom.book.events import Author
from orderloom.desk import access, passwords, users
from orderloom.desk.access import ApiToken
from orderloom.desk.desk import MEMORY_S, Caller, Desk
from orderloom.desk.passwords import hash_password
from orderloom.store.pool import Busy

HEADER = b"Basic something"
GIVEN = ApiToken("demo@example.com", "demo-token")


class CountingPool:
    """A pool that counts the statements that pass through it."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self.statements = 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("fetch", "execute")):
            self.statements += 1
        return getattr(self._pool, name)


async def test_a_token_seen_a_moment_ago_costs_no_statement(book: Book) -> None:
    pool = CountingPool(book.desk.pool)
    desk = Desk(pool)  # type: ignore[arg-type]

    caller = await access.sign_in(desk, book.tenant_id, "homs", HEADER, GIVEN)
    assert pool.statements == 1
    for _ in range(10):
        assert access.recall(desk, book.tenant_id, "homs", HEADER) == caller
    assert pool.statements == 1
    assert caller is not None
    assert caller.author == Author("demo@example.com", "homs")


async def test_a_wrong_token_is_never_remembered(book: Book) -> None:
    desk = Desk(book.desk.pool)
    for wrong in (ApiToken("demo@example.com", "x"), ApiToken("c.johnson@example.com", "demo-token")):
        assert await access.sign_in(desk, book.tenant_id, "homs", HEADER, wrong) is None
        assert access.recall(desk, book.tenant_id, "homs", HEADER) is None


async def test_a_token_works_only_at_its_own_face_and_tenant(book: Book, homs: HomsClient) -> None:
    desk = Desk(book.desk.pool)
    assert await access.sign_in(desk, book.tenant_id, "iinsight", HEADER, GIVEN) is None
    await book.set_token("demo@example.com", "only-here")
    assert (await homs.get("/api/users", auth=("demo@example.com", "only-here"))).status_code == 200
    assert (await homs.neighbour.get("/api/users", auth=("demo@example.com", "only-here"))).status_code == 401


async def test_what_is_remembered_lasts_less_than_five_seconds(book: Book) -> None:
    assert MEMORY_S < 5
    desk = Desk(book.desk.pool)
    await access.sign_in(desk, book.tenant_id, "homs", HEADER, GIVEN)
    (_, until) = next(iter(desk.sign_ins.values()))
    assert until <= time.monotonic() + MEMORY_S


async def test_neither_the_token_nor_its_header_is_kept_in_memory(book: Book) -> None:
    desk = Desk(book.desk.pool)
    await access.sign_in(desk, book.tenant_id, "homs", HEADER, GIVEN)
    kept = repr(desk.sign_ins)
    assert "demo-token" not in kept
    assert "something" not in kept
    rows = await desk.pool.fetch("select * from tokens where tenant_id = $1", book.tenant_id)
    assert "demo-token" not in repr([dict(row) for row in rows])


async def test_a_revoked_token_and_a_disabled_user_are_out_within_five_seconds_everywhere(
    homs: HomsClient, book: Book
) -> None:
    await book.set_token("c.johnson@example.com", "second-token")
    second = ("c.johnson@example.com", "second-token")
    for client in (homs, homs.current):
        assert (await client.get("/api/users")).status_code == 200
        assert (await client.get("/api/users", auth=second)).status_code == 200

    # Done in this process, so that neither server is told.
    await book.set_token("demo@example.com", None)
    await book.block("c.johnson@example.com", True)
    began = time.monotonic()
    for client in (homs, homs.current):
        for auth in (homs.auth, second):
            while (await client.get("/api/users", auth=auth)).status_code == 200:
                assert time.monotonic() - began < 5
            assert (await client.get("/api/users", auth=auth)).status_code == 401


async def test_a_change_through_the_face_ends_sign_ins_of_that_process_at_once(homs: HomsClient) -> None:
    await homs.put("/api/users/demo@example.com", json={"user": {"email": "david@example.com"}})

    assert (await homs.get("/api/users")).status_code == 401
    assert (await homs.get("/api/users", auth=("david@example.com", "demo-token"))).status_code == 200


async def test_a_renewed_token_replaces_the_old_one(book: Book) -> None:
    caller = Caller(book.tenant_id, Author("tests", "tests"))
    token = await users.renew_api_token(book.desk, caller, "demo@example.com", "homs")
    desk = Desk(book.desk.pool)
    assert await access.sign_in(desk, book.tenant_id, "homs", b"a", ApiToken("demo@example.com", token)) is not None
    assert await access.sign_in(desk, book.tenant_id, "homs", b"b", GIVEN) is None


async def test_passwords_queue_up_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "LONGEST_QUEUE", 3)
    outcomes = await asyncio.gather(*(hash_password("long enough") for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(each, Busy) for each in outcomes) == 3
    assert (await hash_password("long enough")).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
