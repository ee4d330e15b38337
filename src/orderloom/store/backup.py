"""Writing a backup: everything in the book as it is at one moment, while others go on writing in it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Final, Protocol

import psycopg
from psycopg.sql import SQL, Identifier

from orderloom import __version__
from orderloom.store import archive, catalogue, copying, schema

# How many rows are told of at once.
ROWS_TOLD: Final = 1000


class CannotBackUp(Exception):
    """Why there is no backup of this book, as one line for the operator."""


class Watch(Protocol):
    """Somebody who wants to know how far it got."""

    def begin(self, doing: str, total: int) -> None:
        """This is what is done next, and so much is to do, more or less."""

    def moved(self, count: int) -> None:
        """So much more of it is done."""

    def done(self, line: str) -> None:
        """This much can be told when a part of it is done."""


@contextmanager
def snapshot(url: str) -> Iterator[psycopg.Connection]:
    """A connection that sees the book as it is now for as long as the block lasts; only its schema cannot change.

    Raises CannotBackUp.
    """
    with copying.connect(url) as db:
        db.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        db.read_only = True
        with schema.unchanging(url) as guard:
            _check_schema(guard)
            tables = catalogue.ours(catalogue.relations(guard))
            # The first query decides which moment is seen, and the tables have to be locked by then: one whose shape
            # is changed between the two would be read in a shape that it did not have at that moment.
            copying.settle(db)
            copying.lock(db, tables, "access share")
            if catalogue.is_empty(db, "tenants"):
                raise CannotBackUp("This book is empty: there is nothing to back up.")
        yield db


def write(db: psycopg.Connection, out: IO[bytes], at: datetime, watch: Watch) -> archive.Manifest:
    """Write all that a snapshot sees into a file or pipe; what was written."""
    found = catalogue.relations(db)
    columns = catalogue.columns(db, catalogue.ours(found))
    watch.begin("Backing up", catalogue.about_rows(db, list(columns)))
    for name in catalogue.foreign(found):
        watch.done(f"{name} is not Orderloom's and is left out.")
    with archive.Writer(out, at) as writer:
        tables = []
        for name, names in columns.items():
            with copying.rows(db, name, names) as rows:
                tables.append(writer.add(name, names, _telling(rows, watch)))
            watch.done(f"{name}: {tables[-1].rows} rows")
        manifest = archive.Manifest(
            product_version=__version__,
            created_at=at,
            migrations=tuple(sorted(schema.applied(db))),
            tables=tuple(tables),
            left_out=tuple(sorted(catalogue.LEFT_OUT)),
            sequences=tuple(_sequences(db, list(columns))),
        )
        writer.finish(manifest)
    return manifest


def _check_schema(guard: psycopg.Connection) -> None:
    applied = schema.applied(guard)
    if not applied:
        raise CannotBackUp("This book is empty: there is nothing to back up.")
    if applied - schema.known_migrations():
        raise CannotBackUp("This book is of a newer version of Orderloom: back it up with that one.")
    if schema.is_in_between(guard):
        raise CannotBackUp("A migration of this book was interrupted: run `orderloom migrate` first.")


def _telling(rows: Iterable[copying.Row], watch: Watch) -> Iterator[copying.Row]:
    """The same rows, telling of them."""
    untold = 0
    for row in rows:
        yield row
        untold += 1
        if untold == ROWS_TOLD:
            watch.moved(untold)
            untold = 0
    watch.moved(untold)


def _sequences(db: psycopg.Connection, tables: list[str]) -> Iterator[archive.Counter]:
    """How far each sequence has counted.

    They are not part of what a snapshot sees and may have gone on since. That is no harm: what they gave away since is
    not given away again.
    """
    names = catalogue.id_sequences(db, tables)
    for name in (*names, *catalogue.existing_sequences(db, catalogue.tenant_sequences(db))):
        row = db.execute(SQL("select last_value, is_called from {}").format(Identifier(name))).fetchone()
        assert row is not None  # noqa: S101 - a sequence has one row
        yield archive.Counter(name, *row)
