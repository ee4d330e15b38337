"""The database under measurement: an embedded PostgreSQL with tenants of the sizes that are compared."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from orderloom.book.events import Author
from orderloom.demo.book import BEGAN_AT, VACATION_DATA, enter_people_and_types
from orderloom.desk import founding
from orderloom.desk.desk import Desk
from orderloom.store import embedded
from orderloom.store.pool import Pool, connect
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


async def enter_book(url: str, host: str, orders: int) -> Book:
    """Enter a tenant with the demo's people and types and so many vacation requests, one a second since 2016."""
    pool = await connect(url, size=2)
    try:
        desk = Desk(pool)
        caller = await founding.add_tenant(desk, host, AUTHOR, hosts=(host,))
        await enter_people_and_types(desk, caller)
        order_type = await desk.types.active(caller.tenant_id, "vacation_request")
        for first in range(1, orders + 1, BATCH):
            last = min(first + BATCH - 1, orders)
            await _enter_orders(pool, caller.tenant_id, order_type.id, order_type.kind, first, last)
        await continue_codes(pool, code_sequence(caller.tenant_id), caller.tenant_id)
        await pool.execute("vacuum analyze orders", timeout=BATCH_TIMEOUT_S)
    finally:
        await pool.close()
    return Book(caller.tenant_id, host, orders)


async def _enter_orders(pool: Pool, tenant_id: int, type_id: int, kind: str, first: int, last: int) -> None:
    await pool.execute(
        """insert into orders (tenant_id, type_id, kind, data, code_number, code, created_at, modified_at,
                               created_by, modified_by)
           select $1, $2, $3, $4, n, 'ORD-' || n, at, at, $5, $5
             from generate_series($6::bigint, $7::bigint) n
             cross join lateral (select $8::timestamptz + n * interval '1 second' as at) moment""",
        tenant_id,
        type_id,
        kind,
        msgspec.json.encode(VACATION_DATA).decode(),
        AUTHOR.name,
        first,
        last,
        BEGAN_AT,
        timeout=BATCH_TIMEOUT_S,
    )
