"""Logs: one JSON object a line on standard error."""

import asyncio
import logging
import time
import traceback
from functools import cache
from typing import Any, Final

import msgspec

from orderloom.server.standard_error import StandardError

WRITE_S: Final = 0.02

_encode: Final = msgspec.json.Encoder().encode


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object.

    Of an exception only its class and the places it passed are told: messages of libraries quote the values that
    they stumbled over, and those may be a caller's secrets.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": _moment(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["passed"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
        return _encode(line).decode()


class AccessLine(msgspec.Struct, gc=False, omit_defaults=True):
    """What is told of one request: never its body, nor the query string of a face that carries credentials."""

    at: str
    request_id: str
    face: str
    method: str
    route: str
    status: int
    ms: float
    caller: str = ""
    query: str = ""


class Lines:
    """The lines of a worker's requests, written out together a moment later: a system call each would cost a request
    as much as signing in does. What a killed process had not yet written is lost."""

    def __init__(self) -> None:
        self._waiting: list[AccessLine] = []

    def add(self, line: AccessLine) -> None:
        """Have this line written within WRITE_S."""
        if not self._waiting:
            asyncio.get_running_loop().call_later(WRITE_S, self.write)
        self._waiting.append(line)

    def write(self) -> None:
        """Write what is waiting."""
        waiting, self._waiting = self._waiting, []
        standard_error().write([_encode(line) + b"\n" for line in waiting])


class Handler(logging.Handler):
    """Takes everything else that is logged the same way."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            standard_error().write([self.format(record).encode() + b"\n"])
        except Exception:
            self.handleError(record)


@cache
def standard_error() -> StandardError:
    """Where all lines of this process go."""
    return StandardError(_told_lost)


def _told_lost(lost: int) -> bytes:
    line = {"at": now(), "level": "warning", "logger": "orderloom.server", "message": "lines were lost", "lost": lost}
    return _encode(line) + b"\n"


def now() -> str:
    """The moment, as in the lines."""
    return _moment(time.time())


_second = (0, "")


def _moment(seconds: float) -> str:
    """RFC 3339 in UTC with milliseconds. The text of a second is made once: thousands of lines share it."""
    global _second  # noqa: PLW0603
    whole = int(seconds)
    if _second[0] != whole:
        _second = whole, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))
    return f"{_second[1]}.{int((seconds - whole) * 1000):03d}Z"


def configuration(level: str) -> dict[str, Any]:
    """A logging.config dictionary: everything in JSON lines on standard error."""
    upper = level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "orderloom.server.log.JsonLines"}},
        "handlers": {"stderr": {"class": "orderloom.server.log.Handler", "formatter": "json"}},
        "root": {"level": upper, "handlers": ["stderr"]},
        "loggers": {
            # The server underneath tells of each start and stop of a worker; that is for those who debug it.
            "_granian": {"level": "INFO" if level == "debug" else "WARNING"},
            "granian.access": {"level": "CRITICAL"},
            "asyncio": {"level": "WARNING"},
            # It quotes what it stumbles over, which may be a part of a form that holds a password.
            "python_multipart": {"level": "CRITICAL"},
            "yoyo": {"level": "WARNING"},
        },
    }
