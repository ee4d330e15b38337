"""Importing records from a CSV file: all of its rows or none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Generic, TypeVar

import typer

from orderloom.book.errors import Fault
from orderloom.book.text import storable
from orderloom.cli.cells import BadCell, Cells, Customers, shown
from orderloom.cli.opening import Data, DatabaseUrl, Stop, at_the_desk
from orderloom.cli.progress import Bar
from orderloom.cli.sheets import Row, read_file
from orderloom.desk import entering, parties
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.entering import BadRecords, Entry, Repeat

R = TypeVar("R")

# More bad rows than this are only counted.
MAX_TOLD: Final = 100

File = Annotated[Path, typer.Argument(help="A CSV file with a row of headings.", exists=True, dir_okay=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check the file and change nothing.")]


@dataclass(frozen=True)
class Import(Generic[R]):
    """What can be imported: records of one kind, each from a row of a file.

    A file has to have each of the columns in `required`, or one of them where they stand together. `about` is what
    has to be known about the columns.
    """

    entry: Entry[R, Any]
    nouns: str
    about: str
    columns: Sequence[str]
    required: Sequence[Sequence[str]]
    record: Callable[[Cells, Customers], R]


def offer(app: typer.Typer, what: Import[Any]) -> None:
    """Make `import` one of the app's commands."""

    @app.command("import", help=f"Add every {what.entry.noun} in a CSV file, or none.\n\n{what.about}")
    def import_file(file: File, dry_run: DryRun = False, data: Data = "", database_url: DatabaseUrl = "") -> None:
        run(what, file, dry_run=dry_run, data=data, database_url=database_url)


def run(what: Import[R], file: Path, *, dry_run: bool, data: str, database_url: str) -> None:
    """Import the file and say how many were added. Raises Stop, after telling of every bad row, if there is one."""
    with Bar() as bar:
        sheet = read_file(file, what.columns, what.required, bar)
        bad = dict(sheet.bad)

        async def work(desk: Desk, caller: Caller) -> int:
            records, lines = await _records(desk, caller, what, sheet.rows, bad)
            bar.begin("Checking", len(records))
            if bad or dry_run:
                found = await entering.faults(desk, caller, what.entry, records, bar.moved)
                bad.update(_told(found, lines))
                return len(records)
            try:
                moved = _twice(bar, len(records))
                return len(await entering.add_all(desk, caller, what.entry, records, moved))
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
    if fault.expected is not None:
        return f"{told} is not {fault.expected}"
    return f"{told} {_WORDS.get(fault.reason, fault.reason)}"


_WORDS: Final = {
    "blank": "is missing",
    "invalid": "has characters that cannot be kept",
    "too_long": "is too long",
    "inclusion": "is none of those that it may be",
    "taken": "is in the book already",
    "unknown": "is not in the book",
}


def _twice(bar: Bar, total: int) -> Callable[[int], None]:
    """Moves the bar to its end, and then once more for what comes after the checks."""
    left = total

    def moved(count: int) -> None:
        nonlocal left
        left -= count
        bar.moved(count)
        if left == 0:
            bar.begin("Entering", total)

    return moved
