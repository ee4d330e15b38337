"""Between iinsight and the book: pure, no request, no database. Source: contracts/iinsight.md sections 3, 5 and 7."""

from collections.abc import Callable, Sequence
from typing import Final

from orderloom.book.cases import CLOSED, OPEN, Case, Purchase
from orderloom.book.orders import Wish
from orderloom.book.types import PURCHASE_ORDER
from orderloom.dialects.iinsight import shapes

# The fields of a case that can be asked for, with the book's word for each: `case_number` is the internal id, and
# `case_n` the number that people see.
CASE_FIELDS: Final = {"case_n": "code", "case_number": "id", "case_type": "type", "client_name": "name"}
_SHOWN: Final[dict[str, Callable[[Case], str]]] = {
    "case_n": lambda case: case.code,
    "case_number": lambda case: str(case.id),
    "case_type": lambda case: case.type,
    "client_name": lambda case: case.name,
}
# The statuses that can be asked for; cases are not assigned to anybody here, so those lists are empty.
STATUSES: Final = {"all": None, "opened": OPEN, "closed": CLOSED}
EMPTY_STATUSES: Final = ("assigned", "assigned_open", "team")


def to_wish(case_id: int, name: str) -> Wish:
    """The purchase of this name, charged to the case."""
    return Wish(type_code=PURCHASE_ORDER, case_id=case_id, number=name)


def purchase_orders(purchases: Sequence[Purchase]) -> list[shapes.PurchaseOrder]:
    """The purchases of a case as its list shows them."""
    shape = shapes.PurchaseOrder
    return [shape(str(purchase.id), purchase.name) for purchase in purchases]


def case(each: Case, fields: Sequence[str]) -> shapes.Case:
    """The case with these of its fields, all of them texts."""
    return shapes.Case(**{field: _SHOWN[field](each) for field in fields})
