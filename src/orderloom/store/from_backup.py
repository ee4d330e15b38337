"""Restoring a backup into an empty book: all of it, or nothing.

The schema that the backup was made of is put up first, while the book is empty still; then all rows are entered in one
transaction; then the migrations that came later are applied to them, as they would have been to the book itself.
"""

from typing import Final

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from orderloom.store import catalogue, copying, schema
from orderloom.store.archive import Archive, BadBackup, Counter, Table, newer
from orderloom.store.backup import Watch
from orderloom.store.pool import APPLICATION

# More of those in the way are not named.
MAX_NAMED: Final = 5


class CannotRestore(Exception):
    """Why nothing can be restored into this database, as one line for the operator."""


def check(archive: Archive, watch: Watch) -> None:
    """Nothing, if every table of the backup is as its manifest says and this version knows its schema.

    Raises BadBackup. No database is needed for it.
    """
    known = sorted(schema.known_migrations())
    migrations = list(archive.manifest.migrations)
    if set(migrations) - set(known):
        raise BadBackup(newer(archive.manifest.product_version))
    if not migrations or migrations != known[: len(migrations)]:
        raise BadBackup("it is damaged: its manifest names migrations that do not follow each other")
    watch.begin("Checking", archive.manifest.bytes)
    for table in archive.manifest.tables:
        for block in archive.rows(table):
            watch.moved(len(block))


def load(url: str, archive: Archive, watch: Watch) -> None:
    """Enter all that is in a backup that was checked. Raises CannotRestore or BadBackup; the book is empty then."""
    wanted = frozenset(archive.manifest.migrations)
    with schema.unchanging(url) as guard, copying.connect(url) as db:
        _refuse_servers(db)
        _clear_for(db, wanted)
        schema.apply(url, wanted, guard)
        with db.transaction():
            _enter(db, archive, watch)


def finish(url: str) -> list[str]:
    """Apply the migrations that came after the backup, and have the tables looked at; the migrations' names."""
    applied = schema.migrate(url)
    with copying.connect(url) as db:
        tables = catalogue.ours(catalogue.relations(db))
        db.execute(SQL("analyze {}").format(SQL(", ").join(map(Identifier, tables))))
    return applied


def _refuse_servers(db: psycopg.Connection) -> None:
    """Servers remember things that never change in a book, and would go on with those of the one that was there."""
    with db.transaction():
        row = db.execute(_SESSIONS, (APPLICATION,)).fetchone()
    if row != (0,):
        raise CannotRestore("A server, or another command, has this database open: stop it first.")


def _clear_for(db: psycopg.Connection, wanted: frozenset[str]) -> None:
    """Make room for the schema of these migrations: an empty one that is not the same goes."""
    with db.transaction():
        found = catalogue.relations(db)
        if others := catalogue.foreign(found):
            named = ", ".join(others[:MAX_NAMED]) + (", ..." if len(others) > MAX_NAMED else "")
            raise CannotRestore(f"The database holds other things ({named}): restore into one of its own.")
        applied = schema.applied(db)
        if applied - schema.known_migrations():
            raise CannotRestore("This database is of a newer version of Orderloom: restore with that one.")
        tables = catalogue.ours(found)
        copying.settle(db)
        copying.lock(db, tables, "exclusive")
        _refuse_content(db, tables)
        if found and (applied != wanted or schema.is_in_between(db)):
            db.execute(SQL("drop table {}").format(SQL(", ").join(map(Identifier, sorted(found)))))


def _enter(db: psycopg.Connection, archive: Archive, watch: Watch) -> None:
    tables = catalogue.ours(catalogue.relations(db))
    copying.settle(db)
    copying.lock(db, tables, "exclusive")
    _refuse_content(db, tables)
    columns = catalogue.columns(db, tables)
    by_name = {table.name: table for table in archive.manifest.tables}
    _check_tables(by_name, archive.manifest.left_out, columns)
    watch.begin("Restoring", archive.manifest.bytes)
    for name in columns:
        if name in by_name:
            _enter_table(db, archive, by_name[name], watch)
            watch.done(f"{name}: {by_name[name].rows} rows")
    _continue_sequences(db, archive.manifest.sequences, list(columns))


def _refuse_content(db: psycopg.Connection, tables: list[str]) -> None:
    if not all(catalogue.is_empty(db, table) for table in tables):
        raise CannotRestore("There is a book already: a backup is restored into an empty one.")


def _check_tables(by_name: dict[str, Table], left_out: tuple[str, ...], columns: dict[str, tuple[str, ...]]) -> None:
    """Refuse a backup that does not fit the schema of the migrations that it names."""
    missing = columns.keys() - by_name.keys() - set(left_out)
    if missing or by_name.keys() - columns.keys():
        raise BadBackup("it is damaged: its tables are not those of its schema")
    for name, table in by_name.items():
        if sorted(table.columns) != sorted(columns[name]):
            raise BadBackup(f"it is damaged: the columns of {name} are not those of its schema")


def _enter_table(db: psycopg.Connection, archive: Archive, table: Table, watch: Watch) -> None:
    try:
        entered = copying.enter(db, table.name, table.columns, archive.rows(table), watch.moved)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        # PostgreSQL's own words would quote the row.
        raise BadBackup(f"it does not fit: PostgreSQL refuses rows of {table.name} ({error.sqlstate})") from error
    if entered != table.rows:
        raise BadBackup(f"it is damaged: {entered} rows of {table.name} came out of {table.rows}")


def _continue_sequences(db: psycopg.Connection, counters: tuple[Counter, ...], tables: list[str]) -> None:
    """Let every sequence go on where it was; tenants' own are made.

    This comes last, as it is not undone with the transaction; in an empty book a sequence that has gone on is no harm.
    (`alter sequence ... restart` would be undone, but a distributed PostgreSQL refuses it.)
    """
    ids, tenants = set(catalogue.id_sequences(db, tables)), set(catalogue.tenant_sequences(db))
    names = {counter.name for counter in counters}
    if not ids <= names or names - ids - tenants:
        raise BadBackup("it is damaged: its sequences are not those of its schema and tenants")
    for counter in counters:
        if counter.name in tenants:
            db.execute(SQL("create sequence if not exists {} as bigint").format(Identifier(counter.name)))
        db.execute(
            SQL("select setval({}::text::regclass, {}, {})").format(
                Literal(counter.name), Literal(counter.last_value), Literal(counter.is_called)
            )
        )


_SESSIONS: Final = """
select count(*) from pg_stat_activity
 where datname = current_database() and application_name = %s and pid <> pg_backend_pid()"""
