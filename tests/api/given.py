"""The kinds of records that our own API has the same operations for, and what tests enter of each."""

from itertools import count
from typing import Any, NamedTuple

import httpx

from orderloom.api import cases, contacts, facilities, items, parties
from orderloom.api.resources import Resource
from tests.harness import FaceClient

_numbers = count(1)


class Kind(NamedTuple):
    """A kind of record: the fewest members of a new one, all of them, another value of each, and the id of one that
    the demo book has and something refers to. `many` are records of every sort for lists."""

    resource: Resource[Any]
    least: dict[str, Any]
    whole: dict[str, Any]
    change: dict[str, Any]
    used: int
    unique: str
    many: list[dict[str, Any]]

    @property
    def path(self) -> str:
        return self.resource.path

    def new(self, **more: Any) -> dict[str, Any]:
        """A new one like no other."""
        return {**self.least, self.unique: f"{self.least[self.unique]} {next(_numbers)}", **more}


CUSTOMERS = Kind(
    parties.CUSTOMERS,
    {"name": "Mill"},
    {
        "kind": "individual",
        "name": "Nováková",
        "first_name": "Jana",
        "external_id": "Ext-7",
        "city": "Brno",
        "country": "CZ",
        "deactivated": True,
        "external_ids": {"shop": "C-7", "crm": "x/7 é"},
    },
    {
        "kind": "organisation",
        "name": "Nováková & Co",
        "first_name": None,
        "external_id": "Ext-8",
        "city": None,
        "country": "SK",
        "deactivated": False,
    },
    used=1,
    unique="name",
    many=[
        {"name": "Alfa", "city": "Brno", "country": "CZ", "external_id": "E-1"},
        {"name": "alfa", "city": "BRNO", "deactivated": True, "external_id": "e-1"},
        {"name": "Ángel", "first_name": "Zoë", "kind": "individual", "city": "Łódź"},
        {"name": "ÁNGEL", "first_name": "zOË", "kind": "individual", "country": "PL"},
        {"name": "Straße*", "city": "STRASSE", "external_id": "*"},
        {"name": "x" * 500, "city": "x" * 499 + "y"},
        {"name": "_%\\", "city": ""},
        {"name": "Żółw", "city": "Z", "country": "𝒵"},
    ],
)
CONTACTS = Kind(
    contacts.CONTACTS,
    {"company_name": "Paper"},
    {
        "code": "Ž-1",
        "customer_id": 1,
        "company_name": "Żółty Papier",
        "name": "Anna",
        "title": "Dr",
        "address1": "Street 1",
        "address2": "Door 2",
        "city": "Łódź",
        "state": "S",
        "zip": "90-001",
        "country": "PL",
        "phone_number": "+48 1",
        "fax": "+48 2",
        "email_address": "Anna@Example.com",
        "dept": "Sales",
        "is_address_residential": True,
        "address_status": 2,
        "default_markup": "12.50",
        "external_ids": {"shop": "K-7", "crm": "x/7 é"},
    },
    {
        "code": None,
        "customer_id": None,
        "company_name": "żółty papier ß",
        "name": None,
        "title": "Prof",
        "address1": "Street 3",
        "address2": None,
        "city": "Łomża",
        "state": "T",
        "zip": "18-400",
        "country": "CZ",
        "phone_number": None,
        "fax": "",
        "email_address": "b@example.com",
        "dept": "Stores",
        "is_address_residential": False,
        "address_status": 0,
        "default_markup": "-3.25",
    },
    used=1,
    unique="company_name",
    many=[
        {"company_name": "Alfa", "code": "A", "customer_id": 1, "default_markup": "10"},
        {"company_name": "alfa", "code": "a", "customer_id": 2, "default_markup": "10.00", "address_status": 1},
        {"name": "Ödön", "title": "ÖDÖN", "city": "ödön", "is_address_residential": True},
        {"email_address": "x@y", "phone_number": "1", "fax": "2", "zip": "3", "dept": "4", "state": "5"},
        {"company_name": "*", "address1": "a*", "address2": "*b", "country": "c*d", "default_markup": "-0.01"},
        {"company_name": "", "code": "", "name": "ﬀ"},
    ],
)
CASES = Kind(
    cases.CASES,
    {"code": "C", "name": "Case"},
    {
        "code": "Ž/1",
        "name": "Ökonomie",
        "type": "Ärzte",
        "status": "closed",
        "customer_id": 1,
        "job_rate": "1.250000",
        "external_ids": {"shop": "F-7", "crm": "x/7 é"},
    },
    {
        "code": "Ž/2",
        "name": "ÖKONOMIE II",
        "type": "client",
        "status": "open",
        "customer_id": None,
        "job_rate": "0.500000",
    },
    used=5,
    unique="code",
    many=[
        {"code": "Alfa", "name": "Same", "customer_id": 1, "job_rate": "2"},
        {"code": "ALFA", "name": "same", "customer_id": 2, "job_rate": "2.000000", "status": "closed"},
        {"code": "*", "name": "a*b", "type": "A"},
        {"code": "ß", "name": "ẞ", "type": "a"},
        {"code": "ss", "name": "x" * 500, "type": "é"},
    ],
)
ITEMS = Kind(
    items.ITEMS,
    {"customer_id": 1, "sku": "S"},
    {
        "customer_id": 1,
        "sku": "Čaj-1",
        "description": "Zelený",
        "qualifiers": ["", "blue", "Red", "žlutá"],
        "deactivated": True,
        "external_ids": {"shop": "I-7", "crm": "x/7 é"},
    },
    {
        "sku": "ČAJ-2",
        "description": None,
        "qualifiers": ["Blue", "Straße"],
        "deactivated": False,
    },
    used=1,
    unique="sku",
    many=[
        {"customer_id": 1, "sku": "Alfa", "description": "Same"},
        {"customer_id": 2, "sku": "ALFA", "description": "same", "deactivated": True},
        {"customer_id": 2, "sku": "*", "description": "a*b", "qualifiers": []},
        {"customer_id": 2168, "sku": "ßS", "description": "É" * 1999},
        {"customer_id": 2168, "sku": "Ω", "description": "É" * 600},
    ],
)
FACILITIES = Kind(
    facilities.FACILITIES,
    {"name": "F"},
    {"name": "Łódź", "deactivated": True},
    {"name": "łódź II", "deactivated": False},
    used=1,
    unique="name",
    many=[{"name": "Alfa"}, {"name": "Älfa", "deactivated": True}, {"name": "*"}, {"name": "x" * 255}, {"name": "Ω"}],
)
KINDS = (CUSTOMERS, CONTACTS, CASES, ITEMS, FACILITIES)


async def entered(client: FaceClient, kind: Kind, **more: Any) -> dict[str, Any]:
    """A new record as it was answered."""
    answer = await client.post(kind.path, json=kind.new(**more))
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()
    return record


def is_problem(answer: httpx.Response, status: int, kind: str) -> bool:
    """Whether the answer is this refusal, as RFC 9457 has it."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert body["request_id"] == answer.headers["x-request-id"]
    return bool(body["type"] == f"urn:orderloom:problem:{kind}")


def faults(answer: httpx.Response) -> set[tuple[str, str]]:
    """The pointers, or names of parameters, of what is wrong, each with its word."""
    return {(each["pointer"] or each["parameter"], each["code"]) for each in answer.json()["errors"]}
