"""Who may come in, how soon a revoked right ends, and what a repeated sign-in costs."""

import asyncio
import time

import pytest
from tests.given_books import Book, CountingPool
from tests.harness import FaceClient

from orderloom.book.events import Author
from orderloom.desk import access, passwords, users
from orderloom.desk.caller import Caller
from orderloom.desk.checks import Credentials
from orderloom.desk.desk import MEMORY_S, Desk
from orderloom.desk.passwords import hash_password
from orderloom.store.failures import Busy

HEADER = b"Basic something"


def given(account: str, proof: str, address: str = "192.0.2.1") -> Credentials:
    """What somebody comes with from that address."""
    return Credentials(HEADER, account, proof, address)


GIVEN = given("demo@example.com", "demo-token")


async def test_a_token_seen_a_moment_ago_costs_no_statement(book: Book) -> None:
    pool = CountingPool(book.desk.pool)
    desk = Desk(pool)  # type: ignore[arg-type]

    caller = await access.by_api_token(desk, book.tenant_id, "homs", GIVEN)
    assert pool.statements == 1
    for _ in range(10):
        assert access.recall(desk, book.tenant_id, "homs", HEADER) == caller
    assert pool.statements == 1
    assert caller is not None
    assert caller.author == Author("demo@example.com", "homs")


async def test_a_wrong_token_is_never_remembered(book: Book) -> None:
    desk = Desk(book.desk.pool)
    for wrong in (given("demo@example.com", "x"), given("c.johnson@example.com", "demo-token")):
        assert await access.by_api_token(desk, book.tenant_id, "homs", wrong) is None
        assert access.recall(desk, book.tenant_id, "homs", HEADER) is None


async def test_a_token_works_only_at_its_own_face_and_tenant(book: Book, homs: FaceClient) -> None:
    desk = Desk(book.desk.pool)
    assert await access.by_api_token(desk, book.tenant_id, "iinsight", GIVEN) is None
    await book.set_token("demo@example.com", "only-here")
    assert (await homs.get("/api/users", auth=("demo@example.com", "only-here"))).status_code == 200
    assert (await homs.neighbour.get("/api/users", auth=("demo@example.com", "only-here"))).status_code == 401


async def test_what_is_remembered_lasts_less_than_five_seconds(book: Book) -> None:
    assert MEMORY_S < 5
    desk = Desk(book.desk.pool)
    await access.by_api_token(desk, book.tenant_id, "homs", GIVEN)
    (known,) = desk.sign_ins._known.values()
    assert known.until <= time.monotonic() + MEMORY_S


async def test_neither_the_token_nor_its_header_is_kept_in_memory(book: Book) -> None:
    desk = Desk(book.desk.pool)
    await access.by_api_token(desk, book.tenant_id, "homs", GIVEN)
    kept = repr(vars(desk.sign_ins)) + repr(vars(desk.checks))
    assert "demo-token" not in kept
    assert "something" not in kept
    rows = await desk.pool.fetch("select * from tokens where tenant_id = $1", book.tenant_id)
    assert "demo-token" not in repr([dict(row) for row in rows])


async def test_a_revoked_token_and_a_disabled_user_are_out_within_five_seconds_everywhere(
    homs: FaceClient, book: Book
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


async def test_a_change_through_the_face_ends_sign_ins_of_that_process_at_once(homs: FaceClient) -> None:
    await homs.put("/api/users/demo@example.com", json={"user": {"email": "david@example.com"}})

    assert (await homs.get("/api/users")).status_code == 401
    assert (await homs.get("/api/users", auth=("david@example.com", "demo-token"))).status_code == 200


async def test_a_renewed_token_replaces_the_old_one(book: Book) -> None:
    caller = Caller(book.tenant_id, Author("tests", "tests"))
    token = await users.renew_api_token(book.desk, caller, "demo@example.com", "homs")
    desk = Desk(book.desk.pool)
    assert await access.by_api_token(desk, book.tenant_id, "homs", given("demo@example.com", token)) is not None
    assert await access.by_api_token(desk, book.tenant_id, "homs", GIVEN) is None


async def test_one_who_comes_many_times_at_once_is_looked_up_once(book: Book) -> None:
    pool = CountingPool(book.desk.pool)
    desk = Desk(pool)  # type: ignore[arg-type]

    callers = await asyncio.gather(*(access.by_api_token(desk, book.tenant_id, "homs", GIVEN) for _ in range(50)))

    assert len(set(callers)) == 1
    assert callers[0] is not None
    assert pool.statements == 1


async def test_passwords_queue_up_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "LONGEST_QUEUE", 3)
    outcomes = await asyncio.gather(*(hash_password("long enough") for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(each, Busy) for each in outcomes) == 3
    assert (await hash_password("long enough")).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
