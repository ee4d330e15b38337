"""A limit that follows from how long its queue makes people wait."""

from typing import Final

# What is let in before anything is known of the queue, and at any time when it did not stand for a while.
START: Final = 200
CALM_S: Final = 2.0
DEEPEST_CUT: Final = 0.5
STEP: Final = 2


class Limit:
    """How many may be inside at once.

    It is cut while the queue stands, by as much as the wait is too long, and grows by little steps while it is used up
    and the queue does not stand. Once there was no cut for a while it lets in whatever comes. With an endless wait it
    is no limit.
    """

    def __init__(self, *, longest_wait_s: float, fewest: int) -> None:
        self._is_none = longest_wait_s == _NEVER
        self.most = _ALL if self._is_none else START
        self._longest_wait_s = longest_wait_s
        self._fewest = fewest
        self._least = _NEVER
        self._cut_at = -_NEVER

    def saw(self, waited_s: float) -> None:
        """Whoever is first in the queue has waited this long."""
        self._least = min(self._least, waited_s)

    def judge(self, inside: int, now: float) -> None:
        """Settle the limit by the shortest wait that was seen since the last time: a queue stands if even that is long.

        `inside` is how many are there now.
        """
        if self._is_none:
            return
        least, self._least = self._least, _NEVER
        if self._longest_wait_s < least < _NEVER:
            cut = max(DEEPEST_CUT, self._longest_wait_s / least)
            self.most = max(self._fewest, int(min(self.most, inside) * cut))
            self._cut_at = now
        elif now - self._cut_at > CALM_S:
            self.most = max(START, 2 * inside)
        elif inside >= self.most:
            self.most += STEP


_NEVER: Final = float("inf")
_ALL: Final = 1 << 31
