"""What a list is narrowed to: tests of fields, joined by `all of` and `any of`."""

from enum import Enum
from typing import Any, Final, NamedTuple, TypeAlias


class Operator(Enum):
    """How a field is compared with a value; texts are compared without case.

    Where nothing is set no comparison holds, except that it differs from every value, is in no list and like nothing.
    """

    EQUAL = "="
    DIFFERS = "<>"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IN = "in"
    OUT = "not in"
    LIKE = "like"
    UNLIKE = "not like"
    EMPTY = "empty"
    """Nothing is set, or the empty text; takes no value."""
    FILLED = "filled"


class Pattern(NamedTuple):
    """A text that may have anything before it, behind it, or both."""

    text: str
    open_start: bool
    open_end: bool


class Test(NamedTuple):
    """One comparison. The value is of the field's type: a tuple for IN and OUT, a Pattern for LIKE and UNLIKE."""

    field: str
    operator: Operator
    value: Any = None


class AllOf(NamedTuple):
    """Every part holds; always, if there is none."""

    parts: tuple["Condition", ...]


class AnyOf(NamedTuple):
    """Some part holds; never, if there is none."""

    parts: tuple["Condition", ...]


Condition: TypeAlias = Test | AllOf | AnyOf

ALWAYS: Final = AllOf(())
NEVER: Final = AnyOf(())
