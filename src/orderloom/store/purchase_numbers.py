"""The numbers that purchases get when they are made real."""

from typing import Final

from orderloom.book.types import PURCHASE
from orderloom.store.pool import Busy, Db
from orderloom.store.purchase_fields import BEGINNING_OF_NUMBER
from orderloom.store.tenants import purchase_number_sequence

# How often a number may prove to be taken, each time by somebody who entered it just now.
TRIES: Final = 10
DIGITS: Final = 6
_PURCHASES: Final = f"o.tenant_id = $1 and o.kind = '{PURCHASE}'"


async def free(db: Db, tenant_id: int) -> str:
    """The next purchase number, of six digits or, when those are used up, more; no purchase is called by it."""
    sequence = purchase_number_sequence(tenant_id)
    for _ in range(TRIES):
        number = f"{await db.fetchval('select nextval($1::text::regclass)', sequence):0{DIGITS}d}"
        if not await db.fetchval(_IS_TAKEN, tenant_id, number):
            return number
        await pass_by(db, tenant_id)
    raise Busy("too many enter purchases with numbers of their own")


_IS_TAKEN: Final = f"select exists (select from orders o where {_PURCHASES} and {BEGINNING_OF_NUMBER} = $2)"


async def pass_by(db: Db, tenant_id: int) -> None:
    """Let the numbers go on behind the last one of this form that the book has: it brought some along.

    Counting up, rather than setting the sequence, never gives a number again that somebody else has just been given.
    """
    sequence = purchase_number_sequence(tenant_id)
    await db.execute(
        f"""select max(nextval('{sequence}'))
              from (select max(o.number::bigint) as number from orders o
                     where {_PURCHASES} and o.number ~ '^[0-9]{{{DIGITS}}}$') last,
                   {sequence} reached, generate_series(reached.last_value, last.number - 1)""",
        tenant_id,
    )
