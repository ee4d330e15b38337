"""What an RQL expression selects and how a sort orders, said plainly. Source: contract sections 3.2 and 5.2 to 5.4."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

CONTACT_TEXTS = (
    "companyname",
    "name",
    "title",
    "address1",
    "address2",
    "city",
    "state",
    "zip",
    "country",
    "phonenumber",
    "fax",
    "emailaddress",
    "dept",
    "code",
)
HEAD = {
    "readonly.purchaseorderid": "int",
    "readonly.creationdate": "date",
    "readonly.lastmodifieddate": "date",
    "readonly.closed": "bool",
    "purchaseordernumber": "text",
    "customeridentifier.externalid": "text",
    "customeridentifier.name": "text",
    "customeridentifier.id": "int",
    "issuedate": "date",
    "supplier.contactid": "int",
    **{f"supplier.{name}": "text" for name in CONTACT_TEXTS},
    "supplier.isaddressresidential": "bool",
    "supplier.addressstatus": "int",
    "notes": "text",
    "externalid": "text",
}
LINE = {
    "lineitems.purchaseorderlineitemid": "int",
    "lineitems.itemidentifier.sku": "text",
    "lineitems.itemidentifier.id": "int",
    "lineitems.qualifier": "text",
    "lineitems.quantity": "decimal",
    "lineitems.expectedfacility.name": "text",
    "lineitems.expectedfacility.id": "int",
    "lineitems.expecteddate": "date",
    "lineitems.canceldate": "date",
    "lineitems.notes": "text",
    "lineitems.externallineid": "text",
    "lineitems.price": "decimal",
}
PROPERTIES = HEAD | LINE
ORDERINGS = {"=gt=": gt, "=ge=": ge, "=lt=": lt, "=le=": le}


@dataclass(frozen=True)
class Pattern:
    """A text with a star at its start, at its end or both. With no text it is any value, or none."""

    text: str
    starts_open: bool
    ends_open: bool


@dataclass(frozen=True)
class Predicate:
    """One comparison. `value` is None where the expression has an empty value, a tuple where it has a list."""

    name: str
    operator: str
    value: Any
    sent: str

    def __str__(self):
        return self.sent


@dataclass(frozen=True)
class Both:
    parts: tuple

    def __str__(self):
        return ";".join(f"({part})" if isinstance(part, Either) else str(part) for part in self.parts)


@dataclass(frozen=True)
class Either:
    parts: tuple

    def __str__(self):
        return ",".join(str(part) for part in self.parts)


@dataclass(frozen=True)
class Bracketed:
    part: Any

    def __str__(self):
        return f"({self.part})"


def selects(expression, shown):
    """Whether the expression selects a purchase that is shown like this."""
    if isinstance(expression, Bracketed):
        return selects(expression.part, shown)
    if isinstance(expression, Both):
        return all(selects(part, shown) for part in expression.parts)
    if isinstance(expression, Either):
        return any(selects(part, shown) for part in expression.parts)
    return any(holds(expression, value) for value in values(shown, expression.name))


def values(shown, name):
    """The values of the property: one of the head, or one of each line."""
    if name in HEAD:
        return [compared(found(shown, name.split(".")), HEAD[name])]
    path = name.split(".")[1:]
    return [compared(found(line, path), LINE[name]) for line in found(shown, ["lineitems"])]


def found(record, path):
    for part in path:
        record = {name.lower(): value for name, value in (record or {}).items()}.get(part)
    return record


def compared(value, kind):
    """The value as it is compared: texts without their case."""
    if value is None:
        return None
    if kind == "text":
        return value.casefold()
    if kind == "date":
        return value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if kind == "decimal":
        return Decimal(value)
    return value


def holds(predicate, actual):
    """Whether one value satisfies the predicate."""
    kind, value = PROPERTIES[predicate.name], predicate.value
    match predicate.operator:
        case "==":
            return equal(actual, value, kind)
        case "!=":
            return not equal(actual, value, kind)
        case "=in=":
            return actual is not None and actual in [compared(each, kind) for each in value]
        case "=out=":
            return actual is None or actual not in [compared(each, kind) for each in value]
        case "=hv=":
            return (actual not in (None, "")) is value
        case operator:
            return actual is not None and ORDERINGS[operator](actual, compared(value, kind))


def equal(actual, value, kind):
    if value is None:
        return actual in (None, "")
    if isinstance(value, Pattern):
        return matches(actual, value)
    return actual == compared(value, kind)


def matches(actual, pattern):
    text = pattern.text.casefold()
    if not text:
        return True
    if actual is None:
        return False
    if pattern.starts_open and pattern.ends_open:
        return text in actual
    return actual.endswith(text) if pattern.starts_open else actual.startswith(text)


def in_order(everything, keys):
    """The purchases sorted by these pairs of property and whether it descends; nulls are the lowest."""
    ordered = sorted(everything, key=lambda shown: rank(shown, "readonly.purchaseorderid"))
    for name, descends in reversed(keys):
        ordered.sort(key=lambda shown, name=name: rank(shown, name), reverse=descends)
    return ordered


def rank(shown, name):
    value = values(shown, name)[0]
    return (0,) if value is None else (1, value)
