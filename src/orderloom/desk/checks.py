"""Checking credentials, with the brake on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple, TypeVar

from orderloom.desk.brake import Brake, Guess
from orderloom.desk.signins import SignIns

T = TypeVar("T")

# No account is longer; of a longer one the brake sees this much.
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
        self, tenant_id: int, kind: str, given: Credentials, find: Callable[[], Awaitable[T | None]], *, face: str = ""
    ) -> T | None:
        """Whoever `find` says these credentials of this kind belong to. Raises TooManyTries, or what `find` raises.

        `given.account` is in the form in which accounts are compared. Who comes meanwhile with the same credentials
        shares what is found, so that many at once cost one check; if nothing is found each has to try in turn. Wrong
        tries of an account count together for all faces.
        """
        key = self._key(tenant_id, f"{kind} {face}", given)
        while (asked := self._going_on.get(key)) is not None:
            # Shielded: one who gives up waiting must not take the result from the others.
            found: T | None = await asyncio.shield(asked)
            if found is not None:
                return found
        done = self._going_on[key] = asyncio.get_running_loop().create_future()
        done.add_done_callback(lambda over: over.cancelled() or over.exception())  # it may be that nobody waits for it
        try:
            found = await self._try(Guess.of(tenant_id, given.address, f"{kind} {given.account[:MAX_ACCOUNT]}"), find)
        except Exception as error:
            self._end(key, done)
            done.set_exception(error)
            raise
        except BaseException:  # whoever waits goes on without us
            self._end(key, done)
            done.set_result(None)
            raise
        self._end(key, done)
        done.set_result(found)
        return found

    def guessed(self, tenant_id: int, address: str) -> None:
        """Something that names no account was tried and is nothing. Raises TooManyTries."""
        self._brake.wrong(Guess.of(tenant_id, address))

    async def _try(self, guess: Guess, find: Callable[[], Awaitable[T | None]]) -> T | None:
        self._brake.begin(guess)
        try:
            found = await find()
        except BaseException:
            self._brake.right(guess)
            raise
        if found is None:
            self._brake.wrong(guess)
        else:
            self._brake.right(guess)
        return found

    def _key(self, tenant_id: int, kind: str, given: Credentials) -> Any:
        """A right to come in that changes meanwhile makes another key, so that it is asked about again."""
        account, proof = (text.encode(errors="surrogatepass") for text in (given.account, given.proof))
        both = b"%d %b%b" % (len(account), account, proof)
        return self._sign_ins.key(tenant_id, kind, both), self._sign_ins.forgettings(tenant_id)

    def _end(self, key: Any, done: asyncio.Future[Any]) -> None:
        if self._going_on.get(key) is done:
            del self._going_on[key]
