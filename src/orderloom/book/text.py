"""What text the book can keep."""

from typing import Final

# Text in orders and their parts ends here; it is far above every vendor's own limit and keeps a line of a log,
# an index entry or a page of a screen from being a megabyte long.
MAX_TEXT: Final = 2_000
MAX_NOTES: Final = 100_000


def storable(text: str) -> bool:
    """True unless the text holds a NUL character or a lone surrogate, which PostgreSQL cannot keep."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def text_fault(text: str, longest: int) -> str | None:
    """Why the text cannot be entered: `invalid`, `too_long`, or None if it can."""
    if not storable(text):
        return "invalid"
    return "too_long" if len(text) > longest else None
