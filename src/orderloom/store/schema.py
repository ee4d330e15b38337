"""Bringing a database's schema up to date, and telling whether it is."""

import re
from collections.abc import Iterator, Set
from contextlib import contextmanager
from importlib.resources import as_file, files
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from yoyo import get_backend, read_migrations

from orderloom.store.pool import Db

# Any number will do as long as every Orderloom uses the same one.
MIGRATION_LOCK: Final = 0x0DE21003
CONNECT_TIMEOUT_S: Final = 10
# For another server's migrations.
WAIT_S: Final = 600
_MAKES_TABLE: Final = re.compile(r"^create table if not exists (\w+)", re.MULTILINE)


def migrate(url: str) -> list[str]:
    """Apply what is missing; the names of the migrations applied, oldest first.

    Several servers may do this at once: the first one works, the others wait and find nothing left to do.
    Raises psycopg.OperationalError when the database cannot be reached, InsufficientPrivilege if it is not ours.
    """
    with unchanging(url) as guard:
        return apply(url, known_migrations(), guard)


@contextmanager
def unchanging(url: str) -> Iterator[psycopg.Connection]:
    """A connection; nobody else changes the schema as long as the block lasts. Waits its turn."""
    with psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT_S) as guard:
        # Held until this connection's transaction ends. yoyo has a lock of its own, but it is a row that a killed
        # process leaves behind; under ours such a row is always a leftover and can be broken.
        guard.execute("select set_config('lock_timeout', %s, true)", (f"{WAIT_S}s",))
        guard.execute("set local idle_in_transaction_session_timeout = 0")
        guard.execute("select pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        yield guard


def apply(url: str, wanted: Set[str], guard: psycopg.Connection) -> list[str]:
    """Apply those of these migrations that are missing, inside `unchanging`; their names, oldest first."""
    if applied(guard) >= wanted:
        return []
    if guard.execute("select has_schema_privilege(current_schema(), 'create')").fetchone() != (True,):
        # yoyo would pass over it and stumble later.
        raise psycopg.errors.InsufficientPrivilege("may not create tables")
    with as_file(files(__package__) / "migrations") as folder, get_backend(_yoyo_url(url)) as backend:
        backend.break_lock()
        chosen = read_migrations(str(folder)).filter(lambda migration: migration.id in wanted)
        missing = backend.to_apply(chosen)
        with backend.lock():
            backend.apply_migrations(missing)
        return [migration.id for migration in missing]


def known_migrations() -> frozenset[str]:
    """The names of all migrations that this version brings."""
    names = (entry.name for entry in (files(__package__) / "migrations").iterdir())
    return frozenset(name.removesuffix(".sql") for name in names if name.endswith(".sql"))


def known_tables() -> frozenset[str]:
    """The names of all tables that any of these migrations makes."""
    texts = (
        entry.read_text() for entry in (files(__package__) / "migrations").iterdir() if entry.name.endswith(".sql")
    )
    return frozenset(name for text in texts for name in _MAKES_TABLE.findall(text))


async def is_current(db: Db) -> bool:
    """True if every migration of this version has been applied."""
    if await db.fetchval("select to_regclass('_yoyo_migration')") is None:
        return False
    rows = await db.fetch("select migration_id from _yoyo_migration")
    return {row[0] for row in rows} >= known_migrations()


def applied(connection: psycopg.Connection) -> frozenset[str]:
    """The names of all migrations that were applied, by whatever version."""
    if connection.execute("select to_regclass('_yoyo_migration')").fetchone() == (None,):
        return frozenset()
    rows = connection.execute("select migration_id from _yoyo_migration").fetchall()
    return frozenset(row[0] for row in rows)


def is_in_between(connection: psycopg.Connection) -> bool:
    """True if a migration was interrupted, so that its effect may be there already and its name is not.

    To be asked inside `unchanging`, since those that are at work look the same.
    """
    done = applied(connection)
    begun = done and connection.execute("select exists (select from yoyo_lock)").fetchone() == (True,)
    return bool(begun and not done >= known_migrations())


def _yoyo_url(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql+psycopg"))
