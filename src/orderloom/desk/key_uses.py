"""When API keys were last used, gathered so that no request waits for it to be written."""

from collections import defaultdict
from collections.abc import Sequence
from time import monotonic
from typing import Final

# A key's use is written down once in this time, by all processes together.
EVERY_S: Final = 60.0
MAX_REMEMBERED: Final = 10_000

Used = tuple[int, int]
"""Tenant and id of a key."""


class KeyUses:
    """The uses that this process has still to write, and which of them would be too soon to write again."""

    def __init__(self) -> None:
        self._waiting: set[Used] = set()
        self._quiet_until: dict[Used, float] = {}

    def note(self, tenant_id: int, key_id: int) -> None:
        """The key was used at this moment."""
        used = tenant_id, key_id
        if self._quiet_until.get(used, 0.0) <= monotonic():
            self._waiting.add(used)

    def waiting(self) -> Sequence[tuple[int, list[int]]]:
        """The ids of the keys whose use is to be written, by tenant."""
        by_tenant = defaultdict(list)
        for tenant_id, key_id in sorted(self._waiting):
            by_tenant[tenant_id].append(key_id)
        return list(by_tenant.items())

    def written(self, tenant_id: int, key_ids: Sequence[int]) -> None:
        """The uses of these keys are in the database."""
        if len(self._quiet_until) > MAX_REMEMBERED:
            self._quiet_until.clear()
        for key_id in key_ids:
            self._waiting.discard((tenant_id, key_id))
            self._quiet_until[tenant_id, key_id] = monotonic() + EVERY_S
