"""Clients: programs that sign in with a secret of their own."""

from datetime import datetime
from typing import Final

import msgspec

from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import required_fault

MAX_NAME: Final = 200
# What a client may do, at the faces that ask.
VIEW: Final = "view"
EDIT: Final = "edit"
ROLES: Final = (VIEW, EDIT)


class Client(msgspec.Struct, frozen=True):
    """A client, and which of ROLES it has; its secret never leaves the store."""

    id: int
    client_id: str
    name: str
    roles: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


def check(client_id: str, name: str) -> None:
    """Raises BadInput with every fault of a new client.

    A colon would end its name in the header that it signs in with.
    """
    faults = []
    for field, text in (("client_id", client_id), ("name", name)):
        if reason := required_fault(text, MAX_NAME):
            faults.append(Fault(field, reason))
    if ":" in client_id:
        faults.append(Fault("client_id", "invalid"))
    if faults:
        raise BadInput(*faults)
