"""Works of one call, one after the other: what becomes of one is nothing to the others."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from orderloom.desk.desk import Desk
from orderloom.desk.one_by_one import NotNow, OneByOne
from orderloom.desk.tries import TRIES
from orderloom.store.failures import Busy
from orderloom.store.session import Session


class Work:
    """Raises these, one at each try, and then returns."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = [*errors]
        self.tries = 0

    async def __call__(self) -> str:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


LOST = asyncpg.DeadlockDetectedError
AWAY: list[Callable[[], Exception]] = [Busy, ConnectionResetError, TimeoutError, asyncpg.AdminShutdownError]


async def within(desk: Desk, doing: Callable[[Desk], Awaitable[None]]) -> None:
    async with desk.pool.transaction() as db:
        await doing(desk.through(Session(db)))


async def test_one_that_loses_to_others_is_tried_again_and_given_up_alone(desk: Desk) -> None:
    works = OneByOne(desk)

    assert await works.done(Work(*[LOST()] * (TRIES - 1))) == "done"
    with pytest.raises(NotNow):
        await works.done(Work(*[LOST()] * TRIES))
    assert await works.done(Work()) == "done"


@pytest.mark.parametrize("error", AWAY)
async def test_when_the_database_is_away_the_rest_is_not_tried(desk: Desk, error: Callable[[], Exception]) -> None:
    works, first, second = OneByOne(desk), Work(error()), Work()

    for work in (first, second):
        with pytest.raises(NotNow):
            await works.done(work)

    assert (first.tries, second.tries) == (1, 0)


async def test_what_nobody_expects_is_no_answer(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError):
        await OneByOne(desk).done(Work(ZeroDivisionError()))


@pytest.mark.parametrize("error", [LOST, *AWAY])
async def test_inside_a_transaction_of_the_call_all_of_it_ends(desk: Desk, error: Callable[[], Exception]) -> None:
    raised, work = error(), Work(error())

    async def doing(inside: Desk) -> None:
        await OneByOne(inside).done(work)

    with pytest.raises(type(raised)):
        await within(desk, doing)
    assert work.tries == 1
