"""Purchases with what they cost: estimated, amended, made real."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from orderloom.book import costing as costs
from orderloom.book import orders
from orderloom.book.cases import Case
from orderloom.book.costing import Costing, CostWish
from orderloom.book.errors import BadInput, Fault, IllegalMove, collecting
from orderloom.book.events import Author
from orderloom.book.money import ONE, ZERO
from orderloom.book.orders import Order, References, Wish
from orderloom.book.types import OrderType

Key = int | UUID
"""How a purchase is named: by its id or its UUID."""


class Costed(NamedTuple):
    """A purchase without its lines, with its costing and the words of what it refers to.

    `job_rate` is units of the job's currency per unit of the base currency.
    """

    order: Order
    uuid: UUID
    case_code: str | None
    job_rate: Decimal
    supplier_code: str | None
    supplier_name: str | None
    supply_type: str | None
    sent_on: date | None
    final_invoice_on: date | None
    costing: Costing


class Listed(NamedTuple):
    """A purchase as a list shows it."""

    id: int
    uuid: UUID
    code: str
    number: str | None
    title: str | None
    supplier_reference: str | None
    state: str
    required_on: date | None
    created_at: datetime
    created_by: str
    modified_at: datetime
    version: int
    case_code: str | None
    supplier_code: str | None
    supplier_name: str | None
    supply_type: str | None
    sent_on: date | None
    final_invoice_on: date | None
    is_estimate: bool
    cost: Decimal
    estimate_cost: Decimal


class Chosen(NamedTuple):
    """What a list is narrowed to; each part that is not None has to hold. Codes are compared exactly.

    `containing` is a part of the title, the number as it is shown, or the supplier's reference, case ignored; the
    purchases were last changed from `modified_from` to before `modified_before`.
    """

    key: Key | None = None
    case_code: str | None = None
    job_code: str | None = None
    supplier_code: str | None = None
    uuid: UUID | None = None
    containing: str | None = None
    modified_from: datetime | None = None
    modified_before: datetime | None = None


EVERY: Final = Chosen()


class CostedWish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants a purchase to be. `ignored` is handed back: what the face left out, in words of its own."""

    head: Wish = Wish()
    cost: CostWish = CostWish()
    ignored: tuple[str, ...] = ()


class EstimateWish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants a new estimate to be; the codes name things that the desk looks up."""

    case_code: str
    supplier_code: str
    supply_type: str
    head: Wish = Wish()
    cost: CostWish = CostWish()


class Supplier(NamedTuple):
    """Who supplies; `default_markup` is in percent."""

    id: int
    name: str | None
    default_markup: Decimal


class Found(NamedTuple):
    """What the codes of wishes stand for; what is not here is not in the book."""

    cases: Mapping[str, Case] = {}
    suppliers: Mapping[str, Supplier] = {}
    supply_types: frozenset[str] = frozenset()
    rates: Mapping[str, Decimal] = {}


class Amended(NamedTuple):
    """A purchase after a change, what the change altered, and the amounts that lost to others that were given.

    `changes` has [from, to] for each field that differs; those of the costing stand under `costing`. `ignored` is what
    the wish handed over.
    """

    costed: Costed
    changes: dict[str, Any]
    lost: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def estimate(wish: EstimateWish, order_type: OrderType, found: Found, *, at: datetime, author: Author) -> Amended:
    """A new estimate as wished, without id, UUID and code: the store assigns them. Raises BadInput with every fault."""
    faults = _unknown(wish, found)
    case, supplier = found.cases.get(wish.case_code), found.suppliers.get(wish.supplier_code)
    job_rate = ONE if case is None else case.job_rate
    with collecting(faults):
        head = replace(
            wish.head,
            case_id=None if case is None else case.id,
            supplier_id=None if supplier is None else supplier.id,
        )
        placed = orders.place(head, order_type, References(case=case), at=at, author=author)
    with collecting(faults):
        priced = costs.estimated(
            wish.cost,
            default_markup=ZERO if supplier is None else supplier.default_markup,
            table_rate=_table_rate(wish.cost, found.rates),
            job_rate=job_rate,
        )
    if faults:
        raise BadInput(*faults)
    costed = Costed(
        order=placed.order,
        uuid=_NO_UUID,
        case_code=wish.case_code,
        job_rate=job_rate,
        supplier_code=wish.supplier_code,
        supplier_name=supplier and supplier.name,
        supply_type=wish.supply_type,
        sent_on=None,
        final_invoice_on=None,
        costing=priced.costing,
    )
    told = costs.changes(Costing(), priced.costing) | {"supply_type": [None, wish.supply_type]}
    return Amended(costed, placed.changes | {"costing": told}, priced.lost)


# A new purchase has no id and no UUID: the store assigns both.
_NO_UUID: Final = UUID(int=0)


def entered(costed: Costed, order_id: int, code: str, uuid: UUID) -> Costed:
    """The purchase with what the store has assigned to it."""
    return costed._replace(order=replace(costed.order, id=order_id, code=code), uuid=uuid)


def amend(costed: Costed, wish: CostedWish, rates: Mapping[str, Decimal], *, at: datetime, author: Author) -> Amended:
    """The purchase with the wish fulfilled, one version on. `rates` are those of the currencies that wishes name.

    Raises BadInput with every fault.
    """
    faults: list[Fault] = []
    order, costing = costed.order, costed.costing
    with collecting(faults):
        head = orders.amend(order, wish.head, order.type, References(), at=at, author=author)
    with collecting(faults):
        table_rate = _table_rate(wish.cost, rates)
        priced = costs.amend(costing, wish.cost, table_rate=table_rate, job_rate=costed.job_rate)
    if faults:
        raise BadInput(*faults)
    return _amended(costed, head, priced.costing)._replace(lost=priced.lost, ignored=wish.ignored)


def promote(costed: Costed, number: str, *, at: datetime, author: Author) -> Amended:
    """The estimate made real, with this number unless it has one. Raises IllegalMove if it is real already."""
    if not costed.costing.is_estimate:
        raise IllegalMove("is_estimate", False)
    order = costed.order
    wish = Wish(number=number) if order.number is None else Wish()
    head = orders.amend(order, wish, order.type, References(), at=at, author=author)
    return _amended(costed, head, costs.promote(costed.costing))


def _amended(costed: Costed, head: orders.Amended, costing: Costing) -> Amended:
    told = costs.changes(costed.costing, costing)
    changes = {**head.changes, "costing": told} if told else head.changes
    return Amended(costed._replace(order=head.order, costing=costing), changes)


def _unknown(wish: EstimateWish, found: Found) -> list[Fault]:
    named = (
        ("case", wish.case_code, found.cases),
        ("supplier", wish.supplier_code, found.suppliers),
        ("supply_type", wish.supply_type, found.supply_types),
    )
    return [Fault(field, "unknown", value=code) for field, code, known in named if code not in known]


def _table_rate(wish: CostWish, rates: Mapping[str, Decimal]) -> Decimal | None:
    return None if wish.currency is UNSET else rates.get(wish.currency)
