"""What orders refer to, as it is kept: with what the book knows of a record besides what the record says of itself."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from orderloom.book import external_ids
from orderloom.book.errors import BadInput, Fault, collecting
from orderloom.book.events import differences
from orderloom.book.external_ids import Names

R = TypeVar("R", bound=msgspec.Struct)


class Whole(NamedTuple, Generic[R]):
    """A record, when it was entered, and what others call it, by source."""

    record: R
    created_at: datetime
    external_ids: Mapping[str, str]


class Wanted(NamedTuple, Generic[R]):
    """What somebody wants a record to be, and what others shall call it: None takes a name away.

    `faults` are values that had no meaning already in the words of the face.
    """

    record: R
    external_ids: Names
    faults: tuple[Fault, ...] = ()


class Rules(NamedTuple, Generic[R]):
    """What holds for records of one kind.

    `check` raises BadInput with every fault; `kept` is a record that was checked as the book keeps it; `fields` are
    those that can change.
    """

    check: Callable[[R], None]
    fields: tuple[str, ...]
    kept: Callable[[R], R] = lambda record: record


class Amended(NamedTuple, Generic[R]):
    """A record after a change, and [from, to] of each field, and of each name, that differs."""

    record: R
    changes: dict[str, Any]
    names: dict[str, list[str | None]]

    @property
    def told(self) -> dict[str, Any]:
        """What history tells."""
        return self.changes | ({"external_ids": self.names} if self.names else {})


def enter(wanted: Wanted[R], rules: Rules[R]) -> Amended[R]:
    """The new record that is wanted. Raises BadInput with every fault."""
    faults = [*wanted.faults, *_faults(wanted.record, rules), *external_ids.faults({}, wanted.external_ids)]
    if faults:
        raise BadInput(*faults)
    record = rules.kept(wanted.record)
    return Amended(record, {}, external_ids.differences({}, wanted.external_ids))


def amend(before: Whole[R], wanted: Wanted[R], rules: Rules[R]) -> Amended[R]:
    """What the change makes of the record. Raises BadInput with every fault; what nobody touched is not checked."""
    touched = differences(before.record, wanted.record, rules.fields)
    faults = [*wanted.faults, *external_ids.faults(before.external_ids, wanted.external_ids)]
    if touched:
        faults += _of_the_change(_faults(wanted.record, rules), _faults(before.record, rules), touched)
    if faults:
        raise BadInput(*faults)
    record = rules.kept(wanted.record) if touched else before.record
    changes = differences(before.record, record, rules.fields)
    return Amended(record, changes, external_ids.differences(before.external_ids, wanted.external_ids))


def said(record: msgspec.Struct, fields: tuple[str, ...]) -> dict[str, Any]:
    """What a new record says of itself, by field: false and 0 too, and null alone is left out.

    The names are those that changes are told under as [from, to], so that who applies the events from the first one on
    has the record as it is, and need not know what it is if nothing is said of it.
    """
    return {field: value for field in fields if (value := getattr(record, field)) is not None}


def _faults(record: R, rules: Rules[R]) -> list[Fault]:
    found: list[Fault] = []
    with collecting(found):
        rules.check(record)
    return found


def _of_the_change(after: list[Fault], before: list[Fault], touched: Collection[str]) -> list[Fault]:
    """Without what was wrong already in fields that stay as they are."""
    return [fault for fault in after if fault.field in touched or fault not in before]
