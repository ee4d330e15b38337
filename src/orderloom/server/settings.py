"""Every setting of a server, in one place.

Each one is an option of `orderloom serve` and an environment variable ORDERLOOM_<NAME>; a secret may also be the
content of the file that ORDERLOOM_<NAME>_FILE names. Workers are processes of their own and read the environment,
into which the command line has written its options.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import platformdirs

from orderloom.server.proxies import networks

PREFIX: Final = "ORDERLOOM_"


class BadSetting(Exception):
    """A setting that cannot be used; the text is one line for the operator."""


def _setting(default: Any, about: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"about": about, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """What one server is told."""

    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8080, "Port to listen on.")
    data: str = _setting("", "Folder of the embedded PostgreSQL; by default the user's data folder.")
    database_url: str = _setting("", "A PostgreSQL 14 or newer of your own; then nothing embedded runs.", secret=True)
    workers: int = _setting(1, "Worker processes.")
    demo: bool = _setting(False, "Serve the demo book, fresh at every start unless a folder or database is named.")
    tls_cert: str = _setting("", "Certificate chain (PEM) for https.")
    tls_key: str = _setting("", "Private key (PEM) for https.")
    cors_origins: str = _setting("", "Origins that browsers may call from, separated by commas.")
    trusted_proxies: str = _setting(
        "", "Addresses or networks of reverse proxies whose Forwarded headers are believed, separated by commas."
    )
    wrong_tries_account: int = _setting(
        10, "Wrong credentials a minute for one account from one address; then 429, whatever comes. 0 is no limit."
    )
    wrong_tries_address: int = _setting(
        100, "Wrong credentials a minute from one address; then 429 for further wrong ones. 0 is no limit."
    )
    body_limit: int = _setting(1024 * 1024, "Longest request body in bytes.")
    connections: int = _setting(4096, "Connections that each worker holds; who comes then waits to be taken in.")
    patience_s: int = _setting(
        30, "Seconds that a client has to send a request, and after which a connection that says nothing is closed."
    )
    overload_ms: int = _setting(
        10, "Milliseconds that requests may keep each other waiting before some are refused with 503; 0 refuses none."
    )
    pool_size: int = _setting(10, "Database connections of each worker.")
    statement_cache: bool = _setting(True, "Prepare statements; off behind PgBouncer in transaction mode.")
    homs_shape: str = _setting("published", "Shape of HOMS answers: published or current.")
    homs_zone: str = _setting("Europe/Moscow", "Time zone of HOMS date-times.")
    homs_users_by_admins: bool = _setting(False, "Let only administrators change users, through HOMS and our own API.")
    v1_rate_limit: int = _setting(
        60_000, "Requests a minute that one caller of /v1 may send to one worker; 0 is no limit."
    )
    log_level: str = _setting("info", "debug, info, warning or error; requests are logged at info.")
    metrics_port: int = _setting(0, "Port on 127.0.0.1 for Prometheus metrics; 0 is none.")
    metrics_public: bool = _setting(False, "Serve /metrics on the public port too.")

    @property
    def folder(self) -> Path:
        """Where the embedded PostgreSQL keeps its data."""
        return Path(self.data) if self.data else Path(platformdirs.user_data_dir("orderloom", appauthor=False))

    def checked(self) -> "Settings":
        """These settings, if each can be used. Raises BadSetting."""
        _check(0 <= self.port < 65536 and 0 <= self.metrics_port < 65536, "a port is a number from 0 to 65535")
        _check(1 <= self.workers <= 256, "workers must be from 1 to 256")
        _check(1 <= self.pool_size <= 1000, "pool-size must be from 1 to 1000")
        _check(16 <= self.connections <= 100_000, "connections must be from 16 to 100000")
        _check(1 <= self.patience_s <= 3600, "patience-s must be from 1 to 3600 seconds")
        _check(0 <= self.overload_ms <= 10_000, "overload-ms must be from 0 to 10000 milliseconds")
        _check(1024 <= self.body_limit <= 1 << 30, "body-limit must be from 1024 bytes to 1 GiB")
        _check(0 <= self.wrong_tries_account <= MAX_TRIES, f"wrong-tries-account must be from 0 to {MAX_TRIES}")
        _check(0 <= self.wrong_tries_address <= MAX_TRIES, f"wrong-tries-address must be from 0 to {MAX_TRIES}")
        _check(0 <= self.v1_rate_limit <= MAX_RATE, f"v1-rate-limit must be from 0 to {MAX_RATE}")
        _check_networks(self.trusted_proxies)
        _check(self.homs_shape in ("published", "current"), "homs-shape is published or current")
        _check(self.log_level in LOG_LEVELS, f"log-level is one of {', '.join(LOG_LEVELS)}")
        _check(bool(self.tls_cert) == bool(self.tls_key), "tls-cert and tls-key go together")
        for path in filter(None, (self.tls_cert, self.tls_key)):
            _check(os.access(path, os.R_OK), f"cannot read {path}")
        _check_url(self.database_url)
        try:
            ZoneInfo(self.homs_zone)
        except (ValueError, OSError, KeyError):
            raise BadSetting(f"homs-zone: no time zone is called {self.homs_zone!r}") from None
        return self

    def to_environment(self) -> dict[str, str]:
        """The environment that makes `from_environment` give these settings again."""
        return {_variable(name): _as_text(getattr(self, name)) for name in _NAMES}


LOG_LEVELS: Final = ("debug", "info", "warning", "error")
MAX_TRIES: Final = 100_000
MAX_RATE: Final = 1_000_000_000
_NAMES: Final = tuple(entry.name for entry in fields(Settings))


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings that the environment gives, defaults for the rest. Raises BadSetting."""
    given = os.environ if environment is None else environment
    return Settings(**{entry.name: _read(entry, given) for entry in fields(Settings)}).checked()


def about(name: str) -> str:
    """What the setting is for."""
    return next(str(entry.metadata["about"]) for entry in fields(Settings) if entry.name == name)


def _read(entry: Any, given: Mapping[str, str]) -> Any:
    variable = _variable(entry.name)
    text = given.get(variable)
    if not text and entry.metadata["secret"] and f"{variable}_FILE" in given:
        text = _content(given[f"{variable}_FILE"], variable)
    if text is None:
        return entry.default
    if isinstance(entry.default, bool):
        _check(text.lower() in _BOOLEANS, f"{variable} is true or false")
        return _BOOLEANS[text.lower()]
    if isinstance(entry.default, int):
        _check(text.isdecimal() and len(text) < 12, f"{variable} is a number")
        return int(text)
    return text


_BOOLEANS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}


def _content(path: str, variable: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise BadSetting(f"{variable}_FILE: cannot read {path}: {error.strerror}") from None


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_url(url: str) -> None:
    """Refuse a database URL that libraries would read differently, and so might quote parts of its password."""
    if not url:
        return
    parts = urlsplit(url)
    _check(parts.scheme in ("postgresql", "postgres"), "database-url begins with postgresql://")
    written = "database-url: write % as %25, @ as %40, : as %3A and / as %2F inside user and password"
    _check(parts.netloc.count("@") <= 1 and not _BAD_ESCAPE.search(url), written)
    try:
        _check(parts.port is None or parts.port > 0, written)
    except ValueError:
        raise BadSetting(written) from None


def _check_networks(text: str) -> None:
    try:
        networks(text)
    except ValueError as error:
        raise BadSetting(f"trusted-proxies: {error}") from None


_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})|[\s#]")


def _check(fine: bool, otherwise: str) -> None:
    if not fine:
        raise BadSetting(otherwise)
