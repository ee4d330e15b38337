"""The kinds of records that our own API has the same operations for, and what tests enter of each."""

from itertools import count
from typing import Any, NamedTuple

import httpx

from orderloom.api import parties
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
KINDS = (CUSTOMERS,)


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
