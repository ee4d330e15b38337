"""Users."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from orderloom.api import bodies, errors, filters, replies
from orderloom.api.expansion import Expansion
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
    WRITES,
    of_list,
    of_record,
)
from orderloom.api.resources import said
from orderloom.api.shapes import ReadOnly, Text
from orderloom.book import users as book
from orderloom.book.errors import UserNotFound
from orderloom.book.users import ROLES, Profile
from orderloom.desk import api_keys
from orderloom.desk import users as desk
from orderloom.dialects.contract import Call, Operation, Reply
from orderloom.dialects.description import Example, Link, Parameter

USERS: Final = "/v1/users"
ONE: Final = f"{USERS}/{{user}}"


class User(msgspec.Struct, frozen=True, gc=False):
    """Somebody who signs in with e-mail and password; a password is never shown."""

    id: int
    email: str
    first_name: str
    middle_name: str | None
    last_name: str
    company: str
    department: str
    role: str
    blocked: bool
    external: bool
    created_at: datetime
    modified_at: datetime


class GivenUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user as somebody wants it; what is left out stays as it is, null takes it away.

    A new one needs an e-mail that nobody else has, both names, a company, a department and a password. A new password
    ends the tokens that the old one got; who is blocked cannot sign in.
    """

    email: Text | UnsetType = UNSET
    first_name: Text | UnsetType = UNSET
    middle_name: Text | None | UnsetType = UNSET
    last_name: Text | UnsetType = UNSET
    company: Text | UnsetType = UNSET
    department: Text | UnsetType = UNSET
    role: Literal["user", "vip", "admin"] | UnsetType = UNSET
    blocked: bool | UnsetType = UNSET
    external: bool | UnsetType = UNSET
    password: Text | UnsetType = UNSET
    id: ReadOnly | UnsetType = UNSET
    created_at: ReadOnly | UnsetType = UNSET
    modified_at: ReadOnly | UnsetType = UNSET


class Users(msgspec.Struct, frozen=True):
    """A part of the users; `next` is the cursor of the part behind it, null at the end."""

    users: list[Any]
    next: str | None


MEMBERS: Final = User.__struct_fields__
FIELDS: Final = {
    "id": Field("integer", optional=False),
    "email": Field("text", optional=False),
    "first_name": Field("text", optional=False),
    "middle_name": Field("text"),
    "last_name": Field("text", optional=False),
    "company": Field("text", optional=False),
    "department": Field("text", optional=False),
    "role": Field("text", optional=False, values=ROLES),
    "blocked": Field("boolean", optional=False),
    "external": Field("boolean", optional=False),
    "created_at": Field("moment", optional=False),
    "modified_at": Field("moment", optional=False),
}


async def list_users(call: Call) -> Reply:
    """A part of the users, the newest first unless another order is asked for."""
    asked = filters.asked(call, FIELDS, members=MEMBERS)
    part = await desk.part(call.desk, call.caller, asked.where, asked.stretch)
    return await replies.part(call, asked, [shown(each) for each in part.records], part.end, Users, {})


async def show_user(call: Call) -> Reply:
    """One user by e-mail or id."""
    return await replies.one(call, shown(await desk.show(call.desk, call.caller, _key(call))), {})


async def enrol_user(call: Call) -> Reply:
    """Enter a user."""
    filters.only(call)
    await _check_may_change_users(call)
    given = bodies.decode(call, GivenUser)
    user = await desk.enrol(call.desk, call.caller, to_profile(given, None))
    return replies.told(201, shown(user), ("Location", f"{USERS}/{user.id}"))


async def change_user(call: Call) -> Reply:
    """Change what is given of a user."""
    filters.only(call)
    await _check_may_change_users(call)
    key = _key(call)
    given = bodies.decode(call, GivenUser)

    def change(before: book.User) -> Profile:
        replies.require(call, shown(before))
        return to_profile(given, before)

    return replies.told(200, shown(await desk.change(call.desk, call.caller, key, change)))


async def delete_user(call: Call) -> Reply:
    """Delete a user who is responsible for no order."""
    filters.only(call)
    await _check_may_change_users(call)

    def agree(before: book.User) -> None:
        replies.require(call, shown(before))

    await desk.delete(call.desk, call.caller, _key(call), agree)
    return Reply(204)


def shown(user: book.User) -> User:
    """The user as it is shown."""
    return User(**{member: getattr(user, member) for member in MEMBERS})


def to_profile(given: GivenUser, before: book.User | None) -> Profile:
    """What is wanted of a user, or of a new one; what comes back as it was shown is not spoken of."""
    told = said(given, (*book.EVENT_FIELDS, "password"))
    return Profile(
        **{field: value for field, value in told.items() if before is None or value != getattr(before, field, UNSET)}
    )


def expansion(member: str) -> Expansion:
    """How the users that a member of other records refers to by e-mail are shown whole."""
    return Expansion(member, _found)


async def _found(call: Call, emails: Collection[str]) -> dict[str, User]:
    found = await desk.by_email(call.desk, call.caller, emails)
    return {email: shown(user) for email, user in found.items()}


async def _check_may_change_users(call: Call) -> None:
    """Refuse who is no administrator, where the operator wants it so, and keys that may do less than a user may.

    A user signs in at every face and without an end: who could make one with a key for this face, or for a day, would
    have all of them for good.
    """
    user = call.caller.user
    if call.options["homs_users_by_admins"] and (user is None or user.role != "admin"):
        raise errors.refused(403, "forbidden", "Only administrators may change users.")
    if user is None and not await api_keys.equals_user(call.desk, call.caller):
        raise errors.refused(403, "forbidden", "Users are changed by keys that may write everywhere and do not end.")


def _key(call: Call) -> desk.Key:
    text = call.path["user"]
    return replies.id_of(call, "user", UserNotFound) if text.isascii() and text.isdecimal() else text


_WHO_MAY: Final = "With an API key, only with one that has the scope `*:write` and no end: users sign in at every face."
_NAMED: Final = Parameter("user", "path", str, "The e-mail of the user, or the id.", required=True)
_SHOWS: Final = Link("showUser", {"user": "$response.body#/id"})
OPERATIONS: Final = (
    Operation(
        ("GET",),
        (USERS,),
        list_users,
        "List users",
        Users,
        200,
        LISTS,
        "users",
        parameters=of_list(FIELDS, MEMBERS),
        examples=(
            Example("All", USERS),
            Example("Some", USERS, (("last_name.like", "j*"), ("blocked", "false"), ("sort", "last_name"))),
        ),
        links=(Link("showUser", {"user": "$response.body#/users/0/id"}),),
        group="Users",
        about="Who signs in, at every face, and whom orders name as responsible.",
    ),
    Operation(
        ("POST",),
        (USERS,),
        enrol_user,
        "Enter a user",
        User,
        201,
        CREATES,
        "users",
        takes=GivenUser,
        examples=(
            Example(
                "A new one",
                USERS,
                body={
                    "email": "a.novak@example.com",
                    "first_name": "Anna",
                    "last_name": "Nováková",
                    "company": "Example Corporation",
                    "department": "Purchasing",
                    "password": "a password of her own",
                },
            ),
        ),
        tells=(ETAG, LOCATION),
        links=(_SHOWS,),
        group="Users",
        about=_WHO_MAY,
    ),
    Operation(
        ("GET",),
        (ONE,),
        show_user,
        "Show a user",
        User,
        200,
        READS,
        "users",
        parameters=(_NAMED, *of_record(MEMBERS), IF_NONE_MATCH),
        examples=(Example("By e-mail", f"{USERS}/c.johnson%40example.com"),),
        tells=(ETAG,),
        group="Users",
    ),
    Operation(
        ("PATCH",),
        (ONE,),
        change_user,
        "Change a user",
        User,
        200,
        WRITES,
        "users",
        takes=GivenUser,
        parameters=(_NAMED, IF_MATCH),
        examples=(Example("A change", f"{USERS}/c.johnson%40example.com", body={"department": "Sales"}),),
        tells=(ETAG,),
        group="Users",
        about=_WHO_MAY,
    ),
    Operation(
        ("DELETE",),
        (ONE,),
        delete_user,
        "Delete a user",
        None,
        204,
        DELETES,
        "users",
        parameters=(_NAMED, IF_MATCH),
        examples=(Example("One of them", f"{USERS}/disabled%40example.com"),),
        group="Users",
        about=_WHO_MAY,
    ),
)
