"""How a change finds its way past those who change the same order, or delete what it refers to."""

import asyncio
from collections.abc import Awaitable, Callable
from random import random
from typing import Final, TypeVar

from orderloom.book.errors import StaleOrder
from orderloom.desk.desk import Desk
from orderloom.store.failures import GONE, RETRYABLE
from orderloom.store.pool import Db

T = TypeVar("T")

# Writers of one order first try without a lock, which costs the fewest round trips; when others keep winning,
# the last try takes the row and waits its turn.
TRIES_WITHOUT_LOCK: Final = 3
# How often what is referred to is looked up: each time something else of it would have to go at that moment.
LOOKS: Final = 5
# How often a transaction is tried that loses to others: a deadlock is told only after a second.
TRIES: Final = 4
# Two that lost to each other do not begin again at the same moment.
LONGEST_PAUSE_S: Final = 0.2


class NeedsLock(Exception):
    """What is tried cannot be done without a lock, so that a transaction is needed."""


async def past_others(desk: Desk, attempt: Callable[[], Awaitable[T]]) -> T:
    """What the attempt, a transaction of its own, returns; it runs again when it has lost to another writer.

    Inside a transaction of the call's it does not: that one is lost with it, and has to run again as a whole.
    """
    return await attempt() if desk.in_one_transaction else await until_it_wins(attempt)


async def until_it_wins(attempt: Callable[[], Awaitable[T]]) -> T:
    """What the attempt returns, which runs again while it loses to others; it touches nothing but the database."""
    for _ in range(TRIES - 1):
        try:
            return await attempt()
        except RETRYABLE:
            await asyncio.sleep(random() * LONGEST_PAUSE_S)  # noqa: S311 - nobody gains by knowing when
    return await attempt()


async def looking_again(attempt: Callable[[], Awaitable[T]]) -> T:
    """What the attempt returns: it looks up what it refers to, and runs again while something of that has just gone.

    So whoever names it is told the same as if it had gone a moment earlier.
    """
    for _ in range(LOOKS - 1):
        try:
            return await attempt()
        except GONE:
            continue
    return await attempt()


async def freely_then_locked(desk: Desk, attempt: Callable[[Db, bool], Awaitable[T]]) -> T:
    """What the attempt returns: it is given a connection, and whether it has to lock what it changes.

    It runs again while it raises StaleOrder, at last inside a transaction; all of that as `looking_again`.
    """
    return await looking_again(lambda: _freely_then_locked(desk, attempt))


async def _freely_then_locked(desk: Desk, attempt: Callable[[Db, bool], Awaitable[T]]) -> T:
    for _ in range(TRIES_WITHOUT_LOCK):
        try:
            return await attempt(desk.pool, False)
        except StaleOrder:
            continue
        except NeedsLock:
            break
    async with desk.pool.transaction() as db:
        return await attempt(db, True)
