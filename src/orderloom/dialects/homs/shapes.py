"""What HOMS gives: orders and users in two generations. Source: contracts/homs.md sections 3 and 7."""

from typing import Any

import msgspec


class Order(msgspec.Struct, gc=False):
    """An order as the page prints it, in the order of its keys."""

    id: int
    code: str
    ext_code: str | None
    bp_id: str | None
    bp_state: str | None
    state: str
    archived: bool
    data: Any
    done_at: str | None
    order_type_code: str
    user_email: str | None


class CurrentOrder(msgspec.Struct, gc=False):
    """An order as later releases print it."""

    id: int
    code: str
    ext_code: str | None
    bp_id: str | None
    bp_state: str | None
    state: str
    archived: bool
    data: Any
    done_at: str | None
    estimated_exec_date: str | None
    order_type_code: str
    user_email: str | None


class User(msgspec.Struct, gc=False):
    """A user as the page prints it."""

    email: str
    name: str
    middle_name: str | None
    last_name: str
    company: str
    department: str
    role: str


class CurrentUser(User, gc=False):
    """A user as later releases print it."""

    blocked: bool
    external: bool


class OneOrder(msgspec.Struct, gc=False):
    order: Order | CurrentOrder


class Orders(msgspec.Struct, gc=False):
    orders: list[Any]


class OneUser(msgspec.Struct, gc=False):
    user: User


class Users(msgspec.Struct, gc=False):
    users: list[User]
