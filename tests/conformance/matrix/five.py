"""One book with its five faces, spoken to in the book's words: each is spelled as the table of fields says."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

import httpx

from orderloom.demo.people import DEMO_USER
from tests.conformance.face import Tenant
from tests.conformance.matrix.hands import HANDS, Extensiv, Hand, Homs, Iinsight, Intouch, Record, Synergist
from tests.conformance.matrix.table import EXTENSIV, HEAD, HOMS, INTOUCH, LINE, SYNERGIST
from tests.conformance.matrix.words import spoken

Snapshot = dict[str, Record | None]
"""What each face shows of one order, by the names of the faces."""
NOBODY: Final[Mapping[str, str]] = {}


class Five:
    """The five faces of a tenant, each in the hands of a client."""

    homs: Homs
    iinsight: Iinsight
    extensiv: Extensiv
    synergist: Synergist
    intouch: Intouch

    def __init__(self, tenant: Tenant, hands: Iterable[Hand]) -> None:
        self.tenant = tenant
        self.hands = {hand.name: hand for hand in hands}
        vars(self).update(self.hands)

    @classmethod
    async def of(cls, tenant: Tenant, user: str = DEMO_USER, *, users: Mapping[str, str] = NOBODY) -> "Five":
        """The faces in the hands of this user, or of those who are named for a face."""
        return cls(tenant, [hand(await hand.face.let_in(tenant, users.get(hand.face.name, user))) for hand in HANDS])

    def as_hand(self, kind: type[Hand]) -> Hand:
        """The client of a face as another kind of hand on it."""
        made = kind(self.hands[kind.face.name].client)
        vars(made).update(vars(self.hands[kind.face.name]))
        return made

    async def shown(self, order_id: int, faces: Iterable[str] | None = None) -> Snapshot:
        """What every face shows of the order, or each of these."""
        names = list(self.hands if faces is None else faces)
        return dict(zip(names, await asyncio.gather(*(self.hands[name].show(order_id) for name in names)), strict=True))

    async def enter(self, face: str, **values: Any) -> int:
        """The id of a new order with these values; fails if it is refused."""
        hand = self.hands[face]
        return hand.entered(await hand.enter(spoken(HEAD, face, values)))

    async def change(self, face: str, order_id: int, /, **values: Any) -> None:
        """Change these fields; fails if it is refused."""
        hand = self.hands[face]
        assert_accepted(hand, await hand.change(order_id, spoken(HEAD, face, values)))

    async def enter_line(self, face: str, order_id: int, /, **values: Any) -> int:
        """The id of a new line with these values; fails if it is refused."""
        hand = self.hands[face]
        assert_accepted(hand, await hand.enter_line(order_id, spoken(LINE, face, values)))
        return max(line["id"] for line in (await self.intouch.show(order_id))["buscaseitems"])

    async def change_line(self, face: str, order_id: int, line_id: int, /, **values: Any) -> None:
        hand = self.hands[face]
        assert_accepted(hand, await hand.change_line(order_id, line_id, spoken(LINE, face, values)))


def assert_accepted(hand: Hand, answer: httpx.Response) -> None:
    """Fails unless the face accepted what it was asked."""
    assert hand.accepted(answer), (hand.name, answer.request.content, answer.status_code, answer.text)


def first_samples(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: fields[name].samples[0] for name in names}


# Who writes which fields of an order that has a value in all of them.
FULL: Final = {
    HOMS: ("type", "data", "state", "archived", "external_id", "process_id", "process_state", "done_at", "responsible"),
    EXTENSIV: ("supplier", "issued_at", "notes"),
    SYNERGIST: (
        "supplier_reference",
        "required_on",
        *(f"costing {name}" for name in ("currency", "cost", "markup", "estimate_cost", "original_cost")),
    ),
    INTOUCH: (
        *("title", "price_total", "price_currency"),
        *(name for name in HEAD if name.startswith("leftover ")),
    ),
}
FULL_LINE: Final = {
    EXTENSIV: ("quantity", "price", "facility", "expected_at", "cancel_at", "notes", "external_id"),
    INTOUCH: ("title", "unit", "price_total", "locked", "leftover colour"),
}


async def full_order(five: Five, *, lines: bool = True) -> int:
    """The id of an order that every face shows and that has a value in every field, and two lines, one of them full."""
    order_id = await five.enter("iinsight", number=HEAD["number"].samples[0], case=1)
    for face, names in FULL.items():
        attributes = spoken(HEAD, face, first_samples(HEAD, *names))
        if lines and face == EXTENSIV:
            attributes["lineItems"] = [spoken(LINE, face, values) for values in (_FULL_LINE, _PLAIN_LINE)]
        hand = five.hands[face]
        assert_accepted(hand, await hand.change(order_id, attributes))
    if lines:
        line_id = await first_line(five, order_id)
        await five.change_line(INTOUCH, order_id, line_id, **first_samples(LINE, *FULL_LINE[INTOUCH]))
    return order_id


_PLAIN_LINE: Final = {"item": 2, "quantity": 1}
_FULL_LINE: Final = first_samples(LINE, *FULL_LINE[EXTENSIV]) | {"item": 1, "qualifier": "Blue"}


async def first_line(five: Five, order_id: int) -> int:
    """The id of the first line of the order."""
    shown = await five.intouch.show(order_id)
    assert shown is not None
    return int(shown["buscaseitems"][0]["id"])
