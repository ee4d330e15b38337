"""What HOMS gives: orders and users. Source: contracts/homs.md sections 3 and 7.

Later releases have members that the page does not print; they are UNSET where the page is followed.
"""

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, UnsetType

from orderloom.book.orders import STATES
from orderloom.book.users import ROLES
from orderloom.dialects.description import INSTANT, one_of

State = Annotated[str, one_of(*STATES)]
Role = Annotated[str, one_of(*ROLES)]
Code = Annotated[str, Meta(pattern="^ORD-[0-9]+$")]
# A type without fields has no object on the page.
_DATA: Final = Meta(
    description="Every custom field of the order's type, null where it is unset. `[]` for a type without fields.",
    extra_json_schema={"anyOf": [{"type": "object"}, {"type": "array", "maxItems": 0}]},
)


class Order(msgspec.Struct, gc=False):
    """An order, its members in the order of the page."""

    id: int
    code: Code
    ext_code: str | None
    bp_id: str | None
    bp_state: str | None
    state: State
    archived: bool
    data: Annotated[Any, _DATA]
    done_at: INSTANT | None
    estimated_exec_date: INSTANT | None | UnsetType
    order_type_code: str
    user_email: str | None


class User(msgspec.Struct, gc=False):
    """A user, the members in the order of the page."""

    email: str
    name: str
    middle_name: str | None
    last_name: str
    company: str
    department: str
    role: Role
    blocked: bool | UnsetType = msgspec.UNSET
    external: bool | UnsetType = msgspec.UNSET


class OneOrder(msgspec.Struct, gc=False):
    order: Order


class Orders(msgspec.Struct, gc=False):
    orders: list[Order]


class OneUser(msgspec.Struct, gc=False):
    user: User


class Users(msgspec.Struct, gc=False):
    users: list[User]
