"""Entering the demo book."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from orderloom.book import users as book_users
from orderloom.book.types import numbered
from orderloom.book.users import Profile
from orderloom.demo import records
from orderloom.demo.order_types import ORDER_TYPES
from orderloom.demo.people import (
    DEMO_CLIENT,
    DEMO_KEY,
    DEMO_KEY_NAME,
    DEMO_SCOPES,
    DEMO_SECRET,
    DEMO_TOKEN,
    DEMO_USER,
    DISABLED_USER,
    USERS,
)
from orderloom.demo.records import AUTHOR, BEGAN_AT
from orderloom.desk import api_keys, clients, founding, types, users
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.passwords import hash_password
from orderloom.store import purchase_numbers, tenants
from orderloom.store.folding import folded, folded_text
from orderloom.store.pool import Db, Pool
from orderloom.store.rows import continue_codes, continue_ids, insert_rows
from orderloom.store.types import all_types

_FACE = "homs"
Row = Mapping[str, Any]


async def enter_demo_book(pool: Pool) -> None:
    """Make the first tenant and fill it with the demo book; all of it or nothing."""
    desk = Desk(pool)
    async with pool.transaction() as db:
        caller = await founding.add_tenant(desk, db, "Demo Company", AUTHOR, demo=True)
        await enter_people_and_types(desk, db, caller, (*USERS, DISABLED_USER))
        await enter_programs(desk, db, caller)
        await enter_records(db, caller.tenant_id)


async def enter_people_and_types(desk: Desk, db: Db, caller: Caller, people: Sequence[Profile] = USERS) -> None:
    """Enter the users, the demo user's API token, and the order types."""
    at = desk.now()
    for profile in people:
        await users.enter(db, caller, book_users.enrol(profile, at=at), await hash_password(str(profile.password)))
    await users.put_api_token(db, caller, DEMO_USER, _FACE, DEMO_TOKEN, at=at)
    for order_type in ORDER_TYPES:
        await types.enter(db, caller, order_type, activate=True, at=at)


async def enter_programs(desk: Desk, db: Db, caller: Caller) -> None:
    """Enter the client and the API key."""
    await clients.enter(desk, db, caller, DEMO_CLIENT, "Demo client", DEMO_SECRET)
    await api_keys.enter(desk, db, caller, DEMO_KEY_NAME, DEMO_SCOPES, DEMO_KEY)


async def enter_records(db: Db, tenant_id: int) -> None:
    """Enter everything that is not a person, a program or one of ORDER_TYPES, which have to be there."""
    await _enter_case_types(db, tenant_id)
    await _enter_references(db, tenant_id)
    await _enter_orders(db, tenant_id)


async def _enter_case_types(db: Db, tenant_id: int) -> None:
    """The types that the demo's InTouch orders have made by naming their numbers."""
    rows = [
        {
            "code": each.code,
            "version": 1,
            "number": each.number,
            "name": each.name,
            "active": True,
            "created_at": BEGAN_AT,
        }
        for each in map(numbered, (1, 2))
    ]
    await insert_rows(db, "order_types", tenant_id, rows)


async def _enter_references(db: Db, tenant_id: int) -> None:
    qualifiers = [{"item_id": item, "name": name} for item, name in records.QUALIFIERS]
    for table, rows, copied in (
        ("customers", _compared(records.CUSTOMERS, ("name", "city")), ("name", "external_id")),
        ("contacts", records.CONTACTS, ("code",)),
        ("cases", _compared(records.CASES, ("code", "name")), ()),
        ("items", records.ITEMS, ("sku",)),
        ("facilities", records.FACILITIES, ("name",)),
    ):
        await insert_rows(db, table, tenant_id, [_folded(row, copied) | {"created_at": BEGAN_AT} for row in rows])
    await insert_rows(db, "qualifiers", tenant_id, [_folded(row, ("name",)) for row in qualifiers])
    await insert_rows(db, "supply_types", tenant_id, records.SUPPLY_TYPES)
    await insert_rows(db, "currencies", tenant_id, records.CURRENCIES)
    await continue_ids(db, ("customers", "contacts", "cases", "items", "facilities"))


async def _enter_orders(db: Db, tenant_id: int) -> None:
    known = {each.code: each for each in await all_types(db, tenant_id)}
    for place, order in enumerate(records.ORDERS, start=1):
        order_type = known[order["type"]]
        at = BEGAN_AT + timedelta(days=place - 1)
        columns = {name: value for name, value in order.items() if name != "type"}
        columns |= {"type_id": order_type.id, "kind": order_type.kind, "code": f"ORD-{place}", "code_number": place}
        columns |= {"created_at": at, "modified_at": at, "modified_by": order["created_by"]}
        await insert_rows(db, "orders", tenant_id, _compared([columns], ("number", "title")))
    lines = [
        line | {"position": place, "created_at": BEGAN_AT, "modified_at": BEGAN_AT, "modified_by": line["created_by"]}
        for place, line in enumerate(records.LINES)
    ]
    await insert_rows(db, "lines", tenant_id, _compared(lines, ("title", "unit")))
    await insert_rows(db, "costings", tenant_id, records.COSTINGS)
    await insert_rows(db, "receipts", tenant_id, [each | {"created_at": BEGAN_AT} for each in records.RECEIPTS])
    await insert_rows(db, "number_claims", tenant_id, records.NUMBER_CLAIMS)
    await insert_rows(db, "external_ids", tenant_id, records.EXTERNAL_IDS)
    await continue_ids(db, ("orders", "lines", "receipts"))
    await continue_codes(db, tenants.code_sequence(tenant_id), tenant_id)
    await purchase_numbers.pass_by(db, tenant_id)


def _compared(rows: Sequence[Row], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows with what the comparison of these columns without case needs."""
    return [dict(row) | {"folded": folded((column, row[column]) for column in columns)} for row in rows]


def _folded(row: Row, columns: tuple[str, ...]) -> dict[str, Any]:
    """The row with a copy of these columns that is compared without case."""
    return dict(row) | {f"{column}_folded": row[column] and folded_text(row[column]) for column in columns}
