"""What the table of fields is made of: a field of the book, and the word that each face has for it."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final

Shown = Mapping[str, Any]
"""What a face shows of an order or a line, as parsed JSON."""
MISSING: Final = object()


class Telling(Enum):
    """How much of a value a face tells."""

    EXACTLY = "exactly"
    """Two values that differ are shown differently."""
    ROUNDED = "rounded"
    """The value as near as the face's form allows."""
    DERIVED = "derived"
    """Something that follows from the value."""


def same(value: Any) -> Any:
    return value


def anything(value: Any) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Word:
    """What a face calls a field of the book, and how it spells the values.

    `at` is the attribute as the vendor's documentation writes it, points between members; two names with a comma
    between them show one value in two ways, and the first one is written.
    """

    at: str
    reads: Telling | None = Telling.EXACTLY
    """None if the face takes the value but does not show it."""
    spells: Callable[[Any], Any] = same
    """What is shown for a value of the book."""

    enters: bool = False
    """Whether it is taken when the face enters an order."""
    changes: bool = False
    """Whether it is taken when the face changes one."""
    sends: Callable[[Any], Any] = same
    """What is sent for a value of the book."""
    keeps: Callable[[Any], Any] = same
    """What the book holds once this face has written the value."""
    accepts: Callable[[Any], bool] = anything
    """Whether the face's own rules allow the value."""
    takes: Telling = Telling.EXACTLY
    """Whether a value is kept as it was sent, or rounded."""
    default: Any = None
    """What a write that replaces the whole record and does not speak of the field makes of it."""
    else_shows: tuple[str, ...] = ()
    """The fields that are shown in its place while it has no value, the first that has one."""
    hidden_by: tuple[str, Any] | None = None
    """A truth about the order, and what is shown while it holds, whatever the value."""
    note: str = ""
    """What is to be said of it besides, for whoever reads docs/coverage.md."""

    @property
    def names(self) -> list[str]:
        return self.at.split(", ")

    def shown_in(self, shown: Shown) -> Any:
        """What stands there; None where the attribute is left out."""
        found = [looked_up(shown, name) for name in self.names]
        found = [None if each is MISSING else each for each in found]
        return found[0] if len(found) == 1 else tuple(found)

    def spelled_of(self, values: Mapping[str, Any], field_name: str) -> Any:
        """What has to be shown of an order with these values, by the book's words; fallbacks count."""
        if self.hidden_by and values.get(self.hidden_by[0]):
            return self.hidden_by[1]
        given = (values.get(name) for name in (field_name, *self.else_shows))
        return self.spells(next((value for value in given if value is not None), None))


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of the book and the faces' words for it, by the names of the faces."""

    name: str
    words: Mapping[str, Word]
    samples: tuple[Any, ...]
    """Values that are worth trying; those that differ are all different in the book."""
    clears: bool = True
    """Whether it may have no value."""
    along: Mapping[str, Any] = field(default_factory=dict)
    """What other fields have to be where this one is tried."""
    without_lines: bool = False
    """Whether lines may forbid a change."""
    moves: tuple[str, ...] = ()
    """Attributes that follow from a change of it, whatever face shows them."""

    def word(self, face: str) -> Word | None:
        return self.words.get(face)

    def to_enter(self, word: Word) -> list[Any]:
        """The samples that this face may write."""
        return [value for value in self.samples if word.accepts(value)]

    def to_change(self, word: Word) -> list[Any]:
        """The same, and None where it may take the value away."""
        return [*self.to_enter(word), *([None] if self.clears and word.accepts(None) else [])]


def entered_only(word: Word) -> Word:
    """The same word of a face that cannot change the value later."""
    return replace(word, enters=True, changes=False)


def looked_up(shown: Shown, name: str) -> Any:
    """What is at this name, MISSING if nothing is."""
    found: Any = shown
    for member in name.split("."):
        if not isinstance(found, Mapping) or member not in found:
            return MISSING
        found = found[member]
    return found


def with_one(attributes: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The attributes with this one, inside the objects that its name leads through."""
    first, _, rest = name.partition(".")
    inner = attributes.get(first)
    return {**attributes, first: with_one(inner if isinstance(inner, dict) else {}, rest, value) if rest else value}


def without(shown: Shown, names: Iterable[str]) -> dict[str, Any]:
    """What is shown but for these attributes."""
    kept = deepcopy(dict(shown))
    for name in names:
        *path, last = name.split(".")
        inner: Any = kept
        for member in path:
            inner = inner.get(member, {}) if isinstance(inner, dict) else {}
        if isinstance(inner, dict):
            inner.pop(last, None)
    return kept


def spoken(fields: Mapping[str, Field], face: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What this face sends for values of the book."""
    attributes: dict[str, Any] = {}
    for name, value in values.items():
        word = fields[name].words[face]
        attributes = with_one(attributes, word.names[0], word.sends(value))
    return attributes


def kept(fields: Mapping[str, Field], face: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the book holds once this face has written the values."""
    return {name: fields[name].words[face].keeps(value) for name, value in values.items()}
