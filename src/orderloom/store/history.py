"""Reading history: the events of an order, and what there is to undo them from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from orderloom.book import states
from orderloom.book.entries import DELETED, Entry
from orderloom.book.errors import OrderNotFound
from orderloom.book.keysets import Part, Place
from orderloom.book.states import State, TypeName
from orderloom.store import weighing
from orderloom.store.orders import KEPT, Types, UnknownType
from orderloom.store.pool import Db


class Anchor(NamedTuple):
    """An order as it stands, or as it was when it was deleted, and its rows by table: JSON.

    `last_event` is the id of its newest event, 0 if it has none, and `last_at` the moment of that.
    """

    state: State
    rows: str
    is_there: bool
    last_event: int
    last_at: datetime | None


async def anchor(db: Db, types: Types, tenant_id: int, order_id: int) -> Anchor:
    """The order with this id. Raises OrderNotFound if it neither is there nor has been deleted."""
    row = await db.fetchrow(_ANCHOR, tenant_id, order_id)
    standing, deleted, last_event, last_at = row
    rows = standing or deleted
    if rows is None:
        raise OrderNotFound(order_id)
    return Anchor(states.of_rows(rows, _naming(types)), rows, standing is not None, last_event or 0, last_at)


# One statement, so that the order is as its newest event left it.
_ANCHOR: Final = f"""
select (select {KEPT}::text from orders o where o.tenant_id = $1 and o.id = $2),
       (select case when e.name = '{DELETED}' then e.changes::text end
          from events e
         where e.tenant_id = $1 and e.noun = 'order' and e.noun_id = $2
         order by e.id desc limit 1),
       (select max(e.id) from events e where e.tenant_id = $1 and e.noun = 'order' and e.noun_id = $2),
       (select e.at from events e
         where e.tenant_id = $1 and e.noun = 'order' and e.noun_id = $2
         order by e.id desc limit 1)"""


def _naming(types: Types) -> Any:
    def named(type_id: int) -> TypeName:
        try:
            order_type = types[type_id]
        except KeyError:
            raise UnknownType from None
        return TypeName(order_type.code, order_type.version)

    return named


async def newest(db: Db, tenant_id: int, order_id: int, *, before: int, limit: int) -> Part[Entry]:
    """The events of the order with lower ids than this one, the newest first; fewer if they are long."""
    rows = await db.fetch(_newest(), tenant_id, order_id, before, limit + 1)
    told = [Entry(*row[:_WIDTH]) for row in rows[:limit]]
    return Part(told, Place(None, told[-1].id) if told and rows[0][-1] > len(told) else None)


def _newest() -> str:
    return f"with {weighing.cut(_NEWEST, 'octet_length(changes::text)', 'id desc')}"


_WIDTH: Final = len(Entry._fields)
# The rows that a deletion keeps are for those who restore.
_NEWEST: Final = f"""
select e.id, e.at, e.actor, e.face, e.name, e.version,
       case when e.name = '{DELETED}' then '{{}}' else e.changes end as changes
  from events e
 where e.tenant_id = $1 and e.noun = 'order' and e.noun_id = $2 and e.id < $3 order by e.id desc limit $4"""


async def is_known(db: Db, tenant_id: int, order_id: int) -> bool:
    """True if there is such an order, or has been one."""
    found: bool = await db.fetchval(
        """select exists (select from orders o where o.tenant_id = $1 and o.id = $2)
               or exists (select from events e where e.tenant_id = $1 and e.noun = 'order' and e.noun_id = $2)""",
        tenant_id,
        order_id,
    )
    return found


async def first_later(db: Db, tenant_id: int, order_id: int, at: datetime) -> int | None:
    """The id of the first event of the order that is later than this moment, None if there is none."""
    found: int | None = await db.fetchval(
        """select min(e.id) from events e
            where e.tenant_id = $1 and e.noun = 'order' and e.noun_id = $2 and e.at > $3""",
        tenant_id,
        order_id,
        at,
    )
    return found


async def last_event(db: Db, tenant_id: int, order_id: int) -> int:
    """The id of the newest event of the order, 0 if it has none."""
    found: int | None = await db.fetchval(
        "select max(e.id) from events e where e.tenant_id = $1 and e.noun = 'order' and e.noun_id = $2",
        tenant_id,
        order_id,
    )
    return found or 0


async def skus(db: Db, tenant_id: int, item_ids: Sequence[int]) -> dict[int, str]:
    """What the items with these ids are called."""
    rows = await db.fetch(
        "select i.id, i.sku from items i where i.tenant_id = $1 and i.id = any($2::bigint[])", tenant_id, item_ids
    )
    return {row[0]: row[1] for row in rows}
