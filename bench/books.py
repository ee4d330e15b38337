"""The database under measurement: an embedded PostgreSQL with tenants of the sizes that are compared."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg
import msgspec

from bench import records
from orderloom.book.events import Author
from orderloom.demo.book import enter_people_and_types
from orderloom.demo.records import BEGAN_AT, VACATION_DATA
from orderloom.desk import founding
from orderloom.desk.desk import Desk
from orderloom.store import embedded
from orderloom.store.pool import connect
from orderloom.store.rows import continue_codes
from orderloom.store.schema import migrate
from orderloom.store.tenants import code_sequence

AUTHOR: Final = Author("bench", "bench")
BATCH: Final = 100_000
BATCH_TIMEOUT_S: Final = 300.0


class Book(NamedTuple):
    """A tenant that was filled for measuring: its codes are ORD-1 up to ORD-<orders>."""

    tenant_id: int
    host: str
    orders: int


@contextmanager
def database() -> Iterator[tuple[str, Path]]:
    """The URL of an empty book on a PostgreSQL of its own, fsync on, and a folder for logs; both gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ol-bench-") as name:
        folder = Path(name)
        with embedded.serve(folder / "data") as url:
            migrate(url)
            yield url, folder


async def enter_book(url: str, host: str, orders: int, *, everything: bool = False) -> Book:
    """Enter a tenant with the demo's people and types and so many vacation requests, one a second since 2016.

    With everything else that loads ask for, if wanted.
    """
    pool = await connect(url, size=2)
    try:
        desk = Desk(pool)
        async with pool.transaction() as db:
            caller = await founding.add_tenant(desk, db, host, AUTHOR, hosts=(host,))
            await enter_people_and_types(desk, db, caller)
            if everything:
                await records.enter(desk, db, caller)
    finally:
        await pool.close()
    await _fill(url, caller.tenant_id, orders)
    return Book(caller.tenant_id, host, orders)


async def _fill(url: str, tenant_id: int, orders: int) -> None:
    """Enter the orders by a connection of our own: a pool gives up on a statement sooner than this takes."""
    connection = await asyncpg.connect(url, command_timeout=BATCH_TIMEOUT_S)
    try:
        for first in range(1, orders + 1, BATCH):
            await connection.execute(
                _ENTER, tenant_id, _DATA, AUTHOR.name, first, min(first + BATCH - 1, orders), BEGAN_AT
            )
        await continue_codes(connection, code_sequence(tenant_id), tenant_id)
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()


_DATA: Final = msgspec.json.encode(VACATION_DATA).decode()
_ENTER: Final = """
insert into orders (tenant_id, type_id, kind, data, code_number, code, created_at, modified_at, created_by, modified_by)
select $1, t.id, t.kind, $2, n, 'ORD-' || n, at, at, $3, $3
  from order_types t
 cross join generate_series($4::bigint, $5::bigint) n
 cross join lateral (select $6::timestamptz + n * interval '1 second' as at) moment
 where t.tenant_id = $1 and t.code = 'vacation_request' and t.active
 order by n"""
