"""Orders: what one is, how one is placed, and how one is amended."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from orderloom.book import fields, leftovers
from orderloom.book.amounts import amount_faults
from orderloom.book.cases import Case
from orderloom.book.errors import BadInput, Fault
from orderloom.book.events import NULLS, STAMPS, Author, stamped
from orderloom.book.leftovers import Wished
from orderloom.book.text import MAX_NOTES, MAX_TEXT, is_longer, text_faults
from orderloom.book.types import OrderType

# Characters of an order's custom fields, as JSON text, all together.
MAX_DATA: Final = 100_000
STATES: Final = ("to_execute", "in_progress", "done")
# What the database tells apart: of two changes to an order the later one is later by this at least.
RESOLUTION: Final = timedelta(microseconds=1)


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
    """An order without its lines. `leftovers` is JSON text, see `orderloom.book.leftovers`."""

    kind: str
    number: str | None
    title: str | None
    notes: str | None
    supplier_reference: str | None
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

    `type_code` or `type_number`, `responsible_email`, `customer_id`, `supplier_id` and `case_id` name things that the
    desk looks up.
    `data` holds custom fields as they were given; on an amendment they are merged into those that are there.
    `leftovers` are attributes of the face, merged likewise; None takes one away. `faults` are values that had no
    meaning already in the words of the face: they are told together with those that the book finds.

    `knows_fields`: a custom field that the type does not have is a fault, and not passed over.
    `keeps_data`: a change of type leaves the custom fields as they are, for faces that do not show them.
    `unknown_responsible`: the leftover that takes the place of a responsible user whom the book does not know; without
    it such a user is refused.
    """

    type_code: str | UnsetType = UNSET
    type_number: int | UnsetType = UNSET
    responsible_email: str | None | UnsetType = UNSET
    number: str | None | UnsetType = UNSET
    title: str | None | UnsetType = UNSET
    notes: str | None | UnsetType = UNSET
    supplier_reference: str | None | UnsetType = UNSET
    customer_id: int | None | UnsetType = UNSET
    supplier_id: int | None | UnsetType = UNSET
    case_id: int | None | UnsetType = UNSET
    issued_at: datetime | None | UnsetType = UNSET
    required_on: date | None | UnsetType = UNSET
    price_total: Decimal | None | UnsetType = UNSET
    price_currency: str | None | UnsetType = UNSET
    external_id: str | None | UnsetType = UNSET
    process_id: str | None | UnsetType = UNSET
    process_state: str | None | UnsetType = UNSET
    state: str | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    done_at: datetime | None | UnsetType = UNSET
    estimated_at: datetime | None | UnsetType = UNSET
    data: Mapping[str, object] | UnsetType = UNSET
    leftovers: Wished = UNSET
    faults: tuple[Fault, ...] = ()
    knows_fields: bool = False
    keeps_data: bool = False
    unknown_responsible: str | None = None


class References(NamedTuple):
    """What a wish named, looked up: each counts only where the wish speaks of it."""

    responsible: Responsible | None = None
    case: Case | None = None


NOBODY: Final = References()
"""What a wish that names nothing refers to."""
# The fields of a wish that are entered as they stand.
PLAIN_FIELDS: Final = (
    "number",
    "title",
    "notes",
    "supplier_reference",
    "customer_id",
    "supplier_id",
    "case_id",
    "issued_at",
    "required_on",
    "price_total",
    "price_currency",
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

    `changes` has [from, to] for each field that differs. `type` is told by its code and version, `responsible` by the
    e-mail of those days and by the id; `data` and `leftovers` hold the members that differ. An amendment tells also
    when and by whom the order was changed before.
    """

    order: Order
    changes: dict[str, Any]


def place(wish: Wish, order_type: OrderType, known: References, *, at: datetime, author: Author) -> Amended:
    """A new order of this type as wished, with id 0 and no code: the store assigns both.

    One that is charged to a case is for the customer of the case unless the wish names another.
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
        number=None,
        title=None,
        notes=None,
        supplier_reference=None,
        customer_id=None,
        supplier_id=None,
        case_id=None,
        responsible_id=None,
        issued_at=None,
        required_on=None,
        price_total=None,
        price_currency=None,
        leftovers=leftovers.NONE,
        created_at=at,
        created_by=author.name,
        modified_at=_LONG_AGO,
        modified_by=author.name,
        version=0,
    )
    if known.case is not None and wish.customer_id is UNSET:
        wish = replace(wish, customer_id=known.case.customer_id)
    order, changes = amend(blank, wish, order_type, known, at=at, author=author)
    begins = {"type": [None, _named(order_type)], "state": [None, order.state], "archived": [None, order.archived]}
    set_now = {field: told for field, told in changes.items() if field not in STAMPS}
    return Amended(order, begins | set_now | {field: begins[field] for field in ("state", "archived")})


def amend(
    order: Order, wish: Wish, order_type: OrderType, known: References, *, at: datetime, author: Author
) -> Amended:
    """The order with the wish fulfilled, one version on.

    `order_type` is the order's own type or the one it shall change to; a change empties the custom fields unless the
    wish keeps them, and has to stay within the kind. Raises BadInput with every fault of the wish.
    """
    faults = [*wish.faults, *plain_faults(wish)]
    if order_type.kind != order.kind:
        faults.append(Fault("type", "illegal", value=order_type.code))
    stays = order_type.id == order.type_id
    data, members = _custom_fields(order, wish, order_type, faults)
    kept, told = leftovers.amended(order.leftovers, author.face, wish.leftovers, faults)
    if faults:
        raise BadInput(*faults)
    wished: dict[str, Any] = {field: value for field in PLAIN_FIELDS if (value := getattr(wish, field)) is not UNSET}
    if wish.responsible_email is not UNSET:
        wished["responsible"] = known.responsible.email if known.responsible else None
        wished["responsible_id"] = known.responsible.id if known.responsible else None
    # What is equal stays as it is written: 10.0 is no other amount than 10.
    new = {field: value for field, value in wished.items() if getattr(order, field) != value}
    changes: dict[str, Any] = {field: [getattr(order, field), value] for field, value in new.items()}
    if not stays:
        changes["type"] = [_named(order.type), _named(order_type)]
    if members:
        changes["data"] = members
    if told:
        changes["leftovers"] = told
        if nulls := leftovers.were_null(told):
            changes[NULLS] = nulls
    changed = replace(
        order,
        type=order_type,
        type_id=order_type.id,
        data=data,
        leftovers=kept,
        modified_at=max(at, order.modified_at + RESOLUTION),
        modified_by=author.name,
        version=order.version + 1,
        **new,
    )
    return Amended(changed, changes | stamped(order, changed))


# When a new order was changed last, so that it is younger than that by any clock.
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def _custom_fields(
    order: Order, wish: Wish, order_type: OrderType, faults: list[Fault]
) -> tuple[str, dict[str, list[Any]]]:
    """The custom fields after the wish, and the members that differ; faults are added to the list."""
    accepted: dict[str, Any] = {}
    if wish.data is not UNSET and wish.data:
        accepted, data_faults = fields.accept(order_type, wish.data, knows_fields=wish.knows_fields)
        faults += data_faults
    stays = wish.keeps_data or order_type.id == order.type_id
    data, members = _merged(order.data, accepted) if stays else _replaced(order.data, accepted)
    if members and is_longer(data, MAX_DATA):
        faults.append(Fault("data", "too_long"))
    return data, members


def _named(order_type: OrderType) -> dict[str, object]:
    return {"code": order_type.code, "version": order_type.version}


def plain_faults(wish: Wish) -> list[Fault]:
    """What is wrong with the fields that are entered as they stand."""
    faults: list[Fault] = []
    if wish.state is not UNSET and wish.state not in STATES:
        faults.append(Fault("state", "inclusion", value=wish.state))
    return [*faults, *text_faults(wish, _LONGEST), *amount_faults(wish, ("price_total",))]


_LONGEST: Final = {
    "external_id": MAX_TEXT,
    "process_id": MAX_TEXT,
    "process_state": MAX_TEXT,
    "number": MAX_TEXT,
    "title": MAX_TEXT,
    "supplier_reference": MAX_TEXT,
    "notes": MAX_NOTES,
    "price_currency": MAX_TEXT,
}


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


def _replaced(data: str, accepted: dict[str, Any]) -> tuple[str, dict[str, list[Any]]]:
    """The accepted custom fields in place of all others, and the members that differ."""
    text, differing = _merged("{}", accepted)
    old = _members.decode(data)
    new = {name: value for name, (_, value) in differing.items()}
    names = [*old, *(name for name in new if name not in old)]
    return text, {name: [old.get(name), new.get(name)] for name in names if old.get(name) != new.get(name)}


# Values pass as the text they are, so that no number loses a digit on its way through.
_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
