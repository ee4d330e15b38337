"""Who is calling."""

from typing import NamedTuple

from orderloom.book.events import Author
from orderloom.book.users import User


class Caller(NamedTuple):
    """Who is calling: the tenant whose book it is, how history names the caller, and the user if it is one."""

    tenant_id: int
    author: Author
    user: User | None = None
