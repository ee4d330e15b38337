"""Putting orders back: a deleted one with every row that it had, and any one into an earlier state."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import asyncpg
import msgspec

from orderloom.book.errors import BadInput, Fault, StaleOrder
from orderloom.book.events import Author, Event, as_json
from orderloom.book.restoring import Restored
from orderloom.book.states import NO_COSTS, LineState, Members, State
from orderloom.book.types import PURCHASE
from orderloom.book.whole_orders import NOTHING
from orderloom.store import costing, events, folding, history, known, lines, orders
from orderloom.store.history import Anchor
from orderloom.store.pool import Db

ORDER: Final = {
    "id": "bigint",
    "uuid": "uuid",
    "code": "text",
    "code_number": "bigint",
    "kind": "text",
    **orders.TYPES,
}
"""The columns of an order with their types. What is generated is not written."""
LINES: Final = {
    "id": "bigint",
    "order_id": "bigint",
    "position": "integer",
    **dict.fromkeys(("title", "qualifier", "unit", "notes", "external_id", "created_by", "modified_by"), "text"),
    **dict.fromkeys(("item_id", "facility_id"), "bigint"),
    **dict.fromkeys(("quantity", "price", "price_total"), "numeric"),
    "locked": "boolean",
    **dict.fromkeys(("expected_at", "cancel_at", "created_at", "modified_at"), "timestamptz"),
    **dict.fromkeys(("leftovers", "folded"), "jsonb"),
}
COSTINGS: Final = {"order_id": "bigint", **costing.TYPES, "sent_on": "date", "final_invoice_on": "date"}
RECEIPTS: Final = {
    **dict.fromkeys(("id", "order_id", "customer_id", "facility_id"), "bigint"),
    **dict.fromkeys(("reference", "status"), "text"),
    "created_at": "timestamptz",
    "folded": "jsonb",
}
NUMBER_CLAIMS: Final = {"customer_id": "bigint", "number_folded": "text", "order_id": "bigint"}
EXTERNAL_IDS: Final = {"kind": "text", "source": "text", "their_id": "text", "our_id": "bigint"}

Row = Mapping[str, Any]


async def put_back(db: Db, tenant_id: int, deleted: Anchor, restored: Restored, author: Author) -> None:
    """Enter a deleted order again, inside a transaction, as far as `save` does not write it: to be called before.

    Claims on its number come back where they are still free, and receipts without a customer or facility that is gone,
    each of those with an event. Raises StaleOrder if somebody else was quicker, or if what it refers to is going at
    this moment.
    """
    order_id = deleted.state.id
    kept = _decode(deleted.rows)
    stale = StaleOrder(order_id, deleted.state.version)
    # What it referred to when it was deleted may be gone; what it shall refer to is written later.
    order = {**kept.order, **dict.fromkeys(_REFERENCES, _NULL)}
    if not await _insert(db, tenant_id, "orders", ORDER, [order], or_nothing=True):
        raise stale
    # The row is ours: who has put it back and deleted it again meanwhile has told of it.
    if await history.last_event(db, tenant_id, order_id) != deleted.last_event:
        raise stale
    stay = {line.id for line in restored.state.lines} - {line.id for line in restored.written}
    try:
        await _insert(db, tenant_id, "lines", LINES, [line for line in kept.lines if _id(line["id"]) in stay])
        await _put_back_receipts(db, tenant_id, kept.receipts, author, restored.state.modified_at)
    except asyncpg.ForeignKeyViolationError as error:
        raise stale from error
    await _insert(db, tenant_id, "number_claims", NUMBER_CLAIMS, kept.number_claims, or_nothing=True)


class _Kept(msgspec.Struct):
    order: Members
    lines: list[Members] = []
    receipts: list[Members] = []
    number_claims: list[Members] = []


_decode: Final = msgspec.json.Decoder(_Kept).decode
_id: Final = msgspec.json.Decoder(int).decode
_REFERENCES: Final = ("customer_id", "supplier_id", "case_id", "responsible_id")
_NULL: Final = msgspec.Raw(b"null")


async def _put_back_receipts(db: Db, tenant_id: int, receipts: list[Members], author: Author, at: datetime) -> None:
    """Enter the receipts without a customer or facility that is gone, each of those with an event.

    They belong to no state of the order: whichever is asked for, an order that was refused for them would never return.
    """
    gone = await _gone(db, tenant_id, receipts)
    rows: list[Members] = []
    told: list[tuple[int, datetime, Event]] = []
    for receipt in receipts:
        lost = {column: each for column, each in _referred(receipt).items() if each in gone[column]}
        rows.append({**receipt, **dict.fromkeys(lost, _NULL)})
        if lost:
            changes = {column: [each, None] for column, each in lost.items()}
            told.append((_id(receipt["id"]), at, Event("ReceiptAmended", "receipt", None, as_json(changes))))
    await _insert(db, tenant_id, "receipts", RECEIPTS, rows)
    if told:
        await events.append_all(db, tenant_id, told, author)


async def _gone(db: Db, tenant_id: int, receipts: Iterable[Members]) -> dict[str, frozenset[int]]:
    """The ids that receipts have in these columns and that are not there any more."""
    referred = [_referred(receipt) for receipt in receipts]
    customers, facilities = (frozenset(each[column] for each in referred if column in each) for column in _OF_RECEIPTS)
    there = await known.find(db, tenant_id, NOTHING._replace(customers=customers, facilities=facilities))
    return {"customer_id": customers - there.customers.keys(), "facility_id": facilities - there.facilities.keys()}


_OF_RECEIPTS: Final = ("customer_id", "facility_id")


def _referred(receipt: Members) -> dict[str, int]:
    """The ids of what the receipt refers to, its order apart, by column."""
    return {column: _id(receipt[column]) for column in _OF_RECEIPTS if receipt.get(column, _NULL) != _NULL}


async def save(db: Db, tenant_id: int, restored: Restored, event: Event, author: Author) -> None:
    """Write the order, which is locked, as it was restored, with the event, inside a transaction.

    Its number is claimed if it is free. Raises StaleOrder if what it refers to is going at this moment, or if an id
    that others have for it is being given to another order, and BadInput if the version of its type is not there.
    """
    state = restored.state
    try:
        await _save_head(db, tenant_id, state)
        if restored.removed:
            await db.execute(
                "delete from lines where tenant_id = $1 and order_id = $2 and id = any($3::bigint[])",
                tenant_id,
                state.id,
                restored.removed,
            )
        await _save_lines(db, tenant_id, [_row_of_line(state.id, line) for line in restored.written])
        await _save_costs(db, tenant_id, state)
        await _save_names(db, tenant_id, state)
    except (asyncpg.ForeignKeyViolationError, asyncpg.UniqueViolationError) as error:
        raise StaleOrder(state.id, state.version - 1) from error
    if state.kind == PURCHASE and not restored.changes.keys().isdisjoint(("number", "customer_id")):
        await _claim(db, tenant_id, state)
    await events.append(db, tenant_id, state.id, event, author, state.modified_at)


async def _insert(
    db: Db, tenant_id: int, table: str, types: Mapping[str, str], rows: Sequence[Row], *, or_nothing: bool = False
) -> bool:
    """Enter the rows; True if any was. A column that they did not have yet, when they were kept, gets its default."""
    if not rows:
        return False
    columns = tuple([column for column in types if column in rows[0]])
    tag = await db.execute(
        _inserting(table, columns, tuple(types[column] for column in columns), or_nothing),
        tenant_id,
        _encode(rows).decode(),
    )
    return not tag.endswith(" 0")


@lru_cache
def _inserting(table: str, columns: tuple[str, ...], types: tuple[str, ...], or_nothing: bool) -> str:
    """$1 tenant, $2 rows."""
    return f"""
    insert into {table} (tenant_id, {_listed(columns)})
    select $1, {_listed(columns, "w.")} from json_to_recordset($2::json) w ({_typed(columns, types)})
    {"on conflict do nothing" if or_nothing else ""}"""


def _listed(columns: Iterable[str], alias: str = "") -> str:
    return ", ".join(f'{alias}"{column}"' for column in columns)


def _typed(columns: Iterable[str], types: Iterable[str]) -> str:
    return ", ".join(f'"{column}" {kind}' for column, kind in zip(columns, types, strict=True))


async def _save_head(db: Db, tenant_id: int, state: State) -> None:
    made = {
        "data": _text(state.data),
        "leftovers": _text(state.leftovers),
        "folded": folding.folded(_compared(state, orders.COMPARED)),
    }
    values = [made[column] if column in made else getattr(state, column) for column in _HEAD]
    tag = await db.execute(_SAVING_HEAD, tenant_id, state.id, state.type.code, state.type.version, *values)
    if tag != "UPDATE 1":  # the order is locked, so it is there
        raise BadInput(Fault("type", "unknown", value=state.type.code))


# What a restored order may have otherwise than the one that was there, its type apart.
_HEAD: Final = tuple(column for column in orders.TYPES if column not in ("type_id", "created_at", "created_by"))
_SAVING_HEAD: Final = f"""
update orders o set type_id = t.id, {", ".join(f"{column} = ${place}" for place, column in enumerate(_HEAD, 5))}
  from order_types t
 where o.tenant_id = $1 and o.id = $2 and t.tenant_id = $1 and t.code = $3 and t.version = $4"""


def _row_of_line(order_id: int, line: LineState) -> Row:
    row = {column: getattr(line, column) for column in LINES if column not in ("order_id", "leftovers", "folded")}
    return row | {
        "order_id": order_id,
        "leftovers": line.leftovers,
        "folded": msgspec.Raw(folding.folded(_compared(line, lines.COMPARED)).encode()),
    }


async def _save_lines(db: Db, tenant_id: int, rows: Sequence[Row]) -> None:
    if rows:
        await db.execute(_SAVING_LINES, tenant_id, _encode(rows).decode())


_SAVING_LINES: Final = f"""
insert into lines as l (tenant_id, {_listed(LINES)})
select $1, {_listed(LINES, "w.")} from json_to_recordset($2::json) w ({_typed(LINES, LINES.values())})
    on conflict (tenant_id, id)
       do update set {", ".join(f'"{column}" = excluded."{column}"' for column in LINES if column != "id")}"""


async def _save_costs(db: Db, tenant_id: int, state: State) -> None:
    if state.costing is None:
        await db.execute("delete from costings where tenant_id = $1 and order_id = $2", tenant_id, state.id)
    else:
        await db.execute(_SAVING_COSTS, tenant_id, state.id, _encode(state.costing).decode())


_COSTS: Final = tuple(NO_COSTS)
_SAVING_COSTS: Final = f"""
insert into costings as k (tenant_id, order_id, {_listed(_COSTS)})
select $1, $2, {_listed(_COSTS, "w.")}
  from json_to_record($3::json) w ({_typed(_COSTS, (COSTINGS[column] for column in _COSTS))})
    on conflict (tenant_id, order_id)
       do update set {", ".join(f"{column} = excluded.{column}" for column in _COSTS)}"""


async def _save_names(db: Db, tenant_id: int, state: State) -> None:
    await db.execute(
        "delete from external_ids x where x.tenant_id = $1 and x.kind = 'order' and x.our_id = $2", tenant_id, state.id
    )
    rows = [
        {"kind": "order", "source": source, "their_id": name, "our_id": state.id}
        for source, name in state.external_ids.items()
    ]
    await _insert(db, tenant_id, "external_ids", EXTERNAL_IDS, rows)


async def names_of_others(db: Db, tenant_id: int, state: State) -> frozenset[str]:
    """The sources that call another order by now what they called this one."""
    rows = await db.fetch(
        """select x.source from unnest($3::text[], $4::text[]) n (source, their_id)
             join external_ids x on x.source = n.source and x.their_id = n.their_id
            where x.tenant_id = $1 and x.kind = 'order' and x.our_id <> $2""",
        tenant_id,
        state.id,
        list(state.external_ids),
        list(state.external_ids.values()),
    )
    return frozenset(row[0] for row in rows)


async def _claim(db: Db, tenant_id: int, state: State) -> None:
    """Claim the number that the purchase is called by again, unless somebody has claimed it meanwhile."""
    if state.customer_id is None:
        return
    number = folding.folded_text(state.code if state.number is None else state.number)
    row = {"customer_id": state.customer_id, "number_folded": number, "order_id": state.id}
    await _insert(db, tenant_id, "number_claims", NUMBER_CLAIMS, [row], or_nothing=True)


def _compared(record: State | LineState, fields: Iterable[str]) -> list[tuple[str, str | None]]:
    """The texts of the record that are compared without case."""
    texts = [(field, getattr(record, field)) for field in fields]
    return [*texts, *folding.leftover_texts(_text(record.leftovers))]


def _text(members: object) -> str:
    return msgspec.json.encode(members).decode()


_encode: Final = msgspec.json.Encoder(decimal_format="number").encode
