"""How many requests are let in: limits that follow from waiting, and refusals that do not keep a worker busy."""

import asyncio
import time
from collections.abc import Callable

import pytest

from orderloom.desk import passwords
from orderloom.server.admission import REFUSALS_A_TICK, TICK_S, Admission
from orderloom.server.limits import CALM_S, START, STEP, Limit

LONGEST_S = 0.01
FEWEST = 20


class Line:
    """The queues of a worker, as long as a test wants them."""

    def __init__(self) -> None:
        self.searching = 0
        self.most_searches = 0
        self.waits_s = 0.0
        self.search_waits_s = 0.0

    def waited(self) -> float:
        return self.waits_s

    def search_waited(self) -> float:
        return self.search_waits_s


def judged(limit: Limit, inside: int, now: float, *waits_s: float) -> int:
    """The limit after these waits were seen, while so many were inside."""
    for waited_s in waits_s:
        limit.saw(waited_s, inside)
    limit.judge(now)
    return limit.most


def test_a_queue_that_comes_and_goes_takes_nothing_from_the_limit() -> None:
    limit = Limit(longest_wait_s=LONGEST_S, fewest=FEWEST)
    assert judged(limit, 150, 1.0, 0.5, 0.3, 0.0, 0.4) == START
    assert judged(limit, 10, 1.1, 2.0, 0.001) == START


def test_a_standing_queue_cuts_the_limit_by_as_much_as_the_wait_is_too_long() -> None:
    limit = Limit(longest_wait_s=LONGEST_S, fewest=FEWEST)
    assert judged(limit, 150, 1.0, 0.016, 0.5) == 93
    assert judged(limit, 92, 1.1, 0.5, 9.0) == 46
    for step in range(10):
        judged(limit, limit.most, 1.2 + step / 10, 30.0)
    assert limit.most == FEWEST


def test_after_a_cut_the_limit_grows_slowly_and_only_where_it_is_used_up() -> None:
    limit = Limit(longest_wait_s=LONGEST_S, fewest=FEWEST)
    cut = judged(limit, 100, 1.0, 0.02)
    assert judged(limit, cut - 1, 1.1, 0.0) == cut
    assert judged(limit, cut, 1.2, 0.0) == cut + STEP


def test_a_limit_that_is_used_up_never_leaps_however_long_there_was_no_cut() -> None:
    limit = Limit(longest_wait_s=LONGEST_S, fewest=FEWEST)
    judged(limit, 100, 1.0, 0.02)
    before = limit.most
    assert before < judged(limit, before, 2.0 + CALM_S, 0.0) <= before * 1.2
    assert judged(limit, START, 1000.0, 0.0) <= before * 1.4


def test_where_less_comes_and_no_queue_stood_for_a_while_a_crowd_is_let_in_again() -> None:
    limit = Limit(longest_wait_s=LONGEST_S, fewest=FEWEST)
    cut = judged(limit, 100, 1.0, 9.0)
    assert judged(limit, 0, 1.0 + CALM_S / 2, 0.0) == cut
    assert judged(limit, cut // 2 - 1, 1.1 + CALM_S, 0.0) == START


def test_many_who_keep_nobody_waiting_are_let_in_more_and_more() -> None:
    limit = Limit(longest_wait_s=LONGEST_S, fewest=FEWEST)
    for tenth in range(10):
        judged(limit, limit.most, tenth / 10, 0.0)
    assert limit.most > 2 * START


async def full(line: Line, *, inside: int, waits_s: float) -> Admission:
    """An admission with so many inside, and a line in which one waits so long, until it is settled."""
    admission = Admission(longest_wait_s=LONGEST_S, connections=FEWEST // 2)
    line.waits_s = waits_s
    admission.watch(line)
    for _ in range(inside):
        admission.enter()
    await until(lambda: admission.requests.most <= FEWEST)
    return admission


async def until(happens: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not happens():
            await asyncio.sleep(TICK_S)


async def test_an_idle_worker_lets_a_crowd_in_at_once() -> None:
    admission = Admission(longest_wait_s=LONGEST_S, connections=10)
    admission.watch(Line())
    for _ in range(START):
        assert not admission.is_full()
        admission.enter()
    assert admission.is_full()


async def test_a_worker_whose_requests_wait_for_each_other_is_full_until_some_are_done() -> None:
    admission = await full(Line(), inside=40, waits_s=0.5)
    assert admission.is_full()
    for _ in range(40 - FEWEST):
        admission.leave()
    assert admission.is_full()
    admission.leave()
    assert not admission.is_full()


async def test_once_nothing_was_in_work_for_a_while_a_crowd_is_let_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()
    admission = await full(line, inside=40, waits_s=0.5)
    for _ in range(40):
        admission.leave()
    line.waits_s = 0.0
    await asyncio.sleep(3 * TICK_S)
    monkeypatch.setattr("orderloom.server.limits.CALM_S", 0.0)
    for _ in range(START):
        assert not admission.is_full()
        admission.enter()


async def test_a_worker_whose_requests_are_only_slow_is_not_full() -> None:
    admission = Admission(longest_wait_s=LONGEST_S, connections=10)
    admission.watch(Line())
    for _ in range(100):
        admission.enter()
    await asyncio.sleep(0.3)
    assert not admission.is_full()


async def test_searches_and_sign_ins_keep_nobody_else_out(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()
    admission = await full(line, inside=FEWEST, waits_s=0.5)
    assert admission.is_full()
    line.searching = 3
    assert not admission.is_full()
    line.searching = 0
    monkeypatch.setattr(passwords, "waiting", lambda: 3)
    assert not admission.is_full()


async def test_searches_have_a_limit_of_their_own() -> None:
    line = Line()
    admission = Admission(longest_wait_s=LONGEST_S, connections=10)
    admission.watch(line)
    assert line.most_searches == START
    admission.enter()
    line.searching, line.search_waits_s = 100, 1.0
    await until(lambda: line.most_searches <= FEWEST // 2)
    assert not admission.is_full()


async def test_the_blocked_turns_of_the_event_loop_count_as_waiting() -> None:
    line = Line()
    admission = Admission(longest_wait_s=LONGEST_S, connections=10)
    admission.watch(line)
    for _ in range(50):
        admission.enter()
    async with asyncio.timeout(5):
        while not admission.is_full():
            time.sleep(TICK_S * 3)  # noqa: ASYNC251 - that is the point
            await asyncio.sleep(0)


async def test_refusals_are_given_at_once_until_there_are_too_many_and_then_in_turn() -> None:
    admission = await full(Line(), inside=40, waits_s=0.5)
    await asyncio.sleep(TICK_S * 2)
    told: list[int] = []

    async def turned_away(number: int) -> None:
        await admission.turn_away()
        told.append(number)

    many = 3 * REFUSALS_A_TICK
    tasks = [asyncio.create_task(turned_away(number)) for number in range(many)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert REFUSALS_A_TICK <= len(told) < many
    await until(lambda: len(told) == many)
    assert told == list(range(many))
    await asyncio.gather(*tasks)


async def test_without_a_longest_wait_nobody_is_kept_out() -> None:
    admission = Admission(longest_wait_s=float("inf"), connections=10)
    line = Line()
    line.waits_s = 100.0
    admission.watch(line)
    for _ in range(500):
        admission.enter()
    await asyncio.sleep(0.3)
    assert not admission.is_full()
