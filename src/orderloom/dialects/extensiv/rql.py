"""RQL, the language of filters and sorts: its grammar, and what it means in the book's words.

Source: contracts/extensiv.md sections 5.2 to 5.4.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from lark import Lark, Token, Transformer, UnexpectedInput

from orderloom.book.amounts import is_amount
from orderloom.book.conditions import ALWAYS, NEVER, AllOf, AnyOf, Condition, Operator, Pattern, Test
from orderloom.book.lists import Sort
from orderloom.book.text import storable
from orderloom.dialects.extensiv import moments

# Bounds of a query: characters, brackets inside each other, comparisons, and those that look into lines.
MAX_LENGTH: Final = 12_000
MAX_DEPTH: Final = 20
MAX_TESTS: Final = 50
MAX_LINE_TESTS: Final = 10
MAX_ENTRIES: Final = 1_000
MAX_SORTS: Final = 10
# Queries that come again are not read again, as long as they are short.
MAX_REMEMBERED: Final = 2_000
LONGEST_REMEMBERED: Final = 500

_BLANKS: Final = " \t"
_GRAMMAR: Final = r"""
?start: any_of
any_of: all_of ("," all_of)*
all_of: part (";" part)*
?part: "(" any_of ")" -> group
     | PROPERTY OPERATOR value -> test
value: TEXT? -> single
     | "(" TEXT ("," TEXT)* ")" -> several
PROPERTY: /[^\s()=!*,;%]+/
OPERATOR: /==|!=|=(?:gt|ge|lt|le|in|out|hv)=/i
TEXT: /[^ \t()=!,;][^()=!,;]*/
%ignore /[ \t]+/
"""


class Kind(NamedTuple):
    """A type of values: how a text is read (None if it is none), and how the type is called."""

    read: Callable[[str], Any]
    name: str


class Property(NamedTuple):
    """A property of Extensiv's model: the book's field, its type, and whether it may have no value."""

    field: str
    kind: Kind
    nullable: bool = True


Properties = Mapping[str, Property]
"""Properties by their names in lower case."""


class Unusable(Exception):
    """The query means nothing; the text says why."""


class _Test(NamedTuple):
    """A comparison as it was written."""

    name: str
    operator: str
    texts: tuple[str, ...]
    is_list: bool
    depth: int = 0


class _Joined(NamedTuple):
    """Parts of which all, or any, shall hold; `depth` is how many brackets stand inside each other."""

    parts: tuple["_Tree", ...]
    all: bool
    depth: int


_Tree = _Test | _Joined


def condition(text: str, properties: Properties) -> Condition:
    """What the query selects. Raises Unusable."""
    if len(text) > MAX_LENGTH:
        raise Unusable(f"It is longer than {MAX_LENGTH} characters")
    if not text.strip(_BLANKS):
        return ALWAYS
    tree = _remembered(text) if len(text) <= LONGEST_REMEMBERED else _parsed(text)
    if tree.depth > MAX_DEPTH:
        raise Unusable(f"More than {MAX_DEPTH} brackets stand inside each other")
    tests = list(_tests(tree))
    if len(tests) > MAX_TESTS:
        raise Unusable(f"It has more than {MAX_TESTS} comparisons")
    _check_names([test.name for test in tests], properties.__contains__)
    if sum(_is_of_lines(test.name) for test in tests) > MAX_LINE_TESTS:
        raise Unusable(f"More than {MAX_LINE_TESTS} comparisons look into lines")
    return _condition(tree, properties)


def sorts(text: str, properties: Properties) -> list[Sort]:
    """What the list is sorted by, one after the other. Raises Unusable. Source: section 5.4."""
    if not text.strip(_BLANKS):
        return []
    keys = text.split(",")
    if len(keys) > MAX_SORTS:
        raise Unusable(f"It has more than {MAX_SORTS} properties")
    if not all(key.strip(_BLANKS) for key in keys):
        raise Unusable("A property is missing")
    named = [_sort_key(key.strip(_BLANKS)) for key in keys]
    _check_names([name for name, _ in named], lambda name: name in properties and not _is_of_lines(name))
    return [Sort((properties[name.lower()].field,), descending=down) for name, down in named]


def _sort_key(key: str) -> tuple[str, bool]:
    """The property's name, and whether it descends."""
    return (key[1:].strip(_BLANKS) if key[0] in "+-" else key), key[0] == "-"


OF_LINES: Final = "lineitems."
# The field that every line has.
A_LINE: Final = "lines.id"


def _is_of_lines(name: str) -> bool:
    return name.lower().startswith(OF_LINES)


def _check_names(names: list[str], supported: Callable[[str], bool]) -> None:
    """Raises Unusable with every name that, in lower case, is not supported."""
    unknown = dict.fromkeys(name for name in names if not supported(name.lower()))
    if unknown:
        raise Unusable(f"Properties not supported: {', '.join(unknown)}"[:MAX_HINT])


MAX_HINT: Final = 1_000


def _tests(tree: _Tree) -> Iterator[_Test]:
    if isinstance(tree, _Test):
        yield tree
    else:
        for part in tree.parts:
            yield from _tests(part)


def _condition(tree: _Tree, properties: Properties) -> Condition:
    if isinstance(tree, _Joined):
        parts = tuple([_condition(part, properties) for part in tree.parts])
        return AllOf(parts) if tree.all else AnyOf(parts)
    return _compared(tree, properties[tree.name.lower()])


_EQUALITY: Final = {
    "==": (Operator.EQUAL, Operator.LIKE, Operator.EMPTY),
    "!=": (Operator.DIFFERS, Operator.UNLIKE, Operator.FILLED),
}
_ORDER: Final = {"=gt=": Operator.MORE, "=ge=": Operator.AT_LEAST, "=lt=": Operator.LESS, "=le=": Operator.AT_MOST}
_MEMBERSHIP: Final = {"=in=": Operator.IN, "=out=": Operator.OUT}


def _compared(test: _Test, known: Property) -> Condition:
    operator = test.operator.lower()
    if test.is_list is not (operator in _MEMBERSHIP):
        raise Unusable(f"{test.name}{test.operator} {'takes no' if test.is_list else 'needs a'} list")
    if operator in _MEMBERSHIP:
        if len(test.texts) > MAX_ENTRIES:
            raise Unusable(f"A list has more than {MAX_ENTRIES} values")
        return Test(known.field, _MEMBERSHIP[operator], tuple([_value(test, each, known) for each in test.texts]))
    text = test.texts[0]
    if operator == "=hv=":
        return _has_value(test, text, known)
    if operator in _ORDER:
        if known.kind is BOOL:
            raise Unusable(f"{test.name} has no order")
        return Test(known.field, _ORDER[operator], _value(test, text, known))
    equal, like, empty = _EQUALITY[operator]
    if text == "":
        return Test(known.field, empty)
    if known.kind is TEXT and "*" in text:
        if text == "*":
            return _anything(test) if operator == "==" else NEVER
        return Test(known.field, like, _pattern(test, text, known))
    return Test(known.field, equal, _value(test, text, known))


def _has_value(test: _Test, text: str, known: Property) -> Condition:
    wanted = BOOL.read(text.lower())
    if wanted is None:
        raise Unusable(f"{test.name}=hv= takes true or false")
    if not known.nullable:
        return _anything(test) if wanted else NEVER
    return Test(known.field, Operator.FILLED if wanted else Operator.EMPTY)


def _anything(test: _Test) -> Condition:
    """Always; for a property of lines, if there is a line."""
    return Test(A_LINE, Operator.FILLED) if _is_of_lines(test.name) else ALWAYS


def _pattern(test: _Test, text: str, known: Property) -> Pattern:
    inner = text.removeprefix("*").removesuffix("*") or "*"
    return Pattern(_value(test, inner, known), text.startswith("*"), text.endswith("*"))


def _value(test: _Test, text: str, known: Property) -> Any:
    """The text, whose reserved characters are escaped once more, as a value of the property's type."""
    if "*" in text:
        raise Unusable(f"{test.name}: a * may stand at the beginning and the end of what == and != compare a text with")
    if text == "":
        raise Unusable(f"{test.name}{test.operator} needs a value")
    value = known.kind.read(unquote(text))
    if value is None:
        raise Unusable(f"{test.name} needs {known.kind.name}")
    return value


_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,300}(?:\.[0-9]{1,300})?")
# A plus that was not encoded arrives as a blank.
_LOST_PLUS: Final = re.compile(r" (?=[0-9]{2}:?[0-9]{2}$)")
_TRUTH: Final = {"true": True, "false": False}


def _text(text: str) -> str | None:
    return text if storable(text) else None


def _whole(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) else None


def _number(text: str) -> Decimal | None:
    number = Decimal(text) if _NUMBER.fullmatch(text) else None
    return number if number is not None and is_amount(number) else None


def _truth(text: str) -> bool | None:
    return _TRUTH.get(text.lower())


TEXT: Final = Kind(_text, "text")
INT: Final = Kind(_whole, "a whole number of at most 18 digits")
DECIMAL: Final = Kind(_number, "a number")
BOOL: Final = Kind(_truth, "true or false")
MOMENT: Final = Kind(lambda text: moments.parse(_LOST_PLUS.sub("+", text).upper()), "a date")


class _Builder(Transformer[Token, _Tree]):
    """Makes the tree while the text is read."""

    def any_of(self, parts: list[_Tree]) -> _Tree:
        return _joined(parts, every=False)

    def all_of(self, parts: list[_Tree]) -> _Tree:
        return _joined(parts, every=True)

    def group(self, parts: list[_Tree]) -> _Tree:
        return parts[0]._replace(depth=parts[0].depth + 1)

    def test(self, parts: list[Any]) -> _Tree:
        name, operator, (texts, is_list) = parts
        return _Test(str(name), str(operator), texts, is_list)

    def single(self, texts: list[Token]) -> tuple[tuple[str, ...], bool]:
        return (str(texts[0]).strip(_BLANKS) if texts else "",), False

    def several(self, texts: list[Token]) -> tuple[tuple[str, ...], bool]:
        return tuple([str(text).strip(_BLANKS) for text in texts]), True


def _joined(parts: list[_Tree], *, every: bool) -> _Tree:
    return parts[0] if len(parts) == 1 else _Joined(tuple(parts), every, max(part.depth for part in parts))


_lark: Final = Lark(_GRAMMAR, parser="lalr", transformer=_Builder())


def _parsed(text: str) -> _Tree:
    try:
        return _lark.parse(text)  # type: ignore[return-value]
    except UnexpectedInput as error:
        place = error.pos_in_stream
        where = "at the end" if place is None or place < 0 or place >= len(text) else f"at character {place + 1}"
        raise Unusable(f"It is not well-formed {where}") from None


_remembered: Final = lru_cache(MAX_REMEMBERED)(_parsed)
