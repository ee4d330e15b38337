"""Purchases with what they cost, on PostgreSQL, each read whole by one statement."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from orderloom.book.costed import Chosen, Costed, Key, Listed, Supplier
from orderloom.book.errors import OrderNotFound
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.orders import Order
from orderloom.book.types import PURCHASE
from orderloom.store import costing, folding, orders, pages
from orderloom.store.conditions import Field, Fields, ordered, text_of
from orderloom.store.orders import Types
from orderloom.store.pool import Db, SearchDb
from orderloom.store.purchase_fields import NUMBER

_REFERRED: Final = """o.uuid, c.code, coalesce(c.job_rate, 1), s.code, coalesce(s.company_name, s.name),
                      k.supply_type, k.sent_on, k.final_invoice_on"""
_JOINED: Final = """
  left join cases c on c.tenant_id = o.tenant_id and c.id = o.case_id
  left join contacts s on s.tenant_id = o.tenant_id and s.id = o.supplier_id
  left join costings k on k.tenant_id = o.tenant_id and k.order_id = o.id"""
_PURCHASES: Final = f"o.tenant_id = $1 and o.kind = '{PURCHASE}'"
_READ: Final = f"""
select {orders.WHOLE}, {_REFERRED}, {", ".join(f"k.{column}" for column in costing.COLUMNS)}
  from orders o left join users u on u.tenant_id = o.tenant_id and u.id = o.responsible_id {_JOINED}
 where {_PURCHASES}"""
_WORDS: Final = len(Order.__struct_fields__) - 1
_AMOUNTS: Final = _WORDS + 8


async def costed(db: Db, types: Types, tenant_id: int, key: Key, *, lock: bool = False) -> Costed:
    """The purchase with this id or UUID, its row locked if asked for. Raises OrderNotFound, also for other orders."""
    if lock and await db.fetchval(_LOCKING[_column(key)], tenant_id, key) is None:
        raise OrderNotFound(key)
    row = await db.fetchrow(_READING[_column(key)], tenant_id, key)
    if row is None:
        raise OrderNotFound(key)
    return _costed(types, row)


def _column(key: Key) -> str:
    return "id" if isinstance(key, int) else "uuid"


_READING: Final = {column: f"{_READ} and o.{column} = $2" for column in ("id", "uuid")}
# A statement of its own, see `orders.lock`.
_LOCKING: Final = {
    column: f"select id from orders where tenant_id = $1 and {column} = $2 for update" for column in ("id", "uuid")
}


async def lock_all(db: Db, tenant_id: int, keys: Sequence[Key]) -> dict[Key, int]:
    """The ids of those purchases of the named ones that are there, by both keys, locked until the transaction ends.

    In the order of ids, so that those who lock many do not wait for each other in a circle.
    """
    rows = await db.fetch(
        f"""select o.id, o.uuid from orders o
             where {_PURCHASES} and (o.id = any($2::bigint[]) or o.uuid = any($3::uuid[]))
             order by o.id for update""",
        tenant_id,
        [key for key in keys if isinstance(key, int)],
        [key for key in keys if isinstance(key, UUID)],
    )
    return {key: row[0] for row in rows for key in row}


async def costed_all(db: Db, types: Types, tenant_id: int, ids: Sequence[int]) -> list[Costed]:
    """The purchases with these ids, in any order."""
    rows = await db.fetch(f"{_READ} and o.id = any($2::bigint[])", tenant_id, ids)
    return [_costed(types, row) for row in rows]


async def page(
    db: SearchDb, tenant_id: int, chosen: Chosen, sorts: Sequence[Sort], cut: Cut, *, up_to: int | None
) -> Page[Listed]:
    """A page of the chosen purchases, sorted by one field after the other and at last by id, and how many there are.

    `up_to` is the highest id that counts, None for no end.
    """
    arguments: list[Any] = [tenant_id]
    conditions = _chosen(chosen, arguments)
    if up_to is not None:
        arguments.append(up_to)
        conditions += f" and o.id <= ${len(arguments)}"
    counted = f"select count(*) as total from orders o where {conditions}"
    what = pages.List(_LISTED, f"orders o {_JOINED}", "o", conditions, counted)
    offset = "0"
    if cut.offset:
        arguments.append(cut.offset)
        offset = f"${len(arguments)}"
    statement = pages.statement(what, ordered(sorts, FIELDS), limit=pages.limit(cut.limit, arguments), offset=offset)
    rows = await db.search(statement, *arguments)
    return Page(rows[0][-1], [Listed(*row[:-1]) for row in rows if row[0] is not None])


_LISTED: Final = """o.id, o.uuid, o.code, o.number, o.title, o.supplier_reference, o.state, o.required_on, o.created_at,
                    o.created_by, o.modified_at, o.version, c.code as case_code, s.code as supplier_code,
                    coalesce(s.company_name, s.name) as supplier_name, k.supply_type, k.sent_on, k.final_invoice_on,
                    coalesce(k.is_estimate, false) as is_estimate, coalesce(k.cost, 0) as cost,
                    coalesce(k.estimate_cost, 0) as estimate_cost"""
FIELDS: Final[Fields] = {
    "id": Field("o.id", "bigint", nullable=False),
    "created_by": Field('lower(o.created_by collate "C")', "text", nullable=False),
    "title": text_of("o", "title"),
    "supply_type": Field('lower(k.supply_type collate "C")', "text"),
    "case_code": text_of("c", "code"),
    "supplier_reference": text_of("o", "supplier_reference"),
    "cost": Field("coalesce(k.cost, 0)", "numeric", nullable=False),
    "estimate_cost": Field("coalesce(k.estimate_cost, 0)", "numeric", nullable=False),
    "done": Field("(o.state = 'done')", "boolean", nullable=False),
    "required_on": Field("o.required_on", "date"),
    "created_on": Field("(o.created_at at time zone 'UTC')::date", "date", nullable=False),
    "sent_on": Field("k.sent_on", "date"),
    "final_invoice_on": Field("k.final_invoice_on", "date"),
}
"""What purchases with their costing can be sorted by; days are those of UTC."""
# How an estimate's number is shown and searched for.
ESTIMATE: Final = "{est}"


def _chosen(chosen: Chosen, arguments: list[Any]) -> str:
    """SQL that is true of the chosen purchases; values are appended to the arguments.

    Codes are looked up first, so that an index on what they stand for serves the list.
    """
    conditions = [_PURCHASES]

    def place(value: object) -> str:
        arguments.append(value)
        return f"${len(arguments)}"

    for key in (chosen.key, chosen.uuid):
        if key is not None:
            conditions.append(f"o.{_column(key)} = {place(key)}")
    if chosen.case_code is not None:
        code = place(chosen.case_code)
        conditions.append(f"o.case_id = (select c.id from cases c where c.tenant_id = $1 and c.code = {code})")
    if chosen.job_code is not None:
        job = place(chosen.job_code)
        # What has a phase behind its name is none's job but itself.
        itself = "false" if "." in chosen.job_code else f"c.code = {job}"
        phases = f"""select c.id from cases c
                      where c.tenant_id = $1 and ({itself} or c.code collate "C" >= {job}::text || '.'
                                                          and c.code collate "C" < {job}::text || '/')"""
        conditions.append(f"o.case_id in ({phases})")
    if chosen.supplier_code is not None:
        code, folded = place(chosen.supplier_code), place(folding.folded_text(chosen.supplier_code))
        suppliers = f"""select s.id from contacts s
                         where s.tenant_id = $1 and s.code = {code} and s.code_folded = {folded}"""
        conditions.append(f"o.supplier_id in ({suppliers})")
    if chosen.containing is not None:
        conditions.append(_containing(place(folding.folded_text(chosen.containing)) + "::text"))
    if chosen.modified_from is not None:
        conditions.append(f"o.modified_at >= {place(chosen.modified_from)}")
    if chosen.modified_before is not None:
        conditions.append(f"o.modified_at < {place(chosen.modified_before)}")
    return " and ".join(conditions)


def _containing(text: str) -> str:
    estimated = """exists (select from costings k
                            where k.tenant_id = o.tenant_id and k.order_id = o.id and k.is_estimate)"""
    title, reference = (text_of("o", column).sql for column in ("title", "supplier_reference"))
    number = f"case when {estimated} then '{ESTIMATE}' else {NUMBER} end"
    return f"(strpos({title}, {text}) > 0 or strpos({reference}, {text}) > 0 or strpos({number}, {text}) > 0)"


async def suppliers_of(db: Db, tenant_id: int, codes: Sequence[str]) -> dict[str, Supplier]:
    """The contacts with these codes, compared exactly, by code; of several the one with the lowest id."""
    rows = await db.fetch(
        """select s.code, s.id, coalesce(s.company_name, s.name), s.default_markup from contacts s
            where s.tenant_id = $1 and s.code = any($2::text[]) and s.code_folded = any($3::text[])
            order by s.id desc""",
        tenant_id,
        codes,
        [folding.folded_text(code) for code in codes],
    )
    return {row[0]: Supplier(*row[1:]) for row in rows}


def _costed(types: Types, row: Any) -> Costed:
    order = Order(orders.type_of(types, row), *row[:_WORDS])
    values = (order, *row[_WORDS:_AMOUNTS], costing.of(row[_AMOUNTS:]))
    return Costed(*values)
