"""Lists: a table for people, tab-separated lines for programs."""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orderloom.book.lists import Cut, Page

T = TypeVar("T")

# More than this nobody reads, and a program asks a face.
PAGE: Final = 1000
CUT: Final = Cut(PAGE)
# What moves a terminal's cursor or colours it, and what a program takes for the end of a cell or a line.
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def show(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print the rows: drawn on a terminal; whole, one a line and without headings, into a pipe or file."""
    if not sys.stdout.isatty():
        for row in rows:
            sys.stdout.write("\t".join(map(_plain, row)) + "\n")
        return
    table = Table(*headings)
    for row in rows:
        # As a mere string a cell would be markup: what stands in square brackets would colour the rest, or be wrong.
        table.add_row(*(Text(_plain(cell)) for cell in row))
    Console().print(table)


def show_page(headings: Sequence[str], page: Page[T], row: Callable[[T], Sequence[str]]) -> None:
    """Print the page, and say so if there is more than it holds."""
    show(headings, map(row, page.records))
    if page.total > len(page.records):
        _tell_of_more(f"{len(page.records)} of {page.total}")


def show_first(headings: Sequence[str], records: Sequence[T], row: Callable[[T], Sequence[str]]) -> None:
    """The same for a list that is not counted: print the first PAGE of the records, and say so if there are more."""
    show(headings, map(row, records[:PAGE]))
    if len(records) > PAGE:
        _tell_of_more(str(PAGE))


def _tell_of_more(shown: str) -> None:
    typer.echo(f"Only the first {shown} are shown.", err=True)


def _plain(cell: str) -> str:
    return _CONTROLS.sub(" ", cell)


def yes(flag: bool) -> str:
    """A flag as a cell."""
    return "yes" if flag else ""
