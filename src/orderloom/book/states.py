"""An order whole, as one value: its head, its lines, what it costs. History leads from one such state to the next."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Raw

from orderloom.book import costing
from orderloom.book.costing import Costing

Members = dict[str, Raw]
"""JSON values by name, each as the text that it is, so that no number loses a digit."""
Leftovers = dict[str, Members]
"""What is kept for each face."""
Costs = Mapping[str, Any]
"""A costing as a flat record: see `COST_FIELDS`."""


class TypeName(msgspec.Struct, frozen=True):
    """An order type by the code and the version of its definition."""

    code: str
    version: int


class LineState(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an order. `sku` is that of its item; history does not know it, whoever shows a state adds it."""

    id: int
    position: int | None = None
    title: str | None = None
    item_id: int | None = None
    sku: str | None = None
    qualifier: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    price: Decimal | None = None
    price_total: Decimal | None = None
    locked: bool = False
    facility_id: int | None = None
    expected_at: datetime | None = None
    cancel_at: datetime | None = None
    notes: str | None = None
    external_id: str | None = None
    leftovers: Leftovers = {}
    created_at: datetime
    created_by: str
    modified_at: datetime
    modified_by: str


class State(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it was after one of its versions.

    `responsible` is a user's e-mail of those days. Lines stand in their order. `costing` is None for an order without
    costs. `external_ids` is what others call the order, by source.
    """

    id: int
    uuid: UUID
    code: str
    kind: str
    type: TypeName
    state: str = "to_execute"
    archived: bool = False
    number: str | None = None
    title: str | None = None
    external_id: str | None = None
    supplier_reference: str | None = None
    process_id: str | None = None
    process_state: str | None = None
    notes: str | None = None
    customer_id: int | None = None
    supplier_id: int | None = None
    case_id: int | None = None
    responsible: str | None = None
    responsible_id: int | None = None
    issued_at: datetime | None = None
    required_on: date | None = None
    done_at: datetime | None = None
    estimated_at: datetime | None = None
    price_total: Decimal | None = None
    price_currency: str | None = None
    data: Members = {}
    leftovers: Leftovers = {}
    external_ids: Mapping[str, str] = {}
    lines: tuple[LineState, ...] = ()
    costing: Costs | None = None
    created_at: datetime
    created_by: str
    modified_at: datetime
    modified_by: str
    version: int


HEAD: Final = (
    "type",
    "state",
    "archived",
    "number",
    "title",
    "external_id",
    "supplier_reference",
    "process_id",
    "process_state",
    "notes",
    "customer_id",
    "supplier_id",
    "case_id",
    "responsible",
    "responsible_id",
    "issued_at",
    "required_on",
    "done_at",
    "estimated_at",
    "price_total",
    "price_currency",
)
"""The fields of a head that history tells as [from, to]."""
LINE: Final = (
    "position",
    "title",
    "item_id",
    "qualifier",
    "quantity",
    "unit",
    "price",
    "price_total",
    "locked",
    "facility_id",
    "expected_at",
    "cancel_at",
    "notes",
    "external_id",
)
"""The same for a line."""
NO_COSTS: Final[Costs] = {
    **costing.record(Costing()),
    "supply_type": None,
    "sent_on": None,
    "final_invoice_on": None,
}
"""The costing of an order that costs nothing yet."""

Decode = Callable[[Raw | str], Any]


def _decoder(kind: Any) -> Decode:
    decode = msgspec.json.Decoder(kind).decode
    if kind == datetime | None:
        return partial(_within_time, decode, {each: moment.replace(tzinfo=UTC) for each, moment in _MOMENTS.items()})
    return partial(_within_time, decode, _DAYS) if kind == date | None else decode


# The driver keeps the first and the last of all days and moments as what is before and after all of them.
_MOMENTS: Final = {b'"-infinity"': datetime.min, b'"infinity"': datetime.max}
_DAYS: Final = {text: moment.date() for text, moment in _MOMENTS.items()}


def _within_time(decode: Decode, ends: Mapping[bytes, Any], value: Raw | str) -> Any:
    end = ends.get(value.encode() if isinstance(value, str) else bytes(value))
    return decode(value) if end is None else end


def _decoders(record: type[msgspec.Struct]) -> dict[str, Decode]:
    return {field.name: _decoder(field.type) for field in msgspec.structs.fields(record)}


HEAD_FIELDS: Final = _decoders(State)
"""What reads a field of an order out of JSON; amounts may be text or numbers."""
LINE_FIELDS: Final = _decoders(LineState)
"""The same for a line."""
_COST_TYPES: Final[Mapping[str, Any]] = {
    **{field: type(value) for field, value in costing.record(Costing()).items()},
    "supply_type": str | None,
    "sent_on": date | None,
    "final_invoice_on": date | None,
}
COST_FIELDS: Final[Mapping[str, Decode]] = {field: _decoder(kind) for field, kind in _COST_TYPES.items()}
"""The same for a costing."""


def of_rows(kept: str, type_named: Callable[[int], TypeName]) -> State:
    """The state out of all rows of the order, as the event of its deletion keeps them: JSON, by table.

    `type_named` tells what the type with an id is called.
    """
    rows = _rows(kept)
    head = {field: HEAD_FIELDS[field](value) for field, value in rows.order.items() if field in HEAD_FIELDS}
    return State(
        **head,
        type=type_named(_int(rows.order["type_id"])),
        responsible=rows.responsible,
        external_ids={each.source: each.their_id for each in rows.external_ids},
        lines=in_order(map(line_of, rows.lines)),
        costing=None if rows.costing is None else costs_of(rows.costing),
    )


class _Name(msgspec.Struct):
    source: str
    their_id: str


class _Rows(msgspec.Struct):
    order: Members
    lines: list[Members] = []
    costing: Members | None = None
    external_ids: list[_Name] = []
    responsible: str | None = None


_rows: Final = msgspec.json.Decoder(_Rows).decode
_int: Final = msgspec.json.Decoder(int).decode


def line_of(members: Members) -> LineState:
    """The line that has these fields; its leftovers may be JSON or the text of it."""
    fields = {field: LINE_FIELDS[field](value) for field, value in members.items() if field in _KEPT_OF_LINE}
    told = members.get("leftovers")
    if told is not None:
        fields["leftovers"] = LINE_FIELDS["leftovers"](_text(told) if first_of(told) == b'"' else told)
    return LineState(**fields)


def first_of(told: Raw) -> bytes:
    """The character that the JSON begins with, which tells what kind of value it is."""
    return bytes(memoryview(told)[:1])


_KEPT_OF_LINE: Final = LINE_FIELDS.keys() - {"leftovers", "sku"}
_text: Final = msgspec.json.Decoder(str).decode


def costs_of(members: Members) -> Costs:
    """The costing that has these fields; what is not told of is as for an order without costs."""
    return {
        **NO_COSTS,
        **{field: COST_FIELDS[field](value) for field, value in members.items() if field in COST_FIELDS},
    }


def in_order(lines: Iterable[LineState]) -> tuple[LineState, ...]:
    """The lines as they stand: by position, those that have none behind the others by id."""
    return tuple(sorted(lines, key=_place))


def _place(line: LineState) -> tuple[bool, int, int]:
    return line.position is None, line.position or 0, line.id
