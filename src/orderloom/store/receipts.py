"""Receipts on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from orderloom.book.conditions import AllOf, Condition, Operator, Test
from orderloom.book.errors import FacilityNotFound, OrderNotFound, ReceiptNotFound
from orderloom.book.keysets import Part, Stretch
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.receipts import CLOSED, OPEN, STATUSES, Receipt
from orderloom.store import entering, folding, parts, searching
from orderloom.store.conditions import Field, text_of
from orderloom.store.parties import WHOLE_NAME
from orderloom.store.pool import Db, SearchDb
from orderloom.store.purchase_fields import NUMBER

_COLUMNS: Final = f"""r.id, r.order_id, coalesce(o.number, o.code), r.customer_id, {WHOLE_NAME}, c.external_id,
                      r.facility_id, f.name, r.reference, r.status, r.created_at"""
_FROM: Final = """receipts r
     join orders o on o.tenant_id = r.tenant_id and o.id = r.order_id
     left join customers c on c.tenant_id = r.tenant_id and c.id = r.customer_id
     left join facilities f on f.tenant_id = r.tenant_id and f.id = r.facility_id"""


async def one(db: Db, tenant_id: int, receipt_id: int) -> Receipt:
    """The receipt with this id. Raises ReceiptNotFound."""
    row = await db.fetchrow(_ONE, tenant_id, receipt_id)
    if row is None:
        raise ReceiptNotFound(receipt_id)
    return _receipt(row)


_ONE: Final = f"select {_COLUMNS} from {_FROM} where r.tenant_id = $1 and r.id = $2"


async def page(
    db: SearchDb, tenant_id: int, where: Condition, sorts: Sequence[Sort], cut: Cut, *, order_id: int | None = None
) -> Page[Receipt]:
    """A page of the receipts, of any order or of the one with this id, for which the condition holds, and how many
    those are."""
    if order_id is not None:
        where = AllOf((Test("order_id", Operator.EQUAL, order_id), where))
    return await searching.page(db, _LISTED, tenant_id, where, sorts, cut, made=_receipt)


_NUMBERED: Final = " ".join(f"when '{status}' then {number}" for number, status in enumerate(STATUSES))
_LISTED: Final = searching.Listed(
    _COLUMNS,
    _FROM,
    "r",
    {
        "id": Field("r.id", "bigint", nullable=False),
        "reference": text_of("r", "reference", nullable=False),
        "status_number": Field(f"(case r.status {_NUMBERED} end)", "bigint", nullable=False),
        "order_id": Field("r.order_id", "bigint", nullable=False),
        "order_number": Field(NUMBER, "text", nullable=False),
        "customer_id": Field("r.customer_id", "bigint"),
        "customer_name": Field("c.name_folded", "text"),
        "customer_external_id": Field("c.external_id_folded", "text"),
        "facility_id": Field("r.facility_id", "bigint"),
        "facility_name": Field("f.name_folded", "text"),
        "created_at": Field("r.created_at", "timestamptz", nullable=False),
    },
)


async def part(db: SearchDb, tenant_id: int, where: Condition, stretch: Stretch) -> Part[Receipt]:
    """A part of the receipts for which the condition holds."""
    return await parts.part(db, _PARTED, tenant_id, where, (), stretch, made=_receipt)


_PARTED: Final = parts.Listed(
    "receipts",
    "r",
    {
        "id": Field("r.id", "bigint", nullable=False),
        "order_id": Field("r.order_id", "bigint", nullable=False),
        "customer_id": Field("r.customer_id", "bigint"),
        "facility_id": Field("r.facility_id", "bigint"),
        "reference": text_of("r", "reference", nullable=False),
        "status": Field("r.status", "text", nullable=False),
        "created_at": Field("r.created_at", "timestamptz", nullable=False),
    },
    _COLUMNS,
    _FROM,
)


async def locked(db: Db, tenant_id: int, receipt_id: int) -> Receipt:
    """The receipt, which nobody else can change until the transaction ends. Raises ReceiptNotFound."""
    await db.execute(
        "select from receipts r where r.tenant_id = $1 and r.id = $2 for no key update", tenant_id, receipt_id
    )
    return await one(db, tenant_id, receipt_id)


async def lock_purchase(db: Db, tenant_id: int, order_id: int) -> int | None:
    """The customer of this purchase, which cannot be deleted until the transaction ends. Raises OrderNotFound."""
    row = await db.fetchrow(
        "select o.customer_id from orders o where o.tenant_id = $1 and o.id = $2 and o.kind = 'purchase' for update",
        tenant_id,
        order_id,
    )
    if row is None:
        raise OrderNotFound(order_id)
    customer_id: int | None = row[0]
    return customer_id


async def insert(
    db: Db,
    tenant_id: int,
    *,
    order_id: int,
    customer_id: int | None,
    facility_id: int | None,
    reference: str,
    at: datetime,
) -> int:
    """Enter an open receipt of an order that is locked; the id. Raises FacilityNotFound."""
    with entering.refusing({"receipts_facility_fkey": FacilityNotFound(facility_id)}):
        receipt_id: int = await db.fetchval(
            """insert into receipts as r (tenant_id, order_id, customer_id, facility_id, reference, status, folded,
                                       created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8) returning r.id""",
            tenant_id,
            order_id,
            customer_id,
            facility_id,
            reference,
            OPEN,
            folding.folded([("reference", reference)]),
            at,
        )
    return receipt_id


async def close(db: Db, tenant_id: int, receipt_id: int) -> bool:
    """Close the receipt; False if it is not open, or unknown."""
    found = await db.fetchval(
        "update receipts r set status = $3 where r.tenant_id = $1 and r.id = $2 and r.status = $4 returning r.id",
        tenant_id,
        receipt_id,
        CLOSED,
        OPEN,
    )
    return found is not None


def _receipt(row: Any) -> Receipt:
    return Receipt(**dict(zip(Receipt.__struct_fields__, row, strict=False)))
