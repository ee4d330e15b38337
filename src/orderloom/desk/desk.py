"""The desk itself: the pool, the clock and what is remembered between calls."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Final, NamedTuple, TypeVar

from orderloom.book.errors import OrderTypeNotFound
from orderloom.book.events import Author
from orderloom.book.text import storable
from orderloom.book.types import OrderType
from orderloom.book.users import User
from orderloom.store import tenants
from orderloom.store import types as type_store
from orderloom.store.pool import Pool

# How long something looked up may be believed. A token or user that is revoked stops working within five seconds,
# in whatever process that happened, so this stays below five.
MEMORY_S: Final = 4.0
MAX_REMEMBERED: Final = 10_000

T = TypeVar("T")


class Caller(NamedTuple):
    """Who is calling: the tenant whose book it is, how history names the caller, and the user if it is one."""

    tenant_id: int
    author: Author
    user: User | None = None


class Desk:
    """What every use-case works with."""

    def __init__(self, pool: Pool, *, now: Callable[[], datetime] | None = None) -> None:
        self.pool = pool
        self.now = now or _utc_now
        self.types = KnownTypes(pool)
        self.sign_ins: dict[tuple[int, str, bytes], tuple[Caller, float]] = {}
        self._tenants: dict[str, tuple[int, float]] = {}

    def recall_tenant(self, host: str) -> int | None:
        """The tenant of this host name if it was looked up a moment ago."""
        known = self._tenants.get(host)
        return known[0] if known is not None and known[1] > monotonic() else None

    async def find_tenant(self, host: str) -> int | None:
        """The tenant of this host name (lower case, no port), asked of the database and remembered."""
        asked_at = monotonic()
        tenant = await tenants.tenant_of_host(self.pool, host)
        if tenant is not None:
            # Host names come from outside: forgetting all of them now and then bounds the memory.
            if len(self._tenants) >= MAX_REMEMBERED:
                self._tenants.clear()
            self._tenants[host] = tenant, asked_at + MEMORY_S
        return tenant


class KnownTypes:
    """Order types seen so far.

    A definition never changes, so one known by its id stays known. Which version of a code is active does change:
    that memory is only a guess, which the statement that writes an order checks.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._by_id: dict[int, dict[int, OrderType]] = {}
        self._active: dict[tuple[int, str], OrderType] = {}

    def of(self, tenant_id: int) -> dict[int, OrderType]:
        """The tenant's types known so far, by id; it grows as more are met."""
        known = self._by_id.get(tenant_id)
        if known is None:
            if len(self._by_id) >= MAX_REMEMBERED:
                self._by_id.clear()
            known = self._by_id[tenant_id] = {}
        return known

    async def reading(self, tenant_id: int, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` returns. If it meets an order of an unknown type, the types are loaded and it runs again."""
        try:
            return await read()
        except KeyError:
            await self._load(tenant_id)
            return await read()

    async def active(self, tenant_id: int, code: str) -> OrderType:
        """The type that the code stands for, as far as is known. Raises OrderTypeNotFound."""
        known = self._active.get((tenant_id, code))
        if known is None:
            if not storable(code):
                raise OrderTypeNotFound(code)
            known = await type_store.active_type(self._pool, tenant_id, code)
            if known is None:
                raise OrderTypeNotFound(code)
            if len(self._active) >= MAX_REMEMBERED:
                self._active.clear()
            self._active[tenant_id, code] = self.of(tenant_id)[known.id] = known
        return known

    def doubt(self, tenant_id: int, code: str) -> None:
        """Ask the database again the next time this code is named."""
        self._active.pop((tenant_id, code), None)

    async def _load(self, tenant_id: int) -> None:
        known = self.of(tenant_id)
        for order_type in await type_store.all_types(self._pool, tenant_id):
            known[order_type.id] = order_type


def _utc_now() -> datetime:
    return datetime.now(UTC)
