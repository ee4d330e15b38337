"""Several clients of several faces at once on the same few orders: nothing is lost, and all faces agree afterwards.

CONFORMANCE_ROUNDS says how often, CONFORMANCE_WRITES how many writes each client makes.
"""

import asyncio
import json
import os
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

import httpx
import pytest

from tests.conformance.face import Tenant
from tests.conformance.matrix.five import Five, assert_accepted
from tests.conformance.matrix.hands import Extensiv, Hand, Homs, Intouch, Synergist
from tests.conformance.matrix.snapshots import expected_of, shown_of
from tests.conformance.matrix.table import EXTENSIV, HEAD, HOMS, IINSIGHT, INTOUCH, SYNERGIST, money
from tests.conformance.matrix.words import spoken
from tests.conformance.model import USER_OF

ROUNDS = range(int(os.environ.get("CONFORMANCE_ROUNDS", "3")))
WRITES = int(os.environ.get("CONFORMANCE_WRITES", "10"))
# Which fields the clients of each face write, and the values that are no texts.
WRITTEN = {
    HOMS: ("process_state", "external_id", "state"),
    EXTENSIV: ("notes", "external_id", "number", "supplier"),
    SYNERGIST: ("title", "notes", "supplier_reference"),
    INTOUCH: ("title", "notes", "responsible"),
}
SHARED = sorted({name for names in WRITTEN.values() for name in names})
CLIENTS = (Homs, Homs, Extensiv, Extensiv, Synergist, Synergist, Intouch, Intouch)


@dataclass
class Log:
    """What an order was entered with, and what was accepted: writes by face, values by field, lines."""

    entered: dict[str, Any]
    writes: Counter[str] = field(default_factory=Counter)
    values: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    lines: int = 0


class Worker:
    """A client of one face that writes to orders it picks by chance."""

    def __init__(self, hand: Hand, number: int, logs: dict[int, Log], chance: Random) -> None:
        self.hand = hand
        self.number = number
        self.logs = logs
        self.chance = chance

    async def work(self) -> None:
        for turn in range(WRITES):
            order_id = self.chance.choice(list(self.logs))
            if self.hand.name == INTOUCH and self.chance.random() < 0.4:
                await self._enter_line(order_id)
            else:
                await self._change(order_id, f"{self.hand.name} {self.number} {turn}")

    async def _enter_line(self, order_id: int) -> None:
        quantity = self.chance.choice(["0.5", "1", "2.25"])
        answer = await self.hand.enter_line(order_id, {"title": "x", "quantity": Decimal(quantity), "price": 3})
        assert_accepted(self.hand, answer)
        self._write_down(order_id, lines=1)

    async def _change(self, order_id: int, text: str) -> None:
        name = self.chance.choice(WRITTEN[self.hand.name])
        known = HEAD[name].samples if name in ("state", "supplier", "responsible") else (text,)
        value = self.chance.choice(known)
        answer = await self.hand.change(order_id, spoken(HEAD, self.hand.name, {name: value}))
        if self.hand.name == EXTENSIV and answer.status_code == 412:
            return
        assert_accepted(self.hand, answer)
        self._write_down(order_id, **{name: value})

    def _write_down(self, order_id: int, *, lines: int = 0, **values: Any) -> None:
        log = self.logs[order_id]
        log.writes[self.hand.name] += 1
        log.lines += lines
        for name, value in values.items():
            log.values[name].append(value)


@pytest.fixture
async def crowd(stocked: Tenant) -> tuple[Five, list[Hand]]:
    """The five faces, and the clients."""
    five = await Five.of(stocked, users=USER_OF)
    return five, [five.as_hand(kind) for kind in CLIENTS]


@pytest.mark.parametrize("chance", ROUNDS)
async def test_what_many_clients_write_at_once_is_all_there_and_alike_in_every_face(
    chance: int, crowd: tuple[Five, list[Hand]]
) -> None:
    five, hands = crowd
    begun = (
        (IINSIGHT, {"number": "Number 1", "case": 1}),
        (IINSIGHT, {"number": "Number 2", "case": 7}),
        (SYNERGIST, {"title": "Titled", "case": 7, "supplier": 2}),
    )
    logs = {await five.enter(face, **values): Log(values) for face, values in begun}

    await asyncio.gather(
        *(
            Worker(hand, number, logs, Random(f"{chance} {number}")).work()  # noqa: S311 - the same every time
            for number, hand in enumerate(hands)
        )
    )

    assert sum(log.writes.total() for log in logs.values()) > len(hands)
    for order_id, log in logs.items():
        after = await five.shown(order_id)
        assert after[SYNERGIST]["poRecordVersionNumber"] == 1 + log.writes.total()
        assert_agreed(after, log)
        assert_lines(after, log)
        await assert_one_history(five, order_id, log)


def assert_agreed(after: Any, log: Log) -> None:
    """Fails unless every face shows one and the same value for each field, one that was written or there before."""
    homs, synergist, extensiv = after[HOMS], after[SYNERGIST], after[EXTENSIV]
    known = {"code": homs["code"], "title": synergist["poDescription"] or None, "is_estimate": is_estimate(after)}
    if extensiv["purchaseOrderNumber"] != homs["code"]:
        known["number"] = extensiv["purchaseOrderNumber"]
    for name in SHARED:
        of = HEAD[name]
        values = [*log.values[name], log.entered.get(name, "to_execute" if name == "state" else None)]
        assert shown_of(of, after) in [expected_of(of, after, value, **without_one(known, name)) for value in values], (
            name
        )


def without_one(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {other: value for other, value in values.items() if other != name}


def is_estimate(shown: Any) -> bool:
    return bool(shown[SYNERGIST]["poPONumber"] == "{EST}")


def assert_lines(after: Any, log: Log) -> None:
    """Fails if a line was lost, or costs something else than it comes to."""
    items = after[INTOUCH]["buscaseitems"]
    assert len(items) == log.lines
    assert [line["purchaseOrderLineItemId"] for line in after[EXTENSIV]["lineItems"]] == [item["id"] for item in items]
    total = money(sum((Decimal(item["quantity"]) * item["price"] for item in items), Decimal(0)))
    assert after[SYNERGIST]["poCost"] == (0 if is_estimate(after) else total)


async def assert_one_history(five: Five, order_id: int, log: Log) -> None:
    """Fails unless each write has its event, with the face and the user that wrote, and each begins where one ended."""
    history = [event for event in await five.tenant.book.events() if event["noun_id"] == order_id]
    assert [event["version"] for event in history] == list(range(1, len(history) + 1))
    assert Counter(event["face"] for event in history[1:]) == log.writes
    assert all(event["actor"] == USER_OF[event["face"]] for event in history)
    known: dict[str, Any] = {}
    for event in history:
        for name, change in json.loads(event["changes"]).items():
            if event["name"].startswith("Order") and name in SHARED:
                assert known.get(name) == change[0], (name, event["version"])
                known[name] = change[1]


DELETING = (HOMS, IINSIGHT, EXTENSIV, SYNERGIST)


@pytest.mark.parametrize("chance", ROUNDS)
async def test_of_many_who_delete_one_order_one_does_and_nobody_writes_to_it_afterwards(
    chance: int, crowd: tuple[Five, list[Hand]]
) -> None:
    five, hands = crowd
    order_id = await five.enter(IINSIGHT)
    await five.shown(order_id)
    for hand in hands:
        await hand.show(order_id)
    requests: list[tuple[Hand, Callable[[], Awaitable[httpx.Response]]]] = [
        (hand, lambda hand=hand: written(hand, order_id)) for hand in hands
    ]
    requests += [(five.hands[name], lambda name=name: five.hands[name].delete(order_id)) for name in DELETING]
    Random(chance).shuffle(requests)  # noqa: S311

    answers = await asyncio.gather(*(request() for _, request in requests))

    accepted = Counter(hand.name for (hand, _), answer in zip(requests, answers, strict=True) if hand.accepted(answer))
    for (hand, _), answer in zip(requests, answers, strict=True):
        assert hand.accepted(answer) or hand.face.not_there(answer), (hand.name, answer.status_code, answer.text)
    assert set((await five.shown(order_id)).values()) == {None}
    history = [event for event in await five.tenant.book.events() if event["noun_id"] == order_id]
    assert [event["name"] for event in history].count("OrderDeleted") == 1
    assert history[-1]["name"] == "OrderDeleted"
    assert Counter(event["face"] for event in history[1:]) == accepted


async def written(hand: Hand, order_id: int) -> httpx.Response:
    """The answer to a change that no state of the order forbids."""
    if hand.name == EXTENSIV:
        return await hand.replace(order_id, {"purchaseOrderNumber": "x", "customerIdentifier": {"id": 1}})
    return await hand.change(order_id, spoken(HEAD, hand.name, {WRITTEN[hand.name][0]: "x"}))
