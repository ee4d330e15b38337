"""What is in the demo book, row by row. Source: design.md "Demo data" and the contracts' sections of that name."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from orderloom.book.events import Author

AUTHOR: Final = Author("demo", "demo")
BEGAN_AT: Final = datetime(2016, 5, 16, 10, 52, 48, tzinfo=UTC)

VACATION_DATA: Final = {
    "employeeFirstName": "James",
    "employeeLastName": "Carter",
    "employeeEmail": "james@example.com",
    "beginDate": "2016-07-15T14:45:03.000+00:00",
    "endDate": "2016-07-16T14:49:42.000+00:00",
    "motivationText": "I had a lot of work last 7 years",
}
CUSTOMERS: Final = (
    {"id": 1, "name": "Demo Customer", "external_id": "DEMO-CUST", "city": "Leeds", "country": "GB"},
    {"id": 2, "name": "Second Customer", "external_id": None, "city": "York", "country": "GB"},
    {"id": 2168, "name": "Pekárna U Zlatého klasu", "external_id": None, "city": "Brno", "country": "CZ"},
)
CONTACTS: Final = (
    {"id": 1, "customer_id": 1, "code": "SUP-1", "company_name": "Acme Supply", "default_markup": Decimal(0)},
    {"id": 2, "customer_id": None, "code": "1/AAMATT2", "company_name": "A A Matthews", "default_markup": Decimal(30)},
)
CASES: Final = (
    {"id": 1, "code": "ACB1", "name": "Demo, Anna", "customer_id": 1, "job_rate": Decimal(1)},
    {"id": 2, "code": "ACB2", "name": "Demo, Ben", "customer_id": 1, "job_rate": Decimal(1)},
    {"id": 3, "code": "ACB3", "name": "Demo, Cleo", "customer_id": 1, "job_rate": Decimal(1)},
    {"id": 4, "code": "1/00001076.001", "name": "Brochure, design", "customer_id": 2, "job_rate": Decimal(1)},
    {"id": 5, "code": "1/00001076.002", "name": "Brochure, print", "customer_id": 2, "job_rate": Decimal(1)},
    {"id": 6, "code": "1/00000543.001", "name": "Website", "customer_id": 2, "job_rate": Decimal(1)},
    {"id": 7, "code": "1/00002001.001", "name": "Export fair", "customer_id": 2, "job_rate": Decimal("1.5")},
)
ITEMS: Final = (
    {"id": 1, "customer_id": 1, "sku": "SKU-1", "description": "First item"},
    {"id": 2, "customer_id": 1, "sku": "SKU-2", "description": "Second item"},
)
QUALIFIERS: Final = ((1, ""), (1, "Blue"), (2, ""))
FACILITIES: Final = ({"id": 1, "name": "Main"}, {"id": 2, "name": "Overflow"})
SUPPLY_TYPES: Final = ({"code": "1/ENG", "name": "Engraving"},)
CURRENCIES: Final = ({"code": "1/EUR", "rate": Decimal("1.21")}, {"code": "1/USD", "rate": Decimal("1.3")})

_ORDER: Final[dict[str, Any]] = {
    "state": "to_execute",
    "number": None,
    "title": None,
    "external_id": None,
    "notes": None,
    "customer_id": None,
    "supplier_id": None,
    "case_id": None,
    "price_total": None,
    "price_currency": None,
    "data": "{}",
    "leftovers": "{}",
    "created_by": AUTHOR.name,
    "version": 1,
}
# Oldest first; their codes are ORD-1, ORD-2, and so on.
ORDERS: Final[tuple[dict[str, Any], ...]] = (
    _ORDER | {"id": 1, "type": "vacation_request", "data": msgspec.json.encode(VACATION_DATA).decode()},
    _ORDER
    | {
        "id": 241,
        "type": "case_type_1",
        "title": "Dodávka surovin pro podzimní sezónu",
        "customer_id": 2168,
        "price_total": Decimal(10500),
        "price_currency": "CZK",
    },
    _ORDER
    | {
        "id": 147,
        "type": "case_type_2",
        "title": "Servis pecí",
        "customer_id": 2168,
        "price_currency": "CZK",
    },
    _ORDER
    | {
        "id": 10008229,
        "uuid": UUID("EC2BCC0570400345AC130E1140DFB69E"),
        "type": "purchase_order",
        "number": "012082",
        "title": "Brochure printing",
        "customer_id": 2,
        "supplier_id": 2,
        "case_id": 5,
        "version": 16,
    },
    _ORDER
    | {
        "id": 10008375,
        "type": "purchase_order",
        "number": "012083",
        "title": "Paper from the continent",
        "customer_id": 2,
        "supplier_id": 2,
        "case_id": 5,
    },
    _ORDER
    | {
        "id": 10008233,
        "type": "purchase_order",
        "title": "Engraved plates",
        "customer_id": 2,
        "supplier_id": 2,
        "case_id": 5,
    },
    _ORDER
    | {
        "id": 10008376,
        "type": "purchase_order",
        "number": "PO-LOCKED",
        "customer_id": 1,
        "supplier_id": 1,
    },
)
_LINE: Final[dict[str, Any]] = {
    "title": None,
    "item_id": None,
    "qualifier": None,
    "quantity": None,
    "unit": None,
    "price": None,
    "locked": False,
    "facility_id": None,
    "created_by": AUTHOR.name,
}
LINES: Final[tuple[dict[str, Any], ...]] = (
    _LINE
    | {
        "id": 370,
        "order_id": 241,
        "title": "Dodávka margarínu",
        "quantity": Decimal(40),
        "unit": "kg",
        "locked": True,
        "created_by": "gregor",
    },
    _LINE | {"id": 371, "order_id": 241, "title": "Žitná mouka", "quantity": Decimal(250), "unit": "kg"},
    _LINE | {"id": 372, "order_id": 241, "title": "Kvásek", "quantity": Decimal(5), "unit": "l"},
    _LINE | {"id": 2015, "order_id": 147, "title": "Výměna hořáků"},
    _LINE
    | {
        "id": 2016,
        "order_id": 10008376,
        "item_id": 1,
        "qualifier": "",
        "quantity": Decimal(5),
        "facility_id": 1,
    },
)
_COSTING: Final[dict[str, Any]] = {
    "is_estimate": False,
    "source": "entered",
    "supply_type": "1/ENG",
    "currency": "",
    "rate": Decimal(1),
    "cost": Decimal(0),
    "currency_cost": Decimal(0),
    "markup": Decimal(30),
    "charge": Decimal(0),
    "job_charge": Decimal(0),
    "estimate_cost": Decimal(0),
    "estimate_currency_cost": Decimal(0),
    "estimate_markup": Decimal(30),
    "estimate_charge": Decimal(0),
    "estimate_job_charge": Decimal(0),
}
COSTINGS: Final[tuple[dict[str, Any], ...]] = (
    _COSTING | {"order_id": 10008229, "cost": Decimal(150), "charge": Decimal(195), "job_charge": Decimal(195)},
    _COSTING | {"order_id": 10008375, "currency": "1/EUR", "rate": Decimal("1.21")},
    _COSTING
    | {
        "order_id": 10008233,
        "is_estimate": True,
        "estimate_cost": Decimal(200),
        "estimate_currency_cost": Decimal(200),
        "estimate_charge": Decimal(260),
        "estimate_job_charge": Decimal(260),
    },
)
RECEIPTS: Final = (
    {"id": 1, "order_id": 10008376, "customer_id": 1, "facility_id": 1, "reference": "RCV-LOCKED", "status": "open"},
)
NUMBER_CLAIMS: Final = ({"customer_id": 1, "number_folded": "po-locked", "order_id": 10008376},)
# What an accounting system calls some of these.
EXTERNAL_IDS: Final = (
    {"kind": "customer", "source": "erp", "their_id": "K-2168", "our_id": 2168},
    {"kind": "contact", "source": "erp", "their_id": "V-2", "our_id": 2},
    {"kind": "case", "source": "erp", "their_id": "J-2001", "our_id": 7},
    {"kind": "item", "source": "erp", "their_id": "A-2", "our_id": 2},
    {"kind": "order", "source": "erp", "their_id": "SO-8375", "our_id": 10008375},
)
