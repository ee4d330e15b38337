"""The tables."""

from statistics import median

from rich.console import Console
from rich.table import Table

from bench import bulk_own, searches
from bench.bulk import TARGET_PER_S, Bulk
from bench.bulk_own import OwnBulk
from bench.filters import Finding
from bench.plans import AS_RUN
from bench.results import LIST_TARGET, MEMORY_TARGET_MIB, Listing, Measurement, Memory, Results
from bench.searches import Searched

WIDTH = 150
BUSY = 0.9


def show(results: Results, out: Console) -> None:
    """Print everything that was found."""
    facts = results.machine
    out.print(
        f"Orderloom {facts['orderloom']}, Python {facts['python']}, Granian {facts['granian']}, "
        f"asyncpg {facts['asyncpg']}, PostgreSQL {facts['postgresql']} (fsync {facts['fsync']}, "
        f"{facts['sync_ms']} ms each), {facts['cpus']} cores; {results.effort.rounds} rounds of "
        f"{results.effort.seconds:g} s, {results.effort.connections} connections",
        highlight=False,
    )
    if results.measurements:
        out.print(_shares(results.measurements))
        _warn_of_a_busy_load(results.measurements, out)
    if results.memory:
        out.print(_memory(results.memory))
    if results.listing:
        out.print(_listing(results.listing))
        _plans(results.listing, out)
    if results.bulk:
        out.print(_bulk(results.bulk))
    if results.own_bulk:
        out.print(_own_bulk(results.own_bulk))
    if results.searches:
        out.print(_searches(results.searches))
    if results.filters:
        out.print(_filters(results.filters))
        for each in results.filters:
            out.print(f"\n[bold]{each.face}: {each.name}[/bold]", highlight=False)
            out.print("\n".join(each.lines), markup=False, highlight=False, soft_wrap=True)


def _filters(filters: list[Finding]) -> Table:
    table = _table("Filters of purchases: a page of 100 and the total", "face", "filter", "found", "p50 ms")
    table.columns[1].justify = "left"
    table.add_column("by index", justify="right")
    for each in filters:
        table.add_row(each.face, each.name, f"{each.total:,}", f"{each.ms:.2f}", _verdict(each.by_index))
    return table


def _shares(measurements: list[Measurement]) -> Table:
    table = _table("Orderloom beside the floor (medians)", "measurement", "workers", "floor req/s", "Orderloom req/s")
    for name in ("share", "target", "reached", "floor p50/p99 ms", "Orderloom p50/p99 ms", "errors"):
        table.add_column(name, justify="right" if name != "errors" else "left")
    for each in measurements:
        found = each.result
        table.add_row(
            each.question.title,
            str(each.workers),
            f"{found.base('per_second'):,.0f}",
            f"{found.ours('per_second'):,.0f}",
            _percent(found.share),
            _percent(each.target),
            _verdict(each.reached),
            f"{found.base('p50_ms'):.2f} / {found.base('p99_ms'):.2f}",
            f"{found.ours('p50_ms'):.2f} / {found.ours('p99_ms'):.2f}",
            _errors(found.errors, ("floor", "Orderloom")),
        )
    return table


def _memory(memory: Memory) -> Table:
    title = f"Memory of a worker after {memory.seconds:.0f} s of mixed load ({memory.requests:,} requests)"
    table = _table(title, "worker", "RSS MiB", "PSS MiB", "target", "reached", "errors")
    for number, held in enumerate(memory.workers, start=1):
        pss = "" if held.pss_mib is None else f"{held.pss_mib:.1f}"
        verdict = _verdict(memory.reached)
        table.add_row(str(number), f"{held.rss_mib:.1f}", pss, f"< {MEMORY_TARGET_MIB:g}", verdict, memory.failure)
    if not memory.workers:
        table.add_row("", "", "", "", "", memory.failure or "no worker was found")
    return table


def _bulk(bulk: Bulk) -> Table:
    title = f"Updates of {bulk.records:,} Synergist purchases in one call ({len(bulk.seconds)} calls)"
    table = _table(title, "records/s", "target", "reached", "median s", "fastest s", "slowest s", "errors")
    table.columns[0].justify = "right"
    figures = [f"{pick(bulk.seconds):.2f}" if bulk.seconds else "" for pick in (median, min, max)]
    rate = "" if bulk.per_second is None else f"{bulk.per_second:,.0f}"
    table.add_row(rate, f"≥ {TARGET_PER_S:,.0f}", _verdict(bulk.reached), *figures, _failed(bulk.failure))
    return table


def _own_bulk(bulk: OwnBulk) -> Table:
    title = (
        f"Entering orders over /v1, {bulk.orders_each} with 3 lines a call, from {bulk.callers} connections "
        f"at once, {bulk.workers} workers"
    )
    table = _table(title, "orders/s", "target", "reached", "call p50 ms", "call p99 ms", "cpu of the load", "errors")
    table.columns[0].justify = "right"
    rate = "" if bulk.per_second is None else f"{bulk.per_second:,.0f}"
    cpu = _percent(median(each.cpu for each in bulk.runs)) if bulk.runs else ""
    calls = f"{bulk.call_ms(0.5):.0f}", f"{bulk.call_ms(0.99):.0f}"
    target = f"≥ {bulk_own.TARGET_PER_S:,.0f}"
    table.add_row(rate, target, _verdict(bulk.reached), *calls, cpu, _failed(bulk.failure))
    return table


def _searches(found: list[Searched]) -> Table:
    title = "Searching the orders over /v1, one query after the other"
    table = _table(title, "what is searched for", "p50 ms", "p99 ms", "target", "reached", "errors")
    for each in found:
        target = f"p50 < {searches.TARGET_MS:g}" if each.is_mix else ""
        times = f"{each.figure('p50_ms'):.2f}", f"{each.figure('p99_ms'):.2f}"
        table.add_row(each.name, *times, target, _verdict(each.reached), _failed(each.failure))
    return table


def _failed(words: str) -> str:
    return f"[red]{words.replace('[', '(')}[/red]" if words else ""


def _listing(listing: Listing) -> Table:
    title = f"The first page of {listing.page_size} from a small book and a large one"
    table = _table(title, "orders in the book", "req/s", "p50 ms", "p99 ms", "cost", "target", "reached", "errors")
    found = listing.result
    base = (f"{found.base('per_second'):,.0f}", f"{found.base('p50_ms'):.2f}", f"{found.base('p99_ms'):.2f}")
    ours = (f"{found.ours('per_second'):,.0f}", f"{found.ours('p50_ms'):.2f}", f"{found.ours('p99_ms'):.2f}")
    cost = "" if listing.cost is None else f"{listing.cost:.2f}"
    table.add_row(f"{listing.small:,}", *base, "1", "", "", "")
    words = _errors(found.errors, (f"{listing.small:,}", f"{listing.large:,}"))
    table.add_row(f"{listing.large:,}", *ours, cost, f"≤ {LIST_TARGET:g}", _verdict(listing.reached), words)
    return table


def _plans(listing: Listing, out: Console) -> None:
    for plan in listing.plans:
        served = "served by the index" if plan.by_index else "not served by the index"
        how = "as it is run" if plan.mode == AS_RUN else "were it planned once for any arguments"
        out.print(f"\nThe first page of {plan.orders:,} orders, {how}: [bold]{served}[/bold]", highlight=False)
        if plan.mode == AS_RUN:
            out.print("\n".join(plan.lines), markup=False, highlight=False, soft_wrap=True)


def _warn_of_a_busy_load(measurements: list[Measurement], out: Console) -> None:
    busy = [each for each in measurements if max(each.result.base("cpu"), each.result.ours("cpu")) > BUSY]
    for each in busy:
        words = f"{each.question.title}, {each.workers} workers"
        out.print(f"[yellow]The load itself took a whole core in: {words}; the share says too much there.[/yellow]")


def _table(title: str, first: str, *numbers: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", min_width=len(title))
    table.add_column(first)
    for name in numbers:
        table.add_column(name, justify="right" if name != "errors" else "left")
    return table


def _percent(part: float | None) -> str:
    return "" if part is None else f"{part * 100:.0f} %"


def _verdict(reached: bool | None) -> str:
    return "" if reached is None else "[green]yes[/green]" if reached else "[red]no[/red]"


def _errors(words: list[str], names: tuple[str, str]) -> str:
    named = [each.replace("base:", f"{names[0]}:", 1).replace("ours:", f"{names[1]}:", 1) for each in words]
    return "\n".join(f"[red]{each.replace('[', '(')}[/red]" for each in named)
