"""The plans of what is asked about customers and their like, and about history, in a book that is large enough."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.given_books import Book

from orderloom.book.conditions import ALWAYS, AllOf, Condition, Operator
from orderloom.book.conditions import Test as Asked
from orderloom.book.keysets import Place, Stretch
from orderloom.book.lists import Sort
from orderloom.book.words import searched
from orderloom.store import events, parties, records

ROWS = 20_000
NEWEST = Stretch(25, Sort(descending=True))


class Explaining:
    """Stands where a pool does and keeps the plan of each statement that is a search."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self.nodes: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    async def search(self, query: str, *args: Any) -> list[Any]:
        text = await self._pool.fetchval(f"explain (analyze, format json) {query}", *args)
        self._add(json.loads(text)[0]["Plan"])
        return await self._pool.fetch(query, *args)

    def _add(self, plan: dict[str, Any]) -> None:
        self.nodes.append(plan)
        for part in plan.get("Plans", ()):
            self._add(part)

    @property
    def indexes(self) -> set[str]:
        return {node["Index Name"] for node in self.nodes if "Index Name" in node}

    @property
    def most_rows(self) -> float:
        """How many rows the largest part of the plan had."""
        return max(
            node["Actual Rows"] * node["Actual Loops"] + node.get("Rows Removed by Filter", 0) for node in self.nodes
        )


@pytest.fixture
async def customers(book: Book) -> Explaining:
    """Many customers, each with a word of its own."""
    await book.desk.pool.execute(
        """insert into customers (tenant_id, name, name_folded, external_id, external_id_folded, created_at)
           select $1, 'Customer ' || md5(n::text), 'customer ' || md5(n::text), 'E' || n, 'e' || n, now()
             from generate_series(1, $2::int) n""",
        book.tenant_id,
        ROWS,
    )
    await book.desk.pool.execute("vacuum analyze customers")
    return Explaining(book.desk.pool)


async def asked(
    db: Explaining, book: Book, where: Condition = ALWAYS, words: str = "", stretch: Stretch = NEWEST
) -> int:
    part = await records.part(db, parties.KEPT, book.tenant_id, where, searched(words), stretch)
    return len(part.records)


async def test_a_part_of_a_list_is_read_where_it_stands(book: Book, customers: Explaining) -> None:
    middle = await book.desk.pool.fetchval(
        "select (min(id) + max(id)) / 2 from customers where tenant_id = $1", book.tenant_id
    )
    for stretch in (NEWEST, Stretch(25), NEWEST._replace(after=Place(None, middle))):
        assert await asked(customers, book, stretch=stretch) == 25

    assert "customers_pkey" in customers.indexes
    assert customers.most_rows <= 2 * 26


async def test_a_word_that_one_has_leads_to_it(book: Book, customers: Explaining) -> None:
    assert await asked(customers, book, words="c4ca4238a0b923820dcc509a6f75849b") == 1
    assert await asked(customers, book, words="c4ca4238a0b9* customer") == 1

    assert "customers_by_words" in customers.indexes
    assert customers.most_rows <= 10


async def test_a_word_that_all_have_is_not_sorted(book: Book, customers: Explaining) -> None:
    assert await asked(customers, book, words="customer") == 25

    sorted_rows = [
        node["Actual Rows"] * node["Actual Loops"] for node in customers.nodes if node["Node Type"] == "Sort"
    ]
    assert max(sorted_rows) <= 26


async def test_an_external_id_leads_to_its_customer(book: Book, customers: Explaining) -> None:
    assert await asked(customers, book, Asked("external_id", Operator.EQUAL, "E77")) == 1

    assert "customers_by_external_id" in customers.indexes
    assert customers.most_rows <= 2


@pytest.fixture
async def history(book: Book) -> Explaining:
    """A long history: an event every ten seconds up to now."""
    await book.desk.pool.execute(
        """insert into events (tenant_id, at, face, actor, name, noun, noun_id, changes)
           select $1, now() - ($2::int - n) * interval '10 s', 'v1', 'a@b', 'OrderAmended', 'order', n / 4, '{}'
             from generate_series(1, $2::int) n""",
        book.tenant_id,
        ROWS * 5,
    )
    await book.desk.pool.execute("vacuum analyze events")
    return Explaining(book.desk.pool)


async def test_the_events_of_a_thing_are_found_by_it(book: Book, history: Explaining) -> None:
    where = AllOf((Asked("noun", Operator.EQUAL, "order"), Asked("noun_id", Operator.EQUAL, 77)))
    part = await events.part(history, book.tenant_id, where, NEWEST)

    assert len(part.records) == 4
    assert "events_of_noun" in history.indexes
    assert history.most_rows <= 4


async def test_the_newest_events_and_what_comes_behind_one_are_read_where_they_stand(
    book: Book, history: Explaining
) -> None:
    part = await events.part(history, book.tenant_id, ALWAYS, NEWEST)
    behind = Asked("id", Operator.MORE, part.records[-1].id)
    following = await events.part(history, book.tenant_id, behind, Stretch(25))

    assert [each.id for each in following.records] == [each.id for each in part.records[-2::-1]]
    assert "events_pkey" in history.indexes
    assert history.most_rows <= 2 * 26


async def test_the_events_of_a_short_time_are_found_by_it(book: Book, history: Explaining) -> None:
    since = datetime.now(UTC) - timedelta(days=5)
    hour = AllOf((Asked("at", Operator.AT_LEAST, since), Asked("at", Operator.LESS, since + timedelta(minutes=10))))
    part = await events.part(history, book.tenant_id, hour, Stretch(100))

    assert len(part.records) == 60
    assert "events_by_time" in history.indexes
