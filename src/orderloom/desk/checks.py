"""Checking credentials, with the brake on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple, TypeVar

from orderloom.desk.brake import Brake, Guess
from orderloom.desk.signins import SignIns

T = TypeVar("T")

# Of a longer account the brake sees this much.
MAX_ACCOUNT: Final = 255


class Credentials(NamedTuple):
    """What somebody came with: whole (a header as it was sent), the account that it names, and what shall prove it.

    The account is empty where the proof stands for itself. `address` is where they came from.
    """

    whole: bytes
    account: str
    proof: str
    address: str


class Checks:
    """The checks that are going on in this process."""

    def __init__(self, brake: Brake, sign_ins: SignIns) -> None:
        self._brake = brake
        self._sign_ins = sign_ins
        self._going_on: dict[Any, asyncio.Future[Any]] = {}

    async def account(
        self, tenant_id: int, kind: str, given: Credentials, find: Callable[[], Awaitable[T | None]]
    ) -> T | None:
        """Whoever `find` says these credentials of this kind belong to. Raises TooManyTries.

        Who comes meanwhile with the same credentials shares what is found, so that many at once cost one check. If
        nothing is found each has to try by themselves.
        """
        proof = f"{given.account}\n{given.proof}".encode(errors="replace")
        # A right to come in that changes meanwhile is asked about again.
        key = self._sign_ins.key(tenant_id, kind, proof), self._sign_ins.forgettings
        asked = self._going_on.get(key)
        found: T | None = await asked if asked is not None else None
        if found is not None:
            return found
        guess = Guess(tenant_id, given.address, f"{kind} {given.account[:MAX_ACCOUNT].lower()}")
        self._brake.begin(guess)
        done = self._going_on[key] = asyncio.get_running_loop().create_future()
        decided = False
        try:
            found = await find()
            decided = True
        finally:
            if self._going_on.get(key) is done:
                del self._going_on[key]
            done.set_result(found)
            if found is not None or not decided:
                self._brake.right(guess)
        if found is None:
            self._brake.wrong(guess)
        return found

    def guessed(self, tenant_id: int, address: str) -> None:
        """Something that names no account was tried and is nothing. Raises TooManyTries."""
        self._brake.wrong(Guess(tenant_id, address))
