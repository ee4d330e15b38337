"""From the words of a search to SQL."""

from collections.abc import Sequence
from typing import Any, Final

from orderloom.book.words import Word

# Of so many, sorting them all costs about what it costs to meet a page of them in a list of a million that is sorted.
FEW: Final = 5_000


def page(wanted: str, order: str, order_of_few: str, limit: str) -> str:
    """SQL for the table `page`: the first records of those that are wanted, which have words.

    PostgreSQL does not know how rare a word is that few records have. For a list in some order it would look through
    all of them where the index of words leads to the one that is meant. So at first FEW are looked for in no order.
    Only if there are more, which then are met soon, the list is looked through.
    """
    return f"""few as materialized ({wanted} limit {FEW + 1}),
        page as materialized (
            (select few.* from few where (select count(*) from few) <= {FEW} order by {order_of_few} limit {limit})
            union all
            ({wanted} and (select count(*) from few) > {FEW} order by {order} limit {limit}))"""


def having(words: Sequence[Word], tenant_id: int, alias: str, arguments: list[Any]) -> str:
    """SQL that is true of what has all the words, with `and` before it; empty without words.

    Whose words they are is a word too, so that a search reads no other tenant's.
    """
    if not words:
        return ""
    if not all(word.spellings for word in words):
        return " and false"
    each = [" | ".join(f"'{text}'{':*' if word.is_beginning else ''}" for text in word.spellings) for word in words]
    arguments.append(" & ".join([f"'={tenant_id}'", *(f"({spellings})" for spellings in each)]))
    return f" and {alias}.words @@ ${len(arguments)}::tsquery"
