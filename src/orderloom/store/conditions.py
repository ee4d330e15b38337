"""From the book's conditions, and from sorts over the same fields, to SQL; every value is a parameter."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from orderloom.book.conditions import AllOf, Condition, Operator, Pattern, Test
from orderloom.book.lists import Sort
from orderloom.store import folding
from orderloom.store.sorting import Key, Ordering

# How many characters of a text stand in an index of beginnings.
BEGINNING: Final = 200
_ORDER: Final = (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST)
# What holds of nobody, and what it denies.
_OPPOSITES: Final = {
    Operator.DIFFERS: Operator.EQUAL,
    Operator.OUT: Operator.IN,
    Operator.UNLIKE: Operator.LIKE,
    Operator.EMPTY: Operator.FILLED,
}
_LAST: Final = 0x10FFFF
_SURROGATES: Final = range(0xD800, 0xE000)


class Field(NamedTuple):
    """What can be asked about.

    `sql` is its value, a text in the form in which texts are compared, or as it stands if that is how it is compared
    (`exact`); `type` its SQL type. `beginning` is what an index has of it. `indexed` is what holds for whatever is in
    that index, with an `and` behind it. `within` makes of a condition on the field one on the listed thing, of which
    the field's owner is a part. `of_one`: that owner is one thing, or nobody; of whom nothing is said, what is said is
    that he is not. `keeps_case`: of the text, ASCII letters alone are compared without case.
    """

    sql: str
    type: str
    nullable: bool = True
    beginning: str = ""
    indexed: str = ""
    within: str = "{}"
    exact: bool = False
    of_one: bool = False
    keeps_case: bool = False

    @property
    def is_text(self) -> bool:
        return self.type == "text"

    def compared(self, text: str) -> str:
        """A text in the form in which the field's are compared."""
        if self.exact:
            return text
        return folding.ascii_folded(text) if self.keeps_case else folding.folded_text(text)


Fields = Mapping[str, Field]


def text_of(alias: str, column: str, *, nullable: bool = True) -> Field:
    """The field of a text whose folded form stands beside it in `folded`."""
    return Field(folding.expression(f"{alias}.{column}", column, alias), "text", nullable)


def compiled(condition: Condition, fields: Fields, arguments: list[Any]) -> str:
    """SQL that is true where the condition holds; its values are appended to the arguments, whose places they take."""
    if isinstance(condition, Test):
        field = fields[condition.field]
        if field.of_one and condition.operator in _OPPOSITES:
            so = condition._replace(operator=_OPPOSITES[condition.operator])
            return f"({field.within.format(_test(so, field, arguments))}) is not true"
        return field.within.format(_test(condition, field, arguments))
    parts = [compiled(part, fields, arguments) for part in condition.parts]
    whole = isinstance(condition, AllOf)
    if not parts:
        return "true" if whole else "false"
    return parts[0] if len(parts) == 1 else f"({(' and ' if whole else ' or ').join(parts)})"


def ordered(sorts: Sequence[Sort], fields: Fields) -> Ordering:
    """SQL for sorting by one field after the other, and at last by the id, the lowest first."""
    return Ordering(tuple([_key(sort, fields[sort.fields[0]]) for sort in sorts]), "asc")


def _key(sort: Sort, field: Field) -> Key:
    way, nulls = ("desc", "nulls last") if sort.descending else ("asc", "nulls first")
    key = f'{field.sql} collate "C"' if field.is_text else field.sql
    return Key(key, f"{way} {nulls}" if field.nullable else way)


def _test(test: Test, field: Field, arguments: list[Any]) -> str:
    operator, value = test.operator, test.value
    match operator:
        case Operator.EMPTY:
            return f"({field.sql} is null or {field.sql} = '')" if field.is_text else f"{field.sql} is null"
        case Operator.FILLED:
            return f"{field.sql} <> ''" if field.is_text else f"{field.sql} is not null"
        case Operator.LIKE:
            return _like(value, field, arguments)
        case Operator.UNLIKE:
            return f"({_like(value, field, arguments)}) is not true"
        case Operator.EQUAL | Operator.DIFFERS if field.type == "boolean":
            return _truth(operator, value, field)
    many = operator in (Operator.IN, Operator.OUT)
    if field.is_text:
        value = [field.compared(each) for each in value] if many else field.compared(value)
    # Equality is the same under every collation, and an index may have another one.
    bytewise = field.is_text and operator in _ORDER
    told = _comparison(operator, f'({field.sql}) collate "C"' if bytewise else field.sql, field, value, arguments)
    if field.beginning and operator in (Operator.EQUAL, Operator.IN):
        heads = [each[:BEGINNING] for each in value] if many else value[:BEGINNING]
        return f"({field.indexed}{_comparison(operator, field.beginning, field, heads, arguments)} and {told})"
    return told


def _truth(operator: Operator, value: bool, field: Field) -> str:
    """With the value written out, so that an index of what is true, or of what is not, serves it."""
    if operator is Operator.DIFFERS and field.nullable:
        return f"({field.sql}) is not {str(value).lower()}"
    return field.sql if value is (operator is Operator.EQUAL) else f"not ({field.sql})"


def _comparison(operator: Operator, compared: str, field: Field, value: Any, arguments: list[Any]) -> str:
    place = _place(value, arguments)
    match operator:
        case Operator.IN:
            return f"{compared} = any({place}::{field.type}[])"
        case Operator.OUT:
            return f"({compared} = any({place}::{field.type}[])) is not true"
        case Operator.DIFFERS:
            return f"{compared} is distinct from {place}::{field.type}"
    return f"{compared} {operator.value} {place}::{field.type}"


def _like(pattern: Pattern, field: Field, arguments: list[Any]) -> str:
    """Without LIKE, whose pattern, being a parameter, no index could serve under a plan that is made once."""
    if not (pattern.open_start or pattern.open_end):
        return _test(Test("", Operator.EQUAL, pattern.text), field, arguments)
    text = field.compared(pattern.text)
    place = f"{_place(text, arguments)}::text"
    if pattern.open_start and pattern.open_end:
        return f"strpos({field.sql}, {place}) > 0"
    if pattern.open_start:
        return f'right({field.sql}, length({place})) collate "C" = {place}'
    begins = f"starts_with({field.sql}, {place})"
    head = text[:BEGINNING]
    if not field.beginning or not head:
        return begins
    first = f"{field.beginning} >= {_place(head, arguments)}::text"
    return f"({field.indexed}{first} and {field.beginning} < {_place(_behind(head), arguments)}::text and {begins})"


def _behind(head: str) -> str:
    """The least text, in the order of code points, behind each one that begins with this."""
    stem = head.rstrip(chr(_LAST))
    if not stem:
        return chr(_LAST) * (len(head) + 1)
    after = ord(stem[-1]) + 1
    return stem[:-1] + chr(_SURROGATES.stop if after in _SURROGATES else after)


def _place(value: Any, arguments: list[Any]) -> str:
    arguments.append(value)
    return f"${len(arguments)}"
