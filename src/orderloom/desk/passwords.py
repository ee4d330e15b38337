"""Passwords and tokens: how they are made and kept."""

import asyncio
import hashlib
import secrets
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from orderloom.store.failures import Busy

# Two at once in a process: each takes 19 MiB and a core, so a flood of sign-ins can starve neither.
AT_ONCE: Final = 2
# Above this many waiting a caller is refused at once: at some 30 ms each, the last one has waited for seconds already.
LONGEST_QUEUE: Final = 200
# One address cannot take all of it.
LONGEST_FROM_ONE: Final = 100
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_slots = asyncio.Semaphore(AT_ONCE)
# How many wait, by the address that they came from.
_waiting: Counter[str] = Counter()
T = TypeVar("T")


async def hash_password(password: str, *, at_once: bool = False) -> str:
    """The form in which a password is kept: argon2id over the lower-case hex SHA-512 of its UTF-8 bytes.

    The SHA-512 is there because some clients send it instead of the password, and one stored form must check both.
    Raises Busy when too many are waiting already. Whoever holds a connection asks to have it `at_once`, lest it be kept
    from all others by somebody who stands in line: that one raises Busy if anybody has to be waited for.
    """
    if at_once and waiting() >= AT_ONCE:
        raise Busy("passwords are waiting")
    return await _in_turn("", hash_password_now, password)


async def is_sha512(sha512: str, kept: str | None, *, asked_from: str) -> bool:
    """True if this, in lower-case hex, is the SHA-512 of the password that is kept in that form.

    It takes as long when nothing is kept: how long an answer takes must not tell which users there are. Raises Busy
    when too many are waiting already, all together or from this address.
    """
    right = await _in_turn(asked_from, _verify, kept or _nobodys(), sha512)
    return right and kept is not None


def waiting() -> int:
    """How many are in line for one of the slots, those who have one included."""
    return _waiting.total()


def hash_password_now(password: str) -> str:
    """The same as `hash_password` for a program that has nothing else to do meanwhile."""
    return _hasher.hash(sha512_of(password))


def sha512_of(password: str) -> str:
    """What a client may send in place of its password. Lone surrogates, which UTF-8 has no form for, become marks."""
    return hashlib.sha512(password.encode(errors="replace")).hexdigest()


def _verify(kept: str, sha512: str) -> bool:
    try:
        return _hasher.verify(kept, sha512)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """What stands where nobody's password is kept."""
    return _hasher.hash(secrets.token_hex())


async def _in_turn(asked_from: str, work: Callable[..., T], *arguments: str) -> T:
    """What `work` returns, done in a thread when a slot is free. Raises Busy when too many are waiting already."""
    if _waiting.total() >= LONGEST_QUEUE or (asked_from and _waiting[asked_from] >= LONGEST_FROM_ONE):
        raise Busy("too many passwords are waiting")
    _waiting[asked_from] += 1
    # A task of its own: the slot stays taken until the thread has ended, even if nobody waits for it any more.
    return await asyncio.shield(asyncio.create_task(_when_free(asked_from, work, arguments)))


async def _when_free(asked_from: str, work: Callable[..., T], arguments: tuple[str, ...]) -> T:
    try:
        async with _slots:
            return await asyncio.to_thread(work, *arguments)
    finally:
        _waiting[asked_from] -= 1
        if not _waiting[asked_from]:
            del _waiting[asked_from]


def new_token() -> str:
    """A fresh random token, safe in URLs, with 256 bits of it unknown to anybody else."""
    return secrets.token_urlsafe(32)


def new_hex_token() -> str:
    """A fresh random token of 40 lower-case hex digits, 160 bits of it unknown to anybody else."""
    return secrets.token_hex(20)


def token_hash(token: str) -> bytes:
    """The form in which a token is kept and looked up. It is random, so a fast hash is enough."""
    return hashlib.sha256(token.encode(errors="replace")).digest()
