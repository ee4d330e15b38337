"""What our own API gives and takes: the book's own words as JSON."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orderloom.book.external_ids import MAX_SOURCE, MAX_SOURCES, MAX_THEIR_ID
from orderloom.book.text import MAX_NOTES, MAX_TEXT

MAX_ID: Final = 2**63 - 1
MAX_LINES: Final = 2_000
# Records of one call.
MAX_MANY: Final = 1_000

Id = Annotated[int, Meta(ge=1, le=MAX_ID, description="The id of a record.")]
Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Notes = Annotated[str, Meta(max_length=MAX_NOTES)]
Moment = Annotated[datetime, Meta(tz=True, description="What can be entered lies from 0001-01-03 to 9999-12-29.")]
Amount = Annotated[Decimal, Meta(description="A decimal number as text, every digit of it.")]
Progress = Literal["to_execute", "in_progress", "done"]
# To Python the end is also before a last line end, to JSON schema it is not.
_SOURCE: Final = r"^[A-Za-z0-9._-]+$(?!\n)"
Source = Annotated[str, Meta(min_length=1, max_length=MAX_SOURCE, pattern=_SOURCE)]
TheirId = Annotated[str, Meta(min_length=1, max_length=MAX_THEIR_ID)]
GivenNames = Annotated[
    dict[Source, TheirId | None],
    Meta(max_length=MAX_SOURCES, description="What others shall call it, by source; null takes a name away."),
]
ReadOnly = Annotated[Any, Meta(description="Given, never taken: what is sent here is passed over.")]


class Line(msgspec.Struct, frozen=True, gc=False):
    """A position of an order; amounts are decimal numbers as text. `sku` is that of its item."""

    id: int
    title: str | None
    item_id: int | None
    sku: str | None
    qualifier: str | None
    quantity: str | None
    unit: str | None
    price: str | None
    price_total: str | None
    locked: bool
    facility_id: int | None
    expected_at: datetime | None
    cancel_at: datetime | None
    notes: str | None
    external_id: str | None
    leftovers: msgspec.Raw
    created_at: datetime
    created_by: str
    modified_at: datetime
    modified_by: str


class Costing(msgspec.Struct, frozen=True, gc=False):
    """What a purchase costs; amounts are decimal numbers as text, rounded to cents, markups in percent.

    `rate` is units of `currency` (empty: the base currency) per unit of the base currency. `source` is where the cost
    comes from: `lines` until somebody enters it, `entered` from then on. `over_limit`: the lines came to more than a
    cost may be, so that it stayed as it was. While `invest` is set nothing is charged.
    """

    is_estimate: bool
    source: Literal["lines", "entered"]
    over_limit: bool
    currency: str
    rate: str
    cost: str
    currency_cost: str
    markup: str
    charge: str
    job_charge: str
    invest: bool
    investment: str
    investment_markup: str
    estimate_cost: str
    estimate_currency_cost: str
    estimate_markup: str
    estimate_charge: str
    estimate_job_charge: str
    original_cost: str
    original_currency_cost: str
    supply_type: str | None
    sent_on: date | None
    final_invoice_on: date | None


class Order(msgspec.Struct, frozen=True, gc=False):
    """An order with everything that belongs to it, as it is or as it was at some time.

    `type` is the code of its order type, `responsible` the e-mail of a user. `data` are the custom fields of the type.
    `costing` is what a purchase costs, null for other orders. `leftovers` are attributes that only one vendor's API
    has, by its name. `external_ids` is what others call the order, by source.
    """

    id: int
    uuid: UUID
    code: str
    type: str
    type_version: int
    kind: str
    state: str
    archived: bool
    number: str | None
    title: str | None
    external_id: str | None
    supplier_reference: str | None
    process_id: str | None
    process_state: str | None
    notes: str | None
    customer_id: int | None
    supplier_id: int | None
    case_id: int | None
    responsible: str | None
    issued_at: datetime | None
    required_on: date | None
    done_at: datetime | None
    estimated_at: datetime | None
    price_total: str | None
    price_currency: str | None
    data: msgspec.Raw
    costing: Costing | None
    lines: list[Line]
    external_ids: dict[str, str]
    leftovers: msgspec.Raw
    created_at: datetime
    created_by: str
    modified_at: datetime
    modified_by: str
    version: int


class GivenLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A line as somebody wants it: one with an `id` is changed, one without is new."""

    id: Id | None | UnsetType = UNSET
    title: Text | None | UnsetType = UNSET
    item_id: Id | None | UnsetType = UNSET
    qualifier: Text | None | UnsetType = UNSET
    quantity: Amount | None | UnsetType = UNSET
    unit: Text | None | UnsetType = UNSET
    price: Amount | None | UnsetType = UNSET
    price_total: Amount | None | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    facility_id: Id | None | UnsetType = UNSET
    expected_at: Moment | None | UnsetType = UNSET
    cancel_at: Moment | None | UnsetType = UNSET
    notes: Notes | None | UnsetType = UNSET
    external_id: Text | None | UnsetType = UNSET
    sku: ReadOnly | UnsetType = UNSET
    leftovers: ReadOnly | UnsetType = UNSET
    created_at: ReadOnly | UnsetType = UNSET
    created_by: ReadOnly | UnsetType = UNSET
    modified_at: ReadOnly | UnsetType = UNSET
    modified_by: ReadOnly | UnsetType = UNSET


class GivenCosting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a purchase shall cost; amounts that follow from those that are given follow them."""

    currency: Text | UnsetType = UNSET
    rate: Amount | UnsetType = UNSET
    cost: Amount | UnsetType = UNSET
    currency_cost: Amount | UnsetType = UNSET
    markup: Amount | UnsetType = UNSET
    charge: Amount | UnsetType = UNSET
    job_charge: Amount | UnsetType = UNSET
    invest: bool | UnsetType = UNSET
    investment: Amount | UnsetType = UNSET
    investment_markup: Amount | UnsetType = UNSET
    estimate_cost: Amount | UnsetType = UNSET
    estimate_currency_cost: Amount | UnsetType = UNSET
    estimate_markup: Amount | UnsetType = UNSET
    estimate_charge: Amount | UnsetType = UNSET
    estimate_job_charge: Amount | UnsetType = UNSET
    original_cost: Amount | UnsetType = UNSET
    original_currency_cost: Amount | UnsetType = UNSET
    is_estimate: ReadOnly | UnsetType = UNSET
    source: ReadOnly | UnsetType = UNSET
    over_limit: ReadOnly | UnsetType = UNSET
    supply_type: ReadOnly | UnsetType = UNSET
    sent_on: ReadOnly | UnsetType = UNSET
    final_invoice_on: ReadOnly | UnsetType = UNSET


class GivenOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """An order as somebody wants it; what is left out stays as it is, null takes it away.

    `lines` are all that the order shall have, in their order. `version`, where it is given, has to be the one that the
    order has. `data` is merged into what is there; its members are fields of the type. `costing` cannot be taken away.
    """

    type: Text | UnsetType = UNSET
    state: Progress | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    number: Text | None | UnsetType = UNSET
    title: Text | None | UnsetType = UNSET
    external_id: Text | None | UnsetType = UNSET
    supplier_reference: Text | None | UnsetType = UNSET
    process_id: Text | None | UnsetType = UNSET
    process_state: Text | None | UnsetType = UNSET
    notes: Notes | None | UnsetType = UNSET
    customer_id: Id | None | UnsetType = UNSET
    supplier_id: Id | None | UnsetType = UNSET
    case_id: Id | None | UnsetType = UNSET
    responsible: Text | None | UnsetType = UNSET
    issued_at: Moment | None | UnsetType = UNSET
    required_on: date | None | UnsetType = UNSET
    done_at: Moment | None | UnsetType = UNSET
    estimated_at: Moment | None | UnsetType = UNSET
    price_total: Amount | None | UnsetType = UNSET
    price_currency: Text | None | UnsetType = UNSET
    data: dict[str, Any] | UnsetType = UNSET
    costing: GivenCosting | None | UnsetType = UNSET
    lines: Annotated[list[GivenLine], Meta(max_length=MAX_LINES)] | UnsetType = UNSET
    external_ids: GivenNames | UnsetType = UNSET
    version: int | UnsetType = UNSET
    id: ReadOnly | UnsetType = UNSET
    uuid: ReadOnly | UnsetType = UNSET
    code: ReadOnly | UnsetType = UNSET
    type_version: ReadOnly | UnsetType = UNSET
    kind: ReadOnly | UnsetType = UNSET
    leftovers: ReadOnly | UnsetType = UNSET
    created_at: ReadOnly | UnsetType = UNSET
    created_by: ReadOnly | UnsetType = UNSET
    modified_at: ReadOnly | UnsetType = UNSET
    modified_by: ReadOnly | UnsetType = UNSET


class Orders(msgspec.Struct, frozen=True):
    """A page of orders; `next` is the cursor of the page behind it, null at the end.

    A page with very long orders may have fewer than were asked for.
    """

    orders: list[Any]
    next: str | None


class GivenChange(GivenOrder, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall change of the order with this id."""

    id: Id


class GivenOrders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Many new orders."""

    orders: Annotated[list[GivenOrder], Meta(min_length=1, max_length=MAX_MANY)]


class GivenChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of many orders."""

    orders: Annotated[list[GivenChange], Meta(min_length=1, max_length=MAX_MANY)]


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one of many: the status that it would have had alone, and what it got, or the problem."""

    status: int
    id: int | None = None
    code: str | None = None
    version: int | None = None
    problem: msgspec.Raw | None = None


class Results(msgspec.Struct, frozen=True):
    """What became of each, in the order in which they came."""

    results: list[Result]
