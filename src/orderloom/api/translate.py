"""Between our own API's shapes and the book: pure, no request, no database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET

from orderloom.api import shapes
from orderloom.api.shapes import GivenCosting, GivenLine, GivenOrder
from orderloom.book.amounts import is_amount, plain
from orderloom.book.costing import UNPRICED, CostWish
from orderloom.book.errors import Fault
from orderloom.book.lines import Line, LineWish
from orderloom.book.moments import at_utc, is_showable
from orderloom.book.orders import Order, Wish
from orderloom.book.purchase_wishes import GoodsWish, Reference
from orderloom.book.purchases import Standing, StandingLine
from orderloom.book.states import NO_COSTS, LineState, State
from orderloom.book.types import PURCHASE
from orderloom.book.whole_orders import NewOrder, OrderWish, WholeOrder
from orderloom.wire import exact_json

_lines: Final = msgspec.json.Decoder(list[shapes.Line]).decode
_costing: Final = msgspec.json.Decoder(shapes.Costing).decode
_names: Final = msgspec.json.Decoder(dict[str, str]).decode


def shown(whole: WholeOrder) -> shapes.Order:
    """The order as it is shown."""
    costing = None if whole.costing is None else _costing(whole.costing)
    lines = [] if whole.lines is None else _lines(whole.lines)
    external_ids = {} if whole.external_ids is None else _names(whole.external_ids)
    return _order(whole.order, whole.uuid, costing, lines, external_ids)


def entered(new: NewOrder) -> shapes.Order:
    """A new order as it is shown."""
    costing = shapes.Costing(**{**_NO_COSTS, **_amounts(new.costing)}) if new.costing else None
    return _order(
        new.order, new.uuid, costing, [_line_of(line) for line in new.lines], dict(sorted(new.external_ids.items()))
    )


def _order(
    order: Order, uuid: UUID, costing: shapes.Costing | None, lines: list[shapes.Line], external_ids: dict[str, str]
) -> shapes.Order:
    return shapes.Order(
        order.id,
        uuid,
        order.code,
        order.type.code,
        order.type.version,
        order.kind,
        order.state,
        order.archived,
        order.number,
        order.title,
        order.external_id,
        order.supplier_reference,
        order.process_id,
        order.process_state,
        order.notes,
        order.customer_id,
        order.supplier_id,
        order.case_id,
        order.responsible,
        order.issued_at and at_utc(order.issued_at),
        order.required_on,
        order.done_at and at_utc(order.done_at),
        order.estimated_at and at_utc(order.estimated_at),
        _text(order.price_total),
        order.price_currency,
        msgspec.Raw(order.data.encode()),
        _FREE if costing is None and order.kind == PURCHASE else costing,
        lines,
        external_ids,
        msgspec.Raw(order.leftovers.encode()),
        order.created_at,
        order.created_by,
        order.modified_at,
        order.modified_by,
        order.version,
    )


def _line_of(line: Line) -> shapes.Line:
    return shapes.Line(
        line.id,
        line.title,
        line.item_id,
        line.sku,
        line.qualifier,
        _text(line.quantity),
        line.unit,
        _text(line.price),
        _text(line.price_total),
        line.locked,
        line.facility_id,
        line.expected_at and at_utc(line.expected_at),
        line.cancel_at and at_utc(line.cancel_at),
        line.notes,
        line.external_id,
        msgspec.Raw(line.leftovers.encode()),
        line.created_at,
        line.created_by,
        line.modified_at,
        line.modified_by,
    )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def state(earlier: State) -> shapes.Order:
    """An earlier state as it is shown."""
    known = {field: getattr(earlier, field) for field in _OF_STATES}
    return shapes.Order(
        **known,
        type=earlier.type.code,
        type_version=earlier.type.version,
        price_total=_text(earlier.price_total),
        data=_raw(earlier.data),
        leftovers=_raw(earlier.leftovers),
        costing=_earlier_costing(earlier),
        lines=[_earlier_line(line) for line in earlier.lines],
    )


def _earlier_costing(earlier: State) -> shapes.Costing | None:
    if earlier.costing is not None:
        return msgspec.convert(_amounts(earlier.costing), shapes.Costing)
    return _FREE if earlier.kind == PURCHASE else None


def _earlier_line(line: LineState) -> shapes.Line:
    known = {field: getattr(line, field) for field in _OF_LINE_STATES}
    return shapes.Line(**_amounts(known), leftovers=_raw(line.leftovers))


def _amounts(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with decimal numbers as text."""
    return {field: f"{value:f}" if isinstance(value, Decimal) else value for field, value in values.items()}


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


_NO_COSTS: Final = _amounts(NO_COSTS)
_FREE: Final = msgspec.convert(_NO_COSTS, shapes.Costing)
_OF_STATES: Final = tuple(
    field
    for field in shapes.Order.__struct_fields__
    if field not in ("type", "type_version", "price_total", "data", "leftovers", "costing", "lines")
)
_OF_LINE_STATES: Final = tuple(field for field in shapes.Line.__struct_fields__ if field != "leftovers")


# Fields that a wish has under the name of the member.
_PLAIN: Final = (
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
    "issued_at",
    "required_on",
    "done_at",
    "estimated_at",
    "price_total",
    "price_currency",
)
_OF_LINES: Final = (
    "title",
    "qualifier",
    "quantity",
    "unit",
    "price",
    "price_total",
    "locked",
    "expected_at",
    "cancel_at",
    "notes",
    "external_id",
)
_BLANK: Final = LineWish()
UNREAD: Final = Fault("", "invalid")
"""Stands for what could not be read."""


def to_wish(given: GivenOrder, before: Standing | None, *, in_part: bool = False) -> OrderWish:
    """What is wished for an order that stands like this, or for a new one.

    What comes back as it was shown is neither checked nor spoken of. `in_part`: more was wished than could be read, so
    that the wish will be refused whatever else is wrong with it.
    """
    faults = [UNREAD] if in_part else []
    head = _spoken(given, _PLAIN, None if before is None else before.order, faults)
    if given.type is not UNSET and (before is None or given.type != before.order.type.code):
        head["type_code"] = given.type
    if given.responsible is not UNSET and (before is None or given.responsible != before.order.responsible):
        head["responsible_email"] = given.responsible
    if given.data is not UNSET:
        head["data"] = _data(given, before)
    goods: Any = _goods(given.lines, before, faults) if given.lines is not UNSET else UNSET if before else ()
    wish = Wish(**head, knows_fields=True, faults=tuple(faults))
    return OrderWish(
        head=wish,
        goods=goods,
        cost=_cost(given.costing),
        costs_nothing=given.costing is None,
        external_ids={} if given.external_ids is UNSET else given.external_ids,
    )


def _data(given: GivenOrder, before: Standing | None) -> dict[str, Any]:
    """The custom fields that are given and not as they were shown; a change of type brings all of them anew."""
    if before is None or given.type not in (UNSET, before.order.type.code) or not given.data:
        return dict(given.data or {})
    kept = exact_json.decode(before.order.data)
    return {
        name: value for name, value in given.data.items() if name not in kept or not exact_json.same(value, kept[name])
    }


def _spoken(given: Any, fields: tuple[str, ...], before: Any, faults: list[Fault]) -> dict[str, Any]:
    """The fields that are given and not as they were shown; numbers and moments that cannot be kept are faults."""
    spoken = {}
    for field in fields:
        value = getattr(given, field)
        if value is UNSET or (before is not None and _is_shown_so(value, getattr(before, field))):
            continue
        if isinstance(value, Decimal):
            if not is_amount(value):
                faults.append(Fault(field, "invalid"))
                continue
            value = plain(value)
        elif isinstance(value, datetime) and not is_showable(value):
            faults.append(Fault(field, "invalid"))
            continue
        spoken[field] = value
    return spoken


def _is_shown_so(given: Any, kept: Any) -> bool:
    return bool(given == (at_utc(kept) if isinstance(kept, datetime) else kept))


def _cost(given: Any) -> CostWish:
    if not isinstance(given, GivenCosting):
        return UNPRICED
    return CostWish(**{field: getattr(given, field) for field in CostWish.__struct_fields__})


def _goods(given: list[GivenLine], before: Standing | None, faults: list[Fault]) -> list[GoodsWish]:
    own = {} if before is None else {line.id: line for line in before.lines}
    return [_line(each, own, place, faults) for place, each in enumerate(given)]


def _line(given: GivenLine, own: Mapping[int, StandingLine], place: int, faults: list[Fault]) -> GoodsWish:
    line = own.get(given.id) if isinstance(given.id, int) else None
    found: list[Fault] = []
    spoken = _spoken(given, _OF_LINES, line, found)
    faults += [replace(fault, line=place) for fault in found] if found else ()
    item: Any = UNSET
    if given.item_id is not UNSET and (line is None or given.item_id != line.item_id):
        item = given.item_id and Reference("id", given.item_id, f"/lines/{place}/item_id")
    elif line is not None and line.item_id is not None and "qualifier" in spoken:
        # It is one of its item's, so that it is checked with it.
        item = Reference("id", line.item_id, f"/lines/{place}/item_id")
    facility: Any = UNSET
    if given.facility_id is not UNSET and (line is None or given.facility_id != line.facility_id):
        facility = given.facility_id and Reference("id", given.facility_id, f"/lines/{place}/facility_id")
    return GoodsWish(id=given.id or None, wish=LineWish(**spoken) if spoken else _BLANK, item=item, facility=facility)
