"""Starting and stopping what is measured, each server a group of processes of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from bench.floor import TENANT_VARIABLE, URL_VARIABLE

START_S: Final = 60.0
STOP_S: Final = 20.0
_POLL_S: Final = 0.05


class Served(NamedTuple):
    """A server that answers on this port of the local machine."""

    port: int
    pid: int


class CannotStart(Exception):
    """A server that is to be measured does not come up; the text says why."""


@contextmanager
def orderloom(url: str, workers: int, folder: Path, *options: str) -> Iterator[Served]:
    """Orderloom, started as anybody would start it, with these options besides."""
    command = [sys.executable, str(Path(sys.executable).with_name("orderloom")), "serve", "--database-url", url]
    with _running(
        [*command, "--workers", str(workers), *options], {}, folder / f"orderloom-{workers}.log", "/ready"
    ) as served:
        yield served


@contextmanager
def floor(url: str, tenant_id: int, workers: int, folder: Path) -> Iterator[Served]:
    """The floor, which knows a single tenant."""
    command = [sys.executable, "-m", "bench.serve_floor", "--workers", str(workers)]
    given = {URL_VARIABLE: url, TENANT_VARIABLE: str(tenant_id)}
    with _running(command, given, folder / f"floor-{workers}.log", "/ready") as served:
        yield served


@contextmanager
def _running(command: list[str], given: dict[str, str], log: Path, page: str) -> Iterator[Served]:
    port = _free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ORDERLOOM_")}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            env=clean | given,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(process, port, page, log)
        yield Served(port, process.pid)
    finally:
        _stop(process)


def _wait_for(process: subprocess.Popen[bytes], port: int, page: str, log: Path) -> None:
    give_up_at = time.monotonic() + START_S
    while not _answers(port, page):
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise CannotStart(f"no answer to {page}: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(_POLL_S)


def _answers(port: int, page: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", page)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server politely, and whatever of its group is left then."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
