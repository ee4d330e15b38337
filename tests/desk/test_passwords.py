"""Signing in by password: what a right one costs when it comes again, what a wrong one always costs."""

import asyncio
import time
from typing import Any

import pytest
from tests.given_books import Book, CountingPool

from orderloom.book.users import Profile
from orderloom.demo.people import DEMO_PASSWORD, DEMO_USER
from orderloom.desk import access, passwords, signins, users
from orderloom.desk.checks import Credentials
from orderloom.desk.desk import Desk
from orderloom.store.failures import Busy

FACE = "intouch"
HEADER = b"Basic right"
RIGHT = Credentials(HEADER, DEMO_USER, DEMO_PASSWORD, "192.0.2.1")
WRONG = Credentials(b"Basic wrong", DEMO_USER, "not-the-password", "192.0.2.1")
NOBODY = Credentials(b"Basic nobody", "nobody@example.com", DEMO_PASSWORD, "192.0.2.1")


class Runs:
    """How often argon2 ran, and how many were running at once."""

    def __init__(self) -> None:
        self.count = self.now = self.most = 0


@pytest.fixture
def argon2(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Counts the runs of argon2, which go on as they are."""
    runs = Runs()
    verify = passwords._verify

    def counting(*arguments: Any) -> bool:
        runs.count += 1
        runs.now += 1
        runs.most = max(runs.most, runs.now)
        try:
            return verify(*arguments)
        finally:
            runs.now -= 1

    monkeypatch.setattr(passwords, "_verify", counting)
    return runs


async def came(desk: Desk, book: Book, given: Credentials) -> bool:
    """Whether these credentials let somebody in, asked as a face asks."""
    known = access.recall(desk, book.tenant_id, FACE, given.whole)
    return (known or await access.by_password(desk, book.tenant_id, FACE, given)) is not None


async def test_who_wants_a_password_at_once_waits_for_nobody() -> None:
    ahead = [asyncio.create_task(passwords.hash_password("a")) for _ in range(passwords.AT_ONCE)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await passwords.hash_password("b", at_once=True)
    await asyncio.gather(*ahead)
    assert await passwords.hash_password("b", at_once=True)


async def test_a_right_password_that_comes_again_costs_no_argon2_run_and_no_statement(book: Book, argon2: Runs) -> None:
    pool = CountingPool(book.desk.pool)
    desk = Desk(pool)  # type: ignore[arg-type]

    assert await came(desk, book, RIGHT)
    assert (argon2.count, pool.statements) == (1, 1)
    for _ in range(20):
        assert await came(desk, book, RIGHT)
    assert (argon2.count, pool.statements) == (1, 1)


async def test_a_right_password_costs_one_run_however_many_bring_it_at_once(book: Book, argon2: Runs) -> None:
    desk = Desk(book.desk.pool)

    assert all(await asyncio.gather(*(came(desk, book, RIGHT) for _ in range(40))))

    assert argon2.count == 1


@pytest.mark.parametrize("given", [WRONG, NOBODY], ids=["wrong password", "unknown user"])
async def test_a_wrong_password_always_costs_a_run(book: Book, argon2: Runs, given: Credentials) -> None:
    desk = Desk(book.desk.pool)

    for _ in range(3):
        assert not await came(desk, book, given)
    assert argon2.count == 3
    assert not any(await asyncio.gather(*(came(desk, book, given) for _ in range(4))))
    assert argon2.count == 7


async def test_no_more_than_two_runs_go_on_at_once(book: Book, argon2: Runs) -> None:
    desk = Desk(book.desk.pool)
    many = [Credentials(b"%d" % place, f"u{place}@example.com", "x" * 12, "192.0.2.1") for place in range(12)]

    await asyncio.gather(*(came(desk, book, each) for each in many))

    assert argon2.count == 12
    assert argon2.most <= passwords.AT_ONCE == 2


async def test_a_flood_of_wrong_passwords_leaves_the_loop_free(book: Book) -> None:
    desk = Desk(book.desk.pool)
    many = [Credentials(b"%d" % place, f"u{place}@example.com", "x" * 12, f"192.0.2.{place}") for place in range(30)]
    flood = asyncio.gather(*(came(desk, book, each) for each in many))

    longest, began = 0.0, time.monotonic()
    while not flood.done():
        await asyncio.sleep(0.001)
        longest, began = max(longest, time.monotonic() - began), time.monotonic()
    await flood

    assert longest < 0.5


async def test_a_change_of_the_password_ends_remembered_sign_ins_at_once(book: Book) -> None:
    desk = Desk(book.desk.pool)
    assert await came(desk, book, RIGHT)

    await users.change(desk, book.caller, DEMO_USER, lambda _: Profile(password="another-password"))

    assert not await came(desk, book, RIGHT)
    assert await came(desk, book, RIGHT._replace(whole=b"new", proof="another-password"))


async def test_a_change_during_the_check_is_not_slept_through(book: Book) -> None:
    desk = Desk(book.desk.pool)
    checking = asyncio.create_task(access.by_password(desk, book.tenant_id, FACE, RIGHT))
    await asyncio.sleep(0)
    desk.sign_ins.forget(book.tenant_id)  # as a change of the password does

    await checking

    assert access.recall(desk, book.tenant_id, FACE, HEADER) is None


async def test_a_sign_in_is_believed_for_less_than_five_seconds(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(book.desk.pool)
    assert await came(desk, book, RIGHT)
    later = time.monotonic() + 5
    monkeypatch.setattr(signins, "monotonic", lambda: later)

    assert access.recall(desk, book.tenant_id, FACE, HEADER) is None


async def test_memory_holds_neither_password_nor_a_hash_that_could_be_guessed_from(book: Book) -> None:
    one, other = Desk(book.desk.pool), Desk(book.desk.pool)
    key = (book.tenant_id, FACE, HEADER)

    assert one.sign_ins.key(*key) != other.sign_ins.key(*key)
    assert one.sign_ins.key(*key) == one.sign_ins.key(*key)


async def test_text_that_no_password_can_be_is_refused(book: Book) -> None:
    desk = Desk(book.desk.pool)
    for account, proof in (("\ud800", "x"), ("a\x00b", "x"), (DEMO_USER, "\ud800" * 9), ("x" * 100_000, "y" * 100_000)):
        assert not await came(desk, book, Credentials(account.encode(errors="replace"), account, proof, "192.0.2.1"))


async def test_a_change_that_nobody_signs_in_with_forgets_nobody(book: Book) -> None:
    desk = Desk(book.desk.pool)
    assert await came(desk, book, RIGHT)

    await users.change(desk, book.caller, DEMO_USER, lambda _: Profile(department="Sales"))
    assert access.recall(desk, book.tenant_id, FACE, HEADER) is not None
    desk.sign_ins.forget(book.tenant_id + 1)
    assert access.recall(desk, book.tenant_id, FACE, HEADER) is not None
    await users.change(desk, book.caller, DEMO_USER, lambda _: Profile(blocked=True))
    assert access.recall(desk, book.tenant_id, FACE, HEADER) is None


async def test_who_shares_a_check_is_believed_no_longer_than_who_began_it(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(book.desk.pool)
    first = asyncio.create_task(came(desk, book, RIGHT))
    await asyncio.sleep(0)
    began = time.monotonic()
    second = asyncio.create_task(came(desk, book, RIGHT))
    await asyncio.gather(first, second)

    (known,) = desk.sign_ins._known.values()
    assert known.until <= began + signins.MEMORY_S


async def test_one_address_cannot_take_all_places_of_the_queue(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "LONGEST_FROM_ONE", 3)
    desk = Desk(book.desk.pool)
    flood = [Credentials(b"%d" % place, f"u{place}@example.com", "x" * 12, "192.0.2.66") for place in range(8)]
    outcomes = asyncio.gather(*(came(desk, book, each) for each in flood), return_exceptions=True)
    await asyncio.sleep(0.02)

    assert await came(desk, book, RIGHT)
    assert {type(each) for each in await outcomes} == {bool, Busy}


async def test_a_caller_who_goes_away_leaves_the_slot_to_the_thread_that_still_works(book: Book, argon2: Runs) -> None:
    desk = Desk(book.desk.pool)
    many = [Credentials(b"%d" % place, f"u{place}@example.com", "x" * 12, "192.0.2.1") for place in range(6)]
    tasks = [asyncio.create_task(came(desk, book, each)) for each in many]
    await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert await came(desk, book, RIGHT)
    assert argon2.most <= passwords.AT_ONCE
