"""Cases on PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from orderloom.book.cases import CLOSED, OPEN, Case, Purchase
from orderloom.book.errors import CaseNotFound, Fault
from orderloom.book.lists import Cut, Page, Sort
from orderloom.store import entering, folding, pages
from orderloom.store.conditions import Field, text_of
from orderloom.store.pool import Db
from orderloom.store.records import Kept
from orderloom.store.sorting import Column, ordering

_COLUMNS: Final = "c.id, c.code, c.name, c.type, c.status, c.customer_id, c.job_rate"


async def case(db: Db, tenant_id: int, case_id: int) -> Case:
    """The case with this id. Raises CaseNotFound."""
    row = await db.fetchrow(f"select {_COLUMNS} from cases c where c.tenant_id = $1 and c.id = $2", tenant_id, case_id)
    if row is None:
        raise CaseNotFound(case_id)
    return _case(row)


async def with_codes(db: Db, tenant_id: int, codes: Sequence[str]) -> list[Case]:
    """The cases with these codes, compared exactly, in any order."""
    rows = await db.fetch(
        f"select {_COLUMNS} from cases c where c.tenant_id = $1 and c.code = any($2::text[])", tenant_id, codes
    )
    return [_case(row) for row in rows]


async def page(
    db: Db, tenant_id: int, *, status: str | None, containing: Mapping[str, Sequence[str]], sort: Sort, cut: Cut
) -> Page[Case]:
    """A page of cases, and how many there are in all.

    `status` None is any. `containing` has, by field, texts of which the field contains at least one, case ignored.
    """
    arguments: list[Any] = [tenant_id, cut.limit, cut.offset, status]
    chosen = ["c.tenant_id = $1", "c.status = coalesce($4, c.status)"]
    for field, texts in containing.items():
        arguments.append([folding.folded_text(text) for text in texts])
        column = _SORTED_BY[field]
        compared = folding.expression(column.expression, field, "c") if column.text else f"{column.expression}::text"
        chosen.append(f"exists (select from unnest(${len(arguments)}::text[]) t where strpos({compared}, t) > 0)")
    by = ordering(sort, _SORTED_BY, "c", first=len(arguments) + 1)
    counted = f"select count(*) as total from cases c where {' and '.join(chosen)}"
    what = pages.List(_COLUMNS, "cases c", "c", " and ".join(chosen), counted)
    rows = await db.fetch(pages.statement(what, by, limit="$2", offset="$3"), *arguments, *by.arguments)
    return Page(rows[0][-1], [_case(row) for row in rows if row[0] is not None])


_SORTED_BY: Final = {
    "id": Column("c.id", nullable=False),
    "code": Column("c.code", text=True, nullable=False),
    "name": Column("c.name", text=True, nullable=False),
    "type": Column("c.type", text=True, nullable=False),
}


async def purchases(db: Db, tenant_id: int, case_id: int) -> list[Purchase]:
    """The purchases that are charged to the case, oldest first. Raises CaseNotFound."""
    rows = await db.fetch(_PURCHASES, tenant_id, case_id)
    if not rows:
        raise CaseNotFound(case_id)
    if rows[0][0] is None:
        return []
    return [Purchase(*row) for row in rows]


_PURCHASES: Final = """
select o.id, coalesce(o.number, o.title, o.code)
  from cases c
  left join orders o on o.tenant_id = c.tenant_id and o.case_id = c.id and o.kind = 'purchase'
 where c.tenant_id = $1 and c.id = $2
 order by o.id"""


async def lock_purchases(db: Db, tenant_id: int, case_id: int, limit: int) -> list[int]:
    """The ids of at most `limit` purchases of the case, locked until the transaction ends."""
    rows = await db.fetch(
        """select o.id from orders o
            where o.tenant_id = $1 and o.case_id = $2 and o.kind = 'purchase'
            order by o.id limit $3 for update""",
        tenant_id,
        case_id,
        limit,
    )
    return [row[0] for row in rows]


async def insert(db: Db, tenant_id: int, case: Case, at: datetime) -> int:
    """Enter the case; the id. Raises BadInput if the code is taken or the customer unknown."""
    return await entering.insert(db, _TABLE, tenant_id, _row(case, at))


async def insert_many(db: Db, tenant_id: int, cases: Sequence[Case], at: datetime) -> list[int]:
    """Enter the cases; their ids, in the same order. Raises BadInput if a code is taken or a customer unknown."""
    return await entering.insert_many(db, _TABLE, tenant_id, [_row(each, at) for each in cases])


_TABLE: Final = entering.Table(
    "cases",
    {
        "code": "text",
        "name": "text",
        "type": "text",
        "status": "text",
        "customer_id": "bigint",
        "job_rate": "numeric",
        "folded": "jsonb",
        "created_at": "timestamptz",
    },
    {"cases_code_key": Fault("code", "taken"), "cases_customer_fkey": Fault("customer_id", "unknown")},
)


def _row(case: Case, at: datetime) -> tuple[Any, ...]:
    folded = folding.folded((field, getattr(case, field)) for field in _TEXTS)
    return case.code, case.name, case.type, case.status, case.customer_id, case.job_rate, folded, at


_TEXTS: Final = ("code", "name", "type")


async def lock_rate(db: Db, tenant_id: int, case_id: int) -> Decimal:
    """The rate of the job's currency, the case's row locked until the transaction ends. Raises CaseNotFound."""
    rate: Decimal | None = await db.fetchval(
        "select c.job_rate from cases c where c.tenant_id = $1 and c.id = $2 for no key update", tenant_id, case_id
    )
    if rate is None:
        raise CaseNotFound(case_id)
    return rate


async def save_rate(db: Db, tenant_id: int, case_id: int, rate: Decimal) -> None:
    """Write the rate of the job's currency."""
    await db.execute("update cases set job_rate = $3 where tenant_id = $1 and id = $2", tenant_id, case_id, rate)


async def close(db: Db, tenant_id: int, case_id: int) -> bool:
    """Close the case; False if it is closed already or unknown."""
    found = await db.fetchval(
        "update cases c set status = $3 where c.tenant_id = $1 and c.id = $2 and c.status = $4 returning c.id",
        tenant_id,
        case_id,
        CLOSED,
        OPEN,
    )
    return found is not None


def _case(row: Any) -> Case:
    return Case(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        type=row["type"],
        status=row["status"],
        customer_id=row["customer_id"],
        job_rate=row["job_rate"],
    )


KEPT: Final = Kept(
    noun="case",
    table=_TABLE,
    alias="c",
    columns=_COLUMNS,
    fields={
        "id": Field("c.id", "bigint", nullable=False),
        **{field: text_of("c", field, nullable=False) for field in _TEXTS},
        "status": Field("c.status", "text", nullable=False),
        "customer_id": Field("c.customer_id", "bigint"),
        "job_rate": Field("c.job_rate", "numeric", nullable=False),
        "created_at": Field("c.created_at", "timestamptz", nullable=False),
    },
    made=_case,
    row=_row,
    missing=CaseNotFound,
    dependents={"orders_case_fkey": "purchases"},
)
