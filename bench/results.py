"""What a whole run found, and the file that keeps it."""

import os
import platform
import statistics
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import asyncpg
import msgspec

from bench.bulk import Bulk
from bench.bulk_own import OwnBulk
from bench.filters import Finding
from bench.memory import Held
from bench.plans import AS_RUN, Plan
from bench.rounds import Effort, Rounds
from bench.searches import Searched

MEMORY_TARGET_MIB: Final = 120.0
LIST_TARGET: Final = 1.5
_SYNCS: Final = 50


class Question(msgspec.Struct, frozen=True):
    """One comparison with the floor; `target` is the share to reach with one worker, None where it is information."""

    kind: str
    title: str
    target: float | None


QUESTIONS: Final = (
    Question("read", "one order by code", 0.60),
    Question("page", "a page of 25 orders", 0.75),
    Question("create", "creating an order", 0.60),
    Question("change", "changing an order", 0.60),
    # Orderloom reads an order, decides, and writes what it decided; this floor overwrites without a look.
    Question("overwrite", "changing, floor overwrites blindly", None),
    Question("item", "one InTouch item", 0.60),
    Question("items", "a page of 100 InTouch items", 0.75),
    Question("purchases", "a list of 25 iinsight purchase orders", 0.75),
    Question("enter_item", "creating an InTouch item", 0.60),
    # This floor leaves out the order's next version too: it inserts the line and nothing else.
    Question("insert_item", "creating an item, floor inserts only", None),
)

# Asked of a large book of purchases with three lines each.
PURCHASE_QUESTIONS: Final = (
    Question("po", "one Extensiv purchase order (HAL)", 0.60),
    Question("pos", "a page of 100 purchase orders with lines", 0.75),
    Question("po_search", "a filtered and sorted page of 25", 0.75),
    Question("create_po", "creating a purchase order with 3 lines", 0.60),
    Question("put_po", "replacing a purchase order with If-Match", 0.60),
    Question("costed", "one Synergist purchase (details)", 0.60),
    Question("costed_page", "a page of 100 Synergist purchases", 0.75),
    Question("costed_search", "Synergist purchases, filtered and sorted: 25", 0.75),
    Question("costed_update", "updating a Synergist estimate", 0.60),
)

# Asked of the same book through our own API.
OWN_QUESTIONS: Final = (
    Question("own", "one order whole, over /v1", 0.60),
    Question("own_page", "a page of 100 orders with lines, over /v1", 0.75),
    Question("own_create", "creating an order with 3 lines, over /v1", 0.60),
    Question("own_patch", "changing notes and a line, over /v1", 0.60),
)


class Measurement(msgspec.Struct):
    """The answer to a question for a number of workers."""

    question: Question
    workers: int
    result: Rounds

    @property
    def target(self) -> float | None:
        """The share to reach; promised for one worker only."""
        return self.question.target if self.workers == 1 else None

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None where nothing can be said."""
        share = self.result.share
        return None if share is None or self.target is None else share >= self.target


class Memory(msgspec.Struct):
    """What one worker holds after so many seconds of mixed load."""

    seconds: float
    requests: int
    workers: list[Held]
    failure: str

    @property
    def reached(self) -> bool | None:
        """Whether every worker stays below the target; None if there was no load."""
        if self.failure or not self.workers:
            return None
        return all(each.rss_mib < MEMORY_TARGET_MIB for each in self.workers)


class Listing(msgspec.Struct):
    """The first page of a small book (the base) beside the same page of a large one."""

    small: int
    large: int
    page_size: int
    result: Rounds
    plans: list[Plan]

    @property
    def cost(self) -> float | None:
        """How many times the time of a small book's page a large book's takes."""
        share = self.result.share
        return 1 / share if share else None

    @property
    def reached(self) -> bool | None:
        """Whether the two cost the same and the index serves the large one."""
        cost = self.cost
        if cost is None:
            return None
        index = all(plan.by_index for plan in self.plans if plan.orders == self.large and plan.mode == AS_RUN)
        return 1 / LIST_TARGET <= cost <= LIST_TARGET and index


class Results(msgspec.Struct):
    """Everything, filled in as it is found."""

    began_at: str
    machine: dict[str, Any]
    effort: Effort
    rows: int
    measurements: list[Measurement] = []
    memory: Memory | None = None
    listing: Listing | None = None
    bulk: Bulk | None = None
    filters: list[Finding] = []
    own_bulk: OwnBulk | None = None
    searches: list[Searched] = []


async def machine(url: str, folder: Path) -> dict[str, Any]:
    """What the figures depend on: versions, cores, and how long the disk takes to make a write durable."""
    connection = await asyncpg.connect(url)
    try:
        postgres = await connection.fetchval("show server_version")
        fsync = await connection.fetchval("show fsync")
    finally:
        await connection.close()
    packages = {name: version(name) for name in ("orderloom", "granian", "asyncpg", "msgspec", "uvloop")}
    return {
        "python": platform.python_version(),
        "postgresql": postgres,
        "fsync": fsync,
        **packages,
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "processor": _processor(),
        "load_before": [round(each, 2) for each in os.getloadavg()],
        "sync_ms": round(_sync_ms(folder), 3),
    }


def _processor() -> str:
    """What the processor calls itself, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.machine()


def write(results: Results, path: Path) -> None:
    """Write the JSON file: every round, and the medians beside them."""
    document = msgspec.to_builtins(results)
    for plain, found in zip(document["measurements"], results.measurements, strict=True):
        plain["median"] = _medians(found.result, ("floor", "orderloom")) | {"reached": found.reached}
    if results.memory:
        document["memory"]["reached"] = results.memory.reached
    if results.listing:
        told = {"cost": results.listing.cost, "reached": results.listing.reached}
        document["listing"]["median"] = _medians(results.listing.result, ("small", "large")) | told
    if results.bulk:
        told = {"per_second": results.bulk.per_second, "reached": results.bulk.reached}
        document["bulk"]["median"] = told
    if results.own_bulk:
        bulk = results.own_bulk
        document["own_bulk"]["median"] = {"per_second": bulk.per_second, "reached": bulk.reached}
    for plain, search in zip(document["searches"], results.searches, strict=True):
        figures = {figure: search.figure(figure) for figure in ("p50_ms", "p99_ms", "per_second")}
        plain["median"] = figures | {"reached": search.reached, "failure": search.failure}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")


def _medians(result: Rounds, names: Sequence[str]) -> dict[str, Any]:
    figures = ("per_second", "p50_ms", "p99_ms", "cpu")
    base = {figure: result.base(figure) for figure in figures}
    ours = {figure: result.ours(figure) for figure in figures}
    return {names[0]: base, names[1]: ours, "share": result.share, "errors": result.errors}


def _sync_ms(folder: Path) -> float:
    times = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(_SYNCS):
            file.write(bytes(8192))
            began_at = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began_at)
    return statistics.median(times) * 1000
