"""The fields of a purchase, what each is called elsewhere, and what may be done with it.

Source: contracts/synergist.md sections 4 and 5.
"""

from typing import Final, NamedTuple

from orderloom.dialects.synergist import shapes
from orderloom.dialects.synergist.shapes import Attribute


class Kind(NamedTuple):
    """What a field holds: the vendor's word for it, and where it stands in a column."""

    word: str
    align: str = ""


TEXT: Final = Kind("text")
DATE: Final = Kind("date")
FLAG: Final = Kind("boolean")
COUNT: Final = Kind("number")
MONEY: Final = Kind("number", "right")


class Field(NamedTuple):
    """A field of the details model: its caption, its kind, and the wish's word for it if `update` can change it.

    Those that are `priced` are amounts and what goes with them; all others belong to the order itself.
    """

    label: str
    kind: Kind
    wish: str = ""
    priced: bool = False

    @property
    def editable(self) -> bool:
        return bool(self.wish)


def _amount(label: str, wish: str, kind: Kind = MONEY) -> Field:
    return Field(label, kind, wish, priced=True)


FIELDS: Final = {
    "poInternal": Field("Internal number", COUNT),
    "poUuid": Field("Unique id", TEXT),
    "poTimeStampModified": Field("Last modified", COUNT),
    "poRecordVersionNumber": Field("Record version", COUNT),
    "poPONumber": Field("PO number", TEXT),
    "poDescription": Field("Description", TEXT, "title"),
    "poOrderText": Field("Order text", TEXT, "notes"),
    "poJobandPhase": Field("Job and phase", TEXT),
    "poTheirRef": Field("Their reference", TEXT, "supplier_reference"),
    "poOrderedByUserName": Field("Ordered by", TEXT),
    "poSupplierCode": Field("Supplier", TEXT),
    "poSupplierName": Field("Supplier name", TEXT),
    "poSupplytype": Field("Supply type", TEXT),
    "poCostDisplay": Field("Cost", TEXT, ""),
    "poDateCreated": Field("Created", DATE),
    "poDateRequired": Field("Required", DATE, "required_on"),
    "poDateSent": Field("Sent", DATE),
    "poDateFinalInvoice": Field("Final invoice", DATE),
    "poCompleted": Field("Completed", FLAG),
    "poCurrencyCode": _amount("Currency", "currency", TEXT),
    "poCurrencyRate": _amount("Currency rate", "rate"),
    "poCost": _amount("Actual cost", "cost"),
    "poCurrencyCost": _amount("Actual cost in currency", "currency_cost"),
    "poMarkup": _amount("Markup %", "markup"),
    "poCharge": _amount("Charge", "charge"),
    "poChargeout": _amount("Chargeout", "charge"),
    "poCurrencyCharge": _amount("Charge in job currency", "job_charge"),
    "poInvest": _amount("Non-chargeable", "invest", FLAG),
    "poInvestment": _amount("Investment", "investment"),
    "poInvestmentMarkup": _amount("Investment markup %", "investment_markup"),
    "poEstCost": _amount("Estimated cost", "estimate_cost"),
    "poCurrencyEstCost": _amount("Estimated cost in currency", "estimate_currency_cost"),
    "poEstMarkUp": _amount("Estimated markup %", "estimate_markup"),
    "poEstRecChgOut": _amount("Estimated charge", "estimate_charge"),
    "poCurrencyEstCharge": _amount("Estimated charge in job currency", "estimate_job_charge"),
    "poOriginalCost": _amount("Original cost", "original_cost"),
    "poCurrencyOrigCost": _amount("Original cost in currency", "original_currency_cost"),
}
BY_LOWER_NAME: Final = {name.lower(): name for name in FIELDS}
LOCK: Final = "poRecordVersionNumber"
TWIN: Final = "poChargeout"
IDENTIFIERS: Final = ("poInternal", "poUuid")
MANDATORY: Final = ("poJobandPhase", "poSupplytype", "poSupplierCode", "poDescription")
# What `create` takes besides those.
OPTIONAL: Final = (
    "poOrderText",
    "poTheirRef",
    "poEstCost",
    "poEstMarkUp",
    "poEstRecChgOut",
    "poCurrencyCode",
    "poCurrencyRate",
    "poCurrencyEstCost",
    "poCurrencyEstCharge",
)
# The book's words, as faults and lost amounts name them.
NAMES: Final = {field.wish: name for name, field in FIELDS.items() if field.wish and name != TWIN} | {
    "case": "poJobandPhase",
    "supplier": "poSupplierCode",
    "supply_type": "poSupplytype",
    "records": "data",
}

LIST: Final = "purchaseorderlist"
DETAILS: Final = "purchaseorderdetails"
# `view` is a feature of another format.
MODELS: Final = {LIST: shapes.InList, DETAILS: shapes.Details, "view": shapes.InList}


def structure(model: str) -> list[Attribute]:
    """What the model says of each of its fields."""
    return [
        Attribute(name, field.label, field.kind.align, field.editable, field.kind.word, place, name in MANDATORY)
        for place, name in enumerate(MODELS[model].__struct_fields__)
        for field in (FIELDS[name],)
    ]
