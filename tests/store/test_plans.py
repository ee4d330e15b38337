"""The plans of the statements that everybody runs all day."""

import json
from typing import Any

import pytest
from tests.given_books import Book

from orderloom.book.errors import OrderNotFound
from orderloom.store import orders

ROWS = 20_000


class Explaining:
    """Stands where a pool does and keeps the plans instead of the rows."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self.plans: list[dict[str, Any]] = []

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        text = await self._pool.fetchval(f"explain (analyze, format json) {query}", *args)
        self.plans.append(json.loads(text)[0]["Plan"])
        return []

    async def fetchrow(self, query: str, *args: Any) -> None:
        await self.fetch(query, *args)


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The plan and everything below it."""
    return [plan, *(node for part in plan.get("Plans", ()) for node in nodes(part))]


async def given_many_orders(book: Book) -> None:
    await book.desk.pool.execute(
        """insert into orders (tenant_id, code, code_number, type_id, kind, created_at, created_by, modified_at,
                               modified_by)
           select $1, 'ORD-' || n, n, t.id, t.kind, now() - n * interval '1 s', 'a', now(), 'a'
             from generate_series(1, $2::int) n, order_types t
            where t.tenant_id = $1 and t.code = 'support_request'""",
        book.tenant_id,
        ROWS,
    )
    await book.desk.pool.execute("analyze orders")


async def test_a_page_is_read_from_the_index_of_its_order_and_touches_only_its_own_rows(book: Book) -> None:
    await given_many_orders(book)
    db = Explaining(book.desk.pool)

    await orders.newest_heads(db, {}, book.tenant_id, limit=25, offset=0)  # type: ignore[arg-type]

    found = nodes(db.plans[0])
    assert "orders_newest_first" in {node.get("Index Name") for node in found}
    assert max(node["Actual Rows"] for node in found) <= 25
    assert not [node for node in found if node["Node Type"] == "Seq Scan" and node["Relation Name"] == "orders"]


async def test_one_order_is_one_look_into_the_index_of_codes(book: Book) -> None:
    await given_many_orders(book)
    db = Explaining(book.desk.pool)

    with pytest.raises(OrderNotFound):
        await orders.head_by_code(db, {}, book.tenant_id, "ORD-77")  # type: ignore[arg-type]

    found = nodes(db.plans[0])
    assert "orders_code_key" in {node.get("Index Name") for node in found}
    assert max(node["Actual Rows"] for node in found if node.get("Relation Name") == "orders") <= 1
