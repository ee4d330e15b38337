"""Tenants and the host names that lead to them."""

from datetime import datetime

from orderloom.store.pool import Db


async def tenant_of_host(db: Db, host: str) -> int | None:
    """The tenant that this host name (lower case, without port) leads to: the first one if nobody owns the name.

    None only while the book has no tenant at all.
    """
    tenant: int | None = await db.fetchval(
        """select coalesce((select tenant_id from tenant_hosts where host = $1), (select min(id) from tenants))""",
        host,
    )
    return tenant


async def first_tenant(db: Db) -> int | None:
    """The tenant that administration means, None in an empty book."""
    tenant: int | None = await db.fetchval("select min(id) from tenants")
    return tenant


async def name_of(db: Db, tenant_id: int) -> str:
    """The name of the company that the tenant is."""
    name: str = await db.fetchval("select name from tenants where id = $1", tenant_id)
    return name


async def is_demo(db: Db, tenant_id: int) -> bool:
    """True if the tenant holds the demo book, whose credentials are known to everybody."""
    demo: bool = await db.fetchval("select demo from tenants where id = $1", tenant_id)
    return demo


async def lock_tenants(db: Db) -> None:
    """Let nobody else make a tenant until the transaction ends: ids count up, and there is only one first."""
    await db.execute("lock table tenants in exclusive mode")


async def add_tenant(db: Db, name: str, *, at: datetime, hosts: tuple[str, ...] = (), demo: bool = False) -> int:
    """Make a tenant reached by these host names; its id. To be called inside a transaction.

    The tenant gets sequences of its own for order codes and purchase numbers: they take no lock, where a counter row
    would make every writer of the tenant queue behind the other's commit.
    """
    await lock_tenants(db)
    tenant: int = await db.fetchval(
        """insert into tenants as t (id, name, created_at, demo)
           select coalesce(max(id), 0) + 1, $1, $2, $3 from tenants
           returning t.id""",
        name,
        at,
        demo,
    )
    for sequence in sequences_of(tenant):
        await db.execute(f"create sequence {sequence} as bigint")
    for host in hosts:
        await db.execute("insert into tenant_hosts (host, tenant_id) values ($1, $2)", host, tenant)
    return tenant


def sequences_of(tenant_id: int) -> tuple[str, ...]:
    """The names of all sequences that a tenant has of its own."""
    return code_sequence(tenant_id), purchase_number_sequence(tenant_id)


def code_sequence(tenant_id: int) -> str:
    """The name of the sequence that numbers this tenant's order codes."""
    return f"order_codes_{tenant_id:d}"


def purchase_number_sequence(tenant_id: int) -> str:
    """The name of the sequence that numbers this tenant's purchases when they are made real."""
    return f"purchase_numbers_{tenant_id:d}"
