"""What the query of a list asks for: filters, a search, an order, and how long a part is."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec

from orderloom.api import cursors
from orderloom.api.errors import bad_parameter
from orderloom.book.amounts import is_amount
from orderloom.book.conditions import AllOf, Condition, Operator, Pattern, Test
from orderloom.book.keysets import Stretch
from orderloom.book.lists import Sort
from orderloom.book.moments import is_moment
from orderloom.book.text import MAX_TEXT, storable
from orderloom.book.words import MAX_SEARCH, Word, searched
from orderloom.dialects.contract import Call
from orderloom.wire.forms import fields as fields_of
from orderloom.wire.paging import MOST, whole

DEFAULT_LIMIT: Final = 25
MAX_LIMIT: Final = 200
MAX_FILTERS: Final = 20
MAX_VALUES: Final = 100
DECIMAL: Final = r"-?[0-9]{1,400}(\.[0-9]{1,400})?"
"""The pattern of a decimal number."""


class Field(NamedTuple):
    """What a list can be narrowed by: how a value is read, and whether the list can be sorted by it.

    `optional`: records may have nothing there. `values` are those that it can have, if they are few. An `exact` text is
    compared as it stands, others without case.
    """

    type: str
    optional: bool = True
    sorts: bool = True
    values: tuple[str, ...] = ()
    exact: bool = False


Fields = Mapping[str, Field]


class Asked(NamedTuple):
    """What a list is asked for. `fields` are the members that shall be shown, None for all."""

    where: Condition
    words: tuple[Word, ...]
    stretch: Stretch
    fields: tuple[str, ...] | None
    expand: tuple[str, ...]


_OPERATORS: Final = {
    "": Operator.EQUAL,
    "eq": Operator.EQUAL,
    "ne": Operator.DIFFERS,
    "lt": Operator.LESS,
    "lte": Operator.AT_MOST,
    "gt": Operator.MORE,
    "gte": Operator.AT_LEAST,
    "in": Operator.IN,
    "like": Operator.LIKE,
    "empty": Operator.EMPTY,
}
RANGES: Final = frozenset(("lt", "lte", "gt", "gte"))
_CONTROLS: Final = frozenset(("limit", "cursor", "sort", "search", "fields", "expand"))


def asked(
    call: Call,
    fields: Fields,
    *,
    members: Iterable[str],
    expandable: Iterable[str] = (),
    searches: bool = False,
    sort: str = "-id",
    more: Iterable[str] = (),
) -> Asked:
    """What the query asks for. Raises Refused with 400 for a parameter that means nothing.

    `sort` is what is meant if it says nothing of it; `more` are parameters that the caller reads.
    """
    query = call.query
    _refuse_repeated(call)
    controls = _CONTROLS.union(more)
    if len(query) > MAX_FILTERS + len(controls):
        raise bad_parameter("query", f"At most {MAX_FILTERS} filters are taken.", "too_long")
    tests = [_test(name, value, fields) for name, value in query.items() if name not in controls]
    if "search" in query and not searches:
        raise _unknown("search")
    by = _sort(query.get("sort", sort), fields)
    return Asked(
        AllOf(tuple(tests)),
        _words(query.get("search", "")),
        Stretch(limit(query.get("limit")), by, cursors.read(query.get("cursor"), by, _reader_of(by, fields))),
        _named("fields", query.get("fields"), tuple(members)),
        _named("expand", query.get("expand"), tuple(expandable)) or (),
    )


def member_names(call: Call, members: Iterable[str]) -> tuple[str, ...] | None:
    """The members that shall be shown, None for all. Raises Refused."""
    return _named("fields", call.query.get("fields"), tuple(members))


def expansions(call: Call, expandable: Iterable[str]) -> tuple[str, ...]:
    """What shall be shown whole. Raises Refused."""
    return _named("expand", call.query.get("expand"), tuple(expandable)) or ()


def only(call: Call, *known: str) -> None:
    """Raises Refused if the query has another parameter, or one of these more than once."""
    for name in call.query:
        if name not in known:
            raise _unknown(name)
    _refuse_repeated(call)


def _refuse_repeated(call: Call) -> None:
    """Of a parameter that is given twice one would be passed over, and a list be longer than was asked for."""
    if call.query_string.count(b"&") < len(call.query) or not call.query:
        return
    counted = Counter(name for name, _ in fields_of(call.query_string))
    for name, number in counted.items():
        if number > 1:
            raise bad_parameter(name[:MAX_TEXT], "It is given more than once.")


def _unknown(name: str) -> Exception:
    return bad_parameter(name[:MAX_TEXT], "There is no such parameter here.", "unexpected")


def limit(text: str | None) -> int:
    """How many records a part of a list shall have. Raises Refused."""
    if text is None:
        return DEFAULT_LIMIT
    number = whole(text)
    if number is None or not 1 <= number <= MAX_LIMIT:
        raise bad_parameter("limit", f"A number from 1 to {MAX_LIMIT}.")
    return number


def _words(text: str) -> tuple[Word, ...]:
    if len(text) > MAX_SEARCH or not storable(text):
        raise bad_parameter("search", f"Words of at most {MAX_SEARCH} characters.")
    return searched(text)


def _sort(text: str, fields: Fields) -> Sort:
    name = text.removeprefix("-")
    field = fields.get(name)
    if field is None or not field.sorts:
        known = ", ".join(each for each, field in fields.items() if field.sorts)
        raise bad_parameter("sort", f"One of {known}; with - before it the list falls.", "inclusion")
    return Sort((name,), descending=text.startswith("-"))


def _named(parameter: str, text: str | None, known: tuple[str, ...]) -> tuple[str, ...] | None:
    if text is None:
        return None
    if not known:
        raise bad_parameter(parameter, "There is nothing to choose here.", "inclusion")
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names or not set(names) <= set(known):
        raise bad_parameter(parameter, f"One or more of {', '.join(known)}, separated by commas.", "inclusion")
    return names


def _test(name: str, text: str, fields: Fields) -> Test:
    field_name, dot, word = name.partition(".")
    field, operator = fields.get(field_name), _OPERATORS.get(word)
    if field is None or operator is None or bool(dot) is not bool(word) or not suits(word, field):
        raise _unknown(name)
    read = _READERS[field.type]
    if operator is Operator.EMPTY:
        return Test(field_name, operator if _boolean(name, text) else Operator.FILLED)
    if operator is Operator.IN:
        values = text.split(",")
        if len(values) > MAX_VALUES:
            raise bad_parameter(name, f"At most {MAX_VALUES} values are taken.", "too_long")
        return Test(field_name, operator, tuple(_one_of(field, name, read(name, value)) for value in values))
    if operator is Operator.LIKE:
        pattern = _text(name, text)
        open_start, open_end = pattern.startswith("*"), pattern.endswith("*")
        if not (open_start or open_end):
            return Test(field_name, Operator.EQUAL, pattern)
        return Test(field_name, operator, Pattern(pattern.strip("*"), open_start, open_end))
    return Test(field_name, operator, _one_of(field, name, read(name, text)))


def suits(word: str, field: Field) -> bool:
    """Whether the field can be asked about with this operator."""
    if word == "like":
        return field.type == "text" and not field.values
    if word == "empty":
        return field.optional
    return word not in RANGES or (field.type != "boolean" and not field.values)


def _one_of(field: Field, name: str, value: Any) -> Any:
    if field.values and value not in field.values:
        raise bad_parameter(name, f"One of {', '.join(field.values)}.", "inclusion")
    return value


def _whole(name: str, text: str) -> int:
    number = whole(text)
    if number is None or abs(number) >= MOST:
        raise bad_parameter(name, "A whole number.")
    return number


def _text(name: str, text: str) -> str:
    if len(text) > MAX_TEXT or not storable(text):
        raise bad_parameter(name, f"A text of at most {MAX_TEXT} characters.")
    return text


def _boolean(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise bad_parameter(name, "true or false.")
    return text == "true"


def _amount(name: str, text: str) -> Decimal:
    if re.fullmatch(DECIMAL, text) and is_amount(Decimal(text)):
        return Decimal(text)
    raise bad_parameter(name, "A decimal number.")


def moment(name: str, text: str) -> datetime:
    """The moment that a parameter of this name is. Raises Refused."""
    # A + that was not encoded has become a blank.
    found = _converted(text.replace(" ", "+"), datetime)
    if not isinstance(found, datetime) or not is_moment(found):
        raise bad_parameter(name, "A moment such as 2026-01-31T12:00:00Z.")
    return found


def _day(name: str, text: str) -> date:
    found = _converted(text, date)
    if not isinstance(found, date):
        raise bad_parameter(name, "A day such as 2026-01-31.")
    return found


def _converted(text: str, kind: type[Any]) -> Any:
    try:
        return msgspec.convert(text, kind)
    except msgspec.ValidationError:
        return None


_READERS: Final[dict[str, Callable[[str, str], Any]]] = {
    "integer": _whole,
    "text": _text,
    "boolean": _boolean,
    "decimal": _amount,
    "moment": moment,
    "day": _day,
}
TYPES: Final[dict[str, type[Any]]] = {
    "integer": int,
    "text": str,
    "boolean": bool,
    "decimal": Decimal,
    "moment": datetime,
    "day": date,
}


def _reader_of(sort: Sort, fields: Fields) -> type[Any]:
    return TYPES[fields[sort.fields[0]].type]
