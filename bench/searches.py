"""How long a search among the orders takes for the caller: one query after the other, so that none waits."""

from collections.abc import Sequence
from typing import Final

import msgspec

from bench import rounds
from bench.load import Shot
from bench.rounds import Aim, Effort
from bench.traffic_own import SEARCHES

MIX: Final = "own_search"
MIX_NAME: Final = "all, as they are mixed"
TARGET_MS: Final = 20.0


class Searched(msgspec.Struct):
    """What came of one sort of query; the mix has a target."""

    name: str
    is_mix: bool
    shots: list[Shot]

    @property
    def failure(self) -> str:
        """What went wrong, empty if nothing did."""
        words = [
            each.failure or ", ".join(f"{what} x{count}" for what, count in each.errors.items()) for each in self.shots
        ]
        return next((each for each in words if each), "")

    def figure(self, name: str) -> float:
        """The median of a figure of the rounds."""
        return rounds.median_of([getattr(each, name) for each in self.shots]) or 0.0

    @property
    def reached(self) -> bool | None:
        """Whether half of the queries of the mix took less than the target; None if nothing can be said."""
        if not self.is_mix or self.failure or not self.shots:
            return None
        return self.figure("p50_ms") < TARGET_MS


def measure(aim: Aim, effort: Effort) -> list[Searched]:
    """Ask each sort of query by itself, and then all mixed."""
    alone = effort._replace(connections=1)
    sorts: Sequence[tuple[str, str]] = [*((kind, name) for kind, (_, name, _) in SEARCHES.items()), (MIX, MIX_NAME)]
    return [
        Searched(name, kind == MIX, [rounds.shoot(kind, aim, alone, seed=seed) for seed in range(effort.rounds)])
        for kind, name in sorts
    ]
