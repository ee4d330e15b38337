"""Moments that the book keeps."""

from datetime import UTC, datetime, timedelta
from typing import Final

# In whatever zone they are shown, moments between these have a year that can be written.
FIRST: Final = datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
LAST: Final = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


def is_showable(value: datetime) -> bool:
    """True if every face can show the moment, which has a zone, in a zone of its own."""
    return FIRST <= value <= LAST


def is_moment(value: datetime) -> bool:
    """True if it has a zone and is a moment at UTC too."""
    if value.tzinfo is None:
        return False
    try:
        value.astimezone(UTC)
    except OverflowError:
        return False
    return True


def at_utc(value: datetime) -> datetime:
    """The moment at UTC. What came without a zone is at UTC already: so the driver tells the ends of time."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
