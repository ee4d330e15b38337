"""Lists of which every record may be long: as many as fit into an answer."""

from typing import Final

# Of text. The first record is told however long it is.
MOST_BYTES: Final = 4_000_000


def cut(rows: str, weight: str, order: str) -> str:
    """SQL for the first of the rows, in an order of their columns, and behind those how many rows there were.

    `weight` is how many bytes a row comes to, about, as SQL over its columns.
    """
    return f"""
    select weighed.* from (
        select rows.*, sum({weight}) over (order by {order} rows unbounded preceding) - ({weight}) as bytes_before,
               count(*) over () as rows_found
          from ({rows}) rows
    ) weighed
     where bytes_before < {MOST_BYTES}
     order by {order}"""
