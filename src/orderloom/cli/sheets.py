"""Reading a CSV file with a row of headings."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from orderloom.book.text import folded
from orderloom.cli.cells import Cells, shown
from orderloom.cli.opening import Stop
from orderloom.cli.progress import Bar
from orderloom.desk.entering import MAX_RECORDS

# The rows wait in memory until all of them are checked.
MAX_BYTES: Final = 64 * 1024 * 1024
MAX_ROWS: Final = MAX_RECORDS
DELIMITERS: Final = (",", ";", "\t")
_BOM: Final = b"\xef\xbb\xbf"


class Row(NamedTuple):
    """One row, and the line of the file that it begins in."""

    line: int
    cells: Cells


class Sheet(NamedTuple):
    """The rows of a file, and what is wrong with those that could not be taken apart, by line."""

    rows: list[Row]
    bad: dict[int, str]


def read_file(file: Path, known: Sequence[str], required: Sequence[Sequence[str]], bar: Bar) -> Sheet:
    """The rows of the file, read as `read` does. Raises Stop if they cannot be read."""
    size = file.stat().st_size
    if size > MAX_BYTES:
        raise Stop(f"{file} is longer than {MAX_BYTES} bytes.")
    bar.begin("Reading", size)
    with file.open("rb") as opened:
        try:
            return read(_lines(opened, bar.moved), known, required)
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
    """The rows in these lines, by the headings of the first one. Raises ValueError if they cannot be read.

    There have to be headings for each of the columns in `required`, or for one of them where they stand together.
    """
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
    return folded(re.sub(r"[\s_]", "", heading))
