"""Orders of any kind as they are: with their lines, what they cost, and what others call them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from msgspec import UNSET, UnsetType
from msgspec.structs import replace as struct_replace

from orderloom.book.cases import Case
from orderloom.book.costing import UNPRICED, CostWish
from orderloom.book.errors import Fault
from orderloom.book.external_ids import Name
from orderloom.book.lines import Line
from orderloom.book.orders import Order, References, Responsible
from orderloom.book.purchase_wishes import CustomerName, FacilityName, Found, KnownItem, PurchaseWish
from orderloom.book.purchases import Standing
from orderloom.book.types import PURCHASE

Key = int | str | UUID
"""How an order is named: by its id, its code, or its UUID."""


class WholeOrder(NamedTuple):
    """An order with everything that belongs to it; JSON texts, None where there is nothing.

    `costing` is an object of the columns of a costing, amounts as text. `external_ids` is an object of the id in each
    source. `lines` is an array of objects by the names of a line's fields, amounts as text, in their order.
    """

    order: Order
    uuid: UUID
    costing: str | None
    external_ids: str | None
    lines: str | None


class NewOrder(NamedTuple):
    """The same of an order that has just been entered. `costing` are the columns of it that somebody set."""

    order: Order
    uuid: UUID
    costing: Mapping[str, Any]
    external_ids: Mapping[str, str]
    lines: Sequence[Line]


class OrderWish(PurchaseWish, frozen=True, kw_only=True):
    """What somebody wants an order of any kind to be; `head` names customer, supplier and case by id.

    Items and facilities are named by references whose words are ids. `cost` can be wished of a purchase only.
    `costs_nothing`: it shall have no costs. `external_ids` is what others shall call the order, by source; None takes a
    name away.
    """

    cost: CostWish = UNPRICED
    costs_nothing: bool = False
    external_ids: Mapping[str, str | None] = {}


def with_faults(wish: OrderWish, faults: Sequence[Fault], *, without_data: bool = False) -> OrderWish:
    """The wish with more faults; without custom fields where nobody knows which ones the order may have."""
    if not faults:
        return wish
    head = struct_replace(wish.head, faults=(*wish.head.faults, *faults))
    return struct_replace(wish, head=struct_replace(head, data=UNSET) if without_data else head)


def names(wish: OrderWish) -> list[Name]:
    """What others shall call the order."""
    return [(source, name) for source, name in wish.external_ids.items() if name is not None]


def without_names_of_others(wish: OrderWish, taken: Collection[Name]) -> OrderWish:
    """The wish with a fault for each id elsewhere that another order has already."""
    if not taken:
        return wish
    faults = [Fault("external_ids", "taken", *name) for name in wish.external_ids.items() if name in taken]
    return with_faults(wish, faults)


class Named(NamedTuple):
    """What a wish names, by id; the responsible user by e-mail."""

    customers: frozenset[Any]
    suppliers: frozenset[Any]
    cases: frozenset[Any]
    users: frozenset[Any]
    items: frozenset[Any]
    facilities: frozenset[Any]


NOTHING: Final = Named(*(frozenset() for _ in Named._fields))


class Owned(NamedTuple):
    """An item, and the customer whose it is."""

    customer_id: int
    item: KnownItem


class Known(NamedTuple):
    """What of that is in the book."""

    customers: dict[int, CustomerName]
    suppliers: frozenset[int]
    cases: dict[int, Case]
    users: dict[str, Responsible]
    items: dict[int, Owned]
    facilities: dict[int, FacilityName]


def named(wish: OrderWish) -> Named:
    """What the wish names."""
    head = wish.head
    return Named(
        _ids(head.customer_id),
        _ids(head.supplier_id),
        _ids(head.case_id),
        frozenset((head.responsible_email,)) if isinstance(head.responsible_email, str) else frozenset(),
        frozenset(each.value for each in wish.items),
        frozenset(each.value for each in wish.facilities),
    )


def named_by_all(wishes: Iterable[OrderWish]) -> Named:
    """What some of the wishes name; nothing, if there is no wish."""
    return Named(*(frozenset().union(*each) for each in zip(NOTHING, *map(named, wishes), strict=True)))


class Resolved(NamedTuple):
    """A wish with a fault for each thing that is not there, and what the others stand for."""

    wish: OrderWish
    found: Found
    references: References


def resolved(wish: OrderWish, known: Known, before: Standing | None = None) -> Resolved:
    """The wish for a new order, or for one that stands like this, with what it names looked up.

    Items are those of the customer whose the order will be: the one of its case, if a new one names no other.
    """
    head = wish.head
    case = known.cases.get(head.case_id) if isinstance(head.case_id, int) else None
    responsible = known.users.get(head.responsible_email) if isinstance(head.responsible_email, str) else None
    faults = _unknown(wish, known)
    customer_id: int | None
    if head.customer_id is not UNSET:
        customer_id = head.customer_id
        is_known = customer_id is None or customer_id in known.customers
        if before is not None and is_known and _takes_items_away(before, wish, customer_id):
            faults.append(Fault("customer_id", "illegal", value=customer_id))
    elif before is not None:
        customer_id = before.order.customer_id
    else:
        customer_id = None if case is None else case.customer_id
    items = {each: known.items[each.value] for each in wish.items if each.value in known.items}
    found = Found(
        items={each: owned.item for each, owned in items.items() if owned.customer_id == customer_id},
        facilities={each: known.facilities[each.value] for each in wish.facilities if each.value in known.facilities},
    )
    if any(fault.field in ("customer_id", "case_id") and fault.reason == "unknown" for fault in faults):
        wish = _without_items(wish)
    return Resolved(with_faults(wish, faults), found, References(responsible, case))


def _without_items(wish: OrderWish) -> OrderWish:
    """The wish without items: of whom nobody knows which customer is meant, nobody can say which are his."""
    if wish.goods is UNSET:
        return wish
    return struct_replace(wish, goods=[struct_replace(each, item=UNSET) for each in wish.goods])


def _unknown(wish: OrderWish, known: Known) -> list[Fault]:
    head = wish.head
    named_by_head = (
        ("customer_id", head.customer_id, known.customers),
        ("supplier_id", head.supplier_id, known.suppliers),
        ("case_id", head.case_id, known.cases),
        ("responsible", head.responsible_email, known.users),
    )
    return [
        Fault(field, "unknown", value=value)
        for field, value, there in named_by_head
        if value is not UNSET and value is not None and value not in there
    ]


def _takes_items_away(before: Standing, wish: OrderWish, customer_id: int | None) -> bool:
    """Whether a purchase would go to another customer while lines that stay name items of the one that it has."""
    order = before.order
    if order.kind != PURCHASE or order.customer_id in (None, customer_id):
        return False
    goods = {line.id: UNSET for line in before.lines} if wish.goods is UNSET else {g.id: g.item for g in wish.goods}
    return any(line.item_id is not None and goods.get(line.id) is UNSET for line in before.lines)


def _ids(value: int | None | UnsetType) -> frozenset[Any]:
    return frozenset() if value is UNSET or value is None else frozenset((value,))
