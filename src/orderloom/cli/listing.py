"""Lists: a table for people, tab-separated lines for programs."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from orderloom.book.lists import Cut, Page

T = TypeVar("T")

# More than this nobody reads, and a program asks a face.
PAGE: Final = 1000
CUT: Final = Cut(PAGE)


def show(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print the rows: drawn on a terminal; whole, one a line and without headings, into a pipe or file."""
    if not sys.stdout.isatty():
        for row in rows:
            sys.stdout.write("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) + "\n")
        return
    table = Table(*headings)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def show_page(headings: Sequence[str], page: Page[T], row: Callable[[T], Sequence[str]]) -> None:
    """Print the page, and say so if there is more than it holds."""
    show(headings, map(row, page.records))
    if page.total > len(page.records):
        typer.echo(f"Only the first {len(page.records)} of {page.total} are shown.", err=True)


def yes(flag: bool) -> str:
    """A flag as a cell."""
    return "yes" if flag else ""
