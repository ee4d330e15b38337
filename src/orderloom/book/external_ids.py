"""What others call the book's records: one id in each source."""

from collections.abc import Mapping
from typing import Final

from orderloom.book.errors import Fault
from orderloom.book.text import required_fault

Name = tuple[str, str]
"""A source, and the id there."""
Names = Mapping[str, str | None]
"""Ids by source; None takes one away."""

# In a path they would mean another one.
_DOTS: Final = (".", "..")
MAX_SOURCES: Final = 50
MAX_SOURCE: Final = 50
MAX_THEIR_ID: Final = 200


def faults(before: Mapping[str, str], wished: Names) -> list[Fault]:
    """What is wrong with what a record that is called so shall be called; what it is called already is not checked."""
    found = []
    for source, their_id in wished.items():
        if their_id is not None and before.get(source) == their_id:
            continue
        reason = required_fault(source, MAX_SOURCE)
        if reason is None and their_id is not None:
            reason = required_fault(their_id, MAX_THEIR_ID)
        if reason is None and (source in _DOTS or their_id in _DOTS):
            reason = "illegal"
        if reason is not None:
            found.append(Fault("external_ids", reason, source, their_id))
    named = {source for source, their_id in {**before, **wished}.items() if their_id is not None}
    if len(named) > max(MAX_SOURCES, len(before)):
        found.append(Fault("external_ids", "too_long", expected=f"{MAX_SOURCES} at most"))
    return found


def differences(before: Mapping[str, str], wished: Names) -> dict[str, list[str | None]]:
    """[from, to] of each source whose id differs."""
    return {
        source: [before.get(source), their_id] for source, their_id in wished.items() if before.get(source) != their_id
    }
