"""What a run found as pages for readers: tables in Markdown and a picture. No names or paths of the machine."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from bench import bulk, bulk_own, picture, searches
from bench.results import LIST_TARGET, MEMORY_TARGET_MIB, Measurement, Results

PAGE: Final = "README.md"
PICTURE: Final = "shares.svg"
Row = Sequence[str]


def write(results: Results, folder: Path) -> None:
    """Write the page, and the picture that it shows if there is anything to see on it."""
    folder.mkdir(parents=True, exist_ok=True)
    bars = [bar for bar in map(_bar, results.measurements) if bar is not None]
    if bars:
        (folder / PICTURE).write_text(picture.drawn(bars), encoding="utf-8")
    (folder / PAGE).write_text("\n".join(_page(results, shows=bool(bars))), encoding="utf-8")


def _bar(measurement: Measurement) -> picture.Bar | None:
    """Of one worker alone: only there a target was set."""
    share = measurement.result.share
    if share is None or measurement.workers != 1:
        return None
    return picture.Bar(measurement.question.title, share, measurement.target)


def _page(results: Results, *, shows: bool) -> Iterable[str]:
    yield "# How fast Orderloom is\n"
    yield "Written by `make bench`, which measures all of this again on any machine, and never changed by hand.\n"
    yield from _circumstances(results)
    if results.measurements:
        yield from _shares(results, shows=shows)
    yield from _our_own(results)
    yield from _rest(results)
    yield "## How to repeat it\n"
    yield "```\nmake bench                              # everything, about 45 minutes; writes this folder anew"
    yield "python -m bench --quick                 # a first look in a few minutes, shown only"
    yield "python -m bench --only own --only own_page --docs docs/benchmarks\n```\n"
    yield "[bench/README.md](../../bench/README.md) tells what the floor is and how to read the figures. Every round"
    yield "is in `bench/results/latest.json` afterwards.\n"


def _circumstances(results: Results) -> Iterable[str]:
    facts, effort = results.machine, results.effort
    yield "## What was measured, and on what\n"
    yield from _table(
        ("", ""),
        (
            ("Date", results.began_at[:10]),
            ("Orderloom", facts["orderloom"]),
            ("Machine", f"{facts['cpus']} cores ({facts['processor']}), {facts['system']}"),
            ("PostgreSQL", f"{facts['postgresql']}, fsync {facts['fsync']}, {facts['sync_ms']} ms for 8 KiB"),
            ("Python", f"{facts['python']}, Granian {facts['granian']}, asyncpg {facts['asyncpg']}"),
            ("Effort", f"{effort.rounds} rounds of {effort.seconds:g} s a side, {effort.connections} connections"),
            ("Large book", f"{results.rows:,} orders with three lines and a costing each"),
            ("Load before", f"{facts['load_before'][0]:g} processes were running or waiting in the minute before"),
        ),
    )
    yield "Load, server and PostgreSQL share the cores.\n"


def _shares(results: Results, *, shows: bool) -> Iterable[str]:
    yield "## Orderloom beside its floor\n"
    yield "The floor is a bare function on the same server that sends the same statements and answers the same JSON,"
    yield "without users, checks or events. The share of its speed that Orderloom reaches says what those cost.\n"
    if shows:
        yield f"![Orderloom's share of the floor in each measurement, as in the table below]({PICTURE})\n"
    heads = ("Measurement", "Workers", "Floor, req/s", "Orderloom, req/s", "Share", "Target", "Reached")
    yield from _table((*heads, "Floor p50 / p99, ms", "Orderloom p50 / p99, ms"), map(_share, results.measurements))
    failed = [f"* {each.question.title}: {word}" for each in results.measurements for word in each.result.errors]
    if failed:
        yield "What was answered with anything but a success (`base` is the floor):\n"
        yield from failed
        yield ""


def _share(each: Measurement) -> Row:
    found = each.result
    return (
        each.question.title,
        str(each.workers),
        f"{found.base('per_second'):,.0f}",
        f"{found.ours('per_second'):,.0f}",
        _percent(found.share),
        _percent(each.target),
        _verdict(each.reached),
        f"{found.base('p50_ms'):.2f} / {found.base('p99_ms'):.2f}",
        f"{found.ours('p50_ms'):.2f} / {found.ours('p99_ms'):.2f}",
    )


def _our_own(results: Results) -> Iterable[str]:
    if found := results.own_bulk:
        yield "## Many orders in one call of `/v1`\n"
        yield f"`POST /v1/orders/bulk` with {found.orders_each} orders of three lines each, from {found.callers}"
        yield f"connections at once, with {found.workers} workers. The load took"
        yield f"{median(each.cpu for each in found.runs) * 100:.0f} % of a core.\n"
        calls = f"{found.call_ms(0.5):,.0f} / {found.call_ms(0.99):,.0f}"
        rate = _number(found.per_second)
        row = (rate, f"≥ {bulk_own.TARGET_PER_S:,.0f}", _verdict(found.reached), calls)
        yield from _table(("Orders a second", "Target", "Reached", "A call p50 / p99, ms"), (row,))
        yield from _failure(found.failure)
    if results.searches:
        yield "## Searching the orders over `/v1`\n"
        yield f"`GET /v1/orders?search=…` among {results.rows:,} orders with titles in English, Czech and Russian: the"
        yield "newest 25 orders with their lines. Timed at the client, one query after the other.\n"
        target = f"p50 < {searches.TARGET_MS:g} ms"
        heads = ("What is searched for", "p50, ms", "p99, ms", "Target", "Reached")
        yield from _table(
            heads,
            (
                (
                    each.name,
                    f"{each.figure('p50_ms'):.2f}",
                    f"{each.figure('p99_ms'):.2f}",
                    target if each.is_mix else "",
                    _verdict(each.reached),
                )
                for each in results.searches
            ),
        )
        yield from _failure(next((each.failure for each in results.searches if each.failure), ""))


def _rest(results: Results) -> Iterable[str]:
    rows = []
    if (found := results.bulk) is not None:
        name = f"Updating {found.records:,} Synergist purchases in one call, records a second"
        rows.append((name, _number(found.per_second), f"≥ {bulk.TARGET_PER_S:,.0f}", _verdict(found.reached)))
    if (held := results.memory) is not None and held.workers:
        name = f"Memory of a worker after {held.seconds:.0f} s of mixed load, MiB"
        most = max(each.rss_mib for each in held.workers)
        rows.append((name, f"{most:.1f}", f"< {MEMORY_TARGET_MIB:g}", _verdict(held.reached)))
    if (listing := results.listing) is not None:
        name = f"The first page of {listing.large:,} orders, in times of that of {listing.small}"
        cost = "" if listing.cost is None else f"{listing.cost:.2f}"
        rows.append((name, cost, f"≤ {LIST_TARGET:g}", _verdict(listing.reached)))
    if rows:
        yield "## Besides\n"
        yield from _table(("Measurement", "Found", "Target", "Reached"), rows)
    if results.filters:
        yield "## Filters that users write all day\n"
        yield "The time of a page of 100 and the total, as the database answers it.\n"
        heads = ("Face", "Filter", "Found", "p50, ms", "By index")
        yield from _table(
            heads,
            (
                (each.face, each.name, f"{each.total:,}", f"{each.ms:.2f}", _verdict(each.by_index))
                for each in results.filters
            ),
        )


def _table(heads: Row, rows: Iterable[Row]) -> Iterable[str]:
    """The first column to the left, numbers to the right."""
    yield f"| {' | '.join(heads)} |"
    yield f"|---|{'---:|' * (len(heads) - 1)}" if heads[0] else f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
    yield ""


def _failure(words: str) -> Iterable[str]:
    if words:
        yield f"It did not run to its end: {words}\n"


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:,.0f}"


def _percent(part: float | None) -> str:
    return "" if part is None else f"{part * 100:.0f} %"


def _verdict(reached: bool | None) -> str:
    return "" if reached is None else "yes" if reached else "**no**"
