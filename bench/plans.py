"""How PostgreSQL finds a page of orders."""

import itertools
import re
from typing import Final

import asyncpg
import msgspec

from bench import statements
from bench.books import Book

INDEX: Final = "orders_newest_first"
AS_RUN: Final = "auto"
# PostgreSQL plans a prepared statement for its arguments each time, or after a few runs once for any, as it thinks
# cheaper. What it does is what counts; what it would do if told to plan once is worth knowing.
MODES: Final = (AS_RUN, "force_generic_plan")
RUNS_BEFORE: Final = 10

_ROWS: Final = re.compile(r"actual rows=([0-9.]+)")


class Plan(msgspec.Struct):
    """The plan of the page of a tenant with so many orders."""

    orders: int
    limit: int
    mode: str
    lines: list[str]

    @property
    def by_index(self) -> bool:
        """Whether the index gives the order: it is used, and no step touches more rows than the page has."""
        text = "\n".join(self.lines)
        most = max(float(rows) for rows in _ROWS.findall(text))
        return f"using {INDEX} on orders" in text and most <= self.limit


async def page_plans(url: str, book: Book, limit: int) -> list[Plan]:
    """The plans of the first page: the one that is run, and the one that any arguments would get."""
    connection = await asyncpg.connect(url, statement_cache_size=0)
    try:
        plans = []
        for mode in MODES:
            await connection.execute(f"set plan_cache_mode = {mode}")
            await connection.execute(f"prepare page(int) as {statements.page_of_orders(limit)}")
            page = f"execute page({book.tenant_id})"
            for _ in range(RUNS_BEFORE if mode == AS_RUN else 0):
                await connection.execute(page)
            rows = await connection.fetch(f"explain (analyze, costs off, timing off, summary off) {page}")
            await connection.execute("deallocate page")
            lines = itertools.takewhile(lambda line: not line.startswith("Planning"), (row[0] for row in rows))
            plans.append(Plan(book.orders, limit, mode, list(lines)))
        return plans
    finally:
        await connection.close()
