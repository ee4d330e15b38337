"""Clients that write at all five faces without a pause, whatever happens to the server meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Final

import httpx
from tests.conformance.face import ALL, Face, Tenant
from tests.conformance.faces import HOMS
from tests.harness import FaceClient

from torture.journal import Entry, Journal, Outcome
from torture.moves import NOTHING, PLAYS, Known, Move, Play, Told, enter

PATIENCE_S: Final = 15.0
# How long a client rests that was told to come again, or found nobody there.
PAUSE_S: Final = 0.05
# What a client remembers of its own orders, and how many all clients write to at once.
OWN: Final = 30
SHARED: Final = 3
# The demo server has one tenant, whatever host is named.
HOST: Final = "orders.example.com"

_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Client:
    """One client of one face, with a connection of its own."""

    def __init__(
        self, number: int, face: Face, play: Play, client: FaceClient, journal: Journal, shared: list[Known]
    ) -> None:
        self.face = face
        self.client = client
        self.own: list[Known] = []
        self._name = f"{face.name}-{number}"
        self._play = play
        self._journal = journal
        self._shared = shared
        self._dice = Random(number)  # noqa: S311 - nothing secret hangs on it

    async def write_until(self, over: Callable[[], bool]) -> None:
        """Write without a pause."""
        while not over():
            if not await self.write_once():
                await asyncio.sleep(PAUSE_S)

    async def write_once(self) -> bool:
        """Make one write and take down what came of it; True if it was acknowledged."""
        marker = self._journal.marker(self._name)
        move = self._play(self._dice, marker, self.own, self._shared)
        told = NOTHING
        try:
            answer = await move.ask.by(self.client)
        except _NOT_SENT:
            entry = self._entry(marker, move, Outcome.UNSENT)
        except httpx.TransportError as error:
            entry = self._entry(marker, move, Outcome.UNKNOWN, answer=type(error).__name__)
        else:
            outcome = self._outcome(answer)
            if outcome is Outcome.ACKNOWLEDGED:
                told = move.reads(answer)
                self._note_line(move, answer)
            entry = self._entry(marker, move, outcome, answer.status_code, told, answer.text[:200])
        self._journal.add(entry)
        self._remember(move, entry.outcome, told)
        return entry.outcome is Outcome.ACKNOWLEDGED

    def _outcome(self, answer: httpx.Response) -> Outcome:
        if self.face.accepted(answer):
            return Outcome.ACKNOWLEDGED
        if answer.status_code == 503 and answer.headers.get("Retry-After"):
            return Outcome.UNKNOWN
        return Outcome.REFUSED if answer.status_code < 500 else Outcome.FAILED

    def _entry(
        self, marker: str, move: Move, outcome: Outcome, status: int = 0, told: Told = NOTHING, answer: str = ""
    ) -> Entry:
        return Entry(
            "" if move.deletes or move.promotes else marker,
            self.face.name,
            move.what,
            outcome,
            status,
            copies=max(1, len(move.about)),
            order_id=told.order_id or (move.about[0].id if len(move.about) == 1 else None),
            version=told.version,
            deletes=move.deletes,
            promotes=move.promotes,
            answer="" if outcome is Outcome.ACKNOWLEDGED else answer,
        )

    def _note_line(self, move: Move, answer: httpx.Response) -> None:
        if move.line_id is not None and move.about[0] in self.own:
            move.about[0].lines.append(move.line_id(answer.json()))

    def _remember(self, move: Move, outcome: Outcome, told: Told) -> None:
        if move.deletes and outcome is not Outcome.UNSENT:
            self.own = [order for order in self.own if order not in move.about]
        if move.promotes:
            move.about[0].is_estimate = False
        if move.enters and told.order_id is not None:
            is_estimate = self.face.name == "synergist"
            self.own = [*self.own[-OWN:], Known(told.order_id, told.name, is_estimate=is_estimate)]


class Team:
    """Clients of every face, at work until they are told to stop."""

    def __init__(self, clients: Sequence[Client], journal: Journal) -> None:
        self.clients = clients
        self.journal = journal
        self._over = False
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Set every client to work."""
        self._tasks = [asyncio.create_task(client.write_until(lambda: self._over)) for client in self.clients]

    async def finish(self) -> None:
        """Let every client end what it is at. Raises what went wrong in one of them."""
        self._over = True
        await asyncio.gather(*self._tasks)

    async def not_shown(self) -> list[str]:
        """What clients know to be there although their face does not show it, in words."""
        told = []
        for client in self.clients:
            shown = set(await client.face.ids(client.client, 0, ALL))
            missing = {order.id for order in client.own} - shown
            # A face with more than a page of orders is asked about the page alone.
            if missing and len(shown) < ALL:
                told.append(f"{client.face.name} does not show {sorted(missing)}")
        return told

    async def all_served(self, within_s: float) -> float | None:
        """Seconds until every face has acknowledged another write, None if that takes too long."""
        began_at = time.monotonic()
        before = {face: self.journal.acknowledged(face) for face in PLAYS}
        while any(self.journal.acknowledged(face) == count for face, count in before.items()):
            if time.monotonic() - began_at > within_s:
                return None
            await asyncio.sleep(0.01)
        return time.monotonic() - began_at


def one_of_each(writers: Team) -> list[Client]:
    """A client of each face."""
    return list({client.face.name: client for client in writers.clients}.values())


@asynccontextmanager
async def team(url: str, each: int) -> AsyncIterator[Team]:
    """So many clients of each face, signed in, and a few orders that all of them write to."""
    journal = Journal()
    async with httpx.AsyncClient(timeout=PATIENCE_S, limits=httpx.Limits(max_connections=None)) as http:
        door = FaceClient(url, HOST, http, None)
        # The demo user's credentials are the same in every demo book, so nobody has to look into this one.
        tenant = Tenant(None, door)  # type: ignore[arg-type]
        let_in = {name: await face.let_in(tenant) for name, (face, _) in PLAYS.items()}
        shared = [await _shared(let_in["homs"]) for _ in range(SHARED)]
        clients = [
            Client(number, face, play, let_in[name], journal, shared)
            for name, (face, play) in PLAYS.items()
            for number in range(each)
        ]
        yield Team(clients, journal)


async def _shared(homs: FaceClient) -> Known:
    move = enter(HOMS, HOMS.enter({}), lambda body: str(body["order"]["code"]))
    told = move.reads(await move.ask.by(homs))
    assert told.order_id is not None
    return Known(told.order_id, told.name)
