"""Users: the people of every dialect."""

from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from orderloom.book.api_keys import is_key
from orderloom.book.errors import BadInput, Fault
from orderloom.book.text import storable

ROLES: Final = ("user", "vip", "admin")
MAX_NAME: Final = 255
MIN_PASSWORD: Final = 8
MAX_PASSWORD: Final = 128


class User(msgspec.Struct, frozen=True):
    """A user; the password's hash and the tokens never leave the store."""

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


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants a user to be; a field left UNSET is not spoken of.

    `faults` are values that had no meaning already in the words of the face.
    """

    email: str | None | UnsetType = UNSET
    first_name: str | None | UnsetType = UNSET
    middle_name: str | None | UnsetType = UNSET
    last_name: str | None | UnsetType = UNSET
    company: str | None | UnsetType = UNSET
    department: str | None | UnsetType = UNSET
    role: str | None | UnsetType = UNSET
    blocked: bool | UnsetType = UNSET
    external: bool | UnsetType = UNSET
    password: str | None | UnsetType = UNSET
    faults: tuple[Fault, ...] = ()


REQUIRED: Final = ("email", "first_name", "last_name", "company", "department")
EVENT_FIELDS: Final = (*REQUIRED, "middle_name", "role", "blocked", "external")


def enrol(profile: Profile, *, at: datetime) -> User:
    """A new user as wished, with id 0: the store assigns it. Raises BadInput with every fault.

    Everything in REQUIRED and the password must be given; the role is `user` unless another is named.
    """
    meant = {fault.field for fault in profile.faults}
    faults = [Fault(field, "blank") for field in REQUIRED if getattr(profile, field) is UNSET and field not in meant]
    if (profile.password is UNSET and "password" not in meant) or profile.password is None:
        faults.append(Fault("password", "blank"))
    faults += profile_faults(profile)
    if faults:
        raise BadInput(*faults)
    nobody = User(0, "", "", None, "", "", "", "user", False, False, at, at)
    return _with(nobody, profile, at)


def change(user: User, profile: Profile, *, at: datetime) -> User:
    """The user with what the profile speaks of. Raises BadInput with every fault."""
    if faults := profile_faults(profile):
        raise BadInput(*faults)
    return _with(user, profile, at)


def normal_email(email: str) -> str:
    """The form in which an e-mail address is kept and compared."""
    return email.strip().lower()


def profile_faults(profile: Profile) -> list[Fault]:
    """What is wrong with the values that the profile speaks of."""
    faults = list(profile.faults)
    for field in (*REQUIRED, "middle_name"):
        value = getattr(profile, field)
        if value is UNSET or (field == "middle_name" and value is None):
            continue
        if value is None or (field in REQUIRED and not value.strip()):
            faults.append(Fault(field, "blank"))
        elif not storable(value):
            faults.append(Fault(field, "invalid"))
        elif len(value) > MAX_NAME:
            faults.append(Fault(field, "too_long"))
        elif field == "email" and not _is_email(normal_email(value)):
            faults.append(Fault("email", "invalid"))
    if profile.role is not UNSET and profile.role not in ROLES:
        faults.append(Fault("role", "inclusion", value=profile.role))
    return faults + password_faults(profile.password)


def password_faults(password: str | None | UnsetType) -> list[Fault]:
    """What is wrong with a new password; none is wished where it is UNSET or null."""
    if password is UNSET or password is None:
        return []
    if not password.strip():
        return [Fault("password", "blank")]
    # What has the form of a key is taken for one wherever somebody signs in.
    if not storable(password) or is_key(password):
        return [Fault("password", "invalid")]
    if len(password) < MIN_PASSWORD:
        return [Fault("password", "too_short")]
    return [Fault("password", "too_long")] if len(password) > MAX_PASSWORD else []


def _is_email(email: str) -> bool:
    """One @ with text without blanks on both sides. Source: contracts/homs.md section 7."""
    name, at, host = email.partition("@")
    return bool(name and at and host) and "@" not in host and not any(sign.isspace() for sign in email)


def _with(user: User, profile: Profile, at: datetime) -> User:
    changes: dict[str, Any] = {
        field: value for field in EVENT_FIELDS if (value := getattr(profile, field)) is not UNSET
    }
    if "email" in changes:
        changes["email"] = normal_email(changes["email"])
    return replace(user, modified_at=at, **changes)
