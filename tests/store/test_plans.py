"""The plans of the statements that everybody runs all day."""

import json
from typing import Any

import pytest
from tests.given_books import Book

from orderloom.book.errors import CaseNotFound, OrderNotFound
from orderloom.book.lists import Cut, Leftover, Sort
from orderloom.store import cases, lines, orders

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


async def given_many_orders(book: Book, order_type: str = "support_request") -> None:
    await book.desk.pool.execute(
        """insert into orders (tenant_id, code, code_number, type_id, kind, created_at, created_by, modified_at,
                               modified_by)
           select $1, 'ORD-' || n, n, t.id, t.kind, now() - n * interval '1 s', 'a', now(), 'a'
             from generate_series(1, $2::int) n, order_types t
            where t.tenant_id = $1 and t.code = $3""",
        book.tenant_id,
        ROWS,
        order_type,
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


async def test_the_latest_changes_are_read_from_the_index_of_changes(book: Book) -> None:
    await given_many_orders(book)
    db = Explaining(book.desk.pool)

    with pytest.raises(IndexError):
        await orders.page(
            db,
            {},
            book.tenant_id,
            type_number=None,
            up_to=None,
            sort=Sort(("modified_at",), descending=True),
            cut=Cut(20),
        )  # type: ignore[arg-type]

    found = nodes(db.plans[0])
    assert "orders_by_change" in {node.get("Index Name") for node in found}
    assert not [node for node in found if node["Node Type"] in ("Seq Scan",) and node["Relation Name"] == "orders"]
    assert max(node["Actual Rows"] for node in found if node.get("Index Name") == "orders_by_change") <= 20


async def test_a_page_of_an_orders_lines_touches_that_orders_lines_alone(book: Book) -> None:
    await given_many_orders(book)
    await book.desk.pool.execute(
        """insert into lines (tenant_id, order_id, title, created_at, created_by, modified_at, modified_by)
           select o.tenant_id, o.id, 'x', now(), 'a', now(), 'a'
             from orders o, generate_series(1, 3) where o.tenant_id = $1""",
        book.tenant_id,
    )
    await book.desk.pool.execute("analyze lines")
    order_id = await book.desk.pool.fetchval("select max(id) from orders where tenant_id = $1", book.tenant_id)
    db = Explaining(book.desk.pool)

    with pytest.raises(OrderNotFound):
        await lines.page(db, book.tenant_id, order_id, Sort(), Cut(20))  # type: ignore[arg-type]

    found = nodes(db.plans[0])
    assert "lines_by_order" in {node.get("Index Name") for node in found}
    assert max(node["Actual Rows"] * node["Actual Loops"] for node in found) <= 3


async def test_the_purchases_of_a_case_are_read_from_the_index_of_cases(book: Book) -> None:
    await given_many_orders(book, "purchase_order")
    db = Explaining(book.desk.pool)
    case_id = await book.add_case("C", "Case")

    with pytest.raises(CaseNotFound):
        await cases.purchases(db, book.tenant_id, case_id)  # type: ignore[arg-type]

    found = nodes(db.plans[0])
    assert "orders_by_case" in {node.get("Index Name") for node in found}
    assert not [node for node in found if node["Node Type"] == "Seq Scan" and node["Relation Name"] == "orders"]


async def test_a_page_in_an_order_that_no_index_has_keeps_no_more_than_its_own_rows(book: Book) -> None:
    await given_many_orders(book)
    db = Explaining(book.desk.pool)
    by_title = Sort(("title", "number", "code"))
    by_leftover = Sort((), Leftover("intouch", "season"), descending=True)

    for sort in (by_title, by_leftover):
        with pytest.raises(IndexError):
            await orders.page(db, {}, book.tenant_id, type_number=None, up_to=None, sort=sort, cut=Cut(20))  # type: ignore[arg-type]

    for plan in db.plans:
        methods = {node["Sort Method"] for node in nodes(plan) if "Sort Method" in node}
        assert "top-N heapsort" in methods
        assert not [method for method in methods if "external" in method]
