"""Order types."""

from typing import Annotated, Any, Final
from urllib.parse import quote

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orderloom.api import bodies, errors, filters, replies
from orderloom.api.errors import bad_parameter, escaped
from orderloom.api.filters import Field
from orderloom.api.operations import (
    CREATES,
    ETAG,
    IF_NONE_MATCH,
    LISTS,
    LOCATION,
    READS,
    of_list,
    of_record,
)
from orderloom.api.shapes import ReadOnly, Text
from orderloom.book import types as book
from orderloom.book.conditions import AllOf, Operator, Test
from orderloom.book.errors import BadInput, Fault, OrderTypeNotFound
from orderloom.book.types import KINDS, MAX_FIELDS
from orderloom.desk import types as desk
from orderloom.dialects.contract import Call, Operation, Refused, Reply
from orderloom.dialects.description import Example, Link, Parameter
from orderloom.wire.paging import record_id

TYPES: Final = "/v1/order-types"
ONE: Final = f"{TYPES}/{{code}}"
VERSION: Final = f"{ONE}/versions/{{version}}"
# What a field says of itself beside its options.
_PARTS: Final = ("type", "label", "max_length")


class OrderType(msgspec.Struct, frozen=True, gc=False):
    """One version of an order type: a new definition is a new version, and one of them is the active one.

    `fields` are the custom fields by name, in their order, each with `type` (string, number, boolean, datetime, json),
    `label` and further options.
    """

    id: int
    code: str
    version: int
    number: int
    kind: str
    name: str
    print_form_code: str | None
    fields: dict[str, dict[str, Any]]
    active: bool


Fields = Annotated[dict[str, Any], Meta(max_length=MAX_FIELDS, description="Custom fields by name, in their order.")]


class GivenType(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A definition: what a definition file says of a type. `activate` makes it the active one, unless it is false."""

    code: Text | UnsetType = UNSET
    name: Text | UnsetType = UNSET
    print_form_code: Text | None | UnsetType = UNSET
    fields: Fields | UnsetType = UNSET
    activate: bool = True
    id: ReadOnly | UnsetType = UNSET
    version: ReadOnly | UnsetType = UNSET
    number: ReadOnly | UnsetType = UNSET
    kind: ReadOnly | UnsetType = UNSET
    active: ReadOnly | UnsetType = UNSET


class OrderTypes(msgspec.Struct, frozen=True):
    """A part of the order types; `next` is the cursor of the part behind it, null at the end."""

    order_types: list[Any]
    next: str | None


MEMBERS: Final = OrderType.__struct_fields__
FIELDS: Final = {
    "id": Field("integer", optional=False),
    "code": Field("text", optional=False, exact=True),
    "version": Field("integer", optional=False),
    "number": Field("integer", optional=False),
    "kind": Field("text", optional=False, values=KINDS),
    "name": Field("text", optional=False, exact=True),
    "active": Field("boolean", optional=False),
}


async def list_types(call: Call) -> Reply:
    """A part of the active order types, or of all versions, by code unless another order is asked for."""
    asked = filters.asked(call, FIELDS, members=MEMBERS, sort="code", more=("all",))
    every = call.query.get("all", "false")
    if every not in ("true", "false"):
        raise bad_parameter("all", "true or false.")
    where = asked.where if every == "true" else AllOf((Test("active", Operator.EQUAL, True), asked.where))
    part = await desk.part(call.desk, call.caller, where, asked.stretch)
    return await replies.part(call, asked, [shown(each) for each in part.records], part.end, OrderTypes, {})


async def show_type(call: Call) -> Reply:
    """The active version of an order type."""
    return await replies.one(call, shown(await desk.show(call.desk, call.caller, call.path["code"])), {})


async def show_version(call: Call) -> Reply:
    """One version of an order type."""
    found = await desk.show(call.desk, call.caller, call.path["code"], _version(call))
    return await replies.one(call, shown(found), {})


async def add_type(call: Call) -> Reply:
    """Enter a version of an order type, the first one of a new code."""
    filters.only(call)
    given = bodies.decode(call, GivenType)
    added = await desk.add(call.desk, call.caller, _definition(given), activate=given.activate)
    path = f"{TYPES}/{quote(added.code, safe='')}/versions/{added.version}"
    return replies.told(201, shown(added), ("Location", path))


async def activate_type(call: Call) -> Reply:
    """Make the newest version of a code the active one."""
    filters.only(call)
    return replies.told(200, shown(await desk.activate(call.desk, call.caller, call.path["code"])))


async def activate_version(call: Call) -> Reply:
    """Make a version the active one of its code."""
    filters.only(call)
    version = _version(call)
    return replies.told(200, shown(await desk.activate(call.desk, call.caller, call.path["code"], version)))


async def retire_type(call: Call) -> Reply:
    """Leave a code without an active version; its orders stay as they are."""
    filters.only(call)
    return replies.told(200, shown(await desk.retire(call.desk, call.caller, call.path["code"])))


def shown(order_type: book.OrderType) -> OrderType:
    """The version as it is shown."""
    fields = {each.name: {"type": each.type, "label": each.label, **each.options} for each in order_type.fields}
    plain = {member: getattr(order_type, member) for member in MEMBERS if member != "fields"}
    return OrderType(**plain, fields=fields)


def _definition(given: GivenType) -> book.OrderType:
    document = {
        member: value
        for member in ("code", "name", "print_form_code", "fields")
        if (value := getattr(given, member)) is not UNSET
    }
    try:
        return book.parse_definition({"order_type": {"fields": {}, **document}})
    except BadInput as refusal:
        told = [errors.error_of(fault, _pointer(fault, document.get("fields", {}))) for fault in refusal.faults]
        raise Refused(errors.invalid(told)) from None


def _pointer(fault: Fault, names: dict[str, Any]) -> str:
    """Where the fault is; what the book says of a part of a field has its name before it."""
    if fault.part is None:
        return f"/{fault.field}"
    name, _, part = fault.part.rpartition(".")
    if part in _PARTS and name in names:
        return f"/fields/{escaped(name)}/{part}"
    return f"/fields/{escaped(fault.part)}"


def _version(call: Call) -> int:
    text = call.path["version"]
    found = record_id(text)
    if found is None or found > book.LAST_NUMBER:
        raise OrderTypeNotFound(text)
    return found


_CODE: Final = Parameter("code", "path", str, "The code of the type.", required=True)
_NUMBER: Final = Parameter("version", "path", int, "The version.", required=True)
_CHANGES: Final = (400, 401, 403, 404, 405)
OPERATIONS: Final = (
    Operation(
        ("GET",),
        (TYPES,),
        list_types,
        "List order types",
        OrderTypes,
        200,
        LISTS,
        "types",
        parameters=(
            Parameter("all", "query", bool, "Every version, not only those that are active."),
            *of_list(FIELDS, MEMBERS, sort="code"),
        ),
        examples=(Example("All", TYPES), Example("Some", TYPES, (("all", "true"), ("kind", "general")))),
        links=(Link("showType", {"code": "$response.body#/order_types/0/code"}),),
        group="Order types",
        about="What orders can be, each with its custom fields. An order keeps the version that it was entered with.",
    ),
    Operation(
        ("POST",),
        (TYPES,),
        add_type,
        "Enter a version of an order type",
        OrderType,
        201,
        CREATES,
        "types",
        takes=GivenType,
        examples=(
            Example(
                "A new one",
                TYPES,
                body={
                    "code": "complaint",
                    "name": "Complaint",
                    "fields": {
                        "reason": {"type": "string", "label": "Reason", "max_length": 200},
                        "refunded": {"type": "boolean", "label": "Refunded"},
                    },
                },
            ),
        ),
        tells=(ETAG, LOCATION),
        links=(Link("showVersion", {"code": "$response.body#/code", "version": "$response.body#/version"}),),
        group="Order types",
    ),
    Operation(
        ("GET",),
        (ONE,),
        show_type,
        "Show an order type",
        OrderType,
        200,
        READS,
        "types",
        parameters=(_CODE, *of_record(MEMBERS), IF_NONE_MATCH),
        examples=(Example("One of them", f"{TYPES}/vacation_request"),),
        tells=(ETAG,),
        group="Order types",
    ),
    Operation(
        ("GET",),
        (VERSION,),
        show_version,
        "Show a version of an order type",
        OrderType,
        200,
        READS,
        "types",
        parameters=(_CODE, _NUMBER, *of_record(MEMBERS), IF_NONE_MATCH),
        examples=(Example("The first one", f"{TYPES}/vacation_request/versions/1"),),
        tells=(ETAG,),
        group="Order types",
    ),
    Operation(
        ("POST",),
        (f"{ONE}/activate",),
        activate_type,
        "Make the newest version of an order type the active one",
        OrderType,
        200,
        _CHANGES,
        "types",
        parameters=(_CODE,),
        examples=(Example("One of them", f"{TYPES}/vacation_request/activate"),),
        tells=(ETAG,),
        group="Order types",
    ),
    Operation(
        ("POST",),
        (f"{VERSION}/activate",),
        activate_version,
        "Make a version of an order type the active one",
        OrderType,
        200,
        _CHANGES,
        "types",
        parameters=(_CODE, _NUMBER),
        examples=(Example("The first one", f"{TYPES}/vacation_request/versions/1/activate"),),
        tells=(ETAG,),
        group="Order types",
    ),
    Operation(
        ("POST",),
        (f"{ONE}/retire",),
        retire_type,
        "Retire an order type",
        OrderType,
        200,
        (*_CHANGES, 409),
        "types",
        parameters=(_CODE,),
        examples=(Example("One of them", f"{TYPES}/vacation_request/retire"),),
        tells=(ETAG,),
        group="Order types",
    ),
)
