"""Currencies: list, enter or change."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from orderloom.book import currencies as book
from orderloom.book.currencies import Currency
from orderloom.book.events import Event, as_json
from orderloom.book.money import rounded_rate
from orderloom.desk.caller import Caller
from orderloom.desk.desk import Desk
from orderloom.store import currencies as store
from orderloom.store import events
from orderloom.store.pool import Db

# A currency has no id: its events tell its code.
_NO_ID: Final = 0


async def first(desk: Desk, caller: Caller, limit: int) -> Sequence[Currency]:
    """The first currencies by code, at most `limit`."""
    return await store.listed(desk.pool, caller.tenant_id, limit)


async def put(desk: Desk, caller: Caller, currency: Currency) -> Currency:
    """Enter the currency, or give the one with its code this rate; the currency as it is kept.

    Nothing happens to one that has this rate. Raises BadInput with every fault.
    """
    book.check(currency)
    currency = replace(currency, rate=rounded_rate(currency.rate))
    async with desk.pool.transaction() as db:
        told = await _put(db, caller, currency)
        if told is not None:
            await events.append(db, caller.tenant_id, _NO_ID, told, caller.author, desk.now())
    return currency


async def _put(db: Db, caller: Caller, currency: Currency) -> Event | None:
    """Write the currency; what history says of it, None if it is as it was."""
    if await store.insert(db, caller.tenant_id, currency):
        return Event("CurrencyAdded", "currency", None, as_json(currency))
    before = await store.lock(db, caller.tenant_id, currency.code)
    if before == currency:
        return None
    await store.save(db, caller.tenant_id, currency)
    changes = {"code": currency.code, "rate": [before.rate, currency.rate]}
    return Event("CurrencyAmended", "currency", None, as_json(changes))
