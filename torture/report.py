"""The tables."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from torture.finding import Finding


def show(findings: Sequence[Finding], out: Console) -> None:
    """A table for each trial, and under it what is at fault."""
    for finding in findings:
        table = Table(title=finding.trial, title_justify="left", title_style="bold")
        table.add_column("what", no_wrap=True)
        table.add_column("how much", justify="right")
        for name, count in finding.counts.items():
            table.add_row(name, f"{count:,}" if isinstance(count, int) else str(count))
        table.add_row("faults", f"[red]{len(finding.faults)}[/red]" if finding.faults else "[green]none[/green]")
        out.print(table)
        for fault in finding.faults:
            out.print(f"  {fault}", style="red", markup=False, highlight=False)
