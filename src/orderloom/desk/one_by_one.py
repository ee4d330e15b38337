"""Several works of one call, each a transaction of its own: what becomes of one is nothing to the others."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from orderloom.desk.desk import Desk
from orderloom.desk.tries import past_others
from orderloom.store.failures import RETRYABLE, Busy, is_away, known_facts

T = TypeVar("T")

_logger: Final = logging.getLogger("orderloom.desk")


class NotNow(Exception):
    """One of the works was not done, or nobody knows whether it was; it may be asked for later."""


class OneByOne:
    """Does one work after the other. Once the database is away, or too much is asked of it, the rest is not tried.

    Inside a transaction of the call's, which comes true as a whole, whatever is no refusal ends the call.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._is_away = False

    async def done(self, work: Callable[[], Awaitable[T]]) -> T:
        """What the work returns. Raises NotNow, or what the work raises."""
        if self._desk.in_one_transaction:
            return await work()
        if self._is_away:
            raise NotNow
        try:
            return await past_others(self._desk, work)
        except RETRYABLE as error:
            raise NotNow from error
        except Exception as error:
            if not is_away(error):
                raise
            self._is_away = True
            if not isinstance(error, Busy):
                _logger.exception("the database is away", extra={"facts": known_facts(error)})
            raise NotNow from error
