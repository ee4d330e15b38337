"""From the words of a search to SQL."""

from collections.abc import Sequence
from typing import Any, Final

from orderloom.book.words import Word
from orderloom.store.pool import SearchDb

FEW: Final = 1_000


async def few(db: SearchDb, table: str, tenant_id: int, words: Sequence[Word]) -> list[int] | None:
    """The ids of the table's records that have all the words; None if there are more than FEW.

    PostgreSQL does not know how rare a word is that few records have. For a list in the order of ids it would look
    through all of them where the index of words leads to the one that is meant.
    """
    arguments: list[Any] = [tenant_id]
    has_them = having(words, tenant_id, "t", arguments)
    rows = await db.search(f"select t.id from {table} t where t.tenant_id = $1{has_them} limit {FEW + 1}", *arguments)
    return [row[0] for row in rows] if len(rows) <= FEW else None


def having(words: Sequence[Word], tenant_id: int, alias: str, arguments: list[Any]) -> str:
    """SQL that is true of what has all the words, with `and` before it; empty without words.

    Whose words they are is a word too, so that a search reads no other tenant's.
    """
    if not words:
        return ""
    each = [" | ".join(f"'{text}'{':*' if word.is_beginning else ''}" for text in word.spellings) for word in words]
    arguments.append(" & ".join([f"'={tenant_id}'", *(f"({spellings})" for spellings in each)]))
    return f" and {alias}.words @@ ${len(arguments)}::tsquery"
