"""iinsight, rehabilitation case management: the purchase orders of a case, and the tokens that lead to them.

Source: contracts/iinsight.md.
"""

from typing import Final

from orderloom.book.errors import Refusal
from orderloom.book.orders import Order
from orderloom.dialects.contract import Call, Operation, Reply, as_sent
from orderloom.dialects.description import Description
from orderloom.dialects.iinsight import auth, described, errors, routes
from orderloom.dialects.iinsight.errors import Faults, Tell
from orderloom.dialects.iinsight.operations import OPERATIONS, TOKENS


class Iinsight:
    """A face of iinsight; see `orderloom.dialects.contract.Dialect`. There are two, which refuse in different words."""

    name: Final = auth.FACE
    ignores_case: Final = False
    logs_query: Final = False  # somebody may put a password there, although it is not read
    authenticates_first: Final = False
    credentials_in_body: Final = False
    asked = staticmethod(as_sent)

    def __init__(
        self,
        roots: tuple[str, ...],
        operations: tuple[Operation, ...],
        description: Description,
        tell: Tell,
        faults: Faults,
    ) -> None:
        self.roots: Final = roots
        self.operations: Final = operations
        self.description: Final = description
        self._tell = tell
        self._faults = faults

    async def authenticate(self, call: Call) -> Reply | None:
        return await auth.authenticate(call)

    async def show(self, call: Call, order: Order) -> Reply:  # noqa: ARG002 - it is shown without another look
        return routes.show_purchase_order(order)

    def refuse(self, refusal: Refusal) -> Reply:
        return errors.reply(refusal, self._tell)

    def not_found(self) -> Reply:
        return self._tell(404, "not_found", "There is no such path")

    def wrong_method(self, allowed: tuple[str, ...]) -> Reply:
        allow = ("Allow", ", ".join(allowed))
        return self._tell(405, "method_not_allowed", "This path does not have that method", allow)

    def fault(self, status: int) -> Reply:
        return self._tell(status, *self._faults[status])


IINSIGHT: Final = Iinsight(("api1", "api2"), OPERATIONS, described.DESCRIPTION, errors.told, errors.FAULTS)
IINSIGHT_TOKENS: Final = Iinsight(("auth",), TOKENS, described.TOKENS, errors.told_of_tokens, errors.TOKEN_FAULTS)
