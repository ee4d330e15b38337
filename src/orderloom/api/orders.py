"""Orders with their lines."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from orderloom.api import bodies, errors, etags, filters, replies, shapes, translate, users
from orderloom.api.cases import CASES
from orderloom.api.contacts import CONTACTS
from orderloom.api.errors import Error, OfMany
from orderloom.api.expansion import Expansion
from orderloom.api.filters import Field
from orderloom.api.parties import CUSTOMERS
from orderloom.api.shapes import (
    MAX_MANY,
    GivenChange,
    GivenOrder,
    Order,
)
from orderloom.book.conditions import Operator, Test
from orderloom.book.errors import BadInput, OrderNotFound, Refusal
from orderloom.book.keysets import Stretch
from orderloom.book.lists import Sort
from orderloom.book.orders import STATES
from orderloom.book.purchases import Standing
from orderloom.book.whole_orders import Key, OrderWish, WholeOrder
from orderloom.desk import many_orders
from orderloom.desk import whole_orders as desk
from orderloom.desk.one_by_one import NotNow, OneByOne
from orderloom.dialects.contract import Call, Refused, Reply
from orderloom.dialects.registry import DIALECTS
from orderloom.wire.paging import record_id

ORDERS: Final = "/v1/orders"
ONE: Final = f"{ORDERS}/{{order}}"
AS: Final = f"{ONE}/as/{{dialect}}"
MANY: Final = f"{ORDERS}/bulk"
BY_SOURCE: Final = f"{ORDERS}/by/{{source}}/{{their_id}}"
MEMBERS: Final = Order.__struct_fields__
FIELDS: Final = {
    "id": Field("integer", optional=False),
    "code": Field("text", optional=False),
    "type": Field("text", optional=False, sorts=False),
    "kind": Field("text", optional=False, values=("purchase", "general")),
    "state": Field("text", optional=False, values=STATES),
    "archived": Field("boolean", optional=False),
    "number": Field("text"),
    "title": Field("text"),
    "external_id": Field("text"),
    "supplier_reference": Field("text"),
    "process_id": Field("text"),
    "process_state": Field("text"),
    "notes": Field("text", sorts=False),
    "customer_id": Field("integer"),
    "supplier_id": Field("integer"),
    "case_id": Field("integer"),
    "responsible": Field("text", sorts=False),
    "issued_at": Field("moment"),
    "required_on": Field("day"),
    "done_at": Field("moment"),
    "estimated_at": Field("moment"),
    "price_total": Field("decimal"),
    "price_currency": Field("text"),
    "created_at": Field("moment", optional=False),
    "created_by": Field("text", optional=False),
    "modified_at": Field("moment", optional=False),
    "modified_by": Field("text", optional=False),
    "version": Field("integer", optional=False),
}
EXPANDABLE: Final = {
    "customer": CUSTOMERS.expansion("customer_id"),
    "supplier": CONTACTS.expansion("supplier_id"),
    "case": CASES.expansion("case_id"),
    "responsible": users.expansion("responsible"),
}
NEWEST_FIRST: Final = Sort(descending=True)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


async def list_orders(call: Call) -> Reply:
    """A part of the orders, the newest first unless another order is asked for."""
    asked = filters.asked(call, FIELDS, members=MEMBERS, expandable=EXPANDABLE, searches=True)
    with_lines = asked.fields is None or "lines" in asked.fields
    part = await desk.part(call.desk, call.caller, asked.where, asked.words, asked.stretch, with_lines=with_lines)
    shown = [translate.shown(whole) for whole in part.records]
    return await replies.part(call, asked, shown, part.end, shapes.Orders, EXPANDABLE)


async def show_order(call: Call) -> Reply:
    """One order by its id, code, or UUID."""
    return await _shown(call, await desk.show(call.desk, call.caller, _key(call)))


async def show_by_source(call: Call) -> Reply:
    """One order by what another system calls it."""
    return await _shown(call, await desk.show(call.desk, call.caller, await _named_elsewhere(call)))


async def show_as(call: Call) -> Reply:
    """One order exactly as a vendor's API answers for it."""
    filters.only(call)
    face = _DIALECTS.get(call.path["dialect"])
    whole = await desk.show(call.desk, call.caller, _key(call))
    if face is None:
        raise errors.refused(404, "not-found", f"The dialects are {', '.join(sorted(_DIALECTS))}.")
    try:
        return await face.show(call, whole.order)
    except Refusal as refusal:
        return face.refuse(refusal)


# Of two faces of one name the first has the orders.
_DIALECTS: Final = {face.name: face for face in reversed(DIALECTS)}


async def create_order(call: Call) -> Reply:
    """Enter an order with its lines."""
    filters.only(call)
    given, unread = bodies.read(call, GivenOrder)
    with _telling(unread):
        new = await desk.place(call.desk, call.caller, translate.to_wish(given, None, in_part=bool(unread)))
    location = ("Location", f"{ORDERS}/{new.order.id}")
    return replies.told(201, translate.entered(new), location, version=new.order.version)


async def create_many(call: Call) -> Reply:
    """Enter many orders, each for itself; what became of each stands at its place."""
    filters.only(call)
    refusing = errors.OfMany()
    given, refused = bodies.decode_many(call, "orders", GivenOrder, MAX_MANY, refusing)
    told = await many_orders.place_all(
        call.desk, call.caller, [translate.to_wish(each, None) for each in given.values()]
    )
    results = refused | {place: _entered(each, refusing) for place, each in zip(given, told, strict=True)}
    return Reply(200, replies.encode(shapes.Results([results[place] for place in sorted(results)])), replies.JSON)


async def amend_many(call: Call) -> Reply:
    """Change many orders, one after the other, each for itself; what became of each stands at its place."""
    filters.only(call)
    refusing, changes = errors.OfMany(), OneByOne(call.desk)
    given, refused = bodies.decode_many(call, "orders", GivenChange, MAX_MANY, refusing)
    await many_orders.hold(call.desk, call.caller, [each.id for each in given.values()])
    results = refused | {place: await _changed(call, each, changes, refusing) for place, each in given.items()}
    return Reply(200, replies.encode(shapes.Results([results[place] for place in sorted(results)])), replies.JSON)


def _entered(told: many_orders.Entered | BadInput | NotNow, refusing: OfMany) -> shapes.Result:
    if isinstance(told, NotNow):
        return refusing.result(errors.fault(503))
    if isinstance(told, BadInput):
        return refusing.refused(told)
    return shapes.Result(201, told.id, told.code, told.version)


async def _changed(call: Call, given: GivenChange, changes: OneByOne, refusing: OfMany) -> shapes.Result:
    def agree(version: int) -> None:
        if isinstance(given.version, int) and given.version != version:
            raise etags.stale(version)

    try:
        order = await changes.done(lambda: desk.amend(call.desk, call.caller, given.id, wanting(given, agree)))
    except Refusal as refusal:
        return refusing.refused(refusal)
    except Refused as refused:
        return refusing.result(refused.reply)
    except NotNow:
        return refusing.result(errors.fault(503))
    return shapes.Result(200, order.id, order.code, order.version)


async def amend_order(call: Call) -> Reply:
    """Change what is given of an order."""
    return await _amended(call, await id_of(call))


async def amend_by_source(call: Call) -> Reply:
    """The same, by what another system calls the order."""
    return await _amended(call, await _named_elsewhere(call))


async def delete_order(call: Call) -> Reply:
    """Delete an order from every face; it can be restored."""
    return await _deleted(call, await id_of(call))


async def delete_by_source(call: Call) -> Reply:
    """The same, by what another system calls the order."""
    return await _deleted(call, await _named_elsewhere(call))


def whole_order(member: str) -> Expansion:
    """How the orders that a member of other records refers to are shown whole."""
    return Expansion(member, _found)


async def _found(call: Call, ids: Collection[int]) -> dict[int, Order]:
    where = Test("id", Operator.IN, tuple(ids))
    found: dict[int, Order] = {}
    stretch: Stretch | None = Stretch(len(ids), NEWEST_FIRST)
    while stretch is not None:
        part = await desk.part(call.desk, call.caller, where, (), stretch, with_lines=True)
        found |= {whole.order.id: translate.shown(whole) for whole in part.records}
        stretch = part.end and stretch._replace(after=part.end)
    return found


def wanting(
    given: GivenOrder, agree: Callable[[int], None], *, in_part: bool = False
) -> Callable[[Standing], OrderWish]:
    """What a change is made from: the order as it is, if its version is agreed to."""

    def change(standing: Standing) -> OrderWish:
        agree(standing.order.version)
        return translate.to_wish(given, standing, in_part=in_part)

    return change


@contextmanager
def _telling(unread: Iterable[Error]) -> Iterator[None]:
    """What is refused inside is told together with what could not be read."""
    try:
        yield
    except BadInput as refusal:
        found = errors.errors_of(fault for fault in refusal.faults if fault != translate.UNREAD)
        raise Refused(errors.invalid(errors.told_together(unread, found))) from None


async def _amended(call: Call, order_id: int) -> Reply:
    filters.only(call)
    given, unread = bodies.read(call, GivenOrder)

    def agree(version: int) -> None:
        etags.require(call, version, given=given.version)

    with _telling(unread):
        await desk.amend(call.desk, call.caller, order_id, wanting(given, agree, in_part=bool(unread)))
    return told(200, await desk.show(call.desk, call.caller, order_id))


async def _deleted(call: Call, order_id: int) -> Reply:
    filters.only(call)
    await desk.delete(call.desk, call.caller, order_id, lambda version: etags.require(call, version))
    return Reply(204)


async def _shown(call: Call, whole: WholeOrder) -> Reply:
    version = whole.order.version
    return await replies.one_of_version(
        call,
        version,
        MEMBERS,
        lambda: translate.shown(whole),
        EXPANDABLE,
        is_same=lambda: not _names_others(translate.shown(whole)),
    )


def _names_others(shown: Order) -> bool:
    """Whether it shows what others are called: items and users get other names without a new version of the order."""
    return shown.responsible is not None or any(line.sku is not None for line in shown.lines)


def told(status: int, whole: WholeOrder) -> Reply:
    """The answer that shows the order, with its tag."""
    return replies.told(status, translate.shown(whole), version=whole.order.version)


def _key(call: Call) -> Key:
    """What the path calls the order: its id, its UUID, else its code. Raises OrderNotFound."""
    text = call.path["order"]
    if text.isascii() and text.isdecimal():
        found = record_id(text)
        if found is None:
            raise OrderNotFound(text)
        return found
    return UUID(text) if _UUID.fullmatch(text) else text


async def id_of(call: Call) -> int:
    """The id of the order that the path names. Raises OrderNotFound."""
    key = _key(call)
    return key if isinstance(key, int) else (await desk.show(call.desk, call.caller, key)).order.id


async def _named_elsewhere(call: Call) -> int:
    return await desk.named_elsewhere(call.desk, call.caller, *replies.name_of(call, OrderNotFound))
