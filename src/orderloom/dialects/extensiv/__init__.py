"""Extensiv 3PL Warehouse Manager: purchase orders, what they lead to, and the tokens of clients.

Source: contracts/extensiv.md.
"""

from collections.abc import Callable
from typing import Final

from orderloom.book.errors import Refusal
from orderloom.book.orders import Order
from orderloom.dialects.contract import Call, Operation, Reply, as_sent
from orderloom.dialects.description import Description
from orderloom.dialects.extensiv import auth, described, errors, routes
from orderloom.dialects.extensiv.operations import OPERATIONS, TOKENS


class Extensiv:
    """A face of Extensiv; see `orderloom.dialects.contract.Dialect`. There are two, which refuse in different words."""

    name: Final = auth.FACE
    ignores_case: Final = True
    logs_query: Final = False  # somebody may put a secret or a token there, although it is not read
    authenticates_first: Final = False
    credentials_in_body: Final = False
    asked = staticmethod(as_sent)

    def __init__(
        self,
        roots: tuple[str, ...],
        operations: tuple[Operation, ...],
        description: Description,
        reply: Callable[[Refusal], Reply],
        fault: Callable[[int], Reply],
    ) -> None:
        self.roots: Final = roots
        self.operations: Final = operations
        self.description: Final = description
        self._reply = reply
        self._fault = fault

    async def authenticate(self, call: Call) -> Reply | None:
        return await auth.authenticate(call)

    async def show(self, call: Call, order: Order) -> Reply:
        return await routes.show_purchase(call.asking({"id": str(order.id)}))

    def refuse(self, refusal: Refusal) -> Reply:
        return self._reply(refusal)

    def not_found(self) -> Reply:
        return errors.empty(404)

    def wrong_method(self, allowed: tuple[str, ...]) -> Reply:
        return errors.empty(405, ("Allow", ", ".join(allowed)))

    def fault(self, status: int) -> Reply:
        return self._fault(status)


EXTENSIV: Final = Extensiv(
    ("inventory", "customers", "properties"), OPERATIONS, described.DESCRIPTION, errors.reply, errors.fault
)
EXTENSIV_TOKENS: Final = Extensiv(("authserver",), TOKENS, described.TOKENS, errors.token_reply, errors.token_fault)
