"""Clients that write at all faces without a pause, whatever happens to the server meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random
from typing import Final

import httpx
from tests.conformance.face import ALL, Ask, Face, Tenant
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
# The most orders that a list read part by part shows at once.
LONGEST_PART: Final = 200
# How long a write with a key is tried again.
REPEATING_S: Final = 30.0
# The demo server has one tenant, whatever host is named.
HOST: Final = "orders.example.com"

_OPEN: Final = (Outcome.UNKNOWN, Outcome.UNSENT)
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Client:
    """One client of one face, with a connection of its own."""

    def __init__(
        self, number: int, face: Face, play: Play, client: FaceClient, journal: Journal, shared: list[Known]
    ) -> None:
        # Every other one sends a key with each write.
        self._has_keys = number % 2 == 1
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
        """Make one write and take down what came of it; True if it was acknowledged.

        One with a key is made again, with the same key, until it is known what came of it.
        """
        marker = self._journal.marker(self._name)
        move = self._play(self._dice, marker, self.own, self._shared)
        ask = _with_key(move.ask, marker) if self._has_keys else move.ask
        give_up_at = time.monotonic() + REPEATING_S
        tries = 1
        told, entry = await self._try(ask, move, marker)
        while self._has_keys and entry.outcome in _OPEN and time.monotonic() < give_up_at:
            await asyncio.sleep(PAUSE_S)
            tries += 1
            sent_before = entry.outcome is Outcome.UNKNOWN
            told, entry = await self._try(ask, move, marker)
            if sent_before and entry.outcome is Outcome.UNSENT:
                entry = entry._replace(outcome=Outcome.UNKNOWN)
        self._journal.add(entry._replace(tries=tries))
        self._remember(move, entry.outcome, told)
        return entry.outcome is Outcome.ACKNOWLEDGED

    async def _try(self, ask: Ask, move: Move, marker: str) -> tuple[Told, Entry]:
        try:
            answer = await ask.by(self.client)
        except _NOT_SENT:
            return NOTHING, self._entry(marker, move, Outcome.UNSENT)
        except httpx.TransportError as error:
            return NOTHING, self._entry(marker, move, Outcome.UNKNOWN, answer=type(error).__name__)
        outcome = self._outcome(answer)
        told = NOTHING
        if outcome is Outcome.ACKNOWLEDGED:
            told = move.reads(answer)
            self._note_line(move, answer)
        return told, self._entry(marker, move, outcome, answer.status_code, told, answer.text[:200])

    def _outcome(self, answer: httpx.Response) -> Outcome:
        if self.face.accepted(answer):
            return Outcome.ACKNOWLEDGED
        # 409 with Retry-After: the first try with this key is still being worked on.
        if answer.status_code in (503, 409) and answer.headers.get("Retry-After"):
            return Outcome.UNKNOWN
        return Outcome.REFUSED if answer.status_code < 500 else Outcome.FAILED

    def _entry(
        self, marker: str, move: Move, outcome: Outcome, status: int = 0, told: Told = NOTHING, answer: str = ""
    ) -> Entry:
        event = _event(move)
        return Entry(
            "" if event else marker,
            event,
            self.face.name,
            move.what,
            outcome,
            status,
            copies=move.copies,
            order_id=told.order_id or (move.about[0].id if len(move.about) == 1 else None),
            version=told.version,
            apart=move.apart,
            answer="" if outcome is Outcome.ACKNOWLEDGED else answer,
        )

    def _note_line(self, move: Move, answer: httpx.Response) -> None:
        if move.line_id is not None and move.about[0] in self.own:
            move.about[0].lines.append(move.line_id(answer.json()))

    def _remember(self, move: Move, outcome: Outcome, told: Told) -> None:
        if move.deletes and outcome is Outcome.ACKNOWLEDGED:
            move.about[0].is_deleted = True
        if (move.deletes or move.restores) and outcome is Outcome.UNKNOWN:
            self.own = [order for order in self.own if order not in move.about]
        if move.restores and outcome is Outcome.ACKNOWLEDGED:
            move.about[0].is_deleted = False
        if self.face.name != "v1":
            self.own = [order for order in self.own if not order.is_deleted]
        if move.promotes:
            move.about[0].is_estimate = False
        if move.enters and told.order_id is not None:
            is_estimate = self.face.name == "synergist"
            self.own = [*self.own[-OWN:], Known(told.order_id, told.name, is_estimate=is_estimate)]


def _with_key(ask: Ask, key: str) -> Ask:
    headers = {**ask.more.get("headers", {}), "Idempotency-Key": key}
    return replace(ask, more={**ask.more, "headers": headers})


def _event(move: Move) -> str:
    """The event that a move without a marker leaves."""
    if move.deletes:
        return "OrderDeleted"
    if move.restores:
        return "OrderRestored"
    return "OrderPromoted" if move.promotes else ""


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
            missing = {order.id for order in client.own if not order.is_deleted} - shown
            # A face with more than a page of orders is asked about the page alone.
            if missing and len(shown) < (ALL if client.face.behind is None else LONGEST_PART):
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
