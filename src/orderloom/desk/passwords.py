"""Passwords and tokens: how they are made and kept."""

import asyncio
import hashlib
import secrets
from typing import Final

from argon2 import PasswordHasher

from orderloom.store.pool import Busy

# Two at once in a process: each takes 19 MiB and a core, so a flood of sign-ins can starve neither.
AT_ONCE: Final = 2
# Above this many waiting a caller is refused at once: at some 30 ms each, the last one has waited for seconds already.
LONGEST_QUEUE: Final = 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_slots = asyncio.Semaphore(AT_ONCE)
_waiting: set[object] = set()


async def hash_password(password: str) -> str:
    """The form in which a password is kept: argon2id over the lower-case hex SHA-512 of its UTF-8 bytes.

    The SHA-512 is there because some clients send it instead of the password, and one stored form must check both.
    Raises Busy when too many are waiting already.
    """
    if len(_waiting) >= LONGEST_QUEUE:
        raise Busy("too many passwords are waiting")
    ticket = object()
    _waiting.add(ticket)
    try:
        async with _slots:
            return await asyncio.to_thread(hash_password_now, password)
    finally:
        _waiting.discard(ticket)


def hash_password_now(password: str) -> str:
    """The same for a program that has nothing else to do meanwhile."""
    return _hasher.hash(_digest(password))


def new_token() -> str:
    """A fresh random token, safe in URLs, with 256 bits of it unknown to anybody else."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """The form in which a token is kept and looked up. It is random, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def _digest(password: str) -> str:
    return hashlib.sha512(password.encode()).hexdigest()
