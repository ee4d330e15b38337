"""The migrations: what they add up to, run once by many, run again after a kill."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from orderloom.store.embedded.binaries import wheel_folder
from orderloom.store.pool import connect
from orderloom.store.schema import is_current, known_migrations, migrate
from tests.migrations.write_schema import SCHEMA, dumped

MIGRATIONS = SCHEMA.parent / "migrations"


@pytest.fixture
def empty_database(database_url: str, request: pytest.FixtureRequest) -> str:
    """The URL of a new database beside the one of the other tests."""
    name = f"empty_{abs(hash(request.node.name)) % 10**8}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))


def test_schema_sql_is_the_sum_of_the_migrations(empty_database: str) -> None:
    migrate(empty_database)

    assert dumped(empty_database, wheel_folder() / "bin") == SCHEMA.read_text()


def test_several_servers_starting_at_once_migrate_once(empty_database: str) -> None:
    program = "import sys; from orderloom.store.schema import migrate; print(len(migrate(sys.argv[1])))"

    def start(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program, empty_database], capture_output=True, text=True, check=False, timeout=60
        )

    with ThreadPoolExecutor() as threads:
        done = list(threads.map(start, range(4)))

    assert [each.returncode for each in done] == [0] * 4, [each.stderr for each in done]
    assert sorted(int(each.stdout) for each in done) == [0, 0, 0, len(known_migrations())]


def test_a_migration_that_was_killed_before_it_was_noted_runs_again(empty_database: str) -> None:
    migrate(empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("delete from _yoyo_migration")
        connection.execute("insert into yoyo_lock (locked, ctime, pid) values (1, now(), 1)")

    assert set(migrate(empty_database)) == known_migrations()
    assert migrate(empty_database) == []


async def test_a_database_without_the_schema_is_not_current(empty_database: str) -> None:
    pool = await connect(empty_database, size=1)
    try:
        assert not await is_current(pool)
        migrate(empty_database)
        assert await is_current(pool)
    finally:
        await pool.close()


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("*.sql")), ids=lambda path: path.name)
def test_a_migration_keeps_to_what_a_distributed_postgresql_runs(path: Path) -> None:
    text = " ".join(line.split("--")[0] for line in path.read_text().lower().splitlines())

    for word in ("create trigger", "inherits", "create rule", "on delete set null"):
        assert word not in text


def test_every_key_of_a_tenants_table_begins_with_the_tenant(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            """select c.conrelid::regclass::text, c.conname, a.attname
                 from pg_constraint c
                 join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
                where c.contype in ('p', 'u', 'f') and c.connamespace = 'public'::regnamespace"""
        ).fetchall()
        indexes = connection.execute(
            """select i.indrelid::regclass::text, i.indexrelid::regclass::text, a.attname
                 from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
                where i.indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)"""
        ).fetchall()

    without_tenant = ("tenants", "tenant_hosts", "_yoyo_log", "_yoyo_migration", "_yoyo_version", "yoyo_lock")
    # An index of words has no first column: the tenant is one of the words.
    checked = [row for row in (*rows, *indexes) if row[0] not in without_tenant and row[2] != "words"]
    assert len(checked) > 40
    assert [row for row in checked if row[2] != "tenant_id"] == []
