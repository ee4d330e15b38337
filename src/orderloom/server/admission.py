"""How many requests may be in work at once: as many as do not keep each other waiting.

A worker has queues that no request can look behind: for the turns of the event loop, for connections to the database,
and for those of them that searches may use. While anything is in work, whoever is first in line is looked at fifty
times a second, and ten times a second the limits are settled by that. A single long request makes no queue, and an idle
server has none, so neither keeps anybody outside.
"""

import asyncio
import logging
from collections import deque
from time import monotonic
from typing import Final, Protocol

from orderloom.desk import passwords
from orderloom.server.limits import Limit

TICK_S: Final = 0.02
JUDGED_S: Final = 0.1
# However long they wait, so many for each connection are let in: it must never run dry.
FEWEST_EACH: Final = 2
# A search waits once, other requests before each of their statements.
SEARCH_FACTOR: Final = 8
# A refusal costs about a tenth of what a request does. At each tick so many are given, and a few for each request that
# was done; the others are given a little later: whoever asks again at once, whatever the answer says, would otherwise
# keep the worker from everything else.
REFUSALS_A_TICK: Final = 20
REFUSALS_EACH: Final = 2
_logger = logging.getLogger("orderloom.server")


class Queues(Protocol):
    """What can be seen of the queues inside."""

    searching: int
    """Searches that are going on or wait for their turn."""
    most_searches: int
    """Above this, a search is refused."""

    def waited(self) -> float:
        """Seconds that whoever is first in line for a connection has waited."""

    def search_waited(self) -> float:
        """The same for a search."""


class Admission:
    """Counts the requests in work, and says when there are too many."""

    def __init__(self, *, longest_wait_s: float, connections: int) -> None:
        fewest = FEWEST_EACH * connections
        self.inside = 0
        self.requests = Limit(longest_wait_s=longest_wait_s, fewest=fewest)
        self.searches = Limit(longest_wait_s=longest_wait_s * SEARCH_FACTOR, fewest=fewest // 2)
        self._refused = 0
        self._queues: Queues | None = None
        self._is_looking = False
        self._judged_at = 0.0
        self._outside: deque[asyncio.Future[None]] = deque()
        self._refusals_left = REFUSALS_A_TICK
        self._left = 0

    def watch(self, queues: Queues) -> None:
        """Look at these queues from now on."""
        self._queues = queues
        queues.most_searches = self.searches.most

    def is_full(self) -> bool:
        """Whether a request that has just come has to be refused."""
        return self.inside >= self.requests.most and self._crowding() >= self.requests.most

    def enter(self) -> None:
        """A request is in work from now on."""
        self.inside += 1
        if not self._is_looking:
            self._begin_to_look()

    def leave(self) -> None:
        """A request is done, or waits for nothing but its client."""
        self.inside -= 1
        self._left += 1

    async def turn_away(self) -> None:
        """Wait until a refusal may be given."""
        self._refused += 1
        if self._refusals_left > 0:
            self._refusals_left -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._outside.append(turn)
        await turn

    def tell(self) -> None:
        """Write to the log how many were refused since the last time, if any were; they have no lines of their own."""
        refused, self._refused = self._refused, 0
        if refused:
            facts = {"refused": refused, "in_work": self.inside, "limit": self.requests.most}
            _logger.warning("requests were refused: more is asked than can be done", extra={"facts": facts})

    def _crowding(self) -> int:
        """Those in work who can keep others waiting; searches and sign-ins stand in lines with bounds of their own."""
        searching = 0 if self._queues is None else self._queues.searching
        return self.inside - searching - passwords.waiting()

    def _begin_to_look(self) -> None:
        """Nothing was in work: what is known of queues may be of long ago."""
        now = monotonic()
        for limit in (self.requests, self.searches):
            limit.judge(now)
        self._is_looking = True
        self._look_later(now)

    def _look_later(self, now: float) -> None:
        asyncio.get_running_loop().call_later(TICK_S, self._look, now + TICK_S)

    def _look(self, due: float) -> None:
        now = monotonic()
        if self._queues is not None:
            self._see(self._queues, now, now - due)
        self._refusals_left, self._left = REFUSALS_A_TICK + REFUSALS_EACH * self._left, 0
        while self._outside and self._refusals_left > 0:
            self._refusals_left -= 1
            turn = self._outside.popleft()
            if not turn.done():
                turn.set_result(None)
        self._is_looking = self.inside > 0 or bool(self._outside)
        if self._is_looking:
            self._look_later(now)

    def _see(self, queues: Queues, now: float, late_s: float) -> None:
        self.requests.saw(max(late_s, queues.waited()), self._crowding())
        self.searches.saw(queues.search_waited(), queues.searching)
        if now - self._judged_at >= JUDGED_S:
            self._judged_at = now
            self.requests.judge(now)
            self.searches.judge(now)
            queues.most_searches = self.searches.most
