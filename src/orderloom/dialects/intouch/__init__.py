"""InTouch CRM: orders (`buscases`), their items (`buscaseitems`) and the parties that ordered.

Source: contracts/intouch.md.
"""

from typing import Final

from orderloom.book.errors import Refusal
from orderloom.book.orders import Order
from orderloom.dialects.contract import Call, Operation, Reply, as_sent
from orderloom.dialects.intouch import auth, described, errors, routes
from orderloom.dialects.intouch.operations import OPERATIONS
from orderloom.dialects.intouch.translate import FACE


class InTouch:
    """The face of InTouch CRM; see `orderloom.dialects.contract.Dialect`."""

    name: Final = FACE
    # `api` alone: what nobody else has there is answered as InTouch would.
    roots: Final = ("api/buscases", "api/parties", "api/about", "api")
    operations: Final[tuple[Operation, ...]] = OPERATIONS
    description: Final = described.DESCRIPTION
    ignores_case: Final = False
    logs_query: Final = True
    authenticates_first: Final = True
    credentials_in_body: Final = False
    asked = staticmethod(as_sent)

    async def authenticate(self, call: Call) -> Reply | None:
        return await auth.authenticate(call)

    async def show(self, call: Call, order: Order) -> Reply:
        return await routes.show_order(call.asking({"id": str(order.id)}))

    def refuse(self, refusal: Refusal) -> Reply:
        return errors.reply(refusal)

    def not_found(self) -> Reply:
        return errors.told(404)

    def wrong_method(self, allowed: tuple[str, ...]) -> Reply:
        return errors.told(405, ("Allow", ", ".join(allowed)))

    def fault(self, status: int) -> Reply:
        return errors.fault(status)


INTOUCH: Final = InTouch()
