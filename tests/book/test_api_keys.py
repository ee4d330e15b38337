"""What a key may be called and do, and when it ends."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from orderloom.book import api_keys
from orderloom.book.api_keys import LONGEST, MAX_NAME, MAX_SCOPES, READ, WRITE, ApiKey
from orderloom.book.errors import BadInput
from orderloom.book.users import Profile, password_faults, profile_faults

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FACES = ("till", "shop")


def issued(name: str = "web shop", *scopes: str, expires_at: datetime | None = None) -> ApiKey:
    return api_keys.issue(name, scopes or ("till:read",), faces=FACES, at=AT, by="somebody", expires_at=expires_at)


def faults(name: str = "web shop", *scopes: str, expires_at: datetime | None = None) -> list[tuple[str, str]]:
    """The fields and reasons of what is refused."""
    with pytest.raises(BadInput) as refused:
        issued(name, *scopes, expires_at=expires_at)
    return [(fault.field, fault.reason) for fault in refused.value.faults]


def test_a_key_says_who_issued_it_and_when() -> None:
    key = issued("web shop", "till:read", "shop:write", expires_at=AT + timedelta(days=1))
    assert (key.id, key.name, key.scopes) == (0, "web shop", ("till:read", "shop:write"))
    assert (key.created_at, key.created_by, key.expires_at) == (AT, "somebody", AT + timedelta(days=1))
    assert (key.used_at, key.revoked_at) == (None, None)


def test_a_scope_that_is_named_twice_is_kept_once() -> None:
    assert issued("x", "till:read", "till:read").scopes == ("till:read",)


@pytest.mark.parametrize(
    "scope, right, face, allowed",
    [
        ("till:read", READ, "till", True),
        ("till:read", WRITE, "till", False),
        ("till:read", READ, "shop", False),
        ("till:write", READ, "till", True),
        ("till:write", WRITE, "till", True),
        ("till:write", READ, "shop", False),
        ("till:write", WRITE, "shop", False),
        ("*:read", READ, "shop", True),
        ("*:read", WRITE, "shop", False),
        ("*:write", READ, "shop", True),
        ("*:write", WRITE, "shop", True),
    ],
)
def test_a_scope_allows_what_it_names_and_writing_includes_reading(
    scope: str, right: str, face: str, allowed: bool
) -> None:
    assert api_keys.may(issued("x", scope), right, face) is allowed


def test_a_key_equals_a_user_if_it_may_write_everywhere_and_does_not_end() -> None:
    whole = issued("x", "*:read", "*:write")
    ends = replace(whole, expires_at=AT + timedelta(days=1))
    told = [api_keys.equals_user(key) for key in (whole, ends, issued("x", "*:read"), issued("x", "till:write"))]
    assert told == [True, False, False, False]


def test_scopes_add_up() -> None:
    key = issued("x", "*:read", "shop:write")
    assert api_keys.may(key, READ, "till")
    assert not api_keys.may(key, WRITE, "till")
    assert api_keys.may(key, WRITE, "shop")


@pytest.mark.parametrize(
    "scope", ["", "till", "till:", ":read", "till:admin", "bar:read", "Till:read", "till:read ", "*"]
)
def test_an_unknown_scope_is_refused(scope: str) -> None:
    assert faults("x", "till:read", scope) == [("scopes", "inclusion")]


def test_a_key_without_scopes_or_with_too_many_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        api_keys.issue("x", (), faces=FACES, at=AT, by="somebody", expires_at=None)
    assert [fault.reason for fault in refused.value.faults] == ["blank"]
    assert issued("x", *["till:read"] * MAX_SCOPES)
    assert faults("x", *["till:read"] * (MAX_SCOPES + 1)) == [("scopes", "too_long")]


def test_which_scopes_there_are_is_told() -> None:
    with pytest.raises(BadInput) as refused:
        issued("x", "bar:read")
    assert asdict(refused.value.faults[0])["expected"] == "FACE:read or FACE:write, FACE being one of shop, till, *"


@pytest.mark.parametrize("name", ["x", "x" * MAX_NAME, "Žluťoučký kůň 2", "key:x", "a:b/c", "採購"])
def test_a_name_may_be_anything_that_can_be_seen(name: str) -> None:
    assert issued(name).name == name


@pytest.mark.parametrize(
    "name, reason",
    [
        ("", "blank"),
        (" \t", "blank"),
        ("x" * (MAX_NAME + 1), "too_long"),
        (" x", "invalid"),
        ("x ", "invalid"),
        ("a\0b", "invalid"),
        ("a\nb", "invalid"),
        ("a\x1b[31mb", "invalid"),
        ("a\u202eb", "invalid"),
        ("a\u00a0b", "invalid"),
        ("a\ud800", "invalid"),
        ("demo@example.com", "invalid"),
    ],
)
def test_a_name_that_would_not_be_recognised_is_refused(name: str, reason: str) -> None:
    assert faults(name) == [("name", reason)]


@pytest.mark.parametrize("name", ["demo", "key:demo", "x" * MAX_NAME, "key: x"])
def test_no_user_can_be_called_as_history_calls_a_key(name: str) -> None:
    author = api_keys.author(issued(name), "till")
    assert author == (f"key:{name}", "till")
    assert profile_faults(Profile(email=author.name)), "no e-mail without an @, and no key with one"


@pytest.mark.parametrize(
    "expires_at, allowed",
    [
        (AT, False),
        (AT - timedelta(days=1), False),
        (AT + timedelta(microseconds=1), True),
        (AT + LONGEST, True),
        (AT + LONGEST + timedelta(seconds=1), False),
        (datetime.max.replace(tzinfo=UTC), False),
    ],
)
def test_a_key_ends_later_than_now_and_before_everybody_is_dead(expires_at: datetime, allowed: bool) -> None:
    if allowed:
        assert issued(expires_at=expires_at).expires_at == expires_at
    else:
        assert faults(expires_at=expires_at) == [("expires_at", "invalid")]


def test_no_password_may_look_like_a_key() -> None:
    key = f"ol_{'a' * 43}"
    assert [fault.reason for fault in password_faults(key)] == ["invalid"]
    for other in (key[:-1], f"{key}a", f"x{key}"):
        assert password_faults(other) == []


def test_keys_are_taken_out_of_what_is_logged() -> None:
    key = f"ol_{'aB-_9' * 8}abc"
    assert api_keys.hushed(f"password={key}&x={key}") == "password=ol_***&x=ol_***"
    assert api_keys.hushed("protocol_version=1&ol_=2") == "protocol_version=1&ol_=2"


def test_every_fault_is_told_at_once() -> None:
    assert faults("a@b", "bar:read", expires_at=AT) == [
        ("name", "invalid"),
        ("scopes", "inclusion"),
        ("expires_at", "invalid"),
    ]


def test_a_key_has_ended_from_the_moment_that_it_names() -> None:
    end = AT + timedelta(hours=1)
    assert not api_keys.has_ended(issued(), AT + LONGEST)
    assert not api_keys.has_ended(issued(expires_at=end), end - timedelta(microseconds=1))
    assert api_keys.has_ended(issued(expires_at=end), end)


@pytest.mark.parametrize(
    "text, form",
    [
        (f"ol_{'a' * 43}", True),
        (f"ol_{'Zz09_-' * 7}x", True),
        ("", False),
        ("ol_", False),
        (f"ol_{'a' * 42}", False),
        (f"ol_{'a' * 44}", False),
        (f"OL_{'a' * 43}", False),
        (f"ol_{'a' * 42}+", False),
        (f"ol_{'a' * 42}\n", False),
        (f"ol_{'a' * 43}\n", False),
        (f"ol_{'á' * 43}", False),
    ],
)
def test_a_key_is_told_by_its_form(text: str, form: bool) -> None:
    assert api_keys.is_key(text) is form
