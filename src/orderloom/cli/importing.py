"""Importing records from a CSV file: all of its rows or none."""

import csv
import re
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final, Generic, NamedTuple, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from orderloom.book.errors import Fault
from orderloom.book.text import storable
from orderloom.cli.opening import Stop, at_the_desk
from orderloom.desk import parties
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.entering import MAX_RECORDS, BadRecords, Repeat

R = TypeVar("R")

# The rows wait in memory until all of them are checked.
MAX_BYTES: Final = 64 * 1024 * 1024
MAX_ROWS: Final = MAX_RECORDS
# More bad rows than this are only counted.
MAX_TOLD: Final = 100
MAX_VALUE_TOLD: Final = 60
DELIMITERS: Final = (",", ";", "\t")
CUSTOMER: Final = ("customer_id", "customer")
# How many digits no id of the book has more than.
_ID: Final = re.compile(r"[0-9]{1,18}")
_BOM: Final = b"\xef\xbb\xbf"
_TRUTH: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

File = Annotated[Path, typer.Argument(help="A CSV file with a row of headings.", exists=True, dir_okay=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check the file and change nothing.")]

Cells = Mapping[str, str]
"""What a row says, by column; what is blank is not there."""
Customers = Mapping[str, Sequence[int]]
"""The ids of those who have an external id, by the external id as it is compared."""


class BadCell(Exception):
    """A cell that means nothing."""


class Row(NamedTuple):
    """One row, and the line of the file that it begins in."""

    line: int
    cells: Cells


class Sheet(NamedTuple):
    """The rows of a file, and what is wrong with those that could not be taken apart, by line."""

    rows: list[Row]
    bad: dict[int, str]


@dataclass(frozen=True)
class Import(Generic[R]):
    """What can be imported.

    A file has to have each of the columns in `required`, or one of them where they stand together.
    """

    nouns: str
    columns: Sequence[str]
    required: Sequence[Sequence[str]]
    record: Callable[[Cells, Customers], R]
    faults: Callable[[Desk, Caller, Sequence[R], Callable[[int], None]], Awaitable[Mapping[int, Sequence[Fault]]]]
    add_all: Callable[[Desk, Caller, Sequence[R], Callable[[int], None]], Awaitable[Sequence[int]]]


def run(what: Import[R], file: Path, *, dry_run: bool, data: str, database_url: str) -> None:
    """Import the file and say how many were added. Raises Stop, after telling of every bad row, if there is one."""
    with Bar() as bar:
        sheet = read_file(file, what, bar)
        bad = dict(sheet.bad)

        async def work(desk: Desk, caller: Caller) -> int:
            records, lines = await _records(desk, caller, what, sheet.rows, bad)
            bar.begin("Checking", len(records))
            if bad or dry_run:
                bad.update(_told(await what.faults(desk, caller, records, bar.moved), lines))
                return len(records)
            try:
                return len(await what.add_all(desk, caller, records, _twice(bar, len(records))))
            except BadRecords as error:
                bad.update(_told(error.by_place, lines))
                return 0

        count = at_the_desk(data, database_url, work)
    if bad:
        for line in report(bad):
            typer.echo(line, err=True)
        total = len(sheet.rows) + len(sheet.bad)
        raise Stop(f"{len(bad)} of {total} rows cannot be imported; nothing was changed.")
    typer.echo(
        f"{count} {what.nouns} can be added; nothing was changed." if dry_run else f"Added {count} {what.nouns}."
    )


def report(bad: Mapping[int, str]) -> Iterator[str]:
    """A line for each bad row, the first in the file first, and one for how many more there are."""
    for line in sorted(bad)[:MAX_TOLD]:
        yield f"line {line}: {bad[line]}"
    if len(bad) > MAX_TOLD:
        yield f"... and {len(bad) - MAX_TOLD} more."


async def _records(
    desk: Desk, caller: Caller, what: Import[R], rows: Sequence[Row], bad: dict[int, str]
) -> tuple[list[R], list[int]]:
    """The records that the rows say, and the line of each; what is wrong with the other rows is added to `bad`."""
    named = {external_id for row in rows if (external_id := row.cells.get("customer")) and storable(external_id)}
    customers = await parties.by_external_ids(desk, caller, sorted(named)) if named else {}
    records, lines = [], []
    for row in rows:
        try:
            records.append(what.record(row.cells, customers))
        except BadCell as error:
            bad[row.line] = str(error)
        else:
            lines.append(row.line)
    return records, lines


def _told(faults: Mapping[int, Sequence[Fault]], lines: Sequence[int]) -> dict[int, str]:
    """What is wrong, by line of the file rather than by place in the list."""
    return {lines[place]: "; ".join(_words(fault, lines) for fault in each) for place, each in faults.items()}


def _words(fault: Fault, lines: Sequence[int]) -> str:
    told = f"{fault.field} {shown(fault.value)}" if fault.value not in (None, "") else fault.field
    if isinstance(fault, Repeat):
        return f"{told} is on line {lines[fault.first]} already"
    if (fault.field, fault.reason) == ("qualifiers", "taken"):
        return f"{told} is named twice"
    return f"{told} {_WORDS.get(fault.reason, fault.reason)}"


_WORDS: Final = {
    "blank": "is missing",
    "invalid": "has characters that cannot be kept",
    "too_long": "is too long",
    "inclusion": "is none of those that it may be",
    "taken": "is in the book already",
    "unknown": "is not in the book",
}


def shown(value: object) -> str:
    """The value in quotes, on one line and not too long."""
    text = str(value)
    return repr(text if len(text) <= MAX_VALUE_TOLD else f"{text[:MAX_VALUE_TOLD]}...")


def read_file(file: Path, what: Import[Any], bar: "Bar") -> Sheet:
    """The rows of the file. Raises Stop if it is not one that can be imported."""
    size = file.stat().st_size
    if size > MAX_BYTES:
        raise Stop(f"{file} is longer than {MAX_BYTES} bytes.")
    bar.begin("Reading", size)
    with file.open("rb") as opened:
        try:
            return read(_lines(opened, bar.moved), what.columns, what.required)
        except ValueError as error:
            raise Stop(f"{file}: {error}") from error


def _lines(opened: BinaryIO, moved: Callable[[int], None]) -> Iterator[bytes]:
    """The lines of the file, which may be a pipe and not tell its length beforehand. Raises ValueError."""
    left = MAX_BYTES
    while line := opened.readline(left + 1):
        left -= len(line)
        if left < 0:
            raise ValueError(f"it is longer than {MAX_BYTES} bytes")
        moved(len(line))
        yield line


def read(lines: Iterable[bytes], known: Sequence[str], required: Sequence[Sequence[str]]) -> Sheet:
    """The rows in these lines, by the headings of the first one. Raises ValueError if they cannot be read."""
    texts = _texts(lines)
    first = next(texts, "")
    if not first.strip():
        raise ValueError("it has no headings in its first line")
    delimiter = max(DELIMITERS, key=first.count)
    # The headings are not always alone in their line: a quoted one may go on in the next.
    reader = csv.reader(_chain(first, texts), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    bad: dict[int, str] = {}
    begins = 1
    try:
        columns = _columns(next(reader), known, required)
        begins = reader.line_num + 1
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(map(str.strip, cells)):
                continue
            if len(rows) + len(bad) == MAX_ROWS:
                raise ValueError(f"it has more than {MAX_ROWS} rows")
            if len(cells) != len(columns):
                bad[line] = f"it has {len(cells)} cells, and there are {len(columns)} headings"
            else:
                told = zip(columns, map(str.strip, cells), strict=True)
                rows.append(Row(line, {column: text for column, text in told if text}))
    except csv.Error as error:
        # What csv advises programmers stands behind a dash.
        raise ValueError(f"line {begins}: it is not CSV: {str(error).partition(' - ')[0]}") from error
    return Sheet(rows, bad)


def _chain(first: str, others: Iterator[str]) -> Iterator[str]:
    yield first
    yield from others


def _texts(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        try:
            yield (line.removeprefix(_BOM) if number == 1 else line).decode()
        except UnicodeDecodeError:
            raise ValueError(f"line {number}: it is not UTF-8; save the file as “CSV UTF-8”") from None


def _columns(headings: Sequence[str], known: Sequence[str], required: Sequence[Sequence[str]]) -> list[str]:
    """The column that each heading names. Raises ValueError."""
    by_heading = {_plain(name): name for name in known}
    unknown = [heading for heading in headings if _plain(heading) not in by_heading]
    if unknown:
        told = ", ".join(map(shown, unknown))
        raise ValueError(f"it has unknown headings: {told}. Known are: {', '.join(known)}")
    columns = [by_heading[_plain(heading)] for heading in headings]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise ValueError(f"it has headings twice: {', '.join(twice)}")
    for names in required:
        if not set(names) & set(columns):
            raise ValueError(f"it has no column {' or '.join(names)}")
    return columns


def _plain(heading: str) -> str:
    """The heading as it is compared: `External ID`, `externalId` and `external_id` are the same."""
    return re.sub(r"[\s_]", "", heading).casefold()


def flag(cells: Cells, column: str) -> bool:
    """Whether the cell says yes; a blank one says no. Raises BadCell."""
    text = cells.get(column, "no")
    if text.casefold() not in _TRUTH:
        raise BadCell(f"{column} {shown(text)} is neither yes nor no")
    return _TRUTH[text.casefold()]


def number(cells: Cells, column: str) -> int | None:
    """The whole number in the cell. Raises BadCell."""
    text = cells.get(column)
    if text is None:
        return None
    if not _ID.fullmatch(text):
        raise BadCell(f"{column} {shown(text)} is not a whole number")
    return int(text)


def customer_id(cells: Cells, customers: Customers) -> int | None:
    """The id of the customer whom the row names by id, or else by external id. Raises BadCell."""
    by_id = number(cells, "customer_id")
    external_id = cells.get("customer")
    if by_id is not None or external_id is None:
        return by_id
    found = customers.get(external_id.casefold(), ())
    if len(found) != 1:
        meant = "more than one customer has" if found else "no customer has"
        raise BadCell(f"customer {shown(external_id)}: {meant} this external id")
    return found[0]


def _twice(bar: "Bar", total: int) -> Callable[[int], None]:
    """Moves the bar to its end, and then once more for what comes after the checks."""
    left = total

    def moved(count: int) -> None:
        nonlocal left
        left -= count
        bar.moved(count)
        if left == 0:
            bar.begin("Entering", total)

    return moved


@dataclass
class Bar:
    """A bar on a terminal that shows how far it got; nothing elsewhere."""

    progress: Progress = field(
        default_factory=lambda: Progress(console=Console(stderr=True), disable=not sys.stderr.isatty())
    )
    task: TaskID | None = None

    def __enter__(self) -> "Bar":
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def begin(self, doing: str, total: int) -> None:
        """Go on to the next thing, of which there is this much to do."""
        self.task = self.progress.add_task(doing, total=total)

    def moved(self, count: int) -> None:
        """Go on by this much."""
        if self.task is not None:
            self.progress.advance(self.task, count)
