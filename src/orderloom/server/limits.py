"""A limit that follows from how long its queue makes people wait."""

from typing import Final

# What is let in before anything is known of the queue, and where less comes and it did not stand for a while.
START: Final = 200
CALM_S: Final = 2.0
DEEPEST_CUT: Final = 0.5
STEP: Final = 2
# After a while without a cut a limit that is used up grows by this part of itself each time. (Let it grow to START at
# once, and under steady overload a crowd is let in every few seconds that waits for itself.)
CALM_PART: Final = 10


class Limit:
    """How many may be inside at once.

    It is cut while the queue stands, by as much as the wait is too long. While it is used up and the queue does not
    stand it grows, by little steps until there was no cut for a while. Where it is not used up by then, it lets in a
    whole crowd again. With an endless wait it is no limit.
    """

    def __init__(self, *, longest_wait_s: float, fewest: int) -> None:
        self._is_none = longest_wait_s == _NEVER
        self.most = _ALL if self._is_none else START
        self._longest_wait_s = longest_wait_s
        self._fewest = fewest
        self._least = _NEVER
        self._peak = 0
        self._cut_at = -_NEVER

    def saw(self, waited_s: float, inside: int) -> None:
        """Whoever is first in the queue has waited this long, and so many are inside."""
        self._least = min(self._least, waited_s)
        self._peak = max(self._peak, inside)

    def judge(self, now: float) -> None:
        """Settle the limit by what was seen since the last time. A queue stands if its shortest wait is too long."""
        if self._is_none:
            return
        least, peak = self._least, self._peak
        self._least, self._peak = _NEVER, 0
        is_calm = now - self._cut_at > CALM_S
        if self._longest_wait_s < least < _NEVER:
            cut = max(DEEPEST_CUT, self._longest_wait_s / least)
            self.most = max(self._fewest, int(min(self.most, peak) * cut))
            self._cut_at = now
        elif peak >= self.most:
            self.most += max(STEP, self.most // CALM_PART) if is_calm else STEP
        elif is_calm and peak < self.most // 2:
            self.most = max(START, 2 * peak)


_NEVER: Final = float("inf")
_ALL: Final = 1 << 31
