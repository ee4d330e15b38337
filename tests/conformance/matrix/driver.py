"""Takes each step at the server and in the model, and compares what every face shows with what the model says."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import httpx

from tests.conformance.matrix.five import Five
from tests.conformance.matrix.hands import Hand, Record
from tests.conformance.matrix.steps import Step
from tests.conformance.matrix.table import EXTENSIV, HEAD, HOMS, IINSIGHT, INTOUCH, LINE, STOCKED, SYNERGIST
from tests.conformance.matrix.words import Shown, Telling, spoken
from tests.conformance.model import Book, Order, Refused

# What the server alone knows: other tests hold it.
_UNKNOWN = ("created_at", "modified_at", "uuid")
_CASES = (1, 7)
Request = Callable[[], Awaitable[httpx.Response]]


class Deed(NamedTuple):
    """A step as it is taken: by which hand, and on which order."""

    hand: Hand
    place: int
    order_id: int
    step: Step

    @property
    def face(self) -> str:
        return self.hand.name


class Mark(NamedTuple):
    """What moves the tag of an order, how often it was modified, and what Extensiv showed of both."""

    state: tuple[int, bool]
    modifications: int
    tag: str
    modified: str


class Driver:
    """A run: the five faces of a fresh tenant, and the model of its book."""

    def __init__(self, five: Five) -> None:
        self.five = five
        self.book = Book()
        self.ids: list[int] = []
        self.demo: dict[str, dict[int, Record]] = {}
        self.marks: dict[int, Mark] = {}

    async def begin(self) -> None:
        """Remember what every face shows before anything is entered."""
        self.demo = await self._all()

    async def end(self) -> None:
        """Fails if anything else has moved."""
        ids = {order.id for order in self.book.there}
        for name, shown in (await self._all()).items():
            assert {order_id: each for order_id, each in shown.items() if order_id not in ids} == self.demo[name]

    async def _all(self) -> dict[str, dict[int, Record]]:
        return {name: await hand.show_all() for name, hand in self.five.hands.items()}

    # Taking a step

    async def take(self, step: Step) -> None:
        """Fails unless the server accepts the step where the model does, and refuses it where the model does."""
        hand = self.five.hands[step.face]
        if step.what == "enter":
            await self._enter(hand, step)
            return
        if not self.ids:
            return
        place = step.place % len(self.ids)
        await getattr(self, f"_{step.what.replace(' ', '_')}")(Deed(hand, place, self.ids[place], step))

    async def _both(self, hand: Hand, model: Callable[[], Any], request: Request) -> tuple[Any, httpx.Response] | None:
        """What the model and the server made of the same, None if both refused it."""
        try:
            made = model()
        except Refused as refused:
            why, made = str(refused), None
        else:
            why = ""
        answer = await request()
        if why:
            assert hand.face.refusing(answer), f"it should have been refused: {why}"
            return None
        assert hand.accepted(answer), f"it should have been accepted: {answer.text}"
        return made, answer

    async def _enter(self, hand: Hand, step: Step) -> None:
        attributes = spoken(HEAD, hand.name, step.values)
        done = await self._both(hand, lambda: self.book.enter(hand.name, step.values), lambda: hand.enter(attributes))
        if done is not None:
            order, answer = done
            order.id = hand.entered(answer)
            order.code = (await self.five.homs.show_all())[order.id]["code"]
            self.ids.append(order.id)

    async def _change(self, deed: Deed) -> None:
        attributes = spoken(HEAD, deed.face, deed.step.values)
        await self._both(
            deed.hand,
            lambda: self.book.change(deed.face, deed.place, deed.step.values),
            lambda: deed.hand.change(deed.order_id, attributes),
        )

    async def _replace(self, deed: Deed) -> None:
        """Replace all that the face shows; of the lines Extensiv keeps the first ones, as many as the step says."""
        attributes = spoken(HEAD, deed.face, deed.step.values)
        if deed.face == EXTENSIV:
            shown = await self.five.extensiv.show(deed.order_id) or {}
            attributes["lineItems"] = shown.get("lineItems", [])[: deed.step.line]
        await self._both(
            deed.hand,
            lambda: self.book.replace(deed.face, deed.place, deed.step.values, range(deed.step.line)),
            lambda: deed.hand.replace(deed.order_id, attributes),
        )

    async def _enter_line(self, deed: Deed) -> None:
        attributes = spoken(LINE, deed.face, deed.step.values)
        done = await self._both(
            deed.hand,
            lambda: self.book.enter_line(deed.face, deed.place, deed.step.values),
            lambda: deed.hand.enter_line(deed.order_id, attributes),
        )
        if done is not None:
            items = (await self.five.intouch.show(deed.order_id) or {})["buscaseitems"]
            done[0].id = max(item["id"] for item in items)

    async def _change_line(self, deed: Deed, *, whole: bool = False) -> None:
        attributes = spoken(LINE, deed.face, deed.step.values)
        line = self._line(deed)
        if line is not None:
            number, line_id = line
            put = deed.hand.replace_line if whole else deed.hand.change_line
            await self._both(
                deed.hand,
                lambda: self.book.change_line(deed.face, deed.place, number, deed.step.values, whole=whole),
                lambda: put(deed.order_id, line_id, attributes),
            )

    async def _replace_line(self, deed: Deed) -> None:
        await self._change_line(deed, whole=True)

    async def _remove_line(self, deed: Deed) -> None:
        line = self._line(deed)
        if line is not None:
            number, line_id = line
            await self._both(
                deed.hand,
                lambda: self.book.remove_line(deed.place, number),
                lambda: deed.hand.remove_line(deed.order_id, line_id),
            )

    def _line(self, deed: Deed) -> tuple[int, int] | None:
        """The place and the id of the line that a step is about, None if the order has none."""
        order = self.book.orders[deed.place]
        if order is None or not order.lines:
            return None
        number = deed.step.line % len(order.lines)
        return number, order.lines[number].id

    async def _put_back(self, deed: Deed) -> None:
        order = self.book.orders[deed.place]
        if order is None or not order.is_shown_by(deed.face):
            return
        answers = await deed.hand.put_back(deed.order_id, await deed.hand.show(deed.order_id) or {})
        assert all(map(deed.hand.accepted, answers)), [answer.text for answer in answers]
        self.book.put_back(deed.face, deed.place, len(answers))

    async def _promote(self, deed: Deed) -> None:
        done = await self._both(
            deed.hand, lambda: self.book.promote(deed.place), lambda: deed.hand.promote(deed.order_id)
        )
        if done is not None and done[0].values["number"] is None:
            number = done[1].json()["data"][0]["poPONumber"]
            assert (len(number), number.isdecimal(), number in self.book.numbers()) == (6, True, False)
            done[0].values["number"] = number

    async def _invest(self, deed: Deed) -> None:
        await self._both(
            deed.hand,
            lambda: self.book.invest(deed.place, deed.step.on),
            lambda: deed.hand.invest(deed.order_id, deed.step.on),
        )

    async def _receive(self, deed: Deed) -> None:
        """Begin or end to receive goods for the order, which is not done through any face."""
        order = self.book.orders[deed.place]
        if order is not None and order.is_being_received != deed.step.on:
            order.is_being_received = deed.step.on
            book = self.five.tenant.book
            await (book.open_receipt if deed.step.on else book.close_receipts)(deed.order_id)

    async def _delete(self, deed: Deed) -> None:
        await self._both(
            deed.hand, lambda: self.book.delete(deed.face, deed.place), lambda: deed.hand.delete(deed.order_id)
        )

    # Comparing

    async def compare(self) -> None:
        """Fails unless every face shows exactly those orders that it has to, as the model has them."""
        five, there = self.five, self.book.there
        homs, extensiv, synergist, listed, *more = await asyncio.gather(
            five.homs.show_all(),
            five.extensiv.show_all(),
            five.synergist.show_all(),
            five.intouch.ids(),
            *(five.iinsight.show_case(case) for case in _CASES),
            *(five.intouch.show(order.id) for order in there),
        )
        iinsight = {key: each for shown in more[: len(_CASES)] for key, each in shown.items()}
        items = dict(zip((order.id for order in there), more[len(_CASES) :], strict=True))
        intouch = {key: items.get(key) for key in listed}
        found = {HOMS: homs, EXTENSIV: extensiv, SYNERGIST: synergist, INTOUCH: intouch, IINSIGHT: iinsight}
        for face, shown in found.items():
            new = shown.keys() - self.demo[face].keys()
            assert new == {order.id for order in there if order.is_shown_by(face)}, f"{face} shows other orders"
            for order in there:
                if order.id in new:
                    assert_shows(face, shown[order.id], order)
        await asyncio.gather(*(self._compare_marks(order) for order in there if order.is_shown_by(EXTENSIV)))

    async def _compare_marks(self, order: Order) -> None:
        """Fails unless the tag and the moment of the last change move when they have to and stay otherwise."""
        shown = await self.five.extensiv.show(order.id) or {}
        now = Mark(
            (order.version, order.is_being_received),
            order.modifications,
            shown["ETag"],
            shown["readOnly"]["lastModifiedDate"],
        )
        before = self.marks.get(order.id, now)
        assert (before.tag == now.tag) == (before.state == now.state), "the tag"
        assert (before.modified < now.modified) == (before.modifications < now.modifications), "when it was modified"
        assert before.modified <= now.modified
        self.marks[order.id] = now


def assert_shows(face: str, shown: Shown, order: Order) -> None:
    """Fails unless a face shows this of the order and its lines."""
    seen = order.seen_by(face)
    for name, field in HEAD.items():
        word = field.word(face)
        if word is None or name in _UNKNOWN or (name == "version" and word.reads is Telling.DERIVED):
            continue
        expected = word.spelled_of(seen, name)
        if name == "data" and seen["type"] != STOCKED:
            expected = []
        assert word.shown_in(shown) == expected, f"{face} shows {word.shown_in(shown)!r} for {name}, not {expected!r}"
    if face == SYNERGIST:
        cost = seen["costing estimate_cost" if order.is_estimate else "costing cost"]
        assert shown["poCostDisplay"] == f"{'-' if cost < 0 else ''}£{abs(cost):,.2f}"
    if face == EXTENSIV:
        assert_lines(face, shown["lineItems"], order, [line.id for line in order.lines])
    if face == INTOUCH:
        assert_lines(face, shown["buscaseitems"], order, sorted(line.id for line in order.lines))


def assert_lines(face: str, shown: list[Record], order: Order, ids: list[int]) -> None:
    """Fails unless a face shows these lines, in this order."""
    assert [LINE["id"].words[face].shown_in(line) for line in shown] == ids, f"{face} shows other lines"
    lines = {line.id: line for line in order.lines}
    for line_id, each in zip(ids, shown, strict=True):
        seen = lines[line_id].seen_by(face)
        for name, field in LINE.items():
            if word := field.word(face):
                told, expected = word.shown_in(each), word.spelled_of(seen, name)
                assert told == expected, f"{face} shows {told!r} for {name} of line {line_id}, not {expected!r}"
