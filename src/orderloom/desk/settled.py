"""Up to which id everything that will ever be in a table can be seen."""

import asyncio
from time import monotonic
from typing import Final

from orderloom.store import settling
from orderloom.store.failures import Busy
from orderloom.store.pool import Db
from orderloom.store.settling import Mark

# Most writers are done within milliseconds; for those of an import nobody waits.
WAIT_S: Final = 0.25
PAUSE_S: Final = 0.004


class Settled:
    """What this process knows of it, by table.

    No writer ever waits for who asks. While some have been writing for longer than WAIT_S, what is told is how far it
    was when it was last known.
    """

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._waiting: dict[str, Mark] = {}
        self._looks: dict[tuple[Db, str], asyncio.Task[frozenset[str]]] = {}

    async def last(self, db: Db, table: str) -> int:
        """An id up to which every record is there that will ever be. Raises Busy if it is not known yet."""
        mark = await settling.mark(db, table)
        writing = await self._wait(db, table, mark)
        if not mark.writers & writing:
            self._note(table, mark.last)
            self._waiting.pop(table, None)
        elif not (older := self._waiting.setdefault(table, mark)).writers & writing:
            # Where some are always writing, those who did so when somebody asked before are done by now.
            self._note(table, older.last)
            self._waiting[table] = mark
        if table not in self._known:
            raise Busy(f"somebody has been writing to {table} since this process began")
        return self._known[table]

    async def _wait(self, db: Db, table: str, mark: Mark) -> frozenset[str]:
        """Who is writing, as soon as everybody of the mark is done or WAIT_S is over."""
        until = monotonic() + WAIT_S
        writing = mark.writers
        while mark.writers & writing and monotonic() < until:
            writing = await self._next_look(db, table)
        return writing

    async def _next_look(self, db: Db, table: str) -> frozenset[str]:
        """Who is writing after a pause; however many wait for it, one looks."""
        look = self._looks.get((db, table))
        if look is None:
            look = self._looks[db, table] = asyncio.create_task(self._look(db, table))
        return await asyncio.shield(look)  # who gives up leaves it to the others

    async def _look(self, db: Db, table: str) -> frozenset[str]:
        await asyncio.sleep(PAUSE_S)
        # Who comes from now on may know of writers whom this look does not see.
        del self._looks[db, table]
        return await settling.writers(db, table)

    def _note(self, table: str, last: int) -> None:
        self._known[table] = max(last, self._known.get(table, 0))
