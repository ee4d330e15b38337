"""Books for tests: tenants with the people and types that the contracts' demo sections ask for."""

from datetime import datetime
from itertools import count
from typing import Any

import yaml

from orderloom.book import users as book_users
from orderloom.book.cases import Case
from orderloom.book.events import STAMPS, Author
from orderloom.book.parties import Customer
from orderloom.book.types import FieldDefinition, OrderType, parse_definition
from orderloom.demo.book import enter_programs, enter_records
from orderloom.demo.order_types import ORDER_TYPES
from orderloom.demo.people import (
    DEMO_PASSWORD,
    DEMO_TOKEN,
    DEMO_USER,
    DISABLED_USER,
    USERS,
)
from orderloom.desk import api_keys, cases, clients, founding, parties, types, users
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.desk.passwords import hash_password_now
from orderloom.dialects.registry import FACES
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


async def columns_of(desk: Desk, table: str) -> str:
    """The columns of the table that can be written, for statements that copy rows."""
    rows = await desk.pool.fetch(
        """select column_name from information_schema.columns
            where table_name = $1 and table_schema = current_schema and is_generated = 'NEVER'""",
        table,
    )
    return ", ".join(f'"{row[0]}"' for row in rows)


async def new_tenant(desk: Desk, *, whole: bool = False) -> tuple[Caller, str]:
    """A fresh tenant with the two users of HOMS's page and the order types; its caller and its host name.

    A whole one holds everything else of the demo book too.
    """
    host = f"t{next(_numbers)}.test"
    people = (*USERS, DISABLED_USER) if whole else USERS
    async with desk.pool.transaction() as db:
        caller = await founding.add_tenant(desk, db, host, Author("tests", "tests"), hosts=(host,))
        for profile in people:
            user = book_users.enrol(profile, at=desk.now())
            await user_store.insert_user(db, caller.tenant_id, user, _PASSWORD_HASH)
        await users.put_api_token(db, caller, DEMO_USER, "homs", DEMO_TOKEN, at=desk.now())
        for order_type in (*ORDER_TYPES, ALL_KINDS):
            await types.enter(db, caller, order_type, activate=True, at=desk.now())
        if whole:
            await enter_programs(desk, db, caller)
            await enter_records(db, caller.tenant_id)
    return caller, host


def altered(changes: dict[str, Any]) -> dict[str, Any]:
    """What a change altered, without who made it when."""
    return {field: told for field, told in changes.items() if field not in STAMPS}


class Book:
    """A test's hand on the data of its tenant."""

    TABLES = (
        "users",
        "clients",
        "tokens",
        "api_keys",
        "order_types",
        "customers",
        "contacts",
        "cases",
        "items",
        "facilities",
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

    async def add_customer(self, name: str) -> int:
        """The id of a new organisation."""
        return (await parties.add(self.desk, self.caller, Customer(name=name))).id

    async def add_case(self, code: str, name: str, customer_id: int | None = None) -> int:
        """The id of a new case."""
        return (await cases.add(self.desk, self.caller, Case(code=code, name=name, customer_id=customer_id))).id

    async def close_case(self, case_id: int) -> None:
        await cases.close(self.desk, self.caller, case_id)

    async def add_client(self) -> tuple[str, str]:
        """The name and the secret of a new client."""
        client_id = f"client-{next(_numbers)}"
        return client_id, await clients.add(self.desk, self.caller, client_id, "A client")

    async def revoke_client(self, client_id: str) -> None:
        await clients.revoke(self.desk, self.caller, client_id)

    async def add_key(self, *scopes: str, name: str = "program", expires_at: datetime | None = None) -> str:
        """A new API key. It counts as used just now, so that its uses change no row for a minute."""
        added = await api_keys.add(self.desk, self.caller, name, scopes, faces=FACES, expires_at=expires_at)
        await self.desk.pool.execute(
            "update api_keys set used_at = now() where tenant_id = $1 and id = $2", self.tenant_id, added.key.id
        )
        return added.secret

    async def revoke_key(self, name: str = "program") -> None:
        await api_keys.revoke(self.desk, self.caller, name)

    async def open_receipt(self, order_id: int) -> None:
        """Begin to receive goods for the order."""
        await self.desk.pool.execute(
            """insert into receipts (tenant_id, order_id, reference, status, created_at)
               values ($1, $2, 'R', 'open', now())""",
            self.tenant_id,
            order_id,
        )

    async def close_receipts(self, order_id: int) -> None:
        """End the receiving of goods for the order."""
        await self.desk.pool.execute(
            "update receipts set status = 'closed' where tenant_id = $1 and order_id = $2", self.tenant_id, order_id
        )

    async def add_item(self, customer_id: int, sku: str, qualifiers: tuple[str, ...] = ("",)) -> int:
        """The id of a new item of this customer."""
        item_id: int = await self.desk.pool.fetchval(
            """insert into items as i (tenant_id, customer_id, sku, sku_folded, created_at)
               values ($1, $2, $3, $4, now()) returning i.id""",
            self.tenant_id,
            customer_id,
            sku,
            sku.casefold(),
        )
        for name in qualifiers:
            await self.desk.pool.execute(
                "insert into qualifiers (tenant_id, item_id, name, name_folded) values ($1, $2, $3, $4)",
                self.tenant_id,
                item_id,
                name,
                name.casefold(),
            )
        return item_id

    async def add_facility(self, name: str) -> int:
        """The id of a new facility."""
        found: int = await self.desk.pool.fetchval(
            """insert into facilities as f (tenant_id, name, name_folded, created_at)
               values ($1, $2, $3, now()) returning f.id""",
            self.tenant_id,
            name,
            name.casefold(),
        )
        return found

    async def add_contact(self, code: str | None, company_name: str, customer_id: int | None = None) -> int:
        """The id of a new contact."""
        found: int = await self.desk.pool.fetchval(
            """insert into contacts as c (tenant_id, customer_id, code, code_folded, company_name, created_at)
               values ($1, $2, $3, $4, $5, now()) returning c.id""",
            self.tenant_id,
            customer_id,
            code,
            code and code.casefold(),
            company_name,
        )
        return found

    async def set_roles(self, client_id: str, *roles: str) -> None:
        """What the client may do: `view`, `edit`, both or nothing."""
        await self.desk.pool.execute(
            "update clients set roles = $3 where tenant_id = $1 and client_id = $2",
            self.tenant_id,
            client_id,
            list(roles),
        )

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


class CountingPool:
    """A pool that counts the statements that pass through it."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self.statements = 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("fetch", "execute")):
            self.statements += 1
        return getattr(self._pool, name)
