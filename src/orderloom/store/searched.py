"""From the words of a search to SQL."""

from collections.abc import Sequence
from typing import Any

from orderloom.book.words import Word


def having(words: Sequence[Word], tenant_id: int, alias: str, arguments: list[Any]) -> str:
    """SQL that is true of what has all the words, with `and` before it; empty without words.

    Whose words they are is a word too, so that a search reads no other tenant's.
    """
    if not words:
        return ""
    each = [" | ".join(f"'{text}'{':*' if word.is_beginning else ''}" for text in word.spellings) for word in words]
    arguments.append(" & ".join([f"'={tenant_id}'", *(f"({spellings})" for spellings in each)]))
    return f" and {alias}.words @@ ${len(arguments)}::tsquery"
