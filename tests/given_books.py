"""Books for tests: tenants with the people and types that the contracts' demo sections ask for."""

from itertools import count
from typing import Any

import yaml

from orderloom.book import users as book_users
from orderloom.book.events import Author
from orderloom.book.types import FieldDefinition, OrderType, parse_definition
from orderloom.demo.order_types import ORDER_TYPES
from orderloom.demo.people import DEMO_PASSWORD, DEMO_TOKEN, DEMO_USER, USERS
from orderloom.desk import founding, types, users
from orderloom.desk.desk import Caller, Desk
from orderloom.desk.passwords import hash_password_now
from orderloom.store import users as user_store

ALL_KINDS = OrderType(
    code="all_kinds",
    name="All kinds",
    fields=(
        FieldDefinition("aString", "string", "A string"),
        FieldDefinition("aNumber", "number", "A number"),
        FieldDefinition("aBoolean", "boolean", "A boolean"),
        FieldDefinition("aDate", "datetime", "A date"),
        FieldDefinition("aJson", "json", "A JSON text"),
    ),
)
# Hashing is slow on purpose; every demo user has the same password.
_PASSWORD_HASH = hash_password_now(DEMO_PASSWORD)
_numbers = count(1)


async def new_tenant(desk: Desk) -> tuple[Caller, str]:
    """A fresh tenant with the two users of HOMS's page and the order types; its caller and its host name."""
    host = f"t{next(_numbers)}.test"
    async with desk.pool.transaction() as db:
        caller = await founding.add_tenant(desk, db, host, Author("tests", "tests"), hosts=(host,))
    for profile in USERS:
        user = book_users.enrol(profile, at=desk.now())
        await user_store.insert_user(desk.pool, caller.tenant_id, user, _PASSWORD_HASH)
    await users.set_api_token(desk, caller, DEMO_USER, "homs", DEMO_TOKEN)
    for order_type in (*ORDER_TYPES, ALL_KINDS):
        await types.add(desk, caller, order_type, activate=True)
    return caller, host


class Book:
    """A test's hand on the data of its tenant."""

    TABLES = (
        "users",
        "tokens",
        "order_types",
        "customers",
        "contacts",
        "cases",
        "items",
        "orders",
        "lines",
        "costings",
        "receipts",
        "number_claims",
        "events",
    )

    def __init__(self, desk: Desk, caller: Caller) -> None:
        self.desk = desk
        self.caller = caller
        self.tenant_id = caller.tenant_id

    async def add_type(self, yaml_text: str) -> None:
        """Add this definition as a version of its type and activate it."""
        await types.add(self.desk, self.caller, parse_definition(yaml.safe_load(yaml_text)), activate=True)

    async def retire_type(self, code: str) -> None:
        await types.retire(self.desk, self.caller, code)

    async def set_token(self, email: str, token: str | None) -> None:
        await users.set_api_token(self.desk, self.caller, email, "homs", token)

    async def block(self, email: str, blocked: bool) -> None:
        await users.change(self.desk, self.caller, email, lambda _: book_users.Profile(blocked=blocked))

    async def counts(self) -> dict[str, int]:
        """How many rows of the tenant each table has."""
        return {table: await self._count(table) for table in self.TABLES}

    async def events(self, noun: str = "order") -> list[Any]:
        """The tenant's events about this noun, oldest first."""
        return await self.desk.pool.fetch(
            "select * from events where tenant_id = $1 and noun = $2 order by id", self.tenant_id, noun
        )

    async def _count(self, table: str) -> int:
        found: int = await self.desk.pool.fetchval(
            f"select count(*) from {table} where tenant_id = $1",  # noqa: S608 - from TABLES
            self.tenant_id,
        )
        return found
