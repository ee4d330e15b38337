"""Between InTouch and the book: pure, no request, no database. Source: contracts/intouch.md sections 3 and 5."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final, NamedTuple

import msgspec

from orderloom.book import leftovers
from orderloom.book.errors import Fault
from orderloom.book.lines import Line, LineWish
from orderloom.book.orders import Order, Wish
from orderloom.book.parties import ORGANISATION, Customer
from orderloom.book.text import storable
from orderloom.book.users import normal_email
from orderloom.dialects.intouch import attributes, shapes
from orderloom.dialects.intouch.attributes import ITEM, ORDER, READ_ONLY, Attribute, Unfit

FACE: Final = "intouch"
Attributes = Mapping[str, Any]


class Mode(Enum):
    """What becomes of attributes that a body leaves out."""

    WHOLE = "they take their defaults"
    PART = "they stay as they are"


class Shown(NamedTuple):
    """A record as it is shown: its named attributes, and the further ones as JSON."""

    named: Attributes
    further: Mapping[str, msgspec.Raw]


NEW: Final = Shown({}, {})
_NOT_SHOWN: Final = object()


def to_order(given: Attributes, shown: Shown, mode: Mode, login: str) -> Wish:
    """What a body wishes an order to be that is shown like this, or a new one; `login` owns it by default.

    Source: sections 3.1, 3.3, 5.1, 5.3 and 5.4.
    """
    defaults = {"ownerUser": login, "currency": "CZK"} | ({} if shown.named else {"caseType": 1})
    fields, kept, faults = _taken(given, ORDER, shown, mode, defaults, stays=("caseType",))
    owner = fields.get("responsible_email")
    if isinstance(owner, str) and owner != normal_email(owner):
        # Shown as it was sent, which the e-mail of a user could not be.
        kept["ownerUser"] = _raw(owner)
        fields["responsible_email"] = None
        return Wish(**fields, leftovers=kept, faults=faults, keeps_data=True)
    return Wish(**fields, leftovers=kept, faults=faults, keeps_data=True, unknown_responsible="ownerUser")


def to_line(given: Attributes, shown: Shown, mode: Mode) -> LineWish:
    """What a body wishes an item to be that is shown like this, or a new one. Source: sections 3.2, 3.3 and 5."""
    fields, kept, faults = _taken(given, ITEM, shown, mode, {"locked": False})
    return LineWish(**fields, leftovers=kept, faults=faults, unknown_item="product")


def _taken(
    given: Attributes,
    known: Mapping[str, Attribute],
    shown: Shown,
    mode: Mode,
    defaults: Attributes,
    *,
    stays: tuple[str, ...] = (),
) -> tuple[dict[str, Any], dict[str, msgspec.Raw | None], tuple[Fault, ...]]:
    """The values by the book's words, the leftovers, and a fault for each value that cannot be entered.

    A value that is equal to what is shown is left out: a face never refuses what it showed. Attributes that are named
    in `stays` keep their value when a whole record leaves them out.
    """
    fields: dict[str, Any] = {}
    kept: dict[str, msgspec.Raw | None] = {}
    faults: list[Fault] = []
    whole = mode is Mode.WHOLE
    for name, attribute in known.items():
        if name not in given:
            if not whole or (name in stays and name not in defaults):
                continue
            if attribute.required:
                # What was shown as null a client may as well leave out.
                if shown.named.get(name, _NOT_SHOWN) is not None:
                    faults.append(Fault(attribute.word, "blank", name))
                continue
        value = given.get(name, defaults.get(name))
        if name in shown.named and _same(value, shown.named[name]):
            continue
        try:
            taken = attribute.take(value)
        except Unfit as why:
            faults.append(Fault(attribute.word, why.reason, name))
            continue
        if taken is None and not shown.named:
            continue  # a new record begins so
        if attribute.field is not None:
            fields[attribute.field] = taken
        else:
            kept[name] = None if taken is None else _raw(taken)
    kept |= _further(given, known, shown, faults, whole=whole)
    return fields, kept, tuple(faults)


def _further(
    given: Attributes, known: Mapping[str, Attribute], shown: Shown, faults: list[Fault], *, whole: bool
) -> dict[str, msgspec.Raw | None]:
    """Attributes that are not named: those of the body, and in a whole record None for each that it leaves out."""
    kept: dict[str, msgspec.Raw | None] = dict.fromkeys(shown.further) if whole else {}
    for name, value in given.items():
        if name in known or name in READ_ONLY:
            continue
        try:
            fit = attributes.further(value)
        except Unfit as why:
            # A name that cannot be kept cannot be quoted either.
            faults.append(Fault("leftovers", why.reason, name if storable(name) else None))
            continue
        if not storable(name):
            faults.append(Fault("leftovers", "invalid"))
        elif name in shown.further and _same(fit, _decoded(shown.further[name])):
            kept.pop(name, None)
        else:
            kept[name] = None if fit is None and not whole else _raw(fit)
    return kept


def _same(one: object, other: object) -> bool:
    """Equal as JSON: numbers by their value, true and 1 apart."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(shapes.encode(value))


def _decoded(value: msgspec.Raw) -> object:
    return _decoder.decode(value)


_decoder: Final = msgspec.json.Decoder(float_hook=Decimal)


def order_shown(order: Order) -> Shown:
    """The order as it is shown, for comparing. Source: section 3.1."""
    shape, further = _order(order)
    return Shown(msgspec.structs.asdict(shape), further)


def item_shown(line: Line) -> Shown:
    """The item as it is shown, for comparing. Source: section 3.2."""
    shape, further = _item(line)
    return Shown(msgspec.structs.asdict(shape), further)


def order(each: Order) -> Any:
    """The complete order. Source: section 3.1; complete and basic are told apart in section 4."""
    return shapes.with_further(*_order(each))


def basic_order(each: Order) -> shapes.Order:
    """The order without its further attributes."""
    return _order(each)[0]


def item(each: Line) -> Any:
    """The item. Source: section 3.2."""
    return shapes.with_further(*_item(each))


def party(customer: Customer) -> shapes.Party:
    """The party. Source: section 1."""
    organisation = customer.kind == ORGANISATION
    return shapes.Party(
        customer.id,
        "ORGANIZATION" if organisation else "INDIVIDUAL",
        customer.first_name,
        None if organisation else customer.name,
        customer.name if organisation else None,
        customer.city,
        customer.country,
    )


def _order(each: Order) -> tuple[shapes.Order, dict[str, msgspec.Raw]]:
    kept = dict(leftovers.of_face(each.leftovers, FACE))
    title = each.title if each.title is not None else each.number
    owner = kept.pop("ownerUser", None)
    shape = shapes.Order(
        each.id,
        each.customer_id,
        title if title is not None else each.code,
        each.type.number,
        each.price_total,
        each.price_currency,
        each.notes,
        _value(kept.pop("branch", None)),
        _value(kept.pop("person", None)),
        _value(kept.pop("opportunity", None)),
        each.responsible if each.responsible is not None else _value(owner),
        _value(kept.pop("ownerGroup", None)),
        _moment(each.created_at),
        each.created_by,
        _moment(each.modified_at),
        each.modified_by,
    )
    return shape, kept


def _item(each: Line) -> tuple[shapes.Item, dict[str, msgspec.Raw]]:
    kept: dict[str, msgspec.Raw] = {}
    product: Any = each.item_id
    if each.leftovers != leftovers.NONE:
        kept = dict(leftovers.of_face(each.leftovers, FACE))
        unknown = kept.pop("product", None)
        product = product if product is not None else _value(unknown)
    shape = shapes.Item(
        each.id,
        each.order_id,
        each.title if each.title is not None else each.sku,
        each.locked,
        each.created_by,
        _moment(each.created_at),
        _moment(each.modified_at),
        each.modified_by,
        each.quantity,
        each.price,
        each.price_total,
        each.unit,
        each.notes,
        product,
    )
    return shape, kept


def _value(kept: msgspec.Raw | None) -> Any:
    return None if kept is None else _decoded(kept)


def _moment(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds; the database gives moments in UTC. Source: section 3.

    Written by msgspec, which takes a tenth of the time of `isoformat`: a page shows two thousand of them.
    """
    text = _encode_moment(moment).decode()
    return f"{text[1:24]}Z" if len(text) == _WITH_FRACTION else f"{text[1:20]}.000Z"


_encode_moment: Final = msgspec.json.Encoder().encode
_WITH_FRACTION: Final = len('"2025-03-01T09:30:00.125000Z"')
