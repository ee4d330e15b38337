"""What a worker process opens when it starts and closes when it stops."""

import asyncio
import ctypes
import gc
import logging
import math
import multiprocessing
import os
import signal
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from orderloom.desk import api_keys
from orderloom.desk.brake import Brake
from orderloom.desk.desk import Desk
from orderloom.server.admission import Admission
from orderloom.server.settings import Settings
from orderloom.store.failures import is_away
from orderloom.store.pool import Pool, connect

_PR_SET_PDEATHSIG: Final = 1
_logger = logging.getLogger("orderloom.server")
_ORPHAN_CHECK_S: Final = 1.0
CHORES_S: Final = 1.0
# A chore that asks the database is given up after this time, and done again later.
PATIENCE_S: Final = 2.0
# So many more objects than before are looked through for garbage.
NEW_OBJECTS: Final = 10_000


class Lifespan:
    """Speaks ASGI's lifespan protocol; holds the desk in between."""

    desk: Desk
    _pool: Pool

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.admission = Admission(
            longest_wait_s=settings.overload_ms / 1000 or math.inf, connections=settings.pool_size
        )
        self._chores: list[Callable[[], None]] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        if scope["type"] != "lifespan":
            return
        await receive()
        try:
            await self._open()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": f"cannot start: {type(error).__name__}"})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self) -> None:
        parent = _parent()
        _end_with_parent()
        if os.getppid() != parent:  # killed while this worker was starting
            os._exit(1)
        settings = self._settings
        self._pool = pool = await connect(
            settings.database_url, size=settings.pool_size, statement_cache=settings.statement_cache
        )
        self.admission.watch(pool)
        self.every_second(self.admission.tell)
        self.every_second(pool.tidy)
        self.desk = Desk(pool, brake=Brake(account=settings.wrong_tries_account, address=settings.wrong_tries_address))
        _spare_what_stays()
        endless = (self._keep_doing_chores(), self._keep_writing_key_uses(), _watch_parent(parent))
        self._tasks = [asyncio.create_task(each) for each in endless]

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._do_chores()
        await self._write_key_uses()
        await self._pool.close()

    def every_second(self, chore: Callable[[], None]) -> None:
        """Do this every second from the start on, and once more at the end."""
        self._chores.append(chore)

    async def _keep_doing_chores(self) -> None:
        while True:
            await asyncio.sleep(CHORES_S)
            self._do_chores()

    def _do_chores(self) -> None:
        """One that fails keeps neither the others nor the closing of the pool from happening."""
        for chore in self._chores:
            try:
                chore()
            except Exception:
                _logger.exception("a chore failed")

    async def _keep_writing_key_uses(self) -> None:
        """Beside the chores, which a slow database must not hold up."""
        while True:
            await asyncio.sleep(CHORES_S)
            await self._write_key_uses()

    async def _write_key_uses(self) -> None:
        """A database that is away is told later; requests tell of it in the log."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await api_keys.write_uses(self.desk)
        except Exception as error:
            if not is_away(error):
                _logger.exception("the uses of API keys were not written")


def _spare_what_stays() -> None:
    """Have the garbage collector pass over all that is there by now, and look for garbage less often.

    Modules, routes and shapes stay for good, and requests leave hardly a cycle behind: looking through both again and
    again took a twentieth of a worker's time, and whoever came just then waited.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


def _parent() -> int:
    """The id of the server process, also if it is there no more and this worker belongs to another one by now."""
    started_by = multiprocessing.parent_process()
    return os.getppid() if started_by is None or started_by.pid is None else started_by.pid


def _end_with_parent() -> None:
    """Have the kernel end this worker when the server process is killed, so that its port is free again."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


async def _watch_parent(parent: int) -> None:
    """The same for systems whose kernel cannot do it, a second later."""
    while os.getppid() == parent:
        await asyncio.sleep(_ORPHAN_CHECK_S)
    os._exit(1)
