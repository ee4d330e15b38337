"""How far a long command got."""

import sys
from dataclasses import dataclass, field
from typing import Annotated, Self

import typer
from rich.console import Console
from rich.progress import Progress, TaskID


@dataclass
class Bar:
    """A bar on a terminal that shows how far it got; nothing elsewhere."""

    progress: Progress = field(
        default_factory=lambda: Progress(console=Console(stderr=True), disable=not sys.stderr.isatty())
    )
    task: TaskID | None = None

    def __enter__(self) -> Self:
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


Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing of how far it got.")]


@dataclass
class Steps(Bar):
    """The same, and elsewhere a line for each part that is done, unless nothing is to be said."""

    quiet: bool = False

    def __post_init__(self) -> None:
        self._lines = self.progress.disable and not self.quiet
        if self.quiet:
            self.progress.disable = True

    def done(self, line: str) -> None:
        """Tell of a part that is done."""
        if self._lines:
            typer.echo(line, err=True)
