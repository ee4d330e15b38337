"""What iinsight does for each operation. Source: contracts/iinsight.md."""

from typing import Any, Final

import msgspec

from orderloom.book.cases import Case, Purchase
from orderloom.book.errors import OrderNotFound
from orderloom.book.lists import Cut, Page, Sort
from orderloom.book.orders import Order
from orderloom.book.types import PURCHASE
from orderloom.desk import cases, orders
from orderloom.dialects.contract import JSON, Call, Reply
from orderloom.dialects.iinsight import shapes, translate
from orderloom.dialects.iinsight.errors import InvalidParameter
from orderloom.dialects.iinsight.parameters import Parameters
from orderloom.wire.paging import offset_of

MAX_CASES: Final = 100


async def list_purchase_orders(call: Call) -> Reply:
    """The purchase orders of a case, oldest first; all of them. Source: section 4."""
    found = await cases.purchases(call.desk, call.caller, Parameters(call).case_id())
    return _json(translate.purchase_orders(found))


def show_purchase_order(order: Order) -> Reply:
    """One purchase as the list of its case shows it. Raises OrderNotFound for one that is charged to no case."""
    if order.kind != PURCHASE or order.case_id is None:
        raise OrderNotFound(order.id)
    name = next(text for text in (order.number, order.title, order.code) if text is not None)
    return _json(translate.purchase_orders([Purchase(order.id, name)]))


async def create_purchase_order(call: Call) -> Reply:
    """Enter a purchase order in a case. Source: section 5.1."""
    given = Parameters(call)
    order = await orders.place(call.desk, call.caller, translate.to_wish(given.case_id(), given.name()))
    return _json(shapes.Created(purchase_order_id=order.id))


async def delete_purchase_order(call: Call) -> Reply:
    """Delete the purchase order that is named, or the only one that the case has. Source: section 5.3."""
    given = Parameters(call)
    deleted = await orders.delete_purchase(call.desk, call.caller, given.case_id(), given.record())
    return _json(shapes.Deleted(purchase_order_id=str(deleted)))


async def list_cases(call: Call) -> Reply:
    """A page of cases with the fields that are asked for. Source: section 7."""
    page, fields = await _cases(call)
    return _json([translate.case(each, fields) for each in page.records])


async def list_cases_v2(call: Call) -> Reply:
    """The same in the wrapper of the second version. Source: section 7."""
    page, fields = await _cases(call)
    shown = [translate.case(each, fields) for each in page.records]
    return _json(shapes.CasesPage(True, len(shown), str(page.total), shown))


async def _cases(call: Call) -> tuple[Page[Case], list[str]]:
    given = Parameters(call)
    asked = [name.strip() for name in given.required("fields").split(",")]
    fields = [name for name in translate.CASE_FIELDS if name in asked]
    if not fields:
        raise InvalidParameter("fields", f"names none of {', '.join(translate.CASE_FIELDS)}")
    asked_status = given.choice("status", (*translate.STATUSES, *translate.EMPTY_STATUSES), "all")
    column = given.choice("sort_col", tuple(translate.CASE_FIELDS), "case_number")
    sort = Sort(
        (translate.CASE_FIELDS[column],), descending=given.choice("sort_type", ("asc", "desc"), "asc") == "desc"
    )
    containing = given.search(translate.CASE_FIELDS)
    size = min(given.positive("limit", MAX_CASES), MAX_CASES)
    cut = Cut(size, offset_of(given.positive("page", 1), size))
    if asked_status in translate.EMPTY_STATUSES:
        return Page(0, []), fields
    status = translate.STATUSES[asked_status]
    found = await cases.page(call.desk, call.caller, status=status, containing=containing, sort=sort, cut=cut)
    return found, fields


def _json(shape: Any) -> Reply:
    return Reply(200, _encode(shape), JSON)


_encode: Final = msgspec.json.Encoder().encode
