"""What the tests stand on: a real PostgreSQL, real server processes, and a tenant of its own for each test."""

import os
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from string import printable
from typing import Any
from urllib.parse import quote, urlencode

import httpx

COMMAND = [sys.executable, "-c", "from orderloom.cli.main import run\nif __name__ == '__main__': run()"]
ASCII = printable + "\x7f"
START_S = 30
STOP_S = 20


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def short_folder() -> Iterator[Path]:
    """A temporary folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="ol-", dir="/tmp") as folder:
        yield Path(folder)


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with nothing of a developer's own settings, and these."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ORDERLOOM_")}
    return clean | {f"ORDERLOOM_{name.upper()}": value for name, value in settings.items()}


def command(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return subprocess.run(
        [*COMMAND, *arguments], env=environment(**settings), capture_output=True, text=True, timeout=60, check=False
    )


def on_a_terminal(*arguments: str, **settings: str) -> tuple[str, int]:
    """What a terminal is shown, and the exit status."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(**settings) | {"TERM": "xterm", "COLUMNS": "100"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        seen += part
    os.close(ours)
    return seen.decode(), process.wait(30)


class Server:
    """A server process of its own, at a port that is free or at the one that is given."""

    def __init__(self, *arguments: str, log: Path, port: str = "", **settings: str) -> None:
        self.port = int(port) if port else free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._out = log.open("wb")
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(self.port), *arguments],
            env=environment(**settings),
            stdout=self._out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait_until_ready(self) -> "Server":
        """Return when it answers; fail with its output if it ends before."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}: {self.output()}")
            try:
                if httpx.get(f"{self.url}/ready", timeout=2).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"the server is not ready: {self.output()}")

    def stop(self) -> int:
        """End it politely; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_S)
        finally:
            self.process.kill()
            self._out.close()

    def output(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(errors="replace")


@contextmanager
def serving(*arguments: str, **settings: str) -> Iterator[Server]:
    """A server that is ready, stopped at the end."""
    with short_folder() as folder:
        server = Server(*arguments, log=folder / "log", **settings)
        try:
            yield server.wait_until_ready()
        finally:
            server.stop()


class FaceClient:
    """A client of one face in one tenant; paths go out exactly as they are written.

    `auth` is a pair for Basic, text for a Bearer token, a mapping for parameters of the query, or None.
    """

    def __init__(self, base_url: str, host: str, http: httpx.AsyncClient, auth: Any) -> None:
        self.base_url = base_url
        self.host = host
        self.headers = {"Host": host, "Accept": "application/json"}
        self.auth = auth
        self.neighbour: FaceClient
        self.current: FaceClient
        self._http = http

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | str | None = None,
        headers: dict[str, str] | None = None,
        auth: Any = ...,
        **more: Any,
    ) -> httpx.Response:
        kwargs: dict[str, Any] = dict(more)
        if json is not None:
            kwargs["json"] = json
        if content is not None:
            kwargs["content"] = content
        all_headers = self.headers | (headers or {})
        own_header = any(name.lower() == "authorization" for name in headers or {})
        chosen = self.auth if auth is ... else auth
        if isinstance(chosen, str) and not own_header:
            all_headers["Authorization"] = f"Bearer {chosen}"
        elif isinstance(chosen, Mapping):
            path += f"{'&' if '?' in path else '?'}{urlencode(chosen)}"
        elif chosen is not None and not own_header:
            kwargs["auth"] = chosen
        # httpx insists on ASCII; what a client would send raw beyond it goes percent-encoded.
        url = httpx.URL(self.base_url).copy_with(raw_path=quote(path, safe=ASCII).encode())
        return await self._http.request(method, url, headers=all_headers, **kwargs)

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.request("GET", path, **kwargs)

    async def head(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.request("HEAD", path, **kwargs)

    async def post(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.request("POST", path, **kwargs)

    async def put(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.request("PUT", path, **kwargs)

    async def patch(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.request("PATCH", path, **kwargs)

    async def delete(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.request("DELETE", path, **kwargs)
