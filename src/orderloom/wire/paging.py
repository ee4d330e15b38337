"""The arithmetic of pages, and reading numbers from texts."""

import re
from typing import Final

# Far beyond any count of records; it keeps every offset inside 64 bits.
MOST: Final = 2**63 - 1
_WHOLE: Final = re.compile(r"-?[0-9]+")
_ID: Final = re.compile(r"0|[1-9][0-9]{0,18}")


def whole(text: str | None) -> int | None:
    """The decimal integer that the text is, None if it is none. One beyond any count of records is MOST."""
    if text is None or not _WHOLE.fullmatch(text):
        return None
    digits = text.lstrip("-").lstrip("0")
    if len(digits) > len(str(MOST)):
        return -MOST if text.startswith("-") else MOST
    return max(-MOST, min(int(text), MOST))


def record_id(text: str) -> int | None:
    """The id that a path names, None for what no record can have."""
    found = int(text) if _ID.fullmatch(text) else None
    return found if found is not None and found <= MOST else None


def offset_of(page: int, size: int) -> int:
    """How many records stand before this page; the first page is 1."""
    return min((page - 1) * size, MOST)
