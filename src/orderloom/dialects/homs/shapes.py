"""What HOMS takes and gives, and the decoding of its bodies.

Source: contracts/homs.md sections 1, 3, 7. HOMS is a Rails application: a body may be JSON or a form, may leave out
its root key where all it holds are columns of the record, and its values are cast rather than refused.
"""

import re
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from orderloom.dialects.contract import MAX_QUERY_FIELDS, Call, Refused, Reply
from orderloom.dialects.homs import errors


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


class NotParsable(Refused):
    """The body cannot be parsed."""

    def __init__(self) -> None:
        super().__init__(errors.fault(400))


class NoRoot(Refused):
    """The body has no `order` or `user`, or an empty one."""

    def __init__(self) -> None:
        super().__init__(Reply(400))


# The columns that Rails wraps into the root key when a JSON body comes without it.
ORDER_COLUMNS: Final = frozenset(
    [
        "id",
        "code",
        "ext_code",
        "bp_id",
        "bp_state",
        "state",
        "archived",
        "data",
        "done_at",
        "estimated_exec_date",
        "created_at",
        "updated_at",
        "order_type_id",
        "user_id",
    ]
)
USER_COLUMNS: Final = frozenset(
    [
        "id",
        "email",
        "name",
        "middle_name",
        "last_name",
        "role",
        "company",
        "department",
        "blocked",
        "external",
        "created_at",
        "updated_at",
    ]
)
_FORM_TYPE: Final = b"application/x-www-form-urlencoded"
_FORM_KEY: Final = re.compile(r"(\w+)\[([^\[\]]+)\](?:\[([^\[\]]*)\])?")


def decode_root(call: Call, root: str, columns: frozenset[str]) -> dict[str, Any]:
    """The object under the root key. Raises NotParsable or NoRoot."""
    if (call.header(b"content-type") or b"").lower().startswith(_FORM_TYPE):
        body: object = _form(call.body)
    else:
        body = _json(call.body)
    if not isinstance(body, dict):
        raise NoRoot
    if root not in body and columns & body.keys():
        return {name: value for name, value in body.items() if name in columns}
    inside = body.get(root)
    if not isinstance(inside, dict) or not inside:
        raise NoRoot
    return inside


def _json(body: bytes) -> object:
    if not body:
        raise NoRoot
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise NotParsable from None


def _form(body: bytes) -> dict[str, Any]:
    """`order[ext_code]=x&order[data][f]=y` as the nested object that it means."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_QUERY_FIELDS, errors="strict"
        )
    except ValueError:
        raise NotParsable from None
    nested: dict[str, Any] = {}
    for key, value in pairs:
        match = _FORM_KEY.fullmatch(key)
        if match is None:
            continue
        root, name, inner = match.groups()
        fields = nested.setdefault(root, {})
        if inner is None:
            fields[name] = value
        elif isinstance(fields.setdefault(name, {}), dict):
            fields[name][inner] = value
    return nested
