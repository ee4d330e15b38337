"""The ledgers of the dialects: which statement of a contract which test holds."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

DIALECTS = Path(__file__).parents[1] / "dialects"
_TEST = re.compile(r"\btest_\w+")
_SECTION = re.compile(r"## (?P<title>(?P<number>\d+(?:\.\d+)*)?.*)")


class Statement(NamedTuple):
    """A statement of a contract, and the tests that hold it, or why none does."""

    text: str
    held_by: str

    @property
    def tests(self) -> frozenset[str]:
        return frozenset(_TEST.findall(self.held_by))


class Section(NamedTuple):
    """A section of a ledger; the number is the contract's, empty for what goes beyond it."""

    number: str
    title: str
    statements: tuple[Statement, ...]

    def holds(self, source: str) -> bool:
        """Whether it is about this section of the contract, or part of it, or more than it."""
        own, other = f"{self.number}.", f"{source}."
        return bool(self.number) and (own.startswith(other) or other.startswith(own))


def read(dialect: str) -> list[Section]:
    """The ledger of this dialect."""
    text = (DIALECTS / dialect / "COVERAGE.md").read_text()
    return [_section(part) for part in re.split(r"^(?=## )", text, flags=re.MULTILINE) if part.startswith("## ")]


def statements(sections: Iterable[Section]) -> list[Statement]:
    return [each for section in sections for each in section.statements]


def tests(sections: Iterable[Section]) -> frozenset[str]:
    """Every test that they name."""
    return frozenset().union(*(each.tests for each in statements(sections)))


def _section(text: str) -> Section:
    head, *lines = text.splitlines()
    found = _SECTION.match(head)
    assert found
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ") and line != "| Statement | Test |"]
    return Section(
        found["number"] or "", found["title"], tuple(Statement(" | ".join(row[:-1]), row[-1]) for row in rows)
    )
