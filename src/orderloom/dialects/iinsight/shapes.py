"""What iinsight gives. The types differ from call to call, exactly as its page prints them.

Source: contracts/iinsight.md sections 2.1, 3 and 7.
"""

from typing import Any

import msgspec


class Tokens(msgspec.Struct):
    """The answer to a login or a refresh."""

    access_token: str
    expires_in: int
    token_type: str
    scope: None
    refresh_token: str


class PurchaseOrder(msgspec.Struct, gc=False):
    """A purchase order in a list: here its id is text."""

    record_id: str
    purchase_order: str


class Created(msgspec.Struct, gc=False, kw_only=True):
    """The answer to a creation: here the id is a number."""

    response: str = "Purchase order created"
    purchase_order_id: int


class Deleted(msgspec.Struct, gc=False, kw_only=True):
    """The answer to a deletion: here the id is text again."""

    response: str = "Purchase order deleted"
    purchase_order_id: str


class CasesPage(msgspec.Struct):
    """A page of cases in the second version."""

    status: bool
    displayed_records: int
    total_records: str
    data: list[Any]
