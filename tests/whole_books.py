"""Whole books for tests of backups: with a row in every table, and compared row by row."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import psycopg

from orderloom.demo.book import enter_demo_book
from orderloom.store import embedded
from orderloom.store.pool import connect
from orderloom.store.schema import migrate
from tests.harness import short_folder

MOVED_BY_MIGRATING = ("_yoyo_log", "_yoyo_migration", "_yoyo_version", "yoyo_lock")
_numbers = count(1)

Contents = dict[str, list[bytes]]
"""The rows of each table as COPY writes them, sorted."""


@contextmanager
def careless_postgresql() -> Iterator[str]:
    """A PostgreSQL that makes and drops databases fast: it does not care whether they outlive a loss of power."""
    with short_folder() as folder, embedded.serve(folder / "data") as url:
        with psycopg.connect(url, autocommit=True) as db:
            db.execute("alter system set fsync = off")
            db.execute("alter system set full_page_writes = off")
            db.execute("select pg_reload_conf()")
        yield url


@contextmanager
def new_database(url: str) -> Iterator[str]:
    """The URL of a new, empty database beside this one; dropped afterwards."""
    name = f"whole_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(f"create database {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            db.execute(f"drop database {name} with (force)")


async def enter_book(url: str, *, odd: bool = True) -> None:
    """Make the demo book in a new database, and put odd rows into every table besides, if wanted."""
    migrate(url)
    pool = await connect(url, size=2)
    try:
        await enter_demo_book(pool)
    finally:
        await pool.close()
    if not odd:
        return
    with psycopg.connect(url) as db:
        for statement in ODDITIES:
            db.execute(statement)
        for place, text in enumerate((*ODD_TEXTS, long_text())):
            db.execute(_ODD_ORDER, {"code": f"ODD-{place}", "number": 5_000_000 + place, "text": text})
        # Where rows were changed and deleted, the table is not in the order in which it was entered.
        db.execute("update orders set title = title where id % 2 = 0")
        db.execute("select setval('users_id_seq', 4711, false)")


def contents(db: psycopg.Connection) -> Contents:
    """Every row of every table, those aside that migrating leaves."""
    tables = db.execute(
        """select c.relname, array_agg(quote_ident(a.attname) order by a.attname)
             from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all(%s)
            group by c.relname order by c.relname""",
        (list(MOVED_BY_MIGRATING),),
    ).fetchall()
    db.execute("set local timezone = 'UTC'")
    return {name: sorted(_rows(db, name, columns)) for name, columns in tables}


def counters(db: psycopg.Connection) -> dict[str, tuple[int, bool]]:
    """How far each sequence has counted."""
    names = [row[0] for row in db.execute("select sequencename from pg_sequences order by 1").fetchall()]
    query = "select last_value, is_called from {}"
    return {name: db.execute(query.format(name)).fetchone() for name in names}  # type: ignore[misc]


def all_of(url: str) -> tuple[Contents, dict[str, tuple[int, bool]]]:
    """Every row and every sequence of the book."""
    with psycopg.connect(url) as db:
        return contents(db), counters(db)


@contextmanager
def as_seen_by(url: str, other: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A connection that sees exactly what this other one sees in its transaction."""
    name = other.execute("select pg_export_snapshot()").fetchone()
    assert name is not None
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("begin isolation level repeatable read, read only")
        db.execute(f"set transaction snapshot '{name[0]}'")
        yield db


def _rows(db: psycopg.Connection, table: str, columns: list[str]) -> Iterator[bytes]:
    query = f"copy (select {', '.join(columns)} from {table}) to stdout"  # noqa: S608 - from the catalogue
    with db.cursor() as cursor, cursor.copy(query) as copy:
        yield from map(bytes, copy)


def long_text() -> str:
    """Many characters of every kind that PostgreSQL keeps, those that COPY writes in its own way often."""
    chance = random.Random(7)  # noqa: S311
    special = "\t\n\r\b\f\v\\\"'.N,{}"
    planes = (range(1, 0x80), range(0x80, 0x800), range(0x800, 0xD800), range(0xE000, 0x110000))
    chosen = [chr(chance.choice(chance.choice(planes))) for _ in range(60_000)]
    return "".join(each + chance.choice(special) + "\\." for each in chosen)


ODD_TEXTS = (
    "",
    " ",
    "\\N",
    "\\.",
    "\n\\.\n",
    "\\",
    "\\\\n",
    "\t",
    "a\tb\nc\rd\r\ne\\tf",
    "\x01\x02\x07\x08\x0b\x0c\x1b\x1f\x7f\x80\x9f",
    "\ufeff\u2028\u2029\u200f\u202e\ufffe\uffff\U0010ffff",
    "Žluťoučký kůň 🐎 \U0001f1e8\U0001f1ff e\u0301 ﷺ ẞ ς İ",
    "'; drop table orders; --",
    '{"a": "b"}',
    "NULL",
)

_ODD_ORDER = """
insert into orders (tenant_id, code, code_number, type_id, kind, title, notes, data, leftovers, folded, price_total,
                    done_at, required_on, created_at, created_by, modified_at, modified_by)
select 1, %(code)s, %(number)s, t.id, t.kind, %(text)s, %(text)s, jsonb_build_object(%(text)s::text, %(text)s::text),
       jsonb_build_object('x', jsonb_build_array(%(text)s::text, 1.10, 1e300, null, true)), jsonb_build_object('a', ''),
       10.50, '2020-02-29 23:59:59.999999+00', '0044-03-15 BC', 'infinity', %(text)s, '4713-01-01 00:00 BC', ''
  from order_types t where t.tenant_id = 1 and t.code = 'purchase_order'"""

# A row for whatever the demo book has none of, and values at the ends of what their types can hold.
ODDITIES = (
    "insert into tenants (id, name, created_at) values (7, E'Second\\ttenant', '2001-01-01')",
    "create sequence order_codes_7 as bigint",
    "create sequence purchase_numbers_7 as bigint",
    "select setval('order_codes_7', 9223372036854775807)",
    "select nextval('purchase_numbers_7')",
    "insert into tenant_hosts (host, tenant_id) values ('orders.example', 7), ('xn--bcher-kva.example', 1)",
    """insert into clients (tenant_id, client_id, secret_hash, name, roles, created_at)
       values (7, 'c', '\\x00ff5c090a0d', '', array['', 'NULL', 'a,b', '{"x"}', 'tab\t', null, E'\\\\'], now()),
              (7, 'd', '', '', '{}', now())""",
    """insert into api_keys (tenant_id, name, name_folded, hash, scopes, created_at, created_by)
       values (1, 'K', 'k', '\\x00', '{}', now(), 'x')""",
    "insert into external_ids (tenant_id, kind, source, their_id, our_id) values (1, 'order', 's', E'\\n', 1)",
    "insert into imported_ids (tenant_id, face, kind, their_id, our_id) values (1, 'f', 'order', '\\N', 1)",
    """insert into kept_answers (tenant_id, face, actor, key, request, kept_at, status, content_type, headers, body)
       values (1, 'f', 'a', 'k', '\\x00', now(), 200, null, '[]', decode(repeat('005c0a09', 100000), 'hex'))""",
    """insert into currencies (tenant_id, code, rate)
       values (7, 'big', 1e300), (7, 'small', 1e-300), (7, 'not', 'NaN'), (7, 'inf', 'Infinity'), (7, '0', 1.500)""",
)
