"""How many requests a caller may send in a minute, and telling how many are left.

Source: draft-ietf-httpapi-ratelimit-headers, for the headers.
"""

from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import Annotated, Final

from msgspec import Meta

from orderloom.api import errors
from orderloom.dialects.contract import Allowance, Call, Operation
from orderloom.dialects.description import Parameter

WINDOW_S: Final = 60
# Of more callers than this, all begin anew.
MAX_CALLERS: Final = 10_000
TOO_MANY: Final = 429
_POLICY = Annotated[str, Meta(pattern='^"default";q=[0-9]+;w=[0-9]+$')]
_LEFT = Annotated[str, Meta(pattern='^"default";r=[0-9]+;t=[0-9]+$')]
TELLS: Final = (
    Parameter("RateLimit-Policy", "header", _POLICY, "How many requests (`q`) there may be in how many seconds (`w`)."),
    Parameter("RateLimit", "header", _LEFT, "How many requests are left (`r`), and for how many seconds (`t`)."),
)
"""The headers of every answer to a caller whose requests are counted."""


class Limits:
    """Counts the requests of each caller in this process, minute by minute."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._counts: dict[tuple[int, str], list[float]] = {}

    def count(self, tenant_id: int, caller: str) -> tuple[int, float]:
        """How many requests the caller has sent in this minute, this one included, and when it ends, in seconds."""
        now = self._now()
        known = self._counts.get((tenant_id, caller))
        if known is None or known[1] <= now:
            if len(self._counts) >= MAX_CALLERS:
                self._counts.clear()
            known = self._counts[tenant_id, caller] = [0, now + WINDOW_S]
        known[0] += 1
        return int(known[0]), known[1] - now


def limited(operations: tuple[Operation, ...], limits: Limits) -> tuple[Operation, ...]:
    """The operations with every answer telling how many requests are left, and 429 when none is."""

    def allows(call: Call) -> Allowance | None:
        most: int = call.options["v1_rate_limit"]
        return _allowance(most, *limits.count(call.tenant_id, call.caller.author.name)) if most else None

    return tuple(
        each._replace(
            allows=allows,
            refuses=(*each.refuses, TOO_MANY),
            tells=(*each.tells, *TELLS),
            also=tuple(answer._replace(headers=(*answer.headers, *TELLS)) for answer in each.also),
        )
        for each in operations
    )


def _allowance(most: int, sent: int, ends_in: float) -> Allowance:
    wait = ceil(ends_in)
    policy = ("RateLimit-Policy", f'"default";q={most};w={WINDOW_S}')
    left = ("RateLimit", f'"default";r={max(0, most - sent)};t={wait}')
    if sent <= most:
        return Allowance((policy, left))
    return Allowance((policy, left), errors.problem(TOO_MANY, "too-many", headers=(("Retry-After", str(wait)),)))
