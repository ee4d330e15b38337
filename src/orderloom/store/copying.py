"""Whole tables out of a database and into one, as COPY writes rows, whatever its size and version."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import Copy
from psycopg.sql import SQL, Composed, Identifier

from orderloom.store.schema import CONNECT_TIMEOUT_S

Row = bytes | bytearray | memoryview

# What is entered by one statement: PostgreSQL keeps in memory which rows' references are still to be looked up, and
# looks them up at the end of a statement.
BATCH_BYTES: Final = 64 * 1024 * 1024
# For a migration, or somebody's maintenance.
LOCK_WAIT_S: Final = 60
# How values look must not depend on who has set what for the database or the role, and nobody waits for us.
_SETTINGS: Final = f"""
set local lock_timeout = '{LOCK_WAIT_S}s';
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
set local datestyle = 'ISO, YMD';
set local intervalstyle = 'postgres';
set local timezone = 'UTC';
set local bytea_output = 'hex';
set local extra_float_digits = 3"""

# What it warns of comes as an error too, and that is told.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


def connect(url: str) -> psycopg.Connection:
    """A connection for copying; nothing that is prepared stays behind at a PgBouncer."""
    return psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT_S, client_encoding="UTF8", prepare_threshold=None)


def settle(db: psycopg.Connection) -> None:
    """Begin a transaction in which values look as they do in a backup."""
    db.execute(_SETTINGS)


def lock(db: psycopg.Connection, tables: Sequence[str], mode: str) -> None:
    """Keep others from what this mode excludes until the transaction ends. Decides on no moment that is seen."""
    if tables:
        db.execute(SQL(f"lock table {{}} in {mode} mode").format(_list(tables)))


@contextmanager
def rows(db: psycopg.Connection, table: str, columns: Sequence[str]) -> Iterator[Iterable[Row]]:
    """Every row of the table. Asked of a query, as a distributed table gives none to a plain COPY.

    Whoever stops before the last one leaves the block, which ends the statement.
    """
    statement = SQL("copy (select {} from {}) to stdout").format(_list(columns), Identifier(table))
    with db.cursor() as cursor, cursor.copy(statement) as copy:
        yield copy


def enter(
    db: psycopg.Connection,
    table: str,
    columns: Sequence[str],
    blocks: Iterator[bytes],
    moved: Callable[[int], None],
) -> int:
    """Enter rows that come in blocks, telling of each how long it is; how many rows were entered."""
    statement = SQL("copy {} ({}) from stdin").format(Identifier(table), _list(columns))
    entered, rest = 0, b""
    while True:
        with db.cursor() as cursor:
            with cursor.copy(statement) as copy:
                ended, rest = _fill(copy, rest, blocks, moved)
            entered += cursor.rowcount
        if ended:
            return entered


def _fill(copy: Copy, rest: bytes, blocks: Iterator[bytes], moved: Callable[[int], None]) -> tuple[bool, bytes]:
    """Write whole rows until they are enough for one statement; whether that was all, and what begins the next one."""
    copy.write(rest)
    written = len(rest)
    for block in blocks:
        moved(len(block))
        written += len(block)
        end = block.rfind(b"\n") + 1
        if written >= BATCH_BYTES and end:
            copy.write(block[:end])
            return False, block[end:]
        copy.write(block)
    return True, b""


def _list(names: Sequence[str]) -> Composed:
    return SQL(", ").join(map(Identifier, names))
