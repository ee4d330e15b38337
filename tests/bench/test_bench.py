"""The bench runs from start to end; what it measures here says nothing, as it measures for moments only."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

ROWS = (
    "one order by code",
    "a page of 25 orders",
    "creating an order",
    "changing an order",
    "changing, floor overwrites blindly",
    "one InTouch item",
    "a page of 100 InTouch items",
    "a list of 25 iinsight purchase orders",
    "creating an InTouch item",
    "creating an item, floor inserts only",
    "one Extensiv purchase order (HAL)",
    "a page of 100 purchase orders with lines",
    "a filtered and sorted page of 25",
    "creating a purchase order with 3 lines",
    "replacing a purchase order with If-Match",
    "one Synergist purchase (details)",
    "a page of 100 Synergist purchases",
    "Synergist purchases, filtered and sorted: 25",
    "updating a Synergist estimate",
    "one order whole, over /v1",
    "a page of 100 orders with lines, over /v1",
    "creating an order with 3 lines, over /v1",
    "changing notes and a line, over /v1",
)
SEARCHES = (
    "one rare word",
    "two words",
    "the beginning of a word",
    "a very common word",
    "a word that nothing has",
    "all, as they are mixed",
)
TINY = (
    *("--rounds", "1", "--seconds", "0.2", "--connections", "2", "--workers", "1"),
    *("--memory-seconds", "0.1", "--rows", "3000", "--orders", "100"),
)


def test_the_bench_prints_every_row_and_keeps_every_round(tmp_path: Path) -> None:
    out, docs = tmp_path / "results" / "found.json", tmp_path / "docs"
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-m", "bench", *TINY, "--out", str(out), "--docs", str(docs)],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    found = json.loads(out.read_text())
    assert [each["question"]["title"] for each in found["measurements"]] == list(ROWS)
    for each in found["measurements"]:
        assert each["question"]["title"] in run.stdout
        (only,) = each["result"]["rounds"]
        assert only["base"]["requests"] > 0
        assert only["ours"]["requests"] > 0
        assert each["median"]["errors"] == []
    assert "Memory of a worker" in run.stdout
    assert found["memory"]["workers"][0]["rss_mib"] > 1
    assert "The first page of 3,000 orders, as it is run: served by the index" in run.stdout
    assert found["listing"]["median"]["cost"] > 0
    assert "Filters of purchases" in run.stdout
    found_by = {(each["face"], each["name"]): each["total"] for each in found["filters"]}
    assert found_by["extensiv", "all"] >= 3000
    assert found_by["synergist", "all"] >= 3000
    assert found_by["synergist", "uuid"] == 1
    assert "Updates of 3,000 Synergist purchases in one call" in run.stdout
    assert found["bulk"]["failure"] == ""
    assert found["bulk"]["median"]["per_second"] > 0
    assert "Entering orders over /v1" in run.stdout
    (entering,) = found["own_bulk"]["runs"]
    assert entering["failure"] == ""
    assert entering["orders"] >= 500 * 4
    assert [each["name"] for each in found["searches"]] == list(SEARCHES)
    for each in found["searches"]:
        assert each["median"]["failure"] == ""
        assert each["median"]["p99_ms"] >= each["median"]["p50_ms"] > 0
    _check_docs(docs)
    assert {"python", "granian", "asyncpg", "postgresql", "cpus"} <= found["machine"].keys()


def _check_docs(docs: Path) -> None:
    page = (docs / "README.md").read_text()
    for name in (*ROWS, *SEARCHES, "Many orders in one call"):
        assert name in page
    assert "(shares.svg)" in page
    picture = Xml.fromstring((docs / "shares.svg").read_text())  # noqa: S314 - it is ours
    said = picture.findtext("{http://www.w3.org/2000/svg}desc") or ""
    for name in ROWS:
        assert f"{name}: " in said
