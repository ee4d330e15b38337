"""Order types on PostgreSQL."""

from datetime import datetime
from typing import Any

import msgspec

from orderloom.book.conditions import Condition
from orderloom.book.keysets import Part, Stretch
from orderloom.book.types import LAST_NAMED_NUMBER, FieldDefinition, OrderType
from orderloom.store import parts
from orderloom.store.conditions import Field
from orderloom.store.pool import Db, SearchDb

_COLUMNS = "id, code, version, number, kind, name, print_form_code, fields, active"
_fields = msgspec.json.Decoder(tuple[FieldDefinition, ...])


async def lock_types(db: Db, tenant_id: int) -> None:
    """Let nobody else add or activate a type of this tenant until the transaction ends: versions and numbers count."""
    await db.execute("select from tenants where id = $1 for update", tenant_id)


async def all_types(db: Db, tenant_id: int) -> list[OrderType]:
    """Every version of every type, by code and version."""
    rows = await db.fetch(
        f"""select {_COLUMNS} from order_types where tenant_id = $1 order by code collate "C", version""",
        tenant_id,
    )
    return [_type(row) for row in rows]


async def active_type(db: Db, tenant_id: int, key: str | int) -> OrderType | None:
    """The active version of the type with this code (text) or number."""
    column = "code" if isinstance(key, str) else "number"
    row = await db.fetchrow(
        f"select {_COLUMNS} from order_types where tenant_id = $1 and {column} = $2 and active", tenant_id, key
    )
    return row and _type(row)


async def version(db: Db, tenant_id: int, code: str, number: int) -> OrderType | None:
    """This version of the code."""
    row = await db.fetchrow(
        f"select {_COLUMNS} from order_types where tenant_id = $1 and code = $2 and version = $3",
        tenant_id,
        code,
        number,
    )
    return row and _type(row)


async def part(db: SearchDb, tenant_id: int, where: Condition, stretch: Stretch) -> Part[OrderType]:
    """A part of all versions for which the condition holds."""
    return await parts.part(db, _LISTED, tenant_id, where, (), stretch, made=_type)


_LISTED = parts.Listed(
    "order_types",
    "t",
    {
        "id": Field("t.id", "bigint", nullable=False),
        **{field: Field(f"t.{field}", "text", nullable=False, exact=True) for field in ("code", "name", "kind")},
        **{field: Field(f"t.{field}", "bigint", nullable=False) for field in ("version", "number")},
        "active": Field("t.active", "boolean", nullable=False),
    },
    ", ".join(f"t.{column}" for column in _COLUMNS.split(", ")),
)


async def has_number(db: Db, tenant_id: int, number: int) -> bool:
    """True if a type has this number, active or not."""
    found: bool = await db.fetchval(
        "select exists (select from order_types where tenant_id = $1 and number = $2)", tenant_id, number
    )
    return found


async def add_version(db: Db, tenant_id: int, definition: OrderType, at: datetime) -> OrderType:
    """Enter the definition as the next version of its code, not active. To be called inside a transaction.

    A code keeps its number and kind through all versions; a new code gets the number of its definition, or the next
    one that no caller can name.
    """
    row = await db.fetchrow(
        f"""insert into order_types as t
                (tenant_id, code, version, number, kind, name, print_form_code, fields, created_at)
            select $1, $2,
                   coalesce(max(version) filter (where code = $2), 0) + 1,
                   coalesce(max(number) filter (where code = $2), nullif($9, 0), greatest(max(number), $8) + 1, $8 + 1),
                   coalesce(max(kind) filter (where code = $2), $3),
                   $4, $5, $6, $7
              from order_types where tenant_id = $1
            returning {_COLUMNS}""",
        tenant_id,
        definition.code,
        definition.kind,
        definition.name,
        definition.print_form_code,
        msgspec.json.encode(definition.fields).decode(),
        at,
        LAST_NAMED_NUMBER,
        definition.number,
    )
    return _type(row)


async def activate(db: Db, tenant_id: int, code: str, version: int | None) -> None:
    """Make this version (the newest if None) the active one and retire the others; nothing if there is no such one.

    To be called inside a transaction.
    """
    chosen = await db.fetchval(
        """select max(version) from order_types
            where tenant_id = $1 and code = $2 and version = coalesce($3, version)""",
        tenant_id,
        code,
        version,
    )
    if chosen is not None:
        await retire(db, tenant_id, code)
        await db.execute(
            "update order_types set active = true where tenant_id = $1 and code = $2 and version = $3",
            tenant_id,
            code,
            chosen,
        )


async def retire(db: Db, tenant_id: int, code: str) -> None:
    """Leave the code without an active version."""
    await db.execute(
        "update order_types set active = false where tenant_id = $1 and code = $2 and active", tenant_id, code
    )


def _type(row: Any) -> OrderType:
    return OrderType(
        id=row["id"],
        code=row["code"],
        version=row["version"],
        number=row["number"],
        kind=row["kind"],
        name=row["name"],
        print_form_code=row["print_form_code"],
        fields=_fields.decode(row["fields"]),
        active=row["active"],
    )
