"""What Synergist answers. Source: contracts/synergist.md sections 3 to 5."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from orderloom.book.money import written
from orderloom.dialects.contract import JSON, Reply

# Answers to calls that carry a password are nobody else's.
NO_STORE: Final = ("Cache-Control", "no-store")
# From this version on an envelope says which version it speaks.
TELLS_VERSION: Final = Decimal("3.8")

Number = msgspec.Raw
"""A number without needless zeros."""


class Read(msgspec.Struct, kw_only=True):
    """The envelope of what was read."""

    responsecode: int = 1
    responsestatus: str = "OK"
    errorcode: int = 0
    errormessage: str = ""
    totalrows: int
    totalpages: int = 1
    responsemessage: str = ""
    pagerows: int = 0
    pagenumber: int = 1
    synapiversion: Number | UnsetType = UNSET
    success: bool = True
    data: Sequence[Any] = ()


class Written(msgspec.Struct, kw_only=True):
    """The envelope of what was written, and of every error."""

    responsecode: int = 1
    responsestatus: str = "OK"
    errorcode: int = 0
    errormessage: str = ""
    responsemessage: str = ""
    warningmessage: str = ""
    synapiversion: Number | UnsetType = UNSET
    success: bool = True
    data: Sequence[Any] = ()


class Deleted(msgspec.Struct):
    """What remains to be said of a purchase that is gone."""

    poInternal: int
    poUuid: str


class Amounts(msgspec.Struct):
    """What a write tells of a purchase, in the order of the vendor's sample, and the twin of its charge."""

    poCurrencyCode: str
    poCurrencyRate: Number
    poCost: Number
    poCurrencyCost: Number
    poMarkup: Number
    poCharge: Number
    poChargeout: Number
    poCurrencyCharge: Number
    poInvest: bool
    poInvestment: Number
    poInvestmentMarkup: Number
    poEstCost: Number
    poCurrencyEstCost: Number
    poEstMarkUp: Number
    poEstRecChgOut: Number
    poCurrencyEstCharge: Number
    poOriginalCost: Number
    poCurrencyOrigCost: Number
    poInternal: int
    poUuid: str
    poTimeStampModified: int
    poRecordVersionNumber: int
    poPONumber: str


class InList(msgspec.Struct):
    """A purchase in the list model."""

    poInternal: int
    poUuid: str
    poTimeStampModified: int
    poRecordVersionNumber: int
    poPONumber: str
    poDescription: str
    poJobandPhase: str
    poTheirRef: str
    poOrderedByUserName: str
    poSupplierCode: str
    poSupplierName: str
    poSupplytype: str
    poCostDisplay: str
    poDateCreated: str
    poDateRequired: str
    poDateSent: str
    poDateFinalInvoice: str
    poCompleted: bool


class Details(msgspec.Struct):
    """A purchase in the details model."""

    poInternal: int
    poUuid: str
    poTimeStampModified: int
    poRecordVersionNumber: int
    poPONumber: str
    poDescription: str
    poOrderText: str
    poJobandPhase: str
    poTheirRef: str
    poOrderedByUserName: str
    poSupplierCode: str
    poSupplierName: str
    poSupplytype: str
    poCostDisplay: str
    poDateCreated: str
    poDateRequired: str
    poDateSent: str
    poDateFinalInvoice: str
    poCompleted: bool
    poCurrencyCode: str
    poCurrencyRate: Number
    poCost: Number
    poCurrencyCost: Number
    poMarkup: Number
    poCharge: Number
    poChargeout: Number
    poCurrencyCharge: Number
    poInvest: bool
    poInvestment: Number
    poInvestmentMarkup: Number
    poEstCost: Number
    poCurrencyEstCost: Number
    poEstMarkUp: Number
    poEstRecChgOut: Number
    poCurrencyEstCharge: Number
    poOriginalCost: Number
    poCurrencyOrigCost: Number


class Attribute(msgspec.Struct):
    """What a model says of one of its fields."""

    data: str
    label: str
    align: str
    editable: bool
    fieldtype: str
    displayorder: int
    mandatory: bool


def failure(code: int, text: str, version: str = "") -> Written:
    """The envelope of an error."""
    return Written(
        responsecode=0,
        responsestatus="ERROR",
        errorcode=code,
        errormessage=text,
        synapiversion=spoken(version),
        success=False,
    )


def spoken(version: str) -> Number | UnsetType:
    """The version as an envelope tells it, if it does."""
    return number(Decimal(version)) if version and Decimal(version) >= TELLS_VERSION else UNSET


def number(value: Decimal) -> Number:
    """The number without trailing zeros behind the point."""
    return Number(written(value).encode()) if value else _ZERO


_ZERO: Final = Number(b"0")


def reply(status: int, envelope: Read | Written, *headers: tuple[str, str]) -> Reply:
    """The answer with this envelope."""
    return Reply(status, msgspec.json.encode(envelope), JSON, (NO_STORE, *headers))
