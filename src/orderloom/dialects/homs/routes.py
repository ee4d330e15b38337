"""What HOMS does for each operation. Source: contracts/homs.md."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from orderloom.book.orders import Order, Wish
from orderloom.book.users import Profile, User
from orderloom.desk import api_keys, orders, users
from orderloom.dialects.contract import JSON, Call, Refused, Reply
from orderloom.dialects.homs import bodies, shapes, translate
from orderloom.wire.paging import offset_of, whole

ORDERS: Final = "/api/orders"
USERS: Final = "/api/users"
DEFAULT_PAGE_SIZE: Final = 25
MAX_PAGE_SIZE: Final = 10_000


async def create_order(call: Call) -> Reply:
    """Enter an order; the caller is not made responsible for it. Source: section 6, "Create"."""
    given = bodies.decode_root(call, "order", bodies.ORDER_COLUMNS)
    look = _look(call)
    order = await orders.place(call.desk, call.caller, translate.to_wish(given, look.zone))
    return _json(shapes.OneOrder(look.order(order, look.zone)), 201)


async def list_orders(call: Call) -> Reply:
    """A page of orders, newest first. Source: section 5."""
    limit, offset = _page(call)
    look = _look(call)
    heads = await orders.newest(call.desk, call.caller, limit=limit, offset=offset)
    show, zone = look.order, look.zone
    return _json(shapes.Orders([show(head, zone) for head in heads]))


async def show_order(call: Call) -> Reply:
    """One order by its code. Source: section 6, "Show"."""
    look = _look(call)
    head = await orders.head(call.desk, call.caller, _code(call))
    return _json(shapes.OneOrder(look.order(head, look.zone)))


async def update_order(call: Call) -> Reply:
    """Change the passed fields. Source: section 6, "Update". An unknown order is 404 even if the body has no root."""
    code = _code(call)
    try:
        given = bodies.decode_root(call, "order", bodies.ORDER_COLUMNS)
    except bodies.NoRoot:
        await orders.head(call.desk, call.caller, code)
        raise
    look = _look(call)

    def change(order: Order) -> Wish:
        return translate.to_wish(translate.unshown_order(given, look.order(order, look.zone)), look.zone)

    order = await orders.amend(call.desk, call.caller, code, change)
    return _json(shapes.OneOrder(look.order(order, look.zone)))


async def delete_order(call: Call) -> Reply:
    """Delete an order; its code is never given again. Source: section 6, "Delete"."""
    await orders.delete(call.desk, call.caller, _code(call))
    return Reply(204)


async def create_user(call: Call) -> Reply:
    """Enter a user, without an API token. Source: section 7."""
    await _check_may_change_users(call)
    given = bodies.decode_root(call, "user", bodies.USER_COLUMNS)
    user = await users.enrol(call.desk, call.caller, translate.to_profile(given))
    return _json(shapes.OneUser(_look(call).user(user)), 201)


async def list_users(call: Call) -> Reply:
    """A page of users by name. Source: section 5."""
    limit, offset = _page(call)
    show = _look(call).user
    page = await users.page(call.desk, call.caller, limit=limit, offset=offset)
    return _json(shapes.Users([show(user) for user in page]))


async def show_user(call: Call) -> Reply:
    """One user by e-mail. Source: section 7."""
    user = await users.show(call.desk, call.caller, call.path["email"])
    return _json(shapes.OneUser(_look(call).user(user)))


async def update_user(call: Call) -> Reply:
    """Change the passed fields; a new e-mail takes effect at once. Source: section 7."""
    await _check_may_change_users(call)
    email = call.path["email"]
    try:
        given = bodies.decode_root(call, "user", bodies.USER_COLUMNS)
    except bodies.NoRoot:
        await users.show(call.desk, call.caller, email)
        raise
    look = _look(call)

    def change(user: User) -> Profile:
        return translate.to_profile(translate.unshown(given, look.user(user)))

    user = await users.change(call.desk, call.caller, email, change)
    return _json(shapes.OneUser(_look(call).user(user)))


async def delete_user(call: Call) -> Reply:
    """Delete a user who is responsible for no order. Source: section 7."""
    await _check_may_change_users(call)
    await users.delete(call.desk, call.caller, call.path["email"])
    return Reply(204)


class Look(NamedTuple):
    """How answers look: the release that is imitated and the zone of its date-times."""

    order: Callable[[Any, ZoneInfo], Any]
    user: Callable[[Any], shapes.User]
    zone: ZoneInfo


@lru_cache
def look_of(shape: str, zone: str) -> Look:
    """The look for the settings `homs_shape` (published or current) and `homs_zone`."""
    if shape == "current":
        return Look(translate.current_order, translate.current_user, ZoneInfo(zone))
    return Look(translate.published_order, translate.published_user, ZoneInfo(zone))


def _look(call: Call) -> Look:
    return look_of(call.options["homs_shape"], call.options["homs_zone"])


async def _check_may_change_users(call: Call) -> None:
    """Refuse a caller who is no administrator, where the operator wants it so. Source: section 2, "Roles".

    And keys that may do less than a user may: users sign in at every face, and until somebody deletes them.
    """
    user = call.caller.user
    if call.options["homs_users_by_admins"] and (user is None or user.role != "admin"):
        raise Refused(Reply(403))
    if user is None and not await api_keys.equals_user(call.desk, call.caller):
        raise Refused(Reply(403))


def _page(call: Call) -> tuple[int, int]:
    """Limit and offset. Source: section 5: what is not a sensible number is the default."""
    page, size = whole(call.query.get("page")), whole(call.query.get("page_size"))
    size = DEFAULT_PAGE_SIZE if size is None or size < 0 else min(size, MAX_PAGE_SIZE)
    return size, offset_of(1 if page is None or page < 1 else page, size)


def _code(call: Call) -> str:
    return call.path["code"].removesuffix(".json")


def _json(shape: Any, status: int = 200) -> Reply:
    return Reply(status, _encode(shape), JSON)


_encode: Final = msgspec.json.Encoder().encode
