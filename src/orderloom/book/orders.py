"""Orders: what one is, how one is placed, and how one is amended."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from orderloom.book import fields
from orderloom.book.errors import BadInput, Fault, IllegalMove
from orderloom.book.events import as_json, differences, inner_differences
from orderloom.book.text import MAX_TEXT, storable
from orderloom.book.types import OrderType

# Characters of an order's custom fields, as JSON text, all together.
MAX_DATA: Final = 100_000
STATES: Final = ("to_execute", "in_progress", "done")


class Head(msgspec.Struct, frozen=True, gc=False):
    """An order as a process desk sees it: no lines, no parties, no money.

    `data` is the JSON text of the custom fields that are set; `responsible` is a user's e-mail.
    """

    type: OrderType
    type_id: int
    id: int
    code: str
    external_id: str | None
    process_id: str | None
    process_state: str | None
    state: str
    archived: bool
    data: str
    done_at: datetime | None
    estimated_at: datetime | None
    responsible: str | None


class Order(Head, frozen=True, gc=False):
    """A whole order without its lines; references are the ids of what they refer to."""

    uuid: UUID
    code_number: int
    kind: str
    number: str | None
    title: str | None
    supplier_reference: str | None
    notes: str | None
    customer_id: int | None
    supplier_id: int | None
    case_id: int | None
    responsible_id: int | None
    issued_at: datetime | None
    required_on: date | None
    price_total: Decimal | None
    price_currency: str | None
    leftovers: str
    created_at: datetime
    created_by: str
    modified_at: datetime
    modified_by: str
    version: int


class Responsible(msgspec.Struct, frozen=True):
    """The user who answers for an order."""

    id: int
    email: str


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants an order to be; a field left UNSET is not spoken of.

    `type_code` and `responsible_email` name things that the desk looks up. `data` holds custom fields as they
    were given; on an amendment they are merged into those that are there. `faults` are values that had no meaning
    already in the words of the face: they are told together with those that the book finds.
    """

    type_code: str | UnsetType = UNSET
    responsible_email: str | None | UnsetType = UNSET
    external_id: str | None | UnsetType = UNSET
    process_id: str | None | UnsetType = UNSET
    process_state: str | None | UnsetType = UNSET
    state: str | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    done_at: datetime | None | UnsetType = UNSET
    estimated_at: datetime | None | UnsetType = UNSET
    data: Mapping[str, object] | UnsetType = UNSET
    faults: tuple[Fault, ...] = ()


# The fields of a wish that are entered as they stand.
PLAIN_FIELDS: Final = (
    "external_id",
    "process_id",
    "process_state",
    "state",
    "archived",
    "done_at",
    "estimated_at",
)
# What the store assigns or derives, so that no event has to tell it.
ASSIGNED: Final = (
    *("type", "type_id", "id", "code", "code_number", "uuid", "kind", "responsible_id"),
    *("created_at", "created_by", "modified_at", "modified_by", "version"),
)
# The fields whose changes an event tells as [from, to]; those of the type, the data and the leftovers are told within.
EVENT_FIELDS: Final = (
    *PLAIN_FIELDS,
    "number",
    "title",
    "supplier_reference",
    "notes",
    "customer_id",
    "supplier_id",
    "case_id",
    "responsible",
    "issued_at",
    "required_on",
    "price_total",
    "price_currency",
)


def place(wish: Wish, order_type: OrderType, responsible: Responsible | None, *, at: datetime, by: str) -> Order:
    """A new order of this type as wished, with id 0 and no code: the store assigns both.

    Raises BadInput with every fault of the wish.
    """
    blank = Order(
        type=order_type,
        type_id=order_type.id,
        id=0,
        code="",
        external_id=None,
        process_id=None,
        process_state=None,
        state="to_execute",
        archived=False,
        data="{}",
        done_at=None,
        estimated_at=None,
        responsible=None,
        uuid=UUID(int=0),
        code_number=0,
        kind=order_type.kind,
        number=None,
        title=None,
        supplier_reference=None,
        notes=None,
        customer_id=None,
        supplier_id=None,
        case_id=None,
        responsible_id=None,
        issued_at=None,
        required_on=None,
        price_total=None,
        price_currency=None,
        leftovers="{}",
        created_at=at,
        created_by=by,
        modified_at=at,
        modified_by=by,
        version=0,
    )
    return amend(blank, wish, order_type, responsible, at=at, by=by)


def amend(
    order: Order, wish: Wish, order_type: OrderType, responsible: Responsible | None, *, at: datetime, by: str
) -> Order:
    """The order with the wish fulfilled, one version on.

    `order_type` is the order's own type or the one it shall change to; a change empties the custom fields, and
    stays within the kind (IllegalMove otherwise). `responsible` counts only where the wish speaks of one.
    Raises BadInput with every fault of the wish.
    """
    if order_type.kind != order.kind:
        raise IllegalMove("type", order_type.code)
    faults = [*wish.faults, *plain_faults(wish)]
    stays = order_type.id == order.type_id
    data = order.data if stays else "{}"
    if wish.data is not UNSET and wish.data:
        accepted, data_faults = fields.accept(order_type, wish.data)
        faults += data_faults
        data = _merged(data, accepted)
        if len(data) > MAX_DATA:
            faults.append(Fault("data", "too_long"))
    if faults:
        raise BadInput(*faults)
    changes: dict[str, Any] = {field: value for field in PLAIN_FIELDS if (value := getattr(wish, field)) is not UNSET}
    if wish.responsible_email is not UNSET:
        changes["responsible"] = responsible.email if responsible else None
        changes["responsible_id"] = responsible.id if responsible else None
    return replace(
        order,
        type=order_type,
        type_id=order_type.id,
        data=data,
        modified_at=at,
        modified_by=by,
        version=order.version + 1,
        **changes,
    )


def told(before: Order | None, after: Order) -> str:
    """What an event tells of the change, as JSON text: each field that differs as [from, to].

    `type` is told by its code and version; of `data` and `leftovers` only the members that differ are.
    """
    changed: dict[str, Any] = {**differences(before, after, EVENT_FIELDS)}
    if before is None or before.type_id != after.type_id:
        changed["type"] = [before and _named(before.type), _named(after.type)]
    for field in ("data", "leftovers"):
        inner = inner_differences(getattr(before, field) if before else "{}", getattr(after, field))
        if inner:
            changed[field] = inner
    return as_json(changed)


def _named(order_type: OrderType) -> dict[str, object]:
    return {"code": order_type.code, "version": order_type.version}


def plain_faults(wish: Wish) -> list[Fault]:
    """What is wrong with the fields that are entered as they stand."""
    faults: list[Fault] = []
    if wish.state is not UNSET and wish.state not in STATES:
        faults.append(Fault("state", "inclusion", value=wish.state))
    for field in ("external_id", "process_id", "process_state"):
        text = getattr(wish, field)
        if isinstance(text, str):
            if not storable(text):
                faults.append(Fault(field, "invalid"))
            elif len(text) > MAX_TEXT:
                faults.append(Fault(field, "too_long"))
    return faults


def _merged(data: str, accepted: dict[str, Any]) -> str:
    """The custom fields with the accepted ones over them; an explicit null clears a field."""
    kept: dict[str, Any] = dict(_raw_fields.decode(data))
    for name, value in accepted.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = value
    return msgspec.json.encode(kept).decode()


# Values pass as the text they are, so that no number loses a digit on its way through.
_raw_fields: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
