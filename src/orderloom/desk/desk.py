"""The desk itself: the pool, the clock and what is remembered between calls."""

from collections.abc import Awaitable, Callable
from copy import copy
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final, Generic, TypeVar

from orderloom.book.companies import Company
from orderloom.book.errors import OrderTypeNotFound
from orderloom.book.orders import RESOLUTION
from orderloom.book.text import storable
from orderloom.book.types import LAST_NUMBER, OrderType
from orderloom.desk.brake import Brake
from orderloom.desk.checks import Checks
from orderloom.desk.key_uses import KeyUses
from orderloom.desk.settled import Settled
from orderloom.desk.signins import MAX_REMEMBERED, MEMORY_S, SignIns
from orderloom.store import companies, tenants
from orderloom.store import types as type_store
from orderloom.store.orders import Types, UnknownType
from orderloom.store.pool import Db, Pool
from orderloom.store.session import Session

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class Desk:
    """What every use-case works with."""

    def __init__(self, pool: Pool, *, now: Callable[[], datetime] | None = None, brake: Brake | None = None) -> None:
        self.pool: Pool | Session = pool
        self.now = now or _utc_now
        self.next_moment = RisingClock(self.now)
        """The time for whatever is listed by its last change."""
        self.types = KnownTypes()
        self.sign_ins = SignIns(self.now)
        self.checks = Checks(brake or Brake(), self.sign_ins)
        self.key_uses = KeyUses()
        self.settled = Settled()
        self._tenants: ForAMoment[str, int] = ForAMoment()
        self._companies: ForAMoment[int, Company] = ForAMoment()

    def through(self, session: Session) -> "Desk":
        """The same desk, doing everything through this session."""
        other = copy(self)
        other.pool = session
        return other

    @property
    def in_one_transaction(self) -> bool:
        """Whether all that is done comes true together."""
        return isinstance(self.pool, Session)

    def recall_tenant(self, host: str) -> int | None:
        """The tenant of this host name if it was looked up a moment ago."""
        return self._tenants.recall(host)

    async def find_tenant(self, host: str) -> int | None:
        """The tenant of this host name (lower case, no port), asked of the database and remembered."""
        asked_at = monotonic()
        tenant = await tenants.tenant_of_host(self.pool, host)
        if tenant is not None:
            self._tenants.remember(host, tenant, asked_at)
        return tenant

    async def company(self, tenant_id: int) -> Company:
        """The company whose book it is, as it was a moment ago."""
        company = self._companies.recall(tenant_id)
        if company is None:
            asked_at = monotonic()
            company = await companies.company(self.pool, tenant_id)
            self._companies.remember(tenant_id, company, asked_at)
        return company


class ForAMoment(Generic[K, V]):
    """What was looked up within MEMORY_S, by what it was looked up by."""

    def __init__(self) -> None:
        self._known: dict[K, tuple[V, float]] = {}

    def recall(self, key: K) -> V | None:
        """What was found a moment ago."""
        known = self._known.get(key)
        return known[0] if known is not None and known[1] > monotonic() else None

    def remember(self, key: K, value: V, asked_at: float) -> None:
        """Believe it for MEMORY_S, counted from before it was asked for."""
        # Keys may come from outside: forgetting all of them now and then bounds the memory.
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        self._known[key] = value, asked_at + MEMORY_S

    def forget(self, key: K) -> None:
        """Ask for it again next time."""
        self._known.pop(key, None)


class KnownTypes:
    """Order types seen so far.

    A definition never changes, so one known by its id stays known. Which version of a code is active does change:
    that memory is a guess, which the statement that writes an order checks, and which `look_again` renews before
    anything is refused on its word.
    """

    def __init__(self) -> None:
        self._by_id: dict[int, dict[int, OrderType]] = {}
        self._active: ForAMoment[tuple[int, str | int], OrderType] = ForAMoment()

    async def reading(self, db: Db, tenant_id: int, read: Callable[[Types], Awaitable[T]]) -> T:
        """What `read` returns when it is given the tenant's types by id.

        If it meets an order of a type that is not among them, they are loaded and it runs again.
        """
        known = self._of(tenant_id)
        try:
            return await read(known)
        except UnknownType:
            for order_type in await type_store.all_types(db, tenant_id):
                known.setdefault(order_type.id, order_type)
            return await read(known)

    async def active(self, db: Db, tenant_id: int, key: str | int) -> OrderType:
        """The type that the code or number stands for, as far as is known. Raises OrderTypeNotFound."""
        return self._active.recall((tenant_id, key)) or await self.look_again(db, tenant_id, key)

    async def look_again(self, db: Db, tenant_id: int, key: str | int) -> OrderType:
        """The type that the code or number stands for at this moment. Raises OrderTypeNotFound."""
        asked_at = monotonic()
        self._active.forget((tenant_id, key))
        askable = 0 < key <= LAST_NUMBER if isinstance(key, int) else storable(key)
        found = await type_store.active_type(db, tenant_id, key) if askable else None
        if found is None:
            raise OrderTypeNotFound(key)
        found = self._of(tenant_id).setdefault(found.id, found)
        self._active.remember((tenant_id, key), found, asked_at)
        return found

    def _of(self, tenant_id: int) -> dict[int, OrderType]:
        known = self._by_id.get(tenant_id)
        if known is None:
            if len(self._by_id) >= MAX_REMEMBERED:
                self._by_id.clear()
            known = self._by_id[tenant_id] = {}
        return known


class RisingClock:
    """The time, later at each call than at the one before: what is listed by its last change then stands in the true
    order of the changes, also when many fall into the same moment or the clock is set back a little."""

    def __init__(self, read: Callable[[], datetime]) -> None:
        self._read = read
        self._last = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        now = self._read()
        ahead = now <= self._last < now + LARGEST_LEAD
        self._last = self._last + RESOLUTION if ahead else now
        return self._last


# After a clock was set back by more than this, its new time counts.
LARGEST_LEAD: Final = timedelta(minutes=1)


def _utc_now() -> datetime:
    return datetime.now(UTC)
