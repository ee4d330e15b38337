"""Rounds: the same load on one server and then the other, in turn, so that what the machine does besides hits both."""

import subprocess
import sys
from statistics import median
from typing import Final, NamedTuple

import msgspec

from bench.load import Shot
from bench.scene import Scene

FIRST_WARM_UP_S: Final = 1.0
WARM_UP_S: Final = 0.3
SLACK_S: Final = 60.0


class Aim(NamedTuple):
    """A server and the part of its book that a load is aimed at."""

    port: int
    scene: Scene


class Effort(NamedTuple):
    """How much is measured."""

    rounds: int
    seconds: float
    connections: int


class Round(msgspec.Struct):
    """One side after the other, in whichever order."""

    base: Shot
    ours: Shot

    @property
    def share(self) -> float | None:
        """Ours as a part of the base; None if either did not run."""
        both = self.base.per_second and self.ours.per_second
        return self.ours.per_second / self.base.per_second if both else None


class Rounds(msgspec.Struct):
    """What came of several rounds."""

    rounds: list[Round]

    @property
    def share(self) -> float | None:
        """The median of the rounds' shares."""
        return median_of([each.share for each in self.rounds if each.share is not None])

    def base(self, figure: str) -> float:
        """The median of a figure of the base."""
        return median_of([getattr(each.base, figure) for each in self.rounds]) or 0.0

    def ours(self, figure: str) -> float:
        """The median of a figure of ours."""
        return median_of([getattr(each.ours, figure) for each in self.rounds]) or 0.0

    @property
    def errors(self) -> list[str]:
        """What went wrong, in words: each kind once, with how often it came."""
        counts: dict[str, int] = {}
        for each in self.rounds:
            for side, shot in (("base", each.base), ("ours", each.ours)):
                for what, count in (shot.errors | ({shot.failure: 1} if shot.failure else {})).items():
                    counts[f"{side}: {what}"] = counts.get(f"{side}: {what}", 0) + count
        return [f"{what} x{count}" for what, count in counts.items()]


def alternate(kind: str, base: Aim, ours: Aim, effort: Effort) -> Rounds:
    """Fire at both in turn; who is first changes each round."""
    rounds = []
    for number in range(effort.rounds):
        # No two shots touch the same records: whoever comes second would find them read, and their pages logged whole.
        turns = (base, ours) if number % 2 == 0 else (ours, base)
        warm_up_s = min(WARM_UP_S if number else FIRST_WARM_UP_S, effort.seconds)
        shots = {
            aim: shoot(kind, aim, effort, seed=2 * number + turn, warm_up_s=warm_up_s) for turn, aim in enumerate(turns)
        }
        rounds.append(Round(shots[base], shots[ours]))
    return Rounds(rounds)


def shoot(kind: str, aim: Aim, effort: Effort, *, seed: int = 1, warm_up_s: float = WARM_UP_S) -> Shot:
    """One run of the load in a process of its own."""
    options = {
        "port": aim.port,
        "kind": kind,
        "host": aim.scene.host,
        "orders": aim.scene.orders,
        "page-size": aim.scene.page_size,
        "connections": effort.connections,
        "warm-up": warm_up_s,
        "seconds": effort.seconds,
        "seed": seed,
    }
    command = [sys.executable, "-m", "bench.load", *(f"--{name}={value}" for name, value in options.items())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            out, said = process.communicate(timeout=warm_up_s + effort.seconds + SLACK_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return Shot(failure="the load did not end")
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        last_words = said.decode(errors="replace").strip().rpartition("\n")[2]
        return Shot(failure=f"the load ended with {process.returncode}: {last_words}")
    return msgspec.json.decode(out, type=Shot)


def median_of(figures: list[float]) -> float | None:
    """The median; None of nothing."""
    return median(figures) if figures else None
