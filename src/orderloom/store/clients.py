"""OAuth clients on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from orderloom.book.clients import Client
from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import storable
from orderloom.store import entering
from orderloom.store.pool import Db

_COLUMNS: Final = "id, client_id, name, roles, created_at, revoked_at"


async def client_with_secret(db: Db, tenant_id: int, client_id: str) -> tuple[Client, bytes] | None:
    """The client of this name, unless it is revoked, and the hash of its secret."""
    if not storable(client_id):
        return None
    row = await db.fetchrow(
        f"""select {_COLUMNS}, secret_hash from clients
             where tenant_id = $1 and client_id = $2 and revoked_at is null""",
        tenant_id,
        client_id,
    )
    return row and (_client(row), row[-1])


async def all_clients(db: Db, tenant_id: int) -> list[Client]:
    """Every client, oldest first, the revoked ones too."""
    rows = await db.fetch(f"select {_COLUMNS} from clients where tenant_id = $1 order by id", tenant_id)
    return [_client(row) for row in rows]


async def insert(
    db: Db, tenant_id: int, client_id: str, name: str, roles: Sequence[str], secret_hash: bytes, at: datetime
) -> int:
    """Enter the client; its id. Raises BadInput if the name that it signs in with is taken."""
    taken = BadInput(Fault("client_id", "taken", value=client_id))
    with entering.refusing({"clients_client_id_key": taken}):
        found: int = await db.fetchval(
            """insert into clients as c (tenant_id, client_id, name, roles, secret_hash, created_at)
               values ($1, $2, $3, $4, $5, $6) returning c.id""",
            tenant_id,
            client_id,
            name,
            list(roles),
            secret_hash,
            at,
        )
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


def _client(row: Any) -> Client:
    return Client(row["id"], row["client_id"], row["name"], tuple(row["roles"]), row["created_at"], row["revoked_at"])
