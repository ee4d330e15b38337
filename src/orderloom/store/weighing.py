"""Lists of which every record may be long: as many as fit into an answer."""

from typing import Final

# Of text. The first record is told however long it is.
MOST_BYTES: Final = 4_000_000


def cut(rows: str, weight: str, order: str) -> str:
    """SQL, to stand behind `with`, for the first of the rows in an order of their columns, and how many there were.

    `weight` is how many bytes a row comes to, about, as SQL over its columns. (Were the rows not materialized, what
    they are made of would be made again to be weighed.)
    """
    return f"""
    rows as materialized ({rows})
    select weighed.* from (
        select rows.*, sum({weight}) over (order by {order} rows unbounded preceding) - ({weight}) as bytes_before,
               count(*) over () as rows_found
          from rows
    ) weighed
     where bytes_before < {MOST_BYTES}
     order by {order}"""
