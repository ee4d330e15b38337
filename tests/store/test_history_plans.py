"""What history reads, it reads from the index of an order's events, however many others there are."""

from contextlib import suppress
from typing import Any

import pytest
from tests.given_books import Book
from tests.store.test_plans import Explaining, nodes

from orderloom.store import history

ORDER = 241
EVENTS = 20_000


class ExplainingAll(Explaining):
    """The same for what reads one value."""

    async def fetchval(self, query: str, *args: Any) -> None:
        await self.fetch(query, *args)


async def given_many_events(book: Book) -> None:
    """Many events of other orders, and some of this one among them."""
    await book.desk.pool.execute(
        """insert into events (tenant_id, at, face, actor, name, noun, noun_id, version, changes)
           select $1, now(), 'f', 'a', 'OrderAmended', 'order', case when n % 1000 = 0 then $2 else n end, n, '{}'
             from generate_series(1, $3::int) n""",
        book.tenant_id,
        ORDER,
        EVENTS,
    )
    await book.desk.pool.execute("analyze events")


@pytest.mark.parametrize(
    "read",
    (
        lambda db, tenant: history.newest(db, tenant, ORDER, before=2**62, limit=200),
        lambda db, tenant: history.last_event(db, tenant, ORDER),
        lambda db, tenant: history.is_known(db, tenant, ORDER),
        lambda db, tenant: history.anchor(db, {}, tenant, ORDER),
    ),
    ids=("newest", "last", "known", "anchor"),
)
async def test_events_of_an_order_are_read_from_their_index_and_no_others(demo_book: Book, read: Any) -> None:
    await given_many_events(demo_book)
    db = ExplainingAll(demo_book.desk.pool)
    with suppress(TypeError):  # there is a plan where a row is expected
        await read(db, demo_book.tenant_id)

    found = nodes(db.plans[0])
    assert "events_of_noun" in {node.get("Index Name") for node in found}
    assert not [node for node in found if node["Node Type"] == "Seq Scan" and node["Relation Name"] == "events"]
    assert max(node["Actual Rows"] for node in found) <= EVENTS / 1000 + 1  # one of the others has its number
