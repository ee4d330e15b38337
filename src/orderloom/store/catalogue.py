"""What there is to a book in a database, as its catalogue tells: tables with their columns, and sequences."""

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Final

import psycopg
from psycopg.sql import SQL, Identifier

from orderloom.store import tenants
from orderloom.store.schema import known_tables

_NOTES: Final = "it notes which migrations were applied; a backup names them, and restoring applies them"
# The tables that no backup holds, each with the reason.
LEFT_OUT: Final[Mapping[str, str]] = {
    "_yoyo_log": _NOTES,
    "_yoyo_migration": _NOTES,
    "_yoyo_version": _NOTES,
    "yoyo_lock": _NOTES,
}


def relations(db: psycopg.Connection) -> frozenset[str]:
    """The names of whatever holds or shows rows, except for what an extension brought along."""
    return frozenset(row[0] for row in db.execute(_RELATIONS).fetchall())


def ours(found: frozenset[str]) -> list[str]:
    """Those of these that are the book's own and hold its data, by name."""
    return sorted((found & known_tables()) - LEFT_OUT.keys())


def foreign(found: frozenset[str]) -> list[str]:
    """Those of these that Orderloom did not make, by name."""
    return sorted(found - known_tables() - LEFT_OUT.keys())


def columns(db: psycopg.Connection, tables: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The columns of each of these tables, without those that are computed. Tables that others refer to come first."""
    found = {name: tuple(names) for name, names in db.execute(_COLUMNS, (list(tables),)).fetchall()}
    order = TopologicalSorter(dict.fromkeys(sorted(found), ()))
    for referring, referred in db.execute(_REFERENCES, (list(tables),)).fetchall():
        order.add(referring, referred)
    return {name: found[name] for name in order.static_order()}


def about_rows(db: psycopg.Connection, tables: Sequence[str]) -> int:
    """How many rows these tables have together, as PostgreSQL knew when it last looked."""
    return sum(max(0, round(rows)) for (rows,) in db.execute(_ABOUT_ROWS, (list(tables),)).fetchall())


def id_sequences(db: psycopg.Connection, tables: Sequence[str]) -> list[str]:
    """The names of the sequences that the ids of these tables come from."""
    return [row[0] for row in db.execute(_ID_SEQUENCES, (list(tables),)).fetchall()]


def tenant_sequences(db: psycopg.Connection) -> list[str]:
    """The names of the sequences that tenants may have of their own, whether they are there or not."""
    found = db.execute("select id from tenants order by id").fetchall()
    return [name for (tenant_id,) in found for name in tenants.sequences_of(tenant_id)]


def existing_sequences(db: psycopg.Connection, names: Sequence[str]) -> list[str]:
    """Those of these sequences that are there."""
    return [row[0] for row in db.execute(_EXISTING_SEQUENCES, (list(names),)).fetchall()]


def is_empty(db: psycopg.Connection, table: str) -> bool:
    """True if the table has no row."""
    return db.execute(SQL("select exists (select from {})").format(Identifier(table))).fetchone() == (False,)


_HERE: Final = "c.relnamespace = current_schema()::regnamespace and pg_table_is_visible(c.oid)"
_RELATIONS: Final = f"""
select c.relname::text from pg_class c
 where {_HERE} and c.relkind in ('r', 'p', 'v', 'm', 'f')
   and not exists (select from pg_depend d
                    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')"""
_COLUMNS: Final = f"""
select c.relname::text, array_agg(a.attname::text order by a.attnum)
  from pg_class c join pg_attribute a on a.attrelid = c.oid
 where {_HERE} and c.relkind in ('r', 'p') and c.relname = any(%s)
   and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
 group by c.relname"""
_REFERENCES: Final = f"""
select c.relname::text, r.relname::text
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class r on r.oid = k.confrelid
 where {_HERE} and k.contype = 'f' and c.relname = any(%s)"""
_ABOUT_ROWS: Final = (
    f"select c.reltuples from pg_class c where {_HERE} and c.relkind in ('r', 'p') and c.relname = any(%s)"
)
_ID_SEQUENCES: Final = f"""
select s.relname::text
  from pg_class c
  join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid and d.deptype in ('i', 'a')
  join pg_class s on d.classid = 'pg_class'::regclass and s.oid = d.objid and s.relkind = 'S'
 where {_HERE} and c.relname = any(%s)
 order by s.relname"""
_EXISTING_SEQUENCES: Final = f"""
select c.relname::text from pg_class c where {_HERE} and c.relkind = 'S' and c.relname = any(%s) order by c.relname"""
