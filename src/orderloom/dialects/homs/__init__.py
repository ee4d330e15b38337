"""HOMS, the Hydra Order Management System: orders, users, and custom fields by order type.

Source: contracts/homs.md.
"""

from typing import Final

from orderloom.book.errors import Refusal
from orderloom.book.orders import Order
from orderloom.dialects.contract import Call, Operation, Reply, as_sent
from orderloom.dialects.homs import auth, described, errors, routes
from orderloom.dialects.homs.operations import OPERATIONS


class Homs:
    """The face of HOMS; see `orderloom.dialects.contract.Dialect`."""

    name: Final = "homs"
    roots: Final = ("api/orders", "api/orders.json", "api/users", "api/users.json")
    operations: Final[tuple[Operation, ...]] = OPERATIONS
    description: Final = described.DESCRIPTION
    ignores_case: Final = False
    logs_query: Final = True
    authenticates_first: Final = False
    credentials_in_body: Final = False
    asked = staticmethod(as_sent)

    async def authenticate(self, call: Call) -> Reply | None:
        return await auth.authenticate(call)

    async def show(self, call: Call, order: Order) -> Reply:
        return await routes.show_order(call.asking({"code": order.code}))

    def refuse(self, refusal: Refusal) -> Reply:
        return errors.reply(refusal)

    def not_found(self) -> Reply:
        return Reply(404)

    def wrong_method(self, allowed: tuple[str, ...]) -> Reply:  # noqa: ARG002
        # Rails has no route for it, which is the same as an unknown path.
        return Reply(404)

    def fault(self, status: int) -> Reply:
        return errors.fault(status)


HOMS: Final = Homs()
