"""Who is calling, and remembering for a moment who has come in."""

import secrets
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from time import monotonic
from typing import Final, NamedTuple

from orderloom.desk.caller import Caller

# How long something looked up may be believed. A token or user that is revoked stops working within five seconds,
# in whatever process that happened, so this stays below five.
MEMORY_S: Final = 4.0
MAX_REMEMBERED: Final = 10_000

Key = tuple[int, str, bytes]
"""Tenant, face, and the credentials as they came, hashed with a key of this process."""


class Remembered(NamedTuple):
    """A caller, until when (monotonic) they are believed, and when their credentials end if they do."""

    caller: Caller
    until: float
    ends_at: datetime | None


class SignIns:
    """The sign-ins of the last moments; failures are never among them.

    Credentials are kept as a keyed hash: whoever reads this process's memory afterwards cannot try passwords on it
    without the key, and the key is never written anywhere.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._secret = secrets.token_bytes(32)
        self._known: dict[Key, Remembered] = {}
        self._forgettings: dict[int, int] = {}

    def key(self, tenant_id: int, face: str, credentials: bytes) -> Key:
        """Under what these credentials, as they came, are remembered."""
        return tenant_id, face, blake2b(credentials, digest_size=32, key=self._secret).digest()

    def forgettings(self, tenant_id: int) -> int:
        """How often the tenant's were forgotten: one that was asked for before must not be remembered after."""
        return self._forgettings.get(tenant_id, 0)

    def recall(self, key: Key) -> Caller | None:
        """The caller who came with these credentials a moment ago."""
        known = self._known.get(key)
        if known is None or known.until <= monotonic():
            return None
        if known.ends_at is not None and known.ends_at <= self._now():
            return None
        return known.caller

    def remember(
        self, key: Key, caller: Caller, *, asked_at: float, forgettings: int, ends_at: datetime | None = None
    ) -> None:
        """Believe for MEMORY_S, counted from before the database was asked, unless all were forgotten since then."""
        if self.forgettings(caller.tenant_id) == forgettings:
            if len(self._known) >= MAX_REMEMBERED:
                self._known.clear()
            self._known[key] = Remembered(caller, asked_at + MEMORY_S, ends_at)

    def forget(self, tenant_id: int) -> None:
        """Ask the database about everybody of the tenant again: somebody's right to come in has changed."""
        self._forgettings[tenant_id] = self.forgettings(tenant_id) + 1
        for key in [key for key in self._known if key[0] == tenant_id]:
            del self._known[key]
