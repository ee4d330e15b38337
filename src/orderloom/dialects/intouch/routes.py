"""What InTouch does for each operation. Source: contracts/intouch.md."""

from typing import Any, Final

from orderloom.book.errors import CustomerNotFound, LineNotFound, NotFound, OrderNotFound
from orderloom.book.lines import Line, LineWish
from orderloom.book.orders import Order, Wish
from orderloom.book.types import LAST_NUMBER, NO_NUMBER
from orderloom.desk import lines, orders, parties, tenants
from orderloom.dialects.contract import JSON, Call, Reply
from orderloom.dialects.intouch import bodies, lists, shapes, translate
from orderloom.dialects.intouch.errors import Invalid
from orderloom.dialects.intouch.translate import NEW, Mode
from orderloom.wire.paging import record_id

ORDERS: Final = "/api/buscases"
ITEMS: Final = f"{ORDERS}/{{buscaseId}}/buscaseitems"
PARTIES: Final = "/api/parties"
VERSION: Final = (6, 5, 0, 0)


async def list_orders(call: Call) -> Reply:
    """A page of orders: basic ones of all types, complete ones of one type. Source: section 4."""
    query = lists.Query(call, lists.ORDERS)
    number = query.case_type or None
    if number is not None and not 0 < number <= LAST_NUMBER:
        number = NO_NUMBER
    found = await orders.page(call.desk, call.caller, type_number=number, sort=query.sort, cut=query.cut)
    show = translate.basic_order if number is None else translate.order
    return _json(shapes.Page(**query.page(found), items=[show(each) for each in found.records]))


async def create_order(call: Call) -> Reply:
    """Enter an order. Source: section 5.1."""
    login = call.caller.author.name
    wish = translate.to_order(bodies.decode(call), NEW, Mode.WHOLE, login)
    order = await orders.place(call.desk, call.caller, wish)
    return _created(call, translate.order(order), f"{ORDERS}/{order.id}")


async def show_order(call: Call) -> Reply:
    """One order. Source: section 5.2."""
    return _json(translate.order(await orders.show(call.desk, call.caller, _id(call, "id"))))


async def replace_order(call: Call) -> Reply:
    """Overwrite an order. Source: section 5.3."""
    return await _change_order(call, Mode.WHOLE)


async def patch_order(call: Call) -> Reply:
    """Change some attributes of an order. Source: section 5.4."""
    return await _change_order(call, Mode.PART)


async def list_items(call: Call) -> Reply:
    """A page of the order's items. Source: section 4."""
    order_id = _id(call, "buscaseId")
    query = lists.Query(call, lists.ITEMS)
    found = await lines.page(call.desk, call.caller, order_id, query.sort, query.cut)
    show = translate.item
    return _json(shapes.Page(**query.page(found), items=[show(each) for each in found.records]))


async def create_item(call: Call) -> Reply:
    """Enter an item on an order; an unknown order is told before what is wrong with the body. Source: section 5.1."""
    order_id = _id(call, "buscaseId")
    try:
        given = bodies.decode(call)
    except Invalid:
        await orders.show(call.desk, call.caller, order_id)
        raise
    line = await lines.enter(call.desk, call.caller, order_id, translate.to_line(given, NEW, Mode.WHOLE))
    return _created(call, translate.item(line), f"{ORDERS}/{order_id}/buscaseitems/{line.id}")


async def show_item(call: Call) -> Reply:
    """One item, if it is on this order. Source: section 5.2."""
    line = await lines.show(call.desk, call.caller, _id(call, "buscaseId"), _id(call, "id", LineNotFound))
    return _json(translate.item(line))


async def replace_item(call: Call) -> Reply:
    """Overwrite an item. Source: section 5.3."""
    return await _change_item(call, Mode.WHOLE)


async def patch_item(call: Call) -> Reply:
    """Change some attributes of an item. Source: section 5.4."""
    return await _change_item(call, Mode.PART)


async def list_parties(call: Call) -> Reply:
    """A page of parties. Source: sections 1 and 4."""
    query = lists.Query(call, lists.PARTIES, further=False)
    found = await parties.page(call.desk, call.caller, query.sort, query.cut)
    return _json(shapes.Page(**query.page(found), items=[translate.party(each) for each in found.records]))


async def show_party(call: Call) -> Reply:
    """One party. Source: section 1."""
    return _json(translate.party(await parties.show(call.desk, call.caller, _id(call, "id", CustomerNotFound))))


async def about(call: Call) -> Reply:
    """What anybody may know, which also tells that the book can be reached. Source: section 1."""
    name = await tenants.name(call.desk, call.tenant_id)
    crm_id = f"ORDERLOOM{call.tenant_id:02d}"
    return _json(shapes.About(crm_id, 100, 1, name, "CZ", "cs", "Europe/Prague", call.base_url, VERSION))


async def _change_order(call: Call, mode: Mode) -> Reply:
    order_id = _id(call, "id")
    try:
        given = bodies.decode(call)
    except Invalid:
        await orders.show(call.desk, call.caller, order_id)
        raise

    def change(order: Order) -> Wish:
        return translate.to_order(given, translate.order_shown(order), mode, order.created_by)

    return _json(translate.order(await orders.amend(call.desk, call.caller, order_id, change)))


async def _change_item(call: Call, mode: Mode) -> Reply:
    order_id, line_id = _id(call, "buscaseId"), _id(call, "id", LineNotFound)
    try:
        given = bodies.decode(call)
    except Invalid:
        await lines.show(call.desk, call.caller, order_id, line_id)
        raise

    def change(line: Line) -> LineWish:
        return translate.to_line(given, translate.item_shown(line), mode)

    return _json(translate.item(await lines.amend(call.desk, call.caller, order_id, line_id, change)))


def _id(call: Call, name: str, unknown: type[NotFound] = OrderNotFound) -> int:
    """The id in the path. One that no record can have is unknown."""
    found = record_id(call.path[name])
    if found is None:
        raise unknown(call.path[name])
    return found


def _created(call: Call, shape: Any, path: str) -> Reply:
    return Reply(201, shapes.encode(shape), JSON, (("Location", call.base_url + path),))


def _json(shape: Any) -> Reply:
    return Reply(200, shapes.encode(shape), JSON)
