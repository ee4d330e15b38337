"""Who is calling."""

from typing import NamedTuple

from orderloom.book.events import Author
from orderloom.book.users import User


class Caller(NamedTuple):
    """Who is calling: the tenant whose book it is, how history names the caller, and the user if it is one.

    `may_read` and `may_write` hold at the face where they came in; `key_id` is the API key that they came with.
    """

    tenant_id: int
    author: Author
    user: User | None = None
    may_read: bool = True
    may_write: bool = True
    key_id: int | None = None
