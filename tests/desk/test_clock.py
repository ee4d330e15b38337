"""The clock of changes."""

from datetime import UTC, datetime, timedelta

from orderloom.book.orders import RESOLUTION
from orderloom.desk.desk import LARGEST_LEAD, RisingClock

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


class Time:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


def test_of_many_calls_in_one_moment_each_is_later_than_the_one_before() -> None:
    clock = RisingClock(Time())
    assert [clock() for _ in range(4)] == [NOON + place * RESOLUTION for place in range(4)]


def test_a_clock_that_is_set_back_a_little_goes_on_rising() -> None:
    time = Time()
    clock = RisingClock(time)
    clock()
    time.at -= timedelta(seconds=30)
    assert clock() == NOON + RESOLUTION
    time.at = NOON + timedelta(seconds=1)
    assert clock() == time.at


def test_a_clock_that_was_far_ahead_is_not_believed_for_long() -> None:
    time = Time()
    clock = RisingClock(time)
    clock()
    time.at -= LARGEST_LEAD + timedelta(hours=2)
    assert clock() == time.at
