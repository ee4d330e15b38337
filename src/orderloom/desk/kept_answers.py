"""Doing a write once, however often it is asked for with the same key."""

from collections.abc import Awaitable, Callable
from random import random
from typing import Final, NamedTuple

from orderloom.book.kept_answers import KEPT_FOR, Answer, InFlight, KeyReused, Write, is_passing, shortened
from orderloom.desk.desk import Desk
from orderloom.store import kept_answers as store
from orderloom.store.session import Session

# One in so many writes with a key throws away what is too old: there is no need for anybody who does nothing else.
TIDIES: Final = 200


class Once(NamedTuple):
    """The answer, and whether it was given before."""

    answer: Answer
    again: bool


async def once(desk: Desk, tenant_id: int, write: Write, work: Callable[[Desk], Awaitable[Answer]]) -> Once:
    """The answer that `work` gives, or gave to the same write within the last day.

    `work` does everything through the desk that it is given: what it does, and its answer, come true together or not at
    all. So a write whose answer got lost on its way, or whose server was killed, can be asked for again. An answer of
    the moment (see `is_passing`) is not kept, and nothing is done then. Raises InFlight, KeyReused, or what `work`
    raises.
    """
    try:
        async with desk.pool.transaction() as db:
            if not await store.try_lock(db, tenant_id, write):
                raise InFlight
            at = desk.now()
            kept = await store.find(db, tenant_id, write, at - KEPT_FOR)
            if kept is not None:
                if kept[0] != write.request:
                    raise KeyReused
                return Once(kept[1], again=True)
            answer = await work(desk.through(Session(db)))
            if is_passing(answer.status):
                raise _Passing(answer)
            await store.keep(db, tenant_id, write, shortened(answer), at)
            if random() * TIDIES < 1:  # noqa: S311 - nobody gains by knowing when
                await store.forget(db, tenant_id, at - KEPT_FOR)
            return Once(answer, again=False)
    except _Passing as passing:
        return Once(passing.answer, again=False)


class _Passing(Exception):
    """Takes back what was done."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
