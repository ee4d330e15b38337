"""Reading a body costs little, also where everything in it is wrong."""

import json
import sys
from typing import Any

import pytest

from orderloom.api import bodies
from orderloom.api.errors import MAX_FAULTS
from orderloom.api.shapes import GivenOrder
from orderloom.dialects.contract import Call, Origin, Refused
from tests.given_books import Book

ORIGIN = Origin("http", "localhost", "127.0.0.1")
MANY = 50_000
# Of each thing that is wrong, a few are told of and some looked at.
ENOUGH = 30 * MAX_FAULTS
WRONG = {
    "records of a list": {"lines": [True] * MANY},
    "members of the records of a list": {"lines": [{"nope": True}] * MANY},
    "records of a list that are wrong in two ways": {"lines": [{"title": True, "price": "x"}] * MANY},
    "entries of a map": {"external_ids": {f"{number}": True for number in range(MANY)}},
    "members": {f"{number}": True for number in range(MANY)},
}


def calls_of(work: Any) -> int:
    """How many functions were called until the work was done."""
    calls = 0

    def count(frame: Any, event: str, _: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_nobody_looks_for_more_that_is_wrong_than_is_told(book: Book, body: dict[str, Any]) -> None:
    call = Call("POST", {}, b"", {}, book.desk, book.tenant_id, {}, ORIGIN)
    call.body = json.dumps(body).encode()
    told: list[Any] = []

    def read() -> None:
        try:
            bodies.read(call, GivenOrder)
        except Refused as refused:
            told.extend(json.loads(refused.reply.body)["errors"])

    assert calls_of(read) < ENOUGH
    assert len(told) == MAX_FAULTS
