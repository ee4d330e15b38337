"""What iinsight gives. The types differ from call to call, exactly as its page prints them.

Source: contracts/iinsight.md sections 2.1, 3 and 7.
"""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orderloom.dialects.description import one_of

Token = Annotated[str, Meta(pattern="^[0-9a-f]{40}$")]
IdAsText = Annotated[str, Meta(pattern="^[1-9][0-9]*$")]
Id = Annotated[int, Meta(ge=1)]


class Tokens(msgspec.Struct):
    """The answer to a login or a refresh."""

    access_token: Token
    expires_in: int
    token_type: Annotated[str, one_of("Bearer")]
    scope: None
    refresh_token: Token


class PurchaseOrder(msgspec.Struct, gc=False):
    """A purchase order in a list: here its id is text."""

    record_id: IdAsText
    purchase_order: str


class Created(msgspec.Struct, gc=False, kw_only=True):
    """The answer to a creation: here the id is a number."""

    response: Annotated[str, one_of("Purchase order created")] = "Purchase order created"
    purchase_order_id: Id


class Deleted(msgspec.Struct, gc=False, kw_only=True):
    """The answer to a deletion: here the id is text again."""

    response: Annotated[str, one_of("Purchase order deleted")] = "Purchase order deleted"
    purchase_order_id: IdAsText


class Case(msgspec.Struct):
    """A case with those of its fields that were asked for."""

    case_n: str | UnsetType = UNSET
    case_number: IdAsText | UnsetType = UNSET
    case_type: str | UnsetType = UNSET
    client_name: str | UnsetType = UNSET


class CasesPage(msgspec.Struct):
    """A page of cases in the second version."""

    status: bool
    displayed_records: int
    total_records: Annotated[str, Meta(pattern="^[0-9]+$")]
    data: list[Case]
