"""Who is calling."""

from collections.abc import Sequence
from typing import NamedTuple

from orderloom.book.clients import ROLES
from orderloom.book.events import Author
from orderloom.book.users import User


class Caller(NamedTuple):
    """Who is calling: the tenant whose book it is, how history names the caller, and the user if it is one.

    `roles` are those of the client through which a token was given.
    """

    tenant_id: int
    author: Author
    user: User | None = None
    roles: Sequence[str] = ROLES
