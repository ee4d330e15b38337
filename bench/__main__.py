"""`python -m bench`: measure everything, print tables, write a JSON file. A target that is missed is no failure."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from bench import (
    books,
    bulk,
    bulk_own,
    filters,
    memory,
    published,
    purchases,
    report,
    results,
    rounds,
    searches,
    servers,
)
from bench.plans import page_plans
from bench.rounds import Aim, Effort
from bench.scene import Scene

HOST: Final = "bench.test"
SMALL: Final = 10
LIST_PAGE: Final = 10
KINDS: Final = tuple(
    question.kind for question in (*results.QUESTIONS, *results.PURCHASE_QUESTIONS, *results.OWN_QUESTIONS)
)
# What else can be measured, the latter of the large book of purchases.
ASKED_OF_PURCHASES: Final = ("bulk", "filters", "own_search", "own_bulk")
APART: Final = ("memory", "list", *ASKED_OF_PURCHASES)
# Requests of a caller of our own API are counted as ever, but nobody is refused.
UNBRAKED: Final = ("--v1-rate-limit", "1000000000")
QUICK: Final = {"rounds": 3, "seconds": 0.5, "memory_seconds": 3.0, "rows": 100_000}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked = _asked(arguments)
    out = Console(width=None if sys.stdout.isatty() else report.WIDTH)
    try:
        found = _measure(asked, out)
    except servers.CannotStart as error:
        sys.exit(f"cannot measure: {error}")
    report.show(found, out)
    results.write(found, asked.out)
    if asked.docs:
        published.write(found, asked.docs)
    out.print(f"\nEvery round is in {asked.out}", highlight=False)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a first look in a few minutes")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each side in each round")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=_numbers, default=[1, 2], help="numbers of workers, separated by commas")
    parser.add_argument("--memory-seconds", type=float, default=60.0, help="of mixed load before memory is looked at")
    parser.add_argument("--rows", type=int, default=1_000_000, help="orders in the large book")
    parser.add_argument("--orders", type=int, default=10_000, help="orders in the book that is read and changed")
    parser.add_argument("--only", action="append", choices=[*KINDS, *APART], help="may be repeated")
    parser.add_argument("--out", type=Path, default=Path("bench/results/latest.json"))
    parser.add_argument("--docs", type=Path, help="folder to write the tables and a picture to, for readers")
    given = sys.argv[1:] if arguments is None else arguments
    if "--quick" in given:
        parser.set_defaults(**QUICK)
    return parser.parse_args(given)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _measure(asked: argparse.Namespace, out: Console) -> results.Results:
    wanted = asked.only or [*KINDS, *APART]
    effort = Effort(max(1, asked.rounds), asked.seconds, asked.connections)
    with books.database() as (url, folder):
        found = results.Results(
            datetime.now(UTC).isoformat(timespec="seconds"),
            asyncio.run(results.machine(url, folder)),
            effort,
            asked.rows,
        )
        book = asyncio.run(books.enter_book(url, HOST, asked.orders, everything=True))
        questions = [question for question in results.QUESTIONS if question.kind in wanted]
        for workers in asked.workers if questions else ():
            _compare(found, questions, workers, (url, folder, book), out)
        if "memory" in wanted or "list" in wanted:
            with servers.orderloom(url, 1, folder) as ours:
                if "memory" in wanted:
                    found.memory = _memory(ours, book, effort._replace(seconds=asked.memory_seconds))
                if "list" in wanted:
                    found.listing = _listing(ours, url, asked.rows, effort)
        _purchases(found, wanted, asked.rows, (url, folder), out)
    return found


def _purchases(found: results.Results, wanted: Sequence[str], rows: int, where: tuple[str, Path], out: Console) -> None:
    """What is asked of a large book of purchases."""
    questions = [question for question in results.PURCHASE_QUESTIONS if question.kind in wanted]
    own = [question for question in results.OWN_QUESTIONS if question.kind in wanted]
    if not questions and not own and not set(ASKED_OF_PURCHASES).intersection(wanted):
        return
    url, folder = where
    tenant_id = asyncio.run(purchases.enter_book(url, "purchases.test", rows))
    book = books.Book(tenant_id, "purchases.test", rows)
    if questions:
        _compare(found, questions, 1, (url, folder, book), out)
    if "bulk" in wanted:
        with servers.orderloom(url, 1, folder) as ours:
            found.bulk = bulk.measure(ours.port, Scene(book.host, book.orders), found.effort.rounds)
    if "filters" in wanted:
        found.filters = asyncio.run(filters.find(url, tenant_id))
    if own:
        _compare(found, own, 1, (url, folder, book), out, *UNBRAKED)
    scene = Scene(book.host, book.orders)
    if "own_search" in wanted:
        with servers.orderloom(url, 1, folder, *UNBRAKED) as ours:
            found.searches = searches.measure(Aim(ours.port, scene), found.effort)
    if "own_bulk" in wanted:
        with servers.orderloom(url, bulk_own.WORKERS, folder, *UNBRAKED) as ours:
            found.own_bulk = bulk_own.measure(ours.port, scene, found.effort.rounds, found.effort.seconds)


def _compare(
    found: results.Results,
    questions: Sequence[results.Question],
    workers: int,
    where: tuple[str, Path, books.Book],
    out: Console,
    *options: str,
) -> None:
    url, folder, book = where
    scene = Scene(book.host, book.orders)
    with (
        servers.floor(url, book.tenant_id, workers, folder) as floor,
        servers.orderloom(url, workers, folder, *options) as ours,
    ):
        for question in questions:
            result = rounds.alternate(question.kind, Aim(floor.port, scene), Aim(ours.port, scene), found.effort)
            found.measurements.append(results.Measurement(question, workers, result))
            share = "no figure" if result.share is None else f"{result.share * 100:.0f} %"
            out.print(f"{question.title}, workers {workers}: {share} of the floor", highlight=False)


def _memory(ours: servers.Served, book: books.Book, effort: Effort) -> results.Memory:
    shot = rounds.shoot("mixed", Aim(ours.port, Scene(book.host, book.orders)), effort)
    failure = shot.failure or ", ".join(f"{what} x{count}" for what, count in shot.errors.items())
    return results.Memory(shot.seconds, shot.requests, memory.of_workers(ours.pid), failure)


def _listing(ours: servers.Served, url: str, rows: int, effort: Effort) -> results.Listing:
    small = asyncio.run(books.enter_book(url, "small.test", SMALL))
    large = asyncio.run(books.enter_book(url, "large.test", rows))
    near, far = (Aim(ours.port, Scene(book.host, book.orders, LIST_PAGE)) for book in (small, large))
    result = rounds.alternate("page", near, far, effort)
    plans = [plan for book in (small, large) for plan in asyncio.run(page_plans(url, book, LIST_PAGE))]
    return results.Listing(small.orders, large.orders, LIST_PAGE, result, plans)


if __name__ == "__main__":
    main()
