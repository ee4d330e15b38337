"""The SQL that the floor runs: Orderloom's own reads, taken from it as it runs them, and two plain writes."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

from orderloom.store import orders as store
from orderloom.store.tenants import code_sequence


class _Overheard(Exception):
    """Ends a call as soon as its statement is known."""


class _Listener:
    """Stands where a database would and keeps the statement; the store's own text can so never drift from ours."""

    statement = ""

    async def fetch(self, query: str, *_: Any) -> list[Any]:
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

WRITTEN: Final = tuple(
    column
    for column in store.COLUMNS
    if column not in ("done_at", "estimated_at", "responsible_id")  # what a new order leaves empty is not written
)
"""The columns that Orderloom writes for a new order, in order."""


def one_order() -> str:
    """$1 tenant, $2 code -> the head."""
    return _overhear(lambda db: store.head_by_code(db, {}, 0, ""))


def page_of_orders(size: int) -> str:
    """$1 tenant -> the first page of heads, newest first."""
    return _overhear(lambda db: store.newest_heads(db, {}, 0, limit=size, offset=0))


def insert_order(tenant_id: int) -> str:
    """$1 tenant, $2 kind, then WRITTEN -> id and code."""
    places = ", ".join(f"${place + 3}" for place in range(len(WRITTEN)))
    return f"""insert into orders as o (tenant_id, code_number, code, kind, {", ".join(WRITTEN)})
               select $1, n, 'ORD-' || n, $2, {places} from nextval('{code_sequence(tenant_id)}') n
               returning o.id, o.code"""  # noqa: S608


def update_order() -> str:
    """$1 tenant, $2 code, $3 process state, $4 custom fields to merge, $5 now, $6 by whom -> the head."""
    email = "(select u.email from users u where u.tenant_id = o.tenant_id and u.id = o.responsible_id)"
    head = ", ".join(email if column == "u.email" else column for column in HEAD_COLUMNS)
    return f"""update orders o
                  set process_state = $3, data = o.data || $4, modified_at = $5, modified_by = $6,
                      version = o.version + 1
                where o.tenant_id = $1 and o.code = $2
               returning {head}"""  # noqa: S608
