"""What clients asked for and what they were told, so that it can be held against the book afterwards."""

from collections import Counter
from enum import StrEnum
from itertools import count
from typing import NamedTuple


class Outcome(StrEnum):
    """What a client knows of a write."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """No answer came, or one that says to come again: it may be there or not, but at most once."""
    UNSENT = "not sent"
    FAILED = "failed"
    """An answer that no client should ever get."""


class Entry(NamedTuple):
    """One write: the text that it alone carries, how many orders get it at once, and what came of it.

    What carries no text is named by the event that it leaves. A write with a key was tried until the outcome was known.
    """

    marker: str
    event: str
    face: str
    what: str
    outcome: Outcome
    status: int
    copies: int = 1
    order_id: int | None = None
    version: int | None = None
    apart: bool = False
    tries: int = 1
    answer: str = ""


class Journal:
    """Everything that the clients of a run were told."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._numbers = count(1)
        self._acknowledged: Counter[str] = Counter()

    def marker(self, client: str) -> str:
        """A text that no other write has; its end keeps one from being the beginning of another."""
        return f"{client}.{next(self._numbers)}."

    def add(self, entry: Entry) -> None:
        """Take down what came of a write."""
        self.entries.append(entry)
        if entry.outcome is Outcome.ACKNOWLEDGED:
            self._acknowledged[entry.face] += 1

    def acknowledged(self, face: str) -> int:
        """How many writes this face has acknowledged so far."""
        return self._acknowledged[face]

    def failures(self) -> list[Entry]:
        """The writes that got an answer that no client should ever get."""
        return [entry for entry in self.entries if entry.outcome is Outcome.FAILED]

    def repeated(self) -> int:
        """How many writes were made again, with the key of the first try."""
        return sum(entry.tries > 1 for entry in self.entries)

    def count(self, outcome: Outcome) -> int:
        """How many writes came to this."""
        return sum(entry.outcome is outcome for entry in self.entries)
