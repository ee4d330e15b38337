"""Orders: what one is, how one is placed, and how one is amended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from orderloom.book import fields
from orderloom.book.errors import BadInput, Fault, IllegalMove
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
    """An order as a change needs it: the head, and what the book keeps about the order itself."""

    kind: str
    responsible_id: int | None
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


class Amended(NamedTuple):
    """An order after a change, and what the change altered.

    `changes` has [from, to] for each field that differs. `type` is told by its code and version; `data` holds the
    members that differ.
    """

    order: Order
    changes: dict[str, Any]


def place(wish: Wish, order_type: OrderType, responsible: Responsible | None, *, at: datetime, by: str) -> Amended:
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
        kind=order_type.kind,
        responsible_id=None,
        created_at=at,
        created_by=by,
        modified_at=at,
        modified_by=by,
        version=0,
    )
    order, changes = amend(blank, wish, order_type, responsible, at=at, by=by)
    begins = {"type": [None, _named(order_type)], "state": [None, order.state], "archived": [None, order.archived]}
    return Amended(order, begins | changes | {field: begins[field] for field in ("state", "archived")})


def amend(
    order: Order, wish: Wish, order_type: OrderType, responsible: Responsible | None, *, at: datetime, by: str
) -> Amended:
    """The order with the wish fulfilled, one version on.

    `order_type` is the order's own type or the one it shall change to; a change empties the custom fields, and
    stays within the kind (IllegalMove otherwise). `responsible` counts only where the wish speaks of one.
    Raises BadInput with every fault of the wish.
    """
    if order_type.kind != order.kind:
        raise IllegalMove("type", order_type.code)
    faults = [*wish.faults, *plain_faults(wish)]
    accepted: dict[str, Any] = {}
    if wish.data is not UNSET and wish.data:
        accepted, data_faults = fields.accept(order_type, wish.data)
        faults += data_faults
    stays = order_type.id == order.type_id
    data, members = _merged(order.data, accepted) if stays else _replaced(order.data, accepted)
    if members and len(data) > MAX_DATA and _compact_length(data) > MAX_DATA:
        faults.append(Fault("data", "too_long"))
    if faults:
        raise BadInput(*faults)
    new: dict[str, Any] = {field: value for field in PLAIN_FIELDS if (value := getattr(wish, field)) is not UNSET}
    if wish.responsible_email is not UNSET:
        new["responsible"] = responsible.email if responsible else None
    changes: dict[str, Any] = {
        field: [old, value] for field, value in new.items() if (old := getattr(order, field)) != value
    }
    if "responsible" in new:
        new["responsible_id"] = responsible.id if responsible else None
    if not stays:
        changes["type"] = [_named(order.type), _named(order_type)]
    if members:
        changes["data"] = members
    changed = replace(
        order,
        type=order_type,
        type_id=order_type.id,
        data=data,
        modified_at=at,
        modified_by=by,
        version=order.version + 1,
        **new,
    )
    return Amended(changed, changes)


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


def _merged(data: str, accepted: dict[str, Any]) -> tuple[str, dict[str, list[Any]]]:
    """The custom fields with the accepted ones over them, and the members that differ; null clears a field."""
    if not accepted:
        return data, {}
    kept = _members.decode(data)
    differing: dict[str, list[Any]] = {}
    for name, value in accepted.items():
        old = kept.pop(name, None)
        new = None if value is None else msgspec.Raw(msgspec.json.encode(value))
        if new is not None:
            kept[name] = new
        if old != new:
            differing[name] = [old, new]
    return msgspec.json.encode(kept).decode(), differing


def _compact_length(data: str) -> int:
    """The length without blanks between tokens: the database gives data back with more of them than it was given."""
    return len(msgspec.json.encode(msgspec.json.decode(data)))


def _replaced(data: str, accepted: dict[str, Any]) -> tuple[str, dict[str, list[Any]]]:
    """The accepted custom fields in place of all others, and the members that differ."""
    text, differing = _merged("{}", accepted)
    old = _members.decode(data)
    new = {name: value for name, (_, value) in differing.items()}
    names = [*old, *(name for name in new if name not in old)]
    return text, {name: [old.get(name), new.get(name)] for name in names if old.get(name) != new.get(name)}


# Values pass as the text they are, so that no number loses a digit on its way through.
_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
