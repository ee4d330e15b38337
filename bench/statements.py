"""The SQL that the floor runs: Orderloom's own reads, taken from it as it runs them, and two plain writes."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

from orderloom.book.lists import Cut, Sort
from orderloom.store import cases, lines
from orderloom.store import orders as store
from orderloom.store.tenants import code_sequence


class _Overheard(Exception):
    """Ends a call as soon as its statement is known."""


class _Listener:
    """Stands where a database would and keeps the statement; the store's own text can so never drift from ours."""

    statement = ""

    async def fetch(self, query: str, *_: Any, timeout: float | None = None) -> list[Any]:
        self.statement = query
        raise _Overheard

    async def fetchrow(self, query: str, *_: Any) -> Any:
        self.statement = query
        raise _Overheard

    async def fetchval(self, query: str, *_: Any) -> Any:
        raise NotImplementedError

    async def execute(self, query: str, *_: Any) -> str:
        raise NotImplementedError


def _overhear(call: Callable[[_Listener], Coroutine[Any, Any, object]]) -> str:
    listener = _Listener()
    coroutine = call(listener)
    with suppress(_Overheard):
        coroutine.send(None)  # it ends at its statement, so no event loop is needed
    coroutine.close()
    return listener.statement


HEAD_COLUMNS: Final = tuple(column.strip() for column in store._HEAD.split(","))
"""What a head is read from, in order."""

# What a new order of HOMS leaves empty is not written.
_LEFT_EMPTY: Final = (
    *("done_at", "estimated_at", "responsible_id", "number", "title", "notes", "customer_id", "case_id"),
    *("supplier_id", "issued_at", "price_total", "price_currency", "leftovers"),
)
WRITTEN: Final = tuple(column for column in store.COLUMNS if column not in _LEFT_EMPTY)
"""The columns that Orderloom writes for a new order, in order."""


def one_order() -> str:
    """$1 tenant, $2 code -> the head."""
    return _overhear(lambda db: store.head_by_code(db, {}, 0, ""))


def page_of_orders(size: int) -> str:
    """$1 tenant -> the first page of heads, newest first."""
    return _overhear(lambda db: store.newest_heads(db, {}, 0, limit=size, offset=0))


def one_item() -> str:
    """$1 tenant, $2 order, $3 line -> the line."""
    return _overhear(lambda db: lines.line(db, 0, 0, 0))


def page_of_items() -> str:
    """$1 tenant, $2 order, $3 limit, $4 offset -> lines by id, their place, and how many there are."""
    return _overhear(lambda db: lines.page(db, 0, 0, Sort(), Cut(0)))


def purchases_of_case() -> str:
    """$1 tenant, $2 case -> id and name of each purchase."""
    return _overhear(lambda db: cases.purchases(db, 0, 0))


_ITEM: Final = """insert into lines as l (tenant_id, order_id, title, quantity, unit, price, price_total, created_at,
                                         created_by, modified_at, modified_by)
                 select $1, {order}, $3, $4, $5, $6, $7, $8, $9, $8, $9{source}
                 returning l.id"""


def insert_item() -> str:
    """$1 tenant, $2 order, $3 title, $4 quantity, $5 unit, $6 price, $7 total, $8 now, $9 by whom -> id."""
    return _ITEM.format(order="$2", source="")


def enter_item() -> str:
    """The same, and the order's next version."""
    moved = "update orders o set version = o.version + 1 where o.tenant_id = $1 and o.id = $2 returning o.id"
    return f"with moved as ({moved}) " + _ITEM.format(order="moved.id", source=" from moved")


def insert_order(tenant_id: int) -> str:
    """$1 tenant, $2 kind, then WRITTEN -> id and code."""
    places = ", ".join(f"${place + 3}" for place in range(len(WRITTEN)))
    return f"""insert into orders as o (tenant_id, code_number, code, kind, {", ".join(WRITTEN)})
               select $1, n, 'ORD-' || n, $2, {places} from nextval('{code_sequence(tenant_id)}') n
               returning o.id, o.code"""


def update_order() -> str:
    """$1 tenant, $2 code, $3 process state, $4 custom fields to merge, $5 now, $6 by whom -> the head."""
    email = "(select u.email from users u where u.tenant_id = o.tenant_id and u.id = o.responsible_id)"
    head = ", ".join(email if column == "u.email" else column for column in HEAD_COLUMNS)
    return f"""update orders o
                  set process_state = $3, data = o.data || $4, modified_at = $5, modified_by = $6,
                      version = o.version + 1
                where o.tenant_id = $1 and o.code = $2
               returning {head}"""
