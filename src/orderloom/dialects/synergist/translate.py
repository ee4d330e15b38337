"""Between Synergist's words and the book's. Pure: no request, no database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from math import floor
from typing import Any, Final
from uuid import UUID

from orderloom.book.companies import Company
from orderloom.book.costed import Costed, CostedWish, EstimateWish, Key, Listed
from orderloom.book.costing import Costing, CostWish, record
from orderloom.book.orders import Wish
from orderloom.dialects.synergist import model, reading, shapes
from orderloom.dialects.synergist.errors import Wrong, quoted
from orderloom.dialects.synergist.shapes import number

ESTIMATE: Final = "{EST}"

Record = dict[str, Any]
"""One object of `input`, its members in the vendor's spelling."""


def as_record(given: Any, place: int) -> Record:
    """The record at this place of `data`, from 0. Raises Wrong."""
    if not isinstance(given, dict):
        raise Wrong(f"data[{place}]: must be an object")
    found: Record = {}
    for name, value in given.items():
        known = model.BY_LOWER_NAME.get(name.strip().lower())
        if known is None:
            raise Wrong(f"data[{place}]: unknown field {quoted(name)}")
        if found.setdefault(known, value) != value:
            raise Wrong(f"data[{place}]: {known} is given twice")
    return found


def estimate(given: Record, place: int) -> EstimateWish:
    """What `create` wants at this place of `data`. Raises Wrong. Source: section 8."""
    with _told_at(place):
        return _estimate(given)


def _estimate(given: Record) -> EstimateWish:
    for name in given:
        if name not in model.MANDATORY and name not in model.OPTIONAL:
            raise Wrong(f"{name} cannot be set by create")
    for name in model.MANDATORY:
        if not reading.text(name, given.get(name, "")).strip():
            raise Wrong(f"{name} is mandatory")
    told = {name: _read(name, given[name]) for name in _in_order(given)}
    return EstimateWish(
        case_code=told["poJobandPhase"],
        supplier_code=told["poSupplierCode"],
        supply_type=told["poSupplytype"],
        head=_head(told),
        cost=_cost(told),
    )


class Update:
    """What `update` wants of a purchase: the change that the desk asks for. Source: section 8, "Update details"."""

    def __init__(self, given: Record, place: int, company: Company) -> None:
        self._place = place
        self._company = company
        with _told_at(place):
            self._meant = _Meant(given)
            self._told = {name: _read_or_unlike(name, given[name]) for name in _in_order(given)}
            if not self._told:
                raise Wrong("there is no field to update")
            _check_twins(self._told)

    @property
    def key(self) -> Key:
        return self._meant.key

    def __call__(self, costed: Costed) -> CostedWish:
        """The wish, given the purchase as it is. Raises Wrong."""
        with _told_at(self._place):
            self._meant.check(costed)
        shown = values(costed, self._company)
        told, ignored = {}, []
        for name, value in self._told.items():
            field = model.FIELDS[name]
            # What comes back as it was shown is not told: it is neither checked nor stored.
            if field.priced or (field.editable and value != shown[name]):
                told[name] = value
            elif value != shown[name]:
                ignored.append(name)
        return CostedWish(head=_head(told), cost=_cost(told), ignored=tuple(ignored))


class Deletion:
    """What `delete` wants: that the purchase is the one that is meant."""

    def __init__(self, given: Record, place: int) -> None:
        self._place = place
        with _told_at(place):
            self._meant = _Meant(given)
            for name in _in_order(given):
                raise Wrong(f"{name} is no part of a deletion")

    @property
    def key(self) -> Key:
        return self._meant.key

    def __call__(self, costed: Costed) -> None:
        """Raises Wrong if it is another one."""
        with _told_at(self._place):
            self._meant.check(costed)


class _Meant:
    """Which purchase a record means, in which version. Raises Wrong."""

    def __init__(self, given: Record) -> None:
        self.key, self._uuid = reading.identifier(given)
        self._version = reading.whole(model.LOCK, given[model.LOCK]) if model.LOCK in given else None

    def check(self, costed: Costed) -> None:
        """Raises Wrong if this is not the one."""
        if self._uuid not in (None, costed.uuid):
            raise Wrong("poInternal and poUuid name different purchases")
        version = costed.order.version
        if self._version not in (None, version):
            raise Wrong(f"{model.LOCK} is {version} by now")


@contextmanager
def _told_at(place: int) -> Iterator[None]:
    """Lets what is wrong with a record tell its place."""
    try:
        yield
    except Wrong as wrong:
        raise Wrong(f"data[{place}]: {wrong.text}") from None


def _in_order(given: Record) -> list[str]:
    """The fields that say something of the purchase, in the order of the model."""
    return [name for name in model.FIELDS if name in given and name not in (*model.IDENTIFIERS, model.LOCK)]


def _read(name: str, given: Any) -> Any:
    return reading.value(name, model.FIELDS[name].kind, given)


def _read_or_unlike(name: str, given: Any) -> Any:
    """The same; of a field that cannot be changed, what has no meaning is like nothing that is shown."""
    try:
        return _read(name, given)
    except Wrong:
        if model.FIELDS[name].editable:
            raise
        return _UNLIKE


_UNLIKE: Final = object()


def _check_twins(given: Record) -> None:
    """Raises Wrong if the two names of the charge come with different values. Source: section 4, "Twin key"."""
    charge = given.get("poCharge")
    if charge is not None and given.get(model.TWIN, charge) != charge:
        raise Wrong(f"poCharge and {model.TWIN} are given and differ")


def _head(given: Mapping[str, Any]) -> Wish:
    """What the fields say of the order itself; the empty text clears."""
    fields = [(model.FIELDS[name], value) for name, value in given.items()]
    told: dict[str, Any] = {field.wish: value or None for field, value in fields if field.wish and not field.priced}
    return Wish(**told)


def _cost(given: Mapping[str, Any]) -> CostWish:
    fields = [(model.FIELDS[name], value) for name, value in given.items()]
    return CostWish(**{field.wish: value for field, value in fields if field.priced})


def values(costed: Costed, company: Company) -> dict[str, Any]:
    """What the face shows of the order itself, each value as it is read."""
    order, costing = costed.order, costed.costing
    cost = costing.estimate.cost if costing.is_estimate else costing.actual.cost
    return {
        "poInternal": order.id,
        "poUuid": _uuid(costed.uuid),
        "poTimeStampModified": _seconds(order.modified_at),
        "poRecordVersionNumber": order.version,
        "poPONumber": _number(costing.is_estimate, order.number, order.code),
        "poDescription": order.title or "",
        "poOrderText": order.notes or "",
        "poJobandPhase": costed.case_code or "",
        "poTheirRef": order.supplier_reference or "",
        "poOrderedByUserName": order.created_by,
        "poSupplierCode": costed.supplier_code or "",
        "poSupplierName": costed.supplier_name or "",
        "poSupplytype": costed.supply_type or "",
        "poCostDisplay": _display(cost, company),
        "poDateCreated": order.created_at.astimezone(UTC).date(),
        "poDateRequired": order.required_on,
        "poDateSent": costed.sent_on,
        "poDateFinalInvoice": costed.final_invoice_on,
        "poCompleted": order.state == "done",
    }


def details(costed: Costed, company: Company) -> shapes.Details:
    """The purchase in the details model."""
    shown = values(costed, company)
    for name in _DAYS:
        shown[name] = _day(shown[name])
    return shapes.Details(**shown, **_amounts(costed.costing))


_DAYS: Final = ("poDateCreated", "poDateRequired", "poDateSent", "poDateFinalInvoice")


def written(costed: Costed) -> shapes.Amounts:
    """The purchase as a write answers it."""
    order = costed.order
    return shapes.Amounts(
        **_amounts(costed.costing),
        poInternal=order.id,
        poUuid=_uuid(costed.uuid),
        poTimeStampModified=_seconds(order.modified_at),
        poRecordVersionNumber=order.version,
        poPONumber=_number(costed.costing.is_estimate, order.number, order.code),
    )


def deleted(costed: Costed) -> shapes.Deleted:
    """What is told of a purchase that is gone."""
    return shapes.Deleted(costed.order.id, _uuid(costed.uuid))


def in_list(listed: Listed, company: Company) -> shapes.InList:
    """The purchase in the list model."""
    return shapes.InList(
        poInternal=listed.id,
        poUuid=_uuid(listed.uuid),
        poTimeStampModified=_seconds(listed.modified_at),
        poRecordVersionNumber=listed.version,
        poPONumber=_number(listed.is_estimate, listed.number, listed.code),
        poDescription=listed.title or "",
        poJobandPhase=listed.case_code or "",
        poTheirRef=listed.supplier_reference or "",
        poOrderedByUserName=listed.created_by,
        poSupplierCode=listed.supplier_code or "",
        poSupplierName=listed.supplier_name or "",
        poSupplytype=listed.supply_type or "",
        poCostDisplay=_display(listed.estimate_cost if listed.is_estimate else listed.cost, company),
        poDateCreated=_day(listed.created_at.astimezone(UTC).date()),
        poDateRequired=_day(listed.required_on),
        poDateSent=_day(listed.sent_on),
        poDateFinalInvoice=_day(listed.final_invoice_on),
        poCompleted=listed.state == "done",
    )


def _amounts(costing: Costing) -> dict[str, Any]:
    """The costing as every model tells it."""
    costs = record(costing)
    return {name: number(costs[word]) if kind == model.MONEY else costs[word] for name, word, kind in _PRICED}


_PRICED: Final = [(name, field.wish, field.kind) for name, field in model.FIELDS.items() if field.priced]


def _uuid(uuid: UUID) -> str:
    return uuid.hex.upper()


def _seconds(moment: datetime) -> int:
    return floor(moment.timestamp())


def _number(is_estimate: bool, number: str | None, code: str) -> str:
    if is_estimate:
        return ESTIMATE
    return code if number is None else number


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _display(cost: Decimal, company: Company) -> str:
    return f"{'-' if cost < 0 else ''}{company.base_symbol}{abs(cost):,.2f}"
