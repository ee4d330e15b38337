"""`orderloom serve`."""

import asyncio
import logging
import multiprocessing
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from orderloom.cli import greeting
from orderloom.cli.opening import Stop, told
from orderloom.server.settings import BadSetting, Settings, about, from_environment
from orderloom.store import embedded, schema, tenants
from orderloom.store.pool import connect

STOP_WORKERS_S = 10
# The longest line and headers of a request, in bytes; whatever the limit, a URL ends at 64 KiB.
LONGEST_HEAD = 128 * 1024
# Files that a worker has open besides the connections of clients and to the database.
OTHER_FILES = 128


def _option(name: str) -> Any:
    return typer.Option(envvar=f"ORDERLOOM_{name.upper()}", help=about(name), show_default=False)


def serve(
    host: Annotated[str | None, _option("host")] = None,
    port: Annotated[int | None, _option("port")] = None,
    data: Annotated[str | None, _option("data")] = None,
    database_url: Annotated[str | None, _option("database_url")] = None,
    workers: Annotated[int | None, _option("workers")] = None,
    demo: Annotated[bool | None, _option("demo")] = None,
    tls_cert: Annotated[str | None, _option("tls_cert")] = None,
    tls_key: Annotated[str | None, _option("tls_key")] = None,
    cors_origins: Annotated[str | None, _option("cors_origins")] = None,
    trusted_proxies: Annotated[str | None, _option("trusted_proxies")] = None,
    wrong_tries_account: Annotated[int | None, _option("wrong_tries_account")] = None,
    wrong_tries_address: Annotated[int | None, _option("wrong_tries_address")] = None,
    body_limit: Annotated[int | None, _option("body_limit")] = None,
    connections: Annotated[int | None, _option("connections")] = None,
    patience_s: Annotated[int | None, _option("patience_s")] = None,
    overload_ms: Annotated[int | None, _option("overload_ms")] = None,
    pool_size: Annotated[int | None, _option("pool_size")] = None,
    statement_cache: Annotated[bool | None, _option("statement_cache")] = None,
    homs_shape: Annotated[str | None, _option("homs_shape")] = None,
    homs_zone: Annotated[str | None, _option("homs_zone")] = None,
    homs_users_by_admins: Annotated[bool | None, _option("homs_users_by_admins")] = None,
    v1_rate_limit: Annotated[int | None, _option("v1_rate_limit")] = None,
    log_level: Annotated[str | None, _option("log_level")] = None,
    metrics_port: Annotated[int | None, _option("metrics_port")] = None,
    metrics_public: Annotated[bool | None, _option("metrics_public")] = None,
) -> None:
    """Serve the book."""
    given = {name: value for name, value in locals().items() if value is not None}
    try:
        settings = replace(from_environment(), **given).checked()
    except BadSetting as error:
        raise Stop(str(error)) from error
    _check_port(settings.host, settings.port)
    if settings.metrics_port:
        _check_port("127.0.0.1", settings.metrics_port)
    # The memory of a process that crashed may hold what callers signed in with: it is not written to a file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    # Until the server's own handlers are in place, a polite stop must still close what has been opened.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with told(), ExitStack() as opened:
        url = settings.database_url or opened.enter_context(embedded.serve(_folder(settings, opened)))
        schema.migrate(url)
        metrics = opened.enter_context(tempfile.TemporaryDirectory(prefix="orderloom-metrics-"))
        empty = asyncio.run(_prepare(url, demo=settings.demo))
        greeting.say(settings, empty=empty)
        _run(replace(settings, database_url=url), metrics)


def _folder(settings: Settings, opened: ExitStack) -> Path:
    if not settings.demo or settings.data:
        return settings.folder
    folder = Path(tempfile.mkdtemp(prefix="orderloom-demo-"))
    opened.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


async def _prepare(url: str, *, demo: bool) -> bool:
    """Enter the demo book if it is wanted; True if the book is empty. Raises Stop rather than mix the two."""
    pool = await connect(url, size=2)
    try:
        tenant = await tenants.first_tenant(pool)
        if not demo:
            return tenant is None
        if tenant is None:
            from orderloom.demo.book import enter_demo_book  # noqa: PLC0415 - only a demo needs it

            await enter_demo_book(pool)
        elif not await tenants.is_demo(pool, tenant):
            raise Stop("There is a real book here, which never gets demo credentials. Name another folder with --data.")
        return False
    finally:
        await pool.close()


def _check_port(host: str, port: int) -> None:
    """Find out before anything is started whether the address is free. Raises Stop."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise Stop(f"Cannot listen on {host}:{port}: {error.strerror}") from error


def _room_for(settings: Settings) -> int:
    """How many connections each worker can hold; the limit on open files is raised for them as far as it may be."""
    others = settings.pool_size + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = settings.connections + others if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY:
        soft = max(soft, min(settings.connections + others, allowed))
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    room = min(settings.connections, max(1, allowed - others))
    if room < settings.connections:
        logging.getLogger("orderloom.server").warning("%d open files are room for %d connections", hard, room)
    return room


def _run(settings: Settings, metrics_folder: str) -> None:
    """Run the workers until a signal stops them."""
    os.environ.update(settings.to_environment(), PROMETHEUS_MULTIPROC_DIR=metrics_folder)
    os.environ.pop("ORDERLOOM_DATABASE_URL_FILE", None)
    # Imported after the environment is set: the metrics library decides then where it keeps its counts.
    from granian.constants import HTTPModes, Interfaces, SSLProtocols  # noqa: PLC0415
    from granian.http import HTTP1Settings  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    from orderloom.server import log, metrics  # noqa: PLC0415

    if settings.metrics_port:
        metrics.serve(settings.metrics_port)
    # Threads run in this process, and forking a process with threads copies their locks in whatever state they are.
    multiprocessing.set_start_method("spawn", force=True)
    Server(
        "orderloom.server.app:create",
        factory=True,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        interface=Interfaces.ASGI,
        websockets=False,
        # The other modes wait for good for the first word of a client, and close no connection of HTTP/2 that is idle.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=settings.patience_s * 1000, max_buffer_size=LONGEST_HEAD),
        # Granian counts connections by this, also those on which nobody asks for anything.
        backpressure=_room_for(settings),
        log_level=LogLevels.info if settings.log_level == "debug" else LogLevels.warning,
        log_dictconfig=log.configuration(settings.log_level),
        ssl_cert=Path(settings.tls_cert) if settings.tls_cert else None,
        ssl_key=Path(settings.tls_key) if settings.tls_key else None,
        ssl_protocol_min=SSLProtocols.tls12,
        workers_kill_timeout=STOP_WORKERS_S,
        respawn_failed_workers=True,
    ).serve()
