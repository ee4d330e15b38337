"""The brake on guessing: what counts, what is refused, and when it lets go."""

import asyncio
import contextlib

import pytest
from tests.given_books import Book

from orderloom.book.errors import TooManyTries
from orderloom.demo.people import DEMO_PASSWORD, DEMO_USER
from orderloom.desk import access
from orderloom.desk.brake import MAX_REMEMBERED, WINDOW_S, Brake, Guess
from orderloom.desk.checks import Credentials
from orderloom.desk.desk import Desk

HERE = "192.0.2.1"
ELSEWHERE = "192.0.2.2"
ONE = Guess(1, HERE, "one")


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def try_wrongly(brake: Brake, guess: Guess) -> None:
    """A try of an account that turns out wrong."""
    brake.begin(guess)
    brake.wrong(guess)


def is_refused(brake: Brake, guess: Guess) -> int | None:
    """After how many seconds to come again if the account is at its limit."""
    try:
        brake.begin(guess)
    except TooManyTries as refusal:
        return refusal.retry_after_s
    brake.right(guess)
    return None


def test_the_limit_of_an_account_lets_go_when_its_first_wrong_try_is_a_minute_old() -> None:
    time = Time()
    brake = Brake(account=3, address=100, now=time)
    for _ in range(3):
        assert is_refused(brake, ONE) is None
        try_wrongly(brake, ONE)
        time.at += 10
    assert is_refused(brake, ONE) == 30
    time.at += 29.5
    assert is_refused(brake, ONE) == 1
    time.at += 0.5
    assert is_refused(brake, ONE) is None
    try_wrongly(brake, ONE)
    assert is_refused(brake, ONE) == 10


def test_another_account_address_or_tenant_is_not_meant() -> None:
    brake = Brake(account=1, address=100, now=Time())
    try_wrongly(brake, ONE)
    assert is_refused(brake, ONE) == WINDOW_S
    for other in (Guess(1, HERE, "other"), Guess(1, ELSEWHERE, "one"), Guess(2, HERE, "one")):
        assert is_refused(brake, other) is None


def test_right_tries_never_count() -> None:
    brake = Brake(account=2, address=2, now=Time())
    for _ in range(50):
        brake.begin(ONE)
        brake.right(ONE)
    assert is_refused(brake, ONE) is None


def test_tries_at_once_are_counted_before_they_are_looked_at() -> None:
    brake = Brake(account=2, address=100, now=Time())
    brake.begin(ONE)
    brake.begin(ONE)
    assert is_refused(brake, ONE) is not None
    brake.right(ONE)
    assert is_refused(brake, ONE) is None


def test_the_limit_of_an_address_refuses_what_is_wrong_only() -> None:
    time = Time()
    brake = Brake(account=100, address=2, now=time)
    for account in ("a", "b"):
        try_wrongly(brake, Guess(1, HERE, account))
    brake.begin(Guess(1, HERE, "c"))
    with pytest.raises(TooManyTries) as refusal:
        brake.wrong(Guess(1, HERE, "c"))
    assert refusal.value.retry_after_s == WINDOW_S
    brake.begin(Guess(1, HERE, "d"))
    brake.right(Guess(1, HERE, "d"))
    try_wrongly(brake, Guess(1, ELSEWHERE, "c"))
    time.at += WINDOW_S
    try_wrongly(brake, Guess(1, HERE, "c"))


def test_a_limit_of_none_refuses_nobody() -> None:
    brake = Brake(account=0, address=0)
    for _ in range(500):
        try_wrongly(brake, ONE)


def test_what_it_remembers_is_bounded() -> None:
    brake = Brake(account=10, address=10)
    for number in range(MAX_REMEMBERED + 100):
        try_wrongly(brake, Guess(1, str(number), "x"))
    assert len(brake._tries) <= MAX_REMEMBERED


async def test_at_the_desk_an_account_is_braked_and_its_neighbours_are_not(book: Book) -> None:
    desk = Desk(book.desk.pool, brake=Brake(account=3, address=100))
    right = Credentials(b"right", DEMO_USER, DEMO_PASSWORD, HERE)

    async def come(given: Credentials) -> bool:
        return await access.by_password(desk, book.tenant_id, "intouch", given) is not None

    for place in range(3):
        assert not await come(right._replace(proof=f"wrong {place}"))
    with pytest.raises(TooManyTries):
        await come(right._replace(proof="wrong again"))
    with pytest.raises(TooManyTries):
        await come(right._replace(account=DEMO_USER.upper(), proof="wrong again"))
    assert await come(right._replace(address=ELSEWHERE))
    assert await come(right._replace(account="c.johnson@example.com"))


async def test_a_remembered_sign_in_outlives_the_limit_of_its_account(book: Book) -> None:
    desk = Desk(book.desk.pool, brake=Brake(account=1, address=100))
    right = Credentials(b"right", DEMO_USER, DEMO_PASSWORD, HERE)
    assert await access.by_password(desk, book.tenant_id, "intouch", right)
    assert await access.by_password(desk, book.tenant_id, "intouch", right._replace(proof="wrong")) is None

    assert access.recall(desk, book.tenant_id, "intouch", right.whole) is not None


async def test_a_try_that_could_not_be_decided_does_not_count(book: Book) -> None:
    desk = Desk(book.desk.pool, brake=Brake(account=1, address=1))
    given = Credentials(b"x", "x", "y", HERE)

    async def fail() -> None:
        raise OSError("away")

    for _ in range(5):
        with pytest.raises(OSError, match="away"):
            await desk.checks.account(1, "password", given, fail)


async def test_blanks_and_case_do_not_make_another_account(book: Book) -> None:
    desk = Desk(book.desk.pool, brake=Brake(account=3, address=100))
    for place in range(3):
        given = Credentials(b"%d" % place, f"{' ' * place}{DEMO_USER.upper()} ", f"wrong {place}", HERE)
        assert await access.by_password(desk, book.tenant_id, "intouch", given) is None
    with pytest.raises(TooManyTries):
        await access.by_password(desk, book.tenant_id, "intouch", Credentials(b"x", f"     {DEMO_USER}", "w", HERE))


async def test_wrong_passwords_count_together_for_all_faces(book: Book) -> None:
    desk = Desk(book.desk.pool, brake=Brake(account=2, address=100))
    given = Credentials(b"x", DEMO_USER, "wrong", HERE)
    assert await access.by_password(desk, book.tenant_id, "intouch", given) is None
    assert await access.user_with_password(desk, book.tenant_id, given._replace(proof="wrong too")) is None
    with pytest.raises(TooManyTries):
        await access.by_password(desk, book.tenant_id, "intouch", given._replace(proof="wrong again"))


def test_all_addresses_of_a_network_of_ipv6_are_one() -> None:
    brake = Brake(account=2, address=100, now=Time())
    for last in ("1", "2"):
        try_wrongly(brake, Guess.of(1, f"2001:db8::{last}", "one"))
    assert is_refused(brake, Guess.of(1, "2001:db8::3", "one")) is not None
    assert is_refused(brake, Guess.of(1, "2001:db8:0:1::3", "one")) is None
    assert Guess.of(1, "unix:").address == "unix:"


def test_an_address_at_its_limit_cannot_push_out_what_is_known_of_others() -> None:
    brake = Brake(account=2, address=5, now=Time())
    for _ in range(2):
        try_wrongly(brake, Guess(1, ELSEWHERE, "victim"))
    for number in range(MAX_REMEMBERED + 100):
        guess = Guess(1, HERE, f"made up {number}")
        brake.begin(guess)
        with contextlib.suppress(TooManyTries):
            brake.wrong(guess)
    assert is_refused(brake, Guess(1, ELSEWHERE, "victim")) is not None


def test_right_tries_leave_nothing_behind() -> None:
    brake = Brake(now=Time())
    brake.begin(ONE)
    brake.right(ONE)
    assert not brake._tries


async def test_one_who_gives_up_waiting_takes_nothing_from_the_others(book: Book) -> None:
    desk = Desk(book.desk.pool, brake=Brake(account=1, address=100))
    given = Credentials(b"x", "x", "y", HERE)
    go_on = asyncio.Event()

    async def find() -> str:
        await go_on.wait()
        return "found"

    leader, gone, stays = (asyncio.create_task(desk.checks.account(1, "password", given, find)) for _ in range(3))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    go_on.set()

    assert await leader == await stays == "found"
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await desk.checks.account(1, "password", given, find) == "found"


async def test_when_the_check_fails_all_who_wait_are_told_and_none_is_braked(book: Book) -> None:
    desk = Desk(book.desk.pool, brake=Brake(account=3, address=100))
    given = Credentials(b"x", "x", "y", HERE)

    async def fail() -> str:
        await asyncio.sleep(0.01)
        raise OSError("away")

    async def find() -> str:
        return "found"

    outcomes = await asyncio.gather(
        *(desk.checks.account(1, "password", given, fail) for _ in range(50)), return_exceptions=True
    )
    assert {type(each) for each in outcomes} == {OSError}
    assert await desk.checks.account(1, "password", given, find) == "found"


async def test_when_the_one_who_checks_goes_away_another_checks(book: Book) -> None:
    desk = Desk(book.desk.pool, brake=Brake(account=2, address=100))
    given = Credentials(b"x", "x", "y", HERE)

    async def hang() -> str:
        await asyncio.sleep(60)
        return "never"

    async def find() -> str:
        return "found"

    leader = asyncio.create_task(desk.checks.account(1, "password", given, hang))
    await asyncio.sleep(0)
    follower = asyncio.create_task(desk.checks.account(1, "password", given, find))
    await asyncio.sleep(0)
    leader.cancel()

    assert await follower == "found"
