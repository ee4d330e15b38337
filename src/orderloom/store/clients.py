"""OAuth clients on PostgreSQL."""

from datetime import datetime

import asyncpg

from orderloom.book.clients import Client
from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import storable
from orderloom.store.pool import Db, broken_constraint


async def client_with_secret(db: Db, tenant_id: int, client_id: str) -> tuple[Client, bytes] | None:
    """The client of this name, unless it is revoked, and the hash of its secret."""
    if not storable(client_id):
        return None
    row = await db.fetchrow(
        """select id, client_id, name, created_at, revoked_at, secret_hash from clients
            where tenant_id = $1 and client_id = $2 and revoked_at is null""",
        tenant_id,
        client_id,
    )
    return row and (Client(*row[:-1]), row[-1])


async def all_clients(db: Db, tenant_id: int) -> list[Client]:
    """Every client, oldest first, the revoked ones too."""
    rows = await db.fetch(
        "select id, client_id, name, created_at, revoked_at from clients where tenant_id = $1 order by id", tenant_id
    )
    return [Client(*row) for row in rows]


async def insert(db: Db, tenant_id: int, client_id: str, name: str, secret_hash: bytes, at: datetime) -> int:
    """Enter the client; its id. Raises BadInput if the name that it signs in with is taken."""
    try:
        found: int = await db.fetchval(
            """insert into clients as c (tenant_id, client_id, name, secret_hash, created_at)
               values ($1, $2, $3, $4, $5) returning c.id""",
            tenant_id,
            client_id,
            name,
            secret_hash,
            at,
        )
    except asyncpg.UniqueViolationError as error:
        if broken_constraint(error, ["clients_client_id_key"]):
            raise BadInput(Fault("client_id", "taken", value=client_id)) from error
        raise
    return found


async def revoke(db: Db, tenant_id: int, client_id: str, at: datetime) -> int | None:
    """Revoke the client and end its tokens; its id, None if there is none to revoke."""
    found: int | None = await db.fetchval(
        """update clients c set revoked_at = $3
            where c.tenant_id = $1 and c.client_id = $2 and c.revoked_at is null
            returning c.id""",
        tenant_id,
        client_id,
        at,
    )
    if found is not None:
        await db.execute("delete from tokens where tenant_id = $1 and client_id = $2", tenant_id, found)
    return found
