"""Orders as their rows say they are, noted after each change, to hold against what history says they were."""

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from tests.given_books import Book

from orderloom.book.costing import Costing, record
from orderloom.book.states import State

Whole = dict[str, Any]
"""An order with its lines and its costing: columns with their values, those that are derived apart."""

_ORDERS = """
select (to_jsonb(o) - '{tenant_id,code_number,type_id,folded,words}'::text[]
        || jsonb_build_object('type', jsonb_build_object('code', t.code, 'version', t.version),
                              'responsible', u.email,
                              'lines', (select coalesce(jsonb_agg(to_jsonb(l) - '{tenant_id,order_id,folded}'::text[]
                                                                  order by l.position nulls last, l.id), '[]')
                                          from lines l where l.tenant_id = o.tenant_id and l.order_id = o.id),
                              'external_ids', (select coalesce(jsonb_object_agg(x.source, x.their_id), '{}')
                                                 from external_ids x
                                                where x.tenant_id = o.tenant_id and x.kind = 'order'
                                                  and x.our_id = o.id),
                              'costing', (select to_jsonb(k) - '{tenant_id,order_id}'::text[] from costings k
                                           where k.tenant_id = o.tenant_id and k.order_id = o.id)))::text
  from orders o
  join order_types t on t.tenant_id = o.tenant_id and t.id = o.type_id
  left join users u on u.tenant_id = o.tenant_id and u.id = o.responsible_id
 where o.tenant_id = $1"""
_NOTHING = record(Costing()) | {"supply_type": None, "sent_on": None, "final_invoice_on": None}


class Watch:
    """What the orders of a tenant were after each change that was looked at, by id and version."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.seen: dict[tuple[int, int], Whole] = {}

    async def look(self) -> None:
        """Note every order that is there. Raises AssertionError if one has changed without a new version."""
        for whole in await wholes(self.book):
            assert self.seen.setdefault((whole["id"], whole["version"]), whole) == whole


async def wholes(book: Book) -> list[Whole]:
    """Every order of the tenant as its rows say."""
    rows = await book.desk.pool.fetch(_ORDERS, book.tenant_id)
    return [_read(row[0]) for row in rows]


async def whole(book: Book, order_id: int) -> Whole:
    """One of them."""
    (found,) = (each for each in await wholes(book) if each["id"] == order_id)
    return found


def told(state: State) -> Whole:
    """What history says of an order, in the same form."""
    found = _read(msgspec.json.Encoder(decimal_format="number").encode(state))
    for line in found["lines"]:
        del line["sku"]
    return found


def _read(text: str | bytes) -> Whole:
    found: Whole = json.loads(text, parse_float=Decimal, object_hook=_with_moments)
    if found["costing"] == _NOTHING:
        found["costing"] = None  # an order without costs need not have a row for that
    return found


def _with_moments(members: dict[str, Any]) -> dict[str, Any]:
    return {name: _moment(name, value) if isinstance(value, str) else value for name, value in members.items()}


def _moment(name: str, value: str) -> object:
    if name == "required_on":
        return {"infinity": "9999-12-31", "-infinity": "0001-01-01"}.get(value, value)
    return datetime.fromisoformat(value) if name.endswith("_at") else value


TABLES = ("orders", "lines", "costings", "receipts", "number_claims", "external_ids")


async def rows_of(book: Book, order_id: int, tables: Sequence[str] = TABLES) -> dict[str, list[dict[str, Any]]]:
    """Every row that belongs to the order, whole, by table."""
    found = {}
    for table in tables:
        key = {"orders": "id", "external_ids": "our_id"}.get(table, "order_id")
        rows = await book.desk.pool.fetch(
            f"select to_jsonb(r)::text from {table} r where r.tenant_id = $1 and r.{key} = $2 order by 1",  # noqa: S608
            book.tenant_id,
            order_id,
        )
        found[table] = [json.loads(row[0], parse_float=Decimal) for row in rows]
    return found
