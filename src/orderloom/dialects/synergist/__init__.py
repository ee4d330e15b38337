"""Synergist, an agency's job costing: purchases and what they cost.

Source: contracts/synergist.md.
"""

from typing import Final

from orderloom.book.errors import Refusal
from orderloom.book.orders import Order
from orderloom.dialects.contract import Call, Operation, Reply
from orderloom.dialects.synergist import auth, described, errors, parameters, routes
from orderloom.dialects.synergist.operations import OPERATIONS


class Synergist:
    """The face of Synergist; see `orderloom.dialects.contract.Dialect`."""

    name: Final = auth.FACE
    # The same at the vendor in other formats: answered, but not spoken.
    roots: Final = ("jsonapi", "xmlapi", "csvapi")
    operations: Final[tuple[Operation, ...]] = OPERATIONS
    description: Final = described.DESCRIPTION
    ignores_case: Final = True
    logs_query: Final = False  # passwords stand there
    authenticates_first: Final = False
    credentials_in_body: Final = True

    async def authenticate(self, call: Call) -> Reply | None:
        return await auth.authenticate(call)

    def asked(self, call: Call) -> tuple[bytes, ...]:
        return (parameters.of(call).without_credentials,)

    async def show(self, call: Call, order: Order) -> Reply:
        return await routes.show_purchase(call, order)

    def refuse(self, refusal: Refusal) -> Reply:
        return errors.trouble(refusal).reply()

    def not_found(self) -> Reply:
        return errors.Trouble(errors.NOT_RECOGNISED).reply()

    def wrong_method(self, allowed: tuple[str, ...]) -> Reply:  # noqa: ARG002 - nobody is told
        return errors.Trouble(errors.NOT_RECOGNISED).reply()

    def fault(self, status: int) -> Reply:
        return errors.fault(status).reply()


SYNERGIST: Final = Synergist()
