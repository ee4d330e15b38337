"""Comparing texts without case, in the same way on every database.

In SQL it is `lower("C")`, which changes ASCII letters and nothing else. Where `book.text.folded` does more, its result
stands in the column `folded`, an object by field.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from orderloom.book import text as book

NOTHING: Final = "{}"
_ASCII_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}

folded_text: Final = book.folded


def folded(texts: Iterable[tuple[str, str | None]]) -> str:
    """The object of those texts that lower("C") does not fold, as JSON text; `texts` are fields with their values."""
    apart = {
        field: folded_text(text)
        for field, text in texts
        if text is not None and not text.isascii() and _needs_more(text)
    }
    return msgspec.json.encode(apart).decode() if apart else NOTHING


def ascii_folded(text: str) -> str:
    """The text as lower("C") folds it, for columns that have nothing beside them in `folded`."""
    return text.translate(_ASCII_LOWER)


def leftover_texts(kept: str) -> list[tuple[str, str | None]]:
    """The leftovers that are texts, each under <face>/<attribute>."""
    if kept.isascii():
        return []
    return [
        (f"{face}/{name}", value)
        for face, attributes in msgspec.json.decode(kept).items()
        for name, value in attributes.items()
        if isinstance(value, str)
    ]


def expression(column: str, field: str, alias: str) -> str:
    """SQL for the column as it is compared."""
    return f"coalesce({alias}.folded ->> '{field}', lower({column} collate \"C\"))"


def _needs_more(text: str) -> bool:
    return folded_text(text) != ascii_folded(text)
