"""The brake on guessing credentials."""

from collections import OrderedDict, deque
from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import Final, NamedTuple

from orderloom.book.errors import TooManyTries

WINDOW_S: Final = 60.0
MAX_REMEMBERED: Final = 10_000


class Guess(NamedTuple):
    """Who tries to come in where: the tenant, the address, and the account if the credentials name one."""

    tenant_id: int
    address: str
    account: str | None = None


class Brake:
    """Counts wrong credentials over the last minute, in this process.

    At an account's limit nothing of it is looked at from that address until the minute is over, so that guessing ends.
    At the limit of an address everything is looked at, and only what is wrong is told to wait: others may share the
    address. A limit of 0 is none.
    """

    def __init__(self, *, account: int = 10, address: int = 100, now: Callable[[], float] = monotonic) -> None:
        self._account = account
        self._address = address
        self._now = now
        # The account is None in the keys of an address as a whole.
        self._tries: OrderedDict[Guess, deque[float]] = OrderedDict()

    def begin(self, guess: Guess) -> None:
        """To be called before credentials of an account are looked at. Raises TooManyTries.

        The try counts as wrong until it is told to be right: many that come at once are counted one by one.
        """
        self._refuse_above(self._account, guess)
        self._count(self._account, guess)

    def right(self, guess: Guess) -> None:
        """The try that began was right, or could not be decided."""
        tries = self._tries.get(guess)
        if tries:
            tries.pop()

    def wrong(self, guess: Guess) -> None:
        """The try was wrong. Raises TooManyTries if its address has been wrong too often before."""
        address = guess._replace(account=None)
        try:
            self._refuse_above(self._address, address)
        finally:
            self._count(self._address, address)

    def _count(self, limit: int, key: Guess) -> None:
        """No more than `limit` moments are kept: they are all that the limit asks about."""
        if limit:
            tries = self._tries.pop(key, None) or deque(maxlen=limit)
            tries.append(self._now())
            self._tries[key] = tries
            if len(self._tries) > MAX_REMEMBERED:
                self._tries.popitem(last=False)

    def _refuse_above(self, limit: int, key: Guess) -> None:
        tries = self._tries.get(key)
        if limit and tries is not None and len(tries) >= limit:
            wait = tries[0] + WINDOW_S - self._now()
            if wait > 0:
                raise TooManyTries(ceil(wait))
