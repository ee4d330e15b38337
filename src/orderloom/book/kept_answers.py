"""Answers to writes that are given again to whoever repeats the write with the same key."""

import re
from datetime import timedelta
from typing import Final, NamedTuple

KEPT_FOR: Final = timedelta(hours=24)
MAX_KEY: Final = 255
# Of a longer answer all but the body is kept. What became of each of a thousand orders is shorter.
MAX_KEPT: Final = 512 * 1024
BODY_LEFT_OUT: Final = ("Idempotency-Body", "left-out")
"""The header of an answer that is given again without its body."""
_KEY: Final = re.compile(rb"[\x21-\x7e]{1,255}")


class Answer(NamedTuple):
    """An answer as a face gave it."""

    status: int
    body: bytes
    content_type: str | None
    headers: tuple[tuple[str, str], ...]


class Write(NamedTuple):
    """A write that carries a key: the face and whoever came through it, and a hash of all that was asked for."""

    face: str
    actor: str
    key: str
    request: bytes


class InFlight(Exception):
    """The first write with this key is still being worked on."""


class KeyReused(Exception):
    """Another write had this key."""


def shortened(answer: Answer) -> Answer:
    """The answer as it is kept: without its body where that is too long, so that it still tells what was done where."""
    if len(answer.body) <= MAX_KEPT:
        return answer
    return Answer(answer.status, b"", None, (*answer.headers, BODY_LEFT_OUT))


def is_passing(status: int) -> bool:
    """Whether an answer with this status is one of the moment, such as the server's own trouble: asking again helps."""
    return status >= _OWN_TROUBLE or status == _TOO_MANY


_OWN_TROUBLE: Final = 500
_TOO_MANY: Final = 429


def is_key(text: bytes) -> bool:
    """Whether the text can be a key: visible ASCII, at most MAX_KEY characters."""
    return _KEY.fullmatch(text) is not None
