"""API keys."""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orderloom.api import bodies, filters, replies
from orderloom.api.filters import Field
from orderloom.api.operations import (
    CREATES,
    DELETES,
    ETAG,
    IF_MATCH,
    IF_NONE_MATCH,
    LISTS,
    LOCATION,
    READS,
    of_list,
    of_record,
)
from orderloom.api.shapes import Id, Moment, ReadOnly, Text
from orderloom.book import api_keys as book
from orderloom.book.api_keys import MAX_SCOPES
from orderloom.book.errors import ApiKeyNotFound
from orderloom.desk import api_keys as desk
from orderloom.dialects.contract import Call, Operation, Reply
from orderloom.dialects.description import Example, Link, Parameter
from orderloom.dialects.registry import FACES

KEYS: Final = "/v1/keys"
ONE: Final = f"{KEYS}/{{key}}"


class Key(msgspec.Struct, frozen=True, gc=False):
    """What a program signs in with, as far as it can be shown.

    A scope is a face and what may be done there: `v1:read`, `*:write`; writing includes reading. `used_at` is up to a
    minute before the last use. A key that is revoked stays, and its name is free again.
    """

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


class NewKey(Key, frozen=True, gc=False):
    """A key that was just made. `secret` is what to sign in with, as a bearer token: nobody can read it again."""

    secret: str


class GivenKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key to make; it needs a name, which no other key that is not revoked has, and a scope.

    Who comes with a key may make one for nothing that the own key may not do, and for no longer.
    """

    name: Text | UnsetType = UNSET
    scopes: Annotated[list[Text], Meta(max_length=MAX_SCOPES)] | UnsetType = UNSET
    expires_at: Moment | None | UnsetType = UNSET
    id: ReadOnly | UnsetType = UNSET
    created_at: ReadOnly | UnsetType = UNSET
    created_by: ReadOnly | UnsetType = UNSET
    used_at: ReadOnly | UnsetType = UNSET
    revoked_at: ReadOnly | UnsetType = UNSET


class Keys(msgspec.Struct, frozen=True):
    """A part of the keys; `next` is the cursor of the part behind it, null at the end."""

    keys: list[Any]
    next: str | None


MEMBERS: Final = Key.__struct_fields__
FIELDS: Final = {
    "id": Field("integer", optional=False),
    "name": Field("text", optional=False),
    "created_at": Field("moment", optional=False),
    "created_by": Field("text", optional=False, exact=True),
    "expires_at": Field("moment"),
    "used_at": Field("moment"),
    "revoked_at": Field("moment"),
}


async def list_keys(call: Call) -> Reply:
    """A part of the keys, those that have ended too, the newest first unless another order is asked for."""
    asked = filters.asked(call, FIELDS, members=MEMBERS)
    part = await desk.part(call.desk, call.caller, asked.where, asked.stretch)
    return await replies.part(call, asked, [shown(each) for each in part.records], part.end, Keys, {})


async def show_key(call: Call) -> Reply:
    """One key."""
    return await replies.one(
        call, shown(await desk.show(call.desk, call.caller, replies.id_of(call, "key", ApiKeyNotFound))), {}
    )


async def create_key(call: Call) -> Reply:
    """Make a key."""
    filters.only(call)
    given = bodies.decode(call, GivenKey)
    added = await desk.add(
        call.desk, call.caller, given.name or "", given.scopes or (), faces=FACES, expires_at=given.expires_at or None
    )
    key = shown(await desk.show(call.desk, call.caller, added.key.id))
    new = NewKey(**msgspec.structs.asdict(key), secret=added.secret)
    headers = (("Location", f"{KEYS}/{added.key.id}"), ("Cache-Control", "no-store"))
    return Reply(201, replies.encode(new), replies.JSON, headers)


async def revoke_key(call: Call) -> Reply:
    """Revoke a key: within seconds it opens nothing any more."""
    filters.only(call)

    def agree(before: book.ApiKey) -> None:
        replies.require(call, shown(before))

    await desk.revoke(call.desk, call.caller, replies.id_of(call, "key", ApiKeyNotFound), agree)
    return Reply(204)


def shown(key: book.ApiKey) -> Key:
    """The key as it is shown."""
    return Key(**{member: getattr(key, member) for member in MEMBERS})


_NAMED: Final = Parameter("key", "path", Id, "The id of the key.", required=True)
OPERATIONS: Final = (
    Operation(
        ("GET",),
        (KEYS,),
        list_keys,
        "List API keys",
        Keys,
        200,
        LISTS,
        "keys",
        parameters=of_list(FIELDS, MEMBERS),
        examples=(
            Example("All", KEYS),
            Example("Some", KEYS, (("revoked_at.empty", "true"), ("name.like", "d*"), ("sort", "-used_at"))),
        ),
        links=(Link("showKey", {"key": "$response.body#/keys/0/id"}),),
        group="Keys",
        about="What programs sign in with, at every face that a key is for. A key is its program's: it goes on when "
        "who made it is blocked or gone, until it is revoked or its time is over.",
    ),
    Operation(
        ("POST",),
        (KEYS,),
        create_key,
        "Make an API key",
        NewKey,
        201,
        CREATES,
        "keys",
        tells_secret=True,
        takes=GivenKey,
        examples=(Example("For our own API", KEYS, body={"name": "webshop", "scopes": ["v1:write"]}),),
        tells=(LOCATION,),
        links=(Link("showKey", {"key": "$response.body#/id"}),),
        group="Keys",
    ),
    Operation(
        ("GET",),
        (ONE,),
        show_key,
        "Show an API key",
        Key,
        200,
        READS,
        "keys",
        parameters=(_NAMED, *of_record(MEMBERS), IF_NONE_MATCH),
        examples=(Example("One that is not there", f"{KEYS}/99999999", status=404),),
        tells=(ETAG,),
        group="Keys",
    ),
    Operation(
        ("DELETE",),
        (ONE,),
        revoke_key,
        "Revoke an API key",
        None,
        204,
        DELETES,
        "keys",
        parameters=(_NAMED, IF_MATCH),
        examples=(Example("One that is not there", f"{KEYS}/99999999", status=404),),
        group="Keys",
        about="Who comes with a key may revoke that one, and those that may do nothing that it may not do, and for no "
        "longer.",
    ),
)
