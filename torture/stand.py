"""A server that can be killed and started again at the same port, over a data folder of its own or a given database."""

import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tests.harness import Server, free_port, short_folder

from torture import processes

# The kernel ends the workers of a killed server, and PostgreSQL ends itself in order.
END_S: Final = 30.0


class Stand:
    """The server, its data folder and its log; `url` stays the same for good."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        self.folder = folder
        self.data = folder / "d"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._arguments = arguments
        self._settings = settings
        self._starts = 0
        self.server: Server

    def start(self) -> None:
        """Start the server and wait until it is ready."""
        log = self.folder / f"log-{self._starts}"
        self._starts += 1
        self.server = Server(
            *self._arguments, log=log, port=str(self.port), **({"data": str(self.data)} | self._settings)
        )
        self.server.wait_until_ready()

    def stop(self) -> None:
        """End the server politely, and kill whatever of it is left then."""
        pids = self.pids()
        with suppress(Exception):
            self.server.stop()
        if not processes.gone(pids, END_S):
            for pid in pids:
                processes.kill(pid)

    def kill(self) -> bool:
        """Kill the server process alone, and wait until all that hangs on it has ended by itself.

        False if it was not there any more.
        """
        pids = self.pids()
        hit = processes.kill(self.pid)
        self.server.stop()
        if not processes.gone(pids, END_S):
            left = [(pid, processes.command(pid)) for pid in pids if processes.is_alive(pid)]
            raise AssertionError(f"processes outlived the server that was killed: {left}")
        return hit

    @property
    def pid(self) -> int:
        """The server process itself."""
        return self.server.process.pid

    @property
    def database_url(self) -> str:
        """Where its PostgreSQL can be asked, past the server."""
        return f"postgresql://orderloom@/orderloom?host={quote(os.fspath(self.data))}&port=5432"

    def workers(self) -> list[int]:
        """Its worker processes."""
        return processes.workers(self.pid)

    def pids(self) -> list[int]:
        """All its processes, PostgreSQL's included."""
        return [self.pid, *self.workers(), *processes.inside(self.data)]

    def output(self) -> str:
        """Everything that it has printed since it was first started."""
        logs = (self.folder / f"log-{number}" for number in range(self._starts))
        return "".join(log.read_text(errors="replace") for log in logs if log.exists())


@contextmanager
def serving(*arguments: str, **settings: str) -> Iterator[Stand]:
    """A server that is ready, and no process of it afterwards."""
    with short_folder() as folder:
        stand = Stand(folder, *arguments, **settings)
        try:
            stand.start()
            yield stand
        finally:
            stand.stop()
            left = processes.inside(stand.data)
            for pid in left:
                os.kill(pid, signal.SIGKILL)
        if left:
            raise AssertionError(f"processes outlived the server: {left}")


def demo(*arguments: str, **settings: str) -> AbstractContextManager[Stand]:
    """The same with the demo book."""
    return serving("--demo", *arguments, **settings)
