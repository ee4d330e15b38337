"""Lists: a table for people, tab-separated lines for programs."""

import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table


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
