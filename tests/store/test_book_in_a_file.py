"""Backups: one moment of the whole book, restored into another database as it was, or not at all."""

import hashlib
import io
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from tests.harness import serving
from tests.store.test_archive import repacked, with_manifest
from tests.whole_books import all_of, as_seen_by, careless_postgresql, contents, counters, enter_book, new_database
from tests.writing_clients import WritingClients, contradictions, written

from orderloom.store import backup, catalogue, copying, from_backup, schema
from orderloom.store.archive import Archive, BadBackup
from orderloom.store.backup import CannotBackUp
from orderloom.store.from_backup import CannotRestore

SCHEMA = Path(schema.__file__).with_name("schema.sql")


class Silent:
    """Wants to know nothing."""

    def begin(self, doing: str, total: int) -> None: ...
    def moved(self, count: int) -> None: ...
    def done(self, line: str) -> None: ...


def taken(url: str, watch: backup.Watch | None = None) -> bytes:
    """A backup of the book."""
    out = io.BytesIO()
    with backup.snapshot(url) as db:
        backup.write(db, out, datetime.now(UTC), watch or Silent())
    return out.getvalue()


def restored(url: str, octets: bytes) -> list[str]:
    """Restore a backup; the migrations that it needed afterwards."""
    archive = Archive(io.BytesIO(octets))
    from_backup.check(archive, Silent())
    from_backup.load(url, archive, Silent())
    return from_backup.finish(url)


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """A PostgreSQL for many databases."""
    with careless_postgresql() as url:
        yield url


@pytest.fixture(scope="module")
async def book(database_url: str) -> AsyncIterator[str]:
    """A book with rows in every table, which nobody changes."""
    with new_database(database_url) as url:
        await enter_book(url)
        yield url


@pytest.fixture(scope="module")
def octets(book: str) -> bytes:
    """A backup of that book."""
    return taken(book)


@pytest.fixture(scope="module")
async def small_book(database_url: str) -> AsyncIterator[tuple[str, bytes]]:
    """The demo book with nothing odd in it, and a backup of it."""
    with new_database(database_url) as url:
        await enter_book(url, odd=False)
        yield url, taken(url)


@pytest.fixture
def empty(database_url: str) -> Iterator[str]:
    """A database with nothing in it."""
    with new_database(database_url) as url:
        yield url


@pytest.fixture
def another(database_url: str) -> Iterator[str]:
    """A second one."""
    with new_database(database_url) as url:
        yield url


def migrations(number: int) -> frozenset[str]:
    """The first so many."""
    return frozenset(sorted(schema.known_migrations())[:number])


def migrate_to(url: str, number: int) -> None:
    """Apply the first so many migrations."""
    with schema.unchanging(url) as guard:
        schema.apply(url, migrations(number), guard)


def is_as_empty_as_it_was(url: str) -> bool:
    """Whether there is nothing in the book, and a backup can be restored into it."""
    with psycopg.connect(url) as db:
        return not any(contents(db).values())


# What is in one ----------------------------------------------------------------------------------------------


def test_every_table_of_the_schema_is_in_a_backup_but_for_those_left_out_with_a_reason(octets: bytes) -> None:
    tables = set(re.findall(r"^CREATE TABLE public\.(\w+) \(", SCHEMA.read_text(), re.MULTILINE))
    assert len(tables) > 20

    manifest = Archive(io.BytesIO(octets)).manifest
    assert {table.name for table in manifest.tables} == tables - catalogue.LEFT_OUT.keys()
    assert set(manifest.left_out) == catalogue.LEFT_OUT.keys()
    assert all(catalogue.LEFT_OUT.values())


def test_the_book_that_is_compared_has_rows_in_every_table(octets: bytes) -> None:
    """A new table gets its row in `whole_books.ODDITIES`."""
    assert [table.name for table in Archive(io.BytesIO(octets)).manifest.tables if not table.rows] == []


def test_every_column_is_in_a_backup_but_for_those_that_are_computed(book: str, octets: bytes) -> None:
    with psycopg.connect(book) as db:
        found = db.execute(
            """select table_name, array_agg(column_name::text order by column_name::text)
                 from information_schema.columns
                where table_schema = 'public' and is_generated = 'NEVER' group by table_name"""
        ).fetchall()
    named = {table.name: sorted(table.columns) for table in Archive(io.BytesIO(octets)).manifest.tables}
    assert named == {name: columns for name, columns in found if name not in catalogue.LEFT_OUT}


def test_every_sequence_is_in_a_backup(book: str, octets: bytes) -> None:
    with psycopg.connect(book) as db:
        expected = counters(db)
    assert {"orders_id_seq", "order_codes_7", "purchase_numbers_1"} < expected.keys()
    named = {each.name: (each.last_value, each.is_called) for each in Archive(io.BytesIO(octets)).manifest.sequences}
    assert named == expected


def test_the_manifest_says_how_much_there_is(book: str, octets: bytes) -> None:
    with psycopg.connect(book) as db:
        rows = contents(db)
    assert {table.name: table.rows for table in Archive(io.BytesIO(octets)).manifest.tables} == {
        name: len(each) for name, each in rows.items()
    }
    assert sum(map(len, rows["orders"])) > 1_000_000


# Restoring ---------------------------------------------------------------------------------------------------


def test_every_row_and_every_sequence_comes_back(book: str, octets: bytes, empty: str) -> None:
    before = all_of(book)
    assert restored(empty, octets) == []

    assert all_of(empty) == before
    assert all_of(book) == before


def test_what_is_restored_can_be_backed_up_again_to_the_same_content(octets: bytes, empty: str) -> None:
    restored(empty, octets)
    first, second = (Archive(io.BytesIO(each)).manifest for each in (octets, taken(empty)))
    assert {table.name: (table.rows, table.bytes) for table in first.tables} == {
        table.name: (table.rows, table.bytes) for table in second.tables
    }
    assert set(first.sequences) == set(second.sequences)


def test_a_book_that_was_only_migrated_takes_a_backup(book: str, octets: bytes, empty: str) -> None:
    schema.migrate(empty)
    restored(empty, octets)
    assert all_of(empty) == all_of(book)


def test_rows_are_entered_in_several_statements_where_they_are_many(
    book: str, octets: bytes, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH_BYTES", 1000)
    restored(empty, octets)
    assert all_of(empty) == all_of(book)


def test_the_tables_are_analyzed_afterwards(octets: bytes, empty: str) -> None:
    restored(empty, octets)
    with psycopg.connect(empty) as db:
        unknown = db.execute(
            """select relname from pg_class
                where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples < 0"""
        ).fetchall()
        assert {row[0] for row in unknown} <= catalogue.LEFT_OUT.keys()


def test_new_ids_and_codes_go_on_after_a_restore(octets: bytes, empty: str) -> None:
    restored(empty, octets)
    with psycopg.connect(empty) as db:
        entered = db.execute(
            """insert into facilities (tenant_id, name, name_folded, created_at) values (1, 'New', 'new', now())
               returning id"""
        ).fetchone()
        highest = db.execute("select max(id) from facilities where name <> 'New'").fetchone()
        assert entered == (highest[0] + 1,)
        assert db.execute("select nextval('users_id_seq')").fetchone() == (4711,), "set and not given away yet"
        assert db.execute("select nextval('purchase_numbers_7')").fetchone() == (2,)
        with pytest.raises(psycopg.errors.SequenceGeneratorLimitExceeded):
            db.execute("select nextval('order_codes_7')")


# Older and newer ---------------------------------------------------------------------------------------------

OLD_BOOK = (
    "insert into tenants (id, name, created_at) values (1, 'Old', now())",
    "create sequence order_codes_1 as bigint",
    "select nextval('order_codes_1') from generate_series(1, 12)",
    """insert into clients (tenant_id, client_id, secret_hash, name, created_at) values (1, 'c', '', 'C', now())""",
    """insert into customers (tenant_id, kind, name, name_folded, first_name, created_at)
       values (1, 'individual', 'Žák', 'žák', 'Eva', now())""",
    """insert into order_types (tenant_id, code, version, number, kind, name, active, created_at)
       values (1, 'purchase_order', 1, 1000, 'purchase', 'Purchase order', true, now())""",
    """insert into orders (tenant_id, code, code_number, type_id, kind, number, created_at, created_by, modified_at,
                           modified_by)
       select 1, 'ORD-' || n, n, 1, 'purchase', 'PO-' || n, now(), 'a', now(), 'a' from generate_series(1, 12) n""",
)


def old_book(url: str, number: int) -> bytes:
    """A backup of a book with the schema of the first so many migrations, which is brought up to date afterwards."""
    migrate_to(url, number)
    with psycopg.connect(url) as db:
        for statement in OLD_BOOK:
            db.execute(statement)
        if number >= 4:
            db.execute("create sequence purchase_numbers_1 as bigint")
    octets = taken(url)
    schema.migrate(url)
    return octets


@pytest.mark.parametrize("number, migrated_before", [(1, 0), (2, 99), (3, 0), (3, 1), (3, 3), (3, 4), (5, 99)])
def test_a_backup_of_an_older_schema_becomes_what_migrating_would_have_made_of_the_book(
    another: str, empty: str, number: int, migrated_before: int
) -> None:
    octets = old_book(another, number)
    if migrated_before:
        migrate_to(empty, migrated_before)

    assert set(restored(empty, octets)) == schema.known_migrations() - migrations(number)
    assert all_of(empty) == all_of(another)
    assert schema.migrate(empty) == []


def test_an_empty_book_in_the_middle_of_a_migration_takes_a_backup_too(another: str, empty: str) -> None:
    octets = old_book(another, 3)
    schema.migrate(empty)
    with psycopg.connect(empty) as db:
        db.execute("delete from _yoyo_migration where not migration_id = any(%s)", (list(migrations(3)),))
        db.execute("insert into yoyo_lock values (1, now(), 1)")
    restored(empty, octets)
    assert all_of(empty) == all_of(another)


def test_a_backup_of_a_newer_schema_is_refused(octets: bytes) -> None:
    def add(manifest: Any) -> None:
        manifest["migrations"].append("9999_the_future")
        manifest["product_version"] = "7.0.0"

    newer = Archive(io.BytesIO(with_manifest(octets, add)))
    with pytest.raises(BadBackup, match=r"made by Orderloom 7\.0\.0, which is newer"):
        from_backup.check(newer, Silent())


@pytest.mark.parametrize("named", [[], ["0002_two_more_faces"], ["0001_the_book", "0003_purchases"]])
def test_migrations_that_do_not_follow_each_other_are_refused(octets: bytes, named: list[str]) -> None:
    forged = Archive(io.BytesIO(with_manifest(octets, lambda m: m.update(migrations=named))))
    with pytest.raises(BadBackup, match="do not follow each other"):
        from_backup.check(forged, Silent())


# Where nothing can be restored -------------------------------------------------------------------------------


def test_a_book_that_is_not_empty_is_left_as_it_is(book: str, octets: bytes) -> None:
    before = all_of(book)
    with pytest.raises(CannotRestore, match="There is a book already"):
        restored(book, octets)
    assert all_of(book) == before


@pytest.mark.parametrize("number", [1, 99])
def test_one_row_in_any_table_makes_a_book_that_is_not_empty(octets: bytes, empty: str, number: int) -> None:
    migrate_to(empty, number)
    with psycopg.connect(empty) as db:
        db.execute("insert into supply_types (tenant_id, code, name) values (1, 'a', 'b')")
    before = all_of(empty)
    with pytest.raises(CannotRestore, match="There is a book already"):
        restored(empty, octets)
    assert all_of(empty) == before


@pytest.mark.parametrize(
    "statement",
    [
        "create table reports (id int)",
        "create view reports as select 1",
        "create materialized view reports as select 1",
    ],
)
def test_a_database_with_other_things_in_it_is_left_as_it_is(octets: bytes, empty: str, statement: str) -> None:
    schema.migrate(empty)
    with psycopg.connect(empty) as db:
        db.execute(statement)
    with pytest.raises(CannotRestore, match=r"other things \(reports\)"):
        restored(empty, octets)
    with psycopg.connect(empty) as db:
        assert db.execute("select to_regclass('reports') is not null").fetchone() == (True,)


def test_a_database_of_a_newer_version_is_left_as_it_is(octets: bytes, empty: str) -> None:
    schema.migrate(empty)
    with psycopg.connect(empty) as db:
        db.execute("insert into _yoyo_migration values ('x', '9999_the_future', now())")
    with pytest.raises(CannotRestore, match="newer version"):
        restored(empty, octets)


def test_a_database_that_a_server_has_open_is_refused(octets: bytes, empty: str) -> None:
    schema.migrate(empty)
    with serving(database_url=empty):
        with pytest.raises(CannotRestore, match="has this database open"):
            restored(empty, octets)
        assert is_as_empty_as_it_was(empty)
    restored(empty, octets)


def test_of_two_who_restore_at_once_one_does(book: str, octets: bytes, empty: str) -> None:
    def attempt(_: int) -> str:
        try:
            restored(empty, octets)
            return "restored"
        except CannotRestore as error:
            return str(error)

    with ThreadPoolExecutor() as threads:
        told = list(threads.map(attempt, range(3)))
    assert sorted(told) == ["There is a book already: a backup is restored into an empty one."] * 2 + ["restored"]
    assert all_of(empty) == all_of(book)


# What a forged backup does -----------------------------------------------------------------------------------


def replaced(name: str, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Changes the rows of a table, and has the manifest say that they are so."""

    def apply(octets: bytes) -> bytes:
        def alter(members: dict[str, bytes]) -> None:
            rows = members[f"tables/{name}.copy"] = change(members[f"tables/{name}.copy"])
            told = msgspec.json.decode(members["manifest.json"])
            table = next(each for each in told["tables"] if each["name"] == name)
            table.update(rows=rows.count(b"\n"), bytes=len(rows), sha256=_sha256(rows))
            members["manifest.json"] = msgspec.json.encode(told)

        return repacked(octets, alter)

    return apply


def _sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def without_table(octets: bytes) -> bytes:
    def alter(members: dict[str, bytes]) -> None:
        del members["tables/costings.copy"]
        told = msgspec.json.decode(members["manifest.json"])
        told["tables"] = [each for each in told["tables"] if each["name"] != "costings"]
        members["manifest.json"] = msgspec.json.encode(told)

    return repacked(octets, alter)


def with_table(name: str) -> Callable[[bytes], bytes]:
    def apply(octets: bytes) -> bytes:
        def alter(members: dict[str, bytes]) -> None:
            members[f"tables/{name}.copy"] = b""
            told = msgspec.json.decode(members["manifest.json"])
            told["tables"].append(told["tables"][0] | {"name": name, "rows": 0, "bytes": 0, "sha256": _sha256(b"")})
            members["manifest.json"] = msgspec.json.encode(told)

        return repacked(octets, alter)

    return apply


def manifest(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    return lambda octets: with_manifest(octets, change)


def table(told: Any, name: str) -> Any:
    return next(each for each in told["tables"] if each["name"] == name)


FORGED = {
    "a value of another type": (replaced("currencies", lambda rows: b"x\ta\t1\n" + rows), "refuses rows of currencies"),
    "too few columns": (replaced("currencies", lambda rows: b"1\n" + rows), "refuses rows of currencies"),
    "a row twice": (replaced("supply_types", lambda rows: rows + rows), r"refuses rows of supply_types \(23505\)"),
    "a line of no order": (replaced("orders", lambda _: b""), r"refuses rows of \w+ \(23503\)"),
    "a check broken": (replaced("currencies", lambda rows: b"1\tneg\t-1\n" + rows), r"currencies \(23514\)"),
    "bytes that are no text": (replaced("supply_types", lambda rows: b"1\ta\t\xff\n" + rows), "refuses rows of supply"),
    "an end before the end": (replaced("supply_types", lambda rows: b"\\.\n" + rows), "supply_types"),
    "no end of the last row": (replaced("supply_types", lambda rows: rows + b"1\tlast\tone"), "rows of supply_types"),
    "a table too few": (without_table, "its tables are not those of its schema"),
    "a table too many": (with_table("other"), "its tables are not those of its schema"),
    "the notes of the migrations": (with_table("_yoyo_migration"), "its tables are not those of its schema"),
    "another column": (manifest(lambda m: table(m, "lines")["columns"].append("x")), "the columns of lines"),
    "a column too few": (manifest(lambda m: table(m, "lines")["columns"].pop()), "the columns of lines"),
    "a column twice": (manifest(lambda m: table(m, "lines")["columns"].append("id")), "the columns of lines"),
    "a computed column": (manifest(lambda m: table(m, "orders")["columns"].append("words")), "the columns of orders"),
    "a sequence too few": (manifest(lambda m: m["sequences"].pop(0)), "its sequences"),
    "a sequence of nobody": (
        manifest(lambda m: m["sequences"].append({"name": "order_codes_99", "last_value": 1, "is_called": True})),
        "its sequences",
    ),
    "another schema": (manifest(lambda m: m.update(migrations=m["migrations"][:2])), "not those of its schema"),
}


@pytest.mark.parametrize("change, told", FORGED.values(), ids=FORGED)
def test_a_forged_backup_leaves_the_book_empty(
    small_book: tuple[str, bytes], empty: str, change: Callable[[bytes], bytes], told: str
) -> None:
    book, octets = small_book
    with pytest.raises(BadBackup, match=told) as caught:
        restored(empty, change(octets))

    assert "\n" not in str(caught.value)
    assert is_as_empty_as_it_was(empty)
    restored(empty, octets)
    assert all_of(empty) == all_of(book)


def test_a_file_that_changes_after_it_was_checked_leaves_the_book_empty(octets: bytes, empty: str) -> None:
    file = io.BytesIO(octets)
    archive = Archive(file)
    from_backup.check(archive, Silent())
    place = octets.find(b"tables/orders.copy") + 200_000
    file.getbuffer()[place : place + 100] = bytes(100)
    with pytest.raises(BadBackup, match="orders cannot be read"):
        from_backup.load(empty, archive, Silent())
    assert is_as_empty_as_it_was(empty)


# What cannot be backed up ------------------------------------------------------------------------------------


def test_an_empty_book_is_not_backed_up(empty: str) -> None:
    with pytest.raises(CannotBackUp, match="empty"):
        taken(empty)
    schema.migrate(empty)
    with pytest.raises(CannotBackUp, match="empty"):
        taken(empty)


def test_a_book_of_a_newer_version_is_not_backed_up(octets: bytes, empty: str) -> None:
    restored(empty, octets)
    with psycopg.connect(empty) as db:
        db.execute("insert into _yoyo_migration values ('x', '9999_the_future', now())")
    with pytest.raises(CannotBackUp, match="newer version"):
        taken(empty)


def test_a_book_in_the_middle_of_a_migration_is_not_backed_up(octets: bytes, empty: str) -> None:
    """What a killed server leaves: the migration has taken effect and is not noted yet."""
    restored(empty, octets)
    with psycopg.connect(empty) as db:
        db.execute("delete from _yoyo_migration where migration_id = %s", (max(schema.known_migrations()),))
        db.execute("insert into yoyo_lock values (1, now(), 1)")
    with pytest.raises(CannotBackUp, match="orderloom migrate"):
        taken(empty)
    schema.migrate(empty)
    assert taken(empty)


def test_others_tables_are_told_of_and_left_out(octets: bytes, empty: str, another: str) -> None:
    restored(empty, octets)
    with psycopg.connect(empty) as db:
        db.execute("create table reports (id int)")
    lines: list[str] = []

    class Listening(Silent):
        def done(self, line: str) -> None:
            lines.append(line)

    again = taken(empty, Listening())
    assert "reports is not Orderloom's and is left out." in lines
    restored(another, again)


# One moment of a book in which others write ------------------------------------------------------------------


async def test_a_backup_is_one_moment_of_a_book_in_which_others_write(empty: str, another: str) -> None:
    await enter_book(empty, odd=False)
    out = io.BytesIO()
    with serving(database_url=empty) as server, WritingClients(server.url) as clients:

        class Waiting(Silent):
            def done(self, line: str) -> None:  # noqa: ARG002
                clients.wait_for(3)

        clients.wait_for(20)
        with backup.snapshot(empty) as db, as_seen_by(empty, db) as witness:
            expected, counted = contents(witness), counters(witness)
            backup.write(db, out, datetime.now(UTC), Waiting())
        clients.wait_for(10)
    with psycopg.connect(empty) as db:
        later, counted_later = contents(db), counters(db)
    restored(another, out.getvalue())

    found, counters_found = all_of(another)
    assert found == expected
    for table in ("orders", "lines", "events", "costings", "number_claims"):
        assert set(later[table]) - set(expected[table]), f"others wrote {table} meanwhile"
    assert clients.refused == []
    assert all(counted[name] <= counters_found[name] <= counted_later[name] for name in counted)
    with psycopg.connect(another) as db:
        assert contradictions(db) == []
        assert written(db) > 2


async def test_who_writes_does_not_wait_for_a_backup_and_a_server_can_start(empty: str) -> None:
    await enter_book(empty, odd=False)
    with backup.snapshot(empty), serving(database_url=empty) as server, WritingClients(server.url) as clients:
        clients.wait_for(50)
    assert clients.refused == []


def test_the_schema_waits_for_a_backup(small_book: tuple[str, bytes]) -> None:
    book, _ = small_book
    with psycopg.connect(book, autocommit=True) as other, backup.snapshot(book):
        other.execute("set lock_timeout = '100ms'")
        for table in catalogue.ours(catalogue.relations(other)):
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute(f"alter table {table} add column more int")


def test_a_backup_waits_for_a_migration(small_book: tuple[str, bytes]) -> None:
    book, _ = small_book
    with ThreadPoolExecutor() as threads:
        with schema.unchanging(book):
            waiting = threads.submit(taken, book)
            time.sleep(0.5)
            assert not waiting.done()
        assert Archive(io.BytesIO(waiting.result(timeout=30)))
