"""The brake on guessing credentials."""

from collections import OrderedDict, deque
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from math import ceil
from time import monotonic
from typing import Final, NamedTuple

from orderloom.book.errors import TooManyTries

WINDOW_S: Final = 60.0
MAX_REMEMBERED: Final = 10_000
# Whoever has one address of IPv6 has a network of this many bits.
IPV6_BITS: Final = 64


class Guess(NamedTuple):
    """Who tries to come in where: the tenant, the address, and the account if the credentials name one."""

    tenant_id: int
    address: str
    account: str | None = None

    @classmethod
    def of(cls, tenant_id: int, address: str, account: str | None = None) -> "Guess":
        """The same with the network of an address of IPv6 in its place."""
        return cls(tenant_id, _counted(address), account)


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
        # An address at its limit gets no room for further accounts: it could push out what is known of others.
        if guess in self._tries or not self._wait(self._address, guess._replace(account=None)):
            self._count(self._account, guess)

    def right(self, guess: Guess) -> None:
        """The try that began was right, or could not be decided."""
        tries = self._tries.get(guess)
        if tries:
            tries.pop()
            if not tries:
                del self._tries[guess]

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
        if wait := self._wait(limit, key):
            raise TooManyTries(ceil(wait))

    def _wait(self, limit: int, key: Guess) -> float:
        """Seconds until the key is below its limit again."""
        tries = self._tries.get(key)
        if not limit or tries is None or len(tries) < limit:
            return 0.0
        return max(0.0, tries[0] + WINDOW_S - self._now())


@lru_cache(4096)
def _counted(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return address if known.version == 4 else str(ip_network((known, IPV6_BITS), strict=False))
