"""In a tenant where everybody writes, events and orders agree: every state that was seen is found again."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.desk.busy import STEPS, Busy
from tests.desk.watching import Watch, Whole, told
from tests.given_books import Book

from orderloom.book.entries import DELETED, LINE_ENTERED, PLACED, Entry
from orderloom.book.states import NO_COSTS
from orderloom.desk import history

CHANGES = 120
NOBODY: Whole = {"data": {}, "external_ids": {}, "leftovers": {}, "lines": [], "costing": None}


async def busy_tenant(book: Book, seed: int) -> Watch:
    """A tenant after many changes, and what its orders were after each of them."""
    watch, everybody = Watch(book), Busy(book, seed)
    await watch.look()
    for _ in range(CHANGES):
        await everybody.step()
        await watch.look()
    assert len(everybody.done) > len(set(STEPS)) / 2
    return watch


@pytest.mark.parametrize("seed", range(6))
async def test_every_state_that_was_seen_is_found_again(demo_book: Book, seed: int) -> None:
    watch = await busy_tenant(demo_book, seed)
    for (order_id, version), seen in watch.seen.items():
        assert told(await history.state(demo_book.desk, demo_book.caller, order_id, version=version)) == seen


@pytest.mark.parametrize("seed", (10, 11))
async def test_every_event_tells_truly_what_was_and_what_is(demo_book: Book, seed: int) -> None:
    watch = await busy_tenant(demo_book, seed)
    compared = 0
    for order_id in {order_id for order_id, _ in watch.seen}:
        for entry in reversed((await history.events(demo_book.desk, demo_book.caller, order_id, limit=200)).records):
            before = NOBODY if entry.name == PLACED else watch.seen.get((order_id, entry.version - 1))
            after = watch.seen.get((order_id, entry.version))
            if entry.name != DELETED and before and after:  # one of two changes in one call is not seen
                compare(entry, before, after)
                compared += 1
    assert compared > CHANGES / 2


def compare(entry: Entry, before: Whole, after: Whole) -> None:
    """Everything that the event tells against what was there."""
    changes = json.loads(entry.changes, parse_float=Decimal)
    costing = changes.pop("costing", {})
    same(costing, before["costing"] or plain(NO_COSTS), after["costing"] or plain(NO_COSTS))
    if "line" in changes:
        same_line(changes.pop("line"), changes, entry, before, after)
        return
    for line in changes.pop("altered", []):
        same_line(line.pop("line"), line, entry, before, after)
    for line_id, line in zip(changes.pop("entered_ids", []), changes.pop("entered", []), strict=True):
        same_line(line_id, line, entry, before, after)
    gone = {line["id"] for line in changes.pop("removed", [])}
    assert ids(before) - gone <= ids(after)
    for part in ("data", "external_ids"):
        same(changes.pop(part, {}), before[part], after[part])
    same_leftovers(changes, entry, before, after)
    same(changes, before, after)


def same_line(line_id: int, changes: dict[str, Any], entry: Entry, before: Whole, after: Whole) -> None:
    one, other = ({line["id"]: line for line in whole["lines"]}.get(line_id) for whole in (before, after))
    assert other is not None
    assert (one is None) == (entry.name == LINE_ENTERED or line_id not in ids(before))
    blank = {"locked": False, "leftovers": {}}
    same_leftovers(changes, entry, one or blank, other)
    same(changes, one or blank, other)


def same_leftovers(changes: dict[str, Any], entry: Entry, before: Whole, after: Whole) -> None:
    of_face, nulls = changes.pop("leftovers", {}), changes.pop("nulls", None) or {}
    if all(isinstance(each, list) for each in of_face.values()):
        of_face, nulls = {entry.face: of_face}, {entry.face: nulls}
    for face, members in of_face.items():
        old = before["leftovers"].get(face, {})
        same(members, old, after["leftovers"].get(face, {}))
        were_null = {name for name in members if name in old and old[name] is None}
        assert were_null == set(nulls.get(face, []))


def same(changes: dict[str, Any], before: Whole, after: Whole) -> None:
    for field, (old, new) in changes.items():
        assert (field, form(old, before.get(field))) == (field, before.get(field))
        assert (field, form(new, after.get(field))) == (field, after.get(field))


def form(value: Any, like: Any) -> Any:
    """What is told, in the form of what was there: events tell amounts and moments as text."""
    if isinstance(value, str) and isinstance(like, Decimal | int):
        return Decimal(value)
    return datetime.fromisoformat(value) if isinstance(value, str) and isinstance(like, datetime) else value


def plain(costs: Any) -> Whole:
    return dict(costs)


def ids(whole: Whole) -> set[int]:
    return {line["id"] for line in whole["lines"]}
