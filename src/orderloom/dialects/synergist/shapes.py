"""What Synergist answers. Source: contracts/synergist.md sections 3 to 5."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orderloom.book.money import written
from orderloom.dialects.contract import JSON, Reply
from orderloom.dialects.description import one_of

# Answers to calls that carry a password are nobody else's.
NO_STORE: Final = ("Cache-Control", "no-store")
# From this version on an envelope says which version it speaks.
TELLS_VERSION: Final = Decimal("3.8")

Number = Annotated[msgspec.Raw, Meta(extra_json_schema={"type": "number"})]
"""A number without needless zeros."""
Uuid = Annotated[str, Meta(pattern="^[0-9A-F]{32}$")]
Day = Annotated[str, Meta(pattern=r"^(\d{4}-\d\d-\d\d)?$")]
"""A day, or the empty text for none."""
Row = TypeVar("Row")


class Read(msgspec.Struct, Generic[Row], kw_only=True):
    """The envelope of what was read."""

    responsecode: Annotated[int, one_of(1)] = 1
    responsestatus: Annotated[str, one_of("OK")] = "OK"
    errorcode: Annotated[int, one_of(0)] = 0
    errormessage: Annotated[str, one_of("")] = ""
    totalrows: int
    totalpages: int = 1
    responsemessage: str = ""
    pagerows: int = 0
    pagenumber: int = 1
    synapiversion: Number | UnsetType = UNSET
    success: Annotated[bool, one_of(True)] = True
    data: Sequence[Row] = ()


class Written(msgspec.Struct, Generic[Row], kw_only=True):
    """The envelope of what was written; `warningmessage` names the fields that were ignored."""

    responsecode: Annotated[int, one_of(1)] = 1
    responsestatus: Annotated[str, one_of("OK")] = "OK"
    errorcode: Annotated[int, one_of(0)] = 0
    errormessage: Annotated[str, one_of("")] = ""
    responsemessage: str = ""
    warningmessage: str = ""
    synapiversion: Number | UnsetType = UNSET
    success: Annotated[bool, one_of(True)] = True
    data: Sequence[Row] = ()


class Failure(msgspec.Struct, kw_only=True):
    """The envelope of every error; `errorcode` says which, and `errormessage` why."""

    responsecode: Annotated[int, one_of(0)] = 0
    responsestatus: Annotated[str, one_of("ERROR")] = "ERROR"
    errorcode: Annotated[int, one_of(404001, 404002, 404003, 404004, 404500)]
    errormessage: str
    responsemessage: Annotated[str, one_of("")] = ""
    warningmessage: Annotated[str, one_of("")] = ""
    synapiversion: Number | UnsetType = UNSET
    success: Annotated[bool, one_of(False)] = False
    data: Annotated[Sequence[Any], Meta(max_length=0)] = ()


class Deleted(msgspec.Struct):
    """What remains to be said of a purchase that is gone."""

    poInternal: int
    poUuid: Uuid


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
    poUuid: Uuid
    poTimeStampModified: int
    poRecordVersionNumber: int
    poPONumber: str


class InList(msgspec.Struct):
    """A purchase in the list model."""

    poInternal: int
    poUuid: Uuid
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
    poDateCreated: Day
    poDateRequired: Day
    poDateSent: Day
    poDateFinalInvoice: Day
    poCompleted: bool


class Details(msgspec.Struct):
    """A purchase in the details model."""

    poInternal: int
    poUuid: Uuid
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
    poDateCreated: Day
    poDateRequired: Day
    poDateSent: Day
    poDateFinalInvoice: Day
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


def failure(code: int, text: str, version: str = "") -> Failure:
    """The envelope of an error."""
    return Failure(errorcode=code, errormessage=text, synapiversion=spoken(version))


def spoken(version: str) -> Number | UnsetType:
    """The version as an envelope tells it, if it does."""
    return number(Decimal(version)) if version and Decimal(version) >= TELLS_VERSION else UNSET


def number(value: Decimal) -> Number:
    """The number without trailing zeros behind the point."""
    return msgspec.Raw(written(value).encode()) if value else _ZERO


_ZERO: Final = msgspec.Raw(b"0")


def reply(status: int, envelope: Read[Any] | Written[Any] | Failure, *headers: tuple[str, str]) -> Reply:
    """The answer with this envelope."""
    return Reply(status, msgspec.json.encode(envelope), JSON, (NO_STORE, *headers))
