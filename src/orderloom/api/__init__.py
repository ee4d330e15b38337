"""Our own API: the book in its own words, one face among equals."""

from typing import Final

from orderloom.api import (
    api_keys,
    auth,
    cases,
    contacts,
    described,
    errors,
    events,
    facilities,
    items,
    order_operations,
    orders,
    parties,
    rate_limits,
    receipts,
    types,
    users,
)
from orderloom.book.errors import Refusal
from orderloom.book.orders import Order
from orderloom.dialects.contract import Call, Operation, Reply, as_sent


class Api:
    """The face of our own API; see `orderloom.dialects.contract.Dialect`."""

    name: Final = auth.FACE
    roots: Final = ("v1",)
    operations: Final[tuple[Operation, ...]] = rate_limits.limited(
        (
            *order_operations.OF_ORDERS,
            *order_operations.OF_HISTORY,
            *parties.OPERATIONS,
            *contacts.OPERATIONS,
            *cases.OPERATIONS,
            *items.OPERATIONS,
            *facilities.OPERATIONS,
            *receipts.OPERATIONS,
            *users.OPERATIONS,
            *api_keys.OPERATIONS,
            *types.OPERATIONS,
            *events.OPERATIONS,
        ),
        rate_limits.Limits(),
    )
    description: Final = described.DESCRIPTION
    ignores_case: Final = False
    logs_query: Final = False  # texts that are searched for are people's names
    authenticates_first: Final = False
    credentials_in_body: Final = False
    asked = staticmethod(as_sent)

    async def authenticate(self, call: Call) -> Reply | None:
        return await auth.authenticate(call)

    async def show(self, call: Call, order: Order) -> Reply:
        return await orders.show_order(call.asking({"order": str(order.id)}))

    def refuse(self, refusal: Refusal) -> Reply:
        return errors.reply(refusal)

    def not_found(self) -> Reply:
        return errors.problem(404, "not-found", "There is no such path.")

    def wrong_method(self, allowed: tuple[str, ...]) -> Reply:
        return errors.problem(405, "method-not-allowed", headers=(("Allow", ", ".join(allowed)),))

    def fault(self, status: int) -> Reply:
        return errors.fault(status)


API: Final = Api()
