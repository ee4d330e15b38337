"""Items and their qualifiers on PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from orderloom.book.conditions import Condition
from orderloom.book.errors import CustomerNotFound, Fault, ItemNotFound
from orderloom.book.items import ItemOf, StockItem
from orderloom.book.lists import Cut, Page, Sort
from orderloom.store import entering, folding, searching
from orderloom.store.conditions import Field, text_of
from orderloom.store.parties import WHOLE_NAME
from orderloom.store.pool import Db, SearchDb
from orderloom.store.records import Kept

# Qualifiers stand in the order in which they are compared, the plain one first.
_OWN: Final = """i.id, i.customer_id, i.sku, i.description,
                 array(select q.name from qualifiers q where q.tenant_id = i.tenant_id and q.item_id = i.id
                        order by q.name_folded collate "C") as qualifiers,
                 i.deactivated"""
_COLUMNS: Final = f"{_OWN}, {WHOLE_NAME} as customer_name, c.external_id"
_FROM: Final = "items i join customers c on c.tenant_id = i.tenant_id and c.id = i.customer_id"


async def one(db: Db, tenant_id: int, customer_id: int, item_id: int) -> ItemOf:
    """The item with this id if it is this customer's. Raises ItemNotFound."""
    row = await db.fetchrow(_ONE, tenant_id, customer_id, item_id)
    if row is None:
        raise ItemNotFound(item_id)
    return _item(row)


_ONE: Final = f"select {_COLUMNS} from {_FROM} where i.tenant_id = $1 and i.customer_id = $2 and i.id = $3"


async def page(
    db: SearchDb, tenant_id: int, customer_id: int, where: Condition, sorts: Sequence[Sort], cut: Cut
) -> Page[ItemOf]:
    """A page of those of the customer's items for which the condition holds, and how many those are.

    Raises CustomerNotFound.
    """
    owner = searching.Owner("i.customer_id", customer_id, "customers", CustomerNotFound)
    return await searching.page(db, _LISTED, tenant_id, where, sorts, cut, made=_item, owner=owner)


_LISTED: Final = searching.Listed(
    _COLUMNS,
    _FROM,
    "i",
    {
        "id": Field("i.id", "bigint", nullable=False),
        "sku": Field("i.sku_folded", "text", nullable=False),
        "description": text_of("i", "description"),
        "deactivated": Field("i.deactivated", "boolean", nullable=False),
        "customer_id": Field("i.customer_id", "bigint", nullable=False),
        "created_at": Field("i.created_at", "timestamptz", nullable=False),
    },
)


async def taken(db: Db, tenant_id: int, keys: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of the keys, a customer's id and a SKU as it is compared, that items have already."""
    rows = await db.fetch(
        """select i.customer_id, i.sku_folded
             from unnest($2::bigint[], $3::text[]) t(customer_id, sku)
             join items i on i.customer_id = t.customer_id and i.sku_folded = t.sku
            where i.tenant_id = $1""",
        tenant_id,
        [customer_id for customer_id, _ in keys],
        [sku for _, sku in keys],
    )
    return {(row[0], row[1]) for row in rows}


async def insert(db: Db, tenant_id: int, item: StockItem, at: datetime) -> int:
    """Enter the item and its qualifiers; the id. Raises BadInput if the SKU is taken or the customer unknown.

    To be called in a transaction.
    """
    item_id = await entering.insert(db, _TABLE, tenant_id, _row(item, at))
    await _insert_qualifiers(db, tenant_id, [(item_id, name) for name in item.qualifiers])
    return item_id


async def insert_many(db: Db, tenant_id: int, items: Sequence[StockItem], at: datetime) -> list[int]:
    """Enter the items and their qualifiers; their ids, in the same order. Raises BadInput as `insert` does.

    To be called in a transaction.
    """
    ids = await entering.insert_many(db, _TABLE, tenant_id, [_row(each, at) for each in items])
    named = [(item_id, name) for item_id, item in zip(ids, items, strict=True) for name in item.qualifiers]
    await _insert_qualifiers(db, tenant_id, named)
    return ids


_TABLE: Final = entering.Table(
    "items",
    {
        "customer_id": "bigint",
        "sku": "text",
        "sku_folded": "text",
        "description": "text",
        "deactivated": "boolean",
        "folded": "jsonb",
        "created_at": "timestamptz",
    },
    {"items_sku_key": Fault("sku", "taken"), "items_customer_fkey": Fault("customer_id", "unknown")},
)


def _row(item: StockItem, at: datetime) -> tuple[Any, ...]:
    folded = folding.folded([("description", item.description)])
    return item.customer_id, item.sku, folding.folded_text(item.sku), item.description, item.deactivated, folded, at


async def qualify(db: Db, tenant_id: int, item_id: int, names: Sequence[str]) -> list[str]:
    """Let these be the qualifiers of the item; those of the others, as they are compared, that lines still use.

    To be called in a transaction, which has to be given up if there are any.
    """
    gone = await db.fetch(
        """delete from qualifiers q
            where q.tenant_id = $1 and q.item_id = $2 and q.name_folded <> all($3::text[])
            returning q.name_folded""",
        tenant_id,
        item_id,
        [folding.folded_text(name) for name in names],
    )
    await _insert_qualifiers(db, tenant_id, [(item_id, name) for name in names])
    if not gone:
        return []
    # Whoever enters a line of the item at this moment holds its row, and is done when we have it.
    await db.execute("select from items i where i.tenant_id = $1 and i.id = $2 for update", tenant_id, item_id)
    return [row[0] for row in await db.fetch(_USED, tenant_id, item_id, [row[0] for row in gone])]


_USED: Final = f"""
select g.name from unnest($3::text[]) g(name)
 where exists (select from lines l
                where l.tenant_id = $1 and l.item_id = $2
                  and coalesce({folding.expression("l.qualifier", "qualifier", "l")}, '') = g.name)"""


async def hold(db: Db, tenant_id: int, item_ids: Collection[int]) -> None:
    """Let nobody take a qualifier from these items until the transaction ends. To be called before it is looked up."""
    await db.execute(
        "select from items i where i.tenant_id = $1 and i.id = any($2::bigint[]) for key share",
        tenant_id,
        list(item_ids),
    )


async def _insert_qualifiers(db: Db, tenant_id: int, named: Sequence[tuple[int, str]]) -> None:
    await db.execute(
        """insert into qualifiers (tenant_id, item_id, name, name_folded)
           select $1, t.* from unnest($2::bigint[], $3::text[], $4::text[]) t
               on conflict on constraint qualifiers_pkey do update set name = excluded.name""",
        tenant_id,
        [item_id for item_id, _ in named],
        [name for _, name in named],
        [folding.folded_text(name) for _, name in named],
    )


def _item(row: Any) -> ItemOf:
    return ItemOf(_made(row), row["customer_name"], row["external_id"])


def _made(row: Any) -> StockItem:
    return StockItem(
        id=row["id"],
        customer_id=row["customer_id"],
        sku=row["sku"],
        description=row["description"],
        qualifiers=tuple(row["qualifiers"]),
        deactivated=row["deactivated"],
    )


KEPT: Final = Kept(
    noun="item",
    table=_TABLE,
    alias="i",
    columns=_OWN,
    fields=_LISTED.fields,
    made=_made,
    row=_row,
    missing=ItemNotFound,
    dependents={"lines_item_fkey": "lines"},
)
