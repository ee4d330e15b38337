"""One connection inside a transaction, in the place of a pool: what is done through it comes true together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from orderloom.book.errors import TooCostly
from orderloom.store.pool import SEARCH_TIMEOUT_S, Db

# Savepoints of one name stack up, so that every block has its own.
_BEGIN = "savepoint within"
_END = "release savepoint within"
_UNDO = "rollback to savepoint within; release savepoint within"


class Session:
    """Answers as `Pool` does. A statement that fails takes back itself alone, as it would with a pool."""

    def __init__(self, db: Db) -> None:
        self._db = db

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        async with self.transaction() as db:
            return await db.fetch(query, *args)

    async def fetchrow(self, query: str, *args: Any) -> Any:
        async with self.transaction() as db:
            return await db.fetchrow(query, *args)

    async def fetchval(self, query: str, *args: Any) -> Any:
        async with self.transaction() as db:
            return await db.fetchval(query, *args)

    async def execute(self, query: str, *args: Any) -> str:
        async with self.transaction() as db:
            return await db.execute(query, *args)

    async def search(self, query: str, *args: Any) -> list[Any]:
        """As `fetch`; it is ended after SEARCH_TIMEOUT_S, and raises TooCostly then."""
        try:
            async with self.transaction() as db:
                return await db.fetch(query, *args, timeout=SEARCH_TIMEOUT_S)  # type: ignore[call-arg]
        except TimeoutError as error:  # the connection is sound: it has taken the statement back since
            raise TooCostly from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        """The connection; what the block has done is taken back if it ends with an error."""
        await self._db.execute(_BEGIN)
        try:
            yield self._db
        except Exception:
            await self._db.execute(_UNDO)
            raise
        await self._db.execute(_END)
