"""Writes docs/coverage.md: what of each dialect is covered, and how each field of the book is told by each of them.

It is made of the table of fields, which the tests in `matrix` hold, of the dialects' operations, and of their ledgers.
"""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

from orderloom.dialects.contract import Operation
from tests.conformance import ledgers
from tests.conformance.face import Ask, Face
from tests.conformance.faces import FACES
from tests.conformance.matrix.table import EXTENSIV, HEAD, HOMS, IINSIGHT, INTOUCH, LINE, NAMES, SYNERGIST
from tests.conformance.matrix.words import Field, Telling, Word

HERE = Path(__file__).parent
COVERAGE = HERE.parents[1] / "docs" / "coverage.md"
TITLES = {HOMS: "HOMS", IINSIGHT: "iinsight", EXTENSIV: "Extensiv", SYNERGIST: "Synergist", INTOUCH: "InTouch"}
OPENING = """\
# What is covered

Written by `make coverage` from the table of fields (`tests/conformance/matrix/table.py`), the operations of the
dialects and their ledgers (`tests/dialects/*/COVERAGE.md`); do not edit. A test fails where it would differ.
"""
FIELDS = """\
## Each field of the book in each dialect

An attribute is told *exactly* (values that differ are shown differently), *rounded*, or *derived* from the value. It is
*entered* with a new order, *changed* later, or only shown; what is kept of a value that is sent may be *rounded* too. A
dash: not at all. "Else" tells what is shown where there is no value. Leftovers are attributes of InTouch that the book
has no word for; `colour` stands for any.

Each entry is tested: what one dialect has written each of the five shows as this table has it, and everything else that
they show stays as it was.
"""
LINES = """\
### Lines

HOMS and iinsight show no lines. In Synergist the actual cost of a real purchase is what its lines come to, to two
places, until somebody enters another cost.
"""
RULES = """\
## Rules that hold across the dialects

Tests that ask the same of every dialect, in `tests/conformance`.
"""
DIALECTS = """\
## Each dialect

A ledger has a row for each statement of the vendor's contract, with the tests that hold it. Beside an operation stand
the statements and tests of the section that it comes from, and how many wrong requests to it are refused without a
trace in `tests/conformance`.
"""


def rendered() -> str:
    """The whole page."""
    parts = [OPENING, FIELDS, _field_table(HEAD, NAMES), LINES, _field_table(LINE, (EXTENSIV, INTOUCH))]
    parts += [RULES, _test_table(), DIALECTS]
    for name in NAMES:
        parts += _dialect(next(face for face in FACES if face.name == name))
    return "\n".join(parts)


def _field_table(fields: Mapping[str, Field], faces: Iterable[str]) -> str:
    rows = [
        [f"`{field.name}`", *(_cell(field.words[face]) if face in field.words else "—" for face in faces)]
        for field in fields.values()
    ]
    return _table(["Book", *(TITLES[face] for face in faces)], rows)


def _cell(word: Word) -> str:
    """How a face tells of a field."""
    names = ", ".join(f"`{name}`" for name in word.names)
    parts = [
        f"{names} {word.reads.value}" if word.reads else names,
        *(f"else `{name}`" for name in word.else_shows),
        *([f"`{word.hidden_by[1]}` while an estimate"] if word.hidden_by else []),
        _taken(word),
        *([word.note] if word.note else []),
    ]
    return "; ".join(parts)


def _taken(word: Word) -> str:
    ways = [way for way, taken in (("entered", word.enters), ("changed", word.changes)) if taken]
    rounded = ", rounded" if word.takes is Telling.ROUNDED else ""
    return f"{' and '.join(ways)}{rounded}" if ways else "only shown"


def _test_table() -> str:
    """The files of tests that ask every dialect, with what each of them says it is about."""
    rows = []
    for path in sorted([*HERE.glob("test_*.py"), *HERE.glob("matrix/test_*.py")]):
        module = ast.parse(path.read_text())
        about = (ast.get_docstring(module) or "").partition("\n\n")[0].replace("\n", " ")
        rows.append([f"`{path.relative_to(HERE)}`", about])
    return _table(["File", "What it asks"], rows)


def _dialect(face: Face) -> list[str]:
    ledger = ledgers.read(face.name)
    statements, tests = ledgers.statements(ledger), ledgers.tests(ledger)
    free = sum(not each.tests for each in statements)
    held = f"{len(statements)} statements, held by {len(tests)} tests"
    reasons = f"; {free} have no test, each with the reason beside it" if free else ""
    return [f"### {TITLES[face.name]}\n", f"{held}{reasons}.\n", _operations(face, ledger), _sections(ledger)]


def _operations(face: Face, ledger: list[ledgers.Section]) -> str:
    rows = []
    for operation in face.operations:
        sections = [section for section in ledger if section.holds(operation.source)]
        asked = [ask for ask in face.refused.values() if operation in _meant(face, ask)]
        rows.append(
            [
                f"`{'`, `'.join(operation.methods)}` `{operation.paths[0]}`",
                operation.summary,
                operation.source,
                str(len(ledgers.statements(sections))),
                str(len(ledgers.tests(sections))),
                str(len(asked)),
            ]
        )
    return _table(["Operation", "What it does", "Section", "Statements", "Tests", "Wrong requests"], rows)


def _meant(face: Face, ask: Ask) -> list[Operation]:
    return [each for each in face.operations_at(ask.path) if ask.method in each.methods]


def _sections(ledger: list[ledgers.Section]) -> str:
    rows = [
        [
            section.title,
            str(len(section.statements)),
            str(len(ledgers.tests([section]))),
            str(sum(not each.tests for each in section.statements)),
        ]
        for section in ledger
    ]
    return _table(["Section of the ledger", "Statements", "Tests", "Without a test"], rows)


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def main() -> None:
    COVERAGE.write_text(rendered())


if __name__ == "__main__":
    main()
