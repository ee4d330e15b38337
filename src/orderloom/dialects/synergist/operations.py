"""The operation table of Synergist: one path. Source: contracts/synergist.md section 1."""

from typing import Any, Final

import msgspec

from orderloom.dialects.contract import Operation
from orderloom.dialects.description import FORM_TYPE, JSON_TYPE, Example, Link
from orderloom.dialects.synergist import described, routes
from orderloom.dialects.synergist.routes import PURCHASES

_V: Final = ("version", "3.9")


def _operation(method: str, where: str, operation_id: str, **more: Any) -> Operation:
    return Operation(
        (method,),
        (PURCHASES,),
        routes.answer,
        f"Read or write purchases, {where}",
        described.ENVELOPE,
        200,
        (404, 429),
        "1",
        writes=routes.writes,
        tells=(described.NO_STORE,),
        operation_id=operation_id,
        links=(Link("readPurchases", {"purchase": "$response.body#/data/0/poInternal"}),),
        **more,
    )


def _read(title: str, *pairs: tuple[str, str]) -> Example:
    return Example(title, PURCHASES, query=(_V, *pairs))


def _form(title: str, *pairs: tuple[str, str]) -> Example:
    return Example(title, PURCHASES, body=(_V, *pairs), media_type=FORM_TYPE)


def _input(*records: dict[str, Any]) -> tuple[str, str]:
    return "input", msgspec.json.format(msgspec.json.encode({"data": records}), indent=0).decode()


_ESTIMATE: Final = {
    "poJobandPhase": "1/00001076.002",
    "poSupplytype": "1/ENG",
    "poSupplierCode": "1/AAMATT2",
    "poDescription": "Engraved signs",
    "poEstCost": 25,
    "poEstMarkUp": 10,
}

OPERATIONS: Final = (
    _operation(
        "GET",
        "all parameters in the query",
        "readPurchases",
        parameters=described.PARAMETERS,
        examples=(
            _read("One purchase", ("purchase", "10008229")),
            _read(
                "The dearest of a phase",
                ("jobphase", "1/00001076.002"),
                ("rows", "2"),
                ("sort", "COST ACTUAL"),
                ("dir", "DESC"),
            ),
            _read("What the fields mean", ("style", "modelstructure"), ("modelstructure", "purchaseorderdetails")),
        ),
    ),
    _operation(
        "POST",
        "parameters in the body",
        "callPurchases",
        takes=described.CALL,
        examples=(
            _form("Another estimated cost", ("action", "update"), _input({"poInternal": 10008229, "poEstCost": 33})),
            _form("A new estimate", ("action", "create"), _input(_ESTIMATE)),
            _form("Make an estimate real", ("action", "promote"), ("purchase", "10008233")),
            _form("Charge for it no more", ("action", "investment_on"), ("purchase", "10008229")),
            _form("Charge for it again", ("action", "investment_off"), ("purchase", "10008229")),
            _form("Delete a purchase", ("action", "delete"), _input({"poInternal": 10008375})),
        ),
    ),
    _operation(
        "PUT",
        "parameters in the body",
        "putPurchases",
        takes=described.CALL,
        examples=(
            Example(
                "The same in JSON",
                PURCHASES,
                body={
                    "version": "3.9",
                    "action": "update",
                    "input": {"data": [{"poInternal": 10008229, "poTheirRef": "A-17"}]},
                },
                media_type=JSON_TYPE,
            ),
        ),
        about="The same as POST.",
    ),
)
