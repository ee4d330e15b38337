"""The decoding of HOMS's request bodies.

HOMS is a Rails application: a body may be JSON or a form, and may leave out its root key where all it holds are columns
of the record. Source: contracts/homs.md section 1.
"""

import re
from typing import Any, Final

import msgspec

from orderloom.dialects.contract import Call, Refused, Reply
from orderloom.dialects.homs import errors
from orderloom.wire.forms import fields


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
    content_type = (call.header(b"content-type") or b"").lower()
    if content_type.startswith(_FORM_TYPE):
        body: object = _form(call.body)
    elif not content_type or b"json" in content_type:
        body = _json(call.body)
    else:
        # A page elsewhere can make a browser send text/plain with its user's credentials, but not JSON.
        raise NoRoot
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
    nested: dict[str, Any] = {}
    for key, value in fields(body):
        match = _FORM_KEY.fullmatch(key)
        if match is None:
            continue
        root, name, inner = match.groups()
        inside = nested.setdefault(root, {})
        if inner is None:
            inside[name] = value
        elif isinstance(inside.setdefault(name, {}), dict):
            inside[name][inner] = value
    return nested
