"""The numbers that purchases get when they are made real."""

from typing import Final

from orderloom.book.types import PURCHASE
from orderloom.store.failures import Busy
from orderloom.store.pool import Db
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
        number: int = await db.fetchval("select nextval($1::text::regclass)", sequence)
        if not await db.fetchval(_IS_TAKEN, tenant_id, _written(number)):
            return _written(number)
        await _pass_by(db, tenant_id, number)
    raise Busy("too many enter purchases with numbers of their own")


async def pass_by(db: Db, tenant_id: int) -> None:
    """Let the numbers go on where the book has the first gap: it brought numbers along."""
    await _pass_by(db, tenant_id, 0)


def _written(number: int) -> str:
    return f"{number:0{DIGITS}d}"


_IS_TAKEN: Final = f"select exists (select from orders o where {_PURCHASES} and {BEGINNING_OF_NUMBER} = $2)"
# In the order of the index numbers of one length stand as they count up.
_BEFORE_A_GAP: Final = f"""
with used as (
    select o.number::bigint as number from orders o
     where {_PURCHASES} and {BEGINNING_OF_NUMBER} between $2 and repeat('9', {DIGITS})
       and o.number ~ '^[0-9]{{{DIGITS}}}$'
)
select min(used.number) from used
 where not exists (select from used next where next.number = used.number + 1)"""


async def _pass_by(db: Db, tenant_id: int, taken: int) -> None:
    """Let the sequence go on behind all that are taken from this one on without a gap.

    Counting up, rather than setting it, never gives a number again that somebody else has just been given.
    """
    last = await db.fetchval(_BEFORE_A_GAP, tenant_id, _written(taken))
    sequence = purchase_number_sequence(tenant_id)
    reached = await db.fetchval(f"select last_value from {sequence}")
    if last is not None and reached < last:
        await db.execute(
            "select max(nextval($1::text::regclass)) from generate_series(1, $2::bigint)", sequence, last - reached
        )
